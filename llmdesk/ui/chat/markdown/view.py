"""An answer's markdown as widgets, kept up to date while it streams (GUI thread only)."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPainter, QPixmap, QShowEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from llmdesk.ui.chat.markdown.citations import with_citations
from llmdesk.ui.chat.markdown.code_card import CodeCard
from llmdesk.ui.chat.markdown.document_view import DocumentView
from llmdesk.ui.chat.markdown.leaves import Leaf, RuleLeaf, TextLeaf
from llmdesk.ui.chat.markdown.segments import Segment, can_take, grow, is_same_kind, make_segment, rewrite
from llmdesk.ui.chat.markdown.selection import Part
from llmdesk.ui.chat.markdown.stream import MarkdownStream, Update
from llmdesk.ui.chat.markdown.text_view import TextView
from llmdesk.ui.chat.style import ChatStyle, keep_painted
from llmdesk.ui.kit.pace import PACE, frame_ms

EARLY_MS = 10
UNSEEN_MS = 500
"""Nobody sees frames of a chat that another page covers: there they only keep the work from piling up."""
SLOW_RENDER_MS = 8
MAX_INTERVAL_MS = 250
SLICE_CHARS = 2_000
CURSOR_PX = (8, 17)


class MarkdownView(QWidget):
    """``append`` pieces of source; they are shown in batches on a timer, a slice of bounded size at a time.

    Signals:
        rendered(chars): so many more characters of the source are on the screen.
        source_requested(int): a number in brackets that cites one of the sources.
        finished(): after ``finish``, once all of the text is shown.
    """

    rendered = Signal(int)
    finished = Signal()
    source_requested = Signal(int)

    def __init__(self, style: ChatStyle, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._source_numbers: frozenset[int] = frozenset()
        self._stream = MarkdownStream()
        self._pending: deque[str] = deque()  # joined, each piece of a long jump would copy all that waits
        self._leaves: list[Leaf] = []
        self._final_count = 0
        self._segments: list[Segment] = []
        self._has_ended = False
        self._is_done = False
        self.last_render_ms = 0.0
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        keep_painted(self)
        self.block_cursor = QLabel(self)  # a picture: it is painted with every frame
        self.block_cursor.hide()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.render_now)
        self._interval_ms = frame_ms()
        self._rendered_s = 0.0
        style.changed.connect(self.restyle)
        self.restyle()

    @property
    def is_empty(self) -> bool:
        """True until something can be seen."""
        return not self._leaves

    @property
    def is_done(self) -> bool:
        """True once all of a complete text is shown."""
        return self._is_done

    @property
    def segments(self) -> list[Segment]:
        """The widgets, from top to bottom."""
        return list(self._segments)

    def parts(self) -> list[Part]:
        """What can be selected, from top to bottom."""
        return [segment.document_view or RuleLeaf(segment.path) for segment in self._segments]

    def set_sources(self, numbers: Iterable[int]) -> None:
        """What can be cited; before there is any text."""
        self._source_numbers = frozenset(numbers)

    def append(self, text: str) -> None:
        """More source; shown with the next frame."""
        if self._has_ended or not text:
            return
        self._pending.append(text)
        if not self._timer.isActive():
            passed_ms = (time.perf_counter() - self._rendered_s) * 1000
            interval_ms = self._interval_ms if self._is_seen else UNSEEN_MS
            # Text comes in batches a frame apart, so the next one is usually due when it comes.
            self._timer.start(max(0, round(interval_ms - passed_ms - EARLY_MS)))

    def showEvent(self, event: QShowEvent) -> None:
        """What came meanwhile is there at once."""
        super().showEvent(event)
        if self._timer.isActive():
            self._timer.start(0)

    @property
    def _is_seen(self) -> bool:
        return self.isVisible() and not self.window().isMinimized()

    def finish(self) -> None:
        """The source is complete. What is left is shown now, or in slices if it is long."""
        if self._has_ended:
            return
        self._has_ended = True
        self._timer.stop()
        self.render_now()

    @Slot()
    def render_now(self) -> None:
        """Show the next slice of what has come; the timer calls it."""
        start_s = time.perf_counter()
        if self._has_ended or not self._is_seen:
            PACE.rest()
        else:
            PACE.note_frame()
        piece = self._next_slice()
        self._stream.feed(piece)
        self._is_done = self._has_ended and not self._pending
        self._apply(self._stream.finish() if self._is_done else self._stream.take())
        self._place_cursor()
        self._schedule((time.perf_counter() - start_s) * 1000)
        self.rendered.emit(len(piece))
        if self._is_done:
            self.finished.emit()

    def _next_slice(self) -> str:
        """Of what waits, as much as one frame may show."""
        text = ""
        while self._pending and len(text) < SLICE_CHARS:
            text += self._pending.popleft()
        if len(text) > SLICE_CHARS:
            self._pending.appendleft(text[SLICE_CHARS:])
        return text[:SLICE_CHARS]

    def _schedule(self, render_ms: float) -> None:
        self.last_render_ms = render_ms
        self._rendered_s = time.perf_counter()
        slow = min(MAX_INTERVAL_MS, round(4 * render_ms))
        self._interval_ms = max(frame_ms(), slow) if render_ms > SLOW_RENDER_MS else frame_ms()
        if self._pending:  # behind: catch up, but let the window breathe
            self._timer.start(max(2, round(render_ms)))

    def _apply(self, update: Update) -> None:
        if self._source_numbers:
            final, tail = (
                [with_citations(leaf, self._source_numbers) for leaf in part] for part in (update.final, update.tail)
            )
            update = replace(update, final=final, tail=tail)
        if update.reset:
            self._rewrite(update.final)
            self._final_count = 0
        new = update.final + update.tail
        same = 0
        shown = self._leaves[self._final_count :]
        while same < min(len(shown), len(new)) and shown[same] == new[same]:
            same += 1
        keep = self._final_count + same
        if keep < len(self._leaves) and same < len(new):
            self._truncate(keep + 1)
            if grow(self._segments[-1], self._leaves[-1], new[same]):
                self._leaves[-1] = new[same]
                same, keep = same + 1, keep + 1
        self._truncate(keep)
        for leaf in new[same:]:
            self._add(leaf)
        self._finish_leaves(self._final_count + len(update.final))

    def _rewrite(self, leaves: list[Leaf]) -> None:
        """Words that were final have become others (a link was defined after its use): their widgets stay."""
        count = min(self._final_count, len(leaves))
        place = 0
        for segment in self._segments:
            old, new = self._leaves[place : place + segment.count], leaves[place : place + segment.count]
            place += segment.count
            if place > count or not all(map(is_same_kind, old, new)):
                break
            rewrite(segment, old, new)
            self._leaves[place - segment.count : place] = new

    def _add(self, leaf: Leaf) -> None:
        last = self._segments[-1] if self._segments else None
        if last is not None and isinstance(leaf, TextLeaf) and can_take(last, leaf):
            assert isinstance(last.content, TextView)
            last.content.append(leaf)
            last.count += 1
        else:
            segment = make_segment(self._style, leaf, self._leaves[-1] if self._leaves else None, last)
            self._segments.append(segment)
            self._layout.addWidget(segment)
            if (view := segment.document_view) is not None:
                view.source_requested.connect(self.source_requested)
        self._leaves.append(leaf)

    def _truncate(self, count: int) -> None:
        """Drop all leaves but the first ``count``."""
        while len(self._leaves) > count:
            segment = self._segments[-1]
            surplus = len(self._leaves) - count
            if segment.count > surplus and isinstance(segment.content, TextView):
                segment.count -= surplus
                segment.content.truncate(segment.count)
                del self._leaves[count:]
            else:
                del self._leaves[-segment.count :]
                self._remove_last_segment()

    def _remove_last_segment(self) -> None:
        segment = self._segments.pop()
        if segment.isAncestorOf(self.block_cursor):
            self.block_cursor.setParent(self)
        self._layout.removeWidget(segment)
        segment.hide()
        segment.deleteLater()

    def _finish_leaves(self, final_count: int) -> None:
        """Code that cannot change any more gets its colours."""
        first = len(self._leaves)
        for segment in reversed(self._segments):
            first -= segment.count
            if first + segment.count <= self._final_count:
                break
            if first < final_count and isinstance(segment.content, CodeCard):
                segment.content.finish()
        self._final_count = final_count

    @Slot()
    def _place_cursor(self) -> None:
        """The block cursor behind the last word, while the answer streams."""
        view = self._last_document()
        if self._is_done or view is None:
            self.block_cursor.hide()
            return
        rect = view.cursorRect(view.end)
        if self.block_cursor.parent() is not view.viewport():
            self.block_cursor.setParent(view.viewport())
            view.resized.connect(self._place_cursor, Qt.ConnectionType.UniqueConnection)
        self.block_cursor.move(rect.left() + self._style.px(3), rect.center().y() - self.block_cursor.height() // 2)
        self.block_cursor.show()

    def _last_document(self) -> DocumentView | None:
        content = self._segments[-1].content if self._segments else None
        if isinstance(content, CodeCard):
            return content.view
        return content if isinstance(content, TextView) else None

    def _cursor_picture(self) -> QPixmap:
        width, height = (self._style.px(side) for side in CURSOR_PX)
        picture = QPixmap(2 * width, 2 * height)  # sharp on screens of up to 2x
        picture.setDevicePixelRatio(2)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._style.color("accent"))
        painter.drawRoundedRect(0, 0, width, height, 2, 2)
        painter.end()
        return picture

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed."""
        self.block_cursor.setFixedSize(*(self._style.px(side) for side in CURSOR_PX))
        self.block_cursor.setPixmap(self._cursor_picture())
        for segment in self._segments:
            if isinstance(segment.content, TextView):
                segment.content.restyle()
        self._place_cursor()
