"""LiteLLM, through which many programs and gateways speak."""

from __future__ import annotations

import asyncio
import os
from typing import Any

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # else it fetches a list of prices

import litellm

from tests.clients.checks import EMBEDDING_MODEL, KEY, MODEL, QUESTION, ROOT_URL, WEATHER_SCHEMA, Checks

checks = Checks("litellm")
ASKED: Any = [{"role": "user", "content": QUESTION}]
OURS: Any = {"api_base": f"{ROOT_URL}/v1", "api_key": KEY, "timeout": 120, "num_retries": 0}
TOOL = {"type": "function", "function": {"name": "get_weather", "parameters": WEATHER_SCHEMA}}


def chat() -> None:
    """OpenAI's form."""
    with checks.step("completion") as say:
        reply: Any = litellm.completion(f"openai/{MODEL}", ASKED, max_tokens=24, temperature=0, **OURS)
        say(reply.choices[0].message.content)
        assert "Paris" in reply.choices[0].message.content
    with checks.step("completion, streamed") as say:
        pieces: Any = litellm.completion(f"openai/{MODEL}", ASKED, max_tokens=24, stream=True, **OURS)
        say("".join(piece.choices[0].delta.content or "" for piece in pieces))
    with checks.step("acompletion") as say:
        reply = asyncio.run(litellm.acompletion(f"openai/{MODEL}", ASKED, max_tokens=8, **OURS))
        say(reply.choices[0].message.content)
    with checks.step("structured output") as say:
        schema = {**WEATHER_SCHEMA, "additionalProperties": False}
        wanted = {"type": "json_schema", "json_schema": {"name": "place", "schema": schema, "strict": True}}
        reply = litellm.completion(f"openai/{MODEL}", ASKED, max_tokens=60, response_format=wanted, **OURS)
        say(reply.choices[0].message.content)
        assert reply.choices[0].message.content.startswith("{")


def others() -> None:
    """Texts, Anthropic's form, the newer form, embeddings, tools, errors."""
    with checks.step("text_completion") as say:
        found: Any = litellm.text_completion(
            model=f"text-completion-openai/{MODEL}", prompt="Once upon", max_tokens=8, **OURS
        )
        say(found.choices[0].text)
    with checks.step("anthropic/ (messages)") as say:
        reply: Any = litellm.completion(
            f"anthropic/{MODEL}", ASKED, max_tokens=12, api_base=ROOT_URL, api_key=KEY, timeout=120
        )
        say(reply.choices[0].message.content)
    with checks.step("responses") as say:
        found = litellm.responses(model=f"openai/{MODEL}", input=QUESTION, max_output_tokens=12, **OURS)
        say(found.output[0].content[0].text)
    if checks.has_embeddings():
        with checks.step("embedding") as say:
            found = litellm.embedding(f"openai/{EMBEDDING_MODEL}", input=["rain"], **OURS)
            say(len(found.data[0]["embedding"]))
    if checks.has_tools():
        with checks.step("tools") as say:
            reply = litellm.completion(
                f"openai/{MODEL}", ASKED, tools=[TOOL], tool_choice="required", max_tokens=100, **OURS
            )
            say([call.function.name for call in reply.choices[0].message.tool_calls])
    with checks.step("errors"):
        try:
            litellm.completion(f"openai/{MODEL}", [{"role": "user", "content": "word " * 20_000}], **OURS)
        except litellm.ContextWindowExceededError:
            pass
        else:
            raise AssertionError("no ContextWindowExceededError")


if __name__ == "__main__":
    chat()
    others()
    checks.end()
