"""What an earlier version leaves on the disk, and what it knows of that: made by running it, in a checkout of it.

    git worktree add --detach /tmp/earlier COMMIT
    cd /tmp/earlier && PYTHONPATH=. python PATH/TO/tests/earlier/make.py PATH/TO/tests/earlier/NAME.zip

The engine, the store and the settings are that version's own; only what it has is asked for.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import sys
import tempfile
import zipfile
from dataclasses import asdict, replace
from pathlib import Path


def chats() -> list[dict[str, object]]:
    """Three chats by its session, store and engine: a fork in the road, a draft, one in a folder; and one deleted."""
    from llmdesk.datatypes.chat import SamplingParams
    from llmdesk.services.chats.store import ChatStore
    from tests.services.chats.kept import OPTIONS, working

    store = ChatStore()
    with working(store) as owner:
        ids = []
        for words in ("What is a fox?", "你好，世界 🦊", "Delete me"):
            session = owner.sessions.new()
            store.follow(session)
            owner.ask(words)
            ids.append(session.conversation.id)
        session = owner.sessions.open[0] if len(owner.sessions.open) == 3 else owner.sessions.open[-3]
        owner.sessions.show(session)
        owner.ask("And an owl?")
        first = session.conversation.turns[0]
        session.answer_again(first.answer.id)
        owner.until(lambda: not owner.sessions.is_generating)
        session.configure(replace(OPTIONS, sampling=SamplingParams(0.3), system_prompt="Be kind."))
        session.draft = "half a thought"
        store.rename(ids[0], "Of foxes")
        store.set_pinned(ids[0], True)
        store.move(ids[1], "Greetings")
        store.set_open(ids[0])
        store.delete([ids[2]])
        assert store.flush()
        told = [told_of(store, info) for info in store.chats()]
    assert store.close()
    assert len(told) == 2
    return told


def told_of(store: object, info: object) -> dict[str, object]:
    """As that version reads it back."""
    kept = store.load(info.id)  # type: ignore[attr-defined]
    messages = [{"id": each.id, "role": each.role, "text": each.text} for each in kept.conversation.messages]
    found = {name: getattr(info, name) for name in ("id", "title", "is_pinned", "folder", "created_s", "changed_s")}
    options = {"system_prompt": kept.options.system_prompt, "sampling": asdict(kept.options.sampling)}
    return {**found, "messages": messages, "path": [each.id for each in kept.conversation.path],
            "draft": kept.draft, "options": options}  # fmt: skip


def settings() -> dict[str, object]:
    """A few that it has, set by itself; and those of its window."""
    from llmdesk import paths
    from llmdesk.errors import SettingsError
    from llmdesk.services.settings.settings import Settings

    made, chosen = Settings(), {}
    wanted = {
        "model.id": "smollm2-135m",
        "model.precisions": {"smollm2-135m": "int8"},
        "sampling.preset": "Precise",
        "chat.system_prompt": "Antworte kurz.",
        "appearance.theme": "dark",
        "appearance.zoom_percent": 120,
        "server.port": 9000,
    }
    for key, value in wanted.items():
        with contextlib.suppress(SettingsError):  # it does not know this one yet
            made.set(key, value)
            chosen[key] = value
    made.flush()
    (paths.config_dir() / "window.ini").write_text("[window]\ndashboard_open=false\n")
    return chosen


def models() -> list[str]:
    """A server in its models.toml."""
    from llmdesk.models.catalogue import Catalogue

    spec = Catalogue.load().add_server("http://10.0.0.5:8000/v1", "org/big", "", 8192)
    return [spec.id]


def fetched() -> list[str]:
    """The folder of a model that was fetched, where that version looks for it. What is in it does not matter here."""
    from llmdesk.models import places
    from llmdesk.models.catalogue import Catalogue

    spec = Catalogue.load().get("qwen3-0.6b")
    folder = places.install_dir(spec)
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    assert places.locate(spec) == folder
    return [spec.id]


def prompts() -> list[str]:
    """One of the user's own, if it has a library."""
    if importlib.util.find_spec("llmdesk.services.prompts") is None:
        return []
    from llmdesk import paths

    folder = paths.config_dir() / "prompts"
    folder.mkdir()
    (folder / "mine.toml").write_text('title = "Mine"\ntext = "Say {{word}}."\n', encoding="utf-8")
    return ["Mine"]


def main(target: Path) -> None:
    """Write the archive: the home, and ``told.json`` beside it."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LLMDESK_HOME"] = folder
        told = {
            "settings": settings(),
            "models": models(),
            "fetched": fetched(),
            "prompts": prompts(),
            "chats": chats(),
        }
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(Path(folder).rglob("*")):
                if path.is_file() and not path.name.endswith((".lock", ".owner")):
                    archive.write(path, f"home/{path.relative_to(folder)}")
            archive.writestr("told.json", json.dumps(told, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute())
