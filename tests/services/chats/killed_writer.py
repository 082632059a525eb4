"""A program that chats without end and keeps its chat, to be killed at any moment (python -m, the file as argument).

It prints a line of JSON for each event: when it was, which prompt the engine was handed, how long the answer is.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from llmdesk.services.chats.store import ChatStore
from llmdesk.services.files.attachment import Attachment
from tests.services.chats.kept import Owner, working

ATTACHMENTS = (
    Attachment("notes.txt", "text", 900, 180, text="some notes of mine\n" * 45),
    Attachment("photo.jpg", "image", 300_000, image="/9j/4AAQ" * 50_000),
)
"""Prompts have none, the first or both: what is written with them takes its time."""


def main() -> None:
    """Until the end."""
    store = ChatStore(Path(sys.argv[1]))
    with working(store) as owner:
        end = store.follow(owner.sessions.current)
        session = owner.sessions.current
        store.set_open(session.conversation.id)
        _watch_submissions(owner)
        for number in range(1_000_000):
            session.draft = f"draft {number}"
            answer = session.submit(f"[tokens=150 tps=400] question {number}", ATTACHMENTS[: number % 3])
            while session.is_generating:
                owner.calls.get(timeout=60)()
                _tell(chat_id=session.conversation.id, answer_id=answer.id, chars=len(answer.text))
        end()


def _watch_submissions(owner: Owner) -> None:
    submit = owner.engine.submit

    def watched(*args: object) -> object:
        _tell(submitted=args[0].messages[-1].content)  # type: ignore[attr-defined]
        return submit(*args)  # type: ignore[arg-type]

    owner.engine.submit = watched  # type: ignore[method-assign, assignment]


def _tell(**values: object) -> None:
    sys.stdout.write(json.dumps({"t_s": time.monotonic(), **values}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
