"""Tokens to text, errors and times carried along, stop strings."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from tests.engine.tiny_models import save_model, save_tokenizer

pytest.importorskip("torch")
pytestmark = pytest.mark.model


@pytest.fixture
def tokenizer(tmp_path: Path) -> Any:
    from transformers import AutoTokenizer

    save_tokenizer(tmp_path)
    return AutoTokenizer.from_pretrained(tmp_path)


def streamer(tokenizer: Any, **options: Any) -> Any:
    from llmdesk.engine.generation.streaming import TokenStreamer

    return TokenStreamer(tokenizer, **options)


@pytest.mark.parametrize(
    "text", ["plain words", "naïve Ünïcode", "日本語のテキスト", "👩‍👩‍👧 emoji", "line\nbreak\n\n", "  spaces  "]
)
def test_pieces_add_up_to_the_text_and_never_split_a_character(tokenizer: Any, text: str) -> None:
    stream = streamer(tokenizer)
    pieces = [stream.put_token(i) for i in tokenizer.backend_tokenizer.encode(text).ids]
    assert "".join(pieces) == text
    assert not any("\N{REPLACEMENT CHARACTER}" in piece for piece in pieces)
    assert len(stream.token_times_s) == len(pieces)
    assert stream.token_times_s == sorted(stream.token_times_s)


@pytest.mark.parametrize("cut", range(1, 9))
def test_an_answer_goes_on_inside_a_character(tokenizer: Any, cut: int) -> None:
    ids = tokenizer.backend_tokenizer.encode("日本語").ids
    stream = streamer(tokenizer)
    first = "".join(stream.put_token(i) for i in ids[:cut])
    stream = streamer(tokenizer)
    stream.resume(ids[:cut])
    assert first + "".join(stream.put_token(i) for i in ids[cut:]) == "日本語"
    assert len(stream.token_times_s) == len(ids) - cut


def test_works_as_streamer_of_generate(tmp_path: Path, tokenizer: Any) -> None:
    import torch
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(save_model(tmp_path / "m"))
    ids = torch.tensor([tokenizer.backend_tokenizer.encode("hello").ids])
    stream = streamer(tokenizer)
    out = model.generate(ids, streamer=stream, max_new_tokens=20, do_sample=False, eos_token_id=None)
    expected = tokenizer.decode(out[0, ids.shape[1] :], skip_special_tokens=True)
    assert "".join(stream) == expected


def test_an_error_of_generate_reaches_the_reader(tokenizer: Any) -> None:
    stream = streamer(tokenizer)
    worker = threading.Thread(target=lambda: stream.fail(RuntimeError("device lost")))
    worker.start()
    with pytest.raises(RuntimeError, match="device lost"):
        list(stream)
    worker.join()


def test_silence_ends_with_a_time_out(tokenizer: Any) -> None:
    with pytest.raises(TimeoutError):
        next(streamer(tokenizer, idle_timeout_s=0.05))


@pytest.mark.parametrize(
    ("pieces", "stops", "shown", "found"),
    [
        (["Hello", " world"], (), "Hello world", False),
        (["Hello", " wor", "ld"], ("world",), "Hello ", True),
        (["a", "b", "c"], ("bx",), "abc", False),
        (["one END two"], ("END",), "one ", True),
        (["x<", "|e", "nd|", ">y"], ("<|end|>",), "x", True),
        (["aaa", "ab"], ("aab",), "aa", True),
        (["both A and B"], ("B", "A"), "both ", True),
        (["tail <|en"], ("<|end|>",), "tail <|en", False),
    ],
)
def test_stop_strings(pieces: list[str], stops: tuple[str, ...], shown: str, found: bool) -> None:
    from llmdesk.engine.generation.streaming import StopStrings

    matcher = StopStrings(stops)
    text = ""
    for piece in pieces:
        text += matcher.feed(piece)
        assert not any(stop in text for stop in stops)
    assert text + matcher.rest() == shown
    assert matcher.found is found


def test_a_stop_string_may_have_begun_before() -> None:
    from llmdesk.engine.generation.streaming import StopStrings

    matcher = StopStrings(("END", "\nUser:"), shown="the text so far E")
    assert matcher.feed("N") == ""
    assert matcher.feed("ough") == "Nough"
    assert matcher.feed(".\nUs") == "."
    assert matcher.feed("er: x") == ""
    assert matcher.found
