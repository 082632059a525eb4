"""PDF, Word and Excel files as text, read in a process of its own (any thread but the window's)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from llmdesk.errors import FileError
from llmdesk.no_console import NO_CONSOLE
from llmdesk.services.chats.context_count import guess_tokens
from llmdesk.services.files.attachment import Attachment, kept_path
from llmdesk.services.files.plain_text import read_whole
from llmdesk.words import printable, say, whole_characters

MAX_DOCUMENT_BYTES = 50_000_000
DEADLINE_S = 60.0
_KINDS = (".pdf", ".docx", ".xlsx")
_WORKER = Path(__file__).with_name("document_worker.py")


def is_document_name(path: Path) -> bool:
    """True for what is read here."""
    return path.suffix.lower() in _KINDS


def read_document(path: Path, deadline_s: float = DEADLINE_S) -> Attachment:
    """Its text, with pages, sheets and rows marked. Raises FileError: no file, too large, encrypted, damaged, slow."""
    data = read_whole(path, MAX_DOCUMENT_BYTES)
    found = _read_apart(path, data, deadline_s)
    text = whole_characters(found.get("text", ""))  # of a PDF whose table of letters is wrong
    if problem := found.get("problem"):
        raise _told(path.name, problem, found.get("detail", ""))
    if not text.strip():
        raise FileError(
            say("There is no text in {name}.", name=path.name),
            say("Pages that are images have to be recognized first."),
        )
    return Attachment(printable(path.name), "text", len(data), guess_tokens(text), text, path=kept_path(path))


def _read_apart(path: Path, data: bytes, deadline_s: float) -> dict[str, str]:
    command = [sys.executable, "-P", str(_WORKER), path.suffix.lower()]  # -P: no module from where it runs
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, timeout=deadline_s, check=False, creationflags=NO_CONSOLE
        )
        found: dict[str, str] = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        return {"problem": "slow"}
    except ValueError:  # it was ended, most likely at its limit of memory
        return {"problem": "damaged", "detail": done.stderr.decode(errors="replace")[-500:]}
    return found


def _told(name: str, problem: str, detail: str) -> FileError:
    match problem:
        case "encrypted":
            return FileError(say("{name} has a password.", name=name), say("Save it without one, and attach that."))
        case "too_large" | "too_long":
            return FileError(say("{name} is too large when unpacked.", name=name), say("Attach a part of it."))
        case "slow":
            return FileError(say("{name} takes too long to read.", name=name), say("Attach a part of it."))
    return FileError(say("{name} is damaged, or not what its name says.", name=name), detail=detail)
