"""The GGUF files that the peers of peers.py read: the one that was asked for, or random ones of a shape."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_QUANTIZE = """
import ctypes, sys, llama_cpp
source, target, kind, threads = sys.argv[1:]
params = llama_cpp.llama_model_quantize_default_params()
params.ftype = getattr(llama_cpp, "LLAMA_FTYPE_MOSTLY_" + kind)
params.nthread = int(threads)
sys.exit(llama_cpp.llama_model_quantize(source.encode(), target.encode(), ctypes.byref(params)))
"""


def llama_files(args: argparse.Namespace) -> dict[str, Path]:
    """Name of each llama.cpp run and its file; files of a shape are made where they are missing."""
    if args.model:
        return {f"llama.cpp {args.model.stem.rpartition('.')[2] or args.model.stem}": args.model}
    kinds = args.quantisations.split(",")
    files = {
        kind: args.cache
        / f"{Path(args.synthetic).stem if args.synthetic.endswith('.json') else args.synthetic}-{kind}.gguf"
        for kind in kinds
    }
    if missing := {kind: file for kind, file in files.items() if not file.exists()}:
        make_files(args, missing)
    return {f"llama.cpp {kind}": file for kind, file in files.items()}


def make_files(args: argparse.Namespace, files: Mapping[str, Path]) -> None:
    """Write the shape in F16, quantise it to each kind, and remove the F16 file again."""
    from benchmarks.random_gguf import write_random_gguf
    from llmdesk.engine.measuring.synthetic import shape_config

    args.cache.mkdir(parents=True, exist_ok=True)
    plain = next(iter(files.values())).with_suffix(f".{os.getpid()}.f16")
    try:
        print(f"writing random weights to {plain}", file=sys.stderr)
        write_random_gguf(shape_config(args.synthetic), plain, context_tokens(args))
        for kind, file in files.items():
            print(f"quantising them to {kind}", file=sys.stderr)
            partial = file.with_suffix(".partial")
            command = [args.python_llama, "-c", _QUANTIZE, str(plain), str(partial), kind, str(args.threads)]
            subprocess.run(command, check=True, env=environment("llama"), capture_output=True)
            partial.replace(file)
    finally:
        plain.unlink(missing_ok=True)


def context_tokens(args: argparse.Namespace) -> int:
    """Room that the tests need."""
    deepest = max(int(depth) for depth in args.depths.split(","))
    return max(args.prompt_tokens, deepest + args.new_tokens) + 64


def environment(engine: str) -> dict[str, str]:
    """Ours finds this checkout; the others must not find its packages."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    if engine == "llmdesk":
        environment["PYTHONPATH"] = str(ROOT)
    return environment
