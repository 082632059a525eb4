"""What visitors are offered, and the process that opens a stand's window again."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from llmdesk.services.prompts.library import PromptFolder
from llmdesk.services.stand.keeper import keep_open
from llmdesk.services.stand.samples import MOST_SAMPLES, stand_samples

_ENDS = """
import sys, pathlib
file = pathlib.Path({file!r})
text = file.read_text() if file.exists() else ""
file.write_text(text + "x")
{end}
"""


def test_samples_are_texts_or_prompts_of_the_library(tmp_path: Path) -> None:
    (tmp_path / "poem.toml").write_text('title = "Poem"\ntext = "Write a poem."\n')
    (tmp_path / "letter.toml").write_text('title = "Letter"\ntext = "Write to {{name}}."\n')
    folder = PromptFolder(own=tmp_path, shipped=tmp_path / "none")
    wanted = {"A poem": "/poem", "A letter": "/letter", "Gone": "/gone", "Sky": "Why is the sky blue?", "Empty": " "}
    assert stand_samples(wanted, folder) == [("A poem", "Write a poem."), ("Sky", "Why is the sky blue?")]
    assert len(stand_samples({str(n): "a" for n in range(20)}, folder)) == MOST_SAMPLES


@pytest.mark.may_log("is opened again")
def test_a_window_that_crashed_is_opened_again_until_it_ends_by_itself(tmp_path: Path) -> None:
    file = tmp_path / "runs"
    end = "import os, signal\nif len(text) < 2: os.kill(os.getpid(), signal.SIGKILL)"
    code = keep_open([sys.executable, "-c", _ENDS.format(file=str(file), end=end)], first_pause_s=0.01)
    assert code == 0
    assert file.read_text() == "xxx"
