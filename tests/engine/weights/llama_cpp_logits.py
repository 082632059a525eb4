"""What llama.cpp computes from GGUF files, in a process of its own: python -m ... FILE... < IDS."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Sequence
from pathlib import Path

_LETTER = 64
"""\"a\" in the vocabulary of tiny models."""


def llama_cpp_logprobs(paths: Sequence[Path], ids: list[int], vocabulary: int) -> list[dict[int, float]]:
    """Of each file: the next token's logarithms of probabilities, by token."""
    command = [sys.executable, "-m", "tests.engine.weights.llama_cpp_logits", str(vocabulary), *map(str, paths)]
    done = subprocess.run(command, input=json.dumps(ids).encode(), capture_output=True, timeout=240)
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-2000:]
    found: list[list[tuple[int, float]]] = json.loads(done.stdout)
    return [dict(pairs) for pairs in found]


def _next(path: str, ids: list[int], vocabulary: int) -> list[tuple[int, float]]:
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = path
    parameters.n_ctx = 256
    parameters.cpuparams.n_threads = 1
    parameters.n_parallel = 1
    parameters.ui = parameters.warmup = parameters.fit_params = False
    parameters.verbosity = -1
    try:
        server = xllamacpp.Server(parameters)
    except RuntimeError as error:
        raise RuntimeError(f"llama.cpp does not open {path}") from error
    # Told is what stands in the logits; the bias makes it write a letter, since an end or half of one tells nothing.
    body = {"prompt": ids, "n_predict": 1, "n_probs": vocabulary, "logit_bias": [[_LETTER, 1000.0]]}
    request = urllib.request.Request(f"{server.listening_address}/completion", json.dumps(body).encode())
    with urllib.request.urlopen(request) as answer:
        probabilities = json.load(answer)["completion_probabilities"][0]["top_logprobs"]
    return [(int(each["id"]), float(each["logprob"])) for each in probabilities]


if __name__ == "__main__":
    given = json.load(sys.stdin)
    json.dump([_next(file, given, int(sys.argv[1])) for file in sys.argv[2:]], sys.stdout)
