"""What is recorded can be read again, however long it was."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from llmdesk.datatypes.chat import Finished, GenerationStats, PromptProgress, TokenEvent
from llmdesk.datatypes.resources import ResourceSample
from llmdesk.services.chats.session import AnswerEnded, AnswerStarted, Progressed, TokensCame
from llmdesk.services.recording import files, recorder
from llmdesk.services.recording.files import read_recording, write_recording
from llmdesk.services.recording.recorder import Recorder
from llmdesk.services.recording.recording import Recording


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


def recorded(asked_s: float, started_s: float) -> Recording:
    """A question, its reading from ``started_s`` on, two tokens, a second question after that; a sample a second."""
    now_s = [100.0]
    made = Recorder(lambda: now_s[0])
    times_s = [asked_s, started_s, started_s + 0.5, started_s + 1.0]
    now_s[0] = 100.0 + asked_s
    answered(made, [], [])
    session: Any = SimpleNamespace()
    made.on_change(Progressed(session, PromptProgress("r", 1, 2, 100.0 + times_s[1])))
    made.on_change(TokensCame(session, [TokenEvent("r", "a", n, 100.0 + t_s) for n, t_s in enumerate(times_s[2:], 1)]))
    now_s[0] = 100.0 + times_s[-1] + 0.5
    stats = GenerationStats(queue_s=started_s - asked_s, ttft_s=times_s[2] - asked_s)
    made.on_change(AnswerEnded(session, session, Finished("r", "stop", stats)))
    now_s[0] += 4.0
    answered(made, ["b"], [now_s[0] + 2.0])
    now_s[0] += 3.0
    for t_s in range(30):
        made.add_sample(ResourceSample(100.0 + t_s, 50.0, 60.0, 1, 2, 4))
    return made.recording()


def test_it_begins_with_the_first_question() -> None:
    found = recorded(asked_s=20.0, started_s=20.25)
    assert found.answers[0].asked_s == 1.0
    assert found.answers[0].prompt_steps[0].t_s == 1.25
    assert [piece.t_s for piece in found.answers[0].pieces] == [1.75, 2.25]
    assert found.answers[1].asked_s - found.answers[0].ended_s == 4.0  # pauses later on stay
    assert [sample.t_s for sample in found.samples] == [float(t_s) for t_s in range(11)]
    stats = found.answers[0].stats
    assert stats is not None
    assert (stats.queue_s, stats.ttft_s) == (0.25, 0.75)


def test_nobody_watches_the_model_load(tmp_path: Path) -> None:
    found = recorded(asked_s=0.5, started_s=12.5)
    assert found.answers[0].asked_s == 1.0
    assert found.answers[0].prompt_steps[0].t_s == 2.0
    stats = found.answers[0].stats
    assert stats is not None
    assert (stats.queue_s, stats.ttft_s) == (12.0, 12.5)  # what was measured
    write_recording(found, tmp_path / "a.json")
    assert read_recording(tmp_path / "a.json") == found
