"""The figures of an answer: which there are, and the quiet line of the main ones below it (GUI thread only)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont, QMouseEvent, QTextCharFormat

from llmdesk.datatypes.chat import FinishReason, GenerationStats
from llmdesk.datatypes.model import AnsweredBy
from llmdesk.services.chats.message import Message
from llmdesk.services.live.throughput import told_prompt_tps
from llmdesk.ui.chat.markdown.document_view import DocumentView
from llmdesk.ui.chat.style import ChatStyle
from llmdesk.ui.kit.fonts import weigh
from llmdesk.ui.kit.numbers import digits
from llmdesk.ui.kit.wording import tps_text
from llmdesk.ui.kit.words import tr

_NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"

_WAITED_S = 0.05

Figure = tuple[str, str, str]
"""Words before, the number, words after."""


def figures_of(stats: GenerationStats) -> list[Figure]:
    """The main figures that were measured, and whatever was out of the ordinary."""
    if stats.from_response_cache:
        return [_tokens_of(stats)]
    figures: list[Figure] = []
    if stats.decode_tps > 0:
        figures.append(("", tps_text(stats.decode_tps), tr("tok/s")))
    if (prompt_tps := told_prompt_tps(stats)) is not None:
        figures.append((tr("prompt"), digits(prompt_tps, ",.0f"), tr("tok/s")))
    if stats.ttft_s > 0:
        figures.append((tr("first token"), *_duration(stats.ttft_s)))
    figures.append(_tokens_of(stats))
    if stats.parts > 1:  # the speed is that of all of them
        figures.append((tr("in"), f"{stats.parts}", tr("part(s)", n=stats.parts)))
    if stats.paused_s:
        figures.append((tr("without a pause of"), *_duration(stats.paused_s)))
    if stats.dropped_messages:  # the chat has outgrown the context: never silently
        messages = tr("message(s)", n=stats.dropped_messages)
        figures.append((tr("without the oldest"), f"{stats.dropped_messages}", messages))
    return figures


def all_figures_of(answer: Message) -> list[Figure]:
    """A line for each thing that is known of how an answer came about."""
    lines = [line for by in answer.answered_by for line in _model_lines(by)]
    if answer.stats is not None:
        lines += _stats_lines(answer.stats)
    if answer.reasoning_tokens:
        thought = tr("in {count} token(s)", n=answer.reasoning_tokens, count=digits(answer.reasoning_tokens))
        number, unit = _duration(answer.reasoning_s)
        lines.append((tr("Thinking"), number, f"{unit} {thought}"))
    if end := end_text(answer):
        lines.append((tr("Ended"), "", end))
    return lines


def _model_lines(by: AnsweredBy) -> list[Figure]:
    lines = [(tr("Model"), by.title, "")]
    if by.server:
        return [*lines, (tr("Server"), by.server, "")]
    lines.append((tr("Precision"), by.precision or "", ""))
    runs_on = tr("kernels of {name}", name=by.kernels) if by.kernels not in ("", by.backend) else ""
    lines.append((tr("Backend"), by.backend, runs_on))
    if by.threads:
        lines.append((tr("Threads"), f"{by.threads}", ""))
    return lines


def _stats_lines(stats: GenerationStats) -> list[Figure]:
    lines: list[Figure] = []
    if stats.decode_tps > 0:
        lines.append((tr("Answer"), tps_text(stats.decode_tps), tr("tokens per second")))
    if (prompt_tps := told_prompt_tps(stats)) is not None:
        lines.append((tr("Prompt"), digits(prompt_tps, ",.0f"), tr("tokens per second")))
    if stats.ttft_s > 0:
        lines.append((tr("First token after"), *_duration(stats.ttft_s)))
    about, count, tokens = _tokens_of(stats)
    lines.append((tr("Length"), " ".join(filter(None, (about, count))), tokens))
    if stats.prompt_tokens:
        lines.append((tr("Prompt's length"), digits(stats.prompt_tokens), tr("token(s)", n=stats.prompt_tokens)))
        lines.append((tr("Reused of it"), digits(stats.cached_tokens), tr("token(s)", n=stats.cached_tokens)))
    looked_up = stats.drafted_tokens - stats.model_drafted_tokens
    for name, drafted, accepted in (
        (tr("Prompt lookup"), looked_up, stats.accepted_tokens - stats.model_accepted_tokens),
        (tr("Draft model"), stats.model_drafted_tokens, stats.model_accepted_tokens),
    ):
        if drafted:
            right = tr("of {total} drafted tokens right", total=digits(drafted))
            lines.append((name, digits(accepted), right))
    if stats.queue_s >= _WAITED_S:
        lines.append((tr("Waited"), *_duration(stats.queue_s)))
    return lines


def end_text(answer: Message) -> str:
    """Why an answer ended, in words; empty while it has not."""
    if answer.state == "failed":
        return tr("it failed")
    if answer.state == "interrupted":
        return tr("interrupted")
    if answer.finish_reason is None:
        return ""
    return reason_text(answer.finish_reason) or tr("by itself")


def _tokens_of(stats: GenerationStats) -> Figure:
    about = tr("about") if stats.counts_estimated else ""
    return (about, digits(stats.new_tokens), tr("token(s)", n=stats.new_tokens))


def _duration(seconds: float) -> tuple[str, str]:
    return (digits(seconds * 1000, ".0f"), tr("ms")) if seconds < 0.9995 else (digits(seconds, ".1f"), tr("s"))


def reason_text(reason: FinishReason) -> str:
    """Why an answer ended; empty if there is nothing to say."""
    return {
        "stop": "",
        "length": tr("ended at the length limit"),
        "context_full": tr("ended because the context is full"),
        "cancelled": tr("stopped"),
    }[reason]


class FiguresLine(DocumentView):
    """Numbers a step stronger than their units. Written with formats: HTML cannot give a shipped font its weight.

    Signals:
        clicked(): the mouse pressed it, and selected nothing.
    """

    clicked = Signal()

    def __init__(self, style: ChatStyle) -> None:
        super().__init__()
        self._style = style
        self._figures: list[Figure] = []
        self._reason = ""
        self._take_fonts()
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        style.changed.connect(self.restyle)

    def show_stats(self, stats: GenerationStats | None, reason: str, before: Sequence[Figure] = ()) -> None:
        """Show the figures of an answer, behind those that are given, and why it ended."""
        self._figures = [*before, *(figures_of(stats) if stats is not None else [])]
        if stats is not None and stats.from_response_cache:
            reason = tr("from the answer cache: asked before in the same words, nothing was computed")
        self._reason = reason
        self._fill()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The whole line unfolds."""
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and not self.textCursor().hasSelection():
            self.clicked.emit()

    def plain(self) -> str:
        """The line without styles, for screen readers."""
        parts = [" ".join(part for part in figure if part) for figure in self._figures]
        return ", ".join([*parts, self._reason] if self._reason else parts)

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed."""
        self._take_fonts()
        self._fill()

    def _take_fonts(self) -> None:
        self._font = self._style.theme.font("small")
        self._number_font = QFont(self._font)
        weigh(self._number_font, QFont.Weight.DemiBold)
        self.document().setDefaultFont(self._font)

    def _fill(self) -> None:
        self.clear()
        self.end.beginEditBlock()  # it is laid out once, not after each word
        for before, number, after in self._figures:
            self._write(f"{before} " if before else "")
            self._write(number, is_number=True)
            self._write(f" {after}")
            self._gap()
        self._write(self._reason)
        self.end.endEditBlock()
        self.setAccessibleName(self.plain())

    def _write(self, text: str, is_number: bool = False) -> None:
        """Words of one figure: they stay on one line."""
        written = QTextCharFormat()
        written.setFont(self._number_font if is_number else self._font)
        written.setForeground(self._style.color("text" if is_number else "secondary"))
        self.end.insertText(text.replace(" ", _NO_BREAK_SPACE), written)

    def _gap(self) -> None:
        """Between two figures, where the line may break."""
        self.end.insertText(3 * _NO_BREAK_SPACE + " ", QTextCharFormat())
