"""What stands between our products and the processor's ceiling, part by part.

    python benchmarks/kernel_parts.py

Compiles kernel_parts.c with the kernels' own sources and compiler for the best instruction set here, and runs it on one
thread. A prompt of a model with W weights in its layers cannot be read faster than threads * ceiling / W tokens/s.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
if __package__ in (None, ""):  # run as a script in a checkout
    sys.path.insert(0, str(HERE.parent))


def main() -> None:
    """Compile, run, print."""
    from llmdesk.engine.networks.fused import library, systems

    isa = library.best_isa()
    compiler = systems.compiler(isa) if isa else None
    if compiler is None:
        raise SystemExit("Our own kernels cannot be compiled here.")
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "parts"
        options = ["-O3", "-std=gnu17", f"-I{systems.SOURCES}", str(HERE / "kernel_parts.c"), "-o", str(program), "-lm"]
        subprocess.run([*compiler, *options], check=True)
        subprocess.run([program], check=True)


if __name__ == "__main__":
    main()
