"""The bar above the conversation: model, engine, sampling, new chat, dashboard, menu (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QWidget

from llmdesk.datatypes.model import ModelInfo, ModelStatus
from llmdesk.services.presets import PRESETS
from llmdesk.services.settings.definition import SamplingGroup
from llmdesk.ui.kit.controls import Button, Pill, Tag
from llmdesk.ui.kit.styled import Menu
from llmdesk.ui.kit.theme import TOP_BAR_HEIGHT_PX, Theme
from llmdesk.ui.kit.wording import percent_text
from llmdesk.ui.models.engine_words import engine_explanation, engine_title

_DOTS = {"none": "secondary", "loading": "warning", "ready": "good", "failed": "bad"}


class TopBar(QWidget):
    """See the module. The window fills ``menu``.

    Signals:
        models_requested(), new_chat_requested(), dashboard_requested(): a control was used.
        sampling_chosen(str): a preset's name, or ``Custom``.
    """

    models_requested = Signal()
    new_chat_requested = Signal()
    dashboard_requested = Signal()
    sampling_chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setFixedHeight(TOP_BAR_HEIGHT_PX)
        self.pill = Pill(theme)
        self.engine_tag, self.threads_tag = Tag(theme), Tag(theme)
        self.sampling = Button(theme, "")
        self.new_chat = Button(theme, "", "plus")
        self.dashboard = Button(theme, "", "panel-right")
        self.more = Button(theme, "", "more")
        self.menu = Menu(theme, self)
        self._sampling_menu = Menu(theme, self)
        self._sampling_group = QActionGroup(self)
        self._sampling_group.triggered.connect(self._on_sampling)
        self._build()
        self.show_status(ModelStatus("none"))

    def show_status(self, status: ModelStatus) -> None:
        """The state of the model slot."""
        title, detail, fraction = status.title or "No model", "", None
        if status.state == "loading":
            detail = f"{status.phase}, {percent_text(status.fraction)}"
            fraction = status.fraction
        elif status.state == "failed":
            detail = "did not load"
        elif status.state == "ready" and status.info is not None:
            title, detail = status.info.title, status.info.server or status.info.precision
        elif status.title:
            detail = "not loaded"
        self.pill.show_state(title, detail, _DOTS[status.state], fraction)
        self.pill.setToolTip("Models (Ctrl+M)")
        self._show_info(status.info)

    @Slot(object)
    def show_sampling(self, sampling: SamplingGroup) -> None:
        """Which preset is in force, among those that can be chosen."""
        name = sampling.preset
        self._fill_sampling_menu(sampling)
        self.sampling.setText(name)
        self.sampling.setAccessibleName(f"Sampling: {name}")
        self.sampling.updateGeometry()

    def _show_info(self, info: ModelInfo | None) -> None:
        self.engine_tag.setVisible(info is not None)
        self.threads_tag.setVisible(info is not None and not info.server)
        if info is not None:
            self.engine_tag.setText(engine_title(info))
            self.engine_tag.setToolTip(engine_explanation(info))
            self.threads_tag.setText("1 thread" if info.threads == 1 else f"{info.threads} threads")

    def _build(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(24, 0, 16, 0)
        layout.setSpacing(8)
        layout.addWidget(self.pill)
        layout.addSpacing(4)
        for tag in (self.engine_tag, self.threads_tag):
            layout.addWidget(tag, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addStretch(1)
        for button, tip in (
            (self.sampling, "How the next token is chosen"),
            (self.new_chat, "New chat (Ctrl+N)"),
            (self.dashboard, "Show or hide the dashboard (Ctrl+D)"),
            (self.more, "More"),
        ):
            button.setToolTip(tip)
            button.setAccessibleName(tip)
            layout.addWidget(button)
        self.pill.clicked.connect(self.models_requested)
        self.new_chat.clicked.connect(self.new_chat_requested)
        self.dashboard.clicked.connect(self.dashboard_requested)
        self.sampling.clicked.connect(self._open_sampling_menu)
        self.more.clicked.connect(self._open_menu)

    def _fill_sampling_menu(self, sampling: SamplingGroup) -> None:
        for action in self._sampling_group.actions():
            self._sampling_group.removeAction(action)
            self._sampling_menu.removeAction(action)
            action.deleteLater()  # it may be the one that was just chosen
        for name in sampling.names:
            preset = PRESETS.get(name) or sampling.presets.get(name)
            text = f"{name}, temperature {preset.temperature:g}" if preset else "Custom…"
            action = QAction(text.replace("&", "&&"), self._sampling_group)
            action.setCheckable(True)
            action.setChecked(name == sampling.preset)
            action.setData(name)
            self._sampling_menu.addAction(action)

    @Slot(QAction)
    def _on_sampling(self, action: QAction) -> None:
        self.sampling_chosen.emit(action.data())

    @Slot()
    def _open_sampling_menu(self) -> None:
        self._sampling_menu.open_under(self.sampling)

    @Slot()
    def _open_menu(self) -> None:
        self.menu.open_under(self.more)
