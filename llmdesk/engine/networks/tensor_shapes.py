"""Which tensors an architecture's files hold and in which shape, and whether they do (plain data, no torch)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmdesk.engine.networks.architecture import EMBEDDING, FINAL_NORM, HEAD, Architecture
from llmdesk.engine.networks.gemma4_tensors import gemma4_shapes
from llmdesk.engine.networks.layers import is_of_experts, is_router
from llmdesk.errors import ModelDamaged, UnsupportedModel
from llmdesk.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import torch
    from numpy.typing import NDArray

    from llmdesk.engine.matrices.stored import Weights
    from llmdesk.engine.networks.layers import LayerSpec


def tensor_shapes(architecture: Architecture) -> dict[str, tuple[int, ...]]:
    """Every tensor that the files of such a model hold, under transformers' names."""
    shapes: dict[str, tuple[int, ...]] = {EMBEDDING: (architecture.vocab, architecture.hidden)}
    shapes[FINAL_NORM] = (architecture.hidden,)
    if not architecture.tied:
        shapes[HEAD] = (architecture.vocab, architecture.hidden)
    for index, spec in enumerate(architecture.layers):
        layer = _layer_shapes(architecture, spec)
        shapes |= {f"model.layers.{index}.{name}.weight": shape for name, shape in layer.items() if name is not None}
        if sinks := architecture.names(spec).sinks:
            shapes[f"model.layers.{index}.{sinks}"] = (architecture.heads,)
        if (beside := architecture.experts_beside) is not None and architecture.experts is not None:
            of_experts = beside.shapes(architecture.experts, architecture.hidden)
            shapes |= {f"model.layers.{index}.{name}": shape for name, shape in of_experts.items()}
    return shapes | gemma4_shapes(architecture)


def _layer_shapes(architecture: Architecture, spec: LayerSpec) -> dict[str | None, tuple[int, ...]]:
    a, names = architecture, architecture.names(spec)
    kv_heads, head_dim = a.key_heads(spec)
    query, key, hidden = a.heads * head_dim, kv_heads * head_dim, a.hidden
    count, width = a.widths(spec)
    is_whole = a.qk_norm == "width"
    qkv_rows: tuple[int, ...] = (query + 2 * key,) if a.fused_qkv else (query, key, key)[: len(names.qkv)]
    taps, of_mixer = 0, dict[str | None, tuple[int, ...]]()
    if spec.mixer == "convolution" and a.convolution is not None:
        qkv_rows, query, taps = (3 * hidden,), hidden, a.convolution.taps
    elif spec.mixer != "attention" and (state := a.matrix_state) is not None:
        qkv_rows, query, taps = (state.columns, state.values), state.values, state.taps
        of_mixer |= dict.fromkeys(state.parts.gates, (state.value_heads, hidden))
        vectors = (state.parts.decay_log, state.parts.decay_bias, state.parts.skip)
        of_mixer |= dict.fromkeys(filter(None, vectors), (state.value_heads,))
        of_mixer[state.parts.norm] = (state.normed,)
    gate_up_rows = (2 * width,) if a.fused_gate_up else (count * width, count * width)
    return {
        names.input_norm: (hidden,),
        **{name: (rows, hidden) for name, rows in zip(names.qkv, qkv_rows, strict=True)},
        names.gate: (query, hidden),
        names.head_gate: (a.heads, hidden),
        names.taps: (taps * a.columns(spec),),
        **of_mixer,
        names.q_norm: (query if is_whole else head_dim,),
        names.k_norm: (key if is_whole else head_dim,),
        names.attention_sub_norm: (query,),
        names.output: (hidden, query),
        names.post_attention_norm: (hidden,),
        names.mlp_norm: (hidden,),
        names.router: (count, hidden),
        **{name: (rows, hidden) for name, rows in zip(names.gate_up, gate_up_rows, strict=True)},
        names.mlp_sub_norm: (width,),
        names.down: (count * hidden, width),
        names.post_mlp_norm: (hidden,),
    }


def check_shapes(weights: Weights, architecture: Architecture) -> None:
    """The decoders believe what the configuration says: they would read and write beyond a smaller tensor's end.

    Raises:
        ModelDamaged: a tensor is missing or of another shape.
        UnsupportedModel: experts have biases, where the architecture adds none.
    """
    names = weights.names()
    biases = sorted(name for name in names if name.endswith(("_bias", ".bias")))
    bias = next((name for name in biases if is_of_experts(name) or is_router(f"{name[:-5]}.weight")), None)
    if bias is not None and architecture.experts is not None and not architecture.experts.has_biases:
        raise UnsupportedModel(say("The model's experts have biases ({name}), which llmdesk does not add.", name=bias))
    for name, expected in tensor_shapes(architecture).items():
        if name == HEAD and HEAD not in names:  # the embedding is the head, though the configuration does not say so
            continue
        if name not in names:
            raise ModelDamaged(say("The model's files lack the tensor {name}.", name=name))
        if (found := weights.shape(name)) != expected:
            raise ModelDamaged(
                say(
                    "{name} has the shape {found}, by the configuration it should have {expected}.",
                    name=name,
                    found=found,
                    expected=expected,
                )
            )
        bias = f"{name.removesuffix('.weight')}.bias"
        if len(expected) == 2 and bias in names and weights.shape(bias) != expected[:1]:
            raise ModelDamaged(
                say(
                    "{bias} has the shape {shape}, {name} has {expected} rows.",
                    bias=bias,
                    shape=weights.shape(bias),
                    name=name,
                    expected=expected[0],
                )
            )


def outside_vocabulary(ids: Sequence[int], vocabulary: int) -> ModelDamaged:
    """The error for tokens of which the embedding has no rows."""
    strange = next((token_id for token_id in ids if not 0 <= token_id < vocabulary), -1)
    return ModelDamaged(
        say(
            "The tokenizer made the token {strange}, but the model has {vocabulary} tokens: their files do not fit.",
            strange=strange,
            vocabulary=vocabulary,
        )
    )


def vector(weights: Weights, name: str, length: int) -> torch.Tensor:
    """A norm or a bias of that many numbers. Raises ModelDamaged: it has others."""
    found = weights.tensor(name)
    check_shape(name, tuple(found.shape), (length,))
    return found


def floats(weights: Weights, name: str, length: int) -> NDArray[np.float32]:
    """The same in float32, without torch. Raises ModelDamaged: it has others."""
    found = weights.floats(name)
    check_shape(name, found.shape, (length,))
    return found


def check_shape(name: str, found: tuple[int, ...], expected: tuple[int, ...]) -> None:
    """The kernels believe what config.json says: they would read and write beyond a smaller tensor's end.

    Raises ModelDamaged.
    """
    if found != expected:
        raise ModelDamaged(
            say("{name} has the shape {found}, config.json says {expected}.", name=name, found=found, expected=expected)
        )
