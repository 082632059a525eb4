"""Writes the English plurals of the window's words: ``python scripts/plurals.py`` after a new ``tr("… (s)", n=…)``.

Qt chooses among plural forms, and English needs a file of them like any other language. Sources are written "%n
thread(s)"; their two forms follow from that.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).parent.parent
TS_FILE = ROOT / "assets" / "translations" / "llmdesk_en.ts"
QM_FILE = TS_FILE.with_suffix(".qm")
_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n<TS version="2.1" language="en">\n<context>\n'
_CONTEXT = "    <name>llmdesk</name>\n"
_TAIL = "</context>\n</TS>\n"


def plural_sources(folder: Path = ROOT / "llmdesk") -> list[str]:
    """Every text that is given to ``tr`` with a number."""
    found = {text for file in folder.rglob("*.py") for text in _plurals_in(file)}
    return sorted(found)


def _plurals_in(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Name(id="tr"), args=[ast.Constant(value=str(text))], keywords=keywords):
                if any(keyword.arg == "n" for keyword in keywords):
                    yield text


def ts_text(sources: list[str]) -> str:
    """The file in Qt's format."""
    messages = []
    for source in sources:
        one, more = escape(source.replace("(s)", "")), escape(source.replace("(s)", "s"))
        messages.append(
            f'    <message numerus="yes">\n        <source>{escape(source)}</source>\n        <translation>\n'
            f"            <numerusform>{one}</numerusform>\n            <numerusform>{more}</numerusform>\n"
            "        </translation>\n    </message>\n"
        )
    return f"{_HEAD}{_CONTEXT}{''.join(messages)}{_TAIL}"


def main() -> None:
    """Both files, anew."""
    TS_FILE.parent.mkdir(exist_ok=True)
    TS_FILE.write_text(ts_text(plural_sources()), encoding="utf-8")
    lrelease = Path(sys.executable).parent / "pyside6-lrelease"
    subprocess.run([lrelease, TS_FILE, "-qm", QM_FILE], check=True)


if __name__ == "__main__":
    main()
