"""The tokenizer out of a GGUF file: its vocabulary, and how texts are cut (engine thread only).

A GGUF file holds words, merges or scores, and the name of a way to cut texts; what that name means is in
``pre_tokenizers.toml``. transformers' own conversion knows fewer of these names (and is silent about the rest), spells
control tokens of other than ASCII letters anew, and does not know ``ignore_merges``.
"""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmdesk import gguf_header
from llmdesk.engine.generation.end_names import is_end_by_name
from llmdesk.errors import ModelDamaged, UnsupportedModel
from llmdesk.words import say

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from llmdesk.engine.weights.gguf_file import GgufFile

log = logging.getLogger(__name__)

UNKNOWN_PRE_TOKENIZER = "unknown_pre_tokenizer"
"""In tokenizer_config.json: the name of a way to cut texts that is not known here; texts are cut the usual way."""

_NORMAL, _UNKNOWN, _CONTROL, _USER_DEFINED, _UNUSED, _BYTE = range(1, 7)
_ARRAYS = tuple(f"tokenizer.ggml.{name}" for name in ("tokens", "token_type", "scores", "merges"))
_SPECIALS = {"bos_token": "bos", "eos_token": "eos", "unk_token": "unknown", "pad_token": "padding"}
_SENTENCEPIECE_IDS = {"unk_token": 0, "bos_token": 1, "eos_token": 2}  # where a file of this kind does not say
_SPACE = "\N{LOWER ONE EIGHTH BLOCK}"
# Phi 3's control tokens swallow the white space after them, which a GGUF file does not say; these three do not.
_PHI3_KEEPS_SPACE = ("<unk>", "<s>", "<|endoftext|>")


@dataclass(frozen=True, slots=True)
class PreTokenizer:
    """A way to cut texts into words; see pre_tokenizers.toml."""

    splits: tuple[str, ...]
    ignore_merges: bool = False
    add_bos: bool = False


