"""llama.cpp's own server as a process: prints its address, serves until standard input ends.

python -m tests.remote.llama_cpp_server MODEL.gguf NAME
"""

from __future__ import annotations

import sys
from pathlib import Path

import xllamacpp


def main(model: Path, name: str) -> None:
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(model)
    parameters.model_alias = {name}
    parameters.n_ctx = 512
    parameters.cpuparams.n_threads = 1
    parameters.ui = False
    server = xllamacpp.Server(parameters)  # on a free port of the loopback address
    sys.stdout.write(f"{server.listening_address}\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
