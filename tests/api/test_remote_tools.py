"""Tools of a model on a server, which is another llmdesk: client, server, engine, server, scripted model."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from llmdesk import paths
from llmdesk.core import Core
from tests.api.conftest import Served, chunks_of, served
from tests.api.test_tools import ASKED, TOOLS, asking, script
from tests.api.test_tools_elsewhere import ANTHROPIC
from tests.engine.generation.tools.answers import CALLS

FAR = "far"


@pytest.fixture(scope="module")
def front(shared: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server whose only model runs on the other one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LLMDESK_HOME", str(tmp_path_factory.mktemp("front")))
        entry = f'id = "{FAR}"\ntitle = "Far"\nsource = "server"\nlocation = "{shared.url}/v1"\nserved_model = "tiny"'
        paths.made(paths.config_dir())
        paths.user_catalogue().write_text(f"[[model]]\n{entry}\n", encoding="utf-8")
        with Core(make=lambda: shared.backend) as core, served(core, shared.backend) as found:
            assert found.post(f"/models/{FAR}/load").status_code == 200
            yield found


@pytest.mark.parametrize("answer", [CALLS[1], CALLS[2]])
def test_calls_come_as_from_a_model_that_runs_here(front: Served, answer: object) -> None:
    wanted = CALLS[1] if answer is CALLS[1] else CALLS[2]
    choice = front.chat(model=FAR, messages=asking(wanted), tools=TOOLS).json()["choices"][0]
    message = choice["message"]
    assert choice["finish_reason"] == "tool_calls"
    assert [(c["function"]["name"], c["function"]["arguments"]) for c in message["tool_calls"]] == list(wanted.calls)
    assert (message["content"], message.get("reasoning_content", "")) == (wanted.text, wanted.reasoning)
    deltas = [
        c["choices"][0]["delta"] for c in chunks_of(front.stream(model=FAR, messages=asking(wanted), tools=TOOLS))
    ]
    pieces = [piece for delta in deltas for piece in delta.get("tool_calls", [])]
    assert [p["function"]["name"] for p in pieces if "id" in p] == [name for name, _ in wanted.calls]
    for number, (_, arguments) in enumerate(wanted.calls):
        assert "".join(p["function"]["arguments"] for p in pieces if p["index"] == number) == arguments
    assert len(pieces) > 2 * len(wanted.calls)  # piece by piece


def test_calls_come_in_anthropics_form(front: Served) -> None:
    body = {"model": FAR, "max_tokens": 100, "messages": asking(CALLS[2]), "tools": ANTHROPIC}
    thinking, text, call = front.post("/v1/messages", body).json()["content"]
    assert (thinking["thinking"], text["text"], call["input"]) == (
        CALLS[2].reasoning,
        "Ok.",
        {"city": "Paris", "days": 2},
    )
    with front.client.stream("POST", "/v1/messages", json=body | {"stream": True}) as response:
        events = chunks_of([line for line in response.iter_lines() if line])
    told = "".join(e["delta"].get("partial_json", "") for e in events if e["type"] == "content_block_delta")
    assert (json.loads(told), events[-2]["delta"]["stop_reason"]) == (call["input"], "tool_use")


def test_results_choices_and_formats_reach_the_server(front: Served, shared: Served) -> None:
    call = {"id": "abc", "type": "function", "function": {"name": "get_weather", "arguments": '{"city": "Rome"}'}}
    turns = [
        ASKED,
        {"role": "assistant", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "abc", "content": "sun"},
    ]
    reply = front.chat(model=FAR, messages=turns, tools=TOOLS, tool_choice="none").json()
    assert reply["choices"][0]["message"]["content"].startswith("You said: sun")
    _, told, result = shared.backend.requests[-1].messages
    assert (told.calls[0].id, told.calls[0].arguments, result.call_id) == ("abc", '{"city": "Rome"}', "abc")
    front.chat(model=FAR, tools=TOOLS, tool_choice="required", parallel_tool_calls=False, max_tokens=1)
    assert (shared.backend.requests[-1].tools.must_call, shared.backend.requests[-1].tools.is_parallel) == (True, False)
    front.chat(model=FAR, tools=TOOLS, tool_choice={"type": "function", "function": {"name": "clock"}}, max_tokens=1)
    assert shared.backend.requests[-1].tools.only == "clock"
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}}
    front.chat(model=FAR, max_tokens=1, response_format={"type": "json_schema", "json_schema": {"schema": schema}})
    assert json.loads(shared.backend.requests[-1].sampling.json_schema) == schema
    front.chat(model=FAR, max_tokens=1, response_format={"type": "json_object"})
    assert json.loads(shared.backend.requests[-1].sampling.json_schema) == {"type": "object"}


def test_a_call_that_is_cut_ends_by_its_length(front: Served) -> None:
    choice = front.chat(script(CALLS[0]), model=FAR, tools=TOOLS, max_tokens=5).json()["choices"][0]
    assert choice["finish_reason"] == "length"
    assert choice["message"]["tool_calls"][0]["function"]["arguments"] == '{"city":'
