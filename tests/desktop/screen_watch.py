"""Watches a piece of an X screen, by nothing of Qt: when did its pixels change? ``python screen_watch.py X Y W H S``.

Prints, as JSON, the moments of time.perf_counter (one clock for all processes on Linux) at which they were seen to be
different, looking as often as it can for S seconds.
"""

from __future__ import annotations

import ctypes
import json
import sys
import time
import zlib

_Z_PIXMAP, _ALL_PLANES = 2, 0xFFFFFFFF
_LOOK_S = 0.004


class _Image(ctypes.Structure):
    """The beginning of XImage: all that is needed of it."""

    _fields_ = (
        ("width", ctypes.c_int),
        ("height", ctypes.c_int),
        ("xoffset", ctypes.c_int),
        ("format", ctypes.c_int),
        ("data", ctypes.c_void_p),
        ("byte_order", ctypes.c_int),
        ("bitmap_unit", ctypes.c_int),
        ("bitmap_bit_order", ctypes.c_int),
        ("bitmap_pad", ctypes.c_int),
        ("depth", ctypes.c_int),
        ("bytes_per_line", ctypes.c_int),
    )


def watch(place: tuple[int, int, int, int], seconds: float) -> list[float]:
    """The moments at which the pixels were different from before."""
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = x11.XDefaultRootWindow.restype = ctypes.c_void_p
    x11.XDefaultRootWindow.argtypes = [ctypes.c_void_p]
    x11.XGetImage.restype = ctypes.POINTER(_Image)
    x11.XGetImage.argtypes = [
        *(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_int),
        *(ctypes.c_uint, ctypes.c_uint, ctypes.c_ulong, ctypes.c_int),
    ]
    x11.XDestroyImage.argtypes = [ctypes.POINTER(_Image)]
    display = x11.XOpenDisplay(None)
    root = x11.XDefaultRootWindow(display)
    found, before, end_s = list[float](), 0, time.perf_counter() + seconds
    while (now_s := time.perf_counter()) < end_s:
        image = x11.XGetImage(display, root, *place, _ALL_PLANES, _Z_PIXMAP)
        size = image.contents.bytes_per_line * image.contents.height
        pixels = zlib.crc32((ctypes.c_char * size).from_address(image.contents.data))
        x11.XDestroyImage(image)
        if before and pixels != before:
            found.append(time.perf_counter())
        before = pixels
        time.sleep(max(0.0, now_s + _LOOK_S - time.perf_counter()))
    return found


if __name__ == "__main__":
    numbers = [int(value) for value in sys.argv[1:5]]
    print(json.dumps(watch((numbers[0], numbers[1], numbers[2], numbers[3]), float(sys.argv[5]))))  # noqa: T201
