"""What the window does while an answer streams fast, counted: by the frame, not by the token, and not more at its end.

Nothing here is timed: a slow machine draws fewer frames, never more.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from markdown_it.token import Token
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from llmdesk.datatypes.chat import SamplingParams
from llmdesk.engine.backends import scripted
from llmdesk.engine.backends.script import Script
from llmdesk.ui.chat.markdown import stream
from llmdesk.ui.chat.markdown.blocks import parse_tokens
from llmdesk.ui.chat.markdown.inline import Links
from llmdesk.ui.chat.markdown.stream import MarkdownStream
from llmdesk.ui.chat.markdown.view import EARLY_MS, UNSEEN_MS
from llmdesk.ui.dashboard.figure_parts import FigureParts
from llmdesk.ui.dashboard.graph import Graph
from llmdesk.ui.kit.pace import FASTEST_MS
from tests.ui.conftest import Window

ANSWER = """Reading memory limits the speed of a language model because every token needs all weights once, and the \
weights do not fit into the caches of the processor, so a machine that reads thirty gigabytes in a second is slow.

1. Make the weights smaller, with `int8` or `int4` instead of `bf16`.
2. Read them once for **several tokens**, as batches do.

```python
def mean(values: list[float]) -> float:
    return sum(values) / len(values)
```

"""
WORDS = re.findall(r"\s*\S{1,7}|\s+", ANSWER)
TPS = 200
TOKENS = 500


@pytest.fixture(autouse=True)
def ordinary_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """Paragraphs, a list and code as models write them, in pieces as tokenizers make them."""

    def pieces(script: Script, begun: str) -> list[str]:
        return WORDS * ((script.tokens or 0) // len(WORDS) + 1)

    monkeypatch.setattr(scripted, "pieces_of", pieces)


class Seen(QObject):
    """Counts what is painted, by the class of the widget, and texts of labels that are set while nobody sees them."""

    def __init__(self, app: QApplication) -> None:
        super().__init__()
        self.paints: Counter[str] = Counter()
        self._app = app
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Every paint event of the application."""
        if isinstance(event, QPaintEvent) and isinstance(watched, QWidget):
            inside = watched.parent()  # what scrolls paints in a viewport
            self.paints[type(watched).__name__] += 1
            self.paints[f"in {type(inside).__name__}"] += 1
        return False

    def end(self) -> None:
        """Count no more."""
        self._app.removeEventFilter(self)


@pytest.fixture
def seen(qapp: QApplication) -> Iterator[Seen]:
    seen = Seen(qapp)
    yield seen
    seen.end()


def begin(window: Window, tokens: int = TOKENS) -> None:
    """Ask for an answer of so many tokens."""
    options = window.desktop.sessions.options
    window.desktop.sessions.configure(replace(options, sampling=SamplingParams(max_new_tokens=tokens)))
    window.send(f"[tokens={tokens} tps={TPS}] go")
    window.wait_tokens()


