"""Tiny random models that see, saved as real folders; and pictures for them (no download)."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path
from typing import Any

from tests.engine.tiny_models import saved_once

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
    """A random model (smolvlm, idefics3) in float32: pictures in up to 5 tiles of 4 tokens each."""
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
    """preprocessor_config.json of such a model."""
    return {
        "do_image_splitting": True,
        "image_mean": [0.5, 0.5, 0.5],
        "image_std": [0.5, 0.5, 0.5],
        "max_image_size": {"longest_edge": SIDE_PX},
        "resample": 1,
        "rescale_factor": 1 / 255,
        "size": {"longest_edge": LONGEST_PX},
    } | changes


def _save(folder: Path, kind: str, text: dict[str, Any]) -> None:
    import torch
    from transformers import AutoConfig, AutoModelForImageTextToText

    vocabulary = _save_tokenizer(folder)
    values = {
        "model_type": "llama",
        "vocab_size": len(vocabulary),
        "hidden_size": 64,
        "intermediate_size": 128,
        "num_hidden_layers": 3,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": 512,
        "tie_word_embeddings": False,
        "bos_token_id": None,
        "pad_token_id": None,
        "eos_token_id": vocabulary["<end_of_utterance>"],
    }
    vision = {
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "image_size": SIDE_PX,
        "patch_size": 8,
    }
    config = AutoConfig.for_model(
        kind,
        text_config=values | text,
        vision_config=vision,
        scale_factor=2,
        image_token_id=vocabulary["<image>"],
        tie_word_embeddings=False,
        pad_token_id=None,
    )
    torch.manual_seed(7)
    model = AutoModelForImageTextToText.from_config(config, dtype=torch.float32)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.05)
    model.save_pretrained(folder)
    (folder / "preprocessor_config.json").write_text(json.dumps(processing()))
    (folder / "chat_template.json").write_text(json.dumps({"chat_template": TEMPLATE}))


def _save_tokenizer(folder: Path) -> dict[str, int]:
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE({char: i for i, char in enumerate(alphabet)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    places = [f"<row_{row}_col_{column}>" for row in (1, 2) for column in (1, 2)]
    tokenizer.add_special_tokens(
        [AddedToken(token, special=True) for token in ("<|im_start|>", "<end_of_utterance>", *FRAMES, *places)]
    )
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<end_of_utterance>").save_pretrained(folder)
    return dict(tokenizer.get_vocab(with_added_tokens=True))
