"""A tokenizer as a GGUF file's values: the way back of gguf_tokenizer.py (engine thread only).

Which of llama.cpp's ways to cut texts a byte-level tokenizer has is found out by trying: the names stand for
expressions, and a folder says expressions only.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from llmdesk.engine.generation.end_names import is_end_by_name
from llmdesk.engine.weights.gguf_tokenizer import PreTokenizer, pre_tokenizers
from llmdesk.errors import UnsupportedModel
from llmdesk.words import say

if TYPE_CHECKING:
    from llmdesk.engine.weights.exporting.gguf_head import Value
    from llmdesk.engine.weights.plain_tokenizer import PlainTokenizer

_NORMAL, _UNKNOWN, _CONTROL, _USER_DEFINED, _UNUSED, _BYTE = range(1, 7)
_USUAL_NAMES = ("llama-bpe", "qwen2", "qwen35", "smollm", "gpt-2", "gpt-4o", "tekken", "refact", "dbrx", "olmo")
"""Tried first: the best known name of a way."""
_PARSED = frozenset(
    ("<|channel>", "<channel|>", "<|tool_call>", "<tool_call|>", "<|tool_response>", "<tool_response|>", '<|"|>')
)
"""Words of Gemma 4 by which llama.cpp tells thoughts and calls of tools in an answer."""
_SPACE = "\N{LOWER ONE EIGHTH BLOCK}"
SAMPLES = (
    "Hello, world! It's 7:45; they'll've gone, WE'LL SEE. I'D say DON'T",
    "    four spaces\n\n\n  two\tand a tab \n \n\r\n  x = [1, 22, 333, 4444, 55555, 1234567890] + 3.14e-10  ",
    "Grüße aus Köln, naïve café; Привет, мир! Ελληνικά",
    "你好，世界！こんにちは、カタカナ。한국어 12月25日 全角",
    "مرحبا بكم हिन्दी ไทย \U0001f600\U0001f469\u200d\U0001f4bb \u2603\ufe0f ½ Ⅷ x²",
    "def f(a,b): return a**2+b//3 # why?\n\tif a!=b:\n\t\tprint('%s' % a)\n</div><p>\"quoted\"</p> HTTPServer",
    "snake_case https://example.org/path?q=1&r=2 a--b ... ??? !!!\n- item\n* item\n1. one\n\n2. two ||| $$$ ~~~ ^^^",
)
"""In one normal form of Unicode, since files do not say whether texts are brought into it."""


def vocabulary_values(
    tokenizer: PlainTokenizer, rows: int, ends: frozenset[int], *, is_gemma4: bool = False
) -> dict[str, Value]:
    """The section "tokenizer", by whole keys.

    Args:
        rows: of the embedding.
        ends: tokens that end an answer.
        is_gemma4: pieces are merged by merges, not by scores, as llama.cpp does for this model alone.

    Raises:
        UnsupportedModel: a kind of tokenizer, or a way to cut texts, that GGUF files have no name for.
    """
    data = json.loads(tokenizer.backend_tokenizer.to_str())
    model = data["model"]
    if model.get("type") != "BPE":
        raise UnsupportedModel(
            say("A tokenizer of the kind “{kind}” cannot be written into a GGUF file yet.", kind=model.get("type"))
        )
    is_byte_level = '"ByteLevel"' in json.dumps([data.get("pre_tokenizer"), data.get("decoder")])
    tokens, types = _tokens(tokenizer, data, rows, is_byte_level)
    merges = [merge if isinstance(merge, str) else " ".join(merge) for merge in model["merges"]]
    values: dict[str, Value] = {
        "model": "gpt2" if is_byte_level else "llama",
        "tokens": tokens,
        "token_type": types,
        **_specials(tokenizer, tokens, ends),
        **_beginnings(tokenizer),
    }
    if is_byte_level:
        values["pre"] = _way_to_cut(tokenizer, bool(model.get("ignore_merges")))
        values["merges"] = merges
    else:
        if is_gemma4:
            values |= {"model": "gemma4", "merges": merges, "token_type": _shown(tokens, types)}
        values["pre"] = "default"
        values["scores"] = _scores(tokens, merges)
        values["add_space_prefix"] = tokenizer.backend_tokenizer.encode("a", add_special_tokens=False).tokens[0] != "a"
    found = {f"tokenizer.ggml.{key}": value for key, value in values.items()}
    template = tokenizer.chat_template
    template = template.get("default") if isinstance(template, dict) else template
    return found | ({"tokenizer.chat_template": template} if isinstance(template, str) else {})


def _tokens(
    tokenizer: PlainTokenizer, data: dict[str, Any], rows: int, is_byte_level: bool
) -> tuple[list[str], list[int]]:
    words = {index: word for word, index in tokenizer.get_vocab().items()}
    added = {int(token["id"]): bool(token["special"]) for token in data["added_tokens"]}
    unknown = data["model"].get("unk_token")
    tokens = [words.get(index, f"[PAD{index}]") for index in range(rows)]

    def type_of(index: int) -> int:
        word = words.get(index)
        if word is None:
            return _UNUSED
        if not is_byte_level and word == unknown:
            return _UNKNOWN
        if index in added:
            return _CONTROL if added[index] else _USER_DEFINED
        is_byte = not is_byte_level and len(word) == 6 and word.startswith("<0x") and word.endswith(">")
        return _BYTE if is_byte else _NORMAL

    types = [type_of(index) for index in range(rows)]
    if not is_byte_level:  # these are searched for before spaces are made visible
        pairs = zip(tokens, types, strict=True)
        tokens = [token.replace(_SPACE, " ") if kind == _USER_DEFINED else token for token, kind in pairs]
    return tokens, types


def _shown(tokens: list[str], types: list[int]) -> list[int]:
    """As llama.cpp's converter has Gemma 4's: what its answers are parsed by is no control token."""
    return [_USER_DEFINED if token in _PARSED else kind for token, kind in zip(tokens, types, strict=True)]


def _specials(tokenizer: PlainTokenizer, tokens: list[str], ends: frozenset[int]) -> dict[str, Value]:
    """Numbers of tokens with a part to play. llama.cpp finds other ends by their names."""
    ids = {token: index for index, token in enumerate(tokens)}
    names = {"bos_token": "bos", "eos_token": "eos", "unk_token": "unknown", "pad_token": "padding"}
    found: dict[str, Value] = {}
    for role, key in names.items():
        word = tokenizer.special_tokens_map.get(role)
        if isinstance(word, str) and word in ids:
            found[f"{key}_token_id"] = ids[word]
    others = sorted(end for end in ends if end < len(tokens) and end != found.get("eos_token_id"))
    if "eos_token_id" not in found and others:
        found["eos_token_id"] = others.pop(0)
    if unnamed := [end for end in others if not is_end_by_name(tokens[end])]:
        found["eot_token_id"] = unnamed[0]
    return found


def _beginnings(tokenizer: PlainTokenizer) -> dict[str, Value]:
    """What is put before and after a text."""
    plain, whole = (tokenizer.encode("a", add_special_tokens=each) for each in (False, True))
    bos, eos = tokenizer.bos_token_id, tokenizer.eos_token_id
    return {
        "add_bos_token": whole != plain and whole[0] == bos,
        "add_eos_token": whole != plain and whole[-1] == eos,
    }


def _scores(tokens: list[str], merges: list[str]) -> list[float]:
    """SentencePiece merges the best-scored piece first: the one that the first merge makes."""
    first: dict[str, int] = {}
    for rank, merge in enumerate(merges):
        left, _, right = merge.partition(" ")
        first.setdefault(left + right, rank)
    return [-float(first.get(token, len(merges) if len(token) > 1 else 0)) for token in tokens]


def _way_to_cut(tokenizer: PlainTokenizer, ignore_merges: bool) -> str:
    """llama.cpp's name of it. Raises UnsupportedModel."""
    own = tokenizer.backend_tokenizer.pre_tokenizer
    expected = [_cut(own.pre_tokenize_str, text) for text in SAMPLES]
    known = pre_tokenizers()
    for name in dict.fromkeys((*_USUAL_NAMES, *known)):
        way = known.get(name)
        if way is None or way.ignore_merges != ignore_merges:
            continue
        if [_cut(_cutter(way), text) for text in SAMPLES] == expected:
            return name
    raise UnsupportedModel(say("This model cuts texts into words in a way that GGUF files have no name for."))


def _cut(cut: Callable[[str], list[tuple[str, Any]]], text: str) -> list[str]:
    return [word for word, _ in cut(text)]


def _cutter(way: PreTokenizer) -> Callable[[str], list[tuple[str, Any]]]:
    from tokenizers import Regex, pre_tokenizers

    cuts = [pre_tokenizers.Split(Regex(split), behavior="isolated") for split in way.splits]
    whole = pre_tokenizers.Sequence([*cuts, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    found: Callable[[str], list[tuple[str, Any]]] = whole.pre_tokenize_str
    return found
