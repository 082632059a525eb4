"""Folds a column of the window away and out again (GUI thread only)."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QAbstractAnimation, QEasingCurve, QObject, QVariantAnimation, Slot
from PySide6.QtWidgets import QWidget

from llmdesk.ui.kit.theme import Theme

_FOLD_MS = 140


class Fold(QObject):
    """Shows or hides a column, moving where that is wanted.

    Args:
        width_px: how wide it is when it is not folded.
    """

    def __init__(self, theme: Theme, column: QWidget, width_px: Callable[[], int]) -> None:
        super().__init__(column)
        self._theme, self._column, self._width_px = theme, column, width_px
        self._is_wanted = True
        self._motion = QVariantAnimation(self)
        self._motion.setDuration(_FOLD_MS)
        self._motion.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._motion.valueChanged.connect(self._on_step)
        self._motion.finished.connect(self._settle)

    @property
    def is_out(self) -> bool:
        """True while anything of the column is shown."""
        return not self._column.isHidden()

    def set_out(self, is_out: bool, *, animated: bool = False) -> None:
        """Fold it out, or away."""
        self._is_wanted = is_out
        if animated and is_out != self.is_out and self._may_animate():
            self._motion.stop()
            self._motion.setStartValue(self._column.width() if self.is_out else 0)
            self._motion.setEndValue(self._width_px() if is_out else 0)
            self._column.show()
            self._motion.start(QAbstractAnimation.DeletionPolicy.KeepWhenStopped)
        elif self._motion.state() != QAbstractAnimation.State.Running:
            self._settle()

    @Slot()
    def _settle(self) -> None:
        self._column.setFixedWidth(self._width_px())
        self._column.setVisible(self._is_wanted)

    @Slot(object)
    def _on_step(self, width: int) -> None:
        self._column.setFixedWidth(width)
        if width == 0 and not self._is_wanted:  # folding out begins at 0, too
            self._column.hide()

    def _may_animate(self) -> bool:
        return not self._theme.motion.is_reduced and self._column.window().isVisible()
