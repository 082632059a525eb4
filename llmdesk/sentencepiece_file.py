"""SentencePiece's ``tokenizer.model``: pieces, scores and how texts are prepared. For the catalogue and the engine.

Own code because the sentencepiece package tells neither the kind of the model nor how it prepares texts, unless
protobuf is there too. The file is a message of protobuf's; only the fields that matter are looked at. Form:
https://github.com/google/sentencepiece/blob/master/src/sentencepiece_model.proto
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from llmdesk.errors import ModelDamaged, UnsupportedModel
from llmdesk.plain_files import check_file
from llmdesk.words import say

_Value: TypeAlias = int | bytes

_PIECES, _TRAINER, _NORMALIZER = 1, 2, 3
_PIECE, _SCORE, _TYPE = 1, 2, 3
_MODEL_TYPE, _SPACE_BEHIND, _UNK, _BOS, _EOS, _PAD = 3, 24, 40, 41, 42, 43
_CHARS_MAP, _DUMMY_PREFIX, _EXTRA_SPACES = 2, 3, 4
_VARINT, _EIGHT_BYTES, _BYTES, _FOUR_BYTES = 0, 1, 2, 5
_UNIGRAM, _BPE = 1, 2
_LARGEST_BYTES = 20_000_000
_MOST_PIECES = 1 << 20
_GET_TOKENIZER = say("Get tokenizer.json from where the model was published, or the same model as a GGUF file.")


@dataclass(frozen=True, slots=True)
class SentencePieceModel:
    """What the file says; one value of each list per piece.

    Attributes:
        types: 1 normal, 2 unknown, 3 control, 4 user-defined, 5 unused, 6 byte; as in GGUF files.
        is_unigram: else byte-pair encoding.
        chars_map: the normalisation of characters, in SentencePiece's compiled form; empty if there is none.
        unknown, bos, eos, padding: numbers of pieces; -1 for none.
    """

    pieces: list[str]
    scores: list[float]
    types: list[int]
    is_unigram: bool
    chars_map: bytes
    adds_space: bool
    removes_extra_spaces: bool
    unknown: int
    bos: int
    eos: int
    padding: int


def read(path: Path) -> SentencePieceModel:
    """Raises ModelDamaged for a file that is none of SentencePiece's, UnsupportedModel for other tokenizers."""
    if check_file(path) > _LARGEST_BYTES:
        raise ModelDamaged(say("{name} is too large for a tokenizer.", name=path.name))
    data = path.read_bytes()
    first = data.split(b"\n", 1)[0].split(b" ")
    if len(first) == 2 and first[1].strip().isdigit():
        text = say("{name} is a tokenizer of tiktoken's kind, which is not read.", name=path.name)
        raise UnsupportedModel(text, _GET_TOKENIZER)
    try:
        return _model(data, path)
    except (IndexError, ValueError, struct.error, TypeError) as error:
        text = say("{name} is not one of SentencePiece's files, or ends too early.", name=path.name)
        raise ModelDamaged(text, _GET_TOKENIZER) from error


def _model(data: bytes, path: Path) -> SentencePieceModel:
    pieces: list[str] = []
    scores: list[float] = []
    types: list[int] = []
    trainer: dict[int, _Value] = {}
    normalizer: dict[int, _Value] = {}
    for field, value in _fields(data):
        if field == _PIECES:
            piece = dict(_fields(_as_bytes(value)))
            pieces.append(_as_bytes(piece[_PIECE]).decode() if _PIECE in piece else "")
            scores.append(struct.unpack("<f", _as_bytes(piece[_SCORE]))[0] if _SCORE in piece else 0.0)
            types.append(_number(piece, _TYPE, 1))
        elif field == _TRAINER:
            trainer |= dict(_fields(_as_bytes(value)))
        elif field == _NORMALIZER:
            normalizer |= dict(_fields(_as_bytes(value)))
    if not any(pieces) or len(pieces) > _MOST_PIECES:
        raise ValueError("no pieces, or too many")
    kind = _number(trainer, _MODEL_TYPE, _UNIGRAM)
    if kind not in (_UNIGRAM, _BPE) or _number(trainer, _SPACE_BEHIND, 0):
        text = say("{name} cuts texts in a way that is not read here (words or characters).", name=path.name)
        raise UnsupportedModel(text, _GET_TOKENIZER)
    unknown = types.index(2) if 2 in types else _number(trainer, _UNK, 0)
    ends = (_number(trainer, key, default) for key, default in ((_BOS, 1), (_EOS, 2), (_PAD, -1)))
    return SentencePieceModel(
        pieces,
        scores,
        types,
        kind == _UNIGRAM,
        _as_bytes(normalizer.get(_CHARS_MAP, b"")),
        bool(_number(normalizer, _DUMMY_PREFIX, 1)),
        bool(_number(normalizer, _EXTRA_SPACES, 1)),
        unknown,
        *(number if number < len(pieces) else -1 for number in ends),
    )


def _number(fields: dict[int, _Value], key: int, default: int) -> int:
    """A whole number of 32 bits with its sign. Raises TypeError for bytes."""
    value = fields.get(key, default)
    if isinstance(value, bytes):
        raise TypeError
    value &= 0xFFFFFFFF
    return value - (1 << 32) if value >> 31 else value


def _as_bytes(value: _Value) -> bytes:
    if isinstance(value, int):
        raise TypeError
    return value


def _fields(data: bytes) -> Iterator[tuple[int, _Value]]:
    """Number and value of each field of a message. Raises IndexError or ValueError for what is none."""
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        kind = tag & 7
        if kind == _VARINT:
            value, at = _varint(data, at)
            yield tag >> 3, value
            continue
        if kind == _BYTES:
            length, at = _varint(data, at)
        elif kind in (_FOUR_BYTES, _EIGHT_BYTES):
            length = 4 if kind == _FOUR_BYTES else 8
        else:
            raise ValueError(f"wire type {kind}")
        if at + length > len(data):
            raise IndexError
        yield tag >> 3, data[at : at + length]
        at += length


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
        if shift > 63:
            raise ValueError("a number without an end")
