"""The server's logs: a line per request, as text in a file that rotates, as JSON on standard error."""

from __future__ import annotations

import json

import pytest

from llmdesk import paths
from llmdesk.commands.serve import _logs
from llmdesk.services import logs
from tests.api.conftest import MODEL, Make


def test_the_file_rotates_and_no_line_is_cut(
    make: Make, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(logs, "_MAX_BYTES", 4000)
    with _logs(as_json=True):
        server = make()
        for _ in range(60):
            assert server.chat(max_tokens=1).status_code == 200
        server.server.stop()  # an answer's line comes after the answer
    files = sorted(path for path in paths.log_dir().iterdir() if path.name.startswith(paths.log_file().name))
    assert len(files) == 4
    assert all(path.stat().st_size <= 4000 for path in files)
    lines = [line for path in files for line in path.read_text(encoding="utf-8").splitlines()]
    asked = [line for line in lines if 'path="/v1/chat/completions"' in line]
    assert all(f'model="{MODEL}"' in line and "decode_tps=" in line for line in asked)
    assert len(asked) >= 20  # what is older is gone
    told = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    answers = [line for line in told if line.get("path") == "/v1/chat/completions"]
    assert len(answers) == 60
    assert {"time", "level", "id", "status", "model", "end", "new_tokens", "ttft_s"} <= answers[0].keys()
