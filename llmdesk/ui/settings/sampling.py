"""How the next token is chosen: the user's own values (GUI thread only)."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDoubleSpinBox, QFormLayout, QLineEdit, QSpinBox, QWidget

from llmdesk.datatypes.chat import SamplingParams
from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.labels import Label
from llmdesk.ui.kit.popover import Popover
from llmdesk.ui.kit.spacing import FlowLayout, fix, row, space
from llmdesk.ui.kit.styled import FIELD_PX, FieldStyle
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr

_MAX_SEED = 2**63 - 1
_LONGEST_NAME = 24  # it stands in the top bar


class SamplingPanel(Popover):
    """A form for the user's own values; each change counts at once, for the next answer.

    Signals:
        changed(SamplingParams): a value was edited.
        kept(str, SamplingParams): the values are to be a preset of that name.
        removed(str): this preset of the user's is to go.
    """

    changed = Signal(object)
    kept = Signal(str, object)
    removed = Signal(str)

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(theme, window, 340, title=tr("Sampling"))
        self._params = SamplingParams()
        self.temperature = _decimal(0.0, 2.0, 0.05, tr("0: always the likeliest token"))
        self.top_k = _whole(0, 1000, tr("0: off"))
        self.top_p = _decimal(0.05, 1.0, 0.05, tr("1: off"))
        self.min_p = _decimal(0.0, 1.0, 0.01, tr("0: off"))
        self.repetition_penalty = _decimal(1.0, 2.0, 0.05, tr("1: off"))
        self.max_new_tokens = _whole(1, 100_000, tr("An answer never gets longer than this"))
        self.seed = QLineEdit()
        self.seed.setPlaceholderText(tr("random"))
        self.seed.setToolTip(tr("The same seed and prompt give the same answer"))
        self.seed.textEdited.connect(self._on_edited)
        self._presets: tuple[str, ...] = ()
        self.name = QLineEdit()
        self.name.setPlaceholderText(tr("a name"))
        self.name.setMaxLength(_LONGEST_NAME)
        self.keep = Button(theme, tr("Keep"), bordered=True)
        self.remove = Button(theme, tr("Remove"), bordered=True)
        self._message = Label(theme, "", "secondary", "note", wraps=True)
        self._build()

    def show_params(self, params: SamplingParams) -> None:
        """Fill the form; does not emit."""
        self._params = params
        for box, value in self._boxes():
            box.blockSignals(True)
            box.setValue(value)  # type: ignore[arg-type]  # a whole box is only paired with a whole number
            box.blockSignals(False)
        self.seed.setText("" if params.seed is None else str(params.seed))

    def show_presets(self, names: tuple[str, ...]) -> None:
        """The presets of the user's own."""
        self._presets = names
        self._on_named()

    def show_message(self, text: str) -> None:
        """What came of keeping a preset."""
        self._message.setText(text)

    @Slot()
    def _on_named(self) -> None:
        name = self.name.text().strip()
        self.keep.setEnabled(bool(name))
        self.remove.setEnabled(name in self._presets)
        if name in self._presets:
            self.show_message(tr("This preset is in the list."))
        elif self._presets:
            self.show_message(tr("Of your own: {names}", names=", ".join(self._presets)))
        else:
            self.show_message(tr("Presets stand in the list at the top."))

    @Slot()
    def _on_keep(self) -> None:
        self.kept.emit(self.name.text().strip(), self._params)

    @Slot()
    def _on_remove(self) -> None:
        self.removed.emit(self.name.text().strip())

    def _boxes(self) -> list[tuple[QSpinBox | QDoubleSpinBox, float]]:
        params = self._params
        return [
            (self.temperature, params.temperature),
            (self.top_k, params.top_k),
            (self.top_p, params.top_p),
            (self.min_p, params.min_p),
            (self.repetition_penalty, params.repetition_penalty),
            (self.max_new_tokens, params.max_new_tokens),
        ]

    @Slot()
    def _on_edited(self) -> None:
        text = self.seed.text().strip()
        seed = int(text) if text.isascii() and text.isdigit() and int(text) <= _MAX_SEED else None
        self._params = replace(
            self._params,
            temperature=round(self.temperature.value(), 3),
            top_k=self.top_k.value(),
            top_p=round(self.top_p.value(), 3),
            min_p=round(self.min_p.value(), 3),
            repetition_penalty=round(self.repetition_penalty.value(), 3),
            max_new_tokens=self.max_new_tokens.value(),
            seed=seed,
        )
        self.changed.emit(self._params)

    def _build(self) -> None:
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        space(self._theme, form, (20, 6, 20, 8), spacing=12)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        names = (
            tr("Temperature"),
            tr("Top-k"),
            tr("Top-p"),
            tr("Min-p"),
            tr("Repetition penalty"),
            tr("Longest answer, tokens"),
        )
        for name, (box, _) in zip(names, self._boxes(), strict=True):
            box.valueChanged.connect(self._on_edited)
            self._add_field(form, name, box)
        self._add_field(form, tr("Seed"), self.seed)
        self._add_field(form, tr("Keep as a preset"), self.name)
        self.panel_layout.addLayout(form)
        self.keep.setAccessibleName(tr("Keep these values as a preset"))
        self.remove.setAccessibleName(tr("Remove the preset of this name"))
        self.name.textEdited.connect(self._on_named)
        self.name.returnPressed.connect(self.keep.click)
        self.keep.clicked.connect(self._on_keep)
        self.remove.clicked.connect(self._on_remove)
        self.panel_layout.addLayout(row(self._theme, self._message, margins=(20, 0, 20, 0)))
        buttons = FlowLayout(self._theme, margins=(20, 8, 20, 20))
        buttons.addWidget(self.remove)
        buttons.addWidget(self.keep)
        self.panel_layout.addLayout(buttons)
        self.panel_layout.addStretch(1)
        self._on_named()

    def _add_field(self, form: QFormLayout, name: str, field: QWidget) -> None:
        label = Label(self._theme, name)
        label.setBuddy(field)
        fix(self._theme, label, height=FIELD_PX)
        field.setAccessibleName(name)
        FieldStyle(self._theme, field)
        form.addRow(label, field)


def _decimal(low: float, high: float, step: float, tip: str) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setRange(low, high)
    box.setSingleStep(step)
    box.setDecimals(2)
    box.setToolTip(tip)
    return box


def _whole(low: int, high: int, tip: str) -> QSpinBox:
    box = QSpinBox()
    box.setRange(low, high)
    box.setToolTip(tip)
    return box
