"""A model's tensors to where the kernels find them: addresses in ctypes' structures (engine thread only)."""

from __future__ import annotations

import ctypes
import mmap
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from llmdesk.engine.matrices.aligned import address_of, aligned_copy
from llmdesk.engine.matrices.forms import PanelMatrix
from llmdesk.engine.matrices.panel_forms import SPLIT
from llmdesk.engine.matrices.panels import in_panels, panel_rows
from llmdesk.engine.networks.architecture import EMBEDDING, HEAD, Architecture
from llmdesk.engine.networks.fused.embedding import embedding_of
from llmdesk.engine.networks.fused.head import HeadReading, head_of
from llmdesk.engine.networks.fused.structures import MIXERS, CLayer, CMatrix
from llmdesk.engine.networks.layers import CHOICE_BIAS
from llmdesk.engine.networks.mixers import DECAY_BIAS, DECAY_LOG, DELTA_GATES, DELTA_NORM
from llmdesk.engine.networks.tensor_shapes import check_shape, floats
from llmdesk.errors import UnsupportedModel
from llmdesk.words import say

if TYPE_CHECKING:
    from llmdesk.engine.matrices.forms import Matrix
    from llmdesk.engine.matrices.stored import Weights
    from llmdesk.engine.networks.layers import LayerSpec

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

    def fill_layer(self, layer: CLayer, prefix: str, spec: LayerSpec) -> None:
        """All but the rotary angles of the layer whose tensors' names begin with ``prefix``."""
        a, names = self._architecture, self._architecture.names(spec)
        q, kv, (count, width) = a.heads * a.head_dim, a.kv_heads * a.head_dim, a.widths(spec)
        normed = (q, kv) if a.qk_norm == "width" else (a.head_dim, a.head_dim)
        sizes = {"q_norm": normed[0], "k_norm": normed[1], "attention_sub_norm": q, "mlp_sub_norm": a.intermediate}
        for role in ("input_norm", "q_norm", "k_norm", "attention_sub_norm", "post_attention_norm",
                     "mlp_norm", "mlp_sub_norm", "post_mlp_norm"):  # fmt: skip
            if name := getattr(names, role):
                setattr(layer, role, self.norm(f"{prefix}{name}.weight", sizes.get(role, a.hidden)))
        layer.window, layer.mixer = spec.window or 0, MIXERS[spec.mixer]
        rows: tuple[int, ...] = (q, kv, kv)
        if names.taps is not None:
            rows, q = self._place_mixer(layer, prefix, spec)
        inputs = self._parts(prefix, names.qkv, rows, a.hidden)
        layer.q, layer.k = inputs[:2]
        if len(inputs) > 2:
            layer.v = inputs[2]
        if names.gate is not None:
            (layer.attention_gate,) = self._parts(prefix, (names.gate,), (q,), a.hidden)
        (layer.output,) = self._parts(prefix, (names.output,), (a.hidden,), q)
        if names.router is not None:
            layer.router = self._floats(self._numbers(f"{prefix}{names.router}.weight", (count, a.hidden)))
            if f"{prefix}{names.router}.bias" in self._weights.names():
                layer.router_bias = self.numbers(f"{prefix}{names.router}.bias", count)
            if (bias := f"{prefix}{CHOICE_BIAS}.weight") in self._weights.names():
                layer.choice_bias = self.numbers(bias, count)
        if names.sinks is not None:
            layer.sinks = self.numbers(f"{prefix}{names.sinks}", a.heads)
        bytes_before = self.weights_bytes
        layer.gate, layer.up = self._parts(prefix, names.gate_up, (count * width, count * width), a.hidden)
        (layer.down,) = self._parts(prefix, (names.down,), (count * a.hidden,), width)
        if spec.has_experts and a.experts is not None:
            read = (self.weights_bytes - bytes_before) * a.experts.chosen // count
            self._unread_bytes += self.weights_bytes - bytes_before - read

    def _place_mixer(self, layer: CLayer, prefix: str, spec: LayerSpec) -> tuple[tuple[int, ...], int]:
        """What a mixer with a state has beside matrices; returns rows of its inputs, and columns of its output."""
        a, name = self._architecture, f"{prefix}{self._architecture.names(spec).taps}"
        columns, taps = a.columns(spec), (a.convolution or a.delta_net).taps  # type: ignore[union-attr]
        # The kernels take all columns of a tap together.
        layer.taps = self._floats(floats(self._weights, f"{name}.weight", taps * columns).reshape(columns, -1).T)
        if f"{name}.bias" in self._weights.names():
            layer.tap_bias = self._floats(floats(self._weights, f"{name}.bias", columns))
        if (delta := a.delta_net) is None:
            return (a.hidden,) * 3, a.hidden
        heads = delta.value_heads
        gates = [self._numbers(f"{prefix}{gate}.weight", (heads, a.hidden)) for gate in DELTA_GATES]
        layer.delta_gates = self._floats(np.concatenate(gates))
        layer.decay_rates = self._floats(np.exp(floats(self._weights, f"{prefix}{DECAY_LOG}.weight", heads)))
        layer.decay_bias = self._floats(floats(self._weights, f"{prefix}{DECAY_BIAS}.weight", heads))
        layer.mixer_norm = self._floats(floats(self._weights, f"{prefix}{DELTA_NORM}.weight", delta.value_dim))
        return (delta.columns, delta.values), delta.values

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
        panels = embedding_of(self._weights, self._packed)
        check_shape(EMBEDDING, panels.shape, shape)
        if isinstance(panels, PanelMatrix):
            if not has_head:
                head = self._head(EMBEDDING, panels)
                return head, head, None
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
            raise UnsupportedModel(say("{name} is not in 4 or 8 bits.", name=name), say("Choose the precision bf16."))
        check_shape(name, made.shape, shape)
        return made

    def _packed(self, matrix: Matrix) -> Matrix | PanelMatrix:
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
