"""What is chosen in the window and what stands in settings.toml are the same, both ways."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QGuiApplication

from llmdesk import paths
from llmdesk.ui.kit import files
from llmdesk.ui.settings.controls import SwitchControl
from tests.ui.conftest import Window

MakeWindow = Callable[..., Window]


def kept() -> dict[str, Any]:
    """What stands in the file."""
    return tomllib.loads((paths.config_dir() / "settings.toml").read_text(encoding="utf-8"))


def menu_of(window: Window) -> dict[str, bool]:
    """The presets to choose from, and which one is in force."""
    actions = window.main.top_bar.sampling_menu.actions()
    return {action.data(): action.isChecked() for action in actions}


def test_model_and_precision_are_remembered(make_window: MakeWindow) -> None:
    window = make_window("beta")
    window.wait_ready("Beta")
    window.main.top_bar.pill.precision.chosen.emit("int4")
    window.qtbot.waitUntil(lambda: window.desktop.settings.values.model.precisions == {"beta": "int4"})
    window.desktop.close()
    assert kept()["model"] == {"id": "beta", "precisions": {"beta": "int4"}}

    again = make_window("")
    again.wait_ready("Beta")
    info = again.desktop.core.runner.status.info
    assert info is not None
    assert (info.model_id, info.precision) == ("beta", "int4")


def test_a_model_that_is_gone_gives_way_to_the_default(make_window: MakeWindow) -> None:
    (paths.config_dir() / "settings.toml").write_text('[model]\nid = "gone"\n')
    window = make_window("")
    window.qtbot.waitUntil(lambda: bool(window.desktop.sessions.options.model_id))
    assert window.desktop.sessions.options.model_id != "gone"


def test_a_value_edited_in_the_file_counts_when_the_window_comes_to_the_front(window: Window) -> None:
    settings = window.desktop.settings
    settings.flush()
    settings.file.write_text(
        '[appearance]\ntheme = "dark"\n[chat]\nanswer_cache = false\ncontext_policy = "refuse"\n'
        '[sampling]\npreset = "Mine"\n[sampling.presets.Mine]\ntemperature = 0.2\nmax_new_tokens = 77\n'
    )
    window.main.settings_requested.emit()
    app = QGuiApplication.instance()
    assert isinstance(app, QGuiApplication)
    app.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    window.qtbot.waitUntil(lambda: window.main.top_bar.sampling.text() == "Mine")
    window.qtbot.waitUntil(lambda: window.desktop.theme.is_dark)
    assert menu_of(window) == {"Precise": False, "Balanced": False, "Creative": False, "Mine": True, "Custom": False}
    cache = window.main.settings_dialog.rows["chat.answer_cache"].control
    assert isinstance(cache, SwitchControl)
    assert not cache.switch.isChecked()
    assert window.desktop.sessions.options.context_policy == "refuse"
    assert not window.desktop.sessions.options.uses_response_cache
    sampling = window.desktop.sessions.options.sampling
    assert (sampling.temperature, sampling.max_new_tokens) == (0.2, 77)


def test_a_mistake_in_the_file_is_a_notice_with_a_way_to_the_file(
    make_window: MakeWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = paths.config_dir() / "settings.toml"
    file.write_text('[engine]\nthreads = "many"\n[chat]\nanswer_cache = 1\n')
    shown: list[object] = []
    monkeypatch.setattr(files, "show_in_system", lambda path: not shown.append(path))  # type: ignore[func-returns-value]
    window = make_window()
    assert window.main.notice.key == "settings"
    assert "line 2, key “engine.threads”" in window.main.notice.text
    assert "1 more mistake" in window.main.notice.text
    window.main.notice.buttons()[0].click()
    assert shown == [file]


def test_a_file_that_cannot_be_written_is_a_notice_and_the_choice_counts(window: Window) -> None:
    settings = window.desktop.settings
    settings.flush()
    settings.file.unlink()
    settings.file.mkdir()
    window.main.theme_chosen.emit("dark")
    window.qtbot.waitUntil(lambda: window.main.notice.key == "settings")
    assert "cannot be written" in window.main.notice.text
    assert window.desktop.theme.is_dark


def test_own_values_and_own_presets_are_remembered(make_window: MakeWindow) -> None:
    window = make_window()
    panel = window.main.sampling_panel
    window.main.top_bar.sampling_chosen.emit("Custom")
    assert panel.isVisible()
    panel.temperature.setValue(0.25)
    panel.seed.setText("42")
    panel.seed.textEdited.emit("42")
    sampling = window.desktop.sessions.options.sampling
    assert (sampling.temperature, sampling.seed) == (0.25, 42)
    panel.name.setText("Steady")
    panel.name.textEdited.emit("Steady")
    panel.keep.click()
    assert window.main.top_bar.sampling.text() == "Steady"
    assert menu_of(window)["Steady"]
    panel.name.setText("Precise")
    panel.name.textEdited.emit("Precise")
    panel.keep.click()
    assert "other than Precise" in panel.message
    window.desktop.close()
    assert kept()["sampling"]["custom"] | {"temperature": 0.25, "seed": 42} == kept()["sampling"]["custom"]

    again = make_window()
    assert again.main.top_bar.sampling.text() == "Steady"
    assert again.desktop.sessions.options.sampling.seed == 42
    panel = again.main.sampling_panel
    again.main.top_bar.sampling_chosen.emit("Custom")
    panel.name.setText("Steady")
    panel.name.textEdited.emit("Steady")
    panel.seed.setText("")
    panel.seed.textEdited.emit("")
    panel.remove.click()
    assert "Steady" not in menu_of(again)
    assert again.main.top_bar.sampling.text() == "Custom"
    again.desktop.close()
    assert "presets" not in kept()["sampling"] or kept()["sampling"]["presets"] == {}
    assert "seed" not in kept()["sampling"]["custom"]


def test_what_the_old_window_kept_is_taken_over_and_leaves_the_ini(make_window: MakeWindow) -> None:
    file = paths.config_dir() / "window.ini"
    ini = QSettings(str(file), QSettings.Format.IniFormat)
    old = {"window/theme": "dark", "window/dashboard": "folded", "model/id": "beta", "chat/context": "stop"}
    for key, value in old.items():
        ini.setValue(key, value)
    ini.sync()
    window = make_window("")
    window.wait_ready("Beta")
    assert window.desktop.theme.is_dark
    assert window.desktop.sessions.options.context_policy == "stop"
    assert not window.main.is_dashboard_shown
    window.desktop.close()
    assert set(QSettings(str(file), QSettings.Format.IniFormat).allKeys()) == {"window/dashboard"}
    assert kept()["appearance"]["theme"] == "dark"
