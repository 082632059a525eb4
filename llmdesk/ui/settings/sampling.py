"""How the next token is chosen: the user's own values (GUI thread only)."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFormLayout, QLineEdit, QWidget

from llmdesk.datatypes.chat import SamplingParams
from llmdesk.numerals import whole_number
from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.labels import Label
from llmdesk.ui.kit.number_field import NumberField
from llmdesk.ui.kit.numbers import digits
from llmdesk.ui.kit.popover import Popover
from llmdesk.ui.kit.spacing import FlowLayout, fix, row, space
from llmdesk.ui.kit.styled import FIELD_PX, FieldStyle
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr

_MAX_SEED = 2**63 - 1
_LEAST_TOP_P, _LEAST_PENALTY = 0.000001, 0.01  # above 0, as the settings ask
_LONGEST_NAME = 24  # it stands in the top bar


class SamplingPanel(Popover):
    """A form for the user's own values; each change counts at once, for the next answer.

    Signals:
        changed(SamplingParams): a value was edited.
        kept(str, SamplingParams): the values are to be a preset of that name.
        removed(str): this preset of the user's is to go.
        import_requested(), export_requested(): presets out of a file, and to one.
    """

    changed = Signal(object)
    kept = Signal(str, object)
    removed = Signal(str)
    import_requested = Signal()
    export_requested = Signal()

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(theme, window, 340, title=tr("Sampling"))
        self._params = SamplingParams()
        self.temperature = NumberField(0, 2, 0.05, tr("0: always the likeliest token"))
        self.top_k = NumberField(0, 1000, 1, tr("0: off"), whole=True)
        self.top_p = NumberField(_LEAST_TOP_P, 1, 0.05, tr("1: off"), unit="%")
        self.min_p = NumberField(0, 1, 0.01, tr("0: off"), unit="%")
        self.repetition_penalty = NumberField(_LEAST_PENALTY, 2, 0.05, tr("1: off"))
        longest = tr("An answer never gets longer than this")
        self.max_new_tokens = NumberField(1, 100_000, 1, longest, unit=tr("tokens"), whole=True)
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
        self.take_in = Button(theme, tr("Import…"), bordered=True)
        self.give_away = Button(theme, tr("Export…"), bordered=True)
        self._message = Label(theme, "", "secondary", "note", wraps=True)
        self._build()

    def show_params(self, params: SamplingParams) -> None:
        """Fill the form; does not emit."""
        self._params = params
        for box, value in self._boxes():
            box.blockSignals(True)
            box.setValue(value)
            box.blockSignals(False)
        self.seed.setText("" if params.seed is None else str(params.seed))

    def show_presets(self, names: tuple[str, ...]) -> None:
        """The presets of the user's own."""
        self._presets = names
        self._on_named()

    @property
    def message(self) -> str:
        """The line above the buttons."""
        return self._message.text()

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

    def _boxes(self) -> list[tuple[NumberField, float]]:
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
        seed = whole_number(self.seed.text())
        if seed is not None and not 0 <= seed <= _MAX_SEED:
            seed = None
        if self.seed.text().strip() and seed is None:
            self.show_message(
                tr("The seed is no whole number from 0 to {most}, so it is random.", most=digits(_MAX_SEED))
            )
        else:
            self._on_named()
        self._params = replace(
            self._params,
            temperature=self.temperature.value(),
            top_k=round(self.top_k.value()),
            top_p=self.top_p.value(),
            min_p=self.min_p.value(),
            repetition_penalty=self.repetition_penalty.value(),
            max_new_tokens=round(self.max_new_tokens.value()),
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
        self.take_in.setAccessibleName(tr("Import presets from a file"))
        self.give_away.setAccessibleName(tr("Export the presets to a file"))
        self.take_in.clicked.connect(self.import_requested)
        self.give_away.clicked.connect(self.export_requested)
        for button in (self.remove, self.keep, self.take_in, self.give_away):
            buttons.addWidget(button)
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
