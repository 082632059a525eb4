"""The tokenizer out of a folder's ``tokenizer.model``, where there is no tokenizer.json (engine thread only).

The ids are SentencePiece's own. What tokenizer_config.json says of added tokens and of texts' beginnings holds, too.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmdesk import sentencepiece_file
from llmdesk.engine.weights.gguf_tokenizer import Vocabulary, build
from llmdesk.errors import BadValue

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from llmdesk.sentencepiece_file import SentencePieceModel

FILE = "tokenizer.model"
_CONFIG = "tokenizer_config.json"
_CONTROL, _USER_DEFINED = 3, 4


def read_sentencepiece(folder: Path) -> Any:
    """transformers' tokenizer with the vocabulary of the folder's file.

    Raises:
        ModelDamaged, UnsupportedModel: see sentencepiece_file.
        ValueError, KeyError, TypeError: libraries' own, over values that cannot be.
    """
    from transformers import PreTrainedTokenizerFast

    model = sentencepiece_file.read(folder / FILE)
    config = _config(folder)
    tokens, types = list(model.pieces), list(model.types)
    for number, entry in sorted(_added(config).items()):
        tokens += [f"[UNUSED_{index}]" for index in range(len(tokens), number + 1)]
        types += [5] * (len(tokens) - len(types))
        tokens[number] = str(entry["content"])
        types[number] = _CONTROL if entry.get("special", False) else _USER_DEFINED
    scores = model.scores + [0.0] * (len(tokens) - len(model.scores))
    vocabulary = Vocabulary(_values(model, config), tokens, types, scores, None)
    return PreTrainedTokenizerFast(
        tokenizer_object=build(vocabulary, _unigram if model.is_unigram else None, _normalizer(model)),
        chat_template=_template(folder, config),
        clean_up_tokenization_spaces=False,
        **_named(config, tokens, model),
    )


def _values(model: SentencePieceModel, config: dict[str, Any]) -> dict[str, Any]:
    """As a GGUF file would say it."""
    numbers = {"unknown": model.unknown, "bos": model.bos, "eos": model.eos, "padding": model.padding}
    values: dict[str, Any] = {f"tokenizer.ggml.{name}_token_id": number for name, number in numbers.items()}
    return values | {
        "tokenizer.ggml.model": "llama",
        "tokenizer.ggml.add_bos_token": bool(config.get("add_bos_token", model.bos >= 0)),
        "tokenizer.ggml.add_space_prefix": bool(config.get("add_prefix_space", model.adds_space)),
    }


def _named(config: dict[str, Any], tokens: list[str], model: SentencePieceModel) -> dict[str, str]:
    """Special tokens by transformers' names: what tokenizer_config.json says, else the file itself."""
    own = {"bos_token": model.bos, "eos_token": model.eos, "unk_token": model.unknown, "pad_token": model.padding}
    named = {}
    for name, number in own.items():
        value = config.get(name, tokens[number] if number >= 0 else None)
        value = value.get("content") if isinstance(value, dict) else value
        if isinstance(value, str) and value in tokens:
            named[name] = value
    return named


def _added(config: dict[str, Any]) -> dict[int, dict[str, Any]]:
    """Tokens that tokenizer_config.json has beside the file's own, by number."""
    entries = config.get("added_tokens_decoder") or {}
    try:
        found = {int(number): entry for number, entry in entries.items()}
        if not all(0 <= number < _MOST_TOKENS and isinstance(entry["content"], str) for number, entry in found.items()):
            raise ValueError
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        text = "“added_tokens_decoder” is no list of tokens by number"
        raise BadValue(_CONFIG, "added_tokens_decoder", text) from error
    return found


_MOST_TOKENS = 1 << 22


def _config(folder: Path) -> dict[str, Any]:
    if not (folder / _CONFIG).is_file():
        return {}
    values = json.loads((folder / _CONFIG).read_text(encoding="utf-8"))
    return values if isinstance(values, dict) else {}


def _template(folder: Path, config: dict[str, Any]) -> str | None:
    """A file of its own, or a text; of several templates the default one."""
    if (folder / "chat_template.jinja").is_file():
        return (folder / "chat_template.jinja").read_text(encoding="utf-8")
    template = config.get("chat_template")
    if isinstance(template, list):
        template = next((entry.get("template") for entry in template if entry.get("name") == "default"), None)
    return template if isinstance(template, str) and template.strip() else None


def _unigram(vocabulary: Vocabulary) -> Tokenizer:
    """The most probable way to cut a text; what is no piece becomes bytes."""
    from tokenizers import Tokenizer, models

    # Control tokens are no pieces that a text could be cut into; nor are user-defined ones, which are searched before.
    scores = vocabulary.scores
    least = min(scores, default=0.0) - 100.0
    pieces = [
        (token, least if kind in (_CONTROL, _USER_DEFINED) else score)
        for token, kind, score in zip(vocabulary.tokens, vocabulary.types, scores, strict=True)
    ]
    has_bytes = any(kind == 6 for kind in vocabulary.types)
    unknown = int(vocabulary.value("unknown_token_id"))
    return Tokenizer(models.Unigram(pieces, unk_id=unknown, byte_fallback=has_bytes))


def _normalizer(model: SentencePieceModel) -> list[Any]:
    """What is done to a text before spaces are made visible."""
    from tokenizers import Regex, normalizers

    steps: list[Any] = []
    if model.chars_map:
        steps.append(normalizers.Precompiled(model.chars_map))
    if model.removes_extra_spaces:
        steps += [normalizers.Strip(), normalizers.Replace(Regex(" {2,}"), " ")]
    return steps
