"""Choosing, switching, opening and removing models in the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from llmdesk import paths
from llmdesk.datatypes.model import LoadChoice, LocalModel
from llmdesk.engine.backend import LoadOptions, LoadReporter
from llmdesk.engine.backends.scripted import ScriptedBackend
from llmdesk.errors import NotEnoughMemory
from llmdesk.models.catalogue import Catalogue
from llmdesk.ui.kit import files
from llmdesk.ui.models import uses
from llmdesk.ui.models.row import ModelRow
from tests.models import builders
from tests.ui.conftest import Window

MakeWindow = Callable[..., Window]


def row(window: Window, model_id: str) -> ModelRow:
    found = window.main.picker.row(model_id)
    assert found is not None
    return found


def press(window: Window, buttons: list, text: str) -> None:  # type: ignore[type-arg]
    button = next(button for button in buttons if button.text() == text)
    window.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_the_picker_lists_what_is_here_first_and_how_it_fits(window: Window) -> None:
    window.open_picker()

    ids = window.main.picker.shown_ids
    assert {"alpha", "beta", "gamma-broken"} <= set(ids[:4])  # the embedded one may be here, too
    assert row(window, "alpha").button.isHidden()
    assert row(window, "beta").button.text() == "Use"
    assert row(window, "qwen3-0.6b").button.text() == "Fetch…"
    assert "GB" in row(window, "qwen3-0.6b").accessibleName()
    assert "GB of memory are free here" in window.main.picker.memory  # once, and not in every row
    assert not any("free" in line for made in window.main.picker.list.rows_made for line in made.words.texts)


def test_the_filter_and_the_keyboard_pick_a_model(window: Window) -> None:
    window.open_picker()
    window.qtbot.keyClicks(window.main.picker.filter, "bet")
    assert window.main.picker.shown_ids == ["beta"]
    window.qtbot.keyClick(window.main.picker.filter, Qt.Key.Key_Return)
    window.wait_ready("Beta")

    assert window.main.picker.isHidden()
    assert window.main.top_bar.pill.text() == "Beta"


def test_enter_presses_the_answer_of_a_question(window: Window) -> None:
    window.open_picker()
    window.qtbot.keyClicks(window.main.picker.filter, "qwen3-0.6b")
    window.qtbot.keyClick(window.main.picker.filter, Qt.Key.Key_Return)
    window.qtbot.waitUntil(lambda: bool(row(window, "qwen3-0.6b").answers()))
    window.qtbot.keyClick(row(window, "qwen3-0.6b").answers()[1], Qt.Key.Key_Return)
    assert row(window, "qwen3-0.6b").message == ""


def test_the_list_shows_what_was_added_outside_of_the_window(window: Window, tmp_path: Path) -> None:
    Catalogue.load().add_path(builders.gguf(tmp_path / "newcomer.gguf"))
    assert window.main.picker.row("newcomer") is None
    window.open_picker()
    assert row(window, "newcomer").button.text() == "Use"


def test_arrows_move_the_selection(window: Window) -> None:
    window.open_picker()
    picker = window.main.picker
    picker.filter.setFocus()
    before = picker.selected_id
    window.qtbot.keyClick(picker.filter, Qt.Key.Key_Down)
    assert picker.selected_id != before
    window.qtbot.keyClick(picker.filter, Qt.Key.Key_Up)
    assert picker.selected_id == before


def test_switching_in_an_answer_can_wait_for_its_end(window: Window) -> None:
    window.send("[tokens=60 tps=60] keep me")
    window.wait_tokens()
    window.open_picker()
    window.qtbot.mouseClick(row(window, "beta").button, Qt.MouseButton.LeftButton)
    assert "answer is being written" in row(window, "beta").message
    press(window, row(window, "beta").answers(), "After this answer")
    window.wait_idle()
    window.wait_ready("Beta")

    assert window.turns[-1].answer.state == "done"
    assert "again" in window.ask("again")


def test_switching_in_an_answer_can_stop_it(window: Window) -> None:
    window.send("[tokens=5000 tps=100] stop me")
    window.wait_tokens()
    window.open_picker()
    window.qtbot.mouseClick(row(window, "beta").button, Qt.MouseButton.LeftButton)
    press(window, row(window, "beta").answers(), "Stop it now")
    window.wait_idle()
    window.wait_ready("Beta")

    assert window.turns[-1].answer.state == "cancelled"


def test_switching_in_an_answer_can_be_thought_better_of(window: Window) -> None:
    window.send("[tokens=60 tps=100] go on")
    window.wait_tokens()
    window.open_picker()
    window.qtbot.mouseClick(row(window, "beta").button, Qt.MouseButton.LeftButton)
    press(window, row(window, "beta").answers(), "Cancel")
    window.wait_idle()

    assert window.turns[-1].answer.state == "done"
    assert row(window, "beta").message == ""
    assert window.main.top_bar.pill.text() == "Alpha"


@pytest.mark.logs("loading")
def test_a_failed_load_keeps_the_old_model_and_says_what_to_do(window: Window) -> None:
    window.open_picker()
    window.main.picker.chosen.emit("gamma-broken")
    window.qtbot.waitUntil(lambda: window.main.notice.key == "load")

    assert "ends too early" in window.main.notice.text
    assert [button.text() for button in window.main.notice.buttons()][:3] == ["Retry", "Open log", "Models"]
    assert "Still in use: Alpha" in window.main.status_line.text
    assert "still here" in window.ask("still here")


@pytest.mark.logs("loading")
def test_retry_after_a_failed_load_works_once_the_cause_is_gone(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.main.notice.dismiss()
    assert window.desktop.models is not None
    window.desktop.models.load("gamma-broken")
    window.qtbot.waitUntil(lambda: window.main.notice.key == "load")
    load = ScriptedBackend.load

    def mended(self: ScriptedBackend, model, options, report):  # type: ignore[no-untyped-def]
        from dataclasses import replace

        loaded = load(self, replace(model, spec=replace(model.spec, id="gamma")), options, report)
        loaded.info = replace(loaded.info, model_id=model.spec.id)
        return loaded

    monkeypatch.setattr(ScriptedBackend, "load", mended)
    press(window, window.main.notice.buttons(), "Retry")
    window.wait_ready("Gamma")
    assert window.main.notice.key == ""


def test_another_precision_is_loaded_from_the_rows_menu(window: Window) -> None:
    window.open_picker()
    window.main.picker.fill_menu("alpha")
    texts = [action.text() for action in window.main.picker.menu.actions()]
    assert texts[0] == "Load as int8: 8 bits, half the memory, hardly any loss, its default"
    actions = window.main.picker.menu.actions()
    next(action for action in actions if action.text().startswith("Load as bf16")).trigger()
    window.qtbot.waitUntil(lambda: window.main.top_bar.pill.detail == "bf16")


def test_the_precision_of_the_model_in_use_is_changed_in_the_pill_and_remembered(window: Window) -> None:
    button = window.main.top_bar.pill.precision
    assert button.text() == "int8"
    assert "default" in button.actions_by_precision["int8"].text()
    assert "default" not in button.actions_by_precision["int4"].text()
    button.actions_by_precision["int4"].trigger()
    window.qtbot.waitUntil(lambda: button.text() == "int4" and not button.isHidden())
    models = window.desktop.models
    assert models is not None
    models.load("beta")
    window.wait_ready("Beta")
    assert button.text() == "int8"

    models.load("alpha")
    window.wait_ready("Alpha")
    assert button.text() == "int4"


def test_another_precision_waits_for_the_answer_that_is_being_written(window: Window) -> None:
    window.send("[tokens=40 tps=60] keep me")
    window.wait_tokens()
    window.main.top_bar.pill.precision.actions_by_precision["int4"].trigger()
    assert window.main.notice.key == "precision"
    press(window, window.main.notice.buttons(), "After this answer")
    window.wait_idle()
    window.qtbot.waitUntil(lambda: window.main.top_bar.pill.detail == "int4")
    assert window.turns[-1].answer.state == "done"


@pytest.mark.logs("loading")
def test_what_would_fit_into_memory_is_offered(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    load = ScriptedBackend.load

    def short_of_memory(self: ScriptedBackend, model: LocalModel, options: LoadOptions, report: LoadReporter) -> object:
        if options.precision != "int4":
            error = NotEnoughMemory("Beta needs more memory than there is.")
            error.choices = (LoadChoice("int4", 2048, 10**9),)
            raise error
        return load(self, model, options, report)

    monkeypatch.setattr(ScriptedBackend, "load", short_of_memory)
    assert window.desktop.models is not None
    window.desktop.models.load("beta")
    window.qtbot.waitUntil(lambda: window.main.notice.key == "load")
    press(window, window.main.notice.buttons(), "As int4, 2,048 tokens")
    window.wait_ready("Beta")
    assert "of 2,048 tokens" in window.main.chat.composer.context_text


def test_the_last_model_and_precision_are_loaded_at_the_next_start(make_window: MakeWindow) -> None:
    window = make_window()
    window.wait_ready()
    assert window.desktop.models is not None
    window.desktop.models.load("beta", "int4")
    window.wait_ready("Beta")
    window.desktop.close()

    again = make_window(model_id="")
    again.wait_ready("Beta")
    assert again.main.top_bar.pill.detail == "int4"


def test_a_folder_can_be_opened_and_is_remembered(
    window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = builders.model_folder(tmp_path / "My Model")
    monkeypatch.setattr(files, "ask_for_folder", lambda parent: folder)
    window.open_picker()
    window.main.picker.folder_requested.emit()
    window.wait_ready("My Model")

    assert "My Model" in paths.user_catalogue().read_text(encoding="utf-8")


def test_a_file_from_outside_is_taken_and_used(window: Window, tmp_path: Path) -> None:
    file = builders.gguf(tmp_path / "From Outside.gguf")
    window.desktop.opened.open(str(file))
    window.wait_ready("From Outside")

    assert "From Outside" in paths.user_catalogue().read_text(encoding="utf-8")


def test_a_file_from_outside_that_is_no_model_is_explained(window: Window, tmp_path: Path) -> None:
    (tmp_path / "no model.gguf").write_bytes(b"GGUF")
    window.desktop.opened.open(str(tmp_path / "no model.gguf"))
    window.qtbot.waitUntil(lambda: window.main.notice.key == "files")

    assert "no model.gguf" in window.main.notice.text
    assert window.main.top_bar.pill.text() == "Alpha"


def test_a_folder_without_a_model_is_explained(window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.setattr(files, "ask_for_folder", lambda parent: tmp_path / "empty")
    window.open_picker()
    window.main.picker.folder_requested.emit()
    window.qtbot.waitUntil(lambda: "empty" in window.main.picker.message)

    assert window.main.top_bar.pill.text() == "Alpha"


def test_an_own_entry_can_be_taken_off_the_list(window: Window) -> None:
    window.open_picker()
    window.main.picker.remove_requested.emit("alpha")
    assert "in use" in row(window, "alpha").message
    window.main.picker.remove_requested.emit("beta")
    press(window, row(window, "beta").answers(), "Remove")
    window.qtbot.waitUntil(lambda: window.main.picker.row("beta") is None)

    assert "beta" not in paths.user_catalogue().read_text(encoding="utf-8")


def test_a_mistake_in_the_users_file_is_told_with_its_place(
    make_window: MakeWindow, catalogue_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with catalogue_file.open("a", encoding="utf-8") as file:
        file.write('\n[[model]]\nid = "broken"\ntitle = 7\n')
    opened: list[Path] = []
    monkeypatch.setattr(files, "show_in_system", lambda path: not opened.append(path))  # type: ignore[func-returns-value]
    window = make_window()
    window.qtbot.waitUntil(lambda: window.main.notice.key == "catalogue")

    assert "models.toml" in window.main.notice.text
    press(window, window.main.notice.buttons(), "Open file")
    assert opened == [catalogue_file]


def test_no_model_on_this_machine_leads_to_the_list(make_window: MakeWindow) -> None:
    window = make_window(model_id="qwen3-0.6b")
    window.qtbot.waitUntil(lambda: window.main.notice.key == "load")

    assert "not on this machine" in window.main.notice.text
    press(window, window.main.notice.buttons(), "Models")
    assert window.main.picker.isVisible()


@pytest.mark.logs("loading")
def test_a_failed_load_that_was_read_gives_way_to_the_model_in_use(window: Window) -> None:
    window.open_picker()
    window.main.picker.chosen.emit("gamma-broken")
    window.qtbot.waitUntil(lambda: window.main.notice.key == "load")
    assert window.main.top_bar.pill.text() == "Gamma"
    window.ask("go on")

    assert window.main.top_bar.pill.text() == "Alpha"
    assert window.main.notice.key == ""


def test_what_the_catalogues_models_are_good_for_is_known_to_translators() -> None:
    assert {spec.good_for for spec in Catalogue.load().specs() if not spec.added_by_user} <= set(uses._uses())
    assert uses.use_text("words of my own") == "words of my own"
