"""Windows' ITaskbarList3, called through its table of functions: Qt 6 has no way to it (GUI thread only)."""

from __future__ import annotations

import ctypes
import logging
import uuid

log = logging.getLogger(__name__)

_CLASS = uuid.UUID("56fdf344-fd6d-11d0-958a-006097c9a090")
_INTERFACE = uuid.UUID("ea1afb91-9e28-4b86-90e9-9e9f8a5eefaf")
_IN_PROCESS = 1
# Places in the table: IUnknown has three, ITaskbarList five, ITaskbarList2 one before ITaskbarList3's own.
_INITIALISE, _SET_VALUE, _SET_STATE = 3, 9, 10
_NO_PROGRESS, _NORMAL = 0, 2
_TOTAL = 1000


class WindowsTaskBar:
    """Shows nothing, and says so in the log once, where the interface is not to be had."""

    def __init__(self) -> None:
        self._list = ctypes.c_void_p()
        self._has_tried = False

    def show(self, window: int, fraction: float) -> None:
        """``window``: its handle. ``fraction``: below 0: nothing goes on any more."""
        if not self._is_there():
            return
        handle = ctypes.c_void_p(window)
        if fraction < 0.0:
            self._call(_SET_STATE, (ctypes.c_void_p, handle), (ctypes.c_int, _NO_PROGRESS))
            return
        self._call(_SET_STATE, (ctypes.c_void_p, handle), (ctypes.c_int, _NORMAL))
        done = round(_TOTAL * min(1.0, fraction))
        self._call(_SET_VALUE, (ctypes.c_void_p, handle), (ctypes.c_uint64, done), (ctypes.c_uint64, _TOTAL))

    def _is_there(self) -> bool:
        if not self._has_tried:
            self._has_tried = True
            ole = ctypes.windll.ole32  # type: ignore[attr-defined]
            ole.CoInitialize(None)  # Qt has done so on its thread; once more does no harm
            found, wanted = (ctypes.create_string_buffer(each.bytes_le, 16) for each in (_CLASS, _INTERFACE))
            failed = ole.CoCreateInstance(found, None, _IN_PROCESS, wanted, ctypes.byref(self._list))
            if failed or self._call(_INITIALISE):
                log.info("the task bar shows no progress: %#x", failed & 0xFFFFFFFF)
                self._list = ctypes.c_void_p()
        return bool(self._list)

    def _call(self, place: int, *arguments: tuple[type, object]) -> int:
        """One of its functions; returns Windows' code, 0 if all went well."""
        table = ctypes.cast(self._list, ctypes.POINTER(ctypes.POINTER(ctypes.c_void_p)))[0]
        types = [each for each, _ in arguments]
        function = _function_type(ctypes.c_long, ctypes.c_void_p, *types)(table[place] or 0)
        return int(function(self._list, *(value for _, value in arguments)))


_function_type = getattr(ctypes, "WINFUNCTYPE", ctypes.CFUNCTYPE)
"""Of functions of Windows; elsewhere, where tests call them, they are C's."""
