"""How the page looks, on phones and on large screens, light and dark, and what a screen reader is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.api.conftest import Served
from tests.web.browser import Page
from tests.web.conftest import OpenPage

pytestmark = pytest.mark.browser

SIZES = [(360, 740), (390, 844), (1920, 1080)]
ASKED = "[tokens=100 tps=400] Explain a heat pump to a child. " + "wide" * 30
DONE = "document.querySelector('.under') !== null"
OVERFLOW = """
(() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width) return ['the page'];
  const inside = (node) => node.closest('pre, .table, .unseen, .skip, svg') === null;
  return [...document.body.querySelectorAll('*')]
    .filter((node) => inside(node) && node.getClientRects().length)
    .filter((node) => node.getBoundingClientRect().right > width + 0.5 || node.getBoundingClientRect().left < -0.5)
    .map((node) => node.outerHTML.slice(0, 100));
})()
"""
CONTRAST = """
(() => {
  const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
  const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => [r, g, b].map((v) => linear(v / 255))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const colour = rgb(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const words = (node) => [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
  return [...document.body.querySelectorAll('*')]
    .filter((node) => words(node) && node.getClientRects().length && !node.closest('.unseen, .skip, option, noscript'))
    .map((node) => {
      const [a, b] = [light(rgb(getComputedStyle(node).color)), light(ground(node))];
      return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), node.outerHTML.slice(0, 80)];
    })
    .filter(([ratio]) => ratio < 4.5);
})()
"""
ROLES = {"button", "combobox", "textbox", "link", "meter", "img", "progressbar", "dialog", "form", "main", "article"}


def test_every_size_and_colour(shared: Served, open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(shared.url)
    page.wait("document.getElementById('model').value === 'tiny'")
    _check(page, "empty", tmp_path)
    page.ask(ASKED)
    page.wait(DONE)
    page.ask("[prefill=600] too long")
    page.wait("document.querySelector('.card') !== null")
    _check(page, "card", tmp_path)
    page.click("#new-chat")
    page.ask(ASKED)
    page.wait(DONE)
    _check(page, "chat", tmp_path)
    page.click("#new-chat")
    page.ask("[tokens=400 tps=40] Explain a heat pump to a child.")
    page.wait("document.querySelector('.answer.live')?.innerText.length > 100")
    _check(page, "live", tmp_path)
    page.click("#view")
    page.wait("(document.getElementById('graph-line').getAttribute('d').match(/L/g) ?? []).length >= 2")
    _check(page, "stage", tmp_path)
    page.press("Escape")


def _check(page: Page, name: str, folder: Path) -> None:
    """On every screen: nothing sticks out, all can be read."""
    for width, height in SIZES:
        for dark, ground in ((False, "rgb(244, 246, 249)"), (True, "rgb(15, 18, 22)")):
            page.look(width, height, dark, calm=True)
            page.screenshot(f"web-{name}-{width}-{'dark' if dark else 'light'}", folder)
            assert page.value("getComputedStyle(document.body).backgroundColor") == ground
            assert page.value(OVERFLOW) == []
            assert name != "stage" or page.value("document.getElementById('big').getBoundingClientRect().top > 40")
            assert page.value(CONTRAST) == []


def test_every_control_has_a_name(shared: Served, open_page: OpenPage) -> None:
    page = open_page(shared.url, width=390, height=844)
    page.ask("hello")
    page.wait(DONE)
    page.ask("[prefill=600] too long")
    page.wait("document.querySelector('.card') !== null")
    found = _accessible(page)
    nameless = [node for node in found if node[0] in ROLES and not node[1]]
    assert not nameless
    names = {name for _, name in found}
    assert {"Model", "Message", "New chat", "Audience view", "Answer", "You", "Conversation", "Copy this code"} <= names
    assert {"banner", "main", "form", "heading", "table"} <= {role for role, _ in found}
    page.click("#view")
    assert {"Memory of llmdesk", "Live figures"} <= {name for _, name in _accessible(page)}


def _accessible(page: Page) -> list[tuple[str, str]]:
    nodes: list[dict[str, Any]] = page.call("Accessibility.getFullAXTree")["nodes"]
    return [
        (node.get("role", {}).get("value", ""), node.get("name", {}).get("value", ""))
        for node in nodes
        if not node.get("ignored")
    ]


def test_a_screen_reader_hears_paragraphs_and_not_tokens(shared: Served, open_page: OpenPage) -> None:
    page = open_page(shared.url)
    page.wait("document.getElementById('model').value === 'tiny'")
    page.value(
        "window.told = []; new MutationObserver((all) => all.forEach((one) => one.addedNodes.forEach((node) =>"
        " told.push(node.textContent)))).observe(document.getElementById('announcer'), { childList: true })"
    )
    page.ask("hello")
    page.wait(DONE)
    told = page.wait("told.length > 4 && told")
    assert told[0] == "You said: hello"
    assert "Code, 3 lines." in told
    assert told[-1] == "Answer complete."
    assert len(told) < 12
    assert page.value("document.querySelectorAll('[aria-live]').length") == 1


def test_where_the_system_asks_for_no_motion_nothing_moves(shared: Served, open_page: OpenPage) -> None:
    page = open_page(shared.url, calm=True)
    moving = (
        "[...document.querySelectorAll('*')].filter((e) => parseFloat(getComputedStyle(e).transitionDuration) > 0"
        " || getComputedStyle(e).animationName !== 'none').length"
    )
    assert page.value(moving) == 0
    page.look(1280, 800)
    assert page.value(moving) > 0
