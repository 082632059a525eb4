"""Which model is in use: switching, failed loads (GUI thread only)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from llmdesk.datatypes.model import ErrorInfo, ModelInMemory, ModelSpec, ModelStatus, Precision
from llmdesk.engine.backend import LoadOptions
from llmdesk.engine.serving.runner import EngineRunner
from llmdesk.models.catalogue import Catalogue
from llmdesk.models.survey import Survey
from llmdesk.services.chats.chat_options import ChatOptions
from llmdesk.services.chats.session import AnswerStarted, OptionsChanged
from llmdesk.services.chats.sessions import Change, Sessions, SessionShown
from llmdesk.services.models_here import surveyed
from llmdesk.services.settings.settings import Settings
from llmdesk.services.trace import trace
from llmdesk.ui.kit.notice import Action, NoticeBar
from llmdesk.ui.kit.words import error_text, tr
from llmdesk.ui.models import row_questions
from llmdesk.ui.models.chat_model import ChatModel, ready_status
from llmdesk.ui.models.load_ahead import Ahead
from llmdesk.ui.models.load_failures import ways_out
from llmdesk.ui.models.model_notices import ModelNotices
from llmdesk.ui.models.picker import ModelPicker
from llmdesk.ui.threads.background import Background


class ModelController(QObject):
    """See the module. Downloads are DownloadController's, additions LibraryController's.

    Signals:
        status_shown(ModelStatus): what the window should say about the model.
        model_changed(): another model answers from now on.
        default_precision_known(Precision | None): that of the model in use.
        picker_requested(), log_requested(), user_file_requested(): a notice's button.
        fetch_requested(ModelSpec): a model that is not here was picked; fetch_cancel_requested(str): its download was.
        listed(): the picker shows what is on the disk now.
    """

    status_shown = Signal(object)
    model_changed = Signal()
    default_precision_known = Signal(object)
    picker_requested = Signal()
    log_requested = Signal()
    user_file_requested = Signal()
    fetch_requested = Signal(object)
    fetch_cancel_requested = Signal(str)
    listed = Signal()

    def __init__(
        self,
        picker: ModelPicker,
        notice: NoticeBar,
        runner: EngineRunner,
        sessions: Sessions,
        background: Background,
        settings: Settings,
    ) -> None:
        super().__init__(picker)
        self._picker, self._notice, self._runner, self._sessions = picker, notice, runner, sessions
        self._background, self._settings = background, settings
        self._catalogue: Catalogue | None = None
        self._precision: Precision | None = None
        self._ahead: Ahead | None = None
        self._chat_model, self._notices = ChatModel(self._title_of), ModelNotices(notice)
        self._connect()

    def start(self, catalogue: Catalogue, model_id: str = "", ahead: Ahead | None = None) -> None:
        """Load the model asked for, else the one used last, else the default; but for what is ``ahead`` already."""
        self._catalogue, self._ahead = catalogue, ahead
        self._notices.tell_problems(catalogue, self.user_file_requested.emit)
        session = self._sessions.current
        has_begun = not session.conversation.is_empty and self._spec(session.options.model_id) is not None
        if model_id or not has_begun:
            self.load(model_id or catalogue.preferred(self._settings.values.model.id))
        else:
            self.load(session.options.model_id, session.options.precision)
        self._ahead = None

    def load(
        self,
        model_id: str,
        precision: Precision | None = None,
        context_tokens: int | None = None,
        *,
        interrupt: bool = False,
    ) -> None:
        """The model that answers from now on; a prompt sent meanwhile waits. ``precision``: None is the last one."""
        self._choose(model_id, precision)
        self._notice.dismiss("load")
        self._picker.close_panel()
        self._load(model_id, precision, context_tokens, interrupt=interrupt)

    def use(self, model_id: str, precision: Precision | None) -> None:
        """Load a model for the next request, unless it is there as it is wanted."""
        is_there = self._status.state == "ready" and model_id == self.used_id == self._model_id
        if not (is_there and precision in (None, self.used_precision)):
            self.load(model_id, precision)

    @Slot()
    def refresh(self) -> None:
        """Look at the disk on another thread and show what is there."""
        if self._catalogue is not None:
            self._background.run(partial(surveyed, self._catalogue), self._show_survey, self.tell_error, kind="survey")

    @Slot(str)
    def choose(self, model_id: str) -> None:
        """A row was picked."""
        row = self._picker.row(model_id)
        assert row is not None
        if row.is_busy:
            self.fetch_cancel_requested.emit(model_id)
        elif row.entry.spec.purpose == "embeddings":
            row_questions.tell_embeddings(row, self._picker.filter.setFocus)
        elif row.entry.is_installed:
            self.switch(model_id, None)
        else:
            self.fetch_requested.emit(row.entry.spec)

    @Slot(str, str)
    def switch(self, model_id: str, precision: Precision | None) -> None:
        """Change the model; asks first if an answer would be cut off."""
        info = self._status.info
        is_ready = self._status.state == "ready" and info is not None and info.model_id == model_id
        if is_ready and info is not None and precision in (None, info.precision) and self._model_id == model_id:
            self._picker.close_panel()
            return
        row = self._picker.row(model_id)
        if self._sessions.is_generating and row is not None:
            later = partial(self.load, model_id, precision)
            now = partial(self.load, model_id, precision, interrupt=True)
            row_questions.ask_when_to_change(row, later, now, self._picker.filter.setFocus)
        else:  # a load that is still under way is not wanted any more
            self.load(model_id, precision, interrupt=self._status.state == "loading")

    @Slot(str)
    def unload(self, model_id: str) -> None:
        """Give a model's memory back, after an answer that it is giving."""
        row = self._picker.row(model_id)
        unload = partial(self._runner.unload, model_id)
        if row is None or row.model is None or not row.model.running:
            unload()
            return
        row_questions.ask_when_to_unload(row, unload, self._picker.filter.setFocus)

    @Slot(str)
    def choose_precision(self, precision: Precision) -> None:
        """Another precision of the model in use; asks first if an answer would be cut off."""
        info = self._status.info
        if info is None or info.model_id != self._model_id or precision == info.precision:
            return
        if not self._sessions.is_generating:
            self.load(info.model_id, precision)
            return
        self._notice.show_notice(
            "precision",
            tr("An answer is being written. Change to {precision}", precision=precision),
            actions=[
                Action(tr("After this answer"), partial(self.load, info.model_id, precision)),
                Action(tr("Stop it now"), partial(self.load, info.model_id, precision, interrupt=True)),
            ],
        )

    @Slot(object)
    def on_model_status(self, status: ModelStatus) -> None:
        """Show it, and settle on what is usable after a failure."""
        changed = status.state != self._status.state or status.model_id != self._status.model_id
        self._chat_model.status = status
        self._show_status()
        self._picker.show_current(self.used_id)
        if status.state == "ready" and status.info is not None and status.error is None:
            self._notice.dismiss("load")
            if changed:
                self.model_changed.emit()
            model_id = status.info.model_id
            self._notices.say_once(model_id, status.info.notice)
            self._settings.set_all({"model.id": model_id, ("model", "precisions", model_id): self._precision})
            self.default_precision_known.emit(self._default_precision(model_id))
            trace("model_ready", {"model": status.info.model_id, "load_s": status.info.load_s})
        elif status.state == "failed" and status.error is not None and changed:
            self._settle(status, status.error)

    def on_models_in_memory(self, models: tuple[ModelInMemory, ...]) -> None:
        """The picker shows who is in memory, for whom."""
        self._picker.list.show_in_memory(models)
        if self._chat_model.take_in_memory(models, self._sessions.options):
            self._show_status()

    def _settle(self, status: ModelStatus, error: ErrorInfo) -> None:
        """A load failed: the old model goes on, if there is one."""
        if status.info is not None and self._model_id == status.model_id:
            self._choose(status.info.model_id)
        models = Action(tr("Models"), self.picker_requested.emit)
        open_log = Action(tr("Open log"), self.log_requested.emit)
        actions = ways_out(status, error, self.load, self._precision, models, open_log)
        self._notice.show_notice("load", error.user_message, error.hint, tone="bad", actions=actions)

    @Slot(str)
    def _on_notice_dismissed(self, key: str) -> None:
        """Who has read that a load failed sees the model in use again."""
        info = self._status.info
        if key == "load" and self._status.state == "failed" and info is not None:
            self._chat_model.status = ready_status(info)
            self._show_status()

    def _on_change(self, change: Change) -> None:
        """A chat has its own model. It is shown at once, and loaded when the chat asks."""
        if change.session is not self._sessions.current:
            return
        match change:
            case AnswerStarted():
                self._notice.dismiss("load")
                options = change.session.options
                self._sessions.new_options = replace(self._sessions.new_options, model_id=options.model_id)
                if self._chat_model.must_be_loaded(options):
                    self._load(options.model_id, options.precision)
            case SessionShown() | OptionsChanged():
                if isinstance(change, SessionShown):
                    self._replace_missing(change.session.options)
                self._show_status()

    def _load(
        self, model_id: str, precision: Precision | None, tokens: int | None = None, *, interrupt: bool = False
    ) -> None:
        self._precision = precision or self._settings.values.model.precisions.get(model_id)
        self._chat_model.asked = (model_id, precision)
        options = LoadOptions(precision=self._precision, context_tokens=tokens)
        if Ahead(model_id, options) != self._ahead:  # what else is on its way nobody has asked for
            interrupt |= self._ahead is not None and not self._sessions.is_generating
            self._runner.load(model_id, interrupt=interrupt, options=options)

    def _show_status(self) -> None:
        self.status_shown.emit(self._chat_model.status_for(self._sessions.options))

    def _replace_missing(self, options: ChatOptions) -> None:
        """A chat whose model is not in the list any more goes on with the one that new chats have."""
        new_id = self._sessions.new_options.model_id
        if self._catalogue is None or not new_id or self._spec(options.model_id) is not None:
            return
        self._sessions.configure(replace(options, model_id=new_id, precision=None))
        if options.model_id:
            self._notices.tell_missing(options.model_id, self._title_of(new_id))

    def _show_survey(self, found: Survey) -> None:
        self._picker.show_survey(found, self.used_id)
        self.listed.emit()

    def tell_error(self, error: ErrorInfo) -> None:
        """Work on the list failed: in the picker if it is open, else as a notice."""
        if self._picker.isVisible():
            self._picker.show_message(error_text(error))
        else:
            self._notice.show_notice("files", error.user_message, error.hint, tone="bad")

    @property
    def _status(self) -> ModelStatus:
        """Of the window's model."""
        return self._chat_model.status

    @property
    def used_id(self) -> str:
        """The model that is loaded; empty if none."""
        return self._status.info.model_id if self._status.info else ""

    @property
    def used_precision(self) -> Precision | None:
        """Of the model that is loaded."""
        return self._status.info.precision if self._status.info else None

    @property
    def _model_id(self) -> str:
        """Which model the next prompt goes to."""
        return self._sessions.options.model_id

    def _choose(self, model_id: str, precision: Precision | None = None) -> None:
        """For the chat shown, and for new ones."""
        sessions = self._sessions
        sessions.new_options = replace(sessions.new_options, model_id=model_id)
        sessions.configure(replace(sessions.options, model_id=model_id, precision=precision))

    def _default_precision(self, model_id: str) -> Precision | None:
        return spec.precision if (spec := self._spec(model_id)) else None

    def _title_of(self, model_id: str) -> str:
        return spec.title if (spec := self._spec(model_id)) else model_id

    def _spec(self, model_id: str) -> ModelSpec | None:
        specs = self._catalogue.specs() if self._catalogue is not None else ()
        return next((spec for spec in specs if spec.id == model_id), None)

    def _connect(self) -> None:
        self._picker.chosen.connect(self.choose)
        self._picker.precision_chosen.connect(self.switch)
        self._picker.unload_requested.connect(self.unload)
        self._notice.dismissed.connect(self._on_notice_dismissed)
        self._sessions.subscribe(self._on_change)
