"""``llmdesk models`` as a user runs it: a process, its output and its exit code."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from llmdesk import paths
from llmdesk.cli import main
from llmdesk.datatypes.model import ModelSource, ModelSpec
from llmdesk.models import places
from tests.memory_keyring import MemoryKeyring
from tests.models import hub_repositories
from tests.models.builders import gguf, model_files, model_folder
from tests.models.hub_stand_in import HubStandIn, serve


def test_the_plain_command_lists(capsys: pytest.CaptureFixture[str]) -> None:
    model_folder(paths.models_dir() / "qwen3-0.6b")
    assert main(["models"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["ID", "TITLE", "FILES", "MEMORY", "PRECISION", "LICENCE"]
    by_id = {line.split()[0]: line for line in lines}
    assert "on disk" in by_id["qwen3-0.6b"]
    assert "to fetch, 2.5 GB" in by_id["llama-3.2-1b"]
    assert by_id["llama-3.2-1b"].endswith("(login)")
    assert "Apache-2.0" in by_id["smollm2-1.7b"]


@pytest.mark.parametrize("argv", [["models", "--json"], ["models", "list", "--json"], ["models", "--json", "list"]])
def test_json(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    paths.user_catalogue().write_text("broken =")
    model_folder(paths.models_dir() / "qwen3-0.6b")
    assert main(argv) == 0
    answer = json.loads(capsys.readouterr().out)
    by_id = {model["id"]: model for model in answer["models"]}
    assert by_id["qwen3-0.6b"]["installed"]
    assert by_id["qwen3-0.6b"]["path"] == str(paths.models_dir() / "qwen3-0.6b")
    assert not by_id["phi-4-mini"]["installed"]
    assert by_id["phi-4-mini"]["memory_fit"]["kind"] in ("fits", "tight", "too_large")
    assert "line 1" in answer["problems"][0]


def test_the_limit_of_the_settings_decides_what_is_too_large(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LLMDESK_MEMORY_LIMIT_GB", raising=False)
    (paths.config_dir() / "settings.toml").write_text("[engine]\nmemory_limit_gb = 0.5\n")
    assert main(["models", "--json"]) == 0
    by_id = {model["id"]: model for model in json.loads(capsys.readouterr().out)["models"]}
    assert by_id["phi-4-mini"]["memory_fit"]["kind"] == "too_large"


def test_add_and_remove(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = gguf(tmp_path / "tiny.gguf")
    assert main(["models", "add", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["id"] == "tiny"
    assert main(["models", "remove", "tiny"]) == 0
    assert "its files stay" in capsys.readouterr().out
    assert path.exists()


@pytest.mark.parametrize(
    ("argv", "code", "message"),
    [
        (["models", "add", "/no/such/place"], 1, "There is no /no/such/place"),
        (["models", "install", "no-such"], 1, "There is no model “no-such”"),
        (["models", "remove", "phi-4-mini"], 1, "not on this machine"),
        (["models", "add", ""], 2, "Give a folder"),
        (["models", "add", "/no/such/place", "--name", "Mine"], 2, "--name"),
        (["models", "add", "/no/such/place", "--context", "4096"], 2, "--context"),
        (["models", "add", "/no/such/place", "--key-env", "KEY"], 2, "--key-env"),
        (["models", "install", "no-such", "--file", "a.gguf"], 2, "--file"),
    ],
)
def test_failures(argv: list[str], code: int, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(argv) == code
    printed = capsys.readouterr()
    assert printed.out == ""
    assert message in printed.err
    assert "Traceback" not in printed.err


@pytest.mark.parametrize("argv", [["models", "paint"], ["models", "add"], ["models", "install", "a", "b"]])
def test_wrong_usage(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(argv)
    assert caught.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_install_stopped_with_ctrl_c_goes_on_the_next_time(tmp_path: Path) -> None:
    paths.user_catalogue().write_text(
        '[[model]]\nid = "tiny"\ntitle = "Tiny"\nsource = "hub"\nlocation = "acme/tiny"\n'
    )
    with serve(HubStandIn(model_files(3_000_000), pause_s=0.05)) as hub:
        environment = os.environ | {"HF_ENDPOINT": hub.url, "HF_HOME": str(tmp_path), "HF_TOKEN": ""}
        argv = [sys.executable, "-m", "llmdesk", "models", "install", "tiny"]
        with subprocess.Popen(argv, env=environment, stderr=subprocess.PIPE, text=True) as stopped:
            assert stopped.stderr is not None
            while not re.search(r" [2-6]\d %", stopped.stderr.readline()):
                assert stopped.poll() is None
            stopped.send_signal(signal.SIGINT)
            rest = stopped.stderr.read()
        assert stopped.returncode == 130
        assert "`llmdesk models install tiny` goes on from here" in rest
        assert "Traceback" not in rest
        assert not hub.ranges()

        hub.pause_s = 0
        done = subprocess.run([*argv, "--json"], env=environment, capture_output=True, text=True, check=True)
    spec = ModelSpec("tiny", "Tiny", ModelSource("hub", "acme/tiny"))
    assert json.loads(done.stdout) == {"id": "tiny", "path": str(places.install_dir(spec))}
    assert "100 %" in done.stderr
    assert hub.ranges()


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HubStandIn]:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "HF_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    with serve(hub_repositories.hub()) as stand_in:
        monkeypatch.setenv("HF_ENDPOINT", stand_in.url)
        yield stand_in


def test_search_and_show(hub: HubStandIn, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "search", "owl", "4b"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["REPOSITORY", "WEIGHTS", "FILES", "MEMORY", "LICENCE", "FETCHED"]
    assert [line.split()[0] for line in lines[1:]] == ["acme/Owl-4B", "acme/Owl-4B-GGUF", "lab/Owl-4B-AWQ"]
    assert "llama3.2 (login)" in lines[1]
    assert "packed in a form" in lines[3]
    assert ["fits" in line or "tight" in line for line in lines[1:]] == [True, True, False]
    assert main(["models", "search", "owl", "--fits", "--json", "--licence", "MIT"]) == 0
    assert json.loads(capsys.readouterr().out) == {"found": []}

    assert main(["models", "show", "acme/Owl-0.6B-GGUF", "--card"]) == 0
    told = capsys.readouterr().out
    assert told.splitlines()[0] == "acme/Owl-0.6B-GGUF · apache-2.0 · 600 million"
    (best,) = [line for line in told.splitlines() if "recommended here" in line]
    assert best.startswith("Owl-0.6B-Q8_0.gguf")
    assert told.endswith("# Small\n")


def test_install_from_the_hub_and_update(hub: HubStandIn, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "install", "acme/tiny", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["id"] == "tiny"
    assert main(["models", "update"]) == 0
    assert "as the hub has them" in capsys.readouterr().out
    hub.commit = "f" * 40
    assert main(["models", "update"]) == 0
    assert "`llmdesk models update tiny` fetches it" in capsys.readouterr().out
    note = paths.models_dir() / "tiny" / ".commit"
    assert note.read_text() != hub.commit  # nothing is taken unasked
    assert main(["models", "update", "tiny"]) == 0
    assert note.read_text() == hub.commit
    note.unlink()
    capsys.readouterr()
    assert main(["models", "update"]) == 0
    assert "tiny: which version is here is not known" in capsys.readouterr().out
    assert main(["models", "update", "tiny"]) == 0
    assert note.read_text() == hub.commit
    assert main(["models", "update", "phi-4-mini"]) == 1
    assert "not on this machine" in capsys.readouterr().err

    assert main(["models", "install", "acme/Owl-0.6B-GGUF", "--file", "no.gguf"]) == 1
    assert "has no file no.gguf" in capsys.readouterr().err
    assert main(["models", "install", "lab/Owl-Next"]) == 1
    assert "nothing that llmdesk runs (of an architecture that is not run here)" in capsys.readouterr().err


def test_login_and_logout(
    hub: HubStandIn, memory_keyring: MemoryKeyring, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("getpass.getpass", lambda prompt: "hf_secret")
    assert main(["models", "login"]) == 0
    assert "hf_secret" not in capsys.readouterr().out
    assert main(["models", "search", "tiny"]) == 0
    assert hub.requests[-1].headers["authorization"] == "Bearer hf_secret"
    assert main(["models", "logout"]) == 0
    assert memory_keyring.keys == {}
    assert main(["models", "search", "tiny"]) == 0
    assert "authorization" not in hub.requests[-1].headers
