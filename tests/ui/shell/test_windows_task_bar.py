"""Progress in Windows' task bar: which functions of its table are called, with what (the table is the test's own)."""

from __future__ import annotations

import ctypes
import logging
import uuid
from typing import Any

import pytest

from llmdesk.ui.shell import windows_task_bar
from llmdesk.ui.shell.windows_task_bar import WindowsTaskBar

_PLACES = 21  # ITaskbarList3 has so many functions, with those of its bases


class Pretended:
    """COM with one object, which notes what is called: place in its table, and arguments."""

    def __init__(self, *, exists: bool = True, begins: bool = True) -> None:
        self.exists, self.calls = exists, list[tuple[Any, ...]]()
        simple = ctypes.CFUNCTYPE(ctypes.c_long, ctypes.c_void_p)
        state = ctypes.CFUNCTYPE(ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)
        value = ctypes.CFUNCTYPE(ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint64, ctypes.c_uint64)
        self._functions: list[Any] = [simple(lambda this, n=n: self._note(n)) for n in range(_PLACES)]
        self._functions[3] = simple(lambda this: self._note(3) or (0 if begins else -1))
        self._functions[9] = value(lambda this, window, done, total: self._note(9, window, done, total))
        self._functions[10] = state(lambda this, window, flag: self._note(10, window, flag))
        addresses = [ctypes.cast(each, ctypes.c_void_p).value for each in self._functions]
        self._table = (ctypes.c_void_p * _PLACES)(*addresses)
        self._object = ctypes.c_void_p(ctypes.addressof(self._table))
        self.ole32 = self

    def _note(self, *call: Any) -> int:
        self.calls.append(call)
        return 0

    def CoInitialize(self, _: None) -> int:
        return 1  # it was done before

    def CoCreateInstance(self, kind: Any, outer: None, context: int, interface: Any, out: Any) -> int:
        assert uuid.UUID(bytes_le=kind.raw) == uuid.UUID("56FDF344-FD6D-11d0-958A-006097C9A090")
        assert uuid.UUID(bytes_le=interface.raw) == uuid.UUID("EA1AFB91-9E28-4B86-90E9-9E9F8A5EEFAF")
        assert (outer, context) == (None, 1)
        if not self.exists:
            return -2147221164  # REGDB_E_CLASSNOTREG
        out._obj.value = ctypes.addressof(self._object)
        return 0


@pytest.fixture
def pretended(monkeypatch: pytest.MonkeyPatch) -> Pretended:
    made = Pretended()
    monkeypatch.setattr(ctypes, "windll", made, raising=False)
    monkeypatch.setattr(windows_task_bar, "_function_type", ctypes.CFUNCTYPE)
    return made


def test_values_and_end(pretended: Pretended) -> None:
    bar = WindowsTaskBar()
    bar.show(77, 0.25)
    bar.show(77, 1.5)
    bar.show(77, -1.0)
    assert pretended.calls == [
        (3,),
        (10, 77, 2),
        (9, 77, 250, 1000),
        (10, 77, 2),
        (9, 77, 1000, 1000),
        (10, 77, 0),
    ]


@pytest.mark.parametrize("failing", [Pretended(exists=False), Pretended(begins=False)])
def test_where_there_is_none_it_is_asked_once(
    failing: Pretended, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(ctypes, "windll", failing, raising=False)
    bar = WindowsTaskBar()
    bar.show(77, 0.25)
    bar.show(77, 0.5)
    assert all(place == 3 for place, *_ in failing.calls)
    assert len(failing.calls) <= 1
    assert caplog.text.count("shows no progress") == 1
