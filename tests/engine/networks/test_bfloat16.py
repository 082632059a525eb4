"""bfloat16 on our own kernels, held to the decoder in float32 with the same weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.model

from llmdesk.engine.backends.native import NativeKernels  # noqa: E402
from llmdesk.engine.matrices import panel_forms  # noqa: E402
from llmdesk.engine.networks.decoder import Decoder  # noqa: E402
from llmdesk.engine.networks.fused.decoder import FusedDecoder  # noqa: E402
from llmdesk.engine.weights.loading import prepare  # noqa: E402
from tests.engine.networks.test_decoder_architectures import GPT_OSS  # noqa: E402
from tests.engine.oracle import local_model  # noqa: E402
from tests.engine.tiny_models import GEMMA4, GRANITE4_HYBRID, LFM2, QWEN35, save_model  # noqa: E402

IDS = [(7 * place + 3) % 250 for place in range(40)]
CONTEXT = 256
KINDS: dict[str, dict[str, Any]] = {
    "llama": {},
    "qwen2": {"tie_word_embeddings": True},  # biases
    "gemma4_text": GEMMA4,  # a table of per-layer embeddings
    "olmoe": {},  # experts
    "qwen3_5_text": QWEN35,  # states
    "granitemoehybrid": GRANITE4_HYBRID,  # Mamba-2
    "lfm2": LFM2,  # convolutions
    "bitnet": {},  # ternary
    "gpt_oss": GPT_OSS | {"sliding_window": 16, "head_dim": 32},  # sinks, windows, clamped experts
}


def save_in_bfloat16(folder: Path, kind: str) -> Path:
    from safetensors.torch import load_file, save_file

    file = save_model(folder, kind, **KINDS[kind]) / "model.safetensors"
    save_file({name: tensor.bfloat16() for name, tensor in load_file(file).items()}, file)
    return folder


def logits(network: Any, step: int) -> Any:
    """Of all of IDS, so many at a time."""
    cache, found = network.new_cache(), []
    for start in range(0, len(IDS), step):
        ids = IDS[start : start + step]
        found.append(np.asarray(network.forward(ids, cache, last=len(ids))).copy())
    return np.concatenate(found)


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_decoder_computes_in_float32(tmp_path: Path, kind: str) -> None:
    """Answers in floats but for keys and values, prompts in 13 bits. Rows of a step have single ones' bits."""
    prepared = prepare(local_model(save_in_bfloat16(tmp_path / "m", kind)), "bf16", lambda phase, done: None)
    own = FusedDecoder(prepared.config, prepared.weights, CONTEXT)
    expected = logits(Decoder(prepared.config, prepared.weights, NativeKernels(torch.float32), CONTEXT), len(IDS))
    single, together, prompt = (logits(own, step) for step in (1, 4, len(IDS)))
    # Gemma 4: 2.5e-3, others below 1e-3. BitNet rounds activations to bytes, which a last digit tips over: 2.9e-2.
    single_most, prompt_most = (4e-2, 4e-2) if kind == "bitnet" else (3e-3, 6e-3)
    assert np.linalg.norm(single - expected) < single_most * np.linalg.norm(expected)
    assert np.array_equal(single, together)
    assert np.linalg.norm(prompt - expected) < prompt_most * np.linalg.norm(expected)
    assert own._network.head.form == panel_forms.BF16
    assert not own._network.cache_in_bytes


def test_a_gguf_file_is_kept_in_panels_and_read_without_another_conversion(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.engine.tiny_gguf import write_model_gguf

    file = write_model_gguf(save_model(tmp_path / "m"), tmp_path / "m.gguf")
    phases: tuple[list[str], list[str]] = ([], [])
    first, again = (
        prepare(local_model(file), "bf16", lambda phase, done, told=told: told.append(phase))  # type: ignore[misc]
        for told in phases
    )
    assert ["converting the weights, once" in told for told in phases] == [True, False]
    panels = again.weights.panels("model.layers.0.mlp.down_proj.weight")
    assert panels is not None
    assert panels.form == panel_forms.BF16
    assert torch.equal(panels.dequantized(), first.weights.matrix("model.layers.0.mlp.down_proj.weight"))
    networks = (FusedDecoder(each.config, each.weights, CONTEXT) for each in (first, again))
    assert np.array_equal(*(logits(network, 8) for network in networks))
    monkeypatch.setenv("LLMDESK_KERNELS", "off")  # a device's decoder reads these panels, too
    assert torch.equal(again.weights.matrix("model.layers.0.mlp.down_proj.weight"), panels.dequantized())
