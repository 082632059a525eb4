"""A model's tensors to where the kernels find them: addresses in ctypes' structures (engine thread only)."""

from __future__ import annotations

import ctypes
import mmap
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from llmdesk.engine.generation.given import with_words
from llmdesk.engine.matrices.aligned import address_of, aligned_copy
from llmdesk.engine.matrices.panel_forms import SPLIT
from llmdesk.engine.matrices.panel_matrix import PanelMatrix
from llmdesk.engine.matrices.panels import floats_in_panels, in_panels, panel_rows
from llmdesk.engine.networks.architecture import EMBEDDING, HEAD, Architecture
from llmdesk.engine.networks.fused.embedding import embedding_of
from llmdesk.engine.networks.fused.head import HeadReading, head_of
from llmdesk.engine.networks.fused.structures import CLayer, CMatrix
from llmdesk.engine.networks.gemma4_tensors import (
    LAYER_GATE,
    LAYER_OUTPUT,
    LAYER_POST_NORM,
    LAYER_SCALE,
    PER_LAYER_EMBEDDING,
    PER_LAYER_NORM,
    PER_LAYER_PROJECTION,
)
from llmdesk.engine.networks.layers import CHOICE_BIAS
from llmdesk.engine.networks.tensor_shapes import check_shape, floats
from llmdesk.errors import UnsupportedModel
from llmdesk.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from llmdesk.engine.matrices.forms import Matrix
    from llmdesk.engine.matrices.stored import Weights
    from llmdesk.engine.networks.layers import Experts, LayerSpec

_LANES = 16


