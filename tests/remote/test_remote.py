"""Models on a server, against a server process that behaves well or badly."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from llmdesk.datatypes.chat import (
    ChatMessage,
    Failed,
    Finished,
    GenerationRequest,
    LoadProgress,
    SamplingParams,
    TokenEvent,
)
from llmdesk.engine.backends.remote_connection import Patience
from llmdesk.engine.serving.runner import EngineRunner
from tests.engine.engine_thread import Collector, Statuses, request
from tests.quiet import until_quiet
from tests.remote.servers import Server, engine_on, serving

pytestmark = pytest.mark.may_log("loading ")  # a server that is not right is what they are about

CANCEL_BUDGET_S = 0.15


def ask(runner: EngineRunner, model: str, prompt: str = "hello there", **sampling: object) -> Collector:
    sink = Collector()
    runner.submit(request(runner, prompt, model, **sampling), sink)
    return sink


def failure(runner: EngineRunner, model: str) -> tuple[Failed, str]:
    """The end of an answer that fails, and the text before it."""
    sink = ask(runner, model)
    result = sink.result()
    assert isinstance(result, Failed)
    return result, sink.text


# -- answers -----------------------------------------------------------------------------------------------------------


def test_an_answer_streams_and_is_counted_by_the_server(runner: EngineRunner) -> None:
    sink = ask(runner, "scripted", "[tokens=20] hello")
    result = sink.result()
    assert isinstance(result, Finished)
    assert (result.reason, result.stats.new_tokens) == ("stop", 20)
    assert (result.stats.prompt_tokens, result.stats.cached_tokens) == (2, 1)
    assert not result.stats.counts_estimated
    assert sink.text.startswith("You said: hello")
    assert 0 < result.stats.prefill_s <= result.stats.ttft_s
    assert any(isinstance(event, LoadProgress) for event in sink.events)


def test_the_status_says_where_the_chat_goes(runner: EngineRunner, server: Server) -> None:
    ask(runner, "scripted").result()
    info = runner.status.info
    assert info is not None
    assert f"http://{info.server}/v1" == server.url
    assert (info.backend, info.weights_bytes, info.context_tokens) == ("remote", 0, 4096)


def test_without_figures_from_the_server_pieces_are_counted_and_said_to_be(runner: EngineRunner) -> None:
    result = ask(runner, "no-usage", "[tokens=6] hi").result()
    assert isinstance(result, Finished)
    assert (result.stats.new_tokens, result.stats.prompt_tokens) == (6, 0)
    assert result.stats.counts_estimated
    assert result.stats.prompt_tps == 0


def test_a_server_that_does_not_stream(runner: EngineRunner) -> None:
    sink = ask(runner, "whole")
    result = sink.result()
    assert isinstance(result, Finished)
    assert (sink.text, result.reason) == ("all at once", "stop")
    assert (result.stats.prompt_tokens, result.stats.new_tokens) == (7, 3)


def test_thoughts_are_marked(runner: EngineRunner) -> None:
    sink = ask(runner, "thinks")
    sink.result()
    assert sink.text == "<think>\nlet me see\n</think>\n\nyes"


def test_unexpected_kinds_do_no_harm(runner: EngineRunner) -> None:
    sink = ask(runner, "odd")
    result = sink.result()
    assert isinstance(result, Finished)
    assert sink.text == "fine � half"
    assert result.stats.counts_estimated


@pytest.mark.timing
def test_an_answer_ends_with_its_last_word_though_the_connection_lives(runner: EngineRunner) -> None:
    started_s = time.perf_counter()
    sink = ask(runner, "lingers")
    assert isinstance(sink.result(), Finished)
    assert sink.text == "whole"
    assert time.perf_counter() - started_s < 10


# -- what is sent ------------------------------------------------------------------------------------------------------


def test_standard_fields_go_out_and_others_where_they_differ(runner: EngineRunner, server: Server) -> None:
    ask(runner, "scripted", "[tokens=1] plain", max_new_tokens=9, seed=5, stop=("END",)).result()
    plain = server.seen("scripted")[-1]["body"]
    assert set(plain) == {
        "model", "messages", "stream", "temperature", "top_p", "max_tokens", "seed", "stop", "stream_options",
    }  # fmt: skip
    assert (plain["max_tokens"], plain["seed"], plain["stop"]) == (9, 5, ["END"])
    ask(runner, "scripted", "[tokens=1] x", top_k=0, min_p=0.1, repetition_penalty=1.2).result()
    body = server.seen("scripted")[-1]["body"]
    assert (body["top_k"], body["min_p"], body["repetition_penalty"], body["repeat_penalty"]) == (0, 0.1, 1.2, 1.2)


def test_a_strict_server_is_asked_again_without_extras_and_that_is_remembered(
    runner: EngineRunner, server: Server
) -> None:
    before = len(server.seen("strict"))
    for _ in range(2):
        result = ask(runner, "strict", "[tokens=3] hi", top_k=7).result()
        assert isinstance(result, Finished)
        assert result.stats.new_tokens == 3
    bodies = [note["body"] for note in server.seen("strict")[before:]]
    assert ["top_k" in body for body in bodies] == [True, False, False]
    assert bodies[1]["max_completion_tokens"] == 1024


def test_a_refusal_that_has_other_reasons_is_told_after_one_retry(runner: EngineRunner, server: Server) -> None:
    result, _ = failure(runner, "refuses-all")
    assert "does not understand the request (400)" in result.error.user_message
    assert result.error.kind == "ServerError"
    assert result.error.hint == "It says: “roles must alternate”"
    assert len(server.seen("refuses-all")) == 2


def continued(runner: EngineRunner, model: str, words: str) -> Collector:
    sink = Collector()
    asked = request(runner, "[tokens=20] hello", model)
    runner.submit(replace(asked, messages=(*asked.messages, ChatMessage("assistant", words))), sink)
    return sink


def test_an_answer_is_continued_by_the_server(runner: EngineRunner, server: Server) -> None:
    whole = ask(runner, "scripted", "[tokens=20] hello")
    whole.result()
    words = "".join([event.text for event in whole.events if isinstance(event, TokenEvent)][:8])
    rest = continued(runner, "scripted", words)
    assert isinstance(rest.result(), Finished)
    assert words + rest.text == whole.text
    body = server.seen("scripted")[-1]["body"]
    assert [message["role"] for message in body["messages"]] == ["user", "assistant"]
    assert (body["continue_final_message"], body["add_generation_prompt"]) == (True, False)


def test_a_server_that_cannot_continue_is_not_asked_for_another_answer(runner: EngineRunner, server: Server) -> None:
    before = len(server.seen("strict"))
    result = continued(runner, "strict", "You said").result()
    assert isinstance(result, Failed)
    assert "cannot continue an answer" in result.error.user_message
    assert all("continue_final_message" in note["body"] for note in server.seen("strict")[before:])


# -- cancel and fairness -----------------------------------------------------------------------------------------------


@pytest.mark.timing
@pytest.mark.parametrize("model", ["silent", "headers-only", "stalls"])
@until_quiet
def test_cancel_acts_at_once_on_a_silent_server_and_it_is_told(
    model: str, runner: EngineRunner, server: Server
) -> None:
    before = len(server.seen(model))
    sink = Collector()
    handle = runner.submit(request(runner, "hi", model), sink)
    if model == "stalls":
        sink.wait_for_tokens(3)
    else:
        wait_until(lambda: len(server.seen(model)) > before)
    cancelled_s = time.perf_counter()
    handle.cancel()
    result = sink.result()
    took_s = time.perf_counter() - cancelled_s
    assert isinstance(result, Finished)
    assert result.reason == "cancelled"
    assert took_s < CANCEL_BUDGET_S
    wait_until(lambda: server.seen(model)[-1]["left_s"] is not None)  # the connection was closed


def wait_until(condition: object, timeout_s: float = 5) -> None:
    deadline_s = time.monotonic() + timeout_s
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline_s
        time.sleep(0.01)


def test_a_cancelled_answer_is_stopped_on_the_server(runner: EngineRunner, server: Server) -> None:
    sink = Collector()
    handle = runner.submit(request(runner, "[tokens=2000 tps=100] go", "scripted", max_new_tokens=3000), sink)
    sink.wait_for_tokens(3)
    handle.cancel()
    result = sink.result()
    assert isinstance(result, Finished)
    assert result.reason == "cancelled"
    assert 3 <= result.stats.new_tokens < 100
    assert result.stats.counts_estimated
    wait_until(lambda: server.seen("scripted")[-1]["left_s"] is not None)


@pytest.mark.timing
@until_quiet
def test_a_silent_answer_holds_up_no_other(server: Server) -> None:
    with engine_on(server) as runner:
        ask(runner, "scripted", "[tokens=1] load it").result()
        slow, quick = Collector(), Collector()
        waiting = runner.submit(request(runner, "(be silent)", "scripted"), slow)
        runner.submit(request(runner, "[tokens=200 tps=200] quick", "scripted"), quick)
        result = quick.result(timeout_s=20)
        assert isinstance(result, Finished)
        assert result.stats.decode_s < 3  # one at a time with 50 ms between would take 10 s
        waiting.cancel()
        slow.result()


@pytest.mark.timing
@until_quiet
def test_closing_the_program_ends_a_silent_answer(server: Server) -> None:
    with engine_on(server) as runner:
        sink = ask(runner, "silent")
        wait_until(lambda: runner.status.state == "ready")
        started_s = time.perf_counter()
        runner.stop()
        assert isinstance(sink.result(), Finished | Failed)
        assert time.perf_counter() - started_s < 1


# -- what goes wrong ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "kind", "message", "hint"),
    [
        ("gone", "ModelNotFound", "does not serve gone", "The model `gone` does not exist"),
        ("nowhere", "NoSuchServer", "is no OpenAI-compatible server", "/v1"),
        ("hurried", "ServerBusy", "too much to do (429)", "in 17 s. It says: “Rate limit reached”"),
        ("loading", "ServerBusy", "too much to do (503)", "Loading model"),
        ("crashed", "ServerError", "failed (500)", "CUDA error"),
        ("redirects", "ServerError", "sends its callers elsewhere", "if you trust it"),
        ("page", "NoSuchServer", "is no stream", "/v1"),
        ("garbage", "NoSuchServer", "is no OpenAI-compatible server", "/v1"),
        ("nested", "NoSuchServer", "is no OpenAI-compatible server", "/v1"),
        ("packed", "ServerError", "packed data", "proxy"),
        ("endless-line", "NoSuchServer", "is no stream", "/v1"),
        ("endless", "ServerError", "does not stop", "Ask again"),
        ("endless-refusal", "ServerError", "failed (500)", "later"),
    ],
)
def test_failures_say_what_happened_and_what_to_do(
    model: str, kind: str, message: str, hint: str, runner: EngineRunner, server: Server
) -> None:
    result, _ = failure(runner, model)
    assert result.error.kind == kind
    assert message in result.error.user_message
    assert hint in result.error.hint
    assert len(result.error.hint) < 400
    assert server.url[7:-3] in result.error.user_message


def test_a_redirect_is_not_followed(runner: EngineRunner, server: Server) -> None:
    failure(runner, "redirects")
    assert {note["path"] for note in server.seen("redirects")} == {"/v1/chat/completions"}


@pytest.mark.parametrize(
    ("model", "text", "message"),
    [
        ("ends-early", "half an", "broke off in the middle"),
        ("resets", "half an", "was lost"),
        ("filtered", "so", "content_filter"),
        ("ends-with-error", "so", "could not finish"),
    ],
)
def test_what_came_before_a_failure_is_kept(runner: EngineRunner, model: str, text: str, message: str) -> None:
    result, came = failure(runner, model)
    assert came == text
    assert message in result.error.user_message


def test_unplugged_in_mid_answer() -> None:
    with serving() as server, engine_on(server) as runner:
        sink = ask(runner, "scripted", "[tokens=2000 tps=100] go", max_new_tokens=3000)
        sink.wait_for_tokens(5)
        server.unplug()
        result = sink.result(timeout_s=20)
        assert isinstance(result, Failed)
        assert result.error.kind == "ServerError"
        assert server.url[7:-3] in result.error.user_message
        assert len(sink.text) > 20
        again = ask(runner, "scripted").result(timeout_s=20)
        assert isinstance(again, Failed)
        assert "Nothing answers" in again.error.user_message


def test_unplugged_before_the_first_word() -> None:
    with serving() as server, engine_on(server) as runner:
        sink = ask(runner, "silent")
        wait_until(lambda: server.seen("silent"))
        server.unplug()
        assert isinstance(sink.result(timeout_s=20), Failed)


def test_silence_has_an_end(server: Server) -> None:
    with engine_on(server, Patience(first_s=0.3, next_s=0.2)) as runner:
        for model, text in (("silent", ""), ("headers-only", ""), ("stalls", "one two three")):
            result, came = failure(runner, model)
            assert "is silent" in result.error.user_message
            assert came == text


def test_a_role_is_no_beginning_of_an_answer(server: Server) -> None:
    with engine_on(server, Patience(next_s=0.3)) as runner:
        sink = ask(runner, "reads-long")
        assert isinstance(sink.result(), Finished), sink.result()
    assert sink.text == "read"


def test_a_model_that_is_not_served_names_those_that_are(server: Server) -> None:
    with engine_on(server) as runner:
        result, _ = failure(runner, "llama-9000")
    assert result.error.kind == "ModelNotFound"
    assert "does not serve llama-9000" in result.error.user_message
    assert "It serves scripted, no-usage" in result.error.hint
    assert "and others" in result.error.hint


def test_an_address_without_the_api(server: Server) -> None:
    wrong = Server(server.process, server.url.removesuffix("/v1"))
    with engine_on(wrong) as runner:
        result, _ = failure(runner, "scripted")
    assert "no OpenAI-compatible server" in result.error.user_message


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://127.0.0.1:9/v1", "Nothing answers at 127.0.0.1:9"),
        ("http://no-such-host.invalid/v1", "There is no no-such-host.invalid"),
    ],
)
def test_servers_that_are_not_there(url: str, message: str, server: Server) -> None:
    with engine_on(Server(server.process, url)) as runner:
        result, _ = failure(runner, "scripted")
    assert message in result.error.user_message
    assert result.error.hint


def test_a_server_without_tls(server: Server) -> None:
    with engine_on(Server(server.process, server.url.replace("http:", "https:"))) as runner:
        result, _ = failure(runner, "scripted")
    assert "No secure connection" in result.error.user_message


@pytest.fixture
def deaf_server() -> Iterator[Server]:
    """Takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield Server(None, f"http://127.0.0.1:{listener.getsockname()[1]}/v1")


