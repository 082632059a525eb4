"""``llmdesk ask`` from its command line to its exit code, on the scripted backend with a model folder of its own."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from llmdesk import paths
from llmdesk.cli import main

ENTRY = """
[[model]]
id = "scripted"
title = "Scripted"
source = "folder"
location = "{folder}"
precision = "int8"
context_tokens = 512
"""


@pytest.fixture(autouse=True)
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "config.json").write_text("{}", encoding="utf-8")
    (folder / "tokenizer.json").write_text("{}", encoding="utf-8")
    (folder / "model.safetensors").write_bytes(b"\x02\0\0\0\0\0\0\0{}")
    paths.user_catalogue().write_text(ENTRY.format(folder=folder), encoding="utf-8")
    monkeypatch.setenv("LLMDESK_BACKEND", "scripted")


def ask(*args: str) -> int:
    return main(["ask", "--model", "scripted", *args])


def test_the_answer_goes_to_stdout_and_the_figures_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    assert ask("hello there") == 0
    out, err = capsys.readouterr()
    assert out.startswith("You said: hello there")
    assert "tok/s" in err
    assert "tok/s, prompt" not in out


def test_of_one_token_there_is_no_speed(capsys: pytest.CaptureFixture[str]) -> None:
    assert ask("hello there", "--max-tokens", "1") == 0
    figures = capsys.readouterr().err
    assert "tok/s" not in figures
    assert figures.startswith("first token ")
    assert ", 1 token, length" in figures


@pytest.mark.parametrize(
    ("prompt", "is_told"), [("hello there", False), ("one two three four five six seven eight", True)]
)
def test_of_a_few_tokens_nobody_is_told_how_fast_they_were_read(
    prompt: str, is_told: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask(prompt) == 0
    assert (" tok/s, prompt " in capsys.readouterr().err) is is_told


def test_json_is_one_object_with_all_that_was_promised(capsys: pytest.CaptureFixture[str]) -> None:
    assert ask("--json", "--max-tokens", "5", "--precision", "int4", "hi") == 0
    out, err = capsys.readouterr()
    answer = json.loads(out)
    assert answer["finish_reason"] == "length"
    assert (answer["model"], answer["backend"], answer["precision"]) == ("scripted", "scripted", "int4")
    assert answer["stats"]["new_tokens"] == 5
    assert answer["stats"]["decode_tps"] > 0
    assert err == ""


def test_the_prompt_may_come_from_standard_input(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("from a pipe"))
    assert ask("-") == 0
    assert "from a pipe" in capsys.readouterr().out


def test_a_closed_standard_input_is_an_empty_prompt(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", None)
    assert ask("-") == 1
    assert "The prompt is empty" in capsys.readouterr().err
    sys.stdin.close()


def test_what_is_no_text_in_a_prompt_is_replaced(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ask("caf\udce9 au lait", "--system", "\udcff") == 0  # bytes of a command line that are no UTF-8
    assert "caf\N{REPLACEMENT CHARACTER} au lait" in capsys.readouterr().out
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"caf\xe9 noir"), encoding="utf-8"))
    assert ask("-") == 0
    assert "caf\N{REPLACEMENT CHARACTER} noir" in capsys.readouterr().out


def test_a_failure_is_a_message_a_hint_and_exit_code_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert ask("  ") == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "llmdesk: The prompt is empty.\nType something first.\n"


def test_a_failure_with_json_keeps_its_kind_and_status(capsys: pytest.CaptureFixture[str]) -> None:
    assert ask("--json", "  ") == 1
    out, err = capsys.readouterr()
    error = json.loads(out)["error"]
    assert error == {
        "kind": "PromptError", "message": "The prompt is empty.", "hint": "Type something first.", "http_status": 400
    }  # fmt: skip
    assert err == "llmdesk: The prompt is empty.\nType something first.\n"


def test_a_bug_in_the_engine_is_told_as_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert ask("--json", "[tokens=5 fail_at=2] hi") == 1
    out, err = capsys.readouterr()
    error = json.loads(out)["error"]
    assert (error["kind"], error["http_status"]) == ("Bug", 500)
    assert "scripted failure" in error["message"]
    assert "`llmdesk --debug ...` shows where." in err
    assert main(["--debug", "ask", "--model", "scripted", "[tokens=5 fail_at=2] hi"]) == 1
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.logs("loading scripted failed")
def test_a_mistake_in_the_settings_is_told_and_the_rest_counts(capsys: pytest.CaptureFixture[str]) -> None:
    file = paths.config_dir() / "settings.toml"
    file.write_text('[engine]\nthreads = "many"\nmemory_limit_gb = 0.001\n', encoding="utf-8")
    assert ask("--json", "hello") == 1
    out, err = capsys.readouterr()
    assert json.loads(out)["error"]["kind"] == "NotEnoughMemory"
    assert "settings.toml, line 2" in err


def test_an_unknown_model_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "--model", "nope", "hi"]) == 1
    err = capsys.readouterr().err
    assert "nope" in err
    assert "models list" in err


@pytest.mark.parametrize(
    "args", [["--max-tokens", "0", "x"], ["--temperature", "-1", "x"], ["--precision", "int3", "x"], []]
)
def test_wrong_usage_is_exit_code_2(args: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        ask(*args)
    assert caught.value.code == 2


@pytest.mark.parametrize(
    ("arguments", "used"),
    [
        ((), ("another", "int4")),
        (("--precision", "bf16"), ("another", "bf16")),
        (("--model", "scripted"), ("scripted", "int8")),
    ],
)
def test_the_model_used_last_answers_as_it_was_used_unless_asked_otherwise(
    arguments: tuple[str, ...], used: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    text = paths.user_catalogue().read_text(encoding="utf-8")
    paths.user_catalogue().write_text(text + text.replace('"scripted"', '"another"'), encoding="utf-8")
    settings = '[model]\nid = "another"\nprecisions = { another = "int4" }\n'
    (paths.config_dir() / "settings.toml").write_text(settings, encoding="utf-8")
    assert main(["ask", "--json", *arguments, "hi"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["model"], answer["precision"]) == used
