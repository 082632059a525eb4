"""Tiny random models that see, saved as real folders; and pictures for them (no download)."""

from __future__ import annotations

import base64
import io
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.engine.tiny_models import GEMMA4, LFM2, QWEN35, QWEN35_MOE, saved_once

TEMPLATE = (
    "<|im_start|>{% for message in messages %}{{message['role'] | capitalize}}"
    "{% if message['content'][0]['type'] == 'image' %}{{':'}}{% else %}{{': '}}{% endif %}"
    "{% for line in message['content'] %}{% if line['type'] == 'text' %}{{line['text']}}"
    "{% elif line['type'] == 'image' %}{{ '<image>' }}{% endif %}{% endfor %}<end_of_utterance>\n{% endfor %}"
    "{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}"
)
"""As SmolVLM publishes its own: contents are lists of parts, texts by themselves are left out."""
FRAMES = ("<fake_token_around_image>", "<image>", "<global-img>")
SIDE_PX, LONGEST_PX, TILE_TOKENS = 32, 64, 4


def save_seeing_model(folder: Path, kind: str = "smolvlm", **text: Any) -> Path:
    """A random model of WHOLE in float32; of smolvlm and idefics3 pictures are up to 5 tiles of 4 tokens each."""
    return saved_once(folder, ("seeing", kind, text), lambda to: _save(to, kind, text))


def picture(seed: int = 0, size: tuple[int, int] = (96, 64), kind: str = "PNG", **options: Any) -> str:
    """A picture of random colours, in base64."""
    into = io.BytesIO()
    image(seed, size).save(into, kind, **options)
    return base64.b64encode(into.getvalue()).decode("ascii")


def image(seed: int = 0, size: tuple[int, int] = (96, 64)) -> Any:
    """The same as an image of PIL."""
    import numpy as np
    from PIL import Image

    colours = np.random.default_rng(seed).integers(0, 256, (size[1] // 8 + 1, size[0] // 8 + 1, 3), np.uint8)
    return Image.fromarray(colours).resize(size, Image.Resampling.NEAREST)


def processing(**changes: Any) -> dict[str, Any]:
    """preprocessor_config.json of a smolvlm or idefics3."""
    return {
        "do_image_splitting": True,
        "image_mean": [0.5, 0.5, 0.5],
        "image_std": [0.5, 0.5, 0.5],
        "max_image_size": {"longest_edge": SIDE_PX},
        "resample": 1,
        "rescale_factor": 1 / 255,
        "size": {"longest_edge": LONGEST_PX},
    } | changes


QWEN_PROCESSING = {
    "size": {"shortest_edge": 32 * 32, "longest_edge": 96 * 96},
    "patch_size": 4,
    "temporal_patch_size": 2,
    "merge_size": 2,
    "image_mean": [0.5, 0.5, 0.5],
    "image_std": [0.5, 0.5, 0.5],
}
_QWEN_TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message.role + '\n' }}"
    "{% if message.content is string %}{{ message.content }}{% else %}{% for item in message.content %}"
    "{% if 'image' in item or 'image_url' in item or item.type == 'image' %}"
    "{{ '<|vision_start|><|image_pad|><|vision_end|>' }}{% elif 'text' in item %}{{ item.text }}{% endif %}{% endfor %}"
    "{% endif %}{{ '<|im_end|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
LIQUID_PROCESSING = {
    "downsample_factor": 2,
    "do_image_splitting": True,
    "encoder_patch_size": 4,
    "image_mean": [0.5, 0.5, 0.5],
    "image_std": [0.5, 0.5, 0.5],
    "max_image_tokens": 16,
    "max_pixels_tolerance": 2.0,
    "max_tiles": 4,
    "min_image_tokens": 4,
    "min_tiles": 2,
    "resample": 2,
    "tile_size": 32,
    "use_thumbnail": True,
}
_LIQUID_TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message.role + '\n' }}"
    "{% if message.content is string %}{{ message.content }}{% else %}{% for item in message.content %}"
    "{% if item.type == 'image' %}{{ '<image>' }}{% else %}{{ item.text }}{% endif %}{% endfor %}{% endif %}"
    "{{ '<|im_end|>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
_GEMMA_TEMPLATE = (
    "{{ '<bos>' }}{% for message in messages %}{{ '<|turn>' + message.role + '\n' }}"
    "{% if message.content is string %}{{ message.content | trim }}{% else %}{% for item in message.content %}"
    "{% if item['type'] == 'text' %}{{ item['text'] | trim }}{% elif item['type'] == 'image' %}{{ '<|image|>' }}"
    "{% endif %}{% endfor %}{% endif %}{{ '<turn|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|turn>model\n' }}{% endif %}"
)
_TEXT = {
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 512,
    "tie_word_embeddings": False,
    "bos_token_id": None,
    "pad_token_id": None,
}
_SIGLIP = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2}


@dataclass(frozen=True)
class Whole:
    """What a kind's folder holds.

    Attributes:
        word: what its template writes for a picture, one of its special tokens.
        end: the one that ends a turn.
    """

    text: dict[str, Any]
    vision: dict[str, Any]
    processing: dict[str, Any]
    template: str
    tokens: tuple[str, ...]
    end: str = "<|im_end|>"
    word: str = "<image>"
    others: dict[str, Any] = field(default_factory=dict)


