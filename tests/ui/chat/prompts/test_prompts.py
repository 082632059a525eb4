"""The prompt library and the slash menu in the real window, with real files."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from llmdesk import paths
from llmdesk.ui.chat.prompts.fuzzy import fit, is_beginning
from llmdesk.ui.kit import files
from tests.ui.conftest import Window


def slash(window: Window):  # type: ignore[no-untyped-def]
    """The menu, once the library was read."""
    tools = window.desktop.tools
    window.qtbot.waitUntil(lambda: bool(tools.prompts.library.prompts))
    window.main.activateWindow()
    window.main.chat.setFocus()
    window.qtbot.waitUntil(window.main.chat.composer.edit.hasFocus)
    return tools.slash


def type_text(window: Window, text: str) -> None:
    window.qtbot.keyClicks(window.main.chat.composer.edit, text)


def press(window: Window, key: Qt.Key) -> None:
    window.qtbot.keyClick(window.main.chat.composer.edit, key)


def own(name: str) -> Path:
    return paths.config_dir() / "prompts" / f"{name}.toml"


def write_own(name: str, text: str) -> None:
    own(name).parent.mkdir(exist_ok=True)
    own(name).write_text(f'title = "{name.title()}"\ntext = """{text}"""', encoding="utf-8")


def test_a_slash_lists_prompts_and_commands_and_enter_runs_one(window: Window) -> None:
    menu = slash(window)
    type_text(window, "/")
    assert menu.isVisible()
    assert {"translate", "new", "system", "model", "clear", "preset precise"} <= set(menu.names)
    type_text(window, "sys")
    assert menu.names[0] == "system"
    press(window, Qt.Key.Key_Return)
    assert not menu.isVisible()
    assert window.desktop.tools.system_prompt.isVisible()
    assert window.main.chat.prompt() == ""
    assert not window.turns


def test_a_slash_before_the_start_is_over_lists_prompts_too(make_window: Callable[..., Window]) -> None:
    """The library is read at once then; the menu that stands there already gets what came."""
    window = make_window(load_s=2.5)
    window.main.activateWindow()
    window.main.chat.setFocus()
    window.qtbot.waitUntil(window.main.chat.composer.edit.hasFocus)
    started: list[bool] = []
    window.desktop.started.connect(lambda: started.append(True))
    type_text(window, "/")
    menu = window.desktop.tools.slash
    assert menu.isVisible()
    press(window, Qt.Key.Key_Down)
    chosen = menu.list.currentItem().text()
    window.qtbot.waitUntil(lambda: "translate" in menu.names)
    assert not started
    assert menu.list.currentItem().text() == chosen
    type_text(window, "transl")
    assert menu.names[0] == "translate"
    window.wait_ready()


def test_commands_do_their_work(window: Window) -> None:
    menu = slash(window)
    type_text(window, "/preset crea")
    press(window, Qt.Key.Key_Return)
    assert window.main.top_bar.sampling.text() == "Creative"
    window.ask("something")
    type_text(window, "/new")
    press(window, Qt.Key.Key_Return)
    assert not window.turns
    type_text(window, "/mod")
    press(window, Qt.Key.Key_Tab)
    assert window.main.picker.isVisible()
    window.main.picker.close_panel()
    assert not menu.isVisible()


def test_it_is_never_in_the_way_of_a_path_or_of_code(window: Window) -> None:
    menu = slash(window)
    for text in ("/usr/bin/env", "/etc/hosts", "//comment", "see /new", "/* no */", "/zzqx"):
        window.main.chat.set_prompt("")
        type_text(window, text)
        assert not menu.isVisible(), text
        press(window, Qt.Key.Key_Return)
        window.wait_idle()
        assert window.turns[-1].prompt.text == text
    window.main.chat.set_prompt("")
    type_text(window, "/elt")  # some letters of a name: listed, but not meant
    assert menu.isVisible()
    press(window, Qt.Key.Key_Return)
    window.wait_idle()
    assert window.turns[-1].prompt.text == "/elt"


def test_esc_closes_it_until_the_slash_is_gone(window: Window) -> None:
    menu = slash(window)
    type_text(window, "/n")
    press(window, Qt.Key.Key_Escape)
    assert not menu.isVisible()
    type_text(window, "ew")
    assert not menu.isVisible()
    assert window.main.chat.prompt() == "/new"
    window.main.chat.set_prompt("")
    type_text(window, "/n")
    assert menu.isVisible()
    press(window, Qt.Key.Key_Down)
    press(window, Qt.Key.Key_Up)
    press(window, Qt.Key.Key_Up)  # round
    assert menu.list.currentRow() == menu.list.count() - 1


def test_a_prompt_asks_for_its_variables_and_goes_into_the_composer(window: Window) -> None:
    write_own("greet", "Greet {{name}} in {{language}} on {{date}}: {{clipboard}}")
    window.desktop.tools.prompts.read()
    window.qtbot.waitUntil(lambda: window.desktop.tools.prompts.library.named("greet") is not None)
    QGuiApplication.clipboard().setText("copied {{name}}")
    slash(window)
    type_text(window, "/greet")
    press(window, Qt.Key.Key_Return)
    form = window.desktop.tools.prompts.form
    assert form.isVisible()
    assert list(form.fields) == ["name", "language"]
    form.fields["name"].setPlainText("Ada")
    form.fields["language"].setPlainText("German")
    days = [datetime.date.today()]
    form.insert.click()
    days.append(datetime.date.today())  # it may have been midnight
    assert not form.isVisible()
    assert window.main.chat.prompt() in [f"Greet Ada in German on {day}: copied {{{{name}}}}" for day in days]
    window.main.chat.composer.edit.undo()
    assert window.main.chat.prompt() == ""


def test_esc_in_the_form_puts_nothing_in(window: Window) -> None:
    slash(window)
    type_text(window, "/transl")
    press(window, Qt.Key.Key_Return)
    form = window.desktop.tools.prompts.form
    assert form.isVisible()
    window.qtbot.keyClick(form.fields["language"], Qt.Key.Key_Escape)
    assert not form.isVisible()
    assert window.main.chat.prompt() == ""


def test_prompts_are_written_changed_and_deleted_in_the_window(window: Window) -> None:
    prompts = window.desktop.tools.prompts
    window.main.action_table["prompts"].trigger()
    window.qtbot.waitUntil(lambda: bool(prompts.panel.rows))
    assert prompts.panel.isVisible()
    window.button("New prompt").click()
    assert not prompts.editor.save.isEnabled()
    prompts.editor.title.setText("My prompt")
    prompts.editor.text.setPlainText("Say hello.\nTwice.")
    prompts.editor.save.click()
    window.qtbot.waitUntil(lambda: prompts.library.named("my-prompt") is not None)
    assert not prompts.editor.isVisible()

    prompt = prompts.library.named("my-prompt")
    prompts.edit(prompt)
    prompts.editor.text.setPlainText("Say bye.")
    prompts.editor.save.click()
    window.qtbot.waitUntil(lambda: prompts.library.named("my-prompt") != prompt)
    assert "Say bye." in own("my-prompt").read_text(encoding="utf-8")
    prompts.panel.search.setText("my pro")
    assert [each.name for each in prompts.panel.shown] == ["my-prompt"]
    prompts.panel.rows[[each.prompt.name for each in prompts.panel.rows].index("my-prompt")].use.click()
    assert window.main.chat.prompt() == "Say bye."

    prompts.edit(prompts.library.named("my-prompt"))
    prompts.editor.delete.click()
    window.qtbot.waitUntil(lambda: prompts.library.named("my-prompt") is None)
    assert not own("my-prompt").exists()


def test_what_cannot_be_saved_stays_in_the_editor(window: Window) -> None:
    (paths.config_dir() / "prompts").write_text("in the way")
    prompts = window.desktop.tools.prompts
    prompts.write_new("long text")
    prompts.editor.title.setText("Mine")
    prompts.editor.save.click()
    window.qtbot.waitUntil(lambda: "cannot be written" in prompts.editor.message)
    assert prompts.editor.isVisible()
    assert prompts.editor.text.toPlainText() == "long text"


def test_import_and_what_is_wrong_with_a_file(window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = tmp_path / "good.toml"
    good.write_text('title = "Imported"\ntext = "hello"')
    monkeypatch.setattr(files, "ask_for_files", lambda *_: [good])
    prompts = window.desktop.tools.prompts
    prompts.open()
    window.button("Import…").click()
    window.qtbot.waitUntil(lambda: prompts.library.named("imported") is not None)
    assert "1 prompt" in prompts.panel.message
    own("broken").write_text("text = ")
    prompts.open()
    window.qtbot.waitUntil(lambda: "broken.toml" in prompts.panel.message)


def test_a_system_prompt_becomes_a_prompt_and_comes_out_of_the_library(window: Window) -> None:
    tools = window.desktop.tools
    window.main.action_table["system_prompt"].trigger()
    tools.system_prompt.edit.setPlainText("Be a pirate.")
    tools.system_prompt.save.click()
    assert tools.prompts.editor.text.toPlainText() == "Be a pirate."
    tools.prompts.editor.title.setText("Pirate")
    tools.prompts.editor.save.click()
    window.qtbot.waitUntil(lambda: tools.prompts.library.named("pirate") is not None)
    tools.system_prompt.edit.setPlainText("")
    tools.system_prompt.library.click()
    window.qtbot.waitUntil(lambda: any(row.prompt.name == "pirate" for row in tools.prompts.panel.rows))
    next(row for row in tools.prompts.panel.rows if row.prompt.name == "pirate").use.click()
    assert tools.system_prompt.edit.toPlainText() == "Be a pirate."
    tools.system_prompt.close_panel()
    window.ask("hello")
    assert window.told[-1] == ["Be a pirate.", "hello"]


def test_how_names_fit() -> None:
    assert is_beginning(fit("tra", "translate"))
    assert is_beginning(fit("code", "explain-code"))
    assert not is_beginning(fit("late", "translate"))
    assert fit("tsl", "translate") > 0
    assert fit("xyz", "translate") == 0
    assert fit("new", "new") > fit("new", "newer thing")
