"""The short convolution on a backend's kernels (engine thread only)."""

from __future__ import annotations

import torch  # noqa: TID253  (imported by backends only, on the engine thread)
from torch.nn import functional as F  # noqa: TID253

from llmdesk.engine.networks.linear import PackedLinear


class ShortConvolution:
    """See mixers.Convolution.

    Args:
        inputs: (T, H) -> (T, 3 H)
        taps: (H, taps)
        bias: (H,), or None.
    """

    def __init__(
        self, inputs: PackedLinear, taps: torch.Tensor, bias: torch.Tensor | None, output: PackedLinear
    ) -> None:
        self._inputs, self._output = inputs, output
        self._taps, self._bias = taps[:, None], bias

    def empty(self) -> tuple[torch.Tensor, ...]:
        """The state before the first token: what it saw last, (taps - 1, H)."""
        width, _, taps = self._taps.shape
        return (torch.zeros(taps - 1, width, dtype=self._taps.dtype, device=self._taps.device),)

    def add(
        self, x: torch.Tensor, residual: torch.Tensor, state: tuple[torch.Tensor, ...]
    ) -> tuple[torch.Tensor, tuple[torch.Tensor, ...]]:
        """x (T, H), normed where the architecture says so; returns (residual + what is made of x, the next state)."""
        b, c, z = self._inputs(x).chunk(3, dim=-1)
        seen = torch.cat((state[0], b * z))
        mixed = F.conv1d(seen.T[None], self._taps, self._bias, groups=seen.shape[1])[0].T
        return self._output.add(c * mixed, residual), (seen[len(x) :],)
