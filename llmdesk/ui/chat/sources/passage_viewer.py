"""A passage that an answer was given, in what stands around it in its file (GUI thread only).

The passage is shown at once, as it was when the question was asked. What stands around it is read from the file as it
is now, if that is one of the user's own collections; a path in a chat that was imported is opened by nobody but the
user, by a click and after a question.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from llmdesk.services.collections.passage import Passage
from llmdesk.ui.chat.markdown.leaves import length
from llmdesk.ui.chat.sources.source_row import place_of
from llmdesk.ui.kit import files
from llmdesk.ui.kit.buttons import Button, CopyButton
from llmdesk.ui.kit.labels import Label
from llmdesk.ui.kit.popover import Popover
from llmdesk.ui.kit.spacing import column, row
from llmdesk.ui.kit.styled import scroll_bar_css
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr

_WIDTH_PX, _HEIGHT_PX = 720, 520
_AROUND_CHARS = 20_000
"""To each side: a long file takes a moment to be laid out."""


class PassageViewer(Popover):
    """See the module. ``collection``: the name of what was searched; empty for an attached file."""

    def __init__(self, theme: Theme, window: QWidget, passage: Passage, collection: str) -> None:
        title = tr("Source {number}: {where}", number=passage.number, where=place_of(passage))
        super().__init__(theme, window, _WIDTH_PX, _HEIGHT_PX, title)
        self._passage = passage
        where = tr("In the collection {name}", name=collection) if collection else tr("Attached file")
        about = ". ".join(filter(None, (where, passage.heading)))
        self.told = Label(theme, about, "secondary", "small", wraps=True)
        self.panel_layout.addLayout(column(theme, self.told, margins=(20, 0, 20, 8)))
        self.view = _text_view(theme, tr("Text of {name}", name=passage.name))
        holder = column(theme, margins=(20, 0, 20, 12))
        holder.addWidget(self.view, 1)
        self.panel_layout.addLayout(holder, 1)
        self.copy = CopyButton(theme, tr("Copy the passage"), text=tr("Copy"))
        self.copy.clicked.connect(lambda: self.copy.copy(passage.text))
        self.open_file = Button(theme, tr("Open the file…"), "expand", bordered=True)
        self.open_file.clicked.connect(self._open_file)
        if not Path(passage.path).is_absolute():
            self.open_file.hide()
        self._problem = Label(theme, "", "warning", "small", wraps=True)
        foot = row(theme, self.open_file, self.copy, margins=(20, 0, 20, 14))
        foot.addWidget(self._problem, 1)
        self.foot.addLayout(foot)
        self.setFocusProxy(self.view)
        self.view.setPlainText(passage.text)
        self._mark(0, len(passage.text))

    def show_around(self, text: str) -> None:
        """All of the file's text, in which the passage is marked, unless it stands there no more."""
        begin = text.find(self._passage.text)
        if begin < 0:
            self._problem.setText(tr("The file has changed since then. This is what the model was given."))
            return
        first = max(0, begin - _AROUND_CHARS)
        last = min(len(text), begin + len(self._passage.text) + _AROUND_CHARS)
        before, after = "…" if first else "", "…" if last < len(text) else ""
        self.view.setPlainText(f"{before}{text[first:last]}{after}")
        self._mark(len(before) + begin - first, len(self._passage.text))

    def show_gone(self) -> None:
        """The file could not be read."""
        self._problem.setText(tr("The file cannot be read any more. This is what the model was given."))

    def _mark(self, begin: int, chars: int) -> None:
        shown = self.view.toPlainText()
        cursor = QTextCursor(self.view.document())
        cursor.setPosition(length(shown[:begin]))
        top = QTextCursor(cursor)
        cursor.setPosition(length(shown[: begin + chars]), QTextCursor.MoveMode.KeepAnchor)
        marked = QTextEdit.ExtraSelection()
        look = QTextCharFormat()
        look.setBackground(self._theme.color("accent", 0.22))
        marked.format, marked.cursor = look, cursor
        self.view.setExtraSelections([marked])
        self.view.setTextCursor(top)
        QTimer.singleShot(0, self.view, self._scroll_to_mark)  # once it is laid out

    def _scroll_to_mark(self) -> None:
        self.view.centerCursor()

    @property
    def marked_text(self) -> str:
        """What is marked, for tests and screen readers."""
        selections = self.view.extraSelections()
        return selections[0].cursor.selection().toPlainText() if selections else ""

    def _open_file(self) -> None:
        path = Path(self._passage.path)
        if files.ask_to_open(self, path) and not files.show_in_system(path):
            self._problem.setText(tr("The file is not there any more, or no program for it was found."))


def open_passage(theme: Theme, anchor: QWidget, passage: Passage, collection: str) -> PassageViewer:
    """Show it over the window of ``anchor``."""
    viewer = PassageViewer(theme, anchor.window(), passage, collection)
    viewer.closed.connect(viewer.deleteLater)
    viewer.open_under(anchor)
    return viewer


def _text_view(theme: Theme, name: str) -> QPlainTextEdit:
    view = QPlainTextEdit()
    view.setReadOnly(True)
    view.setAccessibleName(name)
    view.setFont(theme.font("small"))
    colors = theme.colors
    view.setStyleSheet(
        f"QPlainTextEdit {{ background: {colors.window}; color: {colors.text}; border: 1px solid {colors.line};"
        f" border-radius: {theme.px(8)}px; padding: {theme.px(6)}px; }}" + scroll_bar_css(theme)
    )
    return view
