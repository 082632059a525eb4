"""Shares, speeds and counts in words, the same wherever they are told (pure, any thread)."""

from __future__ import annotations


def share_text(share: float, decimals: int = 1) -> str:
    """98.6, in percent without the sign. 100.0 and 0.0 only where nothing is missing, or nothing is there."""
    least = 10.0**-decimals
    percent = 100 * share
    if 0 < share < 1:
        percent = min(max(percent, least), 100 - least)
    return f"{percent:.{decimals}f}"


def tps_text(tps: float) -> str:
    """8.4, 27.4, 123, 1204: tokens per second in the digits that can be told from run to run."""
    return f"{tps:.1f}" if tps < 99.95 else f"{tps:.0f}"


def counted(count: int, what: str) -> str:
    """1 token, 1,204 tokens: in English, for exports and the command line (the window's words: ``tr``)."""
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"
