"""‹ 2/3 › at a prompt or an answer that has versions (GUI thread only)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from llmdesk.services.chats.message import Message
from llmdesk.ui.chat.style import ChatStyle
from llmdesk.ui.kit.buttons import IconButton
from llmdesk.ui.kit.labels import Label
from llmdesk.ui.kit.words import tr

_STEPS: dict[int, int] = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class VersionPager(QWidget):
    """Shown only where there is more than one version. The arrow keys page, too, while it has the keyboard.

    Args:
        of_answer: False: of a prompt.
        versions: all, the oldest first.
        current: the one that is shown.

    Signals:
        requested(message_id, step): show this version; ``step`` is -1 or 1.
    """

    requested = Signal(str, int)

    def __init__(self, style: ChatStyle, of_answer: bool, versions: Sequence[Message], current: Message) -> None:
        super().__init__()
        self._versions = versions
        self._index = versions.index(current)
        if len(versions) > 1:
            self._make_parts(style, of_answer)
        else:
            self.hide()

    def _make_parts(self, style: ChatStyle, of_answer: bool) -> None:
        number, count = self._index + 1, len(self._versions)
        theme = style.theme
        back, on, shown = _answer_words() if of_answer else _prompt_words()
        self._back, self._on = IconButton(theme, "chevron-left", back), IconButton(theme, "chevron-right", on)
        self._label = Label(theme, f"{number}/{count}", "secondary", "small")
        self._label.setAccessibleName(shown.format(number=number, count=count))
        self._label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for button, is_possible in ((self._back, number > 1), (self._on, number < count)):
            button.setEnabled(is_possible)
            button.installEventFilter(self)
            button.setAccessibleDescription(tr("{number} of {count} is shown", number=number, count=count))
        self._back.clicked.connect(self._go_back)
        self._on.clicked.connect(self._go_on)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for widget in (self._back, self._label, self._on):
            layout.addWidget(widget)

    @property
    def text(self) -> str:
        """Which version of how many, "2/3"; empty where there is only one."""
        return self._label.text() if len(self._versions) > 1 else ""

    def focus(self, step: int) -> None:
        """Put the keyboard where the next step in this direction is made, or, at the end, the way back."""
        first, second = (self._back, self._on) if step < 0 else (self._on, self._back)
        (first if first.isEnabled() else second).setFocus(Qt.FocusReason.TabFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The arrow keys page; by themselves the buttons would hand the keyboard on with them, as with Tab."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = _STEPS.get(event.key())
            if step is not None:
                self._request(step)
                return True
        return super().eventFilter(watched, event)

    @Slot()
    def _go_back(self) -> None:
        self._request(-1)

    @Slot()
    def _go_on(self) -> None:
        self._request(1)

    def _request(self, step: int) -> None:
        if 0 <= self._index + step < len(self._versions):
            self.requested.emit(self._versions[self._index + step].id, step)


def _answer_words() -> tuple[str, str, str]:
    return (
        tr("Previous version of the answer"),
        tr("Next version of the answer"),
        tr("Version {number} of {count} of the answer"),
    )


def _prompt_words() -> tuple[str, str, str]:
    return (
        tr("Previous version of the prompt"),
        tr("Next version of the prompt"),
        tr("Version {number} of {count} of the prompt"),
    )
