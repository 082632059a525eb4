"""One lane while a race is played: figure, graph, facts, words (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout

from llmdesk.services.race.race import Race
from llmdesk.services.race.track import Track
from llmdesk.ui.kit.big_figure import BigFigure
from llmdesk.ui.kit.labels import SEMIBOLD, ElidedLabel, SteadyLabel, Tag
from llmdesk.ui.kit.numbers import digits
from llmdesk.ui.kit.spacing import gap, row, space
from llmdesk.ui.kit.surfaces import Panel
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.wording import NOTHING, tip_text
from llmdesk.ui.kit.words import told, tr
from llmdesk.ui.race import wording
from llmdesk.ui.race.lane_parts import Dot, Fact, LaneBar, LaneGraph, LaneText


class LaneColumn(Panel):
    """See the module. ``show_at`` moves it to a moment of the clock."""

    def __init__(self, theme: Theme, race: Race, number: int) -> None:
        super().__init__(theme, radius=12)
        run = race.runs[number]
        self.track, self._race, self._run = Track(run), race, run
        color = wording.COLORS[number]
        self.figure = BigFigure(theme, tr("tokens / s"))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)  # all are equally wide
        self.graph = LaneGraph(theme, color, self.track.curve(race.duration_s))
        self.first_token = Fact(theme, tr("first token"), tr("From sending the prompt to the first token"))
        self.kl = Fact(theme, "KL", tr("How far its probabilities are from the reference's, over that one's answer"))
        self.equal = Fact(theme, tr("equal choices"), tr("Where both hold the same token for the likeliest"))
        self.differs = Fact(theme, tr("first difference"), tr("From this token on the words are others"))
        self.words = LaneText(theme, color)
        self.bar, self.place = LaneBar(theme, color), SteadyLabel(theme, "", "secondary", "small")
        self._build(theme, color)
        self.setAccessibleName(wording.lane_words(run.lane))
        if run.has_failed:
            self.words.show_text(told(run.answer.error), has_cursor=False)
        self.show_at(0.0)

    @property
    def progress(self) -> float:
        """0..1 of the most that an answer could have."""
        return self.bar.fraction

    def show_at(self, t_s: float) -> None:
        """What there was then."""
        track, run = self.track, self._run
        if run.has_failed:
            return
        count, is_over = track.tokens_at(t_s), track.is_over(t_s)
        self.figure.show_value(wording.tps_words(track.tps_at(t_s)))
        self.graph.show_at(t_s)
        self.first_token.show_value(wording.first_token_words(run) if count else NOTHING)
        self.words.show_text(track.text_at(t_s), has_cursor=not is_over)
        self.bar.show_fraction(count / max(1, track.tokens))
        self.place.show_text(self._place_words(t_s, count, is_over))

    def show_ahead(self, is_ahead: bool) -> None:
        """It has come further than the others, or has won."""
        self.set_edge("accent" if is_ahead else "line")

    def _place_words(self, t_s: float, count: int, is_over: bool) -> str:
        if is_over:
            seconds = digits(self._run.finish_s, ".1f")
            counted = wording.count_words(self._run, count)
            return tr("{tokens}, at the finish after {seconds} s", tokens=counted, seconds=seconds)
        if not count:
            read = digits(100 * self.track.prompt_fraction_at(t_s), ".0f")
            return tr("reading the prompt, {percent} %", percent=read)
        return tr("{count:,} of {tokens}", count=count, tokens=wording.count_words(self._run, self.track.tokens))

    def _build(self, theme: Theme, color: str) -> None:
        run = self._run
        title = ElidedLabel(theme, "text", "unit", SEMIBOLD)
        title.setText(wording.name_and_form(run.lane)[0])
        title.explain(run.lane.model if run.lane.is_remote else "")
        form = ElidedLabel(theme, "secondary", "ui")
        form.setText(wording.form_words(run.lane) or " ")  # a server has none: its lane is as high as the others
        where = Tag(theme, wording.where_words(run))
        where.setToolTip(tip_text(wording.engine_words(run) or wording.server_words(run)))
        layout = QVBoxLayout(self)
        space(theme, layout, (22, 18, 22, 18), spacing=0)
        head = row(theme, Dot(theme, color), title, form, 1, where, spacing=9)
        layout.addLayout(head)
        gap(theme, layout, 8)
        layout.addWidget(self.figure)
        layout.addWidget(self.graph, 1)
        gap(theme, layout, 8)
        facts = QGridLayout()
        space(theme, facts, spacing=20, down=4)
        for place, fact in enumerate((self.first_token, self.equal, self.kl, self.differs)):
            facts.addWidget(fact, place // 2, place % 2, Qt.AlignmentFlag.AlignLeft)
        facts.setColumnStretch(1, 1)
        layout.addLayout(facts)
        gap(theme, layout, 12)
        layout.addWidget(self.words, 3)
        gap(theme, layout, 8)
        layout.addWidget(self.place)
        gap(theme, layout, 6)
        layout.addWidget(self.bar)
        self.kl.show_value(wording.kl_words(run))
        self.equal.show_value(wording.equal_words(run))
        self.differs.show_value(wording.difference_words(self._race, run))
        if why := wording.server_words(run):
            for fact in (self.kl, self.equal, self.differs):
                fact.setToolTip(tip_text(why))
        if run.has_failed:
            for each in (self.graph, self.bar, self.first_token, self.kl, self.equal, self.differs):
                each.hide()
            self.place.show_text(tr("This lane has failed."))
