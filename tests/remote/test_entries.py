"""Servers in models.toml and on the command line, and where their keys are."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from llmdesk import paths, server_keys
from llmdesk.cli import main
from llmdesk.datatypes.chat import Failed, Finished
from llmdesk.datatypes.model import LocalModel, ModelSource, ModelSpec
from llmdesk.engine.backends.dispatch import DispatchingBackend
from llmdesk.engine.backends.scripted import ScriptedBackend
from llmdesk.errors import SetupError
from llmdesk.models.catalogue import Catalogue
from tests.engine.engine_thread import Collector, request, running
from tests.memory_keyring import MemoryKeyring
from tests.remote.servers import Server, serving
from tests.test_imports import heavy_packages_after

pytestmark = pytest.mark.may_log("loading ")  # a server that is not right is what they are about

SECRET = "sk-very-secret-0123456789"
ENTRY = """
[[model]]
id = "cluster"
title = "Cluster"
source = "server"
location = "http://10.0.0.5:8000/v1/"
served_model = "meta-llama/Llama-3.3-70B-Instruct"
"""


@pytest.fixture(scope="module")
def locked_server() -> Iterator[Server]:
    """Wants a key."""
    with serving(STAND_IN_KEY=SECRET) as server:
        yield server


def load_problems(text: str) -> list[str]:
    paths.user_catalogue().write_text(text, encoding="utf-8")
    return [problem.user_message for problem in Catalogue.load().problems]


# -- models.toml -------------------------------------------------------------------------------------------------------


def test_an_entry() -> None:
    assert load_problems(ENTRY + 'api_key = "env:CLUSTER_KEY"\n') == []
    catalogue = Catalogue.load()
    local = catalogue.resolve("cluster")
    source = local.spec.source
    assert (source.kind, source.location, source.host) == ("server", "http://10.0.0.5:8000/v1", "10.0.0.5:8000")
    assert (source.served_model, source.api_key) == ("meta-llama/Llama-3.3-70B-Instruct", "env:CLUSTER_KEY")
    assert (local.path, local.size) == (Path(), None)
    assert catalogue.is_installed(local.spec)


def test_a_server_is_never_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)  # no shipped model is installed
    load_problems(ENTRY)
    assert Catalogue.load().default_id == "smollm2-135m"


@pytest.mark.parametrize("value", [f'"{SECRET}"', f'"Bearer {SECRET}"', f'["{SECRET}"]', '"env:"', '"env:A B"'])
def test_a_key_in_the_file_is_refused_and_not_repeated(value: str) -> None:
    (problem,) = load_problems(ENTRY + f"api_key = {value}\n")
    assert "line 8, key “api_key”" in problem
    assert "does not belong into this file" in problem
    assert SECRET not in problem


@pytest.mark.parametrize(
    "location",
    [
        "10.0.0.5:8000",
        "ftp://host/v1",
        "file:///etc/passwd",
        "http://",
        "http://host:port/v1",
        "http://[::1/v1",
        f"http://user:{SECRET}@host/v1",
        f"http://host/v1?key={SECRET}",
        f"http://host/v1#{SECRET}",
        "http://host/v 1",
    ],
)
def test_addresses_that_are_none(location: str) -> None:
    (problem,) = load_problems(ENTRY.replace("http://10.0.0.5:8000/v1/", location))
    assert "line 6, key “location”: expected an address" in problem
    assert SECRET not in problem


def test_a_server_entry_needs_the_models_name() -> None:
    (problem,) = load_problems(ENTRY.replace("served_model", "notes"))
    assert "key “served_model”: is missing" in problem


# -- keys --------------------------------------------------------------------------------------------------------------


def source(api_key: str, url: str = "http://10.0.0.5:8000/v1") -> ModelSource:
    return ModelSource("server", url, served_model="m", api_key=api_key)


def test_a_key_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLUSTER_KEY", f" {SECRET}\n")
    assert server_keys.key_for(source("env:CLUSTER_KEY")) == SECRET
    monkeypatch.delenv("CLUSTER_KEY")
    with pytest.raises(SetupError, match=r"CLUSTER_KEY, which should hold the key for .*, is not set"):
        server_keys.key_for(source("env:CLUSTER_KEY"))
    assert server_keys.key_for(source("")) == ""


def test_a_key_of_the_keyring_is_for_one_server_only(memory_keyring: MemoryKeyring) -> None:
    server_keys.store("http://10.0.0.5:8000/v1", SECRET)
    assert server_keys.key_for(source("keyring")) == SECRET
    for other in ("https://10.0.0.5:8000/v1", "http://10.0.0.6:8000/v1", "http://10.0.0.5:8001/v1"):
        with pytest.raises(SetupError, match="has no key for"):
            server_keys.key_for(source("keyring", other))


@pytest.mark.parametrize("key", ["", "two\nlines", "schlüssel", "a b"])
def test_what_cannot_be_a_key(key: str, memory_keyring: MemoryKeyring) -> None:
    with pytest.raises(SetupError) as caught:
        server_keys.store("http://host/v1", key)
    assert not key or key not in caught.value.user_message


def test_a_locked_keyring(memory_keyring: MemoryKeyring) -> None:
    memory_keyring.is_locked = True
    with pytest.raises(SetupError, match="does not answer: KeyringLocked"):
        server_keys.key_for(source("keyring"))
    server_keys.forget("http://10.0.0.5:8000/v1")


def test_no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    import keyring
    from keyring.backends import fail

    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())
    with pytest.raises(SetupError, match="has no keyring") as caught:
        server_keys.key_for(source("keyring"))
    keyring.set_keyring(before)
    assert "--key-env" in caught.value.hint
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(SetupError, match="keyring is not installed"):
        server_keys.key_for(source("keyring"))


def answer_of(server: Server, api_key: str) -> Finished | Failed:
    def resolve(model_id: str) -> LocalModel:
        return LocalModel(ModelSpec(model_id, "M", server.source("scripted", api_key)), Path())

    with running(lambda: DispatchingBackend(ScriptedBackend), resolve) as runner:
        sink = Collector()
        runner.submit(request(runner, "[tokens=2] hi"), sink)
        return sink.result()


def test_the_key_reaches_the_server_and_no_log(
    locked_server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("CLUSTER_KEY", SECRET)
    assert isinstance(answer_of(locked_server, "env:CLUSTER_KEY"), Finished)
    assert locked_server.seen("scripted")[-1]["headers"]["Authorization"] == f"Bearer {SECRET}"
    assert SECRET not in caplog.text


@pytest.mark.parametrize(("key", "message"), [("", "wants a key"), ("wrong-key-1", "does not accept the key")])
def test_a_wrong_key(key: str, message: str, locked_server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLUSTER_KEY", key)
    result = answer_of(locked_server, "env:CLUSTER_KEY" if key else "")
    assert isinstance(result, Failed)
    assert message in result.error.user_message
    assert "--key" in result.error.hint
    assert "Incorrect API key provided" in result.error.hint


# -- the command line --------------------------------------------------------------------------------------------------


def test_add_list_ask_and_remove(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    root = server.url.removesuffix("/v1")
    assert main(["models", "add", root, "--name", "scripted"]) == 0  # the /v1 is found
    assert "as scripted." in capsys.readouterr().out
    assert main(["models", "list"]) == 0
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("scripted")]
    assert f"on a server, {server.url}" in line
    assert main(["models", "add", server.url, "--name", "scripted", "--json"]) == 0
    added = json.loads(capsys.readouterr().out)
    assert (added["id"], added["context_tokens"], added["server"]) == ("scripted", 4096, root[7:])
    assert main(["ask", "--model", "scripted", "--json", "[tokens=2] hi"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["backend"], answer["precision"], answer["server"]) == ("remote", "", root[7:])
    assert main(["models", "remove", "scripted"]) == 0
    assert Catalogue.load().problems == ()
    assert "scripted" not in {spec.id for spec in Catalogue.load().specs()}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "serves several models"),
        (["--name", "llama-9000"], "does not serve llama-9000"),
        (["--name", "scripted", "--key-env", "NO_SUCH_KEY"], "NO_SUCH_KEY"),
    ],
)
def test_what_cannot_be_added(
    arguments: list[str], message: str, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["models", "add", server.url, *arguments]) == 1
    assert message in capsys.readouterr().err
    assert not paths.user_catalogue().exists()


def test_what_a_user_says_of_the_context_counts(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "add", server.url, "--name", "scripted", "--context", "2048"]) == 0
    assert Catalogue.load().get("scripted").context_tokens == 2048
    with pytest.raises(SystemExit) as caught:
        main(["models", "add", server.url, "--context", "-5"])
    assert caught.value.code == 2
    assert main(["models", "install", "scripted"]) == 1
    assert "nothing to fetch" in capsys.readouterr().err


def test_a_key_is_typed_kept_in_the_keyring_and_forgotten_with_the_last_entry(
    locked_server: Server,
    memory_keyring: MemoryKeyring,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{SECRET}\n"))
    assert main(["models", "add", locked_server.url, "--name", "scripted", "--key"]) == 0
    assert main(["models", "add", locked_server.url, "--name", "strict", "--key-env", "OTHER"]) == 1
    assert list(memory_keyring.keys.values()) == [SECRET]
    monkeypatch.setattr("sys.stdin", io.StringIO("wrong\n"))
    assert main(["models", "add", "http://127.0.0.1:9/v1", "--key"]) == 1
    assert list(memory_keyring.keys.values()) == [SECRET]
    monkeypatch.setattr("sys.stdin", io.StringIO("wrong\n"))
    assert main(["models", "add", locked_server.url, "--name", "strict", "--key"]) == 1
    assert list(memory_keyring.keys.values()) == [SECRET]  # of the entry that has one
    assert SECRET not in paths.user_catalogue().read_text()
    assert main(["ask", "--model", "scripted", "[tokens=2] hi"]) == 0
    assert main(["models", "remove", "scripted"]) == 0
    assert memory_keyring.keys == {}
    printed = capsys.readouterr()
    assert SECRET not in printed.out + printed.err


@pytest.mark.parametrize("target", [f"http://me:{SECRET}@host/v1", f"http://host/v1?key={SECRET}", "http://"])
def test_addresses_with_secrets_are_refused(target: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "add", target]) == 1
    printed = capsys.readouterr().err
    assert "expected an address" in printed
    assert SECRET not in printed


# -- which backend -----------------------------------------------------------------------------------------------------


def test_the_backend_is_chosen_per_model(server: Server) -> None:
    made: list[str] = []

    def make_local() -> ScriptedBackend:
        made.append("local")
        return ScriptedBackend()

    def resolve(model_id: str) -> LocalModel:
        own = server.source("scripted") if model_id == "remote" else ModelSource("folder", "nowhere")
        return LocalModel(ModelSpec(model_id, model_id, own), Path())

    backends = []
    with running(lambda: DispatchingBackend(make_local), resolve) as runner:
        for model_id in ("remote", "local"):
            sink = Collector()
            runner.submit(request(runner, "[tokens=2] hi", model_id), sink)
            assert isinstance(sink.result(), Finished)
            assert runner.status.info is not None
            backends.append(runner.status.info.backend)
            assert bool(made) == ("scripted" in backends)
    assert backends == ["remote", "scripted"]
    assert made == ["local"]


def test_a_model_on_a_server_needs_no_torch(server: Server) -> None:
    load_problems(
        ENTRY.replace("http://10.0.0.5:8000/v1/", server.url).replace("meta-llama/Llama-3.3-70B-Instruct", "whole")
    )
    asked = "from llmdesk.cli import main\nassert main(['ask', '--model', 'cluster', 'hi']) == 0"
    assert heavy_packages_after(asked) == []
