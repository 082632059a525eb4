"""``llmdesk models`` as a user runs it: a process, its output and its exit code."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from llmdesk import paths
from llmdesk.cli import main
from llmdesk.datatypes.model import ModelSource, ModelSpec
from llmdesk.models import places
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