@cache
def pre_tokenizers() -> dict[str, PreTokenizer]:
    """All that are known, by their names in GGUF files."""
    kinds = tomllib.loads(Path(__file__).with_name("pre_tokenizers.toml").read_text(encoding="utf-8"))["kind"]
    return {
        name: PreTokenizer(tuple(kind["splits"]), kind.get("ignore_merges", False), kind.get("add_bos", False))
        for kind in kinds
        for name in kind["names"]
    }


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a GGUF file says of its tokens, one value of each list per token.

    Attributes:
        values: the file's single values.
        merges: pairs of words in their order; None if they follow from the scores.
    """

    values: dict[str, Any]
    tokens: list[str]
    types: list[int]
    scores: list[float]
    merges: list[tuple[str, str]] | None

    def value(self, key: str, default: Any = None) -> Any:
        """A value of the section tokenizer.ggml."""
        return self.values.get(f"tokenizer.ggml.{key}", default)

    @property
    def is_byte_level(self) -> bool:
        """GPT-2's kind; the others are SentencePiece's."""
        return bool(self.value("model") == "gpt2")

    @property
    def pre_tokenizer(self) -> tuple[PreTokenizer, str]:
        """For byte-level ones; and the name in the file if it is not known ("none" if the file has none)."""
        name, known = str(self.value("pre", "none")), pre_tokenizers()
        return (known[name], "") if name in known else (known["default"], name)

    def special(self, name: str) -> str | None:
        """The token of one of _SPECIALS, if there is one."""
        default = None if self.is_byte_level else _SENTENCEPIECE_IDS.get(name)
        token_id = self.value(f"{_SPECIALS[name]}_token_id", default)
        if isinstance(token_id, bool) or not isinstance(token_id, int) or not 0 <= token_id < len(self.tokens):
            return None
        return self.tokens[token_id]

    @property
    def adds_bos(self) -> bool:
        """Texts begin with the beginning-of-text token."""
        usual = self.pre_tokenizer[0].add_bos if self.is_byte_level else True
        return bool(self.value("add_bos_token", usual))

    @property
    def adds_space(self) -> bool:
        """Texts get a space in front (SentencePiece's kinds only)."""
        return bool(self.value("add_space_prefix", True))


def read_tokenizer(gguf: GgufFile) -> Any:
    """transformers' tokenizer with the file's vocabulary.

    Raises:
        ModelDamaged: the file's lists do not fit together.
        UnsupportedModel: a kind of vocabulary that no architecture has which can be read.
        ValueError, KeyError, TypeError: libraries' own, over values that cannot be.
    """
    from transformers import PreTrainedTokenizerFast

    vocabulary = read_vocabulary(gguf.path, gguf.header.values, gguf.vocabulary_size())
    known = {name: token for name in _SPECIALS if (token := vocabulary.special(name)) is not None}
    notes: dict[str, Any] = {}
    if vocabulary.is_byte_level and (unknown := vocabulary.pre_tokenizer[1]):
        log.warning(
            "%s names the pre-tokenizer %r, which is not known; the default one is used", gguf.path.name, unknown
        )
        notes[UNKNOWN_PRE_TOKENIZER] = unknown
    template = gguf.header.values.get("tokenizer.chat_template")
    return PreTrainedTokenizerFast(
        tokenizer_object=build(vocabulary),
        chat_template=template if isinstance(template, str) and template.strip() else None,
        clean_up_tokenization_spaces=False,
        **known,
        **notes,
    )


def read_vocabulary(path: Path, values: dict[str, Any], rows: int) -> Vocabulary:
    """What a file says of its tokens; of those beyond the embedding's ``rows`` there is nothing to look up."""
    kind = values.get("tokenizer.ggml.model")
    if kind not in ("gpt2", "llama", "gemma4"):  # the last one's is SentencePiece's, with its merges written down
        raise UnsupportedModel(
            say(
                "{name} has a vocabulary of the kind “{kind}”, which llmdesk cannot read yet.",
                name=path.name,
                kind=kind,
            )
        )
    lists = gguf_header.read_arrays(path, _ARRAYS)
    tokens, types, scores, merges = (lists.get(key) for key in _ARRAYS)
    if not tokens or not all(isinstance(token, str) for token in tokens):
        raise ModelDamaged(say("{name} holds no words: “tokenizer.ggml.tokens” is missing.", name=path.name))
    for key, values_of_tokens in (("token_type", types), ("scores", scores)):
        if values_of_tokens is not None and len(values_of_tokens) < len(tokens):
            raise ModelDamaged(
                say("{name}: “tokenizer.ggml.{key}” has fewer values than there are words.", name=path.name, key=key)
            )
    named = unique_names(tokens[:rows])
    if types is None:
        types = [_type_by_name(token) for token in named]
    pairs = None if merges is None else [_pair(merge, path) for merge in merges]
    types = [_CONTROL if is_end_by_name(token) else kind for token, kind in zip(named, types, strict=False)]
    return Vocabulary(values, named, types, list(scores or [0.0] * len(named))[: len(named)], pairs)


def unique_names(tokens: list[str]) -> list[str]:
    """Each with a name of its own: a word that is empty or there twice keeps its number, and is never chosen."""
    seen: set[str] = set()
    names = []
    for index, token in enumerate(tokens):
        name = token if token and token not in seen else f"[UNUSED_{index}]"
        seen.add(name)
        names.append(name)
    return names


def _type_by_name(token: str) -> int:
    """For files of the first days, which do not say."""
    if token in ("<s>", "</s>"):
        return _CONTROL
    if token == "<unk>":
        return _UNKNOWN
    return _BYTE if len(token) == 6 and token.startswith("<0x") and token.endswith(">") else _NORMAL


def _pair(merge: Any, path: Path) -> tuple[str, str]:
    """A merge is written as two words with a space between them; a word may begin with one."""
    left, space, right = str(merge)[1:].partition(" ")
    if not isinstance(merge, str) or not space or not right:
        raise ModelDamaged(
            say(
                "{name}: {value!r} in “tokenizer.ggml.merges” is no pair of words.",
                name=path.name,
                value=str(merge)[:80],
            )
        )
    return merge[0] + left, right


def build(
    vocabulary: Vocabulary, make: Callable[[Vocabulary], Tokenizer] | None = None, prepare: Iterable[Any] = ()
) -> Tokenizer:
    """The tokenizer of a vocabulary.

    Args:
        make: of one of SentencePiece's that is no byte-pair encoding.
        prepare: normalizers for SentencePiece's, before all others.
    """
    from tokenizers import processors

    if vocabulary.is_byte_level:
        tokenizer = _byte_level(vocabulary)
    else:
        tokenizer = (make or _byte_pairs)(vocabulary)
        _make_spaces_visible(tokenizer, vocabulary, prepare)
    _add_tokens(tokenizer, vocabulary)
    bos = vocabulary.special("bos_token")
    if vocabulary.adds_bos and bos is not None:
        ids = [(bos, vocabulary.tokens.index(bos))]
        tokenizer.post_processor = processors.TemplateProcessing(single=f"{bos} $A", special_tokens=ids)
    return tokenizer


def _byte_level(vocabulary: Vocabulary) -> Tokenizer:
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers

    way, _ = vocabulary.pre_tokenizer
    ids = {token: index for index, token in enumerate(vocabulary.tokens)}
    merges = _merges_of_scores(vocabulary) if vocabulary.merges is None else _usable(vocabulary.merges, ids)
    tokenizer = Tokenizer(models.BPE(ids, merges, ignore_merges=way.ignore_merges))
    cuts = [pre_tokenizers.Split(Regex(split), behavior="isolated") for split in way.splits]
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [*cuts, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def _byte_pairs(vocabulary: Vocabulary) -> Tokenizer:
    """As SentencePiece does it: the best-scored pair of pieces is merged first; what is no piece becomes bytes."""
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers

    ids = {token: index for index, token in enumerate(vocabulary.tokens)}
    merges = _merges_of_scores(vocabulary) if vocabulary.merges is None else _usable(vocabulary.merges, ids)
    unknown = vocabulary.special("unk_token")
    tokenizer = Tokenizer(models.BPE(ids, merges, unk_token=unknown, fuse_unk=True, byte_fallback=True))
    if vocabulary.value("model") == "gemma4":  # as llama.cpp; no published piece has an end of line and more
        tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex("\n+"), behavior="isolated")
    return tokenizer


def _make_spaces_visible(tokenizer: Tokenizer, vocabulary: Vocabulary, prepare: Iterable[Any]) -> None:
    """They become letters before a text is cut, and spaces again afterwards."""
    from tokenizers import decoders, normalizers

    replace = normalizers.Replace(" ", _SPACE)
    prepend = [normalizers.Prepend(_SPACE)] if vocabulary.adds_space else []
    tokenizer.normalizer = normalizers.Sequence([*prepare, *prepend, replace])
    strip = [decoders.Strip(" ", 1, 0)] if vocabulary.adds_space else []
    parts = [decoders.Replace(_SPACE, " "), decoders.ByteFallback(), decoders.Fuse(), *strip]
    tokenizer.decoder = decoders.Sequence(parts)


def _usable(merges: Iterable[tuple[str, str]], ids: dict[str, int]) -> list[tuple[str, str]]:
    """Those of words that are there: others come of tokens beyond the embedding's rows."""
    return [(left, right) for left, right in merges if left in ids and right in ids and left + right in ids]


def _merges_of_scores(vocabulary: Vocabulary) -> list[tuple[str, str]]:
    """All pairs that make a piece, best piece first. Control tokens are no pieces: nobody writes one in letters."""
    pieces = {
        token: (-score, index)
        for index, (token, kind, score) in enumerate(
            zip(vocabulary.tokens, vocabulary.types, vocabulary.scores, strict=True)
        )
        if kind not in (_UNKNOWN, _CONTROL, _BYTE, _USER_DEFINED)
    }
    found = [
        (order, (token[:at], token[at:]))
        for token, order in pieces.items()
        for at in range(1, len(token))
        if token[:at] in pieces and token[at:] in pieces
    ]
    return [pair for _, pair in sorted(found, key=lambda entry: entry[0])]


def _add_tokens(tokenizer: Tokenizer, vocabulary: Vocabulary) -> None:
    """Control tokens, and those that a text is searched for before it is cut."""
    from tokenizers import AddedToken

    is_phi3 = any(name in str(vocabulary.values.get("general.name", "")).lower() for name in ("phi-3", "phi3"))
    added = []
    for token, kind in zip(vocabulary.tokens, vocabulary.types, strict=True):
        if kind in (_UNKNOWN, _CONTROL, _USER_DEFINED):
            swallows = is_phi3 and token not in _PHI3_KEEPS_SPACE
            added.append(AddedToken(token, special=kind != _USER_DEFINED, normalized=False, rstrip=swallows))
    tokenizer.add_special_tokens([token for token in added if token.special])
    tokenizer.add_tokens([token for token in added if not token.special])
