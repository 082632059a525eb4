"""A model's file from outside: kept until there is a list of models, then taken at once; the last one counts."""

from __future__ import annotations

from pathlib import Path

from llmdesk.ui.shell.opened_file import OpenedFile


def test_it_waits_for_the_list() -> None:
    opened, taken = OpenedFile(), list[Path]()
    opened.open(Path("first.gguf"))
    opened.open(Path("second.gguf"))
    assert taken == []
    opened.bind(taken.append)
    opened.open(Path("third.gguf"))
    opened.bind(taken.append)  # the catalogue is read anew
    assert taken == [Path("second.gguf"), Path("third.gguf")]
