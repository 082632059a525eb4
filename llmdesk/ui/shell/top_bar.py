"""The bar above the conversation: model, engine, server, sampling, new chat, dashboard, menu (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import QWidget

from llmdesk.datatypes.model import ModelInfo, ModelStatus, Precision
from llmdesk.datatypes.serving import ServerStatus
from llmdesk.services.presets import PRESETS
from llmdesk.services.settings.definition import SamplingGroup
from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.labels import Tag
from llmdesk.ui.kit.numbers import digits
from llmdesk.ui.kit.spacing import row
from llmdesk.ui.kit.styled import Menu
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.wording import percent_text, preset_title
from llmdesk.ui.kit.words import tr
from llmdesk.ui.models.engine_words import engine_explanation, engine_title, threads_text
from llmdesk.ui.server.badge import ServerBadge
from llmdesk.ui.shell.actions import ActionId, ActionTable
from llmdesk.ui.shell.pill import Pill

HEIGHT_PX = 56
LOW_HEIGHT_PX = 44
_DOTS = {"none": "secondary", "loading": "warning", "ready": "good", "failed": "bad"}


class TopBar(QWidget):
    """See the module. The window fills ``menu``, where everything is that a narrow window leaves out here.

    Signals:
        models_requested(): the pill, a key or the menu.
        sampling_chosen(str): a preset's name, or ``Custom``.
    """

    models_requested = Signal()
    sampling_chosen = Signal(str)

    def __init__(self, theme: Theme, actions: ActionTable) -> None:
        super().__init__()
        self._theme, self._actions = theme, actions
        self._height_px = HEIGHT_PX
        self.status = ModelStatus("none")
        self._info: ModelInfo | None = None
        self._is_side_bar_shown = False
        self.pill = Pill(theme)
        self.engine_tag, self.threads_tag = Tag(theme), Tag(theme)
        self.server = ServerBadge(theme)
        self.sampling = Button(theme, "")
        self.sampling.setToolTip(tr("How the next token is chosen"))
        self.system_prompt = self._button("system_prompt")
        self.side_bar = self._button("side_bar")
        self.new_chat = self._button("new_chat")
        self.dashboard = self._button("dashboard")
        self.more = Button(theme, "", "more", name=tr("More"))
        self.menu = Menu(theme, self)
        self.sampling_menu = Menu(theme, self, tr("Sampling"))
        self._sampling_group = QActionGroup(self)
        self._sampling_group.triggered.connect(self._on_sampling)
        self._build()
        theme.changed.connect(self.restyle)
        self.restyle()
        self.show_status(ModelStatus("none"))

    def show_status(self, status: ModelStatus) -> None:
        """The state of the model slot."""
        title, detail, fraction = status.title or tr("No model"), "", None
        precision: Precision | None = None
        if status.state == "loading":
            detail, fraction = percent_text(status.fraction), status.fraction
        elif status.state == "failed":
            detail = tr("did not load")
        elif status.state == "ready" and status.info is not None:
            title, precision = status.info.title, None if status.info.server else status.info.precision
        elif status.title:
            detail = tr("not loaded")
        self.pill.show_state(title, detail, _DOTS[status.state], fraction, precision)
        self.status, self._info = status, status.info
        loaded = ""
        if precision and status.info:
            loaded = tr("Loaded in {seconds} s", seconds=digits(status.info.load_s, ".1f"))
        self.pill.setToolTip("\n".join(filter(None, (title, loaded, self._actions.tip("models")))))
        if self._info is not None:
            self.engine_tag.setText(engine_title(self._info))
            self.engine_tag.setToolTip(engine_explanation(self._info))
            self.threads_tag.setText(threads_text(self._info.threads))
        self._leave_out()

    @Slot(object, int)
    def show_server(self, status: ServerStatus, running: int) -> None:
        """The state of the local server, and how many answers it gives."""
        if self.server.show_server(status, running, self._actions.tip("server")):
            self._leave_out()

    @Slot(object)
    def show_sampling(self, sampling: SamplingGroup) -> None:
        """Which preset is in force, among those that can be chosen."""
        title = preset_title(sampling.preset)
        self._fill_sampling_menu(sampling)
        self.sampling.set_text(title)
        self.sampling.setAccessibleName(tr("Sampling: {name}", name=title))
        self._leave_out()

    def show_system_prompt(self, has_one: bool) -> None:
        """Whether the chat shown has one."""
        self.system_prompt.set_lit(has_one)

    def set_side_bar_shown(self, is_shown: bool) -> None:
        """The side bar has its own buttons for folding it and for a new chat."""
        if is_shown is not self._is_side_bar_shown:
            self._is_side_bar_shown = is_shown
            self._leave_out()

    def set_low(self, is_low: bool) -> None:
        """A low window has no room for air."""
        height_px = LOW_HEIGHT_PX if is_low else HEIGHT_PX
        if height_px != self._height_px:
            self._height_px = height_px
            self.restyle()

    def minimumSizeHint(self) -> QSize:
        """What does not fit is left out."""
        return QSize(0, self._theme.px(self._height_px))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what does not fit: now, and again once the window's layouts have done their work."""
        super().resizeEvent(event)
        self._leave_out()
        QTimer.singleShot(0, self, self._leave_out)

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed."""
        self.setFixedHeight(self._theme.px(self._height_px))
        self._leave_out()

    @Slot()
    def _leave_out(self) -> None:
        """The tags go before the model's name is cut; the buttons, which the menu has as well, before it vanishes."""
        layout = self.layout()
        if layout is None:
            return
        has_engine = self._info is not None
        has_threads = self._info is not None and not self._info.server
        parts = (
            (self.threads_tag, has_threads),
            (self.engine_tag, has_engine),
            (self.dashboard, True),
            (self.system_prompt, True),
            (self.sampling, True),
            (self.new_chat, not self._is_side_bar_shown),
            (self.server, self.server.is_wanted),
            (self.side_bar, not self._is_side_bar_shown),
        )
        for part, is_wanted in parts:
            part.setVisible(is_wanted)
        for part, _ in parts:
            layout.invalidate()
            is_tag = isinstance(part, Tag)
            needed = layout.totalSizeHint() if is_tag else layout.totalMinimumSize()
            if needed.width() > self.width():
                part.hide()

    def _button(self, action_id: ActionId) -> Button:
        button = Button(self._theme, "", self._actions.icon_name(action_id), name=self._actions.tip(action_id))
        button.clicked.connect(self._actions[action_id].trigger)
        return button

    def _build(self) -> None:
        layout = row(self._theme, margins=(24, 0, 16, 0), spacing=8)
        layout.addWidget(self.side_bar)
        layout.addWidget(self.pill)
        for tag in (self.engine_tag, self.threads_tag):
            layout.addWidget(tag, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addStretch(1)
        for button in (self.server, self.system_prompt, self.sampling, self.new_chat, self.dashboard, self.more):
            layout.addWidget(button)
        self.setLayout(layout)
        self.pill.clicked.connect(self.models_requested)
        self.server.clicked.connect(self._actions["server"].trigger)
        self.sampling.clicked.connect(self._open_sampling_menu)
        self.more.clicked.connect(self._open_menu)

    def _fill_sampling_menu(self, sampling: SamplingGroup) -> None:
        for action in self._sampling_group.actions():
            self._sampling_group.removeAction(action)
            self.sampling_menu.removeAction(action)
            action.deleteLater()  # it may be the one that was just chosen
        for name in sampling.names:
            preset = PRESETS.get(name) or sampling.presets.get(name)
            if preset is None:
                text = tr("Custom…")
            else:
                words = tr("{preset}, temperature {temperature}")
                text = words.format(preset=preset_title(name), temperature=digits(preset.temperature, "g"))
            action = QAction(text.replace("&", "&&"), self._sampling_group)
            action.setCheckable(True)
            action.setChecked(name == sampling.preset)
            action.setData(name)
            self.sampling_menu.addAction(action)

    @Slot(QAction)
    def _on_sampling(self, action: QAction) -> None:
        self.sampling_chosen.emit(action.data())

    @Slot()
    def _open_sampling_menu(self) -> None:
        self.sampling_menu.open_under(self.sampling)

    @Slot()
    def _open_menu(self) -> None:
        self._actions.refresh()
        self.menu.open_under(self.more)
