"""A real Chromium without a screen, driven through its DevTools protocol; as much of it as the tests need."""

from __future__ import annotations

import base64
import contextlib
import itertools
import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

PROGRAM = "chromium"
_OPTIONS = (
    "--headless=new",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--no-proxy-server",
    # Nothing outside of this machine is ever asked.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    "--remote-debugging-port=0",
)
_KEYS = {
    "Enter": (13, "\r"),
    "Escape": (27, ""),
    "Tab": (9, ""),
    "Space": (32, " "),
    "ArrowDown": (40, ""),
    "PageUp": (33, ""),
}
SHIFT = 8


class Browser:
    """The program, and one connection to it. One thread."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._numbers = itertools.count(1)
        self._events: list[dict[str, Any]] = []

    def call(self, method: str, session: str | None = None, **arguments: Any) -> dict[str, Any]:
        """A command's result."""
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": arguments} | ({"sessionId": session} if session else {})
        self._connection.send(json.dumps(message))
        while True:
            answer = json.loads(self._connection.recv(timeout=20))
            if answer.get("id") != number:
                self._events.append(answer)
                continue
            assert "error" not in answer, f"{method}: {answer['error']}"
            result: dict[str, Any] = answer["result"]
            return result

    def events(self, session: str) -> list[dict[str, Any]]:
        """What a page has told so far."""
        return [event for event in self._events if event.get("sessionId") == session]

    def page(
        self,
        url: str,
        width: int = 1280,
        height: int = 800,
        dark: bool = False,
        calm: bool = False,
        languages: str = "en-US",
    ) -> Page:
        """A tab with storage of its own, of a reader of these languages."""
        context = self.call("Target.createBrowserContext")["browserContextId"]
        target = self.call("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, session, context)
        for domain in ("Page", "Runtime", "Log", "Network"):
            page.call(f"{domain}.enable")
        page.look(width, height, dark, calm)
        agent = self.call("Browser.getVersion")["userAgent"]
        page.call("Emulation.setUserAgentOverride", userAgent=agent, acceptLanguage=languages)
        page.go(url)
        return page


class Page:
    """One tab."""

    def __init__(self, browser: Browser, session: str, context: str) -> None:
        self._browser, self._session, self._context = browser, session, context

    def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """A command to this tab."""
        return self._browser.call(method, self._session, **arguments)

    def go(self, url: str) -> None:
        """Open an address and wait until its scripts have run."""
        self.call("Page.navigate", url=url)
        self.wait("document.readyState === 'complete' && location.href !== 'about:blank'")

    def look(self, width: int, height: int, dark: bool = False, calm: bool = False) -> None:
        """As on a screen of this size (CSS pixels), in these colours, with or without motion."""
        size: dict[str, Any] = {"width": width, "height": height, "mobile": width < 800, "deviceScaleFactor": 1}
        self.call("Emulation.setDeviceMetricsOverride", **size)
        features = {"prefers-color-scheme": "dark" if dark else "light"}
        features["prefers-reduced-motion"] = "reduce" if calm else "no-preference"
        self.call("Emulation.setEmulatedMedia", features=[{"name": n, "value": v} for n, v in features.items()])

    def value(self, expression: str) -> Any:
        """What an expression of JavaScript gives; promises are waited for."""
        found = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def wait(self, expression: str, timeout_s: float = 30.0) -> Any:
        """The first true value of an expression."""
        deadline_s = time.monotonic() + timeout_s
        while time.monotonic() < deadline_s:
            if found := self.value(expression):
                return found
            time.sleep(0.02)
        pytest.fail(f"not within {timeout_s:g} s: {expression}; the page: {self.value('document.body.innerText')}")

    def press(self, key: str, modifiers: int = 0) -> None:
        """A key, down and up."""
        code, text = _KEYS[key]
        name = " " if key == "Space" else key
        for kind in ("keyDown" if text else "rawKeyDown", "keyUp"):
            more = {"text": text} if text and kind == "keyDown" else {}
            self.call(
                "Input.dispatchKeyEvent", type=kind, key=name, code=key, windowsVirtualKeyCode=code,
                modifiers=modifiers, **more,
            )  # fmt: skip

    def type(self, text: str) -> None:
        """Words into what has the keyboard."""
        self.call("Input.insertText", text=text)

    def click(self, selector: str) -> None:
        """The mouse on the middle of an element that can be seen."""
        place = self.wait(
            f"(() => {{ const box = document.querySelector({json.dumps(selector)})?.getBoundingClientRect();"
            " return box?.width ? [box.x + box.width / 2, box.y + box.height / 2] : null; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], button="left", clickCount=1)

    def ask(self, text: str) -> None:
        """Write into the message box and press Enter."""
        self.value("document.getElementById('prompt').focus()")
        self.type(text)
        self.press("Enter")

    def text(self, selector: str) -> str:
        """What is read there; empty if there is no such element."""
        return str(self.value(f"document.querySelector({json.dumps(selector)})?.innerText ?? ''"))

    def problems(self) -> list[str]:
        """Exceptions, and what the browser refused (its content policy); not the statuses of requests."""
        found: list[str] = []
        for event in self._browser.events(self._session):
            params = event.get("params", {})
            if event["method"] == "Runtime.exceptionThrown":
                found.append(str(params["exceptionDetails"].get("exception", params)))
            elif event["method"] == "Log.entryAdded" and params["entry"]["source"] != "network":
                found.append(params["entry"]["text"])
        return found

    def requested(self) -> set[str]:
        """Every address that was asked for."""
        sent = [e for e in self._browser.events(self._session) if e["method"] == "Network.requestWillBeSent"]
        return {event["params"]["request"]["url"] for event in sent}

    def screenshot(self, name: str, folder: Path) -> Path:
        """What can be seen; kept in $LLMDESK_TEST_ARTIFACTS if that is set."""
        path = Path(os.environ.get("LLMDESK_TEST_ARTIFACTS") or folder) / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))
        return path

    def close(self) -> None:
        """With all that it kept."""
        self._browser.call("Target.disposeBrowserContext", browserContextId=self._context)


@contextlib.contextmanager
def running_browser(folder: Path) -> Iterator[Browser]:
    """Chromium with a profile in this folder, ended with the block."""
    rights = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    command = [PROGRAM, *_OPTIONS, *rights, f"--user-data-dir={folder}", "about:blank"]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as run:
        try:
            with connect(_address(folder / "DevToolsActivePort", run), max_size=None, compression=None) as connection:
                browser = Browser(connection)
                yield browser
                browser.call("Browser.close")
                run.wait(timeout=10)
        finally:
            if run.poll() is None:
                run.kill()


def _address(file: Path, run: subprocess.Popen[bytes]) -> str:
    """Where the browser listens: it writes that into a file."""
    deadline_s = time.monotonic() + 30
    while time.monotonic() < deadline_s:
        lines = file.read_text().split() if file.exists() else []
        if len(lines) == 2:
            return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
        assert run.poll() is None, "Chromium ended at once"
        time.sleep(0.05)
    pytest.fail("Chromium did not begin to listen within 30 s")
