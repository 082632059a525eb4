"""Every text that a window shows, or says to a screen reader, wherever it stands."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QAbstractItemModel, QAbstractTableModel, QModelIndex, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QLabel, QLineEdit, QPlainTextEdit, QTextEdit, QWidget


def texts_of(root: QWidget) -> Iterator[tuple[str, str]]:
    """Where a text stands (for whoever has to mend it) and the text, of ``root`` and all in it, shown or not."""
    for widget in (root, *root.findChildren(QWidget)):
        place = f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}"
        for text in _own_texts(widget):
            yield place, text
    for action in root.findChildren(QAction):
        yield "QAction", action.text()
        yield (
            "QAction's tip",
            "" if action.toolTip() == action.text().replace("&", "").rstrip("…") else action.toolTip(),
        )


def _own_texts(widget: QWidget) -> Iterator[str]:
    yield from (widget.toolTip(), widget.accessibleName(), widget.accessibleDescription(), widget.windowTitle())
    if isinstance(widget, QLabel | QAbstractButton):
        yield widget.text()
    if isinstance(widget, QLineEdit | QPlainTextEdit | QTextEdit):
        yield widget.placeholderText()
    if isinstance(widget, QAbstractItemView) and widget.model() is not None:
        yield from _of_model(widget.model())


def _of_model(model: QAbstractItemModel) -> Iterator[str]:
    roles = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)
    columns = model.columnCount() if isinstance(model, QAbstractTableModel) else 1  # a list's is private
    for row in range(model.rowCount()):
        for column in range(columns):
            for role in roles:
                found = model.data(model.index(row, column, QModelIndex()), role)
                yield found if isinstance(found, str) else ""
    for column in range(columns):
        found = model.headerData(column, Qt.Orientation.Horizontal)
        yield found if isinstance(found, str) else ""
