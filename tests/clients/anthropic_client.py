"""Anthropic's own client, which coding assistants are built on."""

from __future__ import annotations

from typing import Any

import anthropic

from tests.clients.checks import KEY, MODEL, QUESTION, ROOT_URL, WEATHER_SCHEMA, Checks

checks = Checks("anthropic")
client = anthropic.Anthropic(base_url=ROOT_URL, api_key=KEY, max_retries=0, timeout=120)
GREEDY = {"temperature": 0}  # the client's newest version knows no such argument any more; most still send it
ASKED: Any = [{"role": "user", "content": QUESTION}]
TOOL: Any = {"name": "get_weather", "description": "The weather of a city.", "input_schema": WEATHER_SCHEMA}


def messages() -> None:
    """Whole and streamed."""
    with checks.step("messages") as say:
        reply = client.messages.create(
            model=MODEL, max_tokens=24, messages=ASKED, system="Be brief.", extra_body=GREEDY
        )
        text = "".join(block.text for block in reply.content if block.type == "text")
        say(f"{text} ({reply.stop_reason}, {reply.usage.output_tokens} tokens)")
        assert text
    with (
        checks.step("messages, streamed") as say,
        client.messages.stream(model=MODEL, max_tokens=24, messages=ASKED, stop_sequences=["\n\n"]) as stream,
    ):
        say("".join(stream.text_stream))
        assert stream.get_final_message().stop_reason in ("end_turn", "max_tokens", "stop_sequence")
    with checks.step("blocks of text with cache marks") as say:
        block = {"type": "text", "text": QUESTION, "cache_control": {"type": "ephemeral"}}
        asked: Any = [{"role": "user", "content": [block]}]
        say(client.messages.create(model=MODEL, max_tokens=6, messages=asked, system=[block]).stop_reason)
    with checks.step("count_tokens") as say:
        say(client.messages.count_tokens(model=MODEL, messages=ASKED).input_tokens)
    if checks.has_tools():
        with checks.step("tools") as say:
            reply = client.messages.create(
                model=MODEL, max_tokens=100, messages=ASKED, tools=[TOOL], tool_choice={"type": "any"}
            )
            say([(block.name, block.input) for block in reply.content if block.type == "tool_use"])
            assert reply.stop_reason == "tool_use"


def errors() -> None:
    """Each has the client's own class."""
    with checks.step("errors"):
        for fields, kind in (
            ({"model": "owner/nope"}, anthropic.NotFoundError),
            ({"extra_body": {"temperature": 7}}, anthropic.BadRequestError),
        ):
            wrong: Any = {"model": MODEL, "max_tokens": 4, "messages": ASKED} | fields
            try:
                client.messages.create(**wrong)
            except kind as error:
                assert error.body["type"] == "error"
            else:
                raise AssertionError(f"no {kind.__name__}")
        try:
            client.with_options(api_key="wrong").messages.create(model=MODEL, max_tokens=4, messages=ASKED)
        except anthropic.AuthenticationError:
            pass
        else:
            raise AssertionError("no AuthenticationError")


if __name__ == "__main__":
    messages()
    errors()
    checks.end()
