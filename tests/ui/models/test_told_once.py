"""What there is to know of a model is told at its first load: with a real model, on the engine that users have."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shiboken6
from pytestqt.qtbot import QtBot

from llmdesk import paths
from llmdesk.app import build_desktop
from llmdesk.ui.shell.window_state import WindowState
from tests.engine.tiny_models import save_model
from tests.ui.conftest import _ENTRY

pytest.importorskip("torch")
pytestmark = pytest.mark.model


def without_template(folder: Path) -> Path:
    """A model as it comes before it was made for chat."""
    (folder / "chat_template.jinja").unlink(missing_ok=True)
    config = folder / "tokenizer_config.json"
    values = json.loads(config.read_text(encoding="utf-8"))
    values.pop("chat_template", None)
    config.write_text(json.dumps(values), encoding="utf-8")
    return folder


def test_a_model_that_was_not_made_for_chat_is_told_so_once(qtbot: QtBot, tmp_path: Path) -> None:
    base = without_template(save_model(tmp_path / "base"))
    chat = save_model(tmp_path / "chat")
    models = (("base", base), ("chat", chat))
    text = "".join(_ENTRY.format(id=name, title=name, source="folder", location=folder) for name, folder in models)
    paths.user_catalogue().write_text(text.replace("context_tokens = 4096", "context_tokens = 256"), encoding="utf-8")
    desktop = build_desktop("base", WindowState())
    notice, status = desktop.window.notice, desktop.window.status_line
    try:
        desktop.show()
        qtbot.waitUntil(lambda: notice.key == "model", timeout=60_000)
        assert "not made for chat" in notice.text
        assert "Please note" in status.text
        notice.dismiss()
        assert desktop.models is not None
        desktop.models.load("chat")
        qtbot.waitUntil(lambda: desktop.window.top_bar.pill.text() == "chat" and not status.text, timeout=60_000)
        assert notice.key == ""
        desktop.models.load("base")
        qtbot.waitUntil(lambda: "Please note" in status.text, timeout=60_000)
        assert notice.key == "", "it was told before"
    finally:
        assert desktop.close()
        shiboken6.delete(desktop)
