"""Each chat has its own options: the controls show and change those of the chat shown, and settings begin new ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from llmdesk.datatypes.model import ModelStatus
from llmdesk.services.chats.session import Session
from llmdesk.ui.kit import files
from tests.ui.conftest import Window

MakeWindow = Callable[..., Window]


def new_chat(window: Window) -> Session:
    window.main.new_chat_requested.emit()
    return window.desktop.sessions.current


def pill(window: Window) -> ModelStatus:
    return window.main.top_bar.status


def loads(window: Window, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every load that the window asks for from now on."""
    asked: list[str] = []
    runner = window.desktop.core.runner
    load = runner.load

    def noted(model_id: str, *args: object, **more: object) -> None:
        asked.append(model_id)
        load(model_id, *args, **more)  # type: ignore[arg-type]  # as it came

    monkeypatch.setattr(runner, "load", noted)
    return asked


def test_each_chat_keeps_its_preset_policy_and_system_prompt(window: Window) -> None:
    sessions, bar = window.desktop.sessions, window.main.top_bar
    first = sessions.current
    bar.sampling_chosen.emit("Precise")
    window.main.chat.composer.policy.actions_by_policy["refuse"].trigger()
    panel = window.desktop.tools.system_prompt
    window.main.action_table["system_prompt"].trigger()
    panel.edit.setPlainText("Be kind.")
    panel.close_panel()
    window.ask("one")
    assert window.told[-1] == ["Be kind.", "one"]

    second = new_chat(window)
    assert bar.sampling.text() == "Precise"  # as was chosen last
    assert second.options.system_prompt == ""  # that was for the other chat
    bar.sampling_chosen.emit("Creative")
    window.main.chat.composer.policy.actions_by_policy["stop"].trigger()
    window.ask("two")
    assert window.told[-1] == ["two"]

    sessions.show(first)
    assert bar.sampling.text() == "Precise"
    assert "refuse" in window.main.chat.composer.policy.text()
    assert panel.edit.toPlainText() == "Be kind."
    sessions.show(second)
    assert bar.sampling.text() == "Creative"
    assert second.options.sampling.temperature == 1.0
    assert panel.edit.toPlainText() == ""


def test_the_options_come_back_with_the_chat(make_window: MakeWindow, window: Window) -> None:
    window.main.top_bar.sampling_chosen.emit("Precise")
    window.main.action_table["system_prompt"].trigger()
    window.desktop.tools.system_prompt.edit.setPlainText("Be brief.")
    window.desktop.tools.system_prompt.close_panel()
    window.ask("one")
    window.main.top_bar.sampling_chosen.emit("Creative")
    window.desktop.close()
    again = make_window()
    again.qtbot.waitUntil(lambda: bool(again.turns))
    options = again.desktop.sessions.options
    assert (options.system_prompt, options.preset, options.sampling.temperature) == ("Be brief.", "Creative", 1.0)
    assert again.main.top_bar.sampling.text() == "Creative"


def test_a_chat_follows_its_preset_and_keeps_the_values_when_it_is_gone(window: Window) -> None:
    settings, sessions = window.desktop.settings, window.desktop.sessions
    settings.set_all({("sampling", "presets", "Mine"): {"temperature": 0.3}})
    window.main.top_bar.sampling_chosen.emit("Mine")
    window.ask("one")
    settings.set_all({("sampling", "presets", "Mine"): {"temperature": 0.4}})
    assert sessions.options.sampling.temperature == 0.4
    settings.set_all({("sampling", "presets", "Mine"): None, "sampling.preset": "Balanced"})
    assert sessions.options.sampling.temperature == 0.4
    assert window.main.top_bar.sampling.text() == "Custom"
    assert new_chat(window).options.preset == "Balanced"


