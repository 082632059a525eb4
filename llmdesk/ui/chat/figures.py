"""The quiet line of figures under an answer (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QFont, QTextCharFormat

from llmdesk.datatypes.chat import FinishReason, GenerationStats
from llmdesk.ui.chat.markdown.document_view import DocumentView
from llmdesk.ui.chat.style import ChatStyle
from llmdesk.ui.kit.fonts import weigh
from llmdesk.ui.kit.words import tr

_NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"

Figure = tuple[str, str, str]
"""Words before, the number, words after."""


def figures_of(stats: GenerationStats) -> list[Figure]:
    """The figures that were measured."""
    if stats.from_response_cache:
        return [_tokens_of(stats)]
    figures: list[Figure] = []
    if stats.decode_tps > 0:
        figures.append(("", f"{stats.decode_tps:.1f}", tr("tok/s")))
    if stats.prompt_tps > 0:
        figures.append((tr("prompt"), f"{stats.prompt_tps:,.0f}", tr("tok/s")))
    if stats.ttft_s > 0:
        figures.append((tr("first token"), *_duration(stats.ttft_s)))
    figures.append(_tokens_of(stats))
    if stats.cached_tokens:
        figures.append((tr("reused"), f"{stats.cached_tokens:,}", tr("of {total}", total=f"{stats.prompt_tokens:,}")))
    if stats.drafted_tokens:
        drafted = tr("of {total} right", total=f"{stats.drafted_tokens:,}")
        figures.append((tr("lookup"), f"{stats.accepted_tokens:,}", drafted))
    if stats.parts > 1:  # the speed is that of all of them
        figures.append((tr("in"), f"{stats.parts}", tr("part(s)", n=stats.parts)))
    if stats.paused_s:
        figures.append((tr("without a pause of"), *_duration(stats.paused_s)))
    if stats.dropped_messages:  # the chat has outgrown the context: never silently
        messages = tr("message(s)", n=stats.dropped_messages)
        figures.append((tr("without the oldest"), f"{stats.dropped_messages}", messages))
    return figures


def _tokens_of(stats: GenerationStats) -> Figure:
    about = tr("about") if stats.counts_estimated else ""
    return (about, f"{stats.new_tokens:,}", tr("token(s)", n=stats.new_tokens))


def _duration(seconds: float) -> tuple[str, str]:
    return (f"{seconds * 1000:.0f}", "ms") if seconds < 0.9995 else (f"{seconds:.1f}", "s")


def reason_text(reason: FinishReason) -> str:
    """Why an answer ended; empty if there is nothing to say."""
    return {
        "stop": "",
        "length": tr("length limit"),
        "context_full": tr("ended because the context is full"),
        "cancelled": tr("stopped"),
    }[reason]


class FiguresLine(DocumentView):
    """Numbers a step stronger than their units. Written with formats: HTML cannot give a shipped font its weight."""

    def __init__(self, style: ChatStyle) -> None:
        super().__init__()
        self._style = style
        self._figures: list[Figure] = []
        self._reason = ""
        self._take_fonts()
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        style.changed.connect(self.restyle)

    def show_stats(self, stats: GenerationStats | None, reason: str) -> None:
        """Show the figures of an answer and why it ended."""
        self._figures = figures_of(stats) if stats is not None else []
        if stats is not None and stats.from_response_cache:
            reason = tr("from the answer cache: asked before in the same words, nothing was computed")
        self._reason = reason
        self._fill()

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
        for before, number, after in self._figures:
            self._write(f"{before} " if before else "")
            self._write(number, is_number=True)
            self._write(f" {after}")
            self._gap()
        self._write(self._reason)
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