_IDEFICS = Whole(
    {"model_type": "llama", **_TEXT},
    {**_SIGLIP, "image_size": SIDE_PX, "patch_size": 8},
    processing(),
    TEMPLATE,
    ("<|im_start|>", "<end_of_utterance>", *FRAMES, *(f"<row_{r}_col_{c}>" for r in (1, 2) for c in (1, 2))),
    end="<end_of_utterance>",
    others={"scale_factor": 2},
)
_QWEN_TOKENS = ("<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>")


def _qwen(kind: str, values: dict[str, Any]) -> Whole:
    rope = {**values["rope_parameters"], "mrope_section": [2, 1, 1], "mrope_interleaved": True}
    return Whole(
        {"model_type": f"{kind}_text", **_TEXT, **values, "head_dim": 16, "rope_parameters": rope},
        {
            "model_type": f"{kind}_vision", "depth": 2, "hidden_size": 32, "num_heads": 2, "intermediate_size": 48,
            "out_hidden_size": 64, "patch_size": 4, "spatial_merge_size": 2, "num_position_embeddings": 16,
        },
        QWEN_PROCESSING,
        _QWEN_TEMPLATE,
        _QWEN_TOKENS,
        word="<|image_pad|>",
    )  # fmt: skip


WHOLE = {
    "smolvlm": _IDEFICS,
    "idefics3": _IDEFICS,
    "qwen3_5": _qwen("qwen3_5", QWEN35),
    "qwen3_5_moe": _qwen("qwen3_5_moe", QWEN35_MOE),
    "lfm2_vl": Whole(
        {"model_type": "lfm2", **_TEXT, **LFM2},
        {
            "model_type": "siglip2_vision_model", **_SIGLIP, "patch_size": 4, "num_patches": 16,
            "vision_use_head": False,
        },
        LIQUID_PROCESSING,
        _LIQUID_TEMPLATE,
        (
            "<|im_start|>", "<|im_end|>", "<image>", "<|image_start|>", "<|image_end|>", "<|img_thumbnail|>",
            *(f"<|img_row_{row}_col_{column}|>" for row in range(1, 5) for column in range(1, 5)),
        ),
        others={"projector_hidden_size": 40},
    ),
    "gemma4": Whole(
        {
            "model_type": "gemma4_text", **_TEXT, **GEMMA4, "head_dim": 16, "pad_token_id": 5,
            "vocab_size_per_layer_input": 264,
        },
        {
            "model_type": "gemma4_vision", **_SIGLIP, "num_key_value_heads": 2, "head_dim": 16, "patch_size": 4,
            "pooling_kernel_size": 2, "position_embedding_size": 1024, "standardize": True, "use_clipped_linears": True,
        },
        {"patch_size": 4, "pooling_kernel_size": 2, "max_soft_tokens": 70, "do_normalize": False},
        _GEMMA_TEMPLATE,
        ("<bos>", "<|turn>", "<turn|>", "<|image>", "<|image|>", "<image|>", "<|video|>", "<|audio|>"),
        end="<turn|>",
        word="<|image|>",
        others={"audio_config": None, "audio_token_id": 263},
    ),
}  # fmt: skip
"""By config.json's name."""


def _save(folder: Path, kind: str, text: dict[str, Any]) -> None:
    import torch
    from transformers import AutoConfig, AutoModelForImageTextToText

    whole = WHOLE[kind]
    vocabulary = _save_tokenizer(folder, whole)
    others = {
        f"{name}_token_id": vocabulary[token]
        for name, token in {
            "image": whole.word, "video": "<|video_pad|>" if kind.startswith("qwen3_5") else "<|video|>",
            "vision_start": "<|vision_start|>", "vision_end": "<|vision_end|>",
        }.items()
        if token in vocabulary
    }  # fmt: skip
    config = AutoConfig.for_model(
        kind,
        text_config={"vocab_size": len(vocabulary), "eos_token_id": vocabulary[whole.end], **whole.text, **text},
        vision_config=whole.vision,
        tie_word_embeddings={**whole.text, **text}.get("tie_word_embeddings", False),
        pad_token_id=None,
        **others,
        **whole.others,
    )
    torch.manual_seed(7)
    model = AutoModelForImageTextToText.from_config(config, dtype=torch.float32)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.05)
        for name, buffer in model.named_buffers():
            if name.endswith(("layer_scalar", "std_scale")):
                buffer.uniform_(0.6, 1.4)
            elif name.endswith(("input_max", "output_max")):
                buffer.fill_(1.5)
            elif name.endswith(("input_min", "output_min")):
                buffer.fill_(-1.2)
            elif name.endswith("std_bias"):
                buffer.normal_()
    model.save_pretrained(folder)
    (folder / "preprocessor_config.json").write_text(json.dumps(whole.processing))
    (folder / "chat_template.json").write_text(json.dumps({"chat_template": whole.template}))


def _save_tokenizer(folder: Path, whole: Whole) -> dict[str, int]:
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE({char: i for i, char in enumerate(alphabet)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in whole.tokens])
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token=whole.end).save_pretrained(folder)
    return dict(tokenizer.get_vocab(with_added_tokens=True))
