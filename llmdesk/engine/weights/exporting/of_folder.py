"""A model that is a folder, as llama.cpp's converter would write it (engine thread only).

What the folder says becomes values under llama.cpp's keys, and before any weight is written they are read back: a file
that would say something else of the model, or cut texts otherwise, is not made.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from llmdesk.datatypes.model import LocalModel, Precision
from llmdesk.engine.backend import LoadReporter
from llmdesk.engine.networks.architecture import HEAD, Architecture, describe, rounds_activations
from llmdesk.engine.networks.layers import is_router
from llmdesk.engine.networks.mixers import DeltaNet, Mamba, is_state_gate
from llmdesk.engine.networks.tensor_shapes import tensor_shapes
from llmdesk.engine.weights.conversion import Rules
from llmdesk.engine.weights.exporting.delta_nets import in_files_order
from llmdesk.engine.weights.exporting.fields import (
    ARCHITECTURES,
    differing_fields,
    field_values,
    kind_of,
    rope_tensors,
)
from llmdesk.engine.weights.exporting.gemma4 import gemma4_in_files_order
from llmdesk.engine.weights.exporting.gguf_head import encoded
from llmdesk.engine.weights.exporting.mamba import mamba_in_files_order
from llmdesk.engine.weights.exporting.plan import Plan, Planned, as_blocks, as_floats, as_it_is
from llmdesk.engine.weights.exporting.vocabulary import SAMPLES, vocabulary_values
from llmdesk.engine.weights.exporting.writing import write_file
from llmdesk.engine.weights.gguf_config import read_config
from llmdesk.engine.weights.gguf_file import NORMS_PLUS_ONE, PERMUTED, GgufFile
from llmdesk.engine.weights.gguf_names import hf_names
from llmdesk.engine.weights.gguf_tokenizer import read_tokenizer
from llmdesk.engine.weights.kept_files import converted_folder
from llmdesk.engine.weights.kept_reading import Reading
from llmdesk.engine.weights.loading import source_tensors
from llmdesk.engine.weights.model_files import end_tokens
from llmdesk.errors import ModelDamaged, UnsupportedModel
from llmdesk.gemma4_layers import TEXT
from llmdesk.words import say

if TYPE_CHECKING:
    import torch

    from llmdesk.engine.weights.exporting.plan import Change
    from llmdesk.engine.weights.plain_tokenizer import PlainTokenizer
    from llmdesk.engine.weights.source import SourceTensor

_TOKEN_TABLE, _ROPE_FACTORS = "token_embd.weight", "rope_freqs.weight"
_TAPS = (".shortconv.conv.", ".ssm_conv1d.")
_HEAD_BY_HEAD = (".ssm_a", ".ssm_d")
_SHARED = "_shexp."


def plan_of_folder(model: LocalModel, precision: Precision, report: LoadReporter) -> Plan:
    """Raises ModelDamaged, UnsupportedModel; what ``report`` raises passes."""
    reading = Reading(model.path, converted_folder(model.path), report)
    config, tokenizer = reading.config, reading.tokenizer
    kind = kind_of(config)
    if kind is None or rounds_activations(config):
        raise UnsupportedModel(
            say(
                "Models of the kind “{kind}” cannot be written as GGUF files yet, only {known}.",
                kind=config.model_type,
                known=", ".join(ARCHITECTURES),
            ),
            say("Out of a GGUF file of such a model another precision can be made."),
        )
    tied, scalings = bool(config.tie_word_embeddings), rope_tensors(config)
    rules = Rules(precision, tied, super_blocks=True)
    names = _names(kind, config)
    tensors = [_vector(name, scaling) for name, scaling in scalings.items()]
    sources = list(source_tensors(model, config))
    _check_tensors(sources, config)
    for tensor in _in_files_order(sources, describe(config, 1), kind):
        if tensor.name == HEAD and tied:
            continue
        if tensor.name not in names:
            raise UnsupportedModel(
                say("The model has a tensor that GGUF files of its kind have no name for: {name}.", name=tensor.name)
            )
        tensors.append(_tensor(names[tensor.name], tensor, kind, config, rules))
    plan = Plan(_values(model, kind, config, tokenizer), tensors)
    _check(plan, config, tokenizer)
    return plan


def _values(model: LocalModel, kind: str, config: Any, tokenizer: PlainTokenizer) -> list[bytes]:
    general = {"architecture": kind, "type": "model", "name": model.spec.title}
    if model.spec.licence:
        general["license"] = model.spec.licence.lower()
    ends, is_gemma4 = end_tokens(model.path, config, tokenizer), config.model_type == TEXT
    vocabulary = vocabulary_values(tokenizer, int(config.vocab_size), ends, is_gemma4=is_gemma4)
    return [
        *(encoded(f"general.{key}", value) for key, value in general.items()),
        *(encoded(f"{kind}.{key}", value) for key, value in field_values(config).items()),
        *(encoded(key, value) for key, value in vocabulary.items()),
    ]


def _vector(name: str, values: Any) -> Planned:
    return as_it_is(name, "F32", values.shape, lambda: values.view(np.uint8))


def _names(kind: str, config: Any) -> dict[str, str]:
    """GGUF's by transformers'. What stands beside experts is called otherwise where there are none."""
    has_experts = describe(config, 1).experts is not None
    found = hf_names(kind, int(config.num_hidden_layers)).items()
    return {name: gguf for gguf, name in found if has_experts or _SHARED not in gguf}


def _in_files_order(tensors: list[SourceTensor], a: Architecture, kind: str) -> Iterable[SourceTensor]:
    if isinstance(a.matrix_state, DeltaNet):
        return in_files_order(tensors, a, is_next=kind == "qwen3next")
    if isinstance(a.matrix_state, Mamba):
        return mamba_in_files_order(tensors, a.matrix_state)
    return gemma4_in_files_order(tensors, a) if a.layer_scales else tensors


def _tensor(name: str, tensor: SourceTensor, kind: str, config: Any, rules: Rules) -> Planned:
    order, a = _order(name, kind, config), describe(config, 1)
    if len(tensor.shape) == 1 or is_router(tensor.name):
        rows = _rows(name, tensor.shape[0], a) if len(tensor.shape) == 1 else 0
        shape = (rows, tensor.shape[0] // rows) if rows else tensor.shape
        return as_floats(name, shape, tensor, order or _change(name, kind))
    if is_state_gate(tensor.name):
        return as_floats(name, tensor.shape, tensor, lambda values: values)
    shape = tensor.shape
    if a.experts is not None and "_exps." in name:
        shape = (a.experts.count, shape[0] // a.experts.count, shape[1])
    return as_blocks(name, shape, tensor, rules, order)


def _rows(name: str, length: int, a: Architecture) -> int:
    """Into so many rows files divide a vector; 0: it is one there, too."""
    state = a.matrix_state
    taps = state.taps if state is not None else a.convolution.taps if a.convolution is not None else 0
    if taps and any(part in name for part in _TAPS) and name.endswith(".weight"):
        return length // taps
    if a.experts is not None and name.endswith("_exps.bias"):
        return a.experts.count
    if isinstance(state, Mamba):
        if name.endswith(_HEAD_BY_HEAD):
            return length
        return state.key_heads if ".ssm_norm." in name else 0
    return 0


def _change(name: str, kind: str) -> Change:
    """What llama.cpp's converter does to a vector."""
    if name.endswith(".ssm_a"):
        return lambda values: -values.float().exp()
    if kind in NORMS_PLUS_ONE and name.endswith("norm.weight") and ".ssm_norm." not in name:
        return lambda values: values.float() + 1
    return lambda values: values


