"""The menu of a row of the picker: other precisions, measuring, unloading, removal (GUI thread only).

Each action's data is (what, model id, precision): "load", "speed", "fidelity", "unload", "update",
"export" or "remove".
"""

from __future__ import annotations

from PySide6.QtGui import QAction

from llmdesk.datatypes.model import ModelInMemory
from llmdesk.models.places import is_for_one_version
from llmdesk.models.survey import Entry
from llmdesk.services.bench.speeds import SpeedBook
from llmdesk.ui.kit.styled import Menu
from llmdesk.ui.kit.wording import size_text
from llmdesk.ui.kit.words import tr
from llmdesk.ui.models.precision_button import meanings
from llmdesk.ui.models.row_words import shown_precision
from llmdesk.ui.models.speed_words import can_be_synthetic, figures_text


def fill(menu: Menu, entry: Entry, model: ModelInMemory | None, book: SpeedBook | None) -> None:
    """All that can be done with a model now."""
    menu.clear()
    model_id, runs_here = entry.spec.id, entry.spec.source.kind != "server" and entry.spec.purpose == "chat"
    if entry.is_installed and runs_here:
        _add_precisions(menu, entry, book)
    _add_measuring(menu, entry, model, runs_here)
    if model is not None and model.state == "ready":
        size = tr("Unload, and free {size}", size=size_text(model.memory_bytes))
        menu.addSeparator()
        _add(menu, size if model.memory_bytes else tr("Unload"), "unload", model_id)
    source = entry.spec.source
    if entry.is_fetched and source.kind == "hub" and not is_for_one_version(source):
        menu.addSeparator()
        _add(menu, tr("Look for a newer version…"), "update", model_id)
    if entry.is_installed and runs_here:
        menu.addSeparator()
        _add(menu, tr("Write as a GGUF file…"), "export", model_id)
    if entry.spec.added_by_user or entry.is_fetched:
        menu.addSeparator()
        _add(menu, _removal(entry), "remove", model_id)
    if menu.isEmpty():
        menu.addAction(tr("Nothing on this machine yet")).setEnabled(False)


def _removal(entry: Entry) -> str:
    if not entry.spec.added_by_user:
        return tr("Remove its files…")
    return tr("Remove it and its files…") if entry.is_fetched else tr("Take off the list…")


def _add_precisions(menu: Menu, entry: Entry, book: SpeedBook | None) -> None:
    """Each with its speed and fidelity at the right."""
    for precision in entry.precisions:
        is_default = precision == entry.spec.precision
        words = (
            tr("Load as {precision}: {meaning}, its default") if is_default else tr("Load as {precision}: {meaning}")
        )
        text = words.format(precision=precision, meaning=meanings()[precision])
        figures = figures_text(book, entry.spec.id, precision)
        _add(menu, f"{text}\t{figures}" if figures else text, "load", entry.spec.id, precision)


def _add_measuring(menu: Menu, entry: Entry, model: ModelInMemory | None, runs_here: bool) -> None:
    precision = shown_precision(entry, model)
    if entry.is_installed and runs_here:
        menu.addSeparator()
        _add(menu, tr("Measure its speed as {precision}", precision=precision), "speed", entry.spec.id, precision)
        words = tr("Measure its fidelity as {precision}", precision=precision)
        _add(menu, words, "fidelity", entry.spec.id, precision)
    elif can_be_synthetic(entry):
        for other in entry.precisions:
            words = tr("Measure here as {precision}, with random weights", precision=other)
            _add(menu, words, "speed", entry.spec.id, other)


def _add(menu: Menu, text: str, what: str, model_id: str, precision: str = "") -> None:
    action = QAction(text, menu)
    action.setData((what, model_id, precision))
    menu.addAction(action)
