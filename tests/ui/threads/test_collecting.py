"""How the tests collect Qt's objects (tests/ui/conftest.py): on the GUI's thread, and only where there are some."""

from __future__ import annotations

import gc

import shiboken6
from PySide6.QtCore import QObject

from tests.ui.conftest import collect_qts_objects


def test_qts_objects_in_a_circle_are_collected_and_nothing_else_is() -> None:
    class Circle(QObject):
        def __init__(self) -> None:
            super().__init__()
            self.itself = self

    gc.disable()
    try:
        collect_qts_objects()
        assert not collect_qts_objects()
        Circle()
        assert any(isinstance(each, Circle) for each in shiboken6.getAllValidWrappers())
        assert collect_qts_objects()
        assert not any(isinstance(each, Circle) for each in shiboken6.getAllValidWrappers())
        assert not collect_qts_objects()
    finally:
        gc.enable()
