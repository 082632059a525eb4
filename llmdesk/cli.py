"""The command line: finds the command, runs it, and turns every failure into one clear message and an exit code.

Exit codes: 0 done, 1 failed, 2 wrong usage, 130 stopped with Ctrl+C, 141 the reader of our output went away.
With ``--json`` a failure is told twice: in words on stderr, as everywhere, and on stdout as one object with ``error``
(kind, message, hint, http_status), so that stdout holds one JSON object whether the exit code is 0 or 1.
Imports neither torch nor Qt; the commands import what they need when they run.
"""

from __future__ import annotations

import argparse
import importlib
import io
import json
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from llmdesk import __version__, paths
from llmdesk.error_values import error_info, json_object

COMMANDS = (
    "ask", "serve", "bench", "race", "models", "chats", "collections", "config", "demo", "doctor", "desktop", "backup",
    "restore", "uninstall", "update",
)  # fmt: skip
_WINDOW = "window"
_WINDOW_OPTIONS = frozenset({"--stand", "--debug", "--hidden"})
_INTERRUPTED = 130
_BROKEN_PIPE = 141


def main(argv: Sequence[str] | None = None, tell: Callable[[Exception, bool], None] | None = None) -> int:
    """Run one command line (without the program's name) and return the exit code. Main thread.

    ``tell`` says a failure in words (and, if the second is true, with its traceback), by default on stderr.
    """
    _open_closed_streams()
    _speak_utf8()
    logging.captureWarnings(True)  # what libraries tell programmers goes to the log, if there is one, never to the user
    args = _parse(sys.argv[1:] if argv is None else list(argv))
    try:
        code: int = args.run(args)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        _drop_stdout()
        return _BROKEN_PIPE
    except Exception as error:
        (tell or _report)(error, args.debug)
        if getattr(args, "json", False) or getattr(args, "output", "") == "json":
            return _report_as_json(error)
        return 1


def main_gui() -> int:
    """Start from a menu or a desktop icon: there is no console, so what would be printed goes to the log file."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None or not stream.isatty():
            setattr(sys, name, _LogFile())
    return main(tell=_report_in_a_window if sys.platform == "win32" else None)


def _open_closed_streams() -> None:
    """Services and schedules may start a program with closed streams: nothing comes from there, and nobody reads there.

    Without that, whatever is opened first gets a stream's number, and is written into by whoever writes to the stream.
    """
    streams = [("stdin", 0, "r"), ("stdout", 1, "w"), ("stderr", 2, "w")]
    closed = [each for each in streams if getattr(sys, each[0]) is None]
    for _, number, _ in closed:
        try:
            os.fstat(number)
        except OSError:
            place = os.open(os.devnull, os.O_RDWR)
            if place == number:
                os.set_inheritable(number, True)  # as streams are: programs that this one starts have them, too
            else:
                os.dup2(place, number)
                os.close(place)
    for name, _, mode in closed:  # now that all numbers are taken
        setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115


def _speak_utf8() -> None:
    """What goes to a file or to another program is UTF-8, as on other systems; a console of Windows knows all letters.

    Windows would have the code page of its language, in which most of the world's letters cannot be written.
    """
    for stream in (sys.stdout, sys.stderr):
        if sys.platform == "win32" and isinstance(stream, io.TextIOWrapper) and not stream.isatty():
            stream.reconfigure(encoding="utf-8")


def _parse(argv: list[str]) -> argparse.Namespace:
    argv = _opened(argv)
    parser = argparse.ArgumentParser(
        prog="llmdesk",
        description="Chat with a language model on this machine and watch what the processor does.",
        epilog="Without a command, the window opens.",
    )
    parser.add_argument("--version", action="version", version=f"llmdesk {__version__}")
    parser.add_argument("--debug", action="store_true", help="show the traceback of a failure")
    parser.add_argument(
        "--stand", action="store_true", help="open the window in stand mode, for visitors; a PIN ends it"
    )
    parser.add_argument(
        "--open",
        metavar="FILE",
        dest="open_file",
        default="",
        help="open the window with this GGUF file, chats that were exported, or a llmdesk:// link",
    )
    hidden = "start without the window, where desktop.tray has an icon beside the clock"
    parser.add_argument("--hidden", action="store_true", help=hidden)
    parser.set_defaults(run=_run_window)
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND")
    for name in _needed(argv):
        importlib.import_module(f"llmdesk.commands.{name}").add_parser(subparsers)
    for command in subparsers.choices.values():
        command.add_argument("--debug", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    if args.open_file and args.run is not _run_window:
        # On Windows a link with quotes in it could bring words of its own behind itself.
        parser.error("--open opens the window, and goes with no command")
    return args


def _opened(argv: list[str]) -> list[str]:
    """A desktop's "Open with" gives nothing but the file or link, whatever its name; a command is a command."""
    *options, last = argv or [""]
    if not set(options) <= _WINDOW_OPTIONS or last in COMMANDS or last.startswith("-"):
        return argv
    is_file = last.lower().endswith(".gguf") or last.lower().startswith(("llmdesk:", "file:")) or Path(last).is_file()
    return [*options, f"--open={last}"] if is_file else argv


def _needed(argv: list[str]) -> Sequence[str]:
    """A known command needs its own module only, the window none; help and mistakes tell of all."""
    if argv and argv[0] in COMMANDS:
        return argv[:1]
    is_window = all(each in _WINDOW_OPTIONS or each.startswith("--open=") for each in argv)
    return () if is_window else COMMANDS


def _run_window(args: argparse.Namespace) -> int:
    code: int = importlib.import_module(f"llmdesk.commands.{_WINDOW}").run(args)
    return code


def _report(error: Exception, debug: bool) -> None:
    info = error_info(error)
    if debug:
        print(info.detail, file=sys.stderr)
    print(f"llmdesk: {info.user_message}", file=sys.stderr)
    if info.hint:
        print(info.hint, file=sys.stderr)
    if info.kind == "Bug" and not debug:
        print("`llmdesk --debug ...` shows where.", file=sys.stderr)


def _report_in_a_window(error: Exception, debug: bool) -> None:
    """On Windows nobody starts it again from a terminal to see why nothing happens."""
    _report(error, debug)
    info = error_info(error)
    text = "\n\n".join(part for part in (info.user_message, info.hint, f"Log: {paths.log_file()}") if part)
    if sys.platform == "win32":
        import ctypes

        is_error = 0x10  # MB_ICONERROR
        ctypes.windll.user32.MessageBoxW(None, text, paths.APP_NAME, is_error)


def _report_as_json(error: Exception) -> int:
    """For the program that reads stdout: it need not take sentences apart to tell a full disk from a missing model."""
    try:
        print(json.dumps({"error": json_object(error_info(error))}, ensure_ascii=False), flush=True)
    except BrokenPipeError:
        _drop_stdout()
    return 1


def _drop_stdout() -> None:
    """The interpreter flushes stdout at exit; let that go nowhere instead of failing again."""
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, sys.stdout.fileno())
    os.close(devnull)


class _LogFile(io.TextIOBase):
    """A stream that appends to the log file, opened for each write so that the log can be rotated meanwhile."""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        paths.made(paths.log_dir())
        with paths.log_file().open("a", encoding="utf-8", errors="backslashreplace") as file:
            return file.write(text)
