"""A race while it is run: which lane computes, how fast, how long it still takes (GUI thread only)."""

from __future__ import annotations

import time

from PySide6.QtCore import QSize, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLayout, QSizePolicy, QVBoxLayout, QWidget

from llmdesk.services.race.race import Lane, Plan
from llmdesk.services.race.running import LaneNews
from llmdesk.ui.kit.big_figure import BigFigure
from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.labels import SEMIBOLD, ElidedLabel, Label
from llmdesk.ui.kit.numbers import digits
from llmdesk.ui.kit.scaled_theme import ScaledTheme
from llmdesk.ui.kit.spacing import gap, row, settle, space
from llmdesk.ui.kit.surfaces import Panel, ThinBar
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.wording import NOTHING
from llmdesk.ui.kit.words import told, tr
from llmdesk.ui.race import wording
from llmdesk.ui.race.lane_parts import Dot, LaneBar

_CARD_PX, _HEIGHT_PX = 320.0, 340.0  # at 100 %
_LEAST_PERCENT, _MOST_PERCENT = 70, 300
_SILENT_S = 5.0


class RunningView(QWidget):
    """See the module.

    Signals:
        stopped(): the button.
    """

    stopped = Signal()

    def __init__(self, theme: Theme, plan: Plan) -> None:
        super().__init__()
        self._theme = theme = ScaledTheme(theme, 100, self)
        self._width_px = _CARD_PX * max(2, len(plan.lanes))
        self._lanes = plan.lanes
        self.now = time.monotonic
        self._news: LaneNews | None = None
        self._heard_s = 0.0
        self._watch = QTimer(self, interval=1000)
        self._watch.timeout.connect(self.tell_silence)
        self._watch.start()
        self.cards = [RunningCard(theme, number, lane, plan.max_tokens) for number, lane in enumerate(plan.lanes)]
        self.stop = Button(theme, tr("Stop"), bordered=True)
        self.stop.clicked.connect(self.stopped)
        self.progress = Label(theme, "", "secondary", wraps=True)
        self.bar = ThinBar(theme, tr("Race"))
        layout = QVBoxLayout(self)
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        space(theme, layout, (32, 24, 32, 24), spacing=12)
        layout.addLayout(row(theme, Label(theme, tr("Race"), "text", "greeting", SEMIBOLD), 1, self.stop))
        prompt = ElidedLabel(theme, "secondary", "ui")
        prompt.setText(f"“{' '.join(plan.prompt.split())}”")
        layout.addWidget(prompt)
        layout.addWidget(self.progress)
        layout.addWidget(self.bar)
        gap(theme, layout, 8)
        lanes = row(theme, spacing=16)
        for card in self.cards:
            lanes.addWidget(card, 1)
        layout.addLayout(lanes)
        gap(theme, layout, 8)
        words = tr("One lane computes at a time; the others wait. What you see now is the measurement, not the race.")
        layout.addWidget(Label(theme, words, "secondary", "small", wraps=True))
        layout.addStretch(1)

    def minimumSizeHint(self) -> QSize:
        """It takes what it is given."""
        return QSize(0, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Everything grows with the room, so that it can be read from far away."""
        super().resizeEvent(event)
        share = min(self.width() / self._width_px, self.height() / _HEIGHT_PX)
        self._theme.set_scale(min(max(_LEAST_PERCENT, int(100 * share)), _MOST_PERCENT))
        settle(self)

    def show_progress(self, words: str, fraction: float) -> None:
        """Of the whole race."""
        self.progress.setText(words)
        self.bar.set_fraction(fraction)

    def show_news(self, news: LaneNews) -> None:
        """What a lane does."""
        for number, card in enumerate(self.cards):
            card.show_turn(number == news.lane and news.run is None)
        self.cards[news.lane].show_news(news)
        self._news, self._heard_s = news, self.now()

    @Slot()
    def tell_silence(self) -> None:
        """A server may stop in the middle, and is waited for: that must not look like a race that hangs."""
        news, silent_s = self._news, self.now() - self._heard_s
        if news is None or news.run is not None or not news.tokens or not self._lanes[news.lane].is_remote:
            return
        if silent_s >= _SILENT_S:
            silence = tr("nothing has come for {seconds} s", seconds=digits(silent_s, ".0f"))
            self.cards[news.lane].show_silence(news, silence)
            self.progress.setText(silence)  # how long still was said of the speed of before


class RunningCard(Panel):
    """One lane: waiting, computing with its speed, or done."""

    def __init__(self, theme: Theme, number: int, lane: Lane, max_tokens: int) -> None:
        super().__init__(theme, radius=12)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)  # all are equally wide
        self._max_tokens = max_tokens
        title = ElidedLabel(theme, "text", "unit", SEMIBOLD, least=150)
        form = ElidedLabel(theme, "secondary", "small" if lane.is_remote else "ui")
        name, place = wording.name_and_form(lane)
        title.setText(name)
        form.setText(place or " ")  # all cards are equally high
        self.figure = BigFigure(theme, tr("tokens / s"))
        self.state, self.bar = (
            Label(theme, tr("waits"), "secondary", wraps=True),
            LaneBar(theme, wording.COLORS[number]),
        )
        layout = QVBoxLayout(self)
        space(theme, layout, (20, 16, 20, 18), spacing=8)
        layout.addLayout(row(theme, Dot(theme, wording.COLORS[number]), title, form, 1, spacing=9))
        layout.addWidget(self.figure)
        layout.addStretch(1)  # names and figures of all cards at one height, however long their states are
        layout.addWidget(self.state)
        layout.addWidget(self.bar)
        self.setAccessibleName(wording.lane_words(lane))

    def show_turn(self, is_its: bool) -> None:
        """It computes now."""
        self.set_edge("accent" if is_its else "line")

    def show_news(self, news: LaneNews) -> None:
        """See LaneNews."""
        run = news.run
        self.figure.show_value(wording.tps_words(news.tps))
        if run is None:
            words = _so_far(news) if news.tokens else tr("gets ready")
            self.bar.show_fraction(news.tokens / self._max_tokens)
        elif run.has_failed:
            words = tr("failed: {reason}", reason=told(run.answer.error))
            self.state.set_color("bad")
        else:
            time = wording.first_token_words(run).replace(" ", "\N{NO-BREAK SPACE}")
            words = tr("done: %n token(s), first token after {time}", n=news.tokens, time=time)
            self.bar.show_fraction(1.0)
        self.state.setText(words)

    def show_silence(self, news: LaneNews, silence: str) -> None:
        """Nothing came since: the speed of before is none of now."""
        self.figure.show_value(NOTHING)
        self.state.setText(f"{_so_far(news)} · {silence}")


def _so_far(news: LaneNews) -> str:
    return tr("%n token(s) so far", n=news.tokens)
