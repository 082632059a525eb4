"""A conversation in a window of its own, for the test of the mouse: says where words are and what is selected."""

from __future__ import annotations

import sys

from PySide6.QtCore import QTimer
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from llmdesk.app import make_application
from llmdesk.ui.kit.theme import Theme
from tests.ui.chat.conftest import DrivenPane

SOURCE = "First words.\n\n- item one\n- item two\n\n```\ncode here\n```\n\n| Name |\n|---|\n| one |\n| two |\n\nEnd."


def main() -> None:
    """Shows the window until standard input says nothing more."""
    app = make_application()
    window = QWidget()
    pane = DrivenPane(Theme(), window)
    QVBoxLayout(window).addWidget(pane)
    window.resize(900, 700)
    window.show()
    pane.begin_turn("1", "The prompt")
    pane.append_text("1", SOURCE)
    pane.finish_turn("1")
    selection = pane.conversation_view.selection

    def tell_places() -> None:
        places = []
        for view in selection._views():
            for text in ("item two", "code", "one", "prompt"):
                cursor = view.document().find(text)
                if not cursor.isNull():
                    # Words of a table are selected as far as the mouse goes.
                    cursor.setPosition(cursor.selectionEnd() if text == "one" else cursor.selectionStart())
                    place = view.viewport().mapToGlobal(view.cursorRect(cursor).center())
                    places.append(f"{text}={place.x()} {place.y()}")
        _say(";".join(places))

    def tell_selection() -> None:
        clipboard = QGuiApplication.clipboard()
        _say(repr((selection.text(), clipboard.text(QClipboard.Mode.Selection), clipboard.text())))

    clicks = QTimer(app)
    clicks.timeout.connect(tell_selection)
    QTimer.singleShot(1_000, tell_places)
    QTimer.singleShot(1_000, lambda: clicks.start(200))
    QTimer.singleShot(60_000, app.quit)
    sys.exit(app.exec())


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
