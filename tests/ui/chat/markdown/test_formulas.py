"""LaTeX: where it is, what is drawn, what is copied, and what is left alone."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from llmdesk.ui.chat.markdown.export import markdown
from llmdesk.ui.chat.markdown.formulas import OBJECT_TYPE, draw
from llmdesk.ui.chat.markdown.leaves import Leaf, TableLeaf, TextLeaf
from llmdesk.ui.chat.markdown.stream import MarkdownStream, read
from llmdesk.ui.chat.markdown.table_card import TableCard
from llmdesk.ui.chat.markdown.text_view import OBJECT, TextView
from llmdesk.ui.chat.markdown.view import MarkdownView
from llmdesk.ui.kit.theme import Theme
from tests.ui.chat.conftest import DrivenPane, markdown_of, pieces

MATRIX = "$$\n\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}\n$$"
ALIGNED = "\\[\n\\begin{aligned}\na &= b \\\\\n- c &= \\sum_{i=0}^n i^2\n\\end{aligned}\n\\]"
TABLE = "| a | b |\n|--|--|\n| $z$ | w |\n"
MIXED = f"The value $x^2 + \\frac{{a}}{{b}}$ and \\(y_1\\) cost $5 to $10.\n\n{MATRIX}\n\nThen\n{ALIGNED}\n\n{TABLE}"


def formulas_of(text: str) -> list[tuple[str, str]]:
    found = []
    for leaf in read(text):
        if isinstance(leaf, TextLeaf):
            found += [(span.text, span.math) for span in leaf.spans if span.math]
        elif isinstance(leaf, TableLeaf):
            cells = [cell for row in (leaf.header, *leaf.rows) for cell in row]
            found += [(span.text, span.math) for cell in cells for span in cell if span.math]
    return found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("$x$", [("$x$", "inline")]),
        ("a $x_1 * y_2 * z$ b", [("$x_1 * y_2 * z$", "inline")]),
        ("\\(a\\) and $$b$$", [("\\(a\\)", "inline"), ("$$b$$", "display")]),
        (MATRIX, [(MATRIX, "display")]),
        (f"Words:\n{ALIGNED}\nMore", [(ALIGNED, "display")]),
        ("- item\n  $$\n  x\n  + y\n  $$\n- next", [("$$\nx\n+ y\n$$", "display")]),
        ("> $$a$$", [("$$a$$", "display")]),
        ("| $a$ |\n|--|\n| $b$ |", [("$a$", "inline"), ("$b$", "inline")]),
        ("$5$", [("$5$", "inline")]),
        ("$2x + 3 = y$", [("$2x + 3 = y$", "inline")]),
        ("$5 to $10", []),
        ("between $5 and $10, or $5-$10", []),
        ("US$5 and CA$7", []),
        ("a $5 bill or a ten$ bill", []),
        ("$HOME/$USER and $PATH", []),
        ("\\$x\\$", []),
        ("`$x$` and ``\\(y\\)``", []),
        ("```\n$x$\n```", []),
        ("$ x $", []),
        ("$$\nnot closed\n\nwords", []),
        ("\\[no link](/foo)", []),
        ("$$$$ and $$ $$", []),
    ],
)
def test_where_formulas_are(text: str, found: list[tuple[str, str]]) -> None:
    assert formulas_of(text) == found


def test_a_formula_is_no_list_and_no_emphasis() -> None:
    leaves = read(ALIGNED)
    assert len(leaves) == 1
    assert leaves[0].path == ""
    spans = read("$a*b*c$ *really*")[0]
    assert isinstance(spans, TextLeaf)
    assert [span.italic for span in spans.spans] == [False, False, True]


@pytest.mark.parametrize("seed", range(8))
def test_a_stream_comes_to_the_same_leaves(seed: int) -> None:
    text = f"{MIXED}\n$$\nopen\n- a\n\n- b $c$\n\n\\[ x \\]\n\n$$ y\nz $$ words\n" * 8
    stream = MarkdownStream()
    leaves: list[Leaf] = []
    for piece in pieces(text, 30, seed):
        stream.feed(piece)
        update = stream.take()
        leaves = [*([] if update.reset else leaves), *update.final]
    update = stream.finish()
    leaves = [*([] if update.reset else leaves), *update.final]
    assert leaves == read(text)


@pytest.mark.parametrize("text", [MIXED, "a \\$x\\$ b", "$5 to $10", "cost\\$ and \\$y", "**$x$** and *a $y$*"])
def test_copied_markdown_means_the_same(text: str) -> None:
    leaves = read(text)
    assert read(markdown(leaves)) == leaves


@pytest.mark.parametrize(
    "latex",
    [
        "$x^2$",
        "$$\\int_0^\\infty e^{-x^2}\\,dx=\\frac{\\sqrt\\pi}{2}$$",
        MATRIX,
        ALIGNED,
        "$$\\begin{bmatrix}a&b\\\\c&d\\end{bmatrix}\\begin{cases}1&x>0\\\\0&\\text{else}\\end{cases}$$",
        "\\(\\mathbb{R}\\to\\hat{x}, \\alpha\\beta\\Gamma, \\lim_{n\\to\\infty}\\)",
    ],
)
def test_pictures_are_drawn(latex: str) -> None:
    picture = draw(latex, "display")
    assert picture is not None
    assert picture.width > 30
    assert picture.ascent > 20
    assert "<path" in picture.svg


@pytest.mark.parametrize("latex", ["$\\frac{$", "$$\\begin{matrix} a$$", "$}{$", "$" + "{" * 900 + "$", "$\\left($"])
def test_broken_latex_has_no_picture_and_no_exception(latex: str) -> None:
    picture = draw(latex, "inline")
    assert picture is None or picture.width > 0


def answered(qtbot: QtBot, pane: DrivenPane, text: str) -> MarkdownView:
    """An answer whose formulas are drawn."""
    pane.begin_turn("1", "prompt")
    pane.append_text("1", text)
    pane.finish_turn("1")
    view = markdown_of(pane, "1")
    drawable = [each for each in formulas_of(text) if draw(*each) is not None]
    qtbot.waitUntil(lambda: drawn_in(view) == len(drawable), timeout=20_000)
    return view


def drawn_in(view: MarkdownView) -> int:
    contents = [segment.content for segment in view.segments]
    return sum(each.toPlainText().count(OBJECT) for each in contents if isinstance(each, TextView | TableCard))


def test_without_what_draws_them_they_stay_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ziamath", None)
    assert draw("$x$", "inline") is None


def test_formulas_are_pictures_and_their_source_is_what_is_copied(qtbot: QtBot, pane: DrivenPane) -> None:
    view = answered(qtbot, pane, MIXED)
    first = view.segments[0].content
    assert isinstance(first, TextView)
    assert "x^2" not in first.toPlainText()
    assert "$5 to $10" in first.toPlainText()
    assert "$x^2 + \\frac{a}{b}$" in first.accessibleDescription()
    cursor = first.document().find(OBJECT)
    assert cursor.charFormat().objectType() == OBJECT_TYPE
    assert cursor.charFormat().toolTip() == "$x^2 + \\frac{a}{b}$"
    selection = pane.conversation_view.selection
    selection.select_message(first)
    assert selection.copy()
    copied = QGuiApplication.clipboard().text()
    assert "The value $x^2 + \\frac{a}{b}$ and \\(y_1\\) cost $5 to $10." in copied
    assert MATRIX in copied
    assert ALIGNED in copied
    assert "$z$\tw" in copied
    assert read(selection.markdown()) != []
    selection.clear()
    first.select(0, len("The value ") + 1)  # the formula itself, in part
    assert selection.text().endswith("$x^2 + \\frac{a}{b}$")


def test_broken_latex_shows_its_source(qtbot: QtBot, pane: DrivenPane) -> None:
    view = answered(qtbot, pane, "Good $x$ and bad $\\frac{$ here.")
    content = view.segments[0].content
    assert isinstance(content, TextView)
    assert content.toPlainText() == f"Good {OBJECT} and bad $\\frac{{$ here."


def ink_of(image: QImage, color: QColor) -> int:
    """Pixels that are nearly of a colour."""
    found = 0
    for y in range(image.height()):
        for x in range(image.width()):
            pixel = image.pixelColor(x, y)
            far = max(
                abs(pixel.red() - color.red()), abs(pixel.green() - color.green()), abs(pixel.blue() - color.blue())
            )
            found += far < 40
    return found


def test_colour_and_size_follow_theme_and_zoom(qtbot: QtBot, pane: DrivenPane, theme: Theme) -> None:
    view = answered(qtbot, pane, "$$\\frac{\\sum x}{y}$$")
    content = view.segments[0].content
    assert isinstance(content, QWidget)
    qtbot.wait(50)
    light, height = content.grab().toImage(), content.height()
    assert ink_of(light, theme.color("text")) > 60
    theme.force(Qt.ColorScheme.Dark)
    qtbot.wait(50)
    assert ink_of(content.grab().toImage(), theme.color("text")) > 60
    theme.set_zoom(200)
    qtbot.waitUntil(lambda: content.height() > 1.7 * height)
    theme.set_zoom(100)


def test_inline_formulas_stand_on_the_line_of_the_words(qtbot: QtBot, pane: DrivenPane) -> None:
    """The letter x of a formula ends where the x of the words ends."""
    view = answered(qtbot, pane, "xxxx $x$ xxxx")
    content = view.segments[0].content
    assert isinstance(content, TextView)
    qtbot.wait(50)
    image = content.grab().toImage()
    ground = image.pixelColor(image.width() - 2, 2).lightness()

    def lowest(left: int, right: int) -> int:
        rows = range(image.height())
        return max(
            y for y in rows if any(abs(image.pixelColor(x, y).lightness() - ground) > 90 for x in range(left, right))
        )

    place = content.document().find(OBJECT)
    end = content.cursorRect(place).left()
    place.setPosition(place.selectionStart())
    begin = content.cursorRect(place).left()
    assert end > begin + 4
    assert abs(lowest(0, begin - 2) - lowest(begin, end)) <= 1
    assert content.mapTo(pane.window(), QPoint(0, 0)).y() > 0


def test_a_wide_formula_fits_the_column(qtbot: QtBot, pane: DrivenPane) -> None:
    view = answered(qtbot, pane, "$$" + " + ".join(f"x_{{{i}}}^2" for i in range(60)) + "$$")
    content = view.segments[0].content
    assert isinstance(content, TextView)
    qtbot.wait(50)
    assert content.document().idealWidth() <= content.viewport().width()
