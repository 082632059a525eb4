"""``llmdesk demo``: the real window plays a short chat, then the figures are told. Works without a display."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

    from llmdesk.ui.demo.demo_player import DemoResult


_SIZE_PX = (1440, 900)


def add_parser(subparsers: Subparsers) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser("demo", help="play a short chat in the real window and report what was measured")
    parser.add_argument("--offscreen", action="store_true", help="without a display: nothing is shown but the picture")
    parser.add_argument("--screenshot", type=Path, metavar="FILE.png", help="where the picture goes")
    parser.add_argument("--report", type=Path, metavar="FILE.json", help="write the figures as JSON")
    parser.add_argument("--model", default="", metavar="M", help="a model's id (default: the first on this machine)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Play, save the picture and the report, tell the figures; 1 if anything failed.

    Raises:
        SetupError: no display (and no ``--offscreen``), or Qt lacks system libraries.
    """
    from llmdesk import paths
    from llmdesk.commands.window import require_display

    if args.offscreen:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    require_display()
    picture: Path = args.screenshot or paths.data_dir() / "demo.png"
    result = _play(args.model, picture)
    if args.report:
        args.report.write_text(json.dumps(result.as_report(), indent=2) + "\n", encoding="utf-8")
    if result.failure:
        sys.stderr.write(f"llmdesk: the demo failed: {result.failure}\n")
        return 1
    sys.stdout.write(_in_words(result, picture))
    return 0


def _play(model_id: str, picture: Path) -> DemoResult:
    """Everything on a window of its own, which changes nothing that the user's window remembers.

    Of the settings only those of the engine count, so that pictures are alike.
    """
    import tempfile

    from llmdesk.app import build_desktop, end_desktop, make_application
    from llmdesk.services.logs import Logs
    from llmdesk.services.settings.settings import Settings
    from llmdesk.ui.demo.demo_player import DemoPlayer
    from llmdesk.ui.shell.window_state import WindowState

    logs = Logs()
    app = make_application()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder) / "settings.toml")
        engine = Settings().values.engine.model_dump()
        settings.set_all({f"engine.{name}": value for name, value in engine.items()})
        desktop = build_desktop(
            model_id, WindowState(Path(folder) / "window.ini"), settings=settings, keeps_chats=False
        )
        desktop.window.resize(*_SIZE_PX)
        desktop.reporter.install()
        player = DemoPlayer(desktop)
        player.done.connect(app.quit)
        desktop.show()
        app.exec()
        result = player.result
        if not result.answers and not result.failure:
            result.failure = "The window was closed."
        if not result.failure and not desktop.window.grab().save(str(picture)):
            result.failure = f"The picture could not be written to {picture}."
        end_desktop(desktop)
    logs.close()
    return result


def _in_words(result: DemoResult, picture: Path) -> str:
    from llmdesk.ui.models.engine_words import engine_title  # Qt

    info = result.info
    assert info is not None
    tokens = sum(stats.new_tokens for *_, stats in result.answers)
    threads = "1 thread" if info.threads == 1 else f"{info.threads} threads"
    lines = [
        f"{info.title} ({info.precision}, {engine_title(info)}, {threads}) "
        f"answered {len(result.answers)} questions with {tokens} tokens.",
        f"  Window visible after {result.window_visible_s:.2f} s, first token after {result.first_token_s:.2f} s.",
        f"  {result.decode_tps:.1f} tokens per second with the window painting.",
        f"  Longest stutter of the window while answering: {result.gui_gap_max_ms:.0f} ms "
        f"(99 % under {result.gui_gap_p99_ms:.0f} ms).",
        f"  The window computed {result.cpu_ms_per_s.get('MainThread', 0.0):.0f} ms in a second of answering.",
        f"  Picture: {picture.absolute()}",
    ]
    return "\n".join(lines) + "\n"
