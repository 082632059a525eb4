"""PDF: pages with numbers, a title, and text that is what was written."""

from __future__ import annotations

import sys
import time

import pytest

from llmdesk.errors import TransferError, WorkStopped
from llmdesk.services.chats.transfer.exporting import Progress
from llmdesk.ui.chat.transfer.pdf import chat_pdf
from llmdesk.ui.kit.pdf import pdf_of_html
from tests.services.chats.transfer.trees import simple_chat
from tests.ui.chat.transfer.pdf_text import page_count, pdf_text

ANSWER = """A **bold** word -> and more.

```python
def double(n: int) -> int:
    return 2 * n  # != 3
```

| Name | Value |
|------|-------|
| one  | 1.5   |

<img src="file:///etc/hostname"> ![x](file:///etc/hostname)
"""


def test_what_is_selected_is_what_was_written() -> None:
    made = chat_pdf(simple_chat("What is\na double?", ANSWER, title="Of doubles"))
    text = pdf_text(made)
    for words in ("What is", "a double?", "A bold word -> and more.", "def double(n: int) -> int:", "# != 3", "1.5"):
        assert text.count(words) == 1, words
    assert text.count("Of doubles") == 2  # at the top, and below the page
    assert "1 / 1" in text
    assert '<img src="file:///etc/hostname">' in text
    assert b"/Title (\xfe\xff" + "Of doubles".encode("utf-16-be") in made


def test_long_chats_have_many_pages() -> None:
    made = chat_pdf(simple_chat(*(20 * ["A question", ANSWER])))
    count = page_count(made)
    assert count > 5
    assert f"{count} / {count}" in pdf_text(made)
    assert pdf_text(made).count("def double(n: int) -> int:") == 20


def test_a_chat_of_more_than_a_pipe_takes_is_written() -> None:
    """A pipe takes 64 KB before its reader has started."""
    until_s = time.monotonic() + 60

    def check() -> None:
        assert time.monotonic() < until_s, "the process waits for the rest of its order"

    made = pdf_of_html("Long", f"<p>{'word ' * 20_000}</p><p>the end</p>", check=check)
    assert "the end" in pdf_text(made)


def test_it_can_be_stopped() -> None:
    progress = Progress()
    progress.stop()
    started_s = time.monotonic()
    with pytest.raises(WorkStopped):
        chat_pdf(simple_chat(*(200 * ["A question", ANSWER])), progress)
    assert time.monotonic() - started_s < 30


def test_a_process_that_fails_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(TransferError, match="could not be made"):
        chat_pdf(simple_chat("one", "two"))
