"""Which tokens end an answer, and which ones a model has at all."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from llmdesk.engine.generation.end_names import end_names
from llmdesk.errors import ModelDamaged, UnsupportedModel
from tests.engine.tiny_models import SPECIALS, save_tokenizer

pytest.importorskip("transformers")
pytestmark = pytest.mark.model


def saved(folder: Path, *words: str, special: bool = True) -> Any:
    """A tokenizer with these words more, as AutoTokenizer opens it."""
    from tokenizers import AddedToken
    from transformers import AutoTokenizer

    save_tokenizer(folder)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    tokenizer.add_tokens([AddedToken(word, special=special, normalized=False) for word in words])
    tokenizer.save_pretrained(folder)
    return tokenizer


def test_ends_of_a_whole_model_and_of_its_text_part_are_told_together() -> None:
    from transformers import AutoConfig

    from llmdesk.engine.networks.families import writing_config

    for whole, text, expected in (([1, 106], 1, [1, 106]), (106, 1, [106, 1]), (None, 7, 7), (106, None, [106])):
        config = AutoConfig.for_model(
            "gemma4", text_config={"model_type": "gemma4_text", "eos_token_id": text}, eos_token_id=whole
        )
        assert writing_config(config).eos_token_id == expected


@pytest.mark.parametrize("special", [True, False])
def test_ends_of_generation_are_known_by_their_names(tmp_path: Path, special: bool) -> None:
    from llmdesk.engine.weights.model_files import end_tokens

    names = ["<|endoftext|>", "<|eom_id|>", "<|end_of_text|>", "<|eot_id|>", "<|im_end|>", "<end_of_turn>"]
    tokenizer = saved(tmp_path, *names, "<tool>", special=special)
    found = end_tokens(tmp_path, SimpleNamespace(eos_token_id=None), tokenizer)
    assert found == {tokenizer.convert_tokens_to_ids(name) for name in (*names, "<|end|>")}


def test_names_that_may_be_text_end_an_answer_only_as_control_tokens() -> None:
    assert end_names({"</s>", "<s>"}, ()) == {"</s>"}
    assert end_names({"<eos>", "<end_of_turn>"}, {"</s>", "<h1>"}) == {"<eos>", "<end_of_turn>"}


def test_the_end_of_a_part_is_not_the_end_of_an_answer() -> None:
    assert end_names({"<|end|>", "<|return|>", "<|call|>"}, ()) == {"<|return|>", "<|call|>"}
    assert end_names({"<|end|>"}, ()) == {"<|end|>"}


def test_added_tokens_beyond_the_embedding_are_left_out(tmp_path: Path) -> None:
    from llmdesk.engine.weights.model_files import open_tokenizer

    rows = len(saved(tmp_path, "<image>")) - 1
    tokenizer = open_tokenizer(tmp_path, rows)
    assert len(tokenizer) == rows
    ids = tokenizer.backend_tokenizer.encode("a<image>b<|end|>").ids
    assert max(ids) < rows
    assert tokenizer.decode(ids) == "a<image>b<|end|>"


def test_words_beyond_the_embedding_are_refused(tmp_path: Path) -> None:
    from llmdesk.engine.weights.model_files import open_tokenizer

    rows = save_tokenizer(tmp_path) - len(SPECIALS)
    with pytest.raises(UnsupportedModel, match="the model only 250"):
        open_tokenizer(tmp_path, rows - 6)


@pytest.mark.timeout(15)  # a table up to that number takes gigabytes and half a minute
@pytest.mark.parametrize("is_added_too", [False, True])
def test_a_gigantic_number_of_a_word_is_refused_at_once(tmp_path: Path, is_added_too: bool) -> None:
    from llmdesk.engine.weights.model_files import open_tokenizer

    rows = save_tokenizer(tmp_path)
    file = tmp_path / "tokenizer.json"
    values = json.loads(file.read_text())
    values["model"]["vocab"]["!"] = 2**31 - 1
    if is_added_too:
        values["added_tokens"].append({**values["added_tokens"][0], "id": 2**31 - 1, "content": "!"})
    file.write_text(json.dumps(values))
    with pytest.raises((UnsupportedModel, ModelDamaged), match=r"2,147,483,647|cannot be read"):
        open_tokenizer(tmp_path, rows)


# -- what is said of a model's texts -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("template", "pre", "words"),
    [
        ("{{ messages }}", "qwen2", ""),
        (None, "qwen2", "not made for chat"),
        ("{{ messages }}", "of-tomorrow", "of-tom"),
    ],
)
def test_a_model_is_loaded_with_a_word_on_its_texts(
    tmp_path: Path, template: str | None, pre: str, words: str, request: pytest.FixtureRequest
) -> None:
    from transformers import AutoTokenizer

    from llmdesk.engine.backends.torch_model import _notice
    from llmdesk.engine.generation.chat_template import ChatEncoder
    from llmdesk.engine.weights.gguf_file import GgufFile
    from llmdesk.engine.weights.gguf_tokenizer import read_tokenizer
    from tests.engine.weights.llama_cpp_tokens import write_vocabulary

    if pre == "of-tomorrow":
        request.node.add_marker(pytest.mark.logs("of-tomorrow"))
    values = {"model": "gpt2", "pre": pre, "tokens": ["a", "b", "ab"], "merges": ["a b"], "token_type": [1, 1, 1]}
    path = write_vocabulary(tmp_path / "a.gguf", values)
    file = GgufFile(path)
    if template is not None:
        file.header.values["tokenizer.chat_template"] = template
    read_tokenizer(file).save_pretrained(tmp_path / "kept")
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "kept")
    notice = _notice(SimpleNamespace(chats=ChatEncoder(tokenizer), tokenizer=tokenizer), None)  # type: ignore[arg-type]
    assert (words in notice) if words else notice == ""


@pytest.mark.parametrize("architecture", ["llama", "qwen2", "gemma3_text"])
def test_a_kept_tokenizer_cuts_texts_as_its_file_says_whatever_the_architecture(
    tmp_path: Path, architecture: str
) -> None:
    """transformers has a class for Qwen2 that puts Qwen2's own way in."""
    from tokenizers import Tokenizer
    from transformers import AutoConfig

    from llmdesk.engine.weights.model_files import open_tokenizer

    rows = save_tokenizer(tmp_path)
    AutoConfig.for_model(architecture, vocab_size=rows).save_pretrained(tmp_path)
    written = Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    for text in ("E\u0301 12345", "\n\n1. b", " don't"):
        assert open_tokenizer(tmp_path, rows).backend_tokenizer.encode(text).ids == written.encode(text).ids
