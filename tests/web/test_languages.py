"""The page in the reader's language: complete in each, and chosen by the browser's list."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from llmdesk import paths
from tests.api.conftest import MODEL, Served
from tests.web.conftest import OpenPage

FOLDER = Path(paths.shipped("assets")) / "web"
SAME_EVERYWHERE = {"llmdesk", "tok/s", "\N{EN DASH}"}
_ATTRIBUTES = {"aria-label", "placeholder", "title"}
_STRING = r'"((?:[^"\\\\]|\\\\.)*)"'


class _Words(HTMLParser):
    """What stands on the page itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self._left_out = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._left_out = tag if tag in ("title", "noscript") else self._left_out
        self.found |= {value for name, value in attrs if name in _ATTRIBUTES and value}

    def handle_endtag(self, tag: str) -> None:
        self._left_out = "" if tag == self._left_out else self._left_out

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._left_out:
            self.found.add(data.strip())


def used() -> set[str]:
    page = _Words()
    page.feed((FOLDER / "index.html").read_text(encoding="utf-8"))
    found = page.found - SAME_EVERYWHERE
    for script in FOLDER.glob("*.js"):
        text = script.read_text(encoding="utf-8")
        calls = re.findall(rf"\bt\(\s*(?:{_STRING})?", text)
        assert all(calls) or script.name == "words.js", f"{script.name}: words that no table can have"
        found |= set(calls) - {""}
    return found


def tables() -> dict[str, dict[str, str]]:
    text = (FOLDER / "languages.js").read_text(encoding="utf-8")
    found: dict[str, dict[str, str]] = {}
    for name, body in re.findall(rf"^  {_STRING}: \{{\n(.*?)^  \}},", text, re.MULTILINE | re.DOTALL):
        pairs = re.findall(rf"^    {_STRING}:\s+{_STRING},$", body, re.MULTILINE)
        found[name] = dict(pairs)
        assert len(found[name]) == len(pairs), "a text is there twice"
    return found


def test_every_language_has_all_words_and_no_others() -> None:
    wanted, found = used(), tables()
    assert set(found) == {"de", "zh-CN"}
    for name, table in found.items():
        assert (wanted - set(table), set(table) - wanted) == (set(), set()), name
        for english, words in table.items():
            assert sorted(re.findall(r"\{\w+\}", english)) == sorted(re.findall(r"\{\w+\}", words)), english
            assert words.strip()


@pytest.mark.parametrize(
    ("languages", "lang", "send", "nobody"),
    [
        ("de-AT,en;q=0.5", "de", "Senden", "Gerade fragt niemand etwas."),
        ("fr,zh-CN;q=0.9,en;q=0.5", "zh-CN", "\u53d1\u9001", "\u76ee\u524d\u6ca1\u6709\u4eba\u63d0\u95ee\u3002"),
        ("zh-TW,en;q=0.5", "en", "Send", "Nobody asks anything just now."),
    ],
)
def test_the_page_is_in_the_readers_language(
    open_page: OpenPage, shared: Served, languages: str, lang: str, send: str, nobody: str
) -> None:
    page = open_page(shared.url, languages=languages)
    page.wait(f"document.getElementById('model').value === '{MODEL}'")
    assert page.value("document.documentElement.lang") == lang
    assert page.text("#send") == send
    page.ask("[say tps=20] one two three four five")
    page.wait("document.querySelector('.under .figures')?.innerText")
    speed = page.text(".under .figures b")
    assert ("," in speed) is (lang == "de"), "numbers are written as the reader does"
    page.click("#view")
    page.wait(f"document.getElementById('stage-note').innerText === '{nobody}'")


def test_an_odd_list_of_languages_does_no_harm(open_page: OpenPage, shared: Served) -> None:
    page = open_page(shared.url)
    found = page.value("""(async () => {
      Object.defineProperty(navigator, "languages", { value: ["de-!", "en"] });
      const { number, t } = await import("/web/words.js?odd");
      return [number(1234.5, 1), t("Code, 1 line."), t("Code, {count} lines.", { count: number(3) })];
    })()""")
    assert found == ["1.234,5", "Code, 1 Zeile.", "Code, 3 Zeilen."]
