"""What is to be measured, as a row of pills (GUI thread only)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from llmdesk.datatypes.model import ModelSpec, Precision
from llmdesk.ui.benchmark.pick_button import PickButton, PillButton
from llmdesk.ui.kit.spacing import FlowLayout
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr

PRECISIONS: tuple[Precision, ...] = ("int4", "int8", "bf16")
_PROMPTS, _ANSWERS, _DEPTHS = (16, 128, 512, 2048), (8, 32, 128, 512), (0, 1024, 2048, 4096, 8192)


class PlanBar(QWidget):
    """See the module.

    Signals:
        changed(): something else is to be measured.
    """

    changed = Signal()

    def __init__(self, theme: Theme, cores: int) -> None:
        super().__init__()
        self.models = PickButton[ModelSpec](theme, tr("Models"), _model_words)
        self.precisions = PickButton[Precision](theme, tr("Precisions"), lambda found: ", ".join(found))
        self.engines = PickButton[str](theme, tr("Kernels"), _engine_words)
        self.threads = PickButton[int](theme, tr("Threads"), _thread_words)
        self.prompts = PickButton[int](
            theme, tr("Prompt"), lambda found: tr("prompt {lengths}", lengths=_joined(found))
        )
        self.answers = PickButton[int](
            theme, tr("Answer"), lambda found: tr("answer {lengths}", lengths=_joined(found))
        )
        self.depths = PickButton[int](theme, tr("Depth"), lambda found: tr("depth {lengths}", lengths=_joined(found)))
        self.depths.setToolTip(tr("Tokens that were read before each run: long chats are slower."))
        self.fidelity = PillButton(theme, tr("Fidelity, too"))
        self.fidelity.setCheckable(True)
        self.fidelity.setToolTip(tr("Also compares with the same model in float32; takes minutes and its memory."))
        self._fill(cores)
        pills = FlowLayout(theme, spacing=8)
        for part in (*self._buttons, self.fidelity):
            pills.addWidget(part)
        self.setLayout(pills)
        for button in self._buttons:
            button.picked.connect(self.changed)
        self.fidelity.toggled.connect(lambda _: self.changed.emit())

    @property
    def _buttons(self) -> tuple[PickButton[ModelSpec] | PickButton[Precision] | PickButton[str] | PickButton[int], ...]:
        lengths = (self.threads, self.prompts, self.answers, self.depths)
        return (self.models, self.precisions, self.engines, *lengths)

    def _fill(self, cores: int) -> None:
        self.precisions.set_values([(each, each) for each in PRECISIONS], ["int4"])
        counts = sorted({1, 2, 4, 8, 16, cores} & set(range(1, cores + 1)))
        threads = [(0, tr("as many as are best")), *((count, str(count)) for count in counts)]
        self.threads.set_values(threads, [0])
        self.show_engines(("",))
        for button, values, usual in (
            (self.prompts, _PROMPTS, 512), (self.answers, _ANSWERS, 128), (self.depths, _DEPTHS, 0),
        ):  # fmt: skip
            button.set_values([(value, f"{value:,}") for value in values], [usual])

    def show_engines(self, engines: Sequence[str]) -> None:
        """What can multiply here; "" is what a load takes by itself."""
        titles = {"": tr("the fastest here"), "ipex": tr("IPEX's operators"), "native": tr("PyTorch's operators")}
        self.engines.set_values([(each, titles[each]) for each in engines], [""])


def _model_words(models: Sequence[ModelSpec]) -> str:
    return models[0].title if len(models) == 1 else tr("%n model(s)", n=len(models))


def _engine_words(engines: Sequence[str]) -> str:
    names = {"": tr("best"), "ipex": "IPEX", "native": "PyTorch"}
    return tr("kernels: {names}", names=", ".join(names[each] for each in engines))


def _thread_words(threads: Sequence[int]) -> str:
    words = [tr("best") if count == 0 else str(count) for count in threads]
    return tr("threads: {counts}", counts=", ".join(words))


def _joined(values: Sequence[int]) -> str:
    return ", ".join(str(value) for value in values)
