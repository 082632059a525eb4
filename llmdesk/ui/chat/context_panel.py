"""What fills the context, part by part, and what happens when it is full (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from llmdesk.services.chats.context_count import ContextCount
from llmdesk.ui.chat.context_watch import ContextWatch, warning_text
from llmdesk.ui.kit.labels import MEDIUM, Label
from llmdesk.ui.kit.numbers import digits
from llmdesk.ui.kit.popover import Popover
from llmdesk.ui.kit.spacing import row, space
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr

_PARTS = ("time", "tokens", "processor", "warning", "good", "line")  # colours
_BAR_PX = 10


class PartsBar(QWidget):
    """The parts side by side, in their colours."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._parts: tuple[int, ...] = (*(0 for _ in _PARTS[1:]), 1)
        theme.changed.connect(self.updateGeometry)

    def show_parts(self, parts: tuple[int, ...]) -> None:
        """Tokens of each."""
        self._parts = parts
        self.update()

    def sizeHint(self) -> QSize:
        """A thick line."""
        return QSize(self._theme.px(100), self._theme.px(_BAR_PX))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Rounded as a whole."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        path = QPainterPath()
        path.addRoundedRect(QRectF(self.rect()), self.height() / 2, self.height() / 2)
        painter.setClipPath(path)
        painter.fillRect(self.rect(), self._theme.color("line"))
        total, left = max(1, sum(self._parts)), 0.0
        for tokens, color in zip(self._parts, _PARTS, strict=True):
            width = self.width() * tokens / total
            painter.fillRect(QRectF(left, 0, width, self.height()), self._theme.color(color))
            left += width


class Dot(QWidget):
    """A part's colour."""

    def __init__(self, theme: Theme, color: str) -> None:
        super().__init__()
        self._theme, self._color = theme, color
        self.setFixedSize(self.sizeHint())
        theme.changed.connect(self.restyle)

    def sizeHint(self) -> QSize:
        """A small square."""
        return QSize(self._theme.px(12), self._theme.px(12))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The dot."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color(self._color))
        painter.drawEllipse(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed."""
        self.setFixedSize(self.sizeHint())
        self.update()


class ContextPanel(Popover):
    """Follows the meter while it is open."""

    def __init__(self, theme: Theme, window: QWidget, watch: ContextWatch) -> None:
        super().__init__(theme, window, 380, title=tr("Context"))
        self._bar = PartsBar(theme)
        self.figures = [Label(theme) for _ in _PARTS]
        self._sum = Label(theme, weight=MEDIUM, wraps=True)
        self._note = Label(theme, "", "secondary", "note", wraps=True)
        self._build()
        self._watch = watch
        watch.counted.connect(self._on_counted)

    @property
    def text(self) -> str:
        """All that it says."""
        return "\n".join((self._sum.text(), *(label.text() for label in self.figures), self._note.text()))

    def showEvent(self, event: QShowEvent) -> None:
        """With the figures of now; closed, it does not follow them."""
        self.show_count(self._watch.count)
        super().showEvent(event)

    @Slot(object)
    def _on_counted(self, count: ContextCount) -> None:
        if self.isVisible():
            self.show_count(count)

    def show_count(self, count: ContextCount) -> None:
        """Other figures."""
        parts = (count.system, count.history, count.attachments, count.sources, count.typed, count.free)
        self._bar.show_parts(parts)
        about = "" if count.is_exact else tr("about")
        for label, tokens in zip(self.figures, parts, strict=True):
            label.setText(" ".join(filter(None, (about, digits(tokens)))))
        total, context = digits(count.total), digits(count.context)
        if not count.context:
            self._sum.setText(tr("About {total} tokens; the model is not loaded.", total=total))
        elif count.is_exact:
            self._sum.setText(tr("The next prompt takes {total} of {context} tokens.", total=total, context=context))
        else:
            words = tr("The next prompt takes about {total} of {context} tokens.", total=total, context=context)
            self._sum.setText(words)
        self._note.setText(warning_text(count) or tr("What is free is left for the answer."))

    def _build(self) -> None:
        names = (
            tr("System prompt"),
            tr("Chat so far, with the model's marks"),
            tr("Attachments"),
            tr("Sources, at most"),
            tr("Being typed"),
            tr("Free"),
        )
        grid = QGridLayout()
        space(self._theme, grid, (20, 4, 20, 8), spacing=10)
        grid.setColumnStretch(1, 1)
        for number, (name, figure, color) in enumerate(zip(names, self.figures, _PARTS, strict=True)):
            figure.setAccessibleName(name)
            grid.addWidget(Dot(self._theme, color), number, 0)
            grid.addWidget(Label(self._theme, name, "secondary", wraps=True), number, 1)
            grid.addWidget(figure, number, 2, Qt.AlignmentFlag.AlignRight)
        self.panel_layout.addLayout(row(self._theme, self._sum, margins=(20, 4, 20, 8)))
        self.panel_layout.addLayout(row(self._theme, self._bar, margins=(20, 0, 20, 8)))
        self.panel_layout.addLayout(grid)
        self.panel_layout.addLayout(row(self._theme, self._note, margins=(20, 0, 20, 20)))
