"""An unloaded model's memory goes back to the system: measured on a real model of 45 MB, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.model, pytest.mark.skipif(sys.platform != "linux", reason="resident memory of Linux")]

_CYCLES = """
import sys
import time
from pathlib import Path
from llmdesk.datatypes.chat import Finished
from llmdesk.datatypes.model import LocalModel, ModelSource, ModelSpec
from llmdesk.engine.backends.stacks import NativeBackend
from tests.engine.engine_thread import Collector, Statuses, request, running

folder = Path(sys.argv[1])

def resolve(model_id):
    path = folder / model_id
    return LocalModel(ModelSpec(model_id, model_id, ModelSource("folder", str(path)), context_tokens=512), path)

def held_mb():
    # Files that are mapped count if they are the model's: pages of libraries come in whenever they are first used.
    smaps, held_kb, counts = Path("/proc/self/smaps").read_text().splitlines(), 0, False
    for line in smaps:
        if "-" in line.split(" ")[0]:
            counts = ".so" not in line
        elif counts and line.startswith("Rss:"):
            held_kb += int(line.split()[1])
    return held_kb / 1e3

def cycle(runner, model_id, gives_back_mb):
    sink = Collector()
    runner.submit(request(runner, "[x]", model_id, max_new_tokens=8), sink)
    assert isinstance(sink.result(), Finished)
    loaded_mb = held_mb()
    statuses = Statuses()  # what it hears first is that the model is ready
    runner.subscribe(statuses)
    runner.set_idle_unload(0.01)
    statuses.wait_for(lambda s: s.state == "none" and s.model_id == model_id)
    runner.set_idle_unload(None)
    until_s = time.monotonic() + 5
    while gives_back_mb and held_mb() > loaded_mb - gives_back_mb and time.monotonic() < until_s:
        time.sleep(0.02)  # it is told that the model is gone before the last of its memory is
    return loaded_mb, held_mb()

with running(NativeBackend, resolve) as runner:
    cycle(runner, "tiny", 0)  # libraries and their pools stay
    _, base_mb = cycle(runner, "tiny", 0)
    for _ in range(3):
        loaded_mb, after_mb = cycle(runner, "large", 20)
        print(f"{loaded_mb - base_mb:.1f} {after_mb - base_mb:.1f}")
"""


@pytest.mark.timeout(300)  # a new home: the kernels are compiled first
def test_memory_goes_back_when_a_model_is_not_used(tmp_path: Path, private_home: Path) -> None:
    pytest.importorskip("torch")
    from tests.engine.tiny_models import save_model

    save_model(tmp_path / "tiny")
    sizes: dict[str, Any] = {
        "hidden_size": 1024,
        "intermediate_size": 4096,
        "num_hidden_layers": 3,
        "max_position_embeddings": 512,
    }
    save_model(tmp_path / "large", **sizes)  # 45 million weights, a byte each
    command = [sys.executable, "-c", _CYCLES, str(tmp_path)]
    environment = {**os.environ, "LLMDESK_HOME": str(private_home), "LLMDESK_THREADS": "1"}
    result = subprocess.run(command, capture_output=True, text=True, timeout=280, check=False, env=environment)
    assert result.returncode == 0, result.stderr[-2000:]
    cycles = [tuple(map(float, line.split())) for line in result.stdout.splitlines()]
    assert len(cycles) == 3
    for loaded_mb, after_mb in cycles:
        assert loaded_mb > 35
        assert after_mb < 20, cycles
    assert cycles[2][1] - cycles[0][1] < 8  # what stays does not grow
