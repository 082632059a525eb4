"""Recordings as files: what was written is read again, and what is damaged or hostile is refused in words."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from llmdesk.errors import RecordingError
from llmdesk.services.recording import files
from llmdesk.services.recording.files import read_recording, write_recording
from tests.services.recording.makers import recording


@pytest.mark.parametrize("name", ["a.llmdesk.json.gz", "a.json"])
def test_what_was_written_is_read_again(tmp_path: Path, name: str) -> None:
    write_recording(recording(), tmp_path / name)
    assert read_recording(tmp_path / name) == recording()


def _spoiled(change: Any) -> bytes:
    import dataclasses

    content = dataclasses.asdict(recording())
    change(content)
    return json.dumps(content).encode()


def _late(content: dict[str, Any]) -> None:
    content["answers"][0]["pieces"][3]["t_s"] = 1e6


def _version(content: dict[str, Any]) -> None:
    content["version"] = 2


def _text(content: dict[str, Any]) -> None:
    content["answers"][1]["pieces"][0]["text"] = 5


def _negative(content: dict[str, Any]) -> None:
    content["samples"][0]["process_rss_bytes"] = -1


def _nan(content: dict[str, Any]) -> None:
    content["answers"][0]["stats"]["decode_s"] = float("nan")


def _endless(content: dict[str, Any]) -> None:
    content["duration_s"] = 1e12


def _set(path: str, value: Any) -> Any:
    """Changes one value, as in "answers.0.prompt"."""

    def change(content: Any) -> None:
        *steps, last = path.split(".")
        for step in steps:
            content = content[int(step) if step.isdigit() else step]
        content[last] = value

    return change


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "damaged"),
        (b"[1, 2]", "is no recording"),
        (b'{"format": "other"}', "is no recording"),
        (b"[" * 200_000, "damaged"),
        (gzip.compress(b'{"format"', mtime=0)[:-6], "damaged"),
        (b"\x1f\x8b" + b"x" * 50, "damaged"),
        (_spoiled(_version), "newer llmdesk"),
        (_spoiled(_text), "answers.1.pieces.0.text: expected text"),
        (_spoiled(_late), "times in order"),
        (_spoiled(_negative), "no negative figures"),
        (_spoiled(_nan), "NaN is no finite number"),
        (_spoiled(_endless), "one day at most"),
        (_spoiled(_set("samples.0.t_s", -0.5)), "samples: expected times within the recording"),
        (_spoiled(_set("answers.0.asked_s", -1.0)), "answers.0: expected times in order"),
        (_spoiled(_set("answers.0.stats.decode_s", 1e200)), "larger than any figure can be"),
        (_spoiled(_set("samples.0.process_rss_bytes", 10**40)), "larger than any figure can be"),
        (_spoiled(_set("answers.0.stats.decode_s", 1e-12)), "answers.0.stats: expected"),
        (_spoiled(_set("answers.0.prompt", "x" * 2_000_000)), "answers.0.prompt, pieces, error: expected"),
        (_spoiled(_set("conditions.processor", "x" * 5_000)), "conditions: expected"),
        (_spoiled(_set("title", "x" * 5_000)), "title: expected at most"),
        (_spoiled(_set("answers.0.prompt_steps.0.done_tokens", 10**9)), "answers.0.prompt_steps: expected"),
        (_spoiled(_set("answers", {"0": []})), "answers: expected"),
        (b'{"format": "llmdesk-recording", "version": 1, "duration_s": ' + b"9" * 5_000 + b"}", "larger than any"),
        (b'{"format": "llmdesk-recording", "version": 1}', "conditions"),
    ],
)
def test_what_is_damaged_or_hostile_is_refused_in_words(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "bad.json.gz"
    path.write_bytes(content)
    with pytest.raises(RecordingError) as caught:
        read_recording(path)
    assert words in caught.value.user_message
    assert "bad.json.gz" in caught.value.user_message


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "KIND", replace(files.KIND, most_bytes=1 << 20))
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(b" " * (64 << 20)))
    with pytest.raises(RecordingError, match="too large"):
        read_recording(path)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="cannot be written"):
        write_recording(recording(), tmp_path / "nowhere" / "a.json")
    with pytest.raises(RecordingError, match="not there"):
        read_recording(tmp_path / "nothing.json")
