"""A decoder whose whole step is one call of the compiled kernels (engine thread only).

It computes what networks/architecture.py describes, like networks/decoder.py does with torch. Python is left once per
step: no operator calls, no tensors in between, and the GIL is free meanwhile, so a busy window costs little.
"""

from __future__ import annotations

import ctypes
import mmap
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from llmdesk.datatypes.model import Precision
from llmdesk.engine.generation.step import Step
from llmdesk.engine.matrices.aligned import address_of, aligned_copy, aligned_empty
from llmdesk.engine.matrices.forms import PanelMatrix
from llmdesk.engine.matrices.panel_forms import BLOCK, SPLIT
from llmdesk.engine.matrices.panels import in_panels, panel_rows
from llmdesk.engine.matrices.stored import Weights
from llmdesk.engine.networks.architecture import EMBEDDING, FINAL_NORM, HEAD, LayerSpec, describe, rope_factors_of
from llmdesk.engine.networks.architecture import obstacle as architecture_obstacle
from llmdesk.engine.networks.fused import library as kernels
from llmdesk.engine.networks.fused.cache import FusedCache, keeps_bytes, page_form
from llmdesk.engine.networks.fused.embedding import embedding_of
from llmdesk.engine.networks.fused.head import head_of
from llmdesk.engine.networks.fused.structures import POINTER, CLayer, CMatrix, CNetwork, check_mirrors, sequences_of
from llmdesk.engine.networks.tensor_shapes import check_shape, floats, outside_vocabulary
from llmdesk.engine.processor.hardware import topology
from llmdesk.errors import NotEnoughMemory, UnsupportedModel
from llmdesk.words import say

if TYPE_CHECKING:
    from llmdesk.engine.matrices.forms import Matrix

MAX_STEP_TOKENS = 264
MAX_SEQUENCES = 16
LARGE_WEIGHTS = 500_000_000
"""From here on activations beside 4-bit weights have 8 bits, and 16 where it matters (docs/decisions/0034)."""
_NO_MEMORY = -2
_MAX_HEAD_DIM = 256
_MOST_LAYERS = 200  # 10 phases each: MAX_PHASES in c/pool.h
_LANES = 16
_FIRST_POSITIONS = 1024
_ACTIVATIONS = {"silu": 0, "gelu_tanh": 1, "relu2": 2}


def obstacle(config: Any, precision: Precision) -> str | None:
    """Why this decoder cannot run a model, or None if it can. Compiles the kernels if that was not done yet."""
    if precision == "bf16":
        return say("its weights are not in 4 or 8 bits")
    if reason := architecture_obstacle(config):
        return reason
    a = describe(config, 1)
    dims = (a.hidden, a.intermediate, a.heads * a.head_dim)
    if any(dim % BLOCK for dim in dims) or a.heads % a.kv_heads or a.head_dim % _LANES or a.head_dim > _MAX_HEAD_DIM:
        return say("its layers have unusual sizes")
    if len(a.layers) > _MOST_LAYERS:
        return say("it has more layers than the kernels were made for")
    return kernels.obstacle()


