"""The lean decoder and transformers' own implementation of the same tiny model, side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from llmdesk.datatypes.model import LocalModel, ModelSource, ModelSpec


def local_model(folder: Path, precision: str = "bf16") -> LocalModel:
    """A folder as the catalogue would give it."""
    source = ModelSource("folder", str(folder))
    return LocalModel(ModelSpec("tiny", "Tiny", source, precision=precision, context_tokens=512), folder)  # type: ignore[arg-type]


def build(folder: Path, precision: str = "bf16", kernels: Any = None, context_tokens: int = 0) -> tuple[Any, Any]:
    """(decoder, prepared): in float32 on plain torch, for the whole context, unless said otherwise."""
    import torch

    from llmdesk.engine.backends.native import NativeKernels
    from llmdesk.engine.networks.decoder import Decoder
    from llmdesk.engine.weights.loading import prepare

    prepared = prepare(local_model(folder), precision, lambda phase, done: None)  # type: ignore[arg-type]
    context = context_tokens or prepared.config.max_position_embeddings
    return Decoder(prepared.config, prepared.weights, kernels or NativeKernels(torch.float32), context), prepared


def oracle(folder: Path, dtype: Any = None) -> Any:
    """transformers' model in float32 unless said otherwise; a BitNet with the layers that quantise activations."""
    import torch
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(
        folder, dtype=dtype or torch.float32, attn_implementation="eager"
    ).eval()
    if model.config.model_type == "bitnet":
        _use_bit_linears(model)
    return model


def _use_bit_linears(model: Any) -> None:
    """The offline form: weights of -1, 0, 1 and one scale; a plain Linear would not quantise its input."""
    from torch import nn
    from transformers.integrations.bitnet import AutoBitLinear

    linears = [(name, m) for name, m in model.model.named_modules() if isinstance(m, nn.Linear)]
    for name, linear in linears:
        scale = linear.weight.abs().amax()
        made = AutoBitLinear(linear.in_features, linear.out_features, bias=False, dtype=linear.weight.dtype)
        made.weight = nn.Parameter((linear.weight / scale).round(), requires_grad=False)
        made.weight_scale = scale.reshape(1)
        model.model.set_submodule(name, made)


def logits_of(model: Any, ids: list[int]) -> Any:
    """float32 (T, V) of transformers' model."""
    import torch

    with torch.inference_mode(), torch.compiler.set_stance("force_eager"):  # BitNet's layers would be compiled
        return model(torch.tensor([ids])).logits[0].float()


def generated(model: Any, prompt: list[int], count: int) -> list[int]:
    """transformers' greedy answer of exactly that many tokens."""
    import torch

    with torch.compiler.set_stance("force_eager"):
        out = model.generate(
            torch.tensor([prompt]), max_new_tokens=count, min_new_tokens=count, do_sample=False, eos_token_id=None
        )
    tokens: list[int] = out[0, len(prompt) :].tolist()
    return tokens


def greedy(network: Any, prompt: list[int], count: int) -> list[int]:
    """Our greedy answer."""
    cache = network.new_cache()
    logits = network.forward(prompt, cache)[0]
    ids: list[int] = []
    for _ in range(count):
        ids.append(int(logits.argmax()))
        logits = network.forward(ids[-1:], cache)[0]
    return ids


def float_state(prepared: Any, dtype: Any) -> dict[str, Any]:
    """All weights of a prepared model as plain tensors, for transformers' own modules."""
    from llmdesk.engine.matrices.forms import dequantized

    return {name: dequantized(prepared.weights.matrix(name)).to(dtype) for name in prepared.weights.names()}
