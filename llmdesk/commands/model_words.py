"""What ``llmdesk models`` prints: results, tables, sizes, progress."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from typing import Any

_MB = 1_000_000


def say_result(args: argparse.Namespace, text: str, data: dict[str, Any]) -> int:
    """Text for people, or with ``--json`` one object for programs."""
    sys.stdout.write((json.dumps(data, indent=2) if args.json else text) + "\n")
    return 0


def table(lines: Sequence[Sequence[str]]) -> str:
    """Columns as wide as their widest entry."""
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)


def size_text(size_bytes: int) -> str:
    """724 MB, 2.5 GB."""
    if size_bytes >= 1000 * _MB:
        return f"{size_bytes / 1000 / _MB:.1f} GB"
    return f"{size_bytes / _MB:.0f} MB"


class ProgressLine:
    """Progress on stderr: one line that is rewritten on a terminal, else a line per tenth."""

    def __init__(self, title: str) -> None:
        from llmdesk.models.downloads import SpeedMeter

        self._title = title
        self._speed = SpeedMeter()
        self._terminal = sys.stderr.isatty()
        self._shown_tenth = -1

    def show(self, done_bytes: int, total_bytes: int) -> None:
        """So much has arrived."""
        bytes_per_s = self._speed.add(done_bytes)
        percent = 100 * done_bytes // total_bytes if total_bytes else 0
        text = f"{self._title}: {percent} %, {size_text(done_bytes)} of {size_text(total_bytes)}"
        if bytes_per_s > 0:
            left_s = (total_bytes - done_bytes) / bytes_per_s
            text += f", {bytes_per_s / _MB:.1f} MB/s, {_duration(left_s)} left"
        if self._terminal:
            sys.stderr.write(f"\r\x1b[2K{text}")
            sys.stderr.flush()
        elif percent // 10 > self._shown_tenth:
            sys.stderr.write(text + "\n")
        self._shown_tenth = max(self._shown_tenth, percent // 10)

    def end(self) -> None:
        """Nothing more comes."""
        if self._terminal and self._shown_tenth >= 0:
            sys.stderr.write("\n")


def _duration(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes >= 60:
        return f"{minutes // 60} h {minutes % 60} min"
    return f"{minutes} min" if seconds >= 90 else f"{seconds:.0f} s"
