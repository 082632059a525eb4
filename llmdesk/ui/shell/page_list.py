"""The table of pages, and the ways to them: actions, rows of the side bar, and back (GUI thread only).

What a page is made of is imported and made when somebody goes there.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from llmdesk.services.chats.sessions import Change, SessionShown
from llmdesk.ui.kit.late import Late
from llmdesk.ui.kit.words import tr
from llmdesk.ui.pages.host import Page, PageId
from llmdesk.ui.shell.collections_room import connect_collections

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from llmdesk.ui.benchmark.controller import BenchmarkController
    from llmdesk.ui.models.speed_controller import SpeedController
    from llmdesk.ui.pages.host import PageController
    from llmdesk.ui.race.controller import RaceController
    from llmdesk.ui.shell.desktop import Desktop
    from llmdesk.ui.usage.usage_controller import UsageController


def pages(desktop: Desktop) -> tuple[Page, ...]:
    """In the order of the side bar. A new page is one entry here."""
    benchmark = Late(partial(_benchmark, desktop))
    speeds = Late(partial(_connect_speeds, desktop, benchmark))
    desktop.window.panels.picker.then(lambda picker: picker.filled.connect(lambda: speeds()))
    desktop.started.connect(lambda: speeds())
    found = [
        _page("benchmark", tr("Benchmark"), "chart", benchmark),
        _page("race", tr("Race"), "flag", Late(partial(_race, desktop)), is_wide=True),
    ]
    if desktop.keeps_chats:
        found.insert(0, _page("collections", tr("Collections"), "collection", connect_collections(desktop)))
        found.append(_page("usage", tr("Usage over time"), "clock", Late(partial(_usage, desktop))))
    return tuple(found)


def _page(page_id: PageId, title: str, icon: str, controller: Late[PageController], *, is_wide: bool = False) -> Page:
    def make() -> QWidget:
        return controller().make_page()

    return Page(page_id, title, icon, make, lambda: controller().refresh(), is_wide)


def _benchmark(desktop: Desktop) -> BenchmarkController:
    from llmdesk.ui.benchmark.controller import BenchmarkController

    return BenchmarkController(desktop.theme, desktop.window, desktop.core, desktop.bridge)


def _connect_speeds(desktop: Desktop, benchmark: Late[BenchmarkController]) -> SpeedController:
    from llmdesk.ui.shell.model_speeds import connect_speeds

    return connect_speeds(desktop, desktop.window.picker, benchmark)


def _race(desktop: Desktop) -> RaceController:
    from llmdesk.ui.race.controller import RaceController

    urls = lambda: desktop.server.status.urls  # noqa: E731
    return RaceController(desktop.theme, desktop.window, desktop.core, desktop.bridge, urls)


def _usage(desktop: Desktop) -> UsageController:
    from llmdesk.ui.usage.usage_controller import UsageController

    return UsageController(desktop.theme, desktop.window, desktop.core, desktop.bridge)


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
