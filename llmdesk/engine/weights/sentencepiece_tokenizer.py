"""The tokenizer out of a folder's ``tokenizer.model``, where there is no tokenizer.json (engine thread only).

The ids are SentencePiece's own. What tokenizer_config.json says of added tokens and of texts' beginnings holds, too.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmdesk import sentencepiece_file
from llmdesk.engine.weights.gguf_tokenizer import Vocabulary, build, unique_names
from llmdesk.errors import BadValue
from llmdesk.words import say

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from llmdesk.sentencepiece_file import SentencePieceModel

FILE = "tokenizer.model"
_CONFIG = "tokenizer_config.json"
_NORMAL, _CONTROL, _USER_DEFINED, _BYTE = 1, 3, 4, 6


def read_sentencepiece(folder: Path) -> Any:
    """transformers' tokenizer with the vocabulary of the folder's file.

    Raises:
        ModelDamaged, UnsupportedModel: see sentencepiece_file.
        ValueError, KeyError, TypeError: libraries' own, over values that cannot be.
    """
    from transformers import PreTrainedTokenizerFast

    model = sentencepiece_file.read(folder / FILE)
    config = _config(folder)
    # What the trainer of the model named is searched for in the prepared text: no added tokens, which come before.
    tokens, types = unique_names(model.pieces), [_NORMAL if kind == _USER_DEFINED else kind for kind in model.types]
    for number, entry in sorted(_added(config).items()):
        tokens += [f"[UNUSED_{index}]" for index in range(len(tokens), number + 1)]
        types += [5] * (len(tokens) - len(types))
        tokens[number] = str(entry["content"])
        types[number] = _CONTROL if entry.get("special", False) else _USER_DEFINED
    scores = _scores(model) + [0.0] * (len(tokens) - len(model.scores))
    vocabulary = Vocabulary(_values(model, config), tokens, types, scores, None)
    tokenizer = build(vocabulary, _unigram if model.is_unigram else None, _normalizer(model))
    if not model.is_unigram:
        _keep_whole(tokenizer, _symbols(model))
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        chat_template=_template(folder, config),
        clean_up_tokenization_spaces=False,
        **_special(config, tokens, model),
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


def _special(config: dict[str, Any], tokens: list[str], model: SentencePieceModel) -> dict[str, str]:
    """Special tokens by transformers' names: what tokenizer_config.json says, else the file itself."""
    own = {"bos_token": model.bos, "eos_token": model.eos, "unk_token": model.unknown, "pad_token": model.padding}
    found = {}
    for name, number in own.items():
        value = config.get(name, tokens[number] if number >= 0 else None)
        value = value.get("content") if isinstance(value, dict) else value
        if isinstance(value, str) and value in tokens:
            found[name] = value
    return found


def _added(config: dict[str, Any]) -> dict[int, dict[str, Any]]:
    """Tokens that tokenizer_config.json has beside the file's own, by number."""
    entries = config.get("added_tokens_decoder") or {}
    try:
        found = {int(number): entry for number, entry in entries.items()}
        if not all(0 <= number < _MOST_TOKENS and isinstance(entry["content"], str) for number, entry in found.items()):
            raise ValueError
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        text = say("“added_tokens_decoder” is no list of tokens by number")
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

    # Control tokens are no pieces that a text could be cut into; nor are added ones, which are searched before.
    scores = vocabulary.scores
    least = min(scores, default=0.0) - 100.0
    pieces = [
        (token, least if kind in (_CONTROL, _USER_DEFINED) else score)
        for token, kind, score in zip(vocabulary.tokens, vocabulary.types, scores, strict=True)
    ]
    has_bytes = any(kind == _BYTE for kind in vocabulary.types)
    unknown = int(vocabulary.value("unknown_token_id"))
    return Tokenizer(models.Unigram(pieces, unk_id=unknown, byte_fallback=has_bytes))


def _symbols(model: SentencePieceModel) -> list[str]:
    """Pieces that whoever trained the model named: they are never cut, nor joined with what is beside them."""
    return [piece for piece, kind in zip(model.pieces, model.types, strict=True) if kind == _USER_DEFINED]


def _scores(model: SentencePieceModel) -> list[float]:
    """SentencePiece's own way to make the most probable cut one that keeps the symbols: better than all their parts."""
    if not model.is_unigram:
        return list(model.scores)
    entries = list(zip(model.pieces, model.scores, model.types, strict=True))
    best = max(0.0, *(score for _, score, kind in entries if kind == _NORMAL))  # pieces' own are below zero
    return [len(piece.encode()) * best - 0.1 if kind == _USER_DEFINED else score for piece, score, kind in entries]


def _keep_whole(tokenizer: Tokenizer, symbols: list[str]) -> None:
    """For byte-pair encoding: cut at the symbols first, the longest that fits."""
    from tokenizers import Regex, pre_tokenizers

    if not symbols:
        return
    longest_first = "|".join(re.escape(symbol) for symbol in sorted(symbols, key=len, reverse=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(longest_first), behavior="isolated")
    tokenizer.model.ignore_merges = True


def _normalizer(model: SentencePieceModel) -> list[Any]:
    """What is done to a text before spaces are made visible."""
    from tokenizers import Regex, normalizers

    steps: list[Any] = []
    if model.chars_map:
        steps.append(normalizers.Precompiled(model.chars_map))
    if model.removes_extra_spaces:
        steps += [normalizers.Strip(), normalizers.Replace(Regex(" {2,}"), " ")]
    return steps
