"""No command at all: open the window."""

from __future__ import annotations

import argparse
import gc
import os
import sys


def run(args: argparse.Namespace) -> int:
    """Open the window and stay until it is closed.

    Raises:
        SetupError: there is no display, or Qt lacks system libraries.
    """
    # What is imported stays: looking for garbage in it costs a tenth of the start. ``run_window`` puts it back.
    gc.disable()
    require_display()
    is_stand = getattr(args, "stand", False)
    if is_stand:
        from llmdesk.services.stand import keeper

        if not os.environ.get(keeper.KEPT):
            return keeper.keep_open([sys.executable, "-m", "llmdesk", *sys.argv[1:]])
    from llmdesk.app import run_window

    return run_window(is_stand=is_stand, opened=getattr(args, "open_file", ""), is_hidden=args.hidden)


def require_display() -> None:
    """Check what Qt would only abort about. A platform that was asked for by ``QT_QPA_PLATFORM`` needs no display.

    Raises:
        SetupError: says what is missing and what to do.
    """
    from llmdesk.errors import SetupError
    from llmdesk.services import system_check

    if not system_check.has_display() and not os.environ.get("QT_QPA_PLATFORM"):
        raise SetupError(
            "There is no display to open a window on.",
            "Log in to a desktop, or set DISPLAY. Without one, `llmdesk demo --offscreen` plays a chat into a picture, "
            "and `llmdesk ask` answers right here.",
        )
    system_check.require_libraries(system_check.platform_name())
