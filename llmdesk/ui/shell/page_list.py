"""The table of pages, and the ways to them: actions, rows of the side bar, and back (GUI thread only)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from llmdesk.services.chats.sessions import Change, SessionShown
from llmdesk.ui.benchmark.controller import BenchmarkController
from llmdesk.ui.kit.words import tr
from llmdesk.ui.pages.host import Page
from llmdesk.ui.race.controller import RaceController
from llmdesk.ui.shell.collections_room import connect_collections
from llmdesk.ui.shell.model_speeds import connect_speeds
from llmdesk.ui.usage.usage_controller import UsageController

if TYPE_CHECKING:
    from llmdesk.ui.shell.desktop import Desktop


def pages(desktop: Desktop) -> tuple[Page, ...]:
    """In the order of the side bar. A new page is one entry here."""
    benchmark = BenchmarkController(desktop.theme, desktop.window, desktop.core, desktop.bridge)
    connect_speeds(desktop, benchmark)
    found = [Page("benchmark", tr("Benchmark"), "chart", benchmark.make_page, benchmark.refresh)]
    race = RaceController(
        desktop.theme, desktop.window, desktop.core, desktop.bridge, lambda: desktop.server.status.urls
    )
    found.append(Page("race", tr("Race"), "flag", race.make_page, race.refresh, is_wide=True))
    if desktop.keeps_chats:
        collections = connect_collections(desktop)
        found.insert(
            0, Page("collections", tr("Collections"), "collection", collections.make_page, collections.refresh)
        )
        usage = UsageController(desktop.theme, desktop.window, desktop.core, desktop.bridge)
        found.append(Page("usage", tr("Usage over time"), "clock", usage.make_page, usage.refresh))
    return tuple(found)


def add_pages(desktop: Desktop) -> None:
    """Make them reachable; whoever goes to a chat leaves the page."""
    window, host = desktop.window, desktop.window.pages
    table = pages(desktop)
    host.set_pages(table)
    for page in table:
        window.action_table.bind(page.id, partial(host.show_page, page.id))
        window.side_bar.page_rows.add_row(page.id, page.title, page.icon)
    window.side_bar.page_rows.chosen.connect(window.show_page)
    host.changed.connect(window.side_bar.page_rows.show_current)

    def on_change(change: Change) -> None:
        if isinstance(change, SessionShown):
            host.close_page()

    desktop.sessions.subscribe(on_change)
    desktop.chat_list.controller.chat_shown.connect(host.close_page)
    for action_id in ("new_chat", "new_private_chat", "focus_prompt"):
        window.action_table[action_id].triggered.connect(host.close_page)
