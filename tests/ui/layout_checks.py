"""What every layout must keep, in any type and zoom: words whole, inside, and apart."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QLabel, QScrollArea, QWidget

from llmdesk.ui.chat.markdown.document_view import DocumentView
from llmdesk.ui.kit.labels import ElidedLabel


def assert_nothing_is_cut(root: QWidget) -> None:
    """All labels and buttons in sight have the room that their words need, within ``root`` and beside each other.

    What can be scrolled may lie above or below, but not beside, what is shown of it.
    """
    parts: list[QLabel | QAbstractButton] = [*root.findChildren(QLabel), *root.findChildren(QAbstractButton)]
    shown = [part for part in parts if _is_shown(part)]
    places = {part: QRect(part.mapTo(root, QPoint(0, 0)), part.size()) for part in shown}
    for part, place in places.items():
        name = f"{type(part).__name__} “{part.text()}”"
        assert _is_inside(part, root), f"{name} is partly outside: {place} in {root.rect()}"
        assert _missing_px(part) <= 0, f"{name} is cut by {_missing_px(part):.1f} px: {part.size()}"
        for other, other_place in places.items():
            is_apart = other is part or part.isAncestorOf(other) or other.isAncestorOf(part)
            is_apart = is_apart or _scroller(part) is not _scroller(other)
            assert is_apart or not place.intersects(other_place), f"{name} overlaps “{other.text()}”"
    for view in root.findChildren(DocumentView):
        if view.isVisible():
            assert view.document().size().height() <= view.height(), f"{type(view).__name__} is too low for its text"


def _is_shown(part: QLabel | QAbstractButton) -> bool:
    return part.isVisible() and bool(part.text())


def _scroller(part: QWidget) -> QScrollArea | None:
    above = part.parentWidget()
    while above is not None and not (isinstance(above, QScrollArea) and above.isAncestorOf(part)):
        above = above.parentWidget()
    return above if isinstance(above, QScrollArea) else None


def _is_inside(part: QWidget, root: QWidget) -> bool:
    scroller = _scroller(part)
    if scroller is None or not root.isAncestorOf(scroller):
        return root.rect().contains(QRect(part.mapTo(root, QPoint(0, 0)), part.size()))
    viewport = scroller.viewport()
    left = part.mapTo(viewport, QPoint(0, 0)).x()
    return left >= 0 and left + part.width() <= viewport.width()


def _missing_px(part: QLabel | QAbstractButton) -> float:
    """By how much the part is too narrow or too low."""
    if isinstance(part, QAbstractButton):
        hint = part.minimumSizeHint()
        return max(hint.width() - part.width(), hint.height() - part.height())
    metrics, room = QFontMetricsF(part.font()), part.contentsRect()
    if part.wordWrap():
        everyday = (word for word in part.text().split() if len(word) <= 16)  # a longer one may be broken
        words = max(map(metrics.horizontalAdvance, everyday), default=0.0)
        return max(part.heightForWidth(part.width()) - part.height(), words - room.width())
    width = 0.0 if isinstance(part, ElidedLabel) else metrics.horizontalAdvance(part.text())
    return max(width - room.width(), metrics.capHeight() + metrics.descent() - room.height())


def assert_parts_fit(root: QWidget) -> None:
    """No visible child reaches beyond its parent, but for what is scrolled."""
    for part in root.findChildren(QWidget):
        parent = part.parentWidget()
        is_content = isinstance(parent.parentWidget() if parent else None, QAbstractScrollArea)
        if parent is None or part.isWindow() or is_content or not part.isVisible():
            continue
        room, place = parent.rect(), part.geometry()
        if room.isEmpty() or place.isEmpty():
            continue
        is_inside = room.left() <= place.left() and place.right() <= room.right()
        assert is_inside, f"{part} reaches beyond {parent}"
