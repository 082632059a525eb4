"""What a row of the picker says of its model, in four lines (GUI thread only)."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Slot
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from llmdesk.datatypes.model import ModelInMemory, Precision
from llmdesk.models.survey import Entry
from llmdesk.ui.kit.labels import MEDIUM
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.wording import percent_text, size_text
from llmdesk.ui.kit.words import tr
from llmdesk.ui.models.speed_words import SpeedLine

LINE_GAP_PX = 3
_LEAST_WORDS_PX = 60
_BESIDE_PX = 10


class RowWords(QWidget):
    """Four lines, each as long as there is room; what is cut is in the tool tip. Drawn here: many rows are made."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._lines: list[tuple[str, str]] = []
        self._notes = self._good_for = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.restyle)

    @property
    def texts(self) -> list[str]:
        """The lines, whole."""
        return [text for text, _ in self._lines]

    @property
    def explanation(self) -> str:
        """What the tool tip says besides what is cut."""
        return self._notes

    def show_words(
        self, title: str, facts: str, fit: str, fit_color: str, speed: SpeedLine, notes: str, good_for: str = ""
    ) -> None:
        """``notes`` are for the tool tip; what it is ``good_for`` stands behind the title, as far as there is room."""
        self._good_for = good_for
        self._lines = [(title, "text"), (facts, "secondary"), (fit, fit_color), (speed.text, speed.color)]
        self._notes = "\n\n".join(filter(None, (notes, speed.explanation)))
        self.update()

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed."""
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Any width will do."""
        return QSize(self._theme.px(_LEAST_WORDS_PX), words_height(self._theme))

    def event(self, event: QEvent) -> bool:
        """The tool tip: lines that are cut, then the notes."""
        if event.type() == QEvent.Type.ToolTip:
            width = self.width()
            cut = [
                text
                for (text, _), metrics in zip(self._lines, _metrics(self._theme), strict=True)
                if metrics.horizontalAdvance(text) > width
            ]
            self.setToolTip("\n".join(filter(None, (*cut, self._notes))))
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The lines."""
        painter = QPainter(self)
        top = 0.0
        for (text, color), font, metrics in zip(self._lines, _fonts(self._theme), _metrics(self._theme), strict=True):
            painter.setFont(font)
            painter.setPen(self._theme.color(color))
            elided = metrics.elidedText(text, Qt.TextElideMode.ElideRight, self.width())
            painter.drawText(QPointF(0, top + metrics.ascent()), elided)
            if not top and self._good_for:
                self._draw_beside(painter, metrics.horizontalAdvance(elided), metrics.ascent())
            top += metrics.height() + self._theme.px(LINE_GAP_PX)

    def _draw_beside(self, painter: QPainter, left: float, baseline: float) -> None:
        """What the model is good for, behind its title."""
        left += self._theme.px(_BESIDE_PX)
        font = self._theme.font("small")
        text = QFontMetricsF(font).elidedText(self._good_for, Qt.TextElideMode.ElideRight, self.width() - left)
        painter.setFont(font)
        painter.setPen(self._theme.color("secondary"))
        painter.drawText(QPointF(left, baseline), text)


def words_height(theme: Theme) -> int:
    """Of the four lines."""
    lines = sum(metrics.height() for metrics in _metrics(theme))
    return math.ceil(lines) + 3 * theme.px(LINE_GAP_PX)


def _fonts(theme: Theme) -> tuple[QFont, ...]:
    return theme.font("ui", MEDIUM), theme.font("small"), theme.font("small"), theme.font("small")


def _metrics(theme: Theme) -> tuple[QFontMetricsF, ...]:
    return tuple(QFontMetricsF(font) for font in _fonts(theme))


def facts_text(entry: Entry, model: ModelInMemory | None = None) -> str:
    """The line under the title: precision, size, licence; of a model in memory what it takes there, and for whom."""
    spec = entry.spec
    is_remote = spec.source.kind == "server"
    if spec.purpose == "embeddings":
        parts: list[str] = [tr("embeddings, not for chat")]
    else:
        form = tr("Remote") if is_remote else shown_precision(entry, model)
        parts = [*filter(None, [form, abilities_text(entry)])]
    if model is not None:
        parts.append(_memory_text(model, is_remote))
    elif not is_remote:
        parts.append(_files_text(entry))
    if spec.licence:
        parts.append(spec.licence)
    if spec.gated:
        parts.append(tr("needs a login"))
    parts += [words for words, is_so in ((tr("thinks"), spec.thinks), (tr("calls tools"), spec.tools)) if is_so]
    return "  ·  ".join(filter(None, parts))


def _files_text(entry: Entry) -> str:
    if entry.is_installed:
        return tr("on this machine")
    if entry.is_begun:
        return tr("partly fetched")
    size_bytes = entry.spec.download_bytes
    return tr("{size} to fetch", size=size_text(size_bytes)) if size_bytes else tr("to be fetched")


def abilities_text(entry: Entry) -> str:
    """What a model does besides writing; empty if nothing is known."""
    return tr("sees images") if entry.spec.sees else ""


def shown_precision(entry: Entry, model: ModelInMemory | None) -> Precision:
    """As it is in memory, else as it would be loaded by itself."""
    return model.info.precision if model is not None and model.info is not None else entry.spec.precision


def _memory_text(model: ModelInMemory, is_remote: bool) -> str:
    """As "in memory, 1.2 GB, used by the server"; llmdesk itself uses what drafts or finds passages."""
    if model.state == "loading":
        return tr("loading, {percent}", percent=percent_text(model.fraction))
    parts = [] if is_remote else [tr("in memory")]
    if model.memory_bytes:
        parts.append(size_text(model.memory_bytes))
    if "api" in model.users:
        parts.append(tr("used by the server"))
    if model.is_for_llmdesk:
        parts.append(tr("used by llmdesk itself"))
    return ", ".join(parts)
