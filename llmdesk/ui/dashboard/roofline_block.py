"""What part of the machine's speed the model uses, as a bar and a sentence (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from llmdesk.services.live.roofline import Roofline, Share
from llmdesk.ui.dashboard import wording
from llmdesk.ui.dashboard.bars import ShareBar
from llmdesk.ui.dashboard.parts import LegendEntry, header
from llmdesk.ui.kit.labels import Label
from llmdesk.ui.kit.spacing import gap, space
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.wording import tip_text
from llmdesk.ui.kit.words import told, tr

_JUST_NOW_S = 60.0


class RooflineBlock(QWidget):
    """Has nothing to say where the model is not computed on this processor."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._told_used: float | None = None
        self._others_computed = False
        self._share = LegendEntry(theme, "", "", "100 %", of=wording.bandwidth_of(Share(1.0, 88.8e9, 0.0)))
        self._bar = ShareBar(theme, 10, ("good", "tokens"))
        self._sentence = Label(theme, "", "secondary", "small", wraps=True)
        self._prompt_share = LegendEntry(theme, "", "", "100 %", of=wording.compute_of(Share(1.0, 8888e8, 0.0)))
        self._prompt = header(theme, tr("Prompt compute"), self._prompt_share, above_px=8)
        layout = QVBoxLayout(self)
        space(theme, layout)
        heading = header(theme, tr("Memory bandwidth"), self._share)
        layout.addWidget(heading)
        gap(theme, layout, 8)
        layout.addWidget(self._bar)
        gap(theme, layout, 6)
        layout.addWidget(self._sentence)
        layout.addWidget(self._prompt)
        for part in (heading, self._bar, self._sentence):
            part.setToolTip(tip_text(wording.bandwidth_meaning()))
        self._prompt.setToolTip(tip_text(wording.compute_meaning()))
        self._prompt.hide()
        theme.changed.connect(self.restyle)
        self.restyle()

    @property
    def sentence(self) -> str:
        """What it says below the bar."""
        return self._sentence.text()

    def show_roofline(self, roofline: Roofline, now_s: float, others_compute: bool) -> bool:
        """Take the figures anew. True if it takes another height. ``others_compute``: other programs do so now."""
        was_hidden = self._prompt.isHidden()
        memory, prompt = roofline.memory_share(now_s), roofline.prompt_share(now_s)
        self._share.show_value(wording.share_percent(memory), wording.bandwidth_of(memory))
        self._bar.show_fraction(None if memory is None else memory.fraction)
        if memory is None or memory.used_per_s != self._told_used:  # afterwards others' work says nothing of the answer
            self._told_used, self._others_computed = memory.used_per_s if memory is not None else None, others_compute
        words = self._words(roofline, memory, now_s)
        if words != self._sentence.text():
            self._sentence.setText(words)
        self._prompt.setVisible(prompt is not None)
        self._prompt_share.show_value(wording.share_percent(prompt), wording.compute_of(prompt))
        return was_hidden != self._prompt.isHidden()

    def _words(self, roofline: Roofline, memory: Share | None, now_s: float) -> str:
        if memory is None:
            best = roofline.memory.best(now_s)
            if best is None:
                return tr("The memory is measured as soon as nothing else runs.")
            speed = wording.gigabytes_per_s(best.per_s)
            return tr("This memory is read at {speed}; an answer shows what of it is used.", speed=speed)
        age = tr("Measured just now.") if memory.age_s < _JUST_NOW_S else wording.measured_ago(memory)
        return f"{told(roofline.sentence(memory, self._others_computed))} {age}"

    @Slot()
    def restyle(self) -> None:
        """Sizes changed: there is room for two lines, so that nothing moves."""
        self._sentence.setMinimumHeight(2 * self._sentence.fontMetrics().lineSpacing() + 2)