def test_a_silent_server_is_given_up_while_loading(deaf_server: Server) -> None:
    with engine_on(deaf_server, Patience(connect_s=0.2)) as runner:
        result, _ = failure(runner, "scripted")
    assert "is silent" in result.error.user_message


@pytest.mark.timing
@until_quiet
def test_loading_can_be_cancelled_while_the_server_is_silent(deaf_server: Server) -> None:
    with engine_on(deaf_server) as runner:
        statuses = Statuses()
        runner.subscribe(statuses)
        runner.load("scripted")
        statuses.wait_for(lambda s: s.state == "loading" and s.phase.startswith("asking"))
        started_s = time.perf_counter()
        runner.cancel_load()
        statuses.wait_for(lambda s: s.state == "none" and s.error is not None)
        assert time.perf_counter() - started_s < 2  # of the 10 and more that it would wait


# -- a context that is full --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def small_server() -> object:
    with serving(STAND_IN_CONTEXT_TOKENS="100") as small:
        yield small


def long_chat(runner: EngineRunner) -> GenerationRequest:
    old = [ChatMessage("user" if i % 2 == 0 else "assistant", f"turn{i} " + "word " * 19) for i in range(8)]
    turns = (ChatMessage("system", "be brief"), *old, ChatMessage("user", "[tokens=3] the question"))
    return replace(request(runner, "x", "scripted", max_new_tokens=10), messages=turns)


