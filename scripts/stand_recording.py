"""Makes the recording that stand mode plays while nobody is there, from a real run of the embedded model.

``python scripts/stand_recording.py [FILE]``; without a display, on a machine that does nothing else. The first answer,
which waits for the model, is left out.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from llmdesk.services.recording.files import read_recording, write_recording
from llmdesk.services.recording.recorder import from_then_on
from llmdesk.services.recording.recording import Recording

_LEAD_S = 1.0
# Whoever passes by needs longer to read an answer than the model to write it: so the pauses.
_SCRIPT = """
title = "Without a network, on this machine"
[[step]]
prompt = "Hello"
max_tokens = 8
new_chat = true
[[step]]
new_chat = true
prompt = "Explain in three sentences why the sky is blue."
max_tokens = 250
pause_s = 5
[[step]]
new_chat = true
prompt = "Write a Python function that returns the moving average of a list."
max_tokens = 250
pause_s = 5
[[step]]
new_chat = true
prompt = "List five things to check before buying a used laptop."
max_tokens = 300
pause_s = 6
"""


def main(target: Path) -> None:
    """Play, record, cut, write."""
    with tempfile.TemporaryDirectory() as folder:
        script, made = Path(folder, "stand.toml"), Path(folder, "stand.json.gz")
        script.write_text(_SCRIPT, encoding="utf-8")
        parts = ["--offscreen", "--record", str(made), "--screenshot", str(Path(folder, "end.png"))]
        command = [
            sys.executable,
            "-m",
            "llmdesk",
            "demo",
            str(script),
            *parts,
            "--html",
            str(Path(folder, "end.html")),
        ]
        subprocess.run(command, check=True)
        write_recording(without_first(read_recording(made)), target)


def without_first(recording: Recording) -> Recording:
    """From a second before the second question on."""
    cut_s = recording.answers[1].asked_s - _LEAD_S
    return from_then_on(replace(recording, answers=recording.answers[1:]), cut_s)


if __name__ == "__main__":
    default = Path(__file__).parents[1] / "assets" / "demos" / "stand.llmdesk.json.gz"
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else default)
