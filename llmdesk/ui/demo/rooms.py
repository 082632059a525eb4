"""What the window can do in front of people: made here, on top of a whole desktop (GUI thread only)."""

from __future__ import annotations

from llmdesk.ui.demo.audience import AudienceController
from llmdesk.ui.demo.presenter import Presenter
from llmdesk.ui.demo.record_controller import RecordController
from llmdesk.ui.demo.replay_controller import ReplayController
from llmdesk.ui.demo.stand import Stand
from llmdesk.ui.shell.desktop import Desktop
from llmdesk.ui.shell.page_list import add_pages


def add_rooms(desktop: Desktop) -> None:
    """Recording, replay, presenter mode, stand mode, pages, audience: the window's children, which bind its actions."""
    replay = ReplayController(desktop)
    RecordController(desktop, replay.open, lambda: replay.is_shown)
    Presenter(desktop)
    Stand(desktop, replay)
    add_pages(desktop)
    AudienceController(desktop, lambda: replay.is_shown)
