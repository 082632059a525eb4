"""What is to be raced: lanes, prompt, length (GUI thread only)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from llmdesk.services.race.choices import Choices, lane_of, usual_lanes
from llmdesk.services.race.race import LEAST_LANES, MOST_LANES, Lane, Plan
from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.labels import SEMIBOLD, Label
from llmdesk.ui.kit.spacing import FlowLayout, fix, gap, row, space
from llmdesk.ui.kit.styled import ScrollArea
from llmdesk.ui.kit.text_area import TextArea
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr
from llmdesk.ui.race.lane_editor import LaneEditor
from llmdesk.ui.race.pick_one import PickOne

_LENGTHS = (32, 64, 128, 256, 512)
_USUAL_LENGTH = 128
_SEED = 1
_WIDTH_PX = 1120


class SetupView(QWidget):
    """See the module.

    Signals:
        started(Plan): the primary button, or Ctrl+Enter in the prompt.
        open_wanted(): a race that was saved.
        last_wanted(): the race that was played last.
    """

    started = Signal(object)
    open_wanted = Signal()
    last_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._choices = Choices()
        self.editors: list[LaneEditor] = []
        self._scroll = ScrollArea(theme)
        self.start = Button(theme, tr("Start the race"), primary=True)
        self.open = Button(theme, tr("Open a race…"), bordered=True)
        self.last = Button(theme, tr("The last race"), bordered=True)
        self.add = Button(theme, tr("Add a lane"), "plus", bordered=True)
        self.prompt = TextArea(theme, tr("Prompt"), 3, tr("What all lanes are asked"))
        self.sample = PickOne[str](theme, tr("Samples"))
        self.length = PickOne[int](theme, tr("Answer"))
        self.sampling = PickOne[int](theme, tr("Sampling"))
        self.told = Label(theme, "", "bad", wraps=True)
        self._empty = Label(theme, tr("No model is on this machine yet."), "secondary", wraps=True)
        self._lanes = QHBoxLayout()
        self._fill()
        self._build()
        self._connect()
        self.show_told("")
        self.last.hide()

    @property
    def plan(self) -> Plan:
        """As it is set up."""
        lanes = tuple(editor.lane for editor in self.editors)
        seed = _SEED if self.sampling.value else None
        return Plan(self.prompt.toPlainText().strip(), lanes, self.length.value or _USUAL_LENGTH, seed)

    def show_choices(self, choices: Choices, current_id: str) -> None:
        """What there is; lanes that were set up and still can be stay."""
        known = {spec.id for spec in choices.models}
        before = [editor.lane for editor in self.editors]
        self._choices = choices
        lanes = before if before and all(lane.model_id in known for lane in before) else []
        self.set_lanes(lanes or usual_lanes(choices.models, current_id))
        self._empty.setVisible(not choices.models)

    def set_lanes(self, lanes: Sequence[Lane]) -> None:
        """These."""
        for editor in self.editors:
            self._lanes.removeWidget(editor)
            editor.hide()
            editor.deleteLater()
        self.editors = []
        for number, lane in enumerate(lanes[:MOST_LANES]):
            editor = LaneEditor(self._theme, number, self._choices, lane)
            editor.removed.connect(lambda number=number: self._remove(number))
            editor.changed.connect(self._tell)
            self.editors.append(editor)
            self._lanes.insertWidget(number, editor, 1)
        self._tell()

    def set_prompt(self, prompt: str) -> None:
        """Other words."""
        self.prompt.setPlainText(prompt)

    def show_told(self, words: str) -> None:
        """What went wrong; empty: nothing."""
        self.told.setText(words)
        self.told.setVisible(bool(words))

    @Slot()
    def submit(self) -> None:
        """Begin, if that can be done."""
        if self.start.isEnabled():
            self.show_told("")
            self.started.emit(self.plan)

    @Slot()
    def _add(self) -> None:
        lanes = [editor.lane for editor in self.editors]
        spec = self._choices.models[0]
        used = next((each for each in self._choices.models if lanes and each.id == lanes[0].model_id), spec)
        fresh = next(
            (lane_of(used, each) for each in ("int8", "int4", "bf16") if lane_of(used, each) not in lanes), None
        )
        other = next((each for each in self._choices.models if each.id not in {lane.model_id for lane in lanes}), used)
        self.set_lanes([*lanes, fresh if fresh is not None and not fresh.is_remote else lane_of(other)])

    def _remove(self, number: int) -> None:
        self.set_lanes([editor.lane for place, editor in enumerate(self.editors) if place != number])

    @Slot()
    def _tell(self) -> None:
        count = len(self.editors)
        self.add.setEnabled(len(self._choices.models) > 0 and count < MOST_LANES)
        for editor in self.editors:
            editor.remove.setEnabled(count > LEAST_LANES)
        self.start.setEnabled(LEAST_LANES <= count <= MOST_LANES and bool(self.prompt.toPlainText().strip()))

    @Slot()
    def _on_sample(self) -> None:
        self.set_prompt(self.sample.value or "")

    def _fill(self) -> None:
        found = samples()
        self.sample.set_values([(prompt, title) for title, prompt in found])
        self.prompt.setPlainText(found[0][1])
        self.length.set_values([(each, tr("%n token(s) at most", n=each)) for each in _LENGTHS], _USUAL_LENGTH)
        words = (tr("Greedy: the likeliest token always"), tr("Sampled, with the same seed in all lanes"))
        self.sampling.set_values(list(enumerate(words)), 0)

    def _build(self) -> None:
        theme = self._theme
        head = row(theme, Label(theme, tr("Race"), "text", "greeting", SEMIBOLD), 1, self.last, self.open, self.start)
        words = tr(
            "Each lane runs alone, one after the other, because side by side they would share the memory's speed and "
            "slow each other. Then all are played on one clock."
        )
        body = QWidget()
        fix(theme, body, max_width=_WIDTH_PX)
        inside = QVBoxLayout(body)
        space(theme, inside, (32, 24, 32, 24), spacing=12)
        inside.addLayout(head)
        inside.addWidget(Label(theme, words, "secondary", wraps=True))
        inside.addWidget(self.told)
        gap(theme, inside, 6)
        inside.addLayout(row(theme, Label(theme, tr("Lanes"), "text", "body", SEMIBOLD), 1, self.add))
        space(theme, self._lanes, spacing=16)
        inside.addLayout(self._lanes)
        inside.addWidget(self._empty)
        gap(theme, inside, 10)
        inside.addLayout(row(theme, Label(theme, tr("Prompt"), "text", "body", SEMIBOLD), 1, self.sample))
        inside.addWidget(self.prompt)
        pills = FlowLayout(theme, spacing=8)
        pills.addWidget(self.length)
        pills.addWidget(self.sampling)
        inside.addLayout(pills)
        gap(theme, inside, 10)
        note = tr(
            "Beside the speed stands the quality: the lane of the highest precision is the reference, and the others "
            "of its vocabulary are compared with its answer. Chats wait until the race is over."
        )
        inside.addWidget(Label(theme, note, "secondary", "small", wraps=True))
        inside.addStretch(1)
        self._place(body)

    def _place(self, body: QWidget) -> None:
        """In the middle of what scrolls."""
        around = QWidget()
        layout = QHBoxLayout(around)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addStretch(1)
        layout.addWidget(body, 1000)
        layout.addStretch(1)
        self._scroll.setWidget(around)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._scroll)

    def _connect(self) -> None:
        self.start.clicked.connect(self.submit)
        self.prompt.submitted.connect(self.submit)
        self.open.clicked.connect(self.open_wanted)
        self.last.clicked.connect(self.last_wanted)
        self.add.clicked.connect(self._add)
        self.sample.picked.connect(self._on_sample)
        self.prompt.textChanged.connect(self._tell)


def samples() -> list[tuple[str, str]]:
    """Title and prompt: short questions with answers that can be compared."""
    return [
        (tr("A heat pump"), tr("Explain a heat pump to a child.")),
        (tr("A blue sky"), tr("Explain in three sentences why the sky is blue.")),
        (tr("Code"), tr("Write a Python function that returns the moving average of a list.")),
        (tr("A story"), tr("Tell a short story of a robot that learns to paint.")),
        (tr("Arithmetic"), tr("A train goes 120 km in 90 minutes. How fast is it? Explain step by step.")),
    ]
