"""Chats for these tests: random trees with everything that a message can have, and how chats are compared."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from llmdesk.datatypes.chat import GenerationStats, SamplingParams
from llmdesk.datatypes.model import ErrorInfo, LoadChoice
from llmdesk.services.chats.chat_options import ChatOptions
from llmdesk.services.chats.conversation import Conversation
from llmdesk.services.chats.kept import ChatInfo, KeptChat
from llmdesk.services.chats.message import Message
from llmdesk.services.chats.prompt_queue import QueuedPrompt
from llmdesk.services.files.attachment import Attachment

WORDS = (
    "alpha",
    "βήτα",
    "**bold**",
    "`code`",
    "中文",
    "עברית",
    "🙂",
    "<b>",
    "</script>",
    "\n\n",
    "```\nx = 1\n```",
    "\\",
    "\t",
)


def words(rng: random.Random, most: int = 12) -> str:
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(1, most)))


def random_chat(seed: int, turns: int = 12) -> KeptChat:
    """A tree with edited prompts, several answers, failures and figures; any version may be the one shown."""
    rng = random.Random(seed)
    conversation = Conversation()
    answers: list[Message] = []
    for _ in range(turns):
        sampling = random_sampling(rng)
        kind = rng.random()
        if not answers or kind < 0.5:
            answer = conversation.ask(words(rng), "qwen3-4b", sampling, attachments(rng))
        elif kind < 0.75:
            answer = conversation.answer_again(rng.choice(answers).id, "smollm2", sampling)
        else:
            answer = conversation.ask_again(rng.choice(answers).parent_id, words(rng), "qwen3-4b", sampling)
        answers.append(answer)
        end(conversation, answer, rng)
    for _ in range(3):
        conversation.choose(rng.choice(conversation.messages).id)
    conversation.name = "Words of my own" if rng.random() < 0.5 else ""
    options = ChatOptions("qwen3-4b", random_sampling(rng), "refuse", False, words(rng))
    waiting = (QueuedPrompt("1", words(rng), True, "other words", attachments(rng)), QueuedPrompt("2", words(rng)))
    return replace(kept(conversation, options=options), queue=waiting, draft_files=attachments(rng))


def attachments(rng: random.Random) -> tuple[Attachment, ...]:
    """Files of all kinds, or none."""
    text = Attachment("notes.md", "text", 12, 3, words(rng), path="/home/me/notes.md")
    image = Attachment("plot.png", "image", 70, image="iVBORw0KGgo=")
    return tuple(rng.sample((text, image), rng.randint(0, 2)))


def end(conversation: Conversation, answer: Message, rng: random.Random) -> None:
    """Let an answer end in one of the ways that there are."""
    answer.reasoning_pieces = [words(rng)]
    for _ in range(rng.randint(0, 3)):
        conversation.append(answer.id, words(rng))
    stats = GenerationStats(61, 12, rng.randint(0, 500), 0.1, rng.random(), rng.random() * 9, rng.random(), parts=2)
    if rng.random() < 0.2:
        choices = (LoadChoice("int4", 4096, 123_456_789),)
        conversation.fail(
            answer.id, ErrorInfo("NotEnoughMemory", "Too large.", "Close others.", 503, "", choices), stats
        )
    else:
        conversation.finish(answer.id, rng.choice(("stop", "length", "cancelled", "context_full")), stats)


def random_sampling(rng: random.Random) -> SamplingParams:
    seed = rng.choice((None, rng.randint(0, 2**31)))
    return SamplingParams(
        rng.random(), rng.randint(0, 100), seed=seed, stop=("###", "\n"), logit_bias=((15, -1.5),), json_schema="{}"
    )


def kept(conversation: Conversation, **values: Any) -> KeptChat:
    """A chat as the store would give it."""
    options, draft = values.pop("options", ChatOptions()), values.pop("draft", "und dann…")
    info = ChatInfo(
        conversation.id,
        values.pop("title", conversation.title),
        bool(conversation.name),
        1_700_000_000.25,
        time.time(),
        folder="Work",
        message_count=len(conversation.messages),
        **values,
    )
    return KeptChat(info, conversation, options, draft)


def simple_chat(*texts: str, title: str = "") -> KeptChat:
    """Prompts and answers in turn."""
    conversation = Conversation()
    conversation.name = title
    for prompt, answer in zip(texts[::2], texts[1::2], strict=True):
        message = conversation.ask(prompt, "alpha", SamplingParams())
        conversation.append(message.id, answer)
        conversation.finish(
            message.id, "stop", GenerationStats(new_tokens=3, prompt_tokens=5, decode_s=0.1, ttft_s=0.5)
        )
    return kept(conversation)


def contents(chat: KeptChat) -> dict[str, Any]:
    """Everything of a chat, to be compared."""
    conversation = chat.conversation
    messages = [
        _joined(asdict(message)) | {"shown": conversation.is_chosen(message)} for message in conversation.messages
    ]
    return {
        "info": asdict(chat.info),
        "options": asdict(chat.options),
        "draft": chat.draft,
        "draft_files": chat.draft_files,
        "queue": [replace(prompt, id="") for prompt in chat.queue],
        "name": conversation.name,
        "messages": messages,
        "path": [message.id for message in conversation.path],
    }


def _joined(message: dict[str, Any]) -> dict[str, Any]:
    return message | {"pieces": "".join(message["pieces"])}


def outline(chat: KeptChat | None) -> list[Any]:
    """The tree of a chat as nested lists: [words, [what follows], ...]; the version shown has a star."""
    assert chat is not None
    conversation = chat.conversation
    below: dict[str, list[Message]] = {}
    for message in conversation.messages:
        below.setdefault(message.parent_id, []).append(message)

    def part(messages: Sequence[Message]) -> list[Any]:
        result: list[Any] = []
        for message in messages:
            star = "*" if len(messages) > 1 and conversation.is_chosen(message) else ""
            mark = "" if message.role == "user" else "> "
            result.append(f"{star}{mark}{message.text}")
            if message.id in below:
                result.append(part(below[message.id]))
        return result

    return part(below.get("", []))
