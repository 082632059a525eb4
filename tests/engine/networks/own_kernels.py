"""Our own kernels' decoder with logits as torch's tensors, to be compared with torch's."""

from __future__ import annotations

from typing import Any

import pytest
import torch  # noqa: TID253  (of tests that need it anyway)

from llmdesk.engine.networks.fused import decoder
from tests.engine.networks.test_fused import CONTEXT


class FusedDecoder(decoder.FusedDecoder):
    """The same memory, seen by torch."""

    def _rows(self, first: int, count: int) -> Any:
        return torch.from_numpy(super()._rows(first, count))


def below_and_above(limit: str, model: Any, monkeypatch: pytest.MonkeyPatch) -> tuple[FusedDecoder, FusedDecoder]:
    """A small network, and the same again as networks are made from a limit of their weights' number on."""
    below = FusedDecoder(model.config, model.weights, CONTEXT)
    monkeypatch.setattr(limit, 0)
    return below, FusedDecoder(model.config, model.weights, CONTEXT)
