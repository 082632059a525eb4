"""All settings in one dialog: made from the definition, searched, applied at once, mistakes told at the field."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QPlainTextEdit, QWidget

from llmdesk import paths
from llmdesk.services.settings.definition import SETTINGS
from llmdesk.ui.kit import files
from llmdesk.ui.settings.controls import ChoiceControl, FieldControl, LongTextControl, SwitchControl
from llmdesk.ui.settings.own_presets import OwnPresets
from llmdesk.ui.settings.sampling_controller import SamplingController
from llmdesk.ui.settings.setting_row import SettingRow
from llmdesk.ui.settings.settings_dialog import SettingsDialog
from llmdesk.ui.settings.titles import setting_titles
from tests.ui.conftest import Window

MakeWindow = Callable[..., Window]


def opened(window: Window) -> SettingsDialog:
    window.qtbot.keyClick(window.main, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    dialog = window.main.settings_dialog
    assert dialog.isVisible()
    return dialog


def field_of(made: SettingRow) -> QLineEdit:
    assert isinstance(made.control, FieldControl)
    return made.control.field


def type_into(window: Window, made: SettingRow, text: str) -> None:
    field = field_of(made)
    field.selectAll()
    window.qtbot.keyClicks(field, text)
    window.qtbot.keyClick(field, Qt.Key.Key_Return)


def test_every_setting_has_a_row_with_name_sentence_and_control(window: Window) -> None:
    dialog = opened(window)
    assert list(dialog.rows) == list(SETTINGS)
    assert set(setting_titles()) == set(SETTINGS)
    for key, made in dialog.rows.items():
        assert made.sentence
        kinds = QAbstractButton | QLineEdit | QPlainTextEdit
        if key not in ("model.precisions", "sampling.presets", "stand.prompts"):
            assert isinstance(made.control.focus, kinds), key
            assert made.control.focus.accessibleName(), key
            assert made.control.focus.accessibleDescription(), key


def test_search_finds_names_sentences_and_keys(window: Window) -> None:
    dialog = opened(window)
    assert dialog.search.hasFocus() or dialog.focusProxy() is dialog.search
    dialog.search.setText("memory limit")
    assert dialog.shown_keys == ["engine.memory_limit_gb"]
    dialog.search.setText("likeliest share")
    assert set(dialog.shown_keys) == {"sampling.custom.top_p", "sampling.custom.min_p"}
    dialog.search.setText("LLMDESK_THREADS")
    assert dialog.shown_keys == ["engine.threads"]
    dialog.search.setText("appearance")
    assert set(dialog.shown_keys) == {key for key in SETTINGS if key.startswith("appearance.")}
    dialog.search.setText("nonsense")
    assert dialog.shown_keys == []
    dialog.search.setText("")
    assert dialog.shown_keys == list(SETTINGS)


def test_what_is_chosen_counts_at_once_and_goes_back_to_its_default(window: Window) -> None:
    dialog, settings = opened(window), window.desktop.settings
    theme = dialog.rows["appearance.theme"]
    assert isinstance(theme.control, ChoiceControl)
    theme.control.actions_by_value["dark"].trigger()
    assert window.desktop.theme.is_dark
    assert settings.origin("appearance.theme") == "file"
    assert theme.origin.isVisible()
    theme.reset.click()
    assert settings.origin("appearance.theme") == "default"
    assert not theme.reset.isVisible()

    zoom = dialog.rows["appearance.zoom_percent"]
    type_into(window, zoom, "110")
    assert window.desktop.theme.zoom_percent == 110
    zoom.reset.click()
    assert field_of(zoom).text() == "100"

    cache = dialog.rows["chat.answer_cache"].control
    assert isinstance(cache, SwitchControl)
    window.qtbot.keyClick(cache.switch, Qt.Key.Key_Space)
    assert not window.desktop.sessions.options.uses_response_cache

    long = dialog.rows["chat.system_prompt"].control
    assert isinstance(long, LongTextControl)
    long.area.setFocus()
    long.area.setPlainText("Be kind.\nBe brief.")
    dialog.search.setFocus()
    assert settings.values.chat.system_prompt == "Be kind.\nBe brief."
    settings.flush()
    assert "Be brief." in settings.file.read_text(encoding="utf-8")


MISTAKES = {
    "appearance.zoom_percent": ("9000", "at most 250", "90", 90),
    "engine.threads": ("many", "or a whole number", "2", 2),
    "engine.memory_limit_gb": ("-3", "more than 0", "6,5", 6.5),
    "server.port": ("http", "whole number", "9000", 9000),
    "sampling.custom.temperature": ("hot", "a number", "0,4", 0.4),
    "sampling.custom.seed": ("lucky", "whole number", "42", 42),
}
"""What is wrong in a field, what is said of it, what is right, and its value."""


def test_a_mistake_is_told_at_the_field_and_the_old_value_counts(window: Window) -> None:
    dialog, settings = opened(window), window.desktop.settings
    for key, (wrong, words, right, value) in MISTAKES.items():
        made, before = dialog.rows[key], settings.value(key)
        type_into(window, made, wrong)
        assert words in made.mistake.text()
        assert made.mistake.isVisible()
        assert field_of(made).text() == wrong  # to be mended
        assert settings.value(key) == before, key
        type_into(window, made, right)
        assert settings.value(key) == value, key
        assert not made.mistake.isVisible()
        made.reset.click()
        assert settings.origin(key) == "default", key


def test_an_emptied_field_is_the_default_again(window: Window) -> None:
    dialog, settings = opened(window), window.desktop.settings
    settings.set_all({"sampling.custom.seed": 7, "engine.threads": 2})
    for key in ("sampling.custom.seed", "engine.threads"):
        type_into(window, dialog.rows[key], " ")
        assert settings.origin(key) == "default"
    assert field_of(dialog.rows["engine.threads"]).text() == "auto"


def test_what_the_environment_sets_cannot_be_changed_and_says_why(
    make_window: MakeWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LLMDESK_THREADS", "3")
    window = make_window()
    made = opened(window).rows["engine.threads"]
    assert field_of(made).text() == "3"
    assert not made.control.widget.isEnabled()
    assert made.origin.text() == "LLMDESK_THREADS"
    assert "LLMDESK_THREADS" in made.control.widget.toolTip()
    assert not made.reset.isVisible()


def test_a_change_from_elsewhere_is_shown_while_it_is_open(window: Window) -> None:
    dialog = opened(window)
    window.desktop.settings.set("server.port", 9999)
    assert field_of(dialog.rows["server.port"]).text() == "9999"
    window.desktop.settings.set_all({("sampling", "presets", "Mine"): {"temperature": 0.1}, "sampling.preset": "Mine"})
    control = dialog.rows["sampling.preset"].control
    assert isinstance(control, ChoiceControl)
    assert control.button.text() == "Mine"


def test_groups_the_file_and_esc(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[object] = []
    monkeypatch.setattr(files, "show_in_system", lambda path: not shown.append(path))  # type: ignore[func-returns-value]
    dialog = opened(window)
    window.button("Go to Local server").click()
    bar = dialog.scroll_area.verticalScrollBar()
    assert bar.value() > 0
    dialog.open_file.click()
    assert shown == [paths.config_dir() / "settings.toml"]
    window.qtbot.keyClick(dialog.search, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_nothing_is_cut_in_any_window(window: Window) -> None:
    for size, zoom in (((720, 480), 100), ((1440, 900), 250), ((720, 480), 250), ((900, 600), 70)):
        window.main.resize(*size)
        window.main.zoom_chosen.emit(zoom)
        dialog = opened(window)
        window.qtbot.wait(50)
        inside = dialog.scroll_area.viewport().width()
        for key, made in dialog.rows.items():
            right = made.control.widget.mapTo(made, made.control.widget.rect().topRight()).x()
            assert right <= made.width() <= inside, f"{key}, {size}, {zoom} %"
        dialog.close_panel()


def test_everything_that_takes_the_keyboard_has_a_name(window: Window) -> None:
    dialog = opened(window)
    nameless = [
        each
        for each in dialog.findChildren(QWidget)
        if each.isVisible() and each.focusPolicy() & Qt.FocusPolicy.TabFocus and not each.accessibleName()
    ]
    assert nameless == []


def test_own_presets_are_renamed_edited_deleted_and_brought_back(window: Window) -> None:
    settings = window.desktop.settings
    settings.set_all({("sampling", "presets", "Mine"): {"temperature": 0.25}, "sampling.preset": "Mine"})
    settings.set("sampling.custom.temperature", 1.5)
    made = opened(window).rows["sampling.presets"]
    control = made.control
    assert isinstance(control, OwnPresets)
    line = control.lines["Mine"]
    line.fold.click()
    line.fields["temperature"].setText("0.75")
    line.fields["temperature"].editingFinished.emit()
    assert settings.values.sampling.presets["Mine"].temperature == 0.75
    line.fields["top_p"].setText("7")
    line.fields["top_p"].editingFinished.emit()
    assert made.mistake.isVisible()
    assert settings.values.sampling.presets["Mine"].top_p == 1 or line.fields["top_p"].text() != "7"
    line.title.setText("Precise")  # one of llmdesk's
    line.title.editingFinished.emit()
    assert made.mistake.isVisible()
    assert list(settings.values.sampling.presets) == ["Mine"]
    line.title.setText("Ours")
    line.title.editingFinished.emit()
    assert (list(settings.values.sampling.presets), settings.values.sampling.preset) == (["Ours"], "Ours")
    control.lines["Ours"].remove.click()
    assert not settings.values.sampling.presets
    assert settings.values.sampling.preset == "Custom"
    assert settings.values.sampling.custom.temperature == 0.75
    assert control.none.isVisible()
    control.undo.click()
    assert (list(settings.values.sampling.presets), settings.values.sampling.preset) == (["Ours"], "Ours")
    assert settings.values.sampling.presets["Ours"].temperature == 0.75
    assert settings.values.sampling.custom.temperature == 1.5


def test_own_presets_show_numbers_as_they_are_typed_here_and_long_names_whole(window: Window) -> None:
    name = "A name  out of a file that is longer than twenty-four letters, with 😀😀😀"
    settings, before = window.desktop.settings, QLocale()
    settings.set_all({("sampling", "presets", name): {"temperature": 0.05, "max_new_tokens": 1024}})
    QLocale.setDefault(QLocale("de_DE"))
    try:
        control = opened(window).rows["sampling.presets"].control
        assert isinstance(control, OwnPresets)
        line = control.lines[name]
        line.fold.click()
        assert (line.fields["temperature"].text(), line.fields["max_new_tokens"].text()) == ("0,05", "1024")
        line.fields["temperature"].setText("0,07")
        line.fields["temperature"].editingFinished.emit()
        assert settings.values.sampling.presets[name].temperature == 0.07
        line.title.editingFinished.emit()  # the keyboard was there, and nobody typed
    finally:
        QLocale.setDefault(before)
    assert list(settings.values.sampling.presets) == [name]


def test_whoever_takes_the_chosen_preset_away_keeps_its_values(window: Window) -> None:
    """In the panel as in the dialog."""
    settings = window.desktop.settings
    settings.set_all({("sampling", "presets", "Mine"): {"temperature": 0.25}, "sampling.preset": "Mine"})
    (panel_controller,) = window.main.findChildren(SamplingController)
    panel_controller._on_removed("Mine")
    assert (settings.values.sampling.preset, settings.values.sampling.custom.temperature) == ("Custom", 0.25)


def test_contrast_and_motion_count_at_once(window: Window) -> None:
    settings, theme = window.desktop.settings, window.desktop.theme
    settings.set_all({"appearance.contrast": "high", "appearance.reduce_motion": "on"})
    window.qtbot.waitUntil(lambda: theme.is_high_contrast and theme.motion.is_reduced)
    bar = window.main.side_bar
    window.main.action_table["side_bar"].trigger()
    assert not bar.isVisible()  # at once, without a motion
    settings.set_all({"appearance.contrast": "usual", "appearance.reduce_motion": "auto"})
    window.qtbot.waitUntil(lambda: not theme.is_high_contrast and theme.motion.choice is None)
