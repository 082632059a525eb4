"""Repositories as the hub lists them: fields and forms of its API, sizes of the real ones, made-up names."""

from __future__ import annotations

import json

from tests.models.builders import model_files
from tests.models.hub_stand_in import HubStandIn, Listed

GB = 1_000_000_000
CARD = """---
license: apache-2.0
base_model: acme/owl-4b
language:
- en
---
# Owl 4B

A small model that **answers questions**. It was quantised with `imatrix`.

| Name | Size |
|---|---|
| Q4_K_M | 2.5 GB |

<script>alert(1)</script> <img src="https://tracker.example/pixel.png">
![badge](https://tracker.example/badge.svg) [the paper](https://papers.example/owl)

```python
print("hello")
```
"""


def gguf_facts(weights: int, architecture: str, licence: str = "apache-2.0", **more: object) -> dict[str, object]:
    """As of a repository of GGUF files; the hub looks into one of them."""
    facts: dict[str, object] = {
        "tags": ["gguf", "text-generation", f"license:{licence}", "en", "region:us"],
        "pipeline_tag": "text-generation",
        "gguf": {"total": weights, "architecture": architecture, "context_length": 40960, "chat_template": "{{ x }}"},
        "cardData": {"license": licence},
        "config": {},
    }
    return facts | more


def folder_facts(weights: int, model_type: str, licence: str = "apache-2.0", **more: object) -> dict[str, object]:
    """As of a publisher's own repository."""
    facts: dict[str, object] = {
        "tags": ["transformers", "safetensors", model_type, "text-generation", f"license:{licence}", "region:us"],
        "pipeline_tag": "text-generation",
        "safetensors": {"parameters": {"BF16": weights}, "total": weights},
        "cardData": {"license": licence},
        "config": {"architectures": ["XForCausalLM"], "model_type": model_type, "tokenizer_config": {}},
    }
    return facts | more


def quantised(stem: str, weights: int) -> dict[str, int]:
    """Names and sizes of files as people who quantise publish them."""
    bits = {"Q2_K": 3.2, "Q4_0": 4.6, "Q4_K_M": 4.85, "Q5_K_M": 5.7, "Q6_K": 6.6, "Q8_0": 8.5, "bf16": 16.0}
    sizes = {f"{stem}-{label}.gguf": round(weights * each / 8) for label, each in bits.items()}
    return sizes | {f"mmproj-{stem}-F16.gguf": 800_000_000, ".gitattributes": 1500, "imatrix.gguf": 4_000_000}


def owls() -> dict[str, Listed]:
    """A search for "owl" finds these."""
    small, middle, large = 600_000_000, 4_000_000_000, 70_000_000_000
    gated = folder_facts(middle, "llama", "llama3.2", gated="manual", downloads=9_000_000, likes=1500)
    config = {"model_type": "llama", "max_position_embeddings": 8192, "architectures": ["LlamaForCausalLM"]}
    folder = {"config.json": json.dumps(config).encode(), "README.md": CARD.encode(), "tokenizer.json": b"{}"}
    return {
        "acme/Owl-4B-GGUF": Listed(
            {"README.md": CARD.encode()},
            gguf_facts(middle, "qwen3", downloads=1_234_567, likes=420, lastModified="2026-10-02T08:00:00.000Z"),
            quantised("Owl-4B", middle),
        ),
        "acme/Owl-0.6B-GGUF": Listed(
            {"README.md": b"# Small"}, gguf_facts(small, "qwen3", downloads=80_000), quantised("Owl-0.6B", small)
        ),
        "acme/Owl-4B": Listed(folder, gated, {"model.safetensors": 2 * middle, "pytorch_model.bin": 2 * middle}),
        "big/Owl-70B-GGUF": Listed(
            {}, gguf_facts(large, "llama", "mit", downloads=50_000), quantised("Owl-70B", large)
        ),
        "lab/Owl-Next": Listed(
            {"config.json": b"{}"}, folder_facts(middle, "owl_next", downloads=4_000), {"model.safetensors": 8 * GB}
        ),
        "lab/Owl-4B-AWQ": Listed(
            {},
            folder_facts(
                middle, "llama", downloads=3_000,
                config={"model_type": "llama", "quantization_config": {"quant_method": "awq"}},
            ),
            {"model.safetensors": 3 * GB},
        ),
        "lab/owl-paints": Listed(
            {}, {"tags": ["diffusers", "license:other"], "pipeline_tag": "text-to-image", "downloads": 2_000}
        ),
    }  # fmt: skip


def hub(**more: object) -> HubStandIn:
    """With the repository of the usual stand-in (acme/tiny, whose files can be fetched) among them."""
    facts = folder_facts(2_000, "llama", downloads=7, likes=1)
    return HubStandIn(model_files(3_000_000), facts=facts, others=owls(), **more)  # type: ignore[arg-type]