def _order(name: str, kind: str, config: Any) -> Change | None:
    """llama.cpp interleaves the rotary halves of q's and k's rows, in some architectures."""
    if kind not in PERMUTED or not any(part in name for part in (".attn_q.", ".attn_k.")):
        return None
    a = describe(config, 1)
    return partial(_interleaved, a.heads if ".attn_q." in name else a.kv_heads)


def _interleaved(heads: int, rows: torch.Tensor) -> torch.Tensor:
    """(heads * dim, ...): rows 0, dim/2, 1, dim/2 + 1 ... of each head."""
    dim = rows.shape[0] // heads
    found: torch.Tensor = rows.reshape(heads, 2, dim // 2, *rows.shape[1:]).swapaxes(1, 2).reshape(rows.shape)
    return found


def _check_tensors(tensors: list[SourceTensor], config: Any) -> None:
    """Raises ModelDamaged: one is missing, or not of the size that the configuration says."""
    found = {tensor.name: tensor.shape for tensor in tensors}
    for name, expected in tensor_shapes(describe(config, 1)).items():
        if name == HEAD and name not in found:
            continue
        if name not in found:
            raise ModelDamaged(say("The model's files lack the tensor {name}.", name=name))
        if found[name] != expected:
            raise ModelDamaged(
                say("{name} has the shape {found}, by the configuration it should have {expected}.", name=name,
                    found=found[name], expected=expected)
            )  # fmt: skip


def _check(plan: Plan, config: Any, tokenizer: PlainTokenizer) -> None:
    """Raises UnsupportedModel if a file with this head would be another model. Scalings of angles are the only data."""
    rows = int(config.vocab_size)
    small = {name: np.zeros((rows if name == _TOKEN_TABLE else 1, 1), np.float32) for name in plan.names}
    small |= rope_tensors(config)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "head.gguf"
        write_file(Plan(plan.values, [_vector(name, data) for name, data in small.items()]), file, lambda done: None)
        gguf = GgufFile(file)
        context = int(config.max_position_embeddings)
        has_factors = gguf.has(_ROPE_FACTORS) and _ROPE_FACTORS not in gguf.in_configuration
        factors = gguf.floats(_ROPE_FACTORS).numpy() if has_factors else None
        other = describe(read_config(gguf), context, factors)
        if differing := differing_fields(describe(config, context), other):
            raise UnsupportedModel(
                say("A GGUF file of this kind cannot say all that this model is ({what}).", what=", ".join(differing))
            )
        _check_texts(tokenizer.backend_tokenizer, read_tokenizer(gguf).backend_tokenizer)


def _check_texts(own: Any, other: Any) -> None:
    for text in SAMPLES:
        ours, theirs = (each.encode(text, add_special_tokens=True).ids for each in (own, other))
        if ours != theirs:
            raise UnsupportedModel(
                say("In a GGUF file this model's tokenizer would cut texts otherwise, for example “{text}”.",
                    text=text.strip()[:30])
            )  # fmt: skip
