"""Long files of prompts in memory: all of one prompt are there, however many, and older ones go."""

from __future__ import annotations

from llmdesk.services.collections.attached import MOST_FILES, AttachedFiles
from llmdesk.services.files.attachment import Attachment


def test_all_files_of_a_prompt_can_be_searched_and_those_of_before_go() -> None:
    files = AttachedFiles()
    (before,) = files.put([Attachment("before.txt", "text", text="gone soon")])
    ids = files.put([Attachment(f"f{n}.txt", "text", text=f"word{n} and more") for n in range(MOST_FILES + 4)])
    assert all(files.index.number(file_id) is not None for file_id in ids)
    assert files.index.number(before) is None
    (after,) = files.put([Attachment("after.txt", "text", text="the next prompt")])
    left = [file_id for file_id in (*ids, after) if files.index.number(file_id) is not None]
    assert left == [*ids[-MOST_FILES + 1 :], after]
