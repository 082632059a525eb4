"""The first second of the window: what is not in the picture is not there yet, and works when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from llmdesk.datatypes.model import LocalModel, ModelStatus
from llmdesk.engine.backend import LoadOptions
from llmdesk.engine.backends.scripted import ScriptedBackend, ScriptedModel
from llmdesk.services.settings.settings import Settings
from llmdesk.ui.chat.sources.sources_controller import SourcesController
from llmdesk.ui.demo.rooms import rooms_of
from llmdesk.ui.kit.late import Late
from llmdesk.ui.models.load_ahead import Ahead
from llmdesk.ui.shell import start
from llmdesk.ui.shell.desktop import Desktop
from llmdesk.ui.shell.start import Start
from tests.ui.conftest import Window

MakeWindow = Callable[..., Window]


def lates(*holders: object) -> dict[str, Late[object]]:
    return {name: part for holder in holders for name, part in vars(holder).items() if isinstance(part, Late)}


def test_nothing_is_made_that_the_first_painting_does_not_show(make_window: MakeWindow) -> None:
    made: list[str] = []

    def watch(desktop: Desktop) -> None:
        parts = lates(desktop, desktop.window.panels, desktop.tools, desktop.chat_list, rooms_of(desktop))
        assert len(parts) > 15
        painted = desktop.window.painted
        painted.connect(lambda: made.extend(name for name, part in parts.items() if part.made is not None))
        painted.connect(lambda: made.append("painted"))

    window = make_window(before_show=watch)
    window.qtbot.waitUntil(lambda: "painted" in made)
    assert made == ["painted"]


def test_a_question_that_is_asked_at_once_is_answered_by_one_load(
    make_window: MakeWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the catalogue is read, and before there is anything in the window that loads models."""
    settings = Settings()
    settings.set("model.id", "alpha")
    settings.flush()
    loads: list[str] = []
    load = ScriptedBackend.load

    def counted(backend: ScriptedBackend, model: LocalModel, *how: Any) -> ScriptedModel:
        loads.append(model.spec.id)
        return load(backend, model, *how)

    monkeypatch.setattr(ScriptedBackend, "load", counted)
    asked: list[object] = []

    def ask(desktop: Desktop) -> None:
        def on_painted() -> None:
            assert desktop.models is None
            desktop.window.chat.set_prompt("at once")
            desktop.window.chat.prompt_submitted.emit("at once")
            asked.append(desktop.chat.is_generating)

        desktop.window.painted.connect(on_painted)

    window = make_window(model_id="", load_s=0.3, before_show=ask)
    window.wait_ready()
    window.wait_idle()
    assert asked == [True]
    assert window.told == [["at once"]]
    assert window.states == ["done"]
    assert loads == ["alpha"]


def test_a_load_that_nobody_asked_for_makes_way_for_the_chats_own_model(
    make_window: MakeWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The model of new chats is on its way when the window finds out that the chat which was open last has another."""
    window = make_window(model_id="alpha")
    window.wait_ready()
    models = window.desktop.models
    assert models is not None
    loads: list[tuple[str, bool]] = []
    monkeypatch.setattr(
        models._runner, "load", lambda model_id, *, interrupt, options: loads.append((model_id, interrupt))
    )
    catalogue = window.desktop.core.catalogue
    models.start(catalogue, "alpha", Ahead("beta", LoadOptions()))
    models.start(catalogue, "alpha", Ahead("alpha", LoadOptions()))
    models.start(catalogue, "alpha")
    assert loads == [("alpha", True), ("alpha", False)]


def test_enter_before_any_model_is_known_sends_once_there_is_one(make_window: MakeWindow) -> None:
    """At the first start ever nothing was used last."""
    refused: list[str] = []

    def ask(desktop: Desktop) -> None:
        def on_painted() -> None:
            desktop.window.chat.set_prompt("first of all")
            desktop.window.chat.prompt_submitted.emit("first of all")
            assert not desktop.chat.is_generating

        desktop.chat.refused.connect(lambda message, _hint: refused.append(message))
        desktop.window.painted.connect(on_painted)

    window = make_window(model_id="", before_show=ask)
    window.qtbot.waitUntil(lambda: bool(window.turns))
    window.wait_idle()
    assert window.told == [["first of all"]]
    assert window.main.chat.prompt() == ""
    assert refused == []


def test_the_first_slash_lists_commands(make_window: MakeWindow) -> None:
    window = make_window()
    edit = window.main.chat.composer.edit
    edit.setFocus()
    window.qtbot.keyClicks(edit, "/he")
    assert window.desktop.tools.slash.isVisible()
    assert "help" in window.desktop.tools.slash.names


def test_the_first_click_on_collections_lists_them(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    clicks: list[SourcesController] = []
    monkeypatch.setattr(SourcesController, "choose", lambda controller: clicks.append(controller))
    window.main.chat.composer.collections.click()
    window.main.chat.composer.collections.click()
    assert clicks == [window.desktop.sources] * 2


def test_the_start_is_over_once_the_model_is_there_and_told_once(window: Window) -> None:
    times: list[int] = []
    begun = Start(window.desktop.sessions, window.main)
    begun.over.connect(lambda: times.append(1))
    begun.begin(loads_model=True)
    begun.on_model_status(ModelStatus("loading"))
    assert not begun.is_over
    begun.on_model_status(ModelStatus("ready"))
    begun.on_model_status(ModelStatus("failed"))
    window.qtbot.waitUntil(lambda: begun.is_over)
    assert times == [1]


def test_an_answer_that_was_asked_for_meanwhile_goes_first(window: Window) -> None:
    begun = Start(window.desktop.sessions, window.main)
    window.send("[tokens=3 tps=30 prompt=0.2] hello")
    begun.on_model_status(ModelStatus("ready"))
    assert window.chat.is_generating
    with window.qtbot.waitSignal(begun.over):
        assert not begun.is_over
    assert window.turns[-1].answer.text


def test_a_model_that_takes_minutes_keeps_nothing_else_waiting(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "LONGEST_S", 0.05)
    begun = Start(window.desktop.sessions, window.main)
    with window.qtbot.waitSignal(begun.over):
        begun.begin(loads_model=True)


def test_a_window_that_is_closed_at_once_leaves_nothing_behind(
    make_window: MakeWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What would follow the painting finds no window any more, and must not look for one."""
    monkeypatch.setattr(start, "LONGEST_S", 0.05)
    window = make_window(has_catalogue=False)
    assert window.desktop.close()
    window.qtbot.wait(120)