class Placing:
    """Keeps alive what the kernels point to.

    Attributes:
        weights_bytes: of all matrices; routers, norms and biases are not counted.
        weights_count: numbers in them.
        head_reading: what a step reads of the output layer.
    """

    def __init__(self, library: ctypes.CDLL, architecture: Architecture, weights: Weights) -> None:
        self._library, self._architecture, self._weights = library, architecture, weights
        self._kept: list[Any] = []
        self.weights_bytes = self.weights_count = 0
        self._lookup_bytes = self._unread_bytes = 0  # of an embedding that is no head; of experts that are not chosen
        self.head_reading = HeadReading()

    @property
    def read_bytes(self) -> int:
        """Bytes of the matrices that one token reads; of experts, of as many as it chooses."""
        return self.weights_bytes - self._lookup_bytes - self._unread_bytes

    def fill_layer(self, layer: CLayer, index: int, spec: LayerSpec) -> None:
        """All but the numbers and the rotary angles of a layer."""
        a, names, prefix = self._architecture, self._architecture.names(spec), f"model.layers.{index}."
        (kv_heads, head_dim), (_, width) = a.key_heads(spec), a.widths(spec)
        q, kv = a.heads * head_dim, kv_heads * head_dim
        normed = (q, kv) if a.qk_norm == "width" else (head_dim, head_dim)
        sizes = {"q_norm": normed[0], "k_norm": normed[1], "attention_sub_norm": q, "mlp_sub_norm": width}
        for role in ("input_norm", "q_norm", "k_norm", "attention_sub_norm", "post_attention_norm",
                     "mlp_norm", "mlp_sub_norm", "post_mlp_norm"):  # fmt: skip
            if name := getattr(names, role):
                setattr(layer, role, self.norm(f"{prefix}{name}.weight", sizes.get(role, a.hidden)))
        layer.scale = self._weights.floats(prefix + LAYER_SCALE)[0] if a.layer_scales else 1.0
        if a.value_norms:
            layer.v_norm = self._floats(np.ones(head_dim, np.float32))
        self._place_inputs_and_output(layer, prefix, spec, (q, kv))
        self._place_feed_forward(layer, prefix, spec)
        self._place_own_input(layer, prefix)
        self._place_experts_beside(layer, prefix)

    def _place_inputs_and_output(self, layer: CLayer, prefix: str, spec: LayerSpec, sizes: tuple[int, int]) -> None:
        """Of attention with queries and keys of these sizes, or of what stands in its place."""
        a, names, (q, kv) = self._architecture, self._architecture.names(spec), sizes
        rows: tuple[int, ...] = (q, kv, kv) if spec.keys_from is None else (q,)
        if names.taps is not None:
            rows, q = self._place_mixer(layer, prefix, spec)
        inputs = self._parts(prefix, names.qkv, rows[:2] if spec.values_are_keys else rows, a.hidden)
        layer.q = inputs[0]
        if len(inputs) > 1:
            layer.k = inputs[1]
            layer.v = inputs[-1]
        if names.gate is not None:
            (layer.attention_gate,) = self._parts(prefix, (names.gate,), (q,), a.hidden)
        if names.head_gate is not None:
            layer.head_gate = self._floats(self._numbers(f"{prefix}{names.head_gate}.weight", (a.heads, a.hidden)))
        if names.sinks is not None:
            layer.sinks = self.numbers(f"{prefix}{names.sinks}", a.heads)
        (layer.output,) = self._parts(prefix, (names.output,), (a.hidden,), q)

    def _place_feed_forward(self, layer: CLayer, prefix: str, spec: LayerSpec) -> None:
        a, names = self._architecture, self._architecture.names(spec)
        count, width = a.widths(spec)
        if names.router is not None:
            layer.router = self._floats(self._numbers(f"{prefix}{names.router}.weight", (count, a.hidden)))
            if f"{prefix}{names.router}.bias" in self._weights.names():
                layer.router_bias = self.numbers(f"{prefix}{names.router}.bias", count)
            if (bias := f"{prefix}{CHOICE_BIAS}.weight") in self._weights.names():
                layer.choice_bias = self.numbers(bias, count)
        bytes_before = self.weights_bytes
        layer.gate, layer.up = self._parts(prefix, names.gate_up, (count * width, count * width), a.hidden)
        (layer.down,) = self._parts(prefix, (names.down,), (count * a.hidden,), width)
        if spec.has_experts and a.experts is not None:
            self._count_unread(bytes_before, a.experts)

    def _count_unread(self, bytes_before: int, experts: Experts) -> None:
        """All matrices since then are experts'."""
        placed = self.weights_bytes - bytes_before
        self._unread_bytes += placed - placed * experts.chosen // experts.count

    def _place_experts_beside(self, layer: CLayer, prefix: str) -> None:
        a, to, names = self._architecture, layer.beside, self._architecture.experts_beside
        if names is None or a.experts is None:
            return
        shapes = names.shapes(a.experts, a.hidden)
        layer.router = self._floats(self._numbers(prefix + names.router, (a.experts.count, a.hidden)))
        if names.dense_gate is not None:
            to.dense_gate = self._floats(self._numbers(prefix + names.dense_gate, (1, a.hidden)))
        if (norms := names.norms) is not None:
            scale = floats(self._weights, prefix + norms.router_scale, a.hidden)
            to.router_norm = self._floats(scale * np.float32(a.hidden**-0.5))
            to.expert_scales = self.numbers(prefix + norms.expert_scales, a.experts.count)
            to.dense_norm, to.input_norm, to.output_norm = (
                self.norm(prefix + name, a.hidden) for name in (norms.dense, norms.before, norms.behind)
            )
        bytes_before = self.weights_bytes
        to.gate, to.up, to.down = (
            self._placed(self._panels(prefix + name, (shapes[name][0], shapes[name][1])), None) for name in names.roles
        )
        self._count_unread(bytes_before, a.experts)

    def _place_own_input(self, layer: CLayer, prefix: str) -> None:
        a = self._architecture
        if not a.per_layer:
            return
        layer.own_gate = self._placed(self._panels(prefix + LAYER_GATE, (a.per_layer, a.hidden)), None)
        layer.own_output = self._placed(self._panels(prefix + LAYER_OUTPUT, (a.hidden, a.per_layer)), None)
        layer.own_post_norm = self.norm(prefix + LAYER_POST_NORM, a.hidden)

    def per_layer(self) -> tuple[CMatrix, int | None]:
        """(projection, address of its norm) of per-layer embeddings, if there are any."""
        a = self._architecture
        if not a.per_layer:
            return CMatrix(), None
        shape = (len(a.layers) * a.per_layer, a.hidden)
        projection = self._placed(self._panels(PER_LAYER_PROJECTION, shape), None)
        return projection, self.norm(PER_LAYER_NORM, a.per_layer)

    def own_rows(self, ids: Sequence[int]) -> npt.NDArray[np.float32]:
        """What tokens bring for each layer, float32 (T, layers * P), read where the weights are."""
        rows = self._weights.rows(PER_LAYER_EMBEDDING, with_words(ids, self._architecture.blank_token))
        return np.ascontiguousarray(rows * np.float32(self._architecture.per_layer**0.5))

    def _place_mixer(self, layer: CLayer, prefix: str, spec: LayerSpec) -> tuple[tuple[int, ...], int]:
        """What a mixer with a state has beside matrices; returns rows of its inputs, and columns of its output."""
        a, name = self._architecture, f"{prefix}{self._architecture.names(spec).taps}"
        columns, taps = a.columns(spec), (a.convolution or a.matrix_state).taps  # type: ignore[union-attr]
        # The kernels take all columns of a tap together.
        layer.taps = self._floats(floats(self._weights, f"{name}.weight", taps * columns).reshape(columns, -1).T)
        if f"{name}.bias" in self._weights.names():
            layer.tap_bias = self._floats(floats(self._weights, f"{name}.bias", columns))
        if (kind := a.matrix_state) is None:
            return (a.hidden,) * 3, a.hidden
        parts, heads = kind.parts, kind.value_heads
        gates = [self._numbers(f"{prefix}{gate}.weight", (heads, a.hidden)) for gate in parts.gates]
        layer.delta_gates = self._floats(np.concatenate(gates))
        layer.decay_rates = self._floats(np.exp(floats(self._weights, f"{prefix}{parts.decay_log}.weight", heads)))
        layer.decay_bias = self.numbers(f"{prefix}{parts.decay_bias}.weight", heads)
        layer.mixer_norm = self.numbers(f"{prefix}{parts.norm}.weight", kind.normed)
        if parts.skip is not None:
            layer.skip = self.numbers(f"{prefix}{parts.skip}.weight", heads)
        return (kind.columns, kind.values), kind.values

    def _parts(self, prefix: str, names: tuple[str, ...], rows: tuple[int, ...], columns: int) -> list[CMatrix]:
        """Matrices of these numbers of rows, whether the files hold them apart or joined."""
        parts: list[CMatrix] = []
        for name in names:
            cuts = rows if len(names) < len(rows) else (rows[len(parts)],)
            matrix = self._panels(f"{prefix}{name}.weight", (sum(cuts), columns))
            has_bias = f"{prefix}{name}.bias" in self._weights.names()
            bias = floats(self._weights, f"{prefix}{name}.bias", matrix.rows) if has_bias else None
            start = 0
            for cut in cuts:
                part = panel_rows(matrix, start, start + cut)
                parts.append(self._placed(part, None if bias is None else bias[start : start + cut]))
                start += cut
        return parts

    def embedding_and_head(self) -> tuple[CMatrix, CMatrix, int | None]:
        """(embedding, head, address of the embedding as bf16 where it is not quantised)."""
        has_head, shape = HEAD in self._weights.names(), (self._architecture.vocab, self._architecture.hidden)
        if not has_head:
            head = self._head(EMBEDDING, self._panels(EMBEDDING, shape))
            return head, head, None
        panels = embedding_of(self._weights, self._quantized)
        check_shape(EMBEDDING, panels.shape, shape)
        if isinstance(panels, PanelMatrix):
            self._lookup_bytes = panels.data.nbytes
            return self._placed(panels, None), self._head(HEAD, self._panels(HEAD, shape)), None
        self._kept.append(panels)
        self.weights_bytes += panels.nbytes
        self._lookup_bytes = panels.nbytes
        return CMatrix(), self._head(HEAD, self._panels(HEAD, shape)), address_of(panels)

    def _head(self, name: str, panels: PanelMatrix) -> CMatrix:
        head, self.head_reading = head_of(self._library, self._weights, name, panels)
        return self._placed(head, None)

    def _panels(self, name: str, shape: tuple[int, int]) -> PanelMatrix:
        """As stored, or brought into panels now."""
        stored = self._weights.panels(name)
        made = self._packed(self._weights.matrix(name)) if stored is None else stored
        if not isinstance(made, PanelMatrix) or (made.form == SPLIT and name not in (EMBEDDING, HEAD)):
            raise UnsupportedModel(say("{name} is not in a form that the kernels read.", name=name), "")
        check_shape(name, made.shape, shape)
        return made

    def _packed(self, matrix: Matrix) -> Matrix | PanelMatrix:
        return floats_in_panels(self._library, self._quantized(matrix))

    def _quantized(self, matrix: Matrix) -> Matrix | PanelMatrix:
        return in_panels(self._library, matrix, self._architecture.quantized_activations)

    def _placed(self, panels: PanelMatrix, bias: npt.NDArray[np.float32] | None) -> CMatrix:
        self._kept.append(panels.data)
        panels.data[:: mmap.PAGESIZE].sum()  # a mapped file is read now, where it is shown and can be stopped
        self.weights_bytes += panels.data.nbytes
        self.weights_count += panels.rows * panels.columns
        address = None
        if bias is not None:
            address = self._floats(np.pad(bias, (0, -len(bias) % _LANES)))
        return CMatrix(address_of(panels.data), address, panels.form, panels.rows, panels.columns, panels.group)

    def _numbers(self, name: str, shape: tuple[int, int]) -> npt.NDArray[np.float32]:
        """A matrix that keeps its precision."""
        found = self._weights.floats(name)
        check_shape(name, found.shape, shape)
        return found

    def norm(self, name: str, length: int, scale: float = 1.0) -> int:
        """The address of a norm's weights, as the kernels multiply with them; what it makes is times ``scale``."""
        weights = floats(self._weights, name, length) + np.float32(self._architecture.norm_offset)
        return self._floats(weights * np.float32(scale))

    def numbers(self, name: str, length: int) -> int:
        """The address of that many numbers as they are."""
        return self._floats(floats(self._weights, name, length))

    def _floats(self, values: npt.NDArray[np.float32]) -> int:
        """The address of a copy, kept alive."""
        self._kept.append(aligned_copy(values))
        return address_of(self._kept[-1])