def test_the_oldest_turns_go_when_the_server_has_no_room(small_server: Server) -> None:
    with engine_on(small_server) as runner:
        sink = Collector()
        runner.submit(long_chat(runner), sink)
        result = sink.result()
    assert isinstance(result, Finished)
    assert result.stats.dropped_messages in (4, 6)
    messages = small_server.seen("scripted")[-1]["body"]["messages"]
    assert [messages[0]["content"], messages[-1]["content"]] == ["be brief", "[tokens=3] the question"]


@pytest.mark.parametrize(("policy", "requests"), [("refuse", 1), ("stop", 2)])
def test_other_policies_leave_nothing_out(policy: str, requests: int, small_server: Server) -> None:
    before = len(small_server.seen("scripted"))
    with engine_on(small_server) as runner:
        sink = Collector()
        runner.submit(replace(long_chat(runner), context_policy=policy), sink)  # type: ignore[arg-type]
        result = sink.result()
    assert isinstance(result, Failed)
    assert "more tokens than scripted" in result.error.user_message
    assert "100 tokens" in result.error.hint
    assert len(small_server.seen("scripted")) - before == requests


def test_a_chat_that_fits_is_answered_though_the_longest_answer_would_not(small_server: Server) -> None:
    with engine_on(small_server) as runner:
        sink = ask(runner, "scripted", "[tokens=30] " + "word " * 60, max_new_tokens=50)
        result = sink.result()
        assert isinstance(result, Finished)
        assert (result.reason, result.stats.new_tokens) == ("stop", 30)
        cut = ask(runner, "scripted", "[tokens=70] " + "word " * 60, max_new_tokens=50)
        short = cut.result()
    assert isinstance(short, Finished)
    assert (short.reason, short.stats.new_tokens) == ("length", 50)
    assert len([e for e in cut.events if isinstance(e, TokenEvent)]) == 50


# -- the engine stays light --------------------------------------------------------------------------------------------


def test_answers_leave_nothing_behind(server: Server) -> None:
    import gc

    with engine_on(server) as runner:
        for number in range(60):
            assert isinstance(ask(runner, "whole", f"question {number}").result(), Finished)
        gc.collect()
        assert not [o for o in gc.get_objects() if type(o).__name__ == "_Answer" and "remote" in type(o).__module__]


def test_sampling_defaults_are_those_of_the_window() -> None:
    assert SamplingParams().top_k == 40  # what remote_protocol leaves unsaid
