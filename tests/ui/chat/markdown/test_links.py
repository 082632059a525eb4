"""Links show where they lead; nothing is loaded because an answer says so."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from llmdesk.ui.chat.markdown.leaves import CodeLeaf, TextLeaf
from llmdesk.ui.chat.markdown.links import ascii_address, warnings
from llmdesk.ui.chat.markdown.stream import read
from llmdesk.ui.chat.markdown.text_view import TextView
from tests.ui.chat.conftest import DrivenPane, markdown_of


@pytest.mark.parametrize(
    ("address", "words", "doubts"),
    [
        ("http://example.org/a", "click", 0),
        ("http://example.org/a", "example.org", 0),
        ("http://www.example.org/a", "https://example.org/b", 0),
        ("http://evil.example/", "https://bank.example/login", 1),
        ("http://evil.example/", "bank.example", 1),
        ("https://bank.example@evil.example/", "here", 1),
        ("https://аррӏе.com/", "apple", 1),
        ("https://аррӏе.com/", "apple.com", 2),
        ("https://b\u00fccher.example/", "b\u00fccher.example", 1),
        ("mailto:a@example.org", "a@example.org", 0),
    ],
)
def test_what_looks_wrong_is_said(address: str, words: str, doubts: int) -> None:
    assert len(warnings(QUrl(address), words)) == doubts


def test_other_alphabets_are_shown_as_what_they_are() -> None:
    assert ascii_address(QUrl("https://аррӏе.com/x")) == "https://xn--80ak6aa92e.com/x"
    assert ascii_address(QUrl("https://example.org/\u202egpj.exe")) == "https://example.org/%E2%80%AEgpj.exe"


@pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform cannot
def test_the_question_shows_the_address_and_what_is_odd_about_it(qtbot: QtBot, pane: DrivenPane) -> None:
    pane.begin_turn("1", "prompt")
    pane.append_text("1", "[https://bank.example](https://аррӏе.com/login)")
    pane.finish_turn("1")
    content = markdown_of(pane, "1").segments[0].content
    assert isinstance(content, TextView)
    link = content.document().firstBlock().begin().fragment().charFormat().anchorHref()
    content.anchorClicked.emit(QUrl(link))
    box = pane.window().findChild(QMessageBox, "openLink")
    assert box is not None
    assert "https://xn--80ak6aa92e.com/login" in box.informativeText()
    assert "The link reads bank.example, but leads to xn--80ak6aa92e.com." in box.informativeText()
    assert box.defaultButton() is box.button(QMessageBox.StandardButton.Cancel)
    box.reject()


def test_pictures_are_their_words_and_their_address() -> None:
    leaf = read(
        "![a cat](https://example.org/cat.png) ![](file:///etc/passwd) ![x](data:image/png;base64," + "A" * 999 + ")"
    )[0]
    assert isinstance(leaf, TextLeaf)
    assert leaf.text.startswith(
        "a cat (https://example.org/cat.png) image (file:///etc/passwd) x (data:image/png;base64,AAA"
    )
    assert len(leaf.text) < 400
    assert [span.link for span in leaf.spans if span.link] == ["https://example.org/cat.png"]


@pytest.mark.parametrize("language", ["mermaid", "svg", "html"])
def test_drawings_are_source(language: str) -> None:
    source = "<svg><image href='file:///etc/passwd'/></svg>"
    assert read(f"```{language}\n{source}\n```") == [CodeLeaf(source, language)]


def test_no_file_and_no_connection_is_opened_for_an_answer(qtbot: QtBot, pane: DrivenPane) -> None:
    """Everything that could load something, shown for a while under Python's own audit of what is opened."""
    pane.begin_turn("0", "prompt")
    pane.append_text("0", "```svg\nx\n```\n\n```mermaid\ny\n```\n\n```html\nz\n```")
    pane.finish_turn("0")
    qtbot.wait(500)  # lexers are loaded
    opened: list[str] = []
    is_on = [True]

    def audit(event: str, args: tuple[object, ...]) -> None:
        if is_on[0] and (
            event.startswith("socket.") or (event == "open" and not str(args[0]).endswith((".pyc", ".py")))
        ):
            opened.append(f"{event} {args[0]}")

    sys.addaudithook(audit)
    addresses = (
        "http://127.0.0.1:9/x.png",
        "file:///etc/hostname",
        "/etc/hostname",
        "qrc:/x.png",
        "//host/share/x.png",
    )
    pane.begin_turn("1", "prompt")
    for address in addresses:
        text = f"![p]({address}) [l]({address}) <img src='{address}'> <link rel=stylesheet href='{address}'>\n\n"
        pane.append_text("1", text + f"```svg\n<image href='{address}'/>\n```\n\n| ![t]({address}) |\n|--|\n\n")
    pane.finish_turn("1")
    view = markdown_of(pane, "1")
    qtbot.waitUntil(lambda: view.is_done)
    pane.grab()
    qtbot.wait(200)
    is_on[0] = False
    assert opened == []
    for segment in view.segments:
        document = segment.document_view
        assert document is None or document.loadResource(2, QUrl("file:///etc/hostname")) is None
