"""A conversation in which one can jump to any message, however far it is from the end (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt, QTimer, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from llmdesk.services.chats.conversation import Conversation
from llmdesk.ui.chat.conversation_view import AT_ONCE, EARLIER_STEP, ConversationView
from llmdesk.ui.chat.style import ChatStyle
from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr

FLASH_MS = 1_600
_ABOVE_PX = 24
_SETTLE_MS, _SETTLE_TIMES = 30, 25  # turns above are mounted meanwhile, and move what is below them


class JumpingView(ConversationView):
    """Shows the turns around a message instead of the last ones; the rest is a button away in both directions."""

    def __init__(self, style: ChatStyle) -> None:
        self._shown_end: int | None = None  # the turns behind this one are not mounted by themselves; None: all are
        super().__init__(style)
        self._target_id = ""
        self._settles = 0
        self._settle_timer = QTimer(self)
        self._settle_timer.setInterval(_SETTLE_MS)
        self._settle_timer.timeout.connect(self._settle)
        self._later_button = Button(style.theme, "", bordered=True)
        self._later_button.clicked.connect(self.show_later)
        self._later_button.hide()
        self.column.addWidget(self._later_button, 0, Qt.AlignmentFlag.AlignHCenter)
        self.verticalScrollBar().valueChanged.connect(self._on_moved)
        self.turns_changed.connect(self._update_later)

    @Slot(str)
    def reveal(self, message_id: str) -> None:
        """Bring a message of the path into view, and point it out for a moment. Others are ignored."""
        numbers = [n for n, turn in enumerate(self.turns) if message_id in (turn.prompt.id, turn.answer.id)]
        if not numbers:
            return
        number = numbers[0]
        if not self._first <= number < self._end:
            self._show_since(max(0, number - 1), min(len(self.turns), number + EARLIER_STEP))
        self._target_id, self._settles = message_id, _SETTLE_TIMES
        self._settle()
        self._settle_timer.start()
        if (target := self._target()) is not None:
            Flash(self._style.theme, target)

    @Slot()
    def show_later(self) -> None:
        """Mount the turns that follow."""
        self.stay_here()
        self._shown_end = min(len(self.turns), self._end + EARLIER_STEP)
        self._mount_below(AT_ONCE)
        self._mount_timer.start(5)
        self._update_later()

    def show_conversation(self, conversation: Conversation) -> None:
        """From its end."""
        self._shown_end, self._target_id = None, ""
        super().show_conversation(conversation)

    def follow_end(self) -> None:
        """Also if the end is not mounted."""
        self._target_id = ""
        if self._end < len(self.turns) and self._shown_end is not None:
            self._show_since(max(0, len(self.turns) - AT_ONCE), None)
        super().follow_end()

    def _last_wanted(self) -> int:
        return len(self.turns) if self._shown_end is None else min(self._shown_end, len(self.turns))

    def _show_since(self, first: int, end: int | None) -> None:
        self._take_down(0)
        self._first = self._end = first
        self._shown_end = end
        self._earlier_wanted = EARLIER_STEP
        self._mount_below(AT_ONCE)
        self._update_earlier()
        self._update_later()
        self._mount_timer.start(5)

    def _target(self) -> QWidget | None:
        for turn in self.turns[self._first : self._end]:
            if self._target_id in (turn.prompt.id, turn.answer.id):
                view = self._views[turn.answer.id]
                return view.bubble if self._target_id == turn.prompt.id else view.answer
        return None

    @Slot()
    def _settle(self) -> None:
        """Hold the message near the top until what is above it has its size, or somebody scrolls."""
        target, content = self._target(), self.widget()
        self._settles -= 1
        if target is None or content is None or self._settles < 0:
            self._settle_timer.stop()
            self._target_id = ""
            return
        top = target.mapTo(content, QPoint(0, 0)).y() - self._style.px(_ABOVE_PX)
        self._held_px, self._place_px = None, max(0, top)
        self._move()

    @Slot(int)
    def _on_moved(self, _value: int) -> None:
        if not self._is_moving:
            self._target_id = ""

    @Slot()
    def _update_later(self) -> None:
        missing = len(self.turns) - self._last_wanted()
        self._later_button.setVisible(missing > 0)
        self._later_button.set_text(tr("Show later ({count})", count=missing))


class Flash(QWidget):
    """A ring and a tint over a message for a moment; it does not move. It ends by itself, or with the message."""

    def __init__(self, theme: Theme, target: QWidget) -> None:
        super().__init__(target)
        self._theme, self._target = theme, target
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        target.installEventFilter(self)
        self.setGeometry(target.rect())
        self.show()
        QTimer.singleShot(FLASH_MS, self, self.deleteLater)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """As large as the message."""
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._target.rect())
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """See the class."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.color("accent"), 2))
        painter.setBrush(self._theme.color("accent", 0.10))
        radius = self._theme.px(10)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), radius, radius)
