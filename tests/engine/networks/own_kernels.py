"""Our own kernels' decoder with logits as torch's tensors, to be compared with torch's."""

from __future__ import annotations

from typing import Any

import torch  # noqa: TID253  (of tests that need it anyway)

from llmdesk.engine.networks.fused import decoder


class FusedDecoder(decoder.FusedDecoder):
    """The same memory, seen by torch."""

    def _rows(self, first: int, count: int) -> Any:
        return torch.from_numpy(super()._rows(first, count))
