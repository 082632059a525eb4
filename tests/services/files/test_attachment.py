"""How a prompt's files are told, read and carried in and out."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from llmdesk.datatypes.chat import GenerationStats, SamplingParams
from llmdesk.errors import FileError
from llmdesk.services.chats.chat_options import ChatOptions
from llmdesk.services.chats.conversation import Conversation
from llmdesk.services.chats.kept import ChatInfo, KeptChat
from llmdesk.services.chats.transfer import own_format
from llmdesk.services.chats.transfer.html import chat_html
from llmdesk.services.files.attachment import Attachment, prompt_with
from llmdesk.services.files.plain_text import MAX_FOLDER_FILES, files_in, read_text

TEXT = Attachment("a.md", "text", 3, 1, "x < y")
IMAGE = Attachment("b.png", "image", 9, image="iVBORw0KGgoAAAANSUhEUg==")


def kept_chat() -> KeptChat:
    chat = Conversation()
    answer = chat.ask("Why?", "m", SamplingParams(), (TEXT, IMAGE))
    chat.append(answer.id, "So.")
    chat.finish(answer.id, "stop", GenerationStats(prompt_tokens=1, new_tokens=1))
    info = ChatInfo(chat.id, "Why?", False, 1.0, 2.0)
    return KeptChat(info, chat, ChatOptions(), "more", draft_files=(TEXT,))


def test_a_text_cannot_close_its_own_fence() -> None:
    told = prompt_with("What?", [replace(TEXT, name='a"\n.md', text="```py\n1\n````\n")])
    assert told == 'File "a\' .md":\n`````\n```py\n1\n````\n`````\n\nWhat?'
    assert prompt_with("What?", []) == "What?"


def test_a_fork_keeps_them_and_a_fork_from_a_prompt_is_told_them_again() -> None:
    chat = kept_chat().conversation
    copy = chat.forked(chat.turns[0].answer.id)
    assert copy.turns[0].prompt.attachments == (TEXT, IMAGE)
    assert copy.told_next("And?")[0].content == prompt_with("Why?", [TEXT, IMAGE])


def test_they_go_around_in_the_own_format_and_show_in_html() -> None:
    kept = kept_chat()
    back = own_format.read(own_format.chat_object(kept))
    assert back.conversation.turns[0].prompt.attachments == (TEXT, IMAGE)
    assert back.draft_files == (TEXT,)
    page = chat_html(kept)
    assert f'src="data:image/png;base64,{IMAGE.image}"' in page
    assert "<pre>x &lt; y</pre>" in page


def test_an_image_that_is_none_gets_into_no_page() -> None:
    chat = Conversation()
    chat.ask("Why?", "m", SamplingParams(), (replace(IMAGE, image='iVBORw0KGgo" onerror="alert(1)'),))
    page = chat_html(KeptChat(ChatInfo(chat.id, "Why?", False, 1.0, 2.0), chat, ChatOptions()))
    assert "onerror" not in page
    assert "b.png" in page


def test_texts_in_the_usual_encodings_are_read(tmp_path: Path) -> None:
    for number, encoding in enumerate(("utf-8", "utf-8-sig", "utf-16")):
        path = tmp_path / f"{number}.txt"
        path.write_bytes("Grüße\r\n东".encode(encoding))
        assert read_text(path).text == "Grüße\n东"


def test_a_folder_of_too_many_files_says_so(tmp_path: Path) -> None:
    for number in range(MAX_FOLDER_FILES + 1):
        (tmp_path / f"{number}.txt").write_text("x")
    with pytest.raises(FileError, match="more than 50 files"):
        files_in(tmp_path)


def test_a_name_that_is_no_text_can_be_told_kept_and_exported(tmp_path: Path) -> None:
    file = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt"))
    file.write_text("words")
    found = read_text(file)
    assert (found.name, found.path) == ("caf\\xe9.txt", "")
    chat = Conversation()
    chat.ask("Why?", "m", SamplingParams(), (found,))
    kept = KeptChat(ChatInfo(chat.id, "Why?", False, 1.0, 2.0), chat, ChatOptions())
    assert "caf\\\\xe9.txt" in own_format.chats_json([kept]).encode().decode()
    assert prompt_with("Why?", [found]).encode()
