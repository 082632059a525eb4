"""What every layout must keep, in any type: words whole, inside, and apart."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget


def assert_nothing_is_cut(root: QWidget) -> None:
    """All labels and buttons in sight have the room that their words need, within ``root`` and beside each other."""
    parts: list[QLabel | QAbstractButton] = [*root.findChildren(QLabel), *root.findChildren(QAbstractButton)]
    shown = [part for part in parts if part.isVisible() and part.text()]
    places = {part: QRect(part.mapTo(root, QPoint(0, 0)), part.size()) for part in shown}
    for part, place in places.items():
        name = f"{type(part).__name__} “{part.text()}”"
        assert root.rect().contains(place), f"{name} is partly outside: {place} in {root.rect()}"
        assert _missing_px(part) <= 0, f"{name} is cut by {_missing_px(part):.1f} px"
        for other, other_place in places.items():
            is_apart = other is part or part.isAncestorOf(other) or other.isAncestorOf(part)
            assert is_apart or not place.intersects(other_place), f"{name} overlaps “{other.text()}”"


def _missing_px(part: QLabel | QAbstractButton) -> float:
    """By how much the part is too narrow or too low."""
    if isinstance(part, QAbstractButton):
        hint = part.minimumSizeHint()
        return max(hint.width() - part.width(), hint.height() - part.height())
    if part.wordWrap():
        return part.heightForWidth(part.width()) - part.height()
    metrics, room = QFontMetricsF(part.font()), part.contentsRect()
    return max(
        metrics.horizontalAdvance(part.text()) - room.width(), metrics.capHeight() + metrics.descent() - room.height()
    )
