"""What is recorded can be read again, however long it was."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from llmdesk.datatypes.chat import TokenEvent
from llmdesk.services.chats.session import AnswerStarted, TokensCame
from llmdesk.services.recording import files, recorder
from llmdesk.services.recording.files import read_recording, write_recording
from llmdesk.services.recording.recorder import Recorder


def answered(recorder_: Recorder, words: list[str], times_s: list[float]) -> None:
    """An answer that still runs."""
    session: Any = SimpleNamespace(
        is_private=False, conversation=SimpleNamespace(message=lambda _: SimpleNamespace(text="Why?"))
    )
    answer: Any = SimpleNamespace(request_id="r", message=SimpleNamespace(parent_id="p"))
    recorder_.on_change(AnswerStarted(session, answer))
    for number, (word, t_s) in enumerate(zip(words, times_s, strict=True)):
        recorder_.on_change(TokensCame(session, [TokenEvent("r", word, number + 1, t_s)]))


@pytest.mark.parametrize(("bounds", "kept"), [({"MOST_PIECES": 3}, 3), ({"MOST_CHARS": 8}, 2), ({"LONGEST_S": 2.5}, 6)])
def test_an_answer_that_goes_beyond_a_bound_is_cut_there_and_can_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bounds: dict[str, Any], kept: int
) -> None:
    for name, bound in bounds.items():
        monkeypatch.setattr(files, name, bound)
        monkeypatch.setattr(recorder, name, bound)
    now_s = [0.0]
    made = Recorder(lambda: now_s[0])
    answered(made, ["word"] * 6, [1.0, 1.5, 2.0, 2.5, 3.0, 3.5])
    now_s[0] = 4.0
    write_recording(made.recording(), tmp_path / "a.json")
    found = read_recording(tmp_path / "a.json")
    assert len(found.answers[0].pieces) == kept
    assert made.is_full == ("MOST_CHARS" not in bounds)
