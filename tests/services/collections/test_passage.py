"""What the model is told of passages."""

from __future__ import annotations

from dataclasses import replace

from llmdesk.datatypes.chat import GenerationStats, SamplingParams
from llmdesk.services.chats.conversation import Conversation
from llmdesk.services.chats.searched import Searched
from llmdesk.services.chats.storage.codec import details_of, message_of
from llmdesk.services.collections.passage import Passage, told_with
from llmdesk.services.files.attachment import Attachment

ONE = Passage(1, "c", "/notes/tea\nparty.md", "lines 1-3", "Tea > Green", "Boil it.\n```\nx\n```", 0.5)


def test_passages_are_told_before_the_words_with_numbers_and_how_to_cite() -> None:
    told = told_with("How long?", (ONE, replace(ONE, number=2, heading="", text="Wait.")))
    assert told.index("[1] tea party.md, lines 1-3 (Tea > Green):\n````\n") < told.index("[2] tea party.md, lines 1-3:")
    assert told.index("such as [1]") < told.index("How long?")
    assert told.endswith("How long?")
    assert told_with("How long?", ()) == "How long?"


def test_sources_belong_to_the_prompt_and_come_back_from_the_store() -> None:
    chat = Conversation()
    searched = Attachment("big.txt", "text", text="all of it", is_searched=True)
    answer = chat.ask("How long?", "m", SamplingParams(), (searched,))
    prompt = chat.path[0]
    chat.give_sources(prompt.id, (ONE,), Searched(9, ("Tea",)))
    told = chat.told(answer.id)[-1].content
    assert ONE.text in told
    assert "all of it" not in told
    columns = {"id": prompt.id, "parent_id": "", "role": "user", "state": "done"}
    assert message_of(columns, prompt.text, details_of(prompt)).sources == (ONE,)
    chat.finish(answer.id, "stop", GenerationStats())
    chat.ask_again(prompt.id, "And now?", "m", SamplingParams())
    assert not chat.path[0].sources  # another question is searched for anew
    chat.finish(chat.path[1].id, "stop", GenerationStats())
    again = chat.answer_again(answer.id, "m", SamplingParams())
    assert ONE.text in chat.told(again.id)[-1].content
