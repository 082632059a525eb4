"""A model that is a folder, as llama.cpp's converter would write it (engine thread only).

What the folder says becomes values under llama.cpp's keys, and before any weight is written they are read back: a file
that would say something else of the model, or cut texts otherwise, is not made.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from llmdesk.datatypes.model import LocalModel, Precision
from llmdesk.engine.backend import LoadReporter
from llmdesk.engine.networks.architecture import HEAD, describe, rounds_activations
from llmdesk.engine.networks.layers import is_router
from llmdesk.engine.networks.mixers import DeltaNet, Mamba, is_state_gate
from llmdesk.engine.networks.tensor_shapes import tensor_shapes
from llmdesk.engine.weights.conversion import Rules
from llmdesk.engine.weights.exporting.delta_nets import in_files_order
from llmdesk.engine.weights.exporting.fields import ARCHITECTURES, differing_fields, field_values, rope_tensors
from llmdesk.engine.weights.exporting.gguf_head import encoded
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
from llmdesk.words import say

if TYPE_CHECKING:
    import torch

    from llmdesk.engine.matrices.forms import Matrix
    from llmdesk.engine.weights.exporting.plan import Change
    from llmdesk.engine.weights.plain_tokenizer import PlainTokenizer
    from llmdesk.engine.weights.source import SourceTensor

_TOKEN_TABLE, _ROPE_FACTORS = "token_embd.weight", "rope_freqs.weight"
_TAPS = (".shortconv.conv.", ".ssm_conv1d.")
_GATE_UP, _DOWN = "shared_mlp.input_linear", "shared_mlp.output_linear"


def plan_of_folder(model: LocalModel, precision: Precision, report: LoadReporter) -> Plan:
    """Raises ModelDamaged, UnsupportedModel; what ``report`` raises passes."""
    reading = Reading(model.path, converted_folder(model.path), report)
    config, tokenizer = reading.config, reading.tokenizer
    kind = ARCHITECTURES.get(config.model_type)
    if kind is None or rounds_activations(config) or isinstance(describe(config, 1).matrix_state, Mamba):
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
    names = {name: gguf for gguf, name in hf_names(kind, int(config.num_hidden_layers)).items()}
    tensors = [_vector(name, scaling) for name, scaling in scalings.items()]
    sources = list(source_tensors(model, config))
    _check_tensors(sources, config)
    architecture = describe(config, 1)
    has_states = isinstance(architecture.matrix_state, DeltaNet)
    for tensor in in_files_order(sources, architecture) if has_states else _apart(sources):
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
    ends = end_tokens(model.path, config, tokenizer)
    return [
        *(encoded(f"general.{key}", value) for key, value in general.items()),
        *(encoded(f"{kind}.{key}", value) for key, value in field_values(config).items()),
        *(encoded(key, value) for key, value in vocabulary_values(tokenizer, int(config.vocab_size), ends).items()),
    ]


def _vector(name: str, values: Any) -> Planned:
    return as_it_is(name, "F32", values.shape, lambda: values.view(np.uint8))


def _apart(tensors: Iterable[SourceTensor]) -> Iterator[SourceTensor]:
    """Granite 4's gate and up, which its folders join."""
    for tensor in tensors:
        if _GATE_UP in tensor.name:
            half = tensor.shape[0] // 2
            for role, first in (("gate", 0), ("up", half)):
                name, rows = tensor.name.replace(_GATE_UP, f"mlp.{role}_proj"), partial(_rows_from, tensor, first)
                yield replace(tensor, name=name, shape=(half, *tensor.shape[1:]), rows=rows)
        else:
            yield replace(tensor, name=tensor.name.replace(_DOWN, "mlp.down_proj"))


def _rows_from(tensor: SourceTensor, first: int, start: int, end: int) -> Matrix:
    return tensor.rows(first + start, first + end)


def _tensor(name: str, tensor: SourceTensor, kind: str, config: Any, rules: Rules) -> Planned:
    order = _order(name, kind, config)
    experts = describe(config, 1).experts if "_exps." in name else None
    if len(tensor.shape) == 1 or is_router(tensor.name):
        rows, shape = 0, tensor.shape
        if any(part in name for part in _TAPS):
            rows = shape[0] // int(getattr(config, "conv_L_cache", 0) or config.linear_conv_kernel_dim)
        elif experts is not None:  # biases
            rows = experts.count
        shape = (rows, shape[0] // rows) if rows else shape
        return as_floats(name, shape, tensor, order or _change(name, kind))
    if is_state_gate(tensor.name):
        return as_floats(name, tensor.shape, tensor, lambda values: values)
    shape = tensor.shape
    if experts is not None:
        shape = (experts.count, shape[0] // experts.count, shape[1])
    return as_blocks(name, shape, tensor, rules, order)


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
        factors = gguf.floats(_ROPE_FACTORS).numpy() if gguf.has(_ROPE_FACTORS) else None
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
