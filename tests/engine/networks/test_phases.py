"""A step of our own kernels is a series of phases; each must have been cleared since the step before the last one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.engine.tiny_models import EXPERTS, GRANITE4_EXPERTS

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.model

from llmdesk.engine.networks.fused import library  # noqa: E402

if library.best_isa() is None:
    pytest.skip("our own kernels do not run on this processor", allow_module_level=True)

from tests.engine.networks.test_fused_together import decoder  # noqa: E402

LAYERS = 40
SMALL = {
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 16,
}
GATED: dict[str, Any] = {
    "num_hidden_layers": LAYERS,
    "layer_types": ["full_attention"] * LAYERS,
    "linear_num_key_heads": 2,
    "linear_num_value_heads": 4,
}
KINDS: dict[str, dict[str, Any]] = {
    "llama": {"num_hidden_layers": LAYERS},
    "bitnet": {"num_hidden_layers": LAYERS},
    "olmo2": {"num_hidden_layers": LAYERS},
    "olmoe": {"num_hidden_layers": LAYERS, **EXPERTS},
    "qwen3_5_text": GATED,
    "granitemoehybrid": {
        **GRANITE4_EXPERTS,
        "num_hidden_layers": LAYERS,
        "layer_types": ["mamba", "attention", "mamba", "mamba"] * (LAYERS // 4),
    },
}


@pytest.mark.parametrize("is_large", [False, True])
@pytest.mark.parametrize("kind", list(KINDS))
def test_many_layers_token_by_token(tmp_path: Path, kind: str, is_large: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The third step comes to where the first one's phases were; a prompt has the most of them."""
    if is_large:
        monkeypatch.setattr("llmdesk.engine.networks.fused.decoder.LARGE_WEIGHTS", 0)
    network = decoder(tmp_path, kind, **KINDS[kind])
    ids = [3, 50, 9, 41, 8, 60, 17, 100]
    network.forward(list(range(3, 40)), network.new_cache())
    expected = network.forward(ids, network.new_cache(), len(ids)).clone()
    cache = network.new_cache()
    for token, row in zip(ids, expected, strict=True):
        assert bool((network.forward([token], cache)[0] == row).all())


@pytest.mark.parametrize(("kind", "most"), [("llama", 202), ("qwen3_5_text", 183), ("olmoe", 144)])
def test_no_step_has_more_phases_than_there_is_room_for(kind: str, most: int) -> None:
    from transformers import AutoConfig

    from llmdesk.engine.networks.fused.decoder import obstacle

    for layers, is_taken in ((most, True), (most + 1, False)):
        values = {**SMALL, **KINDS[kind], "num_hidden_layers": layers, "layer_types": ["full_attention"] * layers}
        found = obstacle(AutoConfig.for_model(kind, **values))
        assert found is None if is_taken else "more layers" in str(found)
