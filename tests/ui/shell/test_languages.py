"""All words of the window are translated: with a language that marks each sentence, nothing shows without marks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator
from PySide6.QtWidgets import QApplication, QWidget

from llmdesk.ui.kit import words
from tests.ui.conftest import Window
from tests.ui.shown_texts import texts_of

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support (propagateSizeHints|raise)", extend=True)

MakeWindow = Callable[..., Window]
MARKED = re.compile(r"⟦[^⟦⟧]*⟧")


class Marking(QTranslator):
    """A language in which every sentence of llmdesk's stands between ⟦ and ⟧."""

    def translate(self, context: str, source: str, disambiguation: str = "", n: int = -1) -> str:  # type: ignore[override]
        return f"⟦{source}⟧" if context == words.CONTEXT else ""

    def isEmpty(self) -> bool:
        return False


@pytest.fixture
def marking(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever is made speaks that language."""
    language = Marking()
    monkeypatch.setattr(words, "install", lambda *_: True)
    QCoreApplication.installTranslator(language)
    yield
    QCoreApplication.removeTranslator(language)


def unmarked(text: str) -> str:
    """What is left of a text without what is marked."""
    while MARKED.search(text):
        text = MARKED.sub("", text)
    return text


_SAME_IN_ALL = re.compile(
    r"llmdesk\S*|Alpha|Beta|Gamma|int[48]|bf16|(Ctrl|Shift|Alt)\+\S+|F\d+|Enter|Esc|PgUp|/\S*|https?:\S+|[a-z_]+(\.[a-z_]+)+"
    r"|Apache-2\.0|[A-Z][A-Z_]{2,}|English|Deutsch|简体中文"
)


def foreign(root: QWidget, ours: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """Places and texts of what would stay English. ``ours``: what the test itself has written."""
    found = []
    for place, text in texts_of(root):
        rest = _SAME_IN_ALL.sub("", unmarked(text))
        for own in ours:
            rest = rest.replace(own, "")
        if re.search(r"[A-Za-z]{2,}", rest):
            found.append((place, text))
    return sorted(set(found))


def test_x(marking: None, make_window: MakeWindow) -> None:
    window = make_window()
    window.qtbot.waitUntil(lambda: window.main.top_bar.status.state == "ready")
    window.ask("[tokens=20] question")
    window.wait_settled()
    main = window.main
    window.open_picker()
    main.settings_requested.emit()
    main.server_requested.emit()
    main.show_shortcuts()
    main.show_about()
    main.action_table["palette"].trigger()
    for a in ("system_prompt", "context", "prompts", "unfold_figures"):
        main.action_table[a].trigger()
        QApplication.processEvents()
    window.qtbot.wait(300)
    open("/tmp/languages/foreign.txt", "w").write("\n".join(map(str, foreign(main, ("question",)))))
