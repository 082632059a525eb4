"""How a notice takes its room (GUI thread). Imported when the first one is shown."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget

from llmdesk.ui.kit.selectable_label import SelectableLabel
from llmdesk.ui.kit.spacing import FlowLayout
from llmdesk.ui.kit.theme import Theme


class BesideOrBelow(FlowLayout):
    """Words and buttons: side by side where that leaves the words most of the room, else below each other.

    Which of them is part of its height, so that the height asked for is the one that is needed.
    """

    def __init__(self, theme: Theme, words: Sequence[SelectableLabel], buttons: QWidget) -> None:
        super().__init__(theme, spacing=8)
        for part in (*words, buttons):
            self.addWidget(part)

    def _arrange(self, rect: QRect, moves: bool) -> int:
        """Place both; returns the height."""
        *words, buttons = self._items
        beside_px = buttons.sizeHint().width() + self.spacing() if not buttons.isEmpty() else 0
        if 3 * beside_px > rect.width():
            beside_px = 0
        words_px = rect.width() - beside_px
        heights = [part.heightForWidth(words_px) for part in words]
        beside_height = buttons.sizeHint().height() if beside_px else rect.height() if buttons.isEmpty() else 0
        height = max(0, (beside_height - sum(heights)) // 2)  # a line stands in the middle of its buttons
        for part, part_px in zip(words, heights, strict=True):
            if moves:
                part.setGeometry(QRect(rect.x(), rect.y() + height, words_px, part_px))
            height += part_px
        if buttons.isEmpty():
            return height
        if beside_px:
            place = QRect(rect.x() + words_px + self.spacing(), rect.y(), beside_px - self.spacing(), 0)
        else:
            place = QRect(rect.x(), rect.y() + height + self.spacing(), rect.width(), 0)
        place.setHeight(buttons.heightForWidth(place.width()))
        if moves:
            buttons.setGeometry(place)
        return max(height, place.y() + place.height() - rect.y())