def test_a_fast_answer_is_parsed_and_painted_by_the_frame_and_nothing_is_lost(
    window: Window, seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[int] = []
    rendered: list[int] = []
    parse = parse_tokens

    def counting(lines: list[str], links: Links) -> list[Token]:
        parsed.append(1)
        return parse(lines, links)

    monkeypatch.setattr(stream, "parse_tokens", counting)
    batches: list[int] = []
    window.desktop.bridge.tokens.connect(lambda _, events: batches.append(len(events)))
    begin(window)
    begun_s = time.monotonic()
    answer = window.turns[-1].answer
    view = window.main.chat.conversation_view.view(answer.id)
    assert view is not None
    view.answer.markdown.rendered.connect(rendered.append)
    window.wait_idle()
    frames = (time.monotonic() - begun_s) * 1000 / (FASTEST_MS - EARLY_MS) + 3
    window.wait_settled()

    assert sum(batches) == TOKENS
    assert len(batches) <= frames
    assert len(rendered) <= frames
    # A frame parses its tail once; lines that end are made final, which takes another one or two.
    assert len(parsed) <= 3 * frames
    # Words, the view that scrolls with them, and the cursor behind them.
    for name in ("in TextView", "in CodeView"):
        assert 0 < seen.paints[name] <= 4 * frames, name
    # The scroll bar, whose handle moves with each line, needs nothing painted that lies behind it.
    assert seen.paints[type(window.main.chat.conversation_view.verticalScrollBar()).__name__]
    assert seen.paints["ConversationView"] < len(rendered) / 4
    expected = "".join((WORDS * (TOKENS // len(WORDS) + 1))[:TOKENS])
    assert answer.text == expected
    assert view.answer.painted_chars == len(expected)


def test_folded_figures_draw_and_write_nothing_while_an_answer_streams(
    window: Window, seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.qtbot.waitUntil(lambda: window.main.dashboard.tokens_place.filled)
    window.main.toggle_dashboard()
    window.qtbot.waitUntil(lambda: not window.main.dashboard.isVisible())
    begin(window, tokens=2000)
    seen.paints.clear()
    work: Counter[str] = Counter()
    show_history, show = Graph.show_history, FigureParts.show

    def counting_graphs(*args: Any) -> None:
        work["graphs"] += 1
        show_history(*args)

    def counting_figures(*args: Any) -> bool:
        work["figures"] += 1
        return show(*args)

    monkeypatch.setattr(Graph, "show_history", counting_graphs)
    monkeypatch.setattr(FigureParts, "show", counting_figures)
    history = window.main.dashboard.data.tps
    ticks = len(history)
    window.qtbot.waitUntil(lambda: len(history) > ticks + 2)

    assert window.chat.is_generating
    assert not work
    assert not {name for name in seen.paints if "Graph" in name}
    window.chat.stop()
    window.wait_idle()
    assert work["figures"] <= 1  # the figures of the whole answer, for when they are unfolded


class Passes(QObject):
    """What each pass of painting the window consists of, by the class of the widget and of its parent."""

    def __init__(self, app: QApplication, window: QWidget) -> None:
        super().__init__()
        self._window = window
        self.found: list[set[str]] = []
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A request to paint the window, then the paintings."""
        if watched is self._window and event.type() == QEvent.Type.UpdateRequest:
            self.found.append(set())
        elif self.found and isinstance(event, QPaintEvent):
            self.found[-1] |= {type(watched).__name__, f"in {type(watched.parent()).__name__}"}
        return False


def test_figures_are_painted_in_the_frames_of_the_words(window: Window, qapp: QApplication) -> None:
    """Each pass of its own would take a core from the model once more."""
    window.qtbot.waitUntil(lambda: window.main.dashboard.tokens_place.filled)
    begin(window, tokens=4000)
    history = window.main.dashboard.data.tps
    ticks = len(history)
    passes = Passes(qapp, window.main)
    window.qtbot.waitUntil(lambda: len(history) >= ticks + 20)
    qapp.removeEventFilter(passes)
    assert window.chat.is_generating
    with_graphs = [each for each in passes.found if "Graph" in each]
    words = {"in TextView", "in CodeView"}
    assert 8 <= len(with_graphs) <= 12, "twice a second"
    assert sum(bool(each & words) for each in with_graphs) >= len(with_graphs) / 2, "a busy machine may miss some"
    window.chat.stop()
    window.wait_idle()


def test_parsing_costs_no_more_at_the_end_of_a_long_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Characters that the parser is given for each third of 30,000, as a stream of 200 tokens a second brings them."""
    source = (ANSWER * (30_000 // len(ANSWER) + 1))[:30_000]
    given: list[int] = []
    parse = parse_tokens

    def counting(lines: list[str], links: Links) -> list[Token]:
        given.append(sum(map(len, lines)))
        return parse(lines, links)

    monkeypatch.setattr(stream, "parse_tokens", counting)
    markdown, thirds = MarkdownStream(), []
    for third in range(3):
        given.clear()
        for start in range(third * 10_000, (third + 1) * 10_000, 50):
            markdown.feed(source[start : start + 50])
            markdown.take()
        thirds.append(sum(given))
    assert thirds[2] < 1.2 * thirds[0]


def test_an_answer_behind_a_page_is_hardly_drawn_and_is_there_when_the_page_closes(window: Window) -> None:
    pages = window.main.pages
    window.qtbot.waitUntil(lambda: window.desktop.sources is not None)  # with the pages
    begin(window, tokens=2000)
    answer = window.turns[-1].answer
    view = window.main.chat.conversation_view.view(answer.id)
    assert view is not None
    pages.show_page("benchmark")
    window.qtbot.waitUntil(lambda: not view.isVisible())
    rendered: list[int] = []
    view.answer.markdown.rendered.connect(rendered.append)
    begun_s, chars = time.monotonic(), len(answer.text)
    window.qtbot.waitUntil(lambda: len(answer.text) > chars + 800)
    assert len(rendered) <= (time.monotonic() - begun_s) * 1000 / (UNSEEN_MS - EARLY_MS) + 2
    assert window.main.chat.painted_chars(answer.id) is None  # so no figure says that the window is late
    came = len(answer.text)
    pages.close_page()
    window.qtbot.waitUntil(lambda: (window.main.chat.painted_chars(answer.id) or 0) >= came)
    window.chat.stop()
    window.wait_idle()
