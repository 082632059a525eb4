"""The server's page in a real browser, over a real server on the scripted backend."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.api.conftest import make, shared
from tests.web.browser import PROGRAM, Browser, Page, running_browser

__all__ = ["browser", "make", "open_page", "shared"]

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One Chromium for all tests."""
    if shutil.which(PROGRAM) is None:
        pytest.skip(f"not installed: {PROGRAM} (package chromium)")
    with running_browser(tmp_path_factory.mktemp("chromium")) as found:
        yield found


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Opens tabs: ``open_page(url, width=360, dark=True)``. None may have had an exception or a refused content."""
    pages: list[Page] = []

    def open_one(url: str, **look: Any) -> Page:
        pages.append(browser.page(url, **look))
        return pages[-1]

    yield open_one
    problems = [problem for page in pages for problem in page.problems()]
    for page in pages:
        page.close()
    assert not problems
