"""LaTeX as vector graphics (GUI thread; the pictures are worked out on a thread of their own).

``ziamath`` makes SVG of a formula, in some milliseconds. It is imported when the first formula comes.
"""

from __future__ import annotations

import logging
import queue
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, QSizeF, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPyTextObject, QTextCharFormat, QTextDocument, QTextFormat
from PySide6.QtSvg import QSvgRenderer

from llmdesk.ui.chat.markdown.leaves import Cell, Span
from llmdesk.ui.threads.thread_results import ThreadResults

_log = logging.getLogger(__name__)

MAX_KEPT = 2_000
SIZE = 100.0
"""Units of a picture for the size of its letters."""
LETTERS = 1.06
"""How much larger than the text around it a formula is set, so that its small letters are as high."""
OBJECT_TYPE = QTextFormat.ObjectTypes.UserObject.value + 1
_SOURCE, _KIND, _TEXT_PX = (QTextFormat.Property.UserProperty.value + i for i in (11, 12, 13))
_VIEW_BOX = re.compile(r'viewBox="([-\d.e]+) ([-\d.e]+) ([-\d.e]+) ([-\d.e]+)"')


@dataclass(frozen=True, slots=True)
class Picture:
    """A formula in black. Sizes in units of ``SIZE``; the line of writing is at ``ascent`` from the top."""

    svg: str
    width: float
    ascent: float
    descent: float


def draw(span_text: str, kind: str) -> Picture | None:
    """Work out a picture; None if this is no LaTeX that is understood. Any thread; milliseconds."""
    try:
        import ziamath  # takes some tenths of a second

        ziamath.config.svg2 = False
        svg = str(ziamath.Latex(latex_of(span_text), size=SIZE, inline=kind == "inline").svg())
    except Exception as error:  # of whatever kind: the formula is a model's
        _log.debug("a formula of %d characters cannot be drawn: %s", len(span_text), type(error).__name__)
        return None
    box = _VIEW_BOX.search(svg)
    if box is None:
        return None
    _, top, width, height = map(float, box.groups())
    return Picture(svg, width, -top, top + height)


def latex_of(text: str) -> str:
    """What stands between the marks."""
    return text[2:-2].strip() if text[:2] in ("$$", "\\[", "\\(") else text[1:-1].strip()