class FusedDecoder:
    """See generation.Network.

    Args:
        config: transformers' configuration of the model.
        weights: matrices under transformers' names, of 4 or 8 bits.
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
        self._kept: list[Any] = []  # memory that the kernels point to
        self.weights_bytes = self._weights_count = self._lookup_bytes = 0  # the last: of an embedding that is no head
        self._positions, self._rotary_tables = 0, list[npt.NDArray[np.float32]]()
        self._layers = (CLayer * len(self._architecture.layers))()
        self._network = self._build(weights, report)
        self.pages = page_form(self._library, self._network)
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
    def bytes_per_token(self) -> int:
        """Bytes of all matrices that multiply, which each token reads once, less what it need not (see HeadReading)."""
        return self.weights_bytes - self._lookup_bytes - self._head_reading.unread_bytes(self._library, self._engine)

    def new_cache(self) -> FusedCache:
        """See generation.Network."""
        return FusedCache(self.pages.size_bytes, self._context_tokens)

    def use_threads(self, threads: int) -> None:
        """How many threads the next steps use, this one among them."""
        self._threads = min(threads, self._most_threads)

    def forward(self, ids: list[int], cache: FusedCache, last: int = 1) -> npt.NDArray[np.float32]:
        """See generation.Network. The array is valid until the next call."""
        self._check(ids, cache)
        self._make_rows(last)
        first_wanted, length_before = len(ids) - last, cache.length
        try:
            for start in range(0, len(ids), MAX_STEP_TOKENS):
                chunk = ids[start : start + MAX_STEP_TOKENS]
                wanted = max(0, start + len(chunk) - max(start, first_wanted))
                cache.reserve(len(chunk))
                self._compute([Step(self, chunk, cache, wanted)], max(0, start - first_wanted))
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
            step.cache.reserve(len(step.ids))
        except Exception as error:
            step.error = error
        return step.error is None

    def _check(self, ids: list[int], cache: FusedCache) -> None:
        if cache.length + len(ids) > min(cache.capacity, self._context_tokens):
            raise ValueError(f"{cache.length} + {len(ids)} tokens are more than the context of {self._context_tokens}")
        self._check_tokens(ids)

    def _check_tokens(self, ids: Sequence[int]) -> None:
        if len(ids) and not 0 <= min(ids) <= max(ids) < self._architecture.vocab:
            raise outside_vocabulary(ids, self._architecture.vocab)

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
        sequences, kept = sequences_of(steps, self._logits, row)
        failed = self._library.fused_forward(
            self._engine, ctypes.byref(sequences), len(steps), self._threads, self._logits.shape[1]
        )
        if failed == _NO_MEMORY:
            raise NotEnoughMemory(say("There is no memory for the model's work space."))
        assert not failed, "the kernels refuse what was checked"
        del kept
        for step in steps:
            step.cache.length += len(step.ids)

    # -- building ---------------------------------------------------------------------------------------------------

    def _build(self, weights: Weights, report: Callable[[float], None]) -> CNetwork:
        a = self._architecture
        for index in range(len(a.layers)):
            report(index / len(a.layers))
            self._build_layer(self._layers[index], weights, f"model.layers.{index}.", a.layers[index])
        embedding, head, table = self._embedding_and_head(weights)
        return CNetwork(
            layers=len(a.layers), hidden=a.hidden, heads=a.heads, kv_heads=a.kv_heads, head_dim=a.head_dim,
            rotary_dims=a.rotary_dims, intermediate=a.intermediate, vocabulary=a.vocab,
            activation=_ACTIVATIONS[a.activation], per_row_activations=int(a.quantized_activations),
            activations_in_planes=int(self._weights_count >= LARGE_WEIGHTS),
            cache_in_bytes=int(keeps_bytes(self._weights_count, self._layers)), eps=a.eps,
            attention_scale=a.attention_scale, attention_softcap=a.attention_softcap or 0.0,
            embedding_scale=a.embedding_scale, embedding=embedding, head=head, embedding_bf16=table,
            final_norm=self._norm(weights, FINAL_NORM, a.hidden), layer=ctypes.cast(self._layers, POINTER),
        )  # fmt: skip

    def _make_angles(self, positions: int) -> None:
        """Rotary tables for so many positions: a chat rarely fills its context, and long ones would take gigabytes."""
        self._rotary_tables = [aligned_copy(r.table(0, positions)) for r in self._architecture.rotaries]
        for layer, spec in zip(self._layers, self._architecture.layers, strict=True):
            layer.rotary = None if spec.rotary is None else address_of(self._rotary_tables[spec.rotary])
        self._positions = positions

    def _build_layer(self, layer: CLayer, weights: Weights, prefix: str, spec: LayerSpec) -> None:
        a, names = self._architecture, self._architecture.names
        q, kv = a.heads * a.head_dim, a.kv_heads * a.head_dim
        sizes = {"q_norm": a.head_dim, "k_norm": a.head_dim, "attention_sub_norm": q, "mlp_sub_norm": a.intermediate}
        for role in ("input_norm", "q_norm", "k_norm", "attention_sub_norm", "post_attention_norm",
                     "mlp_norm", "mlp_sub_norm", "post_mlp_norm"):  # fmt: skip
            if name := getattr(names, role):
                setattr(layer, role, self._norm(weights, f"{prefix}{name}.weight", sizes.get(role, a.hidden)))
        layer.window = spec.window or 0
        layer.q, layer.k, layer.v = self._parts(weights, prefix, names.qkv, (q, kv, kv), a.hidden)
        layer.gate, layer.up = self._parts(weights, prefix, names.gate_up, (a.intermediate, a.intermediate), a.hidden)
        (layer.output,) = self._parts(weights, prefix, (names.output,), (a.hidden,), q)
        (layer.down,) = self._parts(weights, prefix, (names.down,), (a.hidden,), a.intermediate)

    def _parts(
        self, weights: Weights, prefix: str, names: tuple[str, ...], rows: tuple[int, ...], columns: int
    ) -> list[CMatrix]:
        """Matrices of these numbers of rows, whether the files hold them apart or joined."""
        parts: list[CMatrix] = []
        for name in names:
            cuts = rows if len(names) < len(rows) else (rows[len(parts)],)
            matrix = self._panels(weights, f"{prefix}{name}.weight", (sum(cuts), columns))
            has_bias = f"{prefix}{name}.bias" in weights.names()
            bias = floats(weights, f"{prefix}{name}.bias", matrix.rows) if has_bias else None
            start = 0
            for cut in cuts:
                part = panel_rows(matrix, start, start + cut)
                parts.append(self._placed(part, None if bias is None else bias[start : start + cut]))
                start += cut
        return parts

    def _embedding_and_head(self, weights: Weights) -> tuple[CMatrix, CMatrix, int | None]:
        """(embedding, head, address of the embedding as bf16 where it is not quantised)."""
        has_head, shape = HEAD in weights.names(), (self._architecture.vocab, self._architecture.hidden)
        panels = embedding_of(weights, self._packed)
        check_shape(EMBEDDING, panels.shape, shape)
        if isinstance(panels, PanelMatrix):
            if not has_head:
                head = self._head(weights, EMBEDDING, panels)
                return head, head, None
            self._lookup_bytes = panels.data.nbytes
            return self._placed(panels, None), self._head(weights, HEAD, self._panels(weights, HEAD, shape)), None
        self._kept.append(panels)
        self.weights_bytes += panels.nbytes
        self._lookup_bytes = panels.nbytes
        return CMatrix(), self._head(weights, HEAD, self._panels(weights, HEAD, shape)), address_of(panels)

    def _head(self, weights: Weights, name: str, panels: PanelMatrix) -> CMatrix:
        head, self._head_reading = head_of(self._library, weights, name, panels)
        return self._placed(head, None)

    def _panels(self, weights: Weights, name: str, shape: tuple[int, int]) -> PanelMatrix:
        """As stored, or brought into panels now."""
        stored = weights.panels(name)
        made = self._packed(weights.matrix(name)) if stored is None else stored
        if not isinstance(made, PanelMatrix) or (made.form == SPLIT and name not in (EMBEDDING, HEAD)):
            raise UnsupportedModel(say("{name} is not in 4 or 8 bits.", name=name), say("Choose the precision bf16."))
        check_shape(name, made.shape, shape)
        return made

    def _packed(self, matrix: Matrix) -> Matrix | PanelMatrix:
        return in_panels(self._library, matrix, self._architecture.quantized_activations)

    def _placed(self, panels: PanelMatrix, bias: npt.NDArray[np.float32] | None) -> CMatrix:
        self._kept.append(panels.data)
        panels.data[:: mmap.PAGESIZE].sum()  # a mapped file is read now, where it is shown and can be stopped
        self.weights_bytes += panels.data.nbytes
        self._weights_count += panels.rows * panels.columns
        address = None
        if bias is not None:
            address = self._floats(np.pad(bias, (0, -len(bias) % _LANES)))
        return CMatrix(address_of(panels.data), address, panels.form, panels.rows, panels.columns, panels.group)

    def _norm(self, weights: Weights, name: str, length: int) -> int:
        return self._floats(floats(weights, name, length) + np.float32(self._architecture.norm_offset))

    def _floats(self, values: npt.NDArray[np.float32]) -> int:
        """The address of a copy, kept alive."""
        self._kept.append(aligned_copy(values))
        return address_of(self._kept[-1])