def test_settings_change_no_chat_that_has_begun(window: Window) -> None:
    window.ask("one")
    before = window.desktop.sessions.options
    window.desktop.settings.set_all({"sampling.preset": "Creative", "chat.system_prompt": "Sing."})
    assert window.desktop.sessions.options == before
    begun = new_chat(window)
    assert (begun.options.preset, begun.options.system_prompt) == ("Creative", "Sing.")
    window.desktop.settings.set("chat.system_prompt", "Dance.")
    assert begun.options.system_prompt == "Dance."  # nothing was said in it yet


def test_paging_through_chats_loads_no_model_but_asking_does(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    sessions, models = window.desktop.sessions, window.desktop.models
    assert models is not None
    first = sessions.current
    window.ask("one")
    second = new_chat(window)
    models.load("beta")
    window.wait_ready("Beta")
    window.ask("two")
    asked = loads(window, monkeypatch)
    window.desktop.core.runner.unload("alpha")
    window.qtbot.waitUntil(lambda: "alpha" not in [m.model_id for m in window.desktop.core.runner.models_in_memory])

    sessions.show(first)
    window.qtbot.waitUntil(lambda: pill(window).state == "none")
    assert window.main.top_bar.pill.text() == "Alpha"
    assert "not loaded" in window.main.top_bar.pill.detail
    sessions.show(second)
    assert (pill(window).state, window.main.top_bar.pill.text()) == ("ready", "Beta")
    sessions.show(first)
    assert asked == []

    window.ask("and now")
    assert asked == ["alpha"]
    window.wait_ready("Alpha")
    assert window.backend.requests[-1].model_id == "alpha"
    sessions.show(second)
    window.ask("again")
    assert window.backend.requests[-1].model_id == "beta"
    assert asked == ["alpha", "beta"]


def test_the_precision_belongs_to_the_chat(window: Window) -> None:
    sessions = window.desktop.sessions
    first = sessions.current
    window.main.top_bar.pill.precision.chosen.emit("int4")
    window.qtbot.waitUntil(lambda: window.main.top_bar.pill.detail == "int4")
    window.ask("one")
    second = new_chat(window)
    window.main.top_bar.pill.precision.chosen.emit("bf16")
    window.qtbot.waitUntil(lambda: window.main.top_bar.pill.detail == "bf16")
    window.ask("two")
    assert (first.options.precision, second.options.precision) == ("int4", "bf16")
    sessions.show(first)
    assert "not loaded" in window.main.top_bar.pill.detail
    window.ask("three")
    window.qtbot.waitUntil(lambda: window.main.top_bar.pill.detail == "int4")
    by = window.turns[-1].answer.answered_by
    assert by[-1].precision == "int4"


def test_a_chat_whose_model_is_gone_goes_on_with_the_new_one(window: Window) -> None:
    from dataclasses import replace

    sessions = window.desktop.sessions
    first = sessions.current
    window.ask("one")
    new_chat(window)
    first.configure(replace(first.options, model_id="gone"))
    sessions.show(first)
    assert first.options.model_id == "alpha"
    assert "gone" in window.main.notice.text
    window.ask("two")
    assert window.states[-1] == "done"


def test_presets_are_exported_and_imported(window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "mine.json"
    monkeypatch.setattr(files, "ask_where", lambda *_: file)
    monkeypatch.setattr(files, "ask_for_file", lambda *_: file)
    panel, settings = window.main.sampling_panel, window.desktop.settings
    settings.set_all({("sampling", "presets", "Mine"): {"temperature": 0.3, "seed": 5}})
    window.main.top_bar.sampling_chosen.emit("Custom")
    panel.give_away.click()
    window.qtbot.waitUntil(lambda: "Written" in panel.message)
    settings.set_all({("sampling", "presets", "Mine"): None})
    panel.take_in.click()
    window.qtbot.waitUntil(lambda: "Mine" in settings.values.sampling.presets)
    assert settings.values.sampling.presets["Mine"].seed == 5
    assert "Mine" in [action.data() for action in window.main.top_bar.sampling_menu.actions()]
    file.write_text("{")
    panel.take_in.click()
    window.qtbot.waitUntil(lambda: "not JSON" in panel.message)
