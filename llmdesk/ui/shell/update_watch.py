"""Looks for a newer version once a day, if the user wants that, and tells of it (GUI thread only)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths, QTimer, Slot

from llmdesk.datatypes.model import ErrorInfo
from llmdesk.services.settings.definition import Values
from llmdesk.ui.kit import files
from llmdesk.ui.kit.notice import Action
from llmdesk.ui.kit.words import told, tr

if TYPE_CHECKING:
    from pathlib import Path

    from llmdesk.services.updates.version_file import Release
    from llmdesk.ui.shell.desktop import Desktop

NOTICE = "update"
_HOUR_MS = 3_600_000
_MOST_NEWS = 3
_A_DAY_S = 86_400.0


class UpdateWatch(QObject):
    """Off unless ``updates.look`` is on. What it finds is fetched after a click, and installed by nobody but the user.

    A look that fails says nothing; an hour later is another one.
    """

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop)
        self._desktop = desktop
        self._timer = QTimer(self)
        self._timer.setInterval(_HOUR_MS)
        self._timer.timeout.connect(self.look)
        desktop.started.connect(lambda: self._on_settings(desktop.settings.values))
        desktop.settings.subscribe(self._on_settings, "updates.look", desktop.bridge.run)

    def _on_settings(self, values: Values) -> None:
        if values.updates.look and self._desktop.keeps_chats:
            self._timer.start()
            self.look()
        else:
            self._timer.stop()

    @Slot()
    def look(self) -> None:
        """Ask, if a day has passed since the last time."""
        work = partial(_look, self._desktop.settings.values)
        self._desktop.background.run(work, self._on_found, lambda _: None, kind="update")

    def _on_found(self, release: Release | None) -> None:
        window = self._desktop.window
        if release is None or window.action_table.is_locked:
            return
        message = tr("llmdesk {version} is there.", version=release.version)
        news = " · ".join(release.news[:_MOST_NEWS])
        actions = [Action(tr("Fetch it"), partial(self.fetch, release)), Action(tr("Not now"), lambda: None)]
        window.notice.show_notice(NOTICE, message, news, actions=actions, duration_s=_A_DAY_S)

    def fetch(self, release: Release) -> None:
        """The file for an installation like this one, into the folder of downloads."""
        from llmdesk.services.updates.version_file import own_kind

        file = release.file_for(own_kind())
        if file is None:
            words = tr("This version has no file for an installation like this one.")
            self._desktop.window.notice.show_notice(NOTICE, words, release.page, tone="warning")
            return
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation)
        self._desktop.window.notice.show_notice(NOTICE, tr("Fetching {title}…", title=file.name), duration_s=_A_DAY_S)
        work = partial(_fetch, self._desktop.settings.values, release, folder)
        self._desktop.background.run(work, self._on_fetched, self._on_failed)

    def _on_fetched(self, path: Path) -> None:
        words = tr("{name} is fetched and checked. Open it to install this version.", name=path.name)
        show = Action(tr("Show it"), lambda: _show(path.parent))
        self._desktop.window.notice.show_notice(NOTICE, words, tone="good", actions=[show])

    def _on_failed(self, error: ErrorInfo) -> None:
        self._desktop.window.notice.show_notice(NOTICE, told(error.user_message), told(error.hint), tone="bad")


def _look(values: Values) -> Release | None:
    """File thread."""
    from llmdesk.services.updates import looking

    looking.refuse_offline(values)
    return looking.look(looking.publisher()) if looking.publisher().is_known and looking.is_due() else None


def _fetch(values: Values, release: Release, folder: str) -> Path:
    """File thread."""
    from pathlib import Path

    from llmdesk.services.updates import looking
    from llmdesk.services.updates.version_file import own_kind

    looking.refuse_offline(values)
    file = release.file_for(own_kind())
    assert file is not None
    return looking.fetch(file, Path(folder))


def _show(folder: Path) -> None:
    files.show_in_system(folder)
