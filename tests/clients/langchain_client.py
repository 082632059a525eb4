"""LangChain's ChatOpenAI."""

from __future__ import annotations

from typing import Any

from langchain_core.messages import HumanMessage, SystemMessage
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from pydantic import BaseModel, Field, SecretStr

from tests.clients.checks import EMBEDDING_MODEL, KEY, MODEL, QUESTION, ROOT_URL, Checks

checks = Checks("langchain")
OURS: Any = {"base_url": f"{ROOT_URL}/v1", "api_key": SecretStr(KEY), "timeout": 120, "max_retries": 0}


class Place(BaseModel):
    """A city and how many people live there."""

    city: str = Field(max_length=20)
    people: int


def chat(model: ChatOpenAI) -> None:
    """Whole, streamed, several."""
    with checks.step("invoke") as say:
        reply = model.invoke([SystemMessage("Be brief."), HumanMessage(QUESTION)])
        say(f"{reply.text} {reply.usage_metadata}")
        assert reply.usage_metadata is not None
    with checks.step("stream") as say:
        pieces = list(model.stream(QUESTION))
        say(f"{len(pieces)} pieces: {''.join(piece.text for piece in pieces)}")
        assert len(pieces) > 3
    with checks.step("batch") as say:
        say([reply.text[:20] for reply in model.batch([QUESTION, "What is the capital of Italy?"])])
    with checks.step("with_structured_output") as say:
        say(
            repr(
                model.bind(max_tokens=200).with_structured_output(Place, method="json_schema").invoke("Describe Paris.")
            )
        )


def others(model: ChatOpenAI) -> None:
    """The newer form, tools, embeddings."""
    with checks.step("use_responses_api") as say:
        newer = ChatOpenAI(model=MODEL, max_tokens=12, use_responses_api=True, **OURS)
        say(newer.invoke(QUESTION).text)
        say("".join(piece.text for piece in newer.stream(QUESTION)))
    if checks.has_tools():
        with checks.step("bind_tools") as say:
            able = model.bind_tools([Place], tool_choice="any", max_tokens=300)  # cut arguments are no call
            calls = able.invoke("Describe Paris.").tool_calls
            say(calls)
            assert calls[0]["name"] == "Place"
    if checks.has_embeddings():
        with checks.step("OpenAIEmbeddings") as say:
            texts = OpenAIEmbeddings(model=EMBEDDING_MODEL, check_embedding_ctx_length=False, **OURS)
            say(len(texts.embed_query("rain")))


if __name__ == "__main__":
    asked = ChatOpenAI(model=MODEL, temperature=0, max_tokens=24, **OURS)
    chat(asked)
    others(asked)
    checks.end()
