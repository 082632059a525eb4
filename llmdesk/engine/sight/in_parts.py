"""A model of transformers computed a layer at a time, so that others get their turn in between (engine thread only)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import torch  # noqa: TID253  (imported when the first picture comes, on the engine thread)
from torch import nn  # noqa: TID253


class _Reached(Exception):
    """The layers have been reached: what they are given is known."""


class _Layers(nn.Module):
    """In the place of all layers: notes what the first one is given, and later gives back what the last one made."""

    def __init__(self) -> None:
        super().__init__()
        self.given: tuple[tuple[Any, ...], dict[str, Any]] | None = None
        self.made: torch.Tensor | None = None

    def forward(self, hidden: torch.Tensor, *others: Any, **named: Any) -> torch.Tensor:
        if self.made is None:
            self.given = (hidden, *others), named
            raise _Reached
        return self.made


def in_parts(owner: Any, name: str, run: Callable[[], torch.Tensor]) -> Iterator[torch.Tensor | None]:
    """What ``run`` returns, after a None for each layer before it.

    What stands before the layers and behind them is the model's own code, which is run for it twice, without layers.

    Args:
        owner, name: the module that holds the list of layers, and what it calls it.
        run: computes the model with all of them.
    """
    layers, stand_in = getattr(owner, name), _Layers()

    def around() -> torch.Tensor:
        setattr(owner, name, nn.ModuleList([stand_in]))
        try:
            with torch.inference_mode():
                return run()
        finally:
            setattr(owner, name, layers)

    with suppress(_Reached):
        around()
    assert stand_in.given is not None
    (hidden, *others), named = stand_in.given
    for layer in layers:
        with torch.inference_mode():
            hidden = layer(hidden, *others, **named)
        yield None
    stand_in.made = hidden
    yield around()