class Formulas(QObject):
    """Pictures by source, drawn one after the other; ``changed`` says that some more are known.

    Signals:
        changed(): more formulas can be shown.
    """

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._pictures: dict[tuple[str, str], Picture | None] = {}
        self._wanted: set[tuple[str, str]] = set()
        self._renderers: dict[tuple[str, str, str], QSvgRenderer] = {}
        self._queue: queue.SimpleQueue[tuple[str, str]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._drawn: ThreadResults[tuple[str, str, Picture | None]] = ThreadResults(self, self._on_drawn)
        self.handler = FormulaObject(self)

    def shown(self, spans: Cell) -> Cell:
        """The same runs; formulas whose picture is known are ``is_drawn``. The others will be worked out."""
        return tuple(replace(span, is_drawn=self._is_known(span)) if span.math else span for span in spans)

    def serve(self, document: QTextDocument, show: Callable[[], None]) -> None:
        """Paint the formulas of this document; ``show`` is called when more of them are known. Once for each."""
        layout = document.documentLayout()
        if layout.handlerForObject(OBJECT_TYPE) is None:
            layout.registerHandler(OBJECT_TYPE, self.handler)
            self.changed.connect(show)

    def picture(self, text: str, kind: str) -> Picture | None:
        """None if it is not known, or cannot be drawn."""
        return self._pictures.get((text, kind))

    def renderer(self, text: str, kind: str, color: QColor) -> QSvgRenderer | None:
        """Paints it in a colour."""
        key = (text, kind, color.name())
        picture = self.picture(text, kind)
        if key not in self._renderers and picture is not None:
            if len(self._renderers) > MAX_KEPT:
                self._renderers.clear()
            svg = picture.svg.replace('fill="black"', f'fill="{color.name()}"')
            svg = svg.replace("<svg ", f'<svg fill="{color.name()}" ', 1)
            self._renderers[key] = QSvgRenderer(svg.encode("utf-8"))
        return self._renderers.get(key)

    def _is_known(self, span: Span) -> bool:
        key = (span.text, span.math)
        if key in self._pictures:
            return self._pictures[key] is not None
        if key not in self._wanted:
            self._wanted.add(key)
            self._drawn.expect()
            with self._lock:
                self._queue.put(key)
                if self._thread is None:
                    # Daemon: a formula that takes its time must not keep the program from ending.
                    self._thread = threading.Thread(target=self._work, name="formulas", daemon=True)
                    self._thread.start()
        return False

    def _work(self) -> None:
        while True:
            with self._lock:
                if self._queue.empty():
                    self._thread = None
                    return
                text, kind = self._queue.get()
            self._drawn.put((text, kind, draw(text, kind)))

    def _on_drawn(self, drawn: tuple[str, str, Picture | None]) -> None:
        text, kind, picture = drawn
        if len(self._pictures) > MAX_KEPT:
            self._pictures.clear()
        self._pictures[(text, kind)] = picture
        self._wanted.discard((text, kind))
        if picture is not None:
            self.changed.emit()

    def set_format(self, result: QTextCharFormat, span: Span, text_px: float) -> None:
        """Make a character's format one of a formula, that stands on the line of the words around it.

        Qt puts the lower edge of an object as far below the line as its format's font reaches: so the font gets the
        size with which that is as far as the formula reaches.
        """
        picture = self.picture(span.text, span.math)
        result.setObjectType(OBJECT_TYPE)
        result.setProperty(_SOURCE, span.text)
        result.setProperty(_KIND, span.math)
        result.setProperty(_TEXT_PX, text_px)
        result.setToolTip(span.text)
        result.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignBaseline)
        font = result.font()
        font.setPixelSize(100)
        reach = max(0.05, QFontMetricsF(font).descent() / 100)
        descent_px = picture.descent * text_px * LETTERS / SIZE if picture is not None else 0
        font.setPixelSize(max(1, round(descent_px / reach + 0.5)))
        result.setFont(font)


class FormulaObject(QPyTextObject):
    """What a document asks about the formulas in it."""

    def __init__(self, formulas: Formulas) -> None:
        super().__init__(formulas)
        self._formulas = formulas

    def intrinsicSize(self, document: QTextDocument, place: int, char_format: QTextFormat) -> QSizeF:
        """Width and height in pixels, no wider than the text."""
        picture = self._picture(char_format)
        if picture is None:
            return QSizeF(1, 1)
        scale = self._scale(document, char_format, picture)
        below_px = QFontMetricsF(char_format.toCharFormat().font()).descent()
        return QSizeF(picture.width * scale, picture.ascent * scale + below_px)

    def drawObject(
        self, painter: QPainter, rect: QRectF | QRect, document: QTextDocument, place: int, char_format: QTextFormat
    ) -> None:
        """Paint it with its line of writing on that of the words."""
        picture = self._picture(char_format)
        color = char_format.toCharFormat().foreground().color()
        renderer = self._formulas.renderer(*_key(char_format), color)
        if picture is None or renderer is None:
            return
        scale = self._scale(document, char_format, picture)
        base_px = QRectF(rect).bottom() - QFontMetricsF(char_format.toCharFormat().font()).descent()
        size = QSizeF(picture.width * scale, (picture.ascent + picture.descent) * scale)
        renderer.render(painter, QRectF(QPointF(rect.left(), base_px - picture.ascent * scale), size))

    def _picture(self, char_format: QTextFormat) -> Picture | None:
        return self._formulas.picture(*_key(char_format))

    def _scale(self, document: QTextDocument, char_format: QTextFormat, picture: Picture) -> float:
        scale = float(char_format.property(_TEXT_PX)) * LETTERS / SIZE
        room_px = document.textWidth() - 4
        return min(scale, room_px / picture.width) if room_px > 20 and picture.width > 0 else scale


def _key(char_format: QTextFormat) -> tuple[str, str]:
    return str(char_format.property(_SOURCE)), str(char_format.property(_KIND))


def needs_drawing(spans: Sequence[Span]) -> bool:
    """True if a formula among them is not drawn."""
    return any(span.math and not span.is_drawn for span in spans)
