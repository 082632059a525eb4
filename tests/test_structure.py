"""Files and functions stay short enough to be read at once (decision 0052)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MOST_LINES_OF_A_FILE = 300
MOST_LINES_OF_A_C_FILE = 340
MOST_LINES_OF_A_FUNCTION = 45
SOURCES = {path.relative_to(ROOT): path.read_text(encoding="utf-8") for path in ROOT.glob("llmdesk/**/*.py")}


def long_functions(source: str) -> Iterator[str]:
    """Name and lines; those without decorators. Who has a table of data makes it of several."""
    if source.count("\n") <= MOST_LINES_OF_A_FUNCTION:
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or 0) - node.lineno + 1
            if lines > MOST_LINES_OF_A_FUNCTION:
                yield f"{node.name} has {lines} lines"


def test_no_file_is_long() -> None:
    assert len(SOURCES) > 600
    long = {str(path): lines for path, text in SOURCES.items() if (lines := text.count("\n")) > MOST_LINES_OF_A_FILE}
    assert not long, "split off what has a name of its own"


def test_no_c_file_is_long() -> None:
    lines = {path.name: path.read_text(encoding="utf-8").count("\n") for path in ROOT.glob("llmdesk/**/c/*.[ch]")}
    assert len(lines) > 40
    assert not {name: count for name, count in lines.items() if count > MOST_LINES_OF_A_C_FILE}


def test_no_function_is_long() -> None:
    long = [f"{path}: {each}" for path, text in SOURCES.items() for each in long_functions(text)]
    assert not long, "split off what has a name of its own"


@pytest.mark.parametrize(("lines", "is_long"), [(45, False), (46, True)])
def test_lines_are_counted_without_decorators(lines: int, is_long: bool) -> None:
    source = "@decorator\nasync def long():\n" + "    pass\n" * (lines - 1)
    assert bool(list(long_functions(source))) is is_long
