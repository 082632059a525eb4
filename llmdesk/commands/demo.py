"""``llmdesk demo``: the real window plays a script or a recording; the figures are told. Works without a display."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from llmdesk.commands.new_file import wrong_place
from llmdesk.errors import LlmdeskError
from llmdesk.whole_files import FOR_OTHERS, writing

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

    from llmdesk.services.demos.script import Script
    from llmdesk.services.recording.recording import Recording
    from llmdesk.ui.demo.demo_player import DemoPlayer
    from llmdesk.ui.demo.demo_result import DemoResult
    from llmdesk.ui.shell.desktop import Desktop


_SIZE_PX = (1440, 900)
_SETTLE_MS = 1000
_WRONG_USAGE = 2
DEFAULT_SCRIPT = "this-machine"


def add_parser(subparsers: Subparsers) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser("demo", help="play a rehearsed demo in the real window and report what was measured")
    parser.add_argument(
        "script", nargs="?", metavar="SCRIPT", help=f"a name of --list or a file (default: {DEFAULT_SCRIPT})"
    )
    parser.add_argument("--list", action="store_true", help="show the demos that come with llmdesk")
    parser.add_argument("--offscreen", action="store_true", help="without a display: nothing is shown but the picture")
    parser.add_argument(
        "--presenter", action="store_true", help="whole screen, large; a clicker leads through the steps"
    )
    parser.add_argument("--record", type=Path, metavar="FILE.json.gz", help="write a recording that can be replayed")
    parser.add_argument("--replay", type=Path, metavar="FILE", help="play a recording instead, in the window")
    parser.add_argument("--html", type=Path, metavar="FILE.html", help="where the report with charts goes")
    parser.add_argument("--screenshot", type=Path, metavar="FILE.png", help="where the picture goes")
    parser.add_argument("--report", type=Path, metavar="FILE.json", help="write the figures as JSON")
    parser.add_argument("--force", action="store_true", help="replace such files if they are there")
    parser.add_argument("--model", default="", metavar="M", help="a model's id (default: the first on this machine)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Play, save picture, recording and reports, tell the figures; 1 if anything failed, 2 where a file is not written.

    Raises:
        ScriptError, RecordingError: what is to be played is not there, or has a mistake.
        SetupError: no display (and no ``--offscreen``), or Qt lacks system libraries.
    """
    from llmdesk.commands.window import require_display
    from llmdesk.services.demos.script import find_script, read_script

    if args.list:
        _tell_scripts()
        return 0
    if problem := _wrong_usage(args):
        sys.stderr.write(f"llmdesk: {problem}\n")
        return _WRONG_USAGE
    recording = _read(args.replay)
    script = read_script(find_script(args.script or DEFAULT_SCRIPT))
    if args.offscreen:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    require_display()
    if recording is not None:
        return _replay(recording, _picture(args) if args.offscreen or args.screenshot else None)
    return _report(args, *_play(args, script))


def _wrong_usage(args: argparse.Namespace) -> str:
    """Why this is not done as it was asked for; empty if it is."""
    written = {"--record": args.record, "--html": args.html, "--report": args.report}
    of_demos = {"SCRIPT": args.script, "--presenter": args.presenter, "--model": args.model, **written}
    if args.replay is not None and (given := [name for name, value in of_demos.items() if value]):
        return f"{given[0]} belongs to a demo, not to a recording that is replayed."
    files = [file for file in (*written.values(), args.screenshot) if file is not None]
    return next((problem for file in files if (problem := wrong_place(file, args.force))), "")


def _tell_scripts() -> None:
    from llmdesk.services.demos.script import read_script, shipped_scripts

    for name, path in shipped_scripts().items():
        script = read_script(path)
        sys.stdout.write(f"{name}\n  {script.title}\n  {script.description}\n")


def _read(path: Path | None) -> Recording | None:
    from llmdesk.services.recording.files import read_recording

    return read_recording(path) if path is not None else None


def _picture(args: argparse.Namespace) -> Path:
    from llmdesk import paths

    found: Path = args.screenshot or paths.data_dir() / "demo.png"
    return found


def _make_own_folder(file: Path) -> None:
    """Ours may not be there yet; a folder that somebody names must be. Raises OSError."""
    from llmdesk import paths

    if file.parent == paths.data_dir():
        paths.made(file.parent)


def _report(args: argparse.Namespace, result: DemoResult, problems: list[str]) -> int:
    """Tell the figures, write what was asked for, and say where it is: figures last longer than a disk that is full.

    ``problems``: what has gone wrong before. A file that cannot be written takes no other one with it.
    """
    from llmdesk.commands.demo_words import in_words

    if not result.failure:
        sys.stdout.write(in_words(result, None if problems else _picture(args)))
        sys.stdout.flush()
    for title, path, write in _files(args, result):
        try:
            write(path)
        except LlmdeskError as error:
            problems.append(f"{error.user_message} {error.hint}".strip())
        else:
            sys.stdout.write(f"  {title}: {path.absolute()}\n" if title and not result.failure else "")
    if result.failure:
        problems.append(f"the demo failed: {result.failure}")
    sys.stderr.writelines(f"llmdesk: {problem}\n" for problem in problems)
    return 1 if problems else 0


