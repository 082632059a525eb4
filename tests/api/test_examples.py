"""The examples of README and docs, run as they are written (but for the port)."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.api.conftest import Make, Served
from tests.models.builders import remember_model

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8").partition("## For other programs")[2]
EMBEDDED = "smollm2-135m"


@pytest.fixture
def server(make: Make, tmp_path: Path) -> Served:
    """With a model of the name that the examples have."""
    remember_model(tmp_path, EMBEDDED)
    return make()


def run(server: Served, *command: str) -> str:
    environment = {**os.environ, "LLMDESK_URL": f"ws://127.0.0.1:{server.port}/chat/stream"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def example(pattern: str, server: Served) -> str:
    found = re.search(pattern, README, re.DOTALL)
    assert found is not None
    return found[1].replace("127.0.0.1:8765", f"127.0.0.1:{server.port}")


def test_python(server: Served) -> None:
    assert run(server, sys.executable, "-c", example(r"```python\n(.*?)```", server)).startswith(
        "You said: Why is the sky blue?"
    )


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl")
def test_curl(server: Served) -> None:
    command = example(r"```\n(curl.*?)```", server)
    assert '"content":"You said: What is the capital of France?' in run(server, "sh", "-c", command)


@pytest.mark.skipif(shutil.which("node") is None, reason="no node")
def test_javascript(server: Served) -> None:
    code = example(r"```javascript\n(.*?)```", server)
    assert run(server, "node", "--input-type=module", "-e", code).startswith("You said: Name three trees.")


def test_every_block_of_code_is_run(server: Served) -> None:
    """By the tests above; llmdesk's own command line by those of the commands."""
    kinds = re.findall(r"^```(\w*)\n(\w+)", README.partition("\n## ")[0], re.MULTILINE)
    assert kinds == [("", "llmdesk"), ("", "curl"), ("python", "from"), ("javascript", "const")]


def test_the_websocket_client(server: Served) -> None:
    client = str(ROOT / "docs/examples/websocket_client.py")
    assert run(server, sys.executable, client, "Why?").startswith("You said: Why?")
