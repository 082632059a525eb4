"""A KL divergence in words, the same wherever one is told (pure, any thread)."""

from __future__ import annotations


def kl_text(kl: float, decimals: int = 4) -> str:
    """0.0021; what so many decimals cannot show is not nothing: < 0.0001."""
    least = 10.0**-decimals
    return f"< {least:.{decimals}f}" if 0 < kl < least / 2 else f"{kl:.{decimals}f}"
