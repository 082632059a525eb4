"""A model of the list written as a GGUF file: asks for precision and place, tells how far it is (GUI thread only)."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from llmdesk.datatypes.model import ErrorInfo, LocalModel, Precision
from llmdesk.datatypes.work import WorkCancelled, WorkDone, WorkEvent, WorkFailed, WorkProgress
from llmdesk.engine.serving.runner import EngineRunner
from llmdesk.models.catalogue import Catalogue
from llmdesk.services.model_export import EXPORT, Exported, write_gguf
from llmdesk.ui.kit import files
from llmdesk.ui.kit.notice import Action, NoticeBar
from llmdesk.ui.kit.wording import size_text
from llmdesk.ui.kit.words import told, tr
from llmdesk.ui.models.picker import ModelPicker
from llmdesk.ui.threads.background import Background
from llmdesk.ui.threads.event_bridge import EventBridge

if TYPE_CHECKING:
    from llmdesk.engine.serving.work import WorkHandle

NOTICE = "export"
_A_DAY_S = 86_400.0


class ExportController(QObject):
    """One file at a time."""

    def __init__(
        self,
        picker: ModelPicker,
        notice: NoticeBar,
        runner: EngineRunner,
        bridge: EventBridge,
        background: Background,
        catalogue: Catalogue,
    ) -> None:
        super().__init__(picker)
        self._picker, self._notice, self._runner = picker, notice, runner
        self._bridge, self._background, self._catalogue = bridge, background, catalogue
        self._target: Path | None = None  # of the file that is being written
        self._handle: WorkHandle | None = None
        self._is_stopped = False  # before the engine had it
        picker.export_requested.connect(self.ask)

    @Slot(str)
    def ask(self, model_id: str) -> None:
        """In which precision, below the model's row."""
        row = self._picker.row(model_id)
        if row is None:
            return
        if self._target is not None:
            busy = tr("{name} is being written. One file at a time.", name=self._target.name)
            row.ask(busy, [Action(tr("Close"), _nothing), Action(tr("Stop it"), self.stop)])
            return
        ways = [Action(each, partial(self._ask_where, model_id, each)) for each in row.entry.precisions]
        words = tr("Write it as a GGUF file, which llama.cpp and other programs read. In which precision?")
        row.ask(words, [*ways, Action(tr("Cancel"), _nothing)])

    @Slot()
    def stop(self) -> None:
        """Nothing is left of the file then."""
        self._is_stopped = True
        if self._handle is not None:
            self._handle.cancel()

    def _ask_where(self, model_id: str, precision: Precision) -> None:
        self._picker.close_panel()
        window, name = self._picker.window(), f"{model_id}-{precision}.gguf"
        target = files.ask_where(window, tr("Write a GGUF file"), name, tr("GGUF models") + " (*.gguf)")
        if target is None:
            return
        if target.suffix.lower() != ".gguf":  # a model's name may have a dot: SmolLM2-1.7B
            target = target.with_name(f"{target.name}.gguf")
            if target.exists() and not files.ask_to_replace(window, target):  # the dialog has not seen this name
                return
        self._target, self._is_stopped = target, False
        self._notice.show_notice(
            NOTICE,
            tr("Writing {name}…", name=target.name),
            actions=[Action(tr("Stop it"), self.stop)],
            duration_s=_A_DAY_S,
        )
        write = partial(self._write, precision, target, target.exists())
        self._background.run(partial(self._catalogue.resolve, model_id), write, self._on_failed)

    def _write(self, precision: Precision, target: Path, replaces: bool, model: LocalModel) -> None:
        bridge = self._bridge

        def sink(event: WorkEvent[Exported]) -> None:
            bridge.run(lambda: self._hear(event))

        work = partial(write_gguf, model=model, precision=precision, target=target, replaces=replaces)
        self._handle = self._runner.run(work, sink, occupies=EXPORT)
        if self._is_stopped:
            self._handle.cancel()

    def _hear(self, event: WorkEvent[Exported]) -> None:
        if isinstance(event, WorkProgress):
            share = f" {event.fraction:.0%}" if event.fraction is not None else ""
            self._notice.retell(NOTICE, f"{told(event.text)}{share}")
            return
        self._target = self._handle = None
        if isinstance(event, WorkDone):
            size = size_text(event.value.size_bytes)
            words = tr("{name} is written ({size}).", name=event.value.path.name, size=size)
            folder = event.value.path.parent
            show = Action(tr("Show it"), lambda: _show_folder(folder))
            without = tr("What sees is not in it: llama.cpp has that in an mmproj file of its own.")
            hint = without if event.value.lacks_sight else ""
            self._notice.show_notice(NOTICE, words, hint, tone="good", actions=[show])
        elif isinstance(event, WorkFailed):
            self._on_failed(event.error)
        elif isinstance(event, WorkCancelled):
            self._notice.show_notice(NOTICE, tr("It was stopped. Nothing was written."))

    def _on_failed(self, error: ErrorInfo) -> None:
        self._target = self._handle = None
        self._notice.show_notice(NOTICE, told(error.user_message), told(error.hint), tone="bad")


def _show_folder(folder: Path) -> None:
    files.show_in_system(folder)


def _nothing() -> None:
    """Who has read it closes it."""
