"""The widgets of one answer, one for each run of paragraphs, code block, table or rule (GUI thread only)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QRect, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from llmdesk.ui.chat.markdown.bidi import is_right_to_left
from llmdesk.ui.chat.markdown.code_card import CodeCard
from llmdesk.ui.chat.markdown.document_view import DocumentView
from llmdesk.ui.chat.markdown.leaves import CodeLeaf, Leaf, RuleLeaf, TableLeaf, TextLeaf
from llmdesk.ui.chat.markdown.table_card import TableCard
from llmdesk.ui.chat.markdown.text_view import TextView
from llmdesk.ui.chat.style import (
    BLOCK_GAP_PX,
    LIST_INDENT_PX,
    MAX_INDENT_LEVELS,
    QUOTE_INDENT_PX,
    ChatStyle,
    gap_px,
    keep_painted,
)
from llmdesk.ui.kit.surfaces import Hairline

BAR_PX = 3


class Segment(QWidget):
    """A widget at the indent of its lists and quotes, with the bars of the quotes beside it.

    ``mirrored``: the indent and the bars are at the right, as text that is written from the right has them.
    """

    def __init__(
        self, style: ChatStyle, content: QWidget, path: str, top_px: float, joined: int, mirrored: bool
    ) -> None:
        super().__init__()
        self.mirrored = mirrored
        self._style = style
        self._top_px = top_px
        self._joined = joined  # levels that the segment above has as well
        self.content = content
        self.count = 1  # leaves shown
        self.path = path
        self._layout = QVBoxLayout(self)
        self._layout.addWidget(content)
        keep_painted(self)
        style.changed.connect(self.restyle)
        self.restyle()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The bars of quotes; anything else is painted by the content."""
        if not self._bars:
            return
        painter = QPainter(self)
        width = self._style.px(BAR_PX)
        for x, top in self._bars:
            bar = QRect(self.width() - x - width if self.mirrored else x, top, width, self.height() - top)
            painter.fillRect(bar, self._style.color("line"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Bars at the right move."""
        super().resizeEvent(event)
        if self._bars and self.mirrored and event.oldSize().width() != self.width():
            self.update()

    def set_mirrored(self, mirrored: bool) -> None:
        """The first letter has come, or another one."""
        if mirrored != self.mirrored:
            self.mirrored = mirrored
            self.restyle()

    @property
    def ends_mirrored(self) -> bool:
        """True if what follows in the same list or quote is mirrored as well."""
        content = self.content
        return content.ends_right_to_left if isinstance(content, TextView) else self.mirrored

    @property
    def document_view(self) -> DocumentView | None:
        """Where its words stand; None for a rule."""
        content = self.content.view if isinstance(self.content, CodeCard) else self.content
        return content if isinstance(content, DocumentView) else None

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed."""
        px = self._style.px
        self._bars: list[tuple[int, int]] = []  # x, and where the bar begins: at the top if the quote goes on
        indent_px = 0
        for i, level in enumerate(self.path[:MAX_INDENT_LEVELS]):
            if level == "q":
                self._bars.append((px(indent_px), 0 if i < self._joined else px(self._top_px)))
            indent_px += QUOTE_INDENT_PX if level == "q" else LIST_INDENT_PX
        left, right = (0, px(indent_px)) if self.mirrored else (px(indent_px), 0)
        self._layout.setContentsMargins(left, px(self._top_px), right, 0)
        if self._bars:
            self.update()


def text_base(path: str) -> str:
    """The part of a text leaf's path that is drawn around its view: up to the last quote."""
    return path[: path.rfind("q") + 1]


def make_segment(style: ChatStyle, leaf: Leaf, previous: Leaf | None, above: Segment | None) -> Segment:
    """The widget for a leaf that does not go into the segment above."""
    content: QWidget
    path = leaf.path
    mirrored = bool(leaf.path) and above is not None and above.ends_mirrored
    if isinstance(leaf, TextLeaf):
        path = text_base(leaf.path)
        content = TextView(style, path)
        content.append(leaf)
        mirrored = is_right_to_left(leaf.text)
    elif isinstance(leaf, CodeLeaf):
        content = CodeCard(style, leaf)
    elif isinstance(leaf, TableLeaf):
        content = TableCard(style, leaf)
    else:
        content = Hairline(style.theme)
    joined = _common_levels(path, previous.path) if previous is not None else 0
    return Segment(style, content, path, _gap_above_px(leaf, previous), joined, mirrored)


def _common_levels(path: str, other: str) -> int:
    return next((i for i, (a, b) in enumerate(zip(path, other, strict=False)) if a != b), min(len(path), len(other)))


def _gap_above_px(leaf: Leaf, previous: Leaf | None) -> float:
    if previous is None:
        return 0
    if isinstance(leaf, TextLeaf) and isinstance(previous, TextLeaf):
        return gap_px(leaf, previous)
    if isinstance(leaf, TextLeaf) and leaf.heading:
        return 22
    if isinstance(leaf, RuleLeaf) or isinstance(previous, RuleLeaf):
        return 20
    return BLOCK_GAP_PX


def can_take(segment: Segment, leaf: Leaf) -> bool:
    """True if the leaf goes into the text view of the segment."""
    view = segment.content
    if not isinstance(leaf, TextLeaf) or not isinstance(view, TextView):
        return False
    return text_base(leaf.path) == segment.path and not view.is_full


def rewrite(segment: Segment, old: Sequence[Leaf], new: Sequence[Leaf]) -> None:
    """Write other words into a segment whose leaves are of the same kinds (see ``is_same_kind``)."""
    if old == new:
        return
    content = segment.content
    if isinstance(content, TextView):
        content.rewrite([leaf for leaf in new if isinstance(leaf, TextLeaf)])
    elif isinstance(content, TableCard) and isinstance(new[0], TableLeaf):
        content.rewrite(new[0])


def is_same_kind(old: Leaf, new: Leaf) -> bool:
    """True if the widget of one can show the other: nothing but words and their styles differs."""
    if isinstance(old, TextLeaf) and isinstance(new, TextLeaf):
        return replace(old, spans=(), heading=0) == replace(new, spans=(), heading=0)
    if isinstance(old, TableLeaf) and isinstance(new, TableLeaf):
        return old.path == new.path
    return old == new


def grow(segment: Segment, old: Leaf, new: Leaf) -> bool:
    """Turn the last leaf of a segment into ``new`` in place; False if it has to be made anew."""
    content = segment.content
    if isinstance(content, TextView) and isinstance(new, TextLeaf) and isinstance(old, TextLeaf):
        is_same = (old.path, old.continues) == (new.path, new.continues)
        if is_same:
            content.replace_last(new)
            if segment.count == 1:
                segment.set_mirrored(is_right_to_left(new.text))
    elif isinstance(content, CodeCard) and isinstance(new, CodeLeaf) and isinstance(old, CodeLeaf):
        is_same = (old.path, old.language) == (new.path, new.language)
        if is_same:
            content.show_leaf(new)
    elif isinstance(content, TableCard) and isinstance(new, TableLeaf) and isinstance(old, TableLeaf):
        is_same = (old.path, old.header, old.aligns) == (new.path, new.header, new.aligns)
        if is_same:
            content.show_leaf(new)
    else:
        is_same = False
    return is_same
