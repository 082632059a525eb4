"""Models and their states, loading and unloading, health and figures."""

from __future__ import annotations

import queue
import threading
from pathlib import Path

import pytest

from llmdesk.datatypes.model import ModelStatus
from tests.api.conftest import MODEL, Make, Served, chunks_of, error_of
from tests.models.builders import remember_model


def test_models_that_can_be_used_are_listed(server: Served) -> None:
    listed = server.client.get("/v1/models").json()
    assert listed["object"] == "list"
    found = {entry["id"]: entry for entry in listed["data"]}
    assert found[MODEL]["object"] == "model"
    assert (found[MODEL]["state"], found[MODEL]["max_context_length"]) == ("installed", 512)
    assert isinstance(found[MODEL]["created"], int)
    assert isinstance(found[MODEL]["owned_by"], str)
    assert "llama-3.2-1b" not in found
    assert server.client.get(f"/v1/models/{MODEL}").json() == found[MODEL]


@pytest.mark.parametrize("path", ["/v1/models/llama-3.2-1b", "/v1/models/owner/name", "/models/x/y/z"])
def test_models_that_are_not_here_are_404(shared: Served, path: str) -> None:
    response = shared.client.get(path)
    assert (response.status_code, error_of(response)["code"]) == (404, "model_not_found")


def test_states_and_memory(server: Served) -> None:
    server.load()
    found = server.client.get("/models").json()
    states = {entry["id"]: entry["state"] for entry in found["data"]}
    assert states[MODEL] == "loaded"
    assert states["llama-3.2-1b"] == "not_installed"
    assert 0 < found["memory"]["process_bytes"] < found["memory"]["total_bytes"]
    one = server.client.get(f"/models/{MODEL}").json()
    assert (one["loaded"]["backend"], one["memory_bytes"] > 0) == ("scripted", True)


def test_a_model_that_llmdesk_loaded_for_itself_is_told_like_any_other(server: Served) -> None:
    ends: queue.SimpleQueue[object] = queue.SimpleQueue()
    server.core.runner.load(MODEL, origin="background", on_end=ends.put)
    assert ends.get(timeout=30) is None
    assert server.client.get(f"/models/{MODEL}").json()["users"] == ["llmdesk"]


def test_who_names_no_model_is_not_answered_by_one_that_nobody_asked_for(server: Served, tmp_path: Path) -> None:
    remember_model(tmp_path, "drafter")
    remember_model(tmp_path, "second")
    server.load()
    assert server.post("/models/second/load").status_code == 200
    ends: queue.SimpleQueue[object] = queue.SimpleQueue()
    server.core.runner.load("drafter", origin="background", on_end=ends.put)
    assert ends.get(timeout=30) is None
    assert server.post("/models/second/unload").status_code == 200  # it took the window's part
    messages = [{"role": "user", "content": "hi"}]
    reply = server.post("/v1/chat/completions", {"messages": messages, "max_tokens": 1})
    assert reply.json()["model"] == MODEL


def test_load_and_unload(server: Served, tmp_path: Path) -> None:
    remember_model(tmp_path, "second")
    assert server.post("/models/second/load").json()["state"] == "loaded"
    assert server.post(f"/models/{MODEL}/load").json()["state"] == "loaded"
    assert server.client.get("/models/second").json()["state"] == "loaded"
    assert server.post("/models/second/unload").json()["state"] == "installed"
    assert server.core.runner.status.info is not None
    assert server.post(f"/models/{MODEL}/unload").json()["state"] == "installed"
    assert [entry["state"] for entry in server.client.get("/models").json()["data"]].count("loaded") == 0
    assert server.post("/models/nope/load").status_code == 404
    assert server.post("/models/nope/unload").status_code == 404


def test_the_answer_that_loads_a_model_has_the_fingerprint_of_those_after_it(server: Served) -> None:
    found = []
    for _ in range(2):
        found.append(server.chat("hi", max_tokens=2).json()["system_fingerprint"])
        assert server.post(f"/models/{MODEL}/unload").status_code == 200
    found += [chunks_of(server.stream("hi", max_tokens=2))[-1]["system_fingerprint"]]
    found += [server.chat("hi", max_tokens=2).json()["system_fingerprint"]]
    assert len(set(found)) == 1
    assert found[0].rpartition("-")[2] in ("int4", "int8", "bf16")


@pytest.mark.logs("loading bad-broken failed")
def test_a_load_that_fails_says_why(server: Served, tmp_path: Path) -> None:
    remember_model(tmp_path, "bad-broken")
    response = server.post("/models/bad-broken/load")
    assert response.status_code == 500
    assert "ends too early" in error_of(response)["message"]
    assert server.chat(max_tokens=1).status_code == 200


def test_health_is_503_while_a_model_loads_and_wakes_none(make: Make) -> None:
    server = make()
    server.backend._load_s = 1.0
    assert server.client.get("/health").json() == {"status": "ok"}
    assert server.client.head("/v1/health").status_code == 200
    assert server.core.runner.status.state == "none"
    loading = threading.Event()
    unsubscribe = server.core.runner.subscribe(lambda status: _note(status, loading))
    server.core.runner.load(MODEL)
    assert loading.wait(5)
    response = server.client.get("/health")
    assert (response.status_code, error_of(response)["message"]) == (503, "Loading model")
    assert error_of(response)["type"] == "unavailable_error"
    assert server.client.get(f"/models/{MODEL}").json()["state"] == "loading"
    unsubscribe()


def test_figures_for_prometheus(server: Served) -> None:
    server.chat("one two three", max_tokens=4)
    server.chat("one two three", max_tokens=4, model="nope")
    text = server.client.get("/metrics").text
    for line in (
        'llmdesk_requests_total{route="/v1/chat/completions",status="200"} 1.0',
        'llmdesk_requests_total{route="/v1/chat/completions",status="404"} 1.0',
        "llmdesk_tokens_predicted_total 4.0",
        "llmdesk_prompt_tokens_total 3.0",
        "llmdesk_time_to_first_token_seconds_count 1.0",
        "llmdesk_time_per_output_token_seconds_count 3.0",
        "llmdesk_requests_processing 0.0",
        "llmdesk_models_loaded 1.0",
        "llmdesk_prefill_tokens_per_second_count 0.0",  # three tokens tell no speed
        'llmdesk_model_answers{model="tiny"} 0.0',
    ):
        assert line in text
    server.chat(" ".join(["word"] * 40), max_tokens=4)
    assert "llmdesk_prefill_tokens_per_second_count 1.0" in server.client.get("/metrics").text


def test_the_schema_is_told_and_names_every_route(shared: Served) -> None:
    schema = shared.client.get("/openapi.json").json()
    assert "/v1/chat/completions" in schema["paths"]
    answers = schema["paths"]["/v1/chat/completions"]["post"]["responses"]
    assert "422" not in answers
    assert answers["400"]["content"]["application/json"]["schema"]["$ref"].endswith("ErrorReply")
    assert shared.client.get("/docs").status_code == 404


def _note(status: ModelStatus, loading: threading.Event) -> None:
    if status.state == "loading":
        loading.set()
