"""What earlier versions left on the disk is all there in this one: by itself, in the window, and over a backup.

make.py says how the archives were made: by running those versions. ``first-store`` is 5455f34f, the first form of the
file of chats; ``0.1.0`` is 483bb4bb. Whoever publishes a version adds its archive.
"""

from __future__ import annotations

import contextlib
import json
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from llmdesk import paths
from llmdesk.models.catalogue import Catalogue
from llmdesk.services.backup.restoring import restore
from llmdesk.services.backup.writing import write_backup
from llmdesk.services.chats.store import ChatStore
from llmdesk.services.prompts.library import PromptFolder
from llmdesk.services.settings.settings import Settings

VERSIONS = sorted(path.stem for path in Path(__file__).parent.glob("*.zip"))


def told_by(version: str) -> dict[str, Any]:
    """What it knew of its files."""
    with zipfile.ZipFile(Path(__file__).with_name(f"{version}.zip")) as archive:
        found: dict[str, Any] = json.loads(archive.read("told.json"))
        return found


def move_in(version: str, home: Path) -> dict[str, Any]:
    """Its files become this home's."""
    with zipfile.ZipFile(Path(__file__).with_name(f"{version}.zip")) as archive:
        for info in archive.infolist():
            if info.filename.startswith("home/"):
                place = home / info.filename.removeprefix("home/")
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(archive.read(info))
    return told_by(version)


def check(told: dict[str, Any], *, has_fetched: bool = True) -> None:
    """That this version reads the same."""
    with contextlib.closing(ChatStore()) as store:
        assert [info.id for info in store.chats()] == [chat["id"] for chat in told["chats"]]
        for chat in told["chats"]:
            kept = store.load(chat["id"])
            for name in ("title", "is_pinned", "folder", "created_s", "changed_s"):
                assert getattr(kept.info, name) == chat[name]
            messages = kept.conversation.messages
            assert [{"id": each.id, "role": each.role, "text": each.text} for each in messages] == chat["messages"]
            assert [each.id for each in kept.conversation.path] == chat["path"]
            assert kept.draft == chat["draft"]
            assert kept.options.system_prompt == chat["options"]["system_prompt"]
            sampling = json.loads(json.dumps(asdict(kept.options.sampling)))
            assert sampling.items() >= chat["options"]["sampling"].items()
        last, hits = store.last_open(), store.search("fox")
        assert last is not None
        assert last.info.title == "Of foxes"
        assert hits
        assert store.problem is None
    settings = Settings()
    assert settings.problems == ()
    assert {key: settings.value(key) for key in told["settings"]} == told["settings"]
    assert settings.flush() is None
    catalogue = Catalogue.load()
    assert catalogue.problems == ()
    assert set(told["models"]) <= {spec.id for spec in catalogue.specs() if spec.added_by_user}
    if has_fetched:
        assert all(catalogue.is_installed(catalogue.get(model_id)) for model_id in told["fetched"])
    titles = [prompt.title for prompt in PromptFolder().read().prompts]
    assert set(told["prompts"]) <= set(titles)


@pytest.mark.parametrize("version", VERSIONS)
def test_all_of_it_is_there(version: str, private_home: Path) -> None:
    told = move_in(version, private_home)
    check(told)
    check(told)  # and once more, after what was brought to this version's form


@pytest.mark.parametrize("version", VERSIONS)
def test_and_over_a_backup(version: str, private_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = move_in(version, private_home)
    for with_models in (False, True):
        monkeypatch.setenv("LLMDESK_HOME", str(private_home))
        write_backup(tmp_path / "before the update.zip", with_models=with_models)
        monkeypatch.setenv("LLMDESK_HOME", str(tmp_path / f"new {with_models}"))
        restore(tmp_path / "before the update.zip")
        check(told, has_fetched=with_models)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_chats_go_on(version: str, private_home: Path) -> None:
    from tests.services.chats.kept import working

    told = move_in(version, private_home)
    store = ChatStore()
    with working(store) as owner:
        session = owner.sessions.open_kept(store.load(told["chats"][0]["id"]))
        store.follow(session)
        owner.ask("And now?")
        assert store.flush()
    assert store.close()
    with contextlib.closing(ChatStore()) as again:
        texts = [message.text for message in again.load(told["chats"][0]["id"]).conversation.path]
    assert texts[-2] == "And now?"
    assert paths.data_dir() == private_home / "data"
