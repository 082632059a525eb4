"""What the window can do in front of people, on top of a whole desktop (GUI thread only)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from llmdesk.ui.kit.late import Late
from llmdesk.ui.shell.desktop import Desktop
from llmdesk.ui.shell.page_list import add_pages

if TYPE_CHECKING:
    from llmdesk.ui.demo.audience import AudienceController
    from llmdesk.ui.demo.presenter import Presenter
    from llmdesk.ui.demo.record_controller import RecordController
    from llmdesk.ui.demo.replay_controller import ReplayController
    from llmdesk.ui.demo.stand import Stand


class Rooms(QObject):
    """Recording, replay, presenter mode, stand mode, audience: each is made when it is asked for the first time."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop)
        self._desktop = desktop
        self._replay: Late[ReplayController] = Late(self._make_replay)
        self._record: Late[RecordController] = Late(self._make_record)
        self._presenter: Late[Presenter] = Late(self._make_presenter)
        self._stand: Late[Stand] = Late(self._make_stand)
        self._audience: Late[AudienceController] = Late(self._make_audience)
        table = desktop.window.action_table
        table.bind("open_recording", lambda: self.replay.open_file())
        table.bind("record", lambda: self.record.toggle())
        table.bind("presenter", lambda: self.presenter.toggle())
        table.bind("stand", lambda: self.stand.ask_to_begin())
        table.bind("audience", lambda: self.audience.toggle())

    @property
    def replay(self) -> ReplayController:
        """Plays recordings."""
        return self._replay()

    @property
    def record(self) -> RecordController:
        """Makes recordings."""
        return self._record()

    @property
    def presenter(self) -> Presenter:
        """Large type and a clicker's keys."""
        return self._presenter()

    @property
    def stand(self) -> Stand:
        """For visitors."""
        return self._stand()

    @property
    def audience(self) -> AudienceController:
        """Shows the room what the window shows."""
        return self._audience()

    def _is_replay(self) -> bool:
        return (replay := self._replay.made) is not None and replay.is_shown

    def _make_replay(self) -> ReplayController:
        from llmdesk.ui.demo.replay_controller import ReplayController

        return ReplayController(self._desktop)

    def _make_record(self) -> RecordController:
        from llmdesk.ui.demo.record_controller import RecordController

        return RecordController(self._desktop, lambda path: self.replay.open(path), self._is_replay)

    def _make_presenter(self) -> Presenter:
        from llmdesk.ui.demo.presenter import Presenter

        return Presenter(self._desktop)

    def _make_stand(self) -> Stand:
        from llmdesk.ui.demo.stand import Stand

        return Stand(self._desktop, self.replay)

    def _make_audience(self) -> AudienceController:
        from llmdesk.ui.demo.audience import AudienceController

        return AudienceController(self._desktop, self._is_replay)


def add_rooms(desktop: Desktop) -> None:
    """Once, with the desktop: its rooms and its pages."""
    Rooms(desktop)
    add_pages(desktop)


def rooms_of(desktop: Desktop) -> Rooms:
    """Those of a desktop that has them."""
    rooms = desktop.findChild(Rooms)
    assert isinstance(rooms, Rooms), "add_rooms was called"
    return rooms
