"""How many threads torch uses, where it is there at all (engine thread only; imports no torch)."""

from __future__ import annotations

import sys


def use_torch_threads(threads: int) -> None:
    """From the next operator on. Nothing to do as long as nobody has imported torch."""
    if (torch := sys.modules.get("torch")) is not None:
        torch.set_num_threads(threads)


def torch_threads() -> int | None:
    """As many as it uses; None while it is not imported."""
    torch = sys.modules.get("torch")
    return None if torch is None else int(torch.get_num_threads())
