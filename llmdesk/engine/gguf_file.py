"""GGUF files: tensors under transformers' names, 4-bit blocks kept exactly (engine thread only)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from llmdesk.engine.weights import Int4Matrix
from llmdesk.errors import ModelDamaged, UnsupportedModel

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray

    from llmdesk.engine.weights import Matrix

_Array: TypeAlias = "NDArray[Any]"

ARCHITECTURES = {"llama": "llama", "qwen2": "qwen2", "qwen3": "qwen3"}
"""GGUF architectures whose tensor names follow the table below, and transformers' names for them."""

_TOP = {"token_embd": "model.embed_tokens", "output_norm": "model.norm", "output": "lm_head"}
_LAYER = {
    "attn_norm": "input_layernorm",
    "ffn_norm": "post_attention_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "attn_q_norm": "self_attn.q_norm",
    "attn_k_norm": "self_attn.k_norm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
_LAYER_NAME = re.compile(r"blk\.(\d+)\.(\w+)\.(weight|bias)")


def hf_name(gguf_name: str) -> str | None:
    """Transformers' name of a tensor, or None for one that is computed there (rotary frequencies)."""
    if match := _LAYER_NAME.fullmatch(gguf_name):
        layer, part, kind = match.groups()
        return f"model.layers.{layer}.{_LAYER[part]}.{kind}" if part in _LAYER else None
    part, _, kind = gguf_name.rpartition(".")
    return f"{_TOP[part]}.{kind}" if part in _TOP else None


class GgufFile:
    """An open GGUF file.

    Raises:
        ModelDamaged: not a GGUF file, or it ends too early.
        UnsupportedModel: an architecture outside ARCHITECTURES.
    """

    def __init__(self, path: Path) -> None:
        from gguf import GGUFReader

        try:
            self._reader = GGUFReader(path)
        except (ValueError, IndexError, KeyError, OSError, OverflowError, UnicodeDecodeError) as error:
            raise ModelDamaged(f"{path.name} is not a whole GGUF file: {error}.") from error
        self.architecture = str(self.field("general.architecture"))
        if self.architecture not in ARCHITECTURES:
            known = ", ".join(ARCHITECTURES)
            raise UnsupportedModel(
                f"GGUF files of the architecture “{self.architecture}” cannot be read yet (only {known}).",
                "Open the model's safetensors folder instead.",
            )
        self._heads = int(self.field(f"{self.architecture}.attention.head_count"))
        kv_heads = f"{self.architecture}.attention.head_count_kv"  # left out where keys have as many heads as queries
        self._kv_heads = int(self.field(kv_heads)) if kv_heads in self._reader.fields else self._heads

    def field(self, key: str) -> Any:
        """A metadata value. Raises ModelDamaged if it is not there."""
        field = self._reader.fields.get(key)
        if field is None:
            raise ModelDamaged(f"The GGUF file lacks the field {key}.")
        return field.contents()

    @contextmanager
    def shared(self) -> Iterator[None]:
        """Whoever opens a GGUF file with the gguf package meanwhile gets this one: reading its head takes seconds."""
        import gguf

        opener = gguf.GGUFReader
        gguf.GGUFReader = lambda _path: self._reader
        try:
            yield
        finally:
            gguf.GGUFReader = opener

    def __len__(self) -> int:
        return len(self._reader.tensors)

    def tensors(self, *, keep_int4: bool) -> Iterator[tuple[str, Matrix]]:
        """(transformers' name, matrix) one by one: 4-bit blocks as Int4Matrix if asked to, the rest as float32."""
        for tensor in self._reader.tensors:
            name = hf_name(tensor.name)
            if name is None:
                continue
            matrix = self._int4(tensor) if keep_int4 and tensor.tensor_type.name in _INT4 else _float(tensor)
            yield name, self._unpermuted(tensor.name, matrix)

    @staticmethod
    def _int4(tensor: Any) -> Int4Matrix:
        return _INT4[tensor.tensor_type.name](tensor.data)

    def _unpermuted(self, gguf_name: str, matrix: Matrix) -> Matrix:
        """llama.cpp interleaves the rotary halves of Llama's q and k rows; transformers keeps them apart."""
        if self.architecture != "llama" or not re.search(r"attn_[qk]\.(weight|bias)$", gguf_name):
            return matrix
        heads = self._heads if "attn_q." in gguf_name else self._kv_heads
        if isinstance(matrix, Int4Matrix):
            return Int4Matrix(*(_unpermute_rows(t, heads) for t in (matrix.q, matrix.scales, matrix.zeros)))
        return _unpermute_rows(matrix, heads)


def _unpermute_rows(rows: Any, heads: int) -> torch.Tensor:
    """(heads * dim, ...) with row pairs (0, dim/2), (1, dim/2 + 1), ... back in their natural order."""
    dim = rows.shape[0] // heads
    result: torch.Tensor = rows.reshape(heads, dim // 2, 2, *rows.shape[1:]).swapaxes(1, 2).reshape(rows.shape)
    return result


def _float(tensor: Any) -> torch.Tensor:
    import torch
    from gguf.quants import dequantize

    return torch.from_numpy(np.array(dequantize(tensor.data, tensor.tensor_type), dtype=np.float32))


def _blocks(data: _Array, block_bytes: int) -> _Array:
    """(out, bytes) -> (out, blocks, block_bytes)"""
    return data.reshape(data.shape[0], -1, block_bytes)


def _half(block_bytes: _Array) -> _Array:
    """Two bytes per block as float32: (out, blocks, 2) uint8 -> (out, blocks)."""
    return np.ascontiguousarray(block_bytes).view(np.float16)[..., 0].astype(np.float32)


def _repacked(quants: _Array, scales: _Array, zeros: _Array) -> Int4Matrix:
    """GGUF holds columns 0..15 of a block in the low nibbles, 16..31 in the high ones; we want neighbours together."""
    import torch

    columns = np.concatenate((quants & 15, quants >> 4), axis=-1)
    packed = columns[..., 0::2] | (columns[..., 1::2] << 4)
    q = torch.from_numpy(np.ascontiguousarray(packed.reshape(packed.shape[0], -1)))
    return Int4Matrix(q, torch.from_numpy(scales), torch.from_numpy(zeros))


def _q4_0(data: _Array) -> Int4Matrix:
    """Block of 32: scale d (float16), 16 bytes of quants; w = d (q - 8)."""
    blocks = _blocks(data, 18)
    scales = _half(blocks[..., :2])
    return _repacked(blocks[..., 2:], scales, np.full_like(scales, 8.0))


def _q4_1(data: _Array) -> Int4Matrix:
    """Block of 32: scale d, minimum m (float16), 16 bytes of quants; w = d q + m = d (q - (-m / d))."""
    blocks = _blocks(data, 20)
    scales, minima = _half(blocks[..., :2]), _half(blocks[..., 2:4])
    # A block of equal values has d = 0: any other scale with q = 0 gives the same w.
    flat = scales == 0
    quants = np.where(flat[..., None], 0, blocks[..., 4:]).astype(np.uint8)
    scales = np.where(flat, 1.0, scales).astype(np.float32)
    return _repacked(quants, scales, (-minima / scales).astype(np.float32))


_INT4 = {"Q4_0": _q4_0, "Q4_1": _q4_1}