def _files(args: argparse.Namespace, result: DemoResult) -> Iterator[tuple[str, Path, Callable[[Path], None]]]:
    """What is written beside the picture: how it is told, where it goes, and what writes it (raises LlmdeskError)."""
    from llmdesk import paths
    from llmdesk.commands.demo_words import figures
    from llmdesk.services.recording.files import write_recording
    from llmdesk.services.recording.report import html_report

    recording = result.recording
    if args.report:
        yield "", args.report, lambda path: _write(path, json.dumps(result.as_report(), indent=2) + "\n")
    if recording is not None and not result.failure and (args.html or args.offscreen):
        page = html_report(recording, figures(result), result.races)
        yield "Report", args.html or paths.data_dir() / "demo.html", lambda path: _write(path, page)
    if recording is not None and args.record:
        yield "Recording", args.record, lambda path: write_recording(recording, path)


def _write(path: Path, text: str) -> None:
    try:
        _make_own_folder(path)
        with writing(path, FOR_OTHERS) as file:
            file.write(text.encode())
    except OSError as error:
        raise LlmdeskError(f"{path} cannot be written: {error.strerror}.", "Choose another folder.") from error


def _desktop(folder: Path, model_id: str, *, loads_model: bool = True) -> Desktop:
    """A window of its own, which changes nothing that the user's window remembers.

    Of the settings only those of the engine count, so that pictures are alike.
    """
    from PySide6.QtGui import QGuiApplication

    from llmdesk.app import build_desktop
    from llmdesk.services.settings.settings import Settings
    from llmdesk.ui.shell.window_state import WindowState

    settings = Settings(folder / "settings.toml")
    engine = Settings().values.engine.model_dump()
    settings.set_all({f"engine.{name}": value for name, value in engine.items()})
    state = WindowState(folder / "window.ini")
    desktop = build_desktop(model_id, state, settings=settings, keeps_chats=False, loads_model=loads_model)
    if QGuiApplication.platformName() == "offscreen":  # else a screen has a size, and the window is within it
        desktop.window.resize(*_SIZE_PX)
    desktop.reporter.install()
    return desktop


def _play(args: argparse.Namespace, script: Script) -> tuple[DemoResult, list[str]]:
    """What was measured, and why there is no picture of it, if there is none."""
    import tempfile

    from llmdesk.app import end_desktop, make_application
    from llmdesk.services.logs import Logs
    from llmdesk.ui.demo.demo_player import DemoPlayer

    logs = Logs()
    app = make_application()
    with tempfile.TemporaryDirectory() as folder:
        desktop = _desktop(Path(folder), args.model)
        player = DemoPlayer(desktop, script, is_led=args.presenter)
        player.done.connect(app.quit)
        desktop.show()
        _direct(desktop, player, presents=args.presenter)
        app.exec()
        result = player.result
        if result.recording is None:
            result.failure = "The window was closed."
        is_missing = not result.failure and not _took_picture(desktop, _picture(args))
        end_desktop(desktop)
    logs.close()
    return result, [_no_picture(_picture(args))] if is_missing else []


def _no_picture(path: Path) -> str:
    return f"The picture could not be written to {path}. Choose another folder."


def _direct(desktop: Desktop, player: DemoPlayer, *, presents: bool) -> None:
    """The camera follows the script; a presenter has the clicker."""
    from llmdesk.ui.demo.rooms import rooms_of

    window, presenter = desktop.window, rooms_of(desktop).presenter

    def move(camera: str) -> None:
        if camera == "dashboard" and not presents:
            presenter.begin(whole_screen=False)
        elif not presents:
            presenter.end()
            if window.is_dashboard_shown == (camera == "chat"):
                window.toggle_dashboard()

    player.camera_moved.connect(move)
    if presents:
        presenter.lead(player)
        presenter.begin()


def _replay(recording: Recording, picture: Path | None) -> int:
    """Play it in a window, until that is closed; with a picture of its end: until then. No model is loaded for it."""
    import tempfile

    from PySide6.QtCore import QTimer

    from llmdesk.app import end_desktop, make_application
    from llmdesk.services.logs import Logs
    from llmdesk.ui.demo.rooms import rooms_of

    logs = Logs()
    app = make_application()
    with tempfile.TemporaryDirectory() as folder:
        desktop = _desktop(Path(folder), "", loads_model=False)
        replay = rooms_of(desktop).replay
        desktop.window.painted.connect(lambda: replay.start(recording))
        if picture is not None:
            replay.finished.connect(lambda: QTimer.singleShot(_SETTLE_MS, app, app.quit))
        desktop.show()
        app.exec()
        was_saved = picture is None or not replay.is_shown or _took_picture(desktop, picture)
        end_desktop(desktop)
    logs.close()
    if not was_saved:
        raise LlmdeskError(f"The picture could not be written to {picture}.", "Choose another folder.")
    return 0


def _took_picture(desktop: Desktop, path: Path) -> bool:
    from llmdesk.ui.kit.image_file import write_image

    try:
        _make_own_folder(path)
        write_image(desktop.window.grab().toImage(), path)
    except OSError:
        return False
    return True
