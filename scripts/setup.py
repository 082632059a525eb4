"""Makes the project's own Python environment and then runs something in it (standard library only).

    python3 scripts/setup.py [--stack auto|ipex|native] [--dev] [--desktop-tools] [--package-tools] [--newest]
    python3 scripts/setup.py [...] run [ARGS...]       then llmdesk with ARGS; without a display and ARGS, its demo
    python3 scripts/setup.py [...] python [ARGS...]    then the environment's python with ARGS

``.venv`` holds the stack that is the default on this machine, ``.venv-NAME`` the other one, so both can stay. They get
the versions of locks/, and with --newest, in a folder of their own, those that `make newest` resolved. A stamp in the
environment says for what it was made; if that still fits, nothing is done. An environment without a finished stamp was
interrupted and is made anew (pip keeps its downloads).
"""

from __future__ import annotations

import argparse
import platform
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from environment import ROOT, STACKS, Environment, SetupFailed, default_stack
from lock_files import NEWEST

PYTHONS = ((3, 11), (3, 13))  # as in pyproject.toml's requires-python


def main() -> int:
    """Set up, then run what was asked for; returns the exit code."""
    args = _arguments()
    try:
        _use_supported_python()
        stack = default_stack() if args.stack == "auto" else args.stack
        environment = _environment(stack, args.newest)
        environment.ensure(args.dev)
        if args.then == "run" or args.desktop_tools or args.package_tools:
            _ensure_system_packages(args.desktop_tools, args.package_tools)
    except SetupFailed as failure:
        print(f"set-up: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("set-up: stopped; the next run begins anew with what was downloaded.", file=sys.stderr)
        return 130
    if args.then == "run":
        return _hand_over(environment.python, ["-m", "llmdesk", *_run_arguments(args.args)])
    if args.then == "python":
        return _hand_over(environment.python, args.args)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Makes llmdesk's Python environment.")
    parser.add_argument("--stack", choices=("auto", *STACKS), default="auto")
    parser.add_argument("--dev", action="store_true", help="with the tools for tests and linters")
    parser.add_argument("--desktop-tools", action="store_true", help="with the system's tools for the desktop tests")
    parser.add_argument("--package-tools", action="store_true", help="with those that make and try the Debian package")
    parser.add_argument("--newest", action="store_true", help="the newest versions that pyproject.toml allows")
    parser.add_argument("then", nargs="?", choices=("run", "python"), help="what to do in the environment afterwards")
    parser.add_argument("args", nargs=argparse.REMAINDER)
    return parser.parse_args()


def _environment(stack: str, newest: bool) -> Environment:
    name = ".venv" if stack == default_stack() else f".venv-{stack}"
    return Environment(ROOT / f"{name}-newest", stack, NEWEST) if newest else Environment(ROOT / name, stack)


def _use_supported_python() -> None:
    """Go on with another Python of this machine if this one does not fit."""
    first, last = PYTHONS
    if first <= sys.version_info[:2] <= last:
        return
    for minor in range(last[1], first[1] - 1, -1):
        other = shutil.which(f"python3.{minor}")
        if other and subprocess.run([other, "-c", "import ensurepip"], capture_output=True).returncode == 0:
            sys.exit(_hand_over(Path(other), sys.argv))
    raise SetupFailed(
        f"llmdesk needs Python 3.11 to 3.13, this is {platform.python_version()}: make PYTHON=/path/to/python3.12"
    )


def _ensure_system_packages(desktop_tools: bool, package_tools: bool) -> None:
    from system_packages import ensure  # its syntax needs a supported Python

    ensure(desktop_tools, package_tools)


def _run_arguments(args: list[str]) -> list[str]:
    sys.path.insert(0, str(ROOT))
    from llmdesk.services.system_check import has_display

    if args or has_display():
        return args
    print(
        "No display here (neither DISPLAY nor WAYLAND_DISPLAY is set): running `llmdesk demo --offscreen`.", flush=True
    )
    return ["demo", "--offscreen"]


def _hand_over(python: Path, arguments: list[str]) -> int:
    """Run another program to its end; the exit code is the program's (as a shell would tell it).

    A process of its own, and not ``exec``: llmdesk tells how long it took from the start of its process.
    """
    with subprocess.Popen([str(python), *arguments]) as process:
        # Ctrl+C reaches the program itself, which ends as it likes. A KeyboardInterrupt here could come between
        # the end of the program and the reading of its exit code, and lose it.
        ours = {signal.SIGINT: lambda *_: None, signal.SIGTERM: lambda *_: process.terminate()}
        before = {number: signal.signal(number, handler) for number, handler in ours.items()}
        try:
            code = process.wait()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main())
