"""Pages take the conversation's place, and every way back leads to the chat as it was."""

from __future__ import annotations

from PySide6.QtCore import Qt

from tests.ui.conftest import Window


def test_a_page_takes_the_conversations_place_and_esc_leads_back(window: Window) -> None:
    window.ask("[tokens=4 tps=400] hello")
    window.main.action_table["usage"].trigger()
    page = window.main.pages.page
    assert page is not None
    assert page.isVisible()
    assert not window.main.chat.isVisible()
    assert window.main.side_bar.page_rows.rows["usage"].isChecked()
    window.press_escape()
    window.qtbot.waitUntil(window.main.chat.isVisible)
    assert not page.isVisible()
    assert not window.main.side_bar.page_rows.rows["usage"].isChecked()
    assert len(window.turns) == 1


def test_esc_on_a_page_does_not_stop_an_answer(window: Window) -> None:
    window.send("[tokens=2000 tps=200] long")
    window.wait_tokens()
    window.button("Usage over time").click()
    window.press_escape()
    assert window.main.pages.page_id == ""
    assert window.chat.is_generating
    window.main.action_table["stop"].trigger()
    window.wait_idle()


def test_a_new_chat_leaves_the_page(window: Window) -> None:
    window.ask("[tokens=4 tps=400] hello")
    for page_id in ("benchmark", "usage"):
        window.main.action_table[page_id].trigger()
        assert window.main.pages.page_id == page_id
    window.main.action_table["new_chat"].trigger()
    assert window.main.pages.page_id == ""
    assert window.main.chat.isVisible()


def test_letters_on_a_page_do_not_reach_the_prompt_behind_it(window: Window) -> None:
    window.main.action_table["benchmark"].trigger()
    window.qtbot.keyClick(window.main.focusWidget(), Qt.Key.Key_X)
    assert window.main.chat.prompt() == ""
    assert window.main.pages.page_id == "benchmark"
