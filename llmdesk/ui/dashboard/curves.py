"""Shapes of curves and marks (numpy; painting: GUI thread only)."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shiboken6
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

Points = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Style:
    """How one curve looks: the colour's name in the theme; ``quiet`` is a thin line without an area."""

    color: str
    quiet: bool = False


def band(x: Points, y: Points, width: float) -> tuple[Points, Points]:
    """The outline of a line of this width through the points (two or more, x rising), as a polygon."""
    dx, dy = np.diff(x), np.diff(y)
    length = np.maximum(np.hypot(dx, dy), 1e-9)
    # Normals of the steps, then those of the points between two steps.
    step_x, step_y = -dy / length, dx / length
    normal_x = np.concatenate((step_x[:1], step_x[:-1] + step_x[1:], step_x[-1:]))
    normal_y = np.concatenate((step_y[:1], step_y[:-1] + step_y[1:], step_y[-1:]))
    # Full width along the steps needs longer normals at the corners; the limit keeps spikes blunt.
    scale = np.full(len(x), 1.0)
    scale[1:-1] = 2.0 / np.maximum(normal_x[1:-1] ** 2 + normal_y[1:-1] ** 2, 1.0)
    across_x, across_y = normal_x * scale * (width / 2), normal_y * scale * (width / 2)
    return (
        np.concatenate((x + across_x, (x - across_x)[::-1])),
        np.concatenate((y + across_y, (y - across_y)[::-1])),
    )


def stretches(y: Points) -> list[slice]:
    """Where values follow each other without a gap (NaN), as far as there are two for a line."""
    gaps = np.flatnonzero(np.isnan(y))
    edges = [-1, *gaps.tolist(), len(y)]
    return [slice(a + 1, b) for a, b in itertools.pairwise(edges) if b - a > 2]


def thinned(x: Points, values: Sequence[Points], first: int, most: int) -> tuple[Points, list[Points]]:
    """At most about ``2 * most`` points that still show every peak and every dip: lowest and highest of each stretch.

    Args:
        first: the number of the first point, counted from the beginning of the history. Stretches begin at multiples of
            their length, so that the same values are gathered in each frame and nothing shimmers.

    A gap (NaN) anywhere in a stretch makes it a gap.
    """
    size = -(-len(x) // max(1, most))
    if size <= 2:
        return x, list(values)
    starts = np.arange(-first % size, len(x), size)
    if len(starts) < 2:
        return x, list(values)
    left = x[starts]
    times = np.column_stack((left, left + np.append(np.diff(left), x[-1] - left[-1]) / 2)).ravel()
    found = [
        np.column_stack((np.minimum.reduceat(value, starts), np.maximum.reduceat(value, starts))).ravel()
        for value in values
    ]
    times[-1] = x[-1]  # the newest value stands at the right edge
    return times, found


def area(x: Points, y: Points, ground: float) -> tuple[Points, Points]:
    """The outline of what lies between a curve and the ground."""
    return np.concatenate((x[:1], x, x[-1:])), np.concatenate(([ground], y, [ground]))


def polygon(x: Points, y: Points) -> QPolygonF:
    """These points for Qt, written into its own memory in one go."""
    made = QPolygonF()
    untyped: Any = made  # the bindings' types know nothing of its memory
    untyped.resize(len(x))
    pointer: Any = shiboken6.VoidPtr
    memory = np.frombuffer(pointer(untyped.data(), 2 * x.itemsize * len(x), True), np.float64)
    memory[0::2], memory[1::2] = x, y
    return made


def draw_mark(painter: QPainter, color: QColor, x: float, radius: float, top: float, bottom: float) -> None:
    """A dotted line with a dot on top of it, in pixels."""
    pen = QPen(color, 1, Qt.PenStyle.CustomDashLine)
    pen.setDashPattern([1, 2])
    painter.setPen(pen)
    painter.drawLine(QLineF(x, top + 2 * radius, x, bottom))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawEllipse(QRectF(x - radius, top, 2 * radius, 2 * radius))
