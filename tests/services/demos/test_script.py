"""Demo scripts: the shipped ones are right, and a mistake is told with file, line, key and what was expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmdesk.errors import ScriptError
from llmdesk.services.demos.script import find_script, read_script, shipped_scripts


def test_the_shipped_ones_are_read_and_need_no_other_model() -> None:
    shipped = shipped_scripts()
    assert set(shipped) == {"precisions", "this-machine"}
    for path in shipped.values():
        script = read_script(path)
        assert script.description
        assert sum(bool(step.prompt) for step in script.step) >= 3
        assert not any(step.model for step in script.step)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[step]]\nprompt = 'a'\n", "title: it is missing"),
        ("title = 'a'\n[[step]]\nprompt = 'a'\n[[step]]\nprompt = 5\n", "line 5, step.1.prompt: expected text"),
        ("title = 'a'\n[[step]]\npromt = 'a'\n", "line 3, step.0.promt: there is no such key"),
        ("title = 'a'\n[[step]]\nprecision = 'int2'\n", "line 3, step.0.precision: expected 'bf16', 'int8' or 'int4'"),
        ("title = 'a'\n[[step]]\npause_s = -1\n", "line 3, step.0.pause_s: expected 0 or more"),
        ("title = 'a'\n[[step]\n", "line 2: this is not TOML"),
        ("title = 'a'\n[[step]]\npause_s = nan\n", "line 3, step.0.pause_s: expected"),
        ("title = 'a'\n[[step]]\npause_s = inf\n", "line 3, step.0.pause_s: expected"),
        ("title = 'a'\n[[step]]\nmax_tokens = 1_000_000\n", "line 3, step.0.max_tokens: expected at most 100000"),
        ("title = 'a'\n[[step]]\nrace = ['int4']\n", "line 3, step.0.race: expected"),
        ("title = 'a'\n[[step]]\nrace = ['int4', 'int1']\n", "line 3, step.0.race.1: expected 'bf16', 'int8'"),
        ("title = 'a'\nversion = 2\n[[step]]\n", "line 2, version: there is no such key"),
        ("title = 'a'\nstep = 4\n", "line 2, step: expected"),
        ("title = 'a'\n" + 501 * "[[step]]\n", "step: expected"),
        ("a = " + 5_000 * "[" + "\n", "nested too deeply"),
        ("title = 'a'\n#" + (1 << 20) * "x", "too long for a demo"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(ScriptError) as caught:
        read_script(path)
    assert words in caught.value.user_message
    assert str(path) in caught.value.user_message


def test_a_demo_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(ScriptError) as caught:
        find_script("nothing")
    assert "this-machine" in caught.value.hint
