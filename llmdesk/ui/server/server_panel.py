"""The local server's panel: on and off, where, for whom, and what it does (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from llmdesk.datatypes.serving import ServerLoad, ServerStatus
from llmdesk.ui.kit.choice import Choice
from llmdesk.ui.kit.labels import MEDIUM, Label
from llmdesk.ui.kit.number_field import NumberField
from llmdesk.ui.kit.popover import Popover
from llmdesk.ui.kit.spacing import fix, row
from llmdesk.ui.kit.styled import FieldStyle
from llmdesk.ui.kit.switch import Switch
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr
from llmdesk.ui.server.address_list import AddressList
from llmdesk.ui.server.key_list import KeyList
from llmdesk.ui.server.parts import Example, Phones, Trouble
from llmdesk.ui.server.request_table import RequestTable
from llmdesk.ui.server.words import load_text, place_text, state_text

WIDTH_PX = 760
_PORT_PX = 96
_ROOM_PX = 48  # around a code that is brought into view


class ServerPanel(Popover):
    """See the module. It shows what it is told; each choice counts at once.

    Signals:
        switched(bool): the server is to run, or not.
        place_chosen(bool): True: open to the network.
        port_chosen(int): another port.
        with_window_chosen(bool): whether it starts with the window.
    """

    switched = Signal(bool)
    place_chosen = Signal(bool)
    port_chosen = Signal(int)
    with_window_chosen = Signal(bool)

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(theme, window, WIDTH_PX, title=tr("Local server"))
        self.switch = Switch(theme, tr("Local server"))
        self.state = Label(theme, "", wraps=True)
        self.trouble = Trouble(theme)
        self.addresses = AddressList(theme)
        self.place = Choice(
            theme,
            tr("Where it listens"),
            [(tr("This machine only"), 0.0), (tr("All networks"), 1.0)],
        )
        self._place_note = Label(theme, "", "secondary", "note", wraps=True)
        self.phones = Phones(theme)
        self.keys = KeyList(theme)
        self.port = NumberField(1, 65535, 1, tr("Port"), whole=True, grouped=False)
        self.with_window = Choice(theme, tr("Start it with the window"), [(tr("On"), 1.0), (tr("Off"), 0.0)])
        self.example = Example(theme)
        self.load = Label(theme, "", "secondary", "note", wraps=True)
        self.requests = RequestTable(theme)
        self._build()

    def show_status(self, status: ServerStatus, port: int) -> None:
        """Whether it runs and where; ``port`` is the one in the settings. Does not emit."""
        self.switch.setChecked(status.state in ("starting", "on"))
        self.state.setText(state_text(status))
        self.state.set_color("warning" if status.is_open else "text")
        self.trouble.show_status(status, port)

    def show_settings(self, is_open: bool, port: int, with_window: bool) -> None:
        """What is set; does not emit."""
        self.place.choose(float(is_open))
        self._place_note.setText(place_text(is_open))
        self._place_note.set_color("warning" if is_open else "secondary")
        self.with_window.choose(float(with_window))
        if not self.port.hasFocus():
            self.port.setValue(port)

    def show_load(self, status: ServerStatus, load: ServerLoad) -> None:
        """What it does now."""
        text = load_text(status, load)
        if text != self.load.text():
            self.load.setText(text)

    def open_under(self, anchor: QWidget, align_right: bool = False) -> None:
        """From its beginning."""
        super().open_under(anchor, align_right)
        self.scroll_area.verticalScrollBar().setValue(0)

    def show_way(self, url: str, page: str, is_open: bool) -> None:
        """See Phones. A code that is new is brought into view."""
        is_new = bool(page) and page != self.phones.code.text
        self.phones.show_way(url, page, is_open)
        if is_new and self.isVisible():
            QTimer.singleShot(0, self, self._reveal_code)  # when it has its place

    @Slot()
    def _reveal_code(self) -> None:
        self.scroll_area.ensureWidgetVisible(self.phones.code, 0, self._theme.px(_ROOM_PX))

    @Slot(bool)
    def _on_switched(self, value: bool) -> None:
        self.switched.emit(value)

    @Slot(float)
    def _on_place(self, value: float) -> None:
        self.place_chosen.emit(bool(value))

    @Slot(float)
    def _on_with_window(self, value: float) -> None:
        self.with_window_chosen.emit(bool(value))

    @Slot()
    def _on_port(self) -> None:
        self.port_chosen.emit(round(self.port.value()))

    def _build(self) -> None:
        theme = self._theme
        FieldStyle(theme, self.port)
        fix(theme, self.port, width=_PORT_PX)
        self.port.setAccessibleName(tr("Port"))
        head = row(theme, margins=(20, 8, 20, 8), spacing=12)
        head.addWidget(self.switch)
        head.addWidget(self.state, 1)
        self.panel_layout.addLayout(head)
        self._add(self.trouble)
        self._add(self.addresses)
        self._add(self.place)
        self._add(self._place_note)
        self._add(self.phones)
        self._add_title(tr("Port"))
        self.panel_layout.addLayout(row(theme, self.port, 1, margins=(20, 2, 20, 8)))
        self._add_title(tr("Keys"))
        self._add(self.keys)
        self._add(self.with_window)
        self._add_title(tr("Try it"))
        self._add(self.example)
        self._add_title(tr("Requests"))
        self._add(self.load)
        self.panel_layout.addLayout(row(theme, self.requests, margins=(20, 4, 20, 20)))
        self.switch.clicked.connect(self._on_switched)
        self.place.chosen.connect(self._on_place)
        self.with_window.chosen.connect(self._on_with_window)
        self.port.editingFinished.connect(self._on_port)

    def _add(self, part: QWidget) -> None:
        self.panel_layout.addLayout(row(self._theme, part, margins=(20, 4, 20, 6)))

    def _add_title(self, text: str) -> None:
        label = Label(self._theme, text, weight=MEDIUM, wraps=True)
        self.panel_layout.addLayout(row(self._theme, label, margins=(20, 10, 20, 0)))
