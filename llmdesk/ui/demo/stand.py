"""Stand mode: an unattended machine that visitors ask, and that forgets them (GUI thread only; docs/demos.md).

The chat is a private one, so that store, recordings and usage never hear of it; it keeps no answers in the engine's
cache. Who has gone is noticed by the time since the last touch. Leaving takes the PIN, closing the window does too,
unless the session or the system ends.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from llmdesk.services.chats.chat_options import ChatOptions
from llmdesk.services.chats.session import AnswerEnded, AnswerStarted, Session
from llmdesk.services.chats.sessions import Change, SessionShown
from llmdesk.services.prompts.library import PromptFolder
from llmdesk.services.stand.samples import stand_samples
from llmdesk.ui.chat.attachments.draft import DraftFile
from llmdesk.ui.demo.attract import Attract
from llmdesk.ui.demo.presenter import Presenter
from llmdesk.ui.demo.replay_controller import ReplayController
from llmdesk.ui.demo.stand_guard import StandGuard
from llmdesk.ui.demo.stand_lock import StandLock
from llmdesk.ui.demo.stand_parts import StandBar
from llmdesk.ui.demo.stand_reach import Reach
from llmdesk.ui.demo.whole_screen import WholeScreen
from llmdesk.ui.kit.popover import Popover
from llmdesk.ui.kit.timers import make_timer
from llmdesk.ui.kit.words import spoken, tr
from llmdesk.ui.shell.desktop import Desktop
from llmdesk.ui.threads.background import Background

COUNTDOWN_S = 15.0
_LOOK_MS = 250
_MISHAP_S = 10.0
_RETRY_S = 30.0


@dataclass(frozen=True, slots=True)
class _Owner:
    """What the window showed before, and will show again."""

    session: Session
    options: ChatOptions
    draft: str
    files: tuple[DraftFile, ...]


class Stand(QObject):
    """See the module.

    Args:
        now: seconds, for the time since the last touch.
    """

    def __init__(self, desktop: Desktop, replay: ReplayController, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__(desktop.window)
        self._desktop, self._window, self._replay, self.now = desktop, desktop.window, replay, now
        self._background = Background(desktop.bridge)
        self._screen = WholeScreen(desktop)
        self._attract = Attract(desktop, replay, self._background)
        self.bar: StandBar | None = None
        self._session: Session | None = None
        self._owner: _Owner | None = None
        self._touched_s = self._retried_s = 0.0
        self._ends_program = self._has_failed = False
        self._reach = Reach(desktop.window, lambda: self.bar, lambda: self.lock.panel)
        self.guard = StandGuard(desktop.window, self._reach.is_allowed, self._reach.is_quiet)
        self.lock = StandLock(desktop, self._background, self._leave)
        self._timer = make_timer(self, self.look, _LOOK_MS)
        self.guard.touched.connect(self.touch)
        self.guard.escaped.connect(self._on_escape)
        self.guard.moved.connect(self._reach.move)
        desktop.sessions.subscribe(self._on_change)
        desktop.reporter.reported.connect(self._on_mishap)

    @property
    def is_on(self) -> bool:
        """From ``begin`` until the PIN was given."""
        return self.bar is not None

    @Slot()
    def ask_to_begin(self, *, ends_program: bool = False) -> None:
        """Begin; choose a PIN first, if there is none. ``ends_program``: leaving closes the window."""
        self._ends_program = ends_program
        if self.lock.pin.is_chosen:
            self.begin()
        else:
            self.lock.choose(self._window.top_bar.more, self.begin)

    def begin(self, *, whole_screen: bool = True) -> None:
        """From now on. Idempotent."""
        if self.is_on:
            return
        self._clear_the_window()
        session = self._desktop.sessions.current
        files = self._desktop.chat.drafts.of(session).files
        self._owner = _Owner(session, session.options, self._window.chat.prompt(), files)
        self.bar = bar = StandBar(self._desktop.theme)
        bar.restart_requested.connect(self.start_over)
        bar.stay_requested.connect(self.touch)
        bar.leave_requested.connect(self.lock.ask)
        self._window.chat.set_head(bar)
        self._window.chat.composer.set_plain(True)
        self._window.chat.empty_state.set_leads_back(False)  # the titles of the owner's chats
        self._window.action_table.set_locked(True)
        self._window.may_close = self.lock.may_close
        self._screen.begin(whole_screen=whole_screen, bare=True)
        self.lock.begin(bar.lock)
        self.guard.begin()
        self._read_samples()
        self._attract.read()
        self.start_over()
        self._timer.start()

    @Slot()
    def start_over(self) -> None:
        """An empty chat for the next one; of the last one nothing stays."""
        old, sessions, pane = self._session, self._desktop.sessions, self._window.chat
        self._attract.end()
        self.guard.is_asleep = False
        self._session = None
        session = sessions.new(private=True)
        if old is not None and old is not session:
            sessions.close(old.conversation.id)
        stand = self._desktop.settings.values.stand
        sessions.configure(replace(session.options, system_prompt=stand.system_prompt, uses_response_cache=False))
        self._session = session
        self._desktop.chat.drafts.clear(session)
        pane.set_prompt("")
        pane.composer.edit.document().clearUndoRedoStacks()
        session.draft = ""
        self._window.private_line.hide()
        self.touch()
        pane.setFocus()

    @Slot()
    def touch(self) -> None:
        """Somebody is there."""
        if self._attract.is_on:
            self.start_over()
        self._touched_s, self._has_failed = self.now(), False
        if self.bar is not None:
            self._show_countdown(None)

    @Slot()
    def look(self) -> None:
        """What the time is for; the timer calls it."""
        session, bar = self._session, self.bar
        if bar is None or session is None or self._attract.is_on:
            return
        self._show_model()
        if session.is_generating:
            self._touched_s = self.now()  # reading is being there
        idle_s = self._desktop.settings.values.stand.idle_s
        left_s = idle_s - (self.now() - self._touched_s)
        has_begun = not session.conversation.is_empty or bool(self._window.chat.prompt())
        bar.set_begun(not session.conversation.is_empty)
        if has_begun:
            self._show_countdown(left_s if left_s <= min(COUNTDOWN_S, idle_s / 2) else None)
        if left_s > 0 or self.lock.panel.isVisible():
            return
        if has_begun:
            self.start_over()
        self.guard.is_asleep = self._attract.begin()
        if self.guard.is_asleep:  # what plays may be another model's
            bar.set_begun(False)
            bar.show_model("")

    # -- helpers ------------------------------------------------------------------------------------------------------

    def _show_countdown(self, left_s: float | None) -> None:
        assert self.bar is not None
        seconds = max(0, math.ceil(left_s)) if left_s is not None else None
        words = tr("Starting over in {seconds} s", seconds=seconds)
        if self._has_failed:
            words = tr("That did not work. Starting over in {seconds} s", seconds=seconds)
        self.bar.show_countdown(seconds, words)

    def _show_model(self) -> None:
        """Who answers; a model that could not be loaded is tried again."""
        assert self.bar is not None
        status = self._desktop.core.runner.status
        if status.state == "ready" and status.info is not None:
            self.bar.show_model(" · ".join(filter(None, (status.info.title, status.info.precision))))
            return
        self.bar.show_model(tr("One moment: the model is being made ready"))
        if status.state != "failed" or self.now() - self._retried_s < _RETRY_S:
            return
        self._retried_s = self.now()
        if self._desktop.models is None:
            self._desktop.read_catalogue()
        else:
            self._desktop.models.load(status.model_id or self._desktop.sessions.options.model_id)

    def _on_change(self, change: Change) -> None:
        session = self._session
        if session is None:
            return
        if isinstance(change, SessionShown) and change.session is not session and not self._attract.is_on:
            QTimer.singleShot(0, self, self._show_own)
        elif isinstance(change, AnswerEnded) and change.session is session and change.message.state == "failed":
            self._on_mishap()
        elif isinstance(change, AnswerStarted) and change.session is session:
            self._has_failed = False

    @Slot()
    def _show_own(self) -> None:
        """Whatever brought another chat up: it is not for visitors."""
        if self._session is not None and not self._attract.is_on:
            self._desktop.sessions.show(self._session)
            self._window.private_line.hide()

    @Slot()
    def _on_mishap(self) -> None:
        """Something failed: it starts over soon, by itself."""
        if not self.is_on:
            return
        self._has_failed = True
        idle_s = self._desktop.settings.values.stand.idle_s
        self._touched_s = self.now() - idle_s + min(_MISHAP_S, idle_s / 2)

    @Slot()
    def _on_escape(self) -> None:
        if self.lock.panel.isVisible():
            self.lock.panel.close_panel()
        else:
            self._desktop.chat.stop()

    def _read_samples(self) -> None:
        wanted = dict(self._desktop.settings.values.stand.prompts)
        state = self._window.chat.empty_state
        folder = PromptFolder(language=spoken())
        self._background.run(lambda: stand_samples(wanted, folder), state.show_samples, lambda _: None, kind="samples")

    def _clear_the_window(self) -> None:
        """Nothing of the owner's stays open."""
        self._replay.end()
        presenter = self._window.findChild(Presenter)
        if presenter is not None:
            presenter.end()
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()
        for panel in self._window.findChildren(Popover):
            panel.close_panel()
        self._window.pages.close_page()

    def _leave(self) -> None:
        """The PIN was right."""
        bar, session, owner = self.bar, self._session, self._owner
        if bar is None or owner is None:
            return
        self._timer.stop()
        self._attract.end()
        self.guard.end()
        self.bar = self._session = None
        self._window.may_close = lambda: True
        self._window.action_table.set_locked(False)
        bar.hide()
        bar.deleteLater()
        self._give_back(owner, session)
        self._screen.end()
        if self._ends_program:
            self._window.quit()

    def _give_back(self, owner: _Owner, session: Session | None) -> None:
        pane, sessions, drafts = self._window.chat, self._desktop.sessions, self._desktop.chat.drafts
        pane.set_prompt("")
        pane.composer.set_plain(False)
        pane.empty_state.show_samples(())
        pane.empty_state.set_leads_back(True)
        sessions.show(owner.session)
        if session is not None and session is not owner.session:
            sessions.close(session.conversation.id)
        owner.session.configure(owner.options)
        self._window.private_line.setVisible(owner.session.is_private)
        drafts.of(owner.session).files = owner.files
        drafts.tell(owner.session)
        pane.set_prompt(owner.draft)
        pane.composer.edit.document().clearUndoRedoStacks()
