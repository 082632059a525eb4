"""``llmdesk models export``: a file, progress and errors as a user meets them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from llmdesk import gguf_header
from llmdesk.cli import main
from tests.engine.tiny_models import save_model
from tests.engine.tiny_seeing import save_seeing_model
from tests.engine.weights.test_pre_tokenizers import embedded_model

pytest.importorskip("torch")
pytestmark = pytest.mark.model


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """In the list as "tiny"."""
    folder = save_model(tmp_path / "tiny", "qwen2", hidden_size=256, head_dim=64)
    assert main(["models", "add", str(folder)]) == 0
    return folder


def test_it_writes_a_file_that_can_be_added(tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "out.gguf"
    capsys.readouterr()
    assert main(["models", "export", "tiny", str(target), "--precision", "int4", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer == {
        "id": "tiny",
        "path": str(target),
        "precision": "int4",
        "bytes": target.stat().st_size,
    }
    assert gguf_header.read(target).int4
    assert main(["models", "add", str(target)]) == 0
    assert "Added" in capsys.readouterr().out


def test_it_replaces_nothing_unasked(tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "out.gguf"
    target.write_bytes(b"mine")
    assert main(["models", "export", "tiny", str(target)]) == 2
    assert "is there already; --force" in capsys.readouterr().err
    assert target.read_bytes() == b"mine"
    assert main(["models", "export", "tiny", str(target), "--force"]) == 0
    assert gguf_header.is_gguf(target)


def test_a_file_that_comes_while_it_is_written_stays_unless_it_may_be_replaced(
    tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out.gguf"

    def comes(descriptor: int) -> None:
        target.write_bytes(b"mine")
        sync(descriptor)

    sync = os.fsync
    monkeypatch.setattr(os, "fsync", comes)  # all is written by then
    assert main(["models", "export", "tiny", str(target)]) == 1
    assert "out.gguf cannot be written: File exists" in capsys.readouterr().err
    assert target.read_bytes() == b"mine"
    assert not list(tmp_path.glob(".out*"))
    target.unlink()
    assert main(["models", "export", "tiny", str(target), "--force"]) == 0
    assert gguf_header.is_gguf(target)


def test_a_folder_is_no_file(tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "export", "tiny", str(tmp_path)]) == 2
    assert "is a folder" in capsys.readouterr().err


def test_the_own_file_is_not_written_over(tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "out.gguf"
    assert main(["models", "export", "tiny", str(file), "--precision", "bf16"]) == 0
    assert main(["models", "add", str(file)]) == 0
    model_id = json.loads(_models(capsys))["models"][-1]["id"]
    before = file.read_bytes()
    assert main(["models", "export", model_id, str(file), "--force", "--precision", "int8"]) == 1
    assert "own file" in capsys.readouterr().err
    assert file.read_bytes() == before


def test_of_a_model_that_sees_what_writes_is_written_and_that_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = save_seeing_model(tmp_path / "seeing")
    assert main(["models", "add", str(folder)]) == 0
    model_id = json.loads(_models(capsys))["models"][-1]["id"]
    assert main(["models", "export", model_id, str(tmp_path / "out.gguf"), "--precision", "int8"]) == 0
    assert "what sees is not in it" in capsys.readouterr().out
    assert gguf_header.read(tmp_path / "out.gguf").architecture == "llama"


def _models(capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    assert main(["models", "--json"]) == 0
    return capsys.readouterr().out


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_leaves_no_file(tmp_path: Path) -> None:
    """The embedded model is large enough to be interrupted."""
    embedded_model()  # skips without it
    target = tmp_path / "out.gguf"
    command = [sys.executable, "-m", "llmdesk", "models", "export", "smollm2-135m", str(target), "--precision", "bf16"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, env=dict(os.environ))
    deadline_s = time.monotonic() + 60
    while not list(tmp_path.glob(".out-*")) and process.poll() is None and time.monotonic() < deadline_s:
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode not in (0, 1), err.decode()
    assert list(tmp_path.glob("*out*")) == []
