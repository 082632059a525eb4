"""One lane of a race that is being set up: model, precision, kernels (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout

from llmdesk.datatypes.model import ModelSpec, Precision
from llmdesk.services.race.choices import PRECISIONS, Choices, lane_of
from llmdesk.services.race.race import Kernels, Lane
from llmdesk.ui.kit.buttons import IconButton
from llmdesk.ui.kit.labels import MEDIUM, Label
from llmdesk.ui.kit.spacing import row, space
from llmdesk.ui.kit.surfaces import Panel
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr
from llmdesk.ui.race import wording
from llmdesk.ui.race.lane_parts import Dot
from llmdesk.ui.race.pick_one import PickOne


class LaneEditor(Panel):
    """See the module.

    Signals:
        changed(): another lane than before.
        removed(): it shall go.
    """

    changed = Signal()
    removed = Signal()

    def __init__(self, theme: Theme, number: int, choices: Choices, lane: Lane) -> None:
        super().__init__(theme, radius=12)
        name = tr("Lane {number}", number=number + 1)
        self.model = PickOne[ModelSpec](theme, tr("Model"))
        self.precision = PickOne[Precision](theme, tr("Precision"))
        self.kernels = PickOne[Kernels](theme, tr("Kernels"))
        self.remove = IconButton(theme, "x", tr("Remove this lane"))
        self._server = Label(theme, tr("Its server decides about the rest."), "secondary", "small", wraps=True)
        self.setAccessibleName(name)
        chosen = next((spec for spec in choices.models if spec.id == lane.model_id), None)
        self.model.set_values([(spec, lane_of(spec).model) for spec in choices.models], chosen)
        self.precision.set_values([(each, each) for each in PRECISIONS], lane.precision)
        self.kernels.set_values([(each, _kernel_words(each)) for each in choices.kernels], lane.kernels)
        layout = QVBoxLayout(self)
        space(theme, layout, (16, 12, 12, 16), spacing=10)
        dot = Dot(theme, wording.COLORS[number])
        layout.addLayout(row(theme, dot, Label(theme, name, "text", "ui", MEDIUM), 1, self.remove))
        for part in (self.model, self.precision, self.kernels, self._server):
            layout.addWidget(part)
        layout.addStretch(1)
        self.model.picked.connect(self._on_picked)
        self.precision.picked.connect(self.changed)
        self.kernels.picked.connect(self.changed)
        self.remove.clicked.connect(self.removed)
        self._has_kernels = len(choices.kernels) > 1
        self._fit()

    @property
    def lane(self) -> Lane:
        """As it is set up."""
        spec = self.model.value
        assert spec is not None, "an editor is made with a model"
        return lane_of(spec, self.precision.value, self.kernels.value or "auto")

    @Slot()
    def _on_picked(self) -> None:
        self._fit()
        self.changed.emit()

    def _fit(self) -> None:
        is_remote = self.lane.is_remote
        self.precision.setVisible(not is_remote)
        self.kernels.setVisible(not is_remote and self._has_kernels)
        self._server.setVisible(is_remote)


def _kernel_words(kernels: Kernels) -> str:
    words = {"auto": tr("Fastest kernels here"), "ipex": tr("IPEX's operators"), "native": tr("PyTorch's operators")}
    return words.get(kernels) or tr("llmdesk's kernels for {name}", name=kernels)
