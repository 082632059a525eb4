"""A decoder whose whole step is one call of the compiled kernels (engine thread only).

It computes what networks/architecture.py describes, like networks/decoder.py does with torch. Python is left once per
step: no operator calls, no tensors in between, and the GIL is free meanwhile, so a busy window costs little.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from llmdesk.engine.generation.given import Floats, Places, given_by_chunk, without_given
from llmdesk.engine.generation.step import Step
from llmdesk.engine.matrices.aligned import address_of, aligned_copy, aligned_empty
from llmdesk.engine.matrices.panel_forms import BF16
from llmdesk.engine.matrices.stored import Weights
from llmdesk.engine.networks.architecture import FINAL_NORM, describe, rope_factors_of
from llmdesk.engine.networks.architecture import obstacle as architecture_obstacle
from llmdesk.engine.networks.fused import library as kernels
from llmdesk.engine.networks.fused import shapes
from llmdesk.engine.networks.fused.cache import FusedCache, keeps_bytes, page_form
from llmdesk.engine.networks.fused.placing import Placing
from llmdesk.engine.networks.fused.state_cache import FusedStateCache
from llmdesk.engine.networks.fused.structures import CNetwork, check_mirrors, goes_with_many, sequences_of
from llmdesk.engine.networks.tensor_shapes import outside_vocabulary
from llmdesk.engine.processor.hardware import topology
from llmdesk.errors import NotEnoughMemory
from llmdesk.own_decoders import kernels_take
from llmdesk.words import say

MAX_STEP_TOKENS = 264
MAX_SEQUENCES = 16
LARGE_WEIGHTS = 500_000_000
"""From here on activations beside 4-bit weights have 8 bits, and 16 where it matters (docs/decisions/0034)."""
_NO_MEMORY = -2
_LANES = 16
_FIRST_POSITIONS = 1024


def obstacle(config: Any) -> str | None:
    """Why this decoder cannot run a model, or None if it can. Compiles the kernels if that was not done yet."""
    if reason := architecture_obstacle(config):
        return reason
    a = describe(config, 1)
    head_dims = {a.key_heads(layer)[1] for layer in a.layers}
    dims = {a.hidden, a.per_layer, *(a.widths(layer)[1] for layer in a.layers), *(a.heads * dim for dim in head_dims)}
    dims |= {a.experts.intermediate} if a.experts is not None else set()
    state = a.matrix_state  # whose heads are taken as attention's are
    takes_state = state is None or all(kernels_take(dim, (state.values,)) for dim in (state.key_dim, state.value_dim))
    if not all(kernels_take(dim, dims) for dim in head_dims) or a.heads % a.kv_heads or not takes_state:
        return say("its layers have unusual sizes")
    return kernels.obstacle() or shapes.obstacle(kernels.best(), a)


class FusedDecoder:
    """See generation.Network.

    Args:
        config: transformers' configuration of the model.
        weights: matrices under transformers' names, of 4 or 8 bits or of floats, which become bfloat16.
        context_tokens: the longest sequence.
        report: told the share of layers that are packed (0..1); may raise to stop.

    Raises:
        UnsupportedModel, ModelDamaged, NotEnoughMemory.
    """

    def __init__(
        self,
        config: Any,
        weights: Weights,
        context_tokens: int,
        report: Callable[[float], None] = lambda done: None,
    ) -> None:
        self._threads = self._most_threads = sum(len(core.cpus) for core in topology().cores)
        self._library = kernels.best()
        check_mirrors(self._library)
        self.isa = self._library.fused_isa().decode()
        self._architecture = describe(config, context_tokens, rope_factors_of(weights))
        self._context_tokens = context_tokens
        self._positions, self._rotary_tables = 0, list[npt.NDArray[np.float32]]()
        self._network, self._layers = shapes.shape_of(self._architecture)
        self._placing = Placing(self._library, self._architecture, weights)
        self._place(self._network, self._placing, report)
        self.pages = page_form(self._library, self._network, self._layers)
        self._state_bytes = self._place_states()
        self._make_angles(min(_FIRST_POSITIONS, context_tokens))
        self._engine: int | None = self._library.fused_create(
            ctypes.byref(self._network), self._most_threads, MAX_STEP_TOKENS
        )
        if not self._engine:
            raise NotEnoughMemory(say("There is no memory for the model's work space."))
        self._logits = aligned_empty((1, -(-self._architecture.vocab // _LANES) * _LANES), np.float32)

    def __del__(self) -> None:
        if getattr(self, "_engine", None):
            self._library.fused_destroy(self._engine)
            self._engine = None

    @property
    def weights_bytes(self) -> int:
        """Bytes of all matrices."""
        return self._placing.weights_bytes

    @property
    def bytes_per_token(self) -> int:
        """Bytes of all matrices that multiply, which each token reads once, less what it need not (see HeadReading)."""
        placed = self._placing
        return placed.read_bytes - placed.head_reading.unread_bytes(self._library, self._engine)

    def new_cache(self) -> FusedCache:
        """See generation.Network."""
        if not self._state_bytes:
            return FusedCache(self.pages.size_bytes, self._context_tokens)
        has_log = self._architecture.matrix_state is not None
        return FusedStateCache(self.pages.size_bytes, self._context_tokens, self._state_bytes, has_log)

    def use_threads(self, threads: int) -> None:
        """How many threads the next steps use, this one among them."""
        self._threads = min(threads, self._most_threads)

    def forward(
        self,
        ids: list[int],
        cache: FusedCache,
        last: int = 1,
        given: Floats | None = None,
        places: Places | None = None,
    ) -> npt.NDArray[np.float32]:
        """See generation.Network. The array is valid until the next call."""
        self._check(ids, cache)
        rows_of = given_by_chunk(given)
        self._make_rows(last)
        first_wanted, length_before = len(ids) - last, cache.length
        try:
            for start in range(0, len(ids), MAX_STEP_TOKENS):
                chunk = ids[start : start + MAX_STEP_TOKENS]
                wanted = max(0, start + len(chunk) - max(start, first_wanted))
                there = None if places is None else places[start:]
                step = Step(self, chunk, cache, wanted, given=rows_of(chunk), places=there)
                cache.begin_step(len(chunk), goes_with_many(step))
                self._compute([step], max(0, start - first_wanted))
        except Exception:
            cache.truncate(length_before)
            raise
        return self._rows(0, last)

    def forward_many(self, steps: Sequence[Step]) -> None:
        """See SharingNetwork. At most MAX_SEQUENCES, with MAX_STEP_TOKENS tokens together."""
        ready = [step for step in steps if self._is_ready(step)]
        self._make_rows(sum(step.last for step in ready))
        if ready:
            self._compute(ready, 0)
        row = 0
        for step in ready:
            step.logits = self._rows(row, step.last)
            row += step.last

    def _is_ready(self, step: Step) -> bool:
        try:
            self._check(step.ids, step.cache)
            self._check_tokens(step.lowered)
            step.cache.begin_step(len(step.ids), goes_with_many(step))
        except Exception as error:
            step.error = error
        return step.error is None

    def _check(self, ids: list[int], cache: FusedCache) -> None:
        if cache.length + len(ids) > min(cache.capacity, self._context_tokens):
            raise ValueError(f"{cache.length} + {len(ids)} tokens are more than the context of {self._context_tokens}")
        self._check_tokens(ids)

    def _check_tokens(self, ids: Sequence[int]) -> None:
        words = without_given(ids)
        if len(words) and not 0 <= min(words) <= max(words) < self._architecture.vocab:
            raise outside_vocabulary(words, self._architecture.vocab)

    def _make_rows(self, count: int) -> None:
        if self._logits.shape[0] < count:
            self._logits = aligned_empty((count, self._logits.shape[1]), np.float32)

    def _rows(self, first: int, count: int) -> npt.NDArray[np.float32]:
        logits: npt.NDArray[np.float32] = self._logits[first : first + count, : self._architecture.vocab]
        softcap = self._architecture.logit_softcap
        return np.float32(softcap) * np.tanh(logits / np.float32(softcap)) if softcap else logits

    def _compute(self, steps: Sequence[Step], row: int) -> None:
        """One call of the kernels, with logits from that row on. Raises NotEnoughMemory, with nothing done."""
        longest = max(step.cache.length + len(step.ids) for step in steps)
        if longest > self._positions:
            self._make_angles(min(self._context_tokens, max(longest, 2 * self._positions)))
        own_rows = self._placing.own_rows if self._architecture.per_layer else None
        angles = [self._angles_of(step) for step in steps]
        architecture = self._architecture
        sequences, kept = sequences_of(
            steps, self._logits, row, architecture.vocab, architecture.hidden, own_rows, angles
        )
        failed = self._library.fused_forward(
            self._engine, ctypes.byref(sequences), len(steps), self._threads, self._logits.shape[1]
        )
        if failed == _NO_MEMORY:
            raise NotEnoughMemory(say("There is no memory for the model's work space."))
        assert not failed, "the kernels refuse what was checked"
        del kept
        for step in steps:
            step.cache.advance(len(step.ids), goes_with_many(step))

    def _angles_of(self, step: Step) -> npt.NDArray[np.float32] | None:
        """(T, rotary_dims) where its tokens do not stand one after the other; such models have one rotary."""
        if step.places is None:
            return None
        (rotary,), (table,) = self._architecture.rotaries, self._rotary_tables
        return table[rotary.angles_at(step.places[: len(step.ids)])]

    # -- building ---------------------------------------------------------------------------------------------------

    def _place(self, network: CNetwork, placing: Placing, report: Callable[[float], None]) -> None:
        """What depends on weights."""
        a = self._architecture
        for index, spec in enumerate(a.layers):
            report(index / len(a.layers))
            placing.fill_layer(self._layers[index], index, spec)
        network.embedding, network.head, network.embedding_bf16 = placing.embedding_and_head()
        network.per_layer_projection, network.per_layer_norm = placing.per_layer()
        network.final_norm = placing.norm(FINAL_NORM, a.hidden, a.logit_scale)
        network.activations_in_planes = placing.weights_count >= LARGE_WEIGHTS
        network.cache_in_bytes = network.head.form != BF16 and keeps_bytes(placing.weights_count, self._layers)

    def _place_states(self) -> int:
        """Where each layer's state is in a sequence's; returns the bytes of them all."""
        network = ctypes.byref(self._network)
        for index, layer in enumerate(self._layers):
            layer.state_at = self._library.fused_state_bytes(network, index)
        return int(self._library.fused_state_bytes(network, len(self._layers)))

    def _make_angles(self, positions: int) -> None:
        """Rotary tables for so many positions: a chat rarely fills its context, and long ones would take gigabytes."""
        self._rotary_tables = [aligned_copy(r.table(0, positions)) for r in self._architecture.rotaries]
        for layer, spec in zip(self._layers, self._architecture.layers, strict=True):
            layer.rotary = None if spec.rotary is None else address_of(self._rotary_tables[spec.rotary])
        self._positions = positions
