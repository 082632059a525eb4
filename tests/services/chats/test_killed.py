"""A program that is killed while it writes: no chat is lost or damaged, and at most a second of an answer is missing.

``LLMDESK_KILLS=100`` kills a hundred times; in the usual suite it is a few times.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from llmdesk.services.files.attachment import prompt_with
from tests.services.chats.kept import opened
from tests.services.chats.killed_writer import ATTACHMENTS

KILLS = int(os.environ.get("LLMDESK_KILLS", "6"))
AT_ONCE = 2


def run_and_kill(file: Path, after_s: float) -> tuple[list[dict[str, object]], float]:
    """What it told, and when it was killed (``time.monotonic``, which is one clock for all processes)."""
    program = [sys.executable, "-m", "tests.services.chats.killed_writer", str(file)]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        told = [child.stdout.readline()]  # it works
        killer_s = time.monotonic() + after_s
        while time.monotonic() < killer_s:
            told.append(child.stdout.readline())
        child.kill()
        killed_s = time.monotonic()
        told += child.stdout.readlines()
    whole = [line for line in told if line.endswith("\n")]
    return [json.loads(line) for line in whole], killed_s


def check(file: Path, told: list[dict[str, object]], killed_s: float) -> float:
    """Everything that must be true afterwards; returns how many seconds of the answer are missing."""
    with opened(file) as store:
        assert store.problem is None
        kept = store.last_open()
        assert kept is not None
        answers = {message.id: message for message in kept.conversation.messages if message.role == "assistant"}
        asked = [message for message in kept.conversation.messages if message.role == "user"]
        prompts = {prompt_with(message.text, message.attachments) for message in asked}
        for message in asked:
            assert message.attachments == ATTACHMENTS[: int(message.text.split()[-1]) % 3]
        submitted = {str(each["submitted"]) for each in told if "submitted" in each}
        assert submitted <= prompts
        assert kept.draft in {f"draft {number}" for number in range(len(submitted) - 2, len(submitted) + 1)}
        assert store.search("question")
    last = list(answers.values())[-1]
    assert [each.state for each in answers.values()][:-1] == ["done"] * (len(answers) - 1)
    assert last.state in ("interrupted", "done")
    assert last.can_go_on or last.state == "done" or not last.text
    lengths = [(float(str(each["t_s"])), int(str(each["chars"]))) for each in told if each.get("answer_id") == last.id]
    missing = [t_s for t_s, chars in lengths if chars > len(last.text)]
    return killed_s - min(missing) if missing else 0.0


@pytest.mark.timeout(900)
def test_nothing_is_lost_but_the_last_second(tmp_path: Path) -> None:
    chance = random.Random(os.environ.get("LLMDESK_KILL_SEED", "7"))
    missing: list[float] = []
    for number in range(KILLS):
        file = tmp_path / str(number % AT_ONCE) / "chats.sqlite"  # the same files again and again, as people have
        file.parent.mkdir(exist_ok=True)
        told, killed_s = run_and_kill(file, chance.uniform(0.0, 1.5))
        missing.append(check(file, told, killed_s))
    sys.stdout.write(f"\n{KILLS} kills, the most that was missing of an answer: {max(missing):.2f} s\n")
    assert max(missing) <= 1.0
    for file in tmp_path.glob("*/chats.sqlite"):
        with contextlib.closing(sqlite3.connect(file)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert connection.execute("SELECT count(*) FROM messages WHERE state = 'running'").fetchone() == (0,)
        with opened(file) as store:
            assert len(store.chats()) == KILLS // AT_ONCE
