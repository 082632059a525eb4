"""GGUF files: tensors under transformers' names, 4-bit blocks kept exactly (engine thread only)."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from llmdesk import gguf_header, gguf_parts
from llmdesk.engine.matrices.forms import Quantized, each_part
from llmdesk.engine.networks.config_values import check_integer
from llmdesk.engine.weights.expert_tensors import split_gate_up
from llmdesk.engine.weights.gguf_blocks import PLAIN, floats_of, matrix_of, numbers_of, row_bytes, type_name
from llmdesk.engine.weights.gguf_names import hf_names
from llmdesk.engine.weights.ollama_gemma import completed
from llmdesk.engine.weights.source import SourceTensor
from llmdesk.errors import ModelDamaged, UnsupportedModel
from llmdesk.gguf_kinds import OF_PICTURES_AND_SOUND, refuse_foreign
from llmdesk.words import say

if TYPE_CHECKING:
    import torch

    from llmdesk.engine.matrices.forms import Matrix
    from llmdesk.gguf_header import GgufHeader, GgufTensor

_ROPE_LISTS = ("rope_factors_long.weight", "rope_factors_short.weight")  # they go into the configuration
_FREQUENCIES = ("rope_freqs.weight",)
PERMUTED = frozenset({"llama", "smollm3", "granite", "granitehybrid", "granitemoe", "mistral3"})
NORMS_PLUS_ONE = frozenset({"gemma2", "gemma3", "qwen35", "qwen35moe", "qwen3next"})
_GATE_OF_DENSE = ".ffn_gate_inp_shexp.weight"
# What llama.cpp lets a file say for every layer of its own, in a list.
_PER_LAYER = frozenset({"attention.head_count", "attention.head_count_kv", "feed_forward_length"})


class GgufFile:
    """A model in a GGUF file, or in several; only heads are read until a tensor is asked for.

    Attributes:
        path: the file, the first of several, whichever of them was given.
        in_configuration: tensors that are no weights, by GGUF's names: ``read_config`` reads them.

    ``refuse`` (gguf_kinds.py) says for which kinds the file must not be.

    Raises:
        ModelDamaged: not a GGUF file, it ends too early, or one of several is missing.
        UnsupportedModel: of a kind that cannot be read.
    """

    def __init__(self, path: Path, refuse: Callable[[GgufHeader], None] = refuse_foreign) -> None:
        header = gguf_parts.read(path)
        self.header = replace(header, values=completed(header))
        self.path = self.header.files[0]
        self.architecture = self.header.architecture
        refuse(self.header)
        self.in_configuration = _ROPE_LISTS + (_FREQUENCIES if self.architecture == "gemma4" else ())
        self._by_name = {tensor.name: tensor for tensor in self.header.tensors}

    def field(self, key: str, default: Any = None) -> Any:
        """A value of the architecture's own section. Raises ModelDamaged if it is missing without a default."""
        value = self.header.values.get(f"{self.architecture}.{key}")
        if value is None and key in _PER_LAYER:
            value = self._same_in_all_layers(f"{self.architecture}.{key}")
        value = default if value is None else value
        if value is None:
            raise ModelDamaged(
                say("The GGUF file lacks the field {architecture}.{key}.", architecture=self.architecture, key=key)
            )
        return value

    def _same_in_all_layers(self, key: str) -> Any:
        """What a list with a value per layer says; None if there is none. Raises UnsupportedModel if it is several."""
        values = gguf_header.read_arrays(self.path, (key,)).get(key)
        if not values:
            return None
        if len(set(map(str, values))) > 1:
            raise UnsupportedModel(
                say("{name} has layers of different sizes ({key}).", name=self.path.name, key=key),
                say("Open the model's safetensors folder instead."),
            )
        return values[0]

    def in_each_layer(self, key: str) -> list[Any]:
        """A value that is said for each layer; empty if it is not said so."""
        name = f"{self.architecture}.{key}"
        return gguf_header.read_arrays(self.path, (name,)).get(name) or []

    def has_field(self, key: str) -> bool:
        """True if the architecture's own section has this value."""
        return f"{self.architecture}.{key}" in self.header.values

    def vocabulary_size(self) -> int:
        """Rows of the embedding. Raises ModelDamaged if there is none."""
        embedding = self._by_name.get("token_embd.weight")
        if embedding is None:
            raise ModelDamaged(say("The GGUF file lacks the tensor token_embd.weight."))
        return embedding.shape[0]

    @property
    def layers(self) -> int:
        """Without those that guess further tokens, which some files have at the end. Raises ModelDamaged."""
        layers, guessing = self.field("block_count"), self.field("nextn_predict_layers", 0)
        check_integer(guessing, f"{self.architecture}.nextn_predict_layers", (0, 16), self.path.name)
        check_integer(layers, f"{self.architecture}.block_count", (guessing + 1, 1000), self.path.name)
        return int(layers - guessing)

    def has(self, name: str) -> bool:
        """True if there is a tensor of this name (GGUF's)."""
        return name in self._by_name

    def vector(self, name: str) -> list[float]:
        """A small tensor of plain numbers, by GGUF's name."""
        tensor = self._by_name[name]
        kind = type_name(tensor.kind)
        row = self._bytes(tensor, 0, row_bytes(kind, tensor.shape[0]))[None]
        values: list[float] = numbers_of(kind, row)[0].tolist()
        return values

    def floats(self, name: str) -> torch.Tensor:
        """A whole tensor in float32, by GGUF's name."""
        tensor = self._by_name[name]
        kind = type_name(tensor.kind)
        size, rows = row_bytes(kind, tensor.shape[-1]), tensor.elements // tensor.shape[-1]
        return floats_of(kind, self._bytes(tensor, 0, rows * size).reshape(rows, size)).reshape(tensor.shape)

    def __len__(self) -> int:
        return len(self.header.tensors)

    def tensors(self) -> Iterator[SourceTensor]:
        """All tensors in the order of the file.

        Raises:
            UnsupportedModel: a tensor or a type that is not known; to leave it out would spoil every answer.
        """
        for tensor, found in self.stored():
            if found is not None and "_gate_up_exps." in tensor.name:
                yield from split_gate_up(found, tensor.shape[0])
            elif found is not None:
                yield replace(found, finish=self._finisher(tensor))

    def stored(self) -> Iterator[tuple[GgufTensor, SourceTensor | None]]:
        """All tensors under transformers' names, rows in the file's own order.

        None: what belongs to the configuration, sees or hears, or guesses further tokens. Raises as ``tensors`` does.
        """
        names = hf_names(self.architecture, self.layers)
        guessing = tuple(f"blk.{layer}." for layer in range(self.layers, int(self.field("block_count"))))
        for tensor in self.header.tensors:
            if tensor.name in self.in_configuration or tensor.name.startswith((*OF_PICTURES_AND_SOUND, *guessing)):
                yield tensor, None
                continue
            if tensor.name not in names:
                raise UnsupportedModel(
                    say("The GGUF file has a tensor that llmdesk does not know: {name}.", name=tensor.name),
                    say("Open the model's safetensors folder instead."),
                )
            found = SourceTensor(
                name=names[tensor.name],
                shape=_shape_of(tensor),
                rows=lambda start, end, tensor=tensor: self._read(tensor, start, end),  # type: ignore[misc]
                is_quantized=type_name(tensor.kind) not in PLAIN,
            )
            yield tensor, found

    def _read(self, tensor: GgufTensor, start: int, end: int) -> Matrix:
        kind, columns = type_name(tensor.kind), tensor.shape[-1]
        if _is_small(tensor.name):
            return self._as_published(tensor.name, self.floats(tensor.name).reshape(_shape_of(tensor)))[start:end]
        if len(tensor.shape) == 1:  # a vector is one row of bytes
            matrix = matrix_of(kind, self._bytes(tensor, 0, row_bytes(kind, columns))[None])
            assert not isinstance(matrix, Quantized)
            return self._as_published(tensor.name, matrix[0])[start:end]
        size = row_bytes(kind, columns)
        return matrix_of(kind, self._bytes(tensor, start * size, (end - start) * size).reshape(end - start, size))

    def _as_published(self, name: str, values: torch.Tensor) -> torch.Tensor:
        """A vector's numbers before llama.cpp's converter changed them."""
        if name.endswith(".ssm_a"):
            return (-values.float()).log()
        plus_one = self.architecture in NORMS_PLUS_ONE and name.endswith("norm.weight") and ".ssm_norm." not in name
        return values - 1 if plus_one else values

    def raw(self, tensor: GgufTensor) -> Any:
        """A whole tensor's bytes as they are, uint8 (bytes,)."""
        kind = type_name(tensor.kind)
        return self._bytes(tensor, 0, tensor.elements // tensor.shape[-1] * row_bytes(kind, tensor.shape[-1]))

    def _bytes(self, tensor: GgufTensor, start: int, count: int) -> Any:
        data = np.fromfile(tensor.path, dtype=np.uint8, count=count, offset=tensor.offset_bytes + start)
        if data.size != count:
            raise ModelDamaged(say("{name} ends in the middle of {name2}.", name=tensor.path.name, name2=tensor.name))
        return data

    def _finisher(self, tensor: GgufTensor) -> Callable[[Matrix], Matrix]:
        """What is to be done to the whole: rows back in transformers' order."""
        if self.architecture not in PERMUTED or not re.search(r"attn_[qk]\.(weight|bias)$", tensor.name):
            return lambda matrix: matrix
        heads = int(self.field("attention.head_count"))
        if "attn_k." in tensor.name:
            head_dim = int(self.field("attention.key_length", self.field("embedding_length") // heads))
            heads = tensor.shape[0] // head_dim
        return lambda matrix: _unpermuted(matrix, heads)


def _shape_of(tensor: GgufTensor) -> tuple[int, ...]:
    """Of what is read of it: all experts' rows one after the other; one row of numbers, in files one for each expert,
    group or head; a row of a dense feed-forward's gate."""
    if tensor.name.endswith(_GATE_OF_DENSE):
        return 1, tensor.elements
    if _is_small(tensor.name):
        return (tensor.elements,)
    return tensor.shape if len(tensor.shape) < 3 else (math.prod(tensor.shape[:-1]), tensor.shape[-1])


def _is_small(name: str) -> bool:
    return name.endswith(("_exps.bias", ".ssm_a", ".ssm_d", ".ssm_norm.weight", _GATE_OF_DENSE))


def _unpermuted(matrix: Matrix, heads: int) -> Matrix:
    """llama.cpp interleaves the rotary halves of Llama's q and k rows; transformers keeps them apart."""
    return each_part(matrix, lambda part: _unpermute_rows(part, heads))


def _unpermute_rows(rows: torch.Tensor, heads: int) -> torch.Tensor:
    """(heads * dim, ...) with row pairs (0, dim/2), (1, dim/2 + 1), ... back in their natural order."""
    dim = rows.shape[0] // heads
    result: torch.Tensor = rows.reshape(heads, dim // 2, 2, *rows.shape[1:]).swapaxes(1, 2).reshape(rows.shape)
    return result
