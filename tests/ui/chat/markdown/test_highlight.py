"""Colours for code, also where no lexer can be made."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from llmdesk.ui.chat.markdown import highlight
from llmdesk.ui.chat.markdown.code_card import CodeCard
from llmdesk.ui.chat.markdown.leaves import CodeLeaf
from llmdesk.ui.chat.style import ChatStyle
from llmdesk.ui.kit.theme import Theme


@pytest.mark.logs("no lexer for python")
def test_a_lexer_that_cannot_be_made_leaves_the_code_plain_and_is_not_waited_for(
    qtbot: QtBot, theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_options: object) -> None:
        raise RuntimeError("broken lexer")

    monkeypatch.setattr(highlight, "get_lexer_by_name", fail)
    monkeypatch.setattr(highlight, "_lexers", {})
    monkeypatch.setattr(highlight, "_requested", set())
    card = CodeCard(ChatStyle(theme), CodeLeaf("x = 1", "python"))
    qtbot.addWidget(card)
    card.finish()
    qtbot.waitUntil(lambda: not card.is_busy)
    assert card.view.toPlainText() == "x = 1"
