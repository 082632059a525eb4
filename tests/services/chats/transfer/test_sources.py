"""What an answer was given to read is exported with it, and what waits keeps its files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from llmdesk.services.chats.prompt_queue import QueuedPrompt
from llmdesk.services.chats.searched import Searched
from llmdesk.services.chats.storage.codec import details_of, from_json, message_of, to_json
from llmdesk.services.chats.transfer.html import chat_html, print_html
from llmdesk.services.chats.transfer.markdown import chat_markdown
from llmdesk.services.chats.transfer.own_format import chats_json
from llmdesk.services.chats.transfer.reading import read_chats
from llmdesk.services.collections.passage import Passage
from llmdesk.services.collections.search_notice import SearchNotice
from llmdesk.services.files.attachment import Attachment
from llmdesk.words import Words
from tests.services.chats.transfer.trees import simple_chat

FERRY = Passage(1, "c1", "/notes/<harbour>.md", "lines 1-3", "Harbour", "The ferry leaves at <noon>.", 0.5)

SEARCHED = Searched(40, ("Notes",), "By words only.", (SearchNotice("no_model", "MiniLM"),))


def test_sources_and_queued_files_go_around_without_loss(tmp_path: Path) -> None:
    chat = simple_chat("When?", "At noon [1].")
    prompt = chat.conversation.path[0]
    chat.conversation.give_sources(prompt.id, (FERRY,), SEARCHED)
    file = Attachment("a.txt", "text", 3, 1, "abc")
    queue = (QueuedPrompt("1", "with words", attachments=(file,)), QueuedPrompt("2", "", attachments=(file,)))
    (tmp_path / "chats.json").write_text(chats_json([replace(chat, queue=queue)]), encoding="utf-8")
    (read,) = read_chats(tmp_path / "chats.json")
    assert read.chat is not None
    again = read.chat.conversation.path[0]
    assert (again.sources, again.searched) == (prompt.sources, prompt.searched)
    assert [(each.text, each.attachments) for each in read.chat.queue] == [("with words", (file,)), ("", (file,))]
    columns = {"id": prompt.id, "parent_id": "", "role": "user", "state": "done"}
    kept = message_of(columns, prompt.text, details_of(prompt))
    assert (kept.sources, kept.searched) == (prompt.sources, prompt.searched)


def test_what_a_search_says_is_kept_as_a_code_and_worded_later() -> None:
    kept = from_json(Searched, to_json(SEARCHED))
    words = kept.notices[0].words
    assert isinstance(words, Words)  # a translation is looked up when it is shown
    assert words == "Searched by words only: MiniLM is not on this machine yet."
    older = from_json(Searched, '{"passages":1,"places":["Notes"],"notice":"By words only."}')
    assert (older.notice, older.notices) == ("By words only.", ())
    newer = from_json(Searched, '{"passages":1,"notices":[{"code":"unheard_of","value":""}]}')
    assert newer.notices[0].words == ""


def test_sources_stand_below_the_answer_in_markdown_and_html() -> None:
    chat = simple_chat("When?", "At noon [1].")
    chat.conversation.give_sources(chat.conversation.path[0].id, (FERRY,), Searched(40, ("Notes",)))
    written = chat_markdown(chat)
    assert written.index("At noon [1].") < written.index("- [1] <harbour>.md, lines 1-3")
    page = chat_html(chat)
    assert "[1] &lt;harbour&gt;.md, lines 1-3</summary>" in page
    assert "leaves at &lt;noon&gt;." in page
    assert "[1] &lt;harbour&gt;.md" in print_html(chat)
