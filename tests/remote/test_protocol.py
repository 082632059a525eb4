"""What servers say, without a network."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from llmdesk.datatypes.model import ModelSource
from llmdesk.engine.backends.remote_counts import Usage, counts
from llmdesk.engine.backends.remote_protocol import (
    NotUnderstood,
    TooLong,
    parse_models,
    parse_piece,
    refusal,
    said,
    served_name,
)
from llmdesk.errors import ServerBusy

SOURCE = ModelSource("server", "http://host/v1", served_model="big")


@pytest.mark.parametrize(
    ("value", "expected"),
    [("stop", "stop"), ("length", "length"), ("tool_calls", "stop"), ("eos", "stop"), ("", None), (None, None)],
)
def test_reasons(value: object, expected: object) -> None:
    assert parse_piece({"choices": [{"delta": {}, "finish_reason": value}]}, "host").reason == expected


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        ({"prompt_tokens": 5, "completion_tokens": 2}, Usage(5, 0, 2)),
        (
            {"prompt_tokens": 5, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 4}},
            Usage(5, 4, 2),
        ),
        ({"prompt_tokens": 5, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 99}}, Usage(5, 5, 2)),
        (
            {"prompt_tokens": 5, "completion_tokens": 2, "completion_tokens_details": {"reasoning_tokens": 1}},
            Usage(5, 0, 2, 1),
        ),
        (
            {"prompt_tokens": 5, "completion_tokens": 2, "completion_tokens_details": {"reasoning_tokens": 3}},
            Usage(5, 0, 2, 2),
        ),
        ({"prompt_tokens": 5, "completion_tokens": 2, "completion_tokens_details": "none"}, Usage(5, 0, 2)),
        ({"prompt_tokens": 5}, None),
        ({"prompt_tokens": -5, "completion_tokens": 2}, None),
        ({"prompt_tokens": 5.5, "completion_tokens": 2}, None),
        ({"prompt_tokens": 10**30, "completion_tokens": 2}, None),
        (None, None),
    ],
)
def test_usage(usage: object, expected: object) -> None:
    assert parse_piece({"choices": [], "usage": usage}, "host").usage == expected


@pytest.mark.parametrize(
    ("usage", "pieces", "thoughts", "expected"),
    [  # new tokens, those of the reasoning, those of the first piece, whether only pieces are known
        (Usage(5, 0, 120, 60), 6, 3, (120, 60, 20, False)),
        (Usage(5, 0, 120, 80), 6, 3, (120, 80, 20, False)),
        (Usage(5, 0, 120), 6, 3, (120, 60, 20, False)),
        (Usage(5, 0, 120, 0), 6, 3, (120, 60, 20, False)),  # it sends the field, and a zero
        (Usage(5, 0, 120, 60), 6, 0, (120, 0, 20, False)),  # it keeps its thoughts to itself
        (Usage(5, 0, 3), 6, 0, (3, 0, 1, False)),
        (Usage(0, 0, 0), 6, 2, (6, 2, 1, True)),
        (None, 6, 2, (6, 2, 1, True)),
        (Usage(5, 0, 0), 0, 0, (0, 0, 1, False)),
    ],
)
def test_counts(usage: Usage | None, pieces: int, thoughts: int, expected: object) -> None:
    found = counts(usage, pieces, thoughts)
    assert (
        found["new_tokens"], found["reasoning_tokens"], found["untimed_tokens"], found["counts_estimated"]
    ) == expected  # fmt: skip


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"error": {"message": "bad\n  key"}}, "It says: “bad key”"),
        ({"error": "plain"}, "It says: “plain”"),
        ({"detail": "Not Found"}, "It says: “Not Found”"),
        ({"detail": [{"msg": "Field required", "input": "my secret prompt"}]}, "It says: “Field required”"),
        ({"object": "error", "message": "vLLM's old way"}, "It says: “vLLM's old way”"),
        ({"error": {}}, ""),
        ({}, ""),
    ],
)
def test_what_a_server_says_of_an_error(body: dict[str, Any], expected: str) -> None:
    assert said(body) == expected


@pytest.mark.parametrize(
    "body",
    [
        b'{"error": {"message": "too much", "code": "context_length_exceeded"}}',
        b'{"error": {"message": "the request is larger", "type": "exceed_context_size_error"}}',
        b'{"object": "error", "message": "This model\'s maximum context length is 4096 tokens"}',
        b'{"error": "input is longer than max_model_len"}',
    ],
)
def test_a_chat_that_is_too_long_is_recognised(body: bytes) -> None:
    assert isinstance(refusal(SOURCE, 400, {}, body, ""), TooLong)


def test_another_bad_request() -> None:
    assert isinstance(refusal(SOURCE, 400, {}, b"<html>", ""), NotUnderstood)


def test_the_key_is_never_repeated() -> None:
    error = refusal(SOURCE, 401, {}, b'{"error": {"message": "Incorrect key sk-123 provided"}}', "sk-123")
    assert "sk-123" not in error.user_message + error.hint + error.detail


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("30", range(30, 31)), ("date", range(50, 61)), ("9" * 500, None), ("soon", None), ("", None)],
)
def test_retry_after(value: str, seconds: range | None) -> None:
    value = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True) if value == "date" else value
    error = refusal(SOURCE, 429, {"retry-after": value}, b"", "")
    assert isinstance(error, ServerBusy)
    expected = [f"It asks to try again in {s} s." for s in seconds] if seconds else ["Try again in a moment."]
    assert error.hint in expected


def test_models_and_their_contexts() -> None:
    listed = [
        {"id": "vllm", "max_model_len": 8192},
        {"id": "llama.cpp", "meta": {"n_ctx_train": 131072, "n_ctx": 2048}},
        {"id": "studio", "max_context_length": 4096, "loaded_context_length": 1024},
        {"id": "ollama:latest"},
        {"id": 3},
        "odd",
    ]
    models = parse_models({"object": "list", "data": listed}, "host")
    assert models == {"vllm": 8192, "llama.cpp": 2048, "studio": 1024, "ollama:latest": 0}
    assert served_name("ollama", models) == "ollama:latest"
    assert served_name("ollam", models) is None
