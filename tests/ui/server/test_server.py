"""The local server inside the window: a real window, a real server on a free port, real clients."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any
from urllib.parse import unquote

import httpx2
import pytest
import segno
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QColor, QGuiApplication

from llmdesk import paths
from llmdesk.api.keys import ServerKeys
from llmdesk.datatypes.serving import ServedRequest, ServerStatus
from llmdesk.services.network import lan_addresses
from llmdesk.services.settings.settings import Settings
from llmdesk.ui.demo.gap_probe import GapProbe
from llmdesk.ui.kit.labels import ElidedLabel, Label
from llmdesk.ui.server.qr_code import QUIET_MODULES
from llmdesk.ui.server.request_table import KEPT, cells
from llmdesk.ui.server.server_panel import ServerPanel
from llmdesk.ui.shell.desktop import Desktop
from tests.quiet import until_quiet
from tests.ui.conftest import Window

MakeWindow = Callable[..., Window]
CHAT = {"messages": [{"role": "user", "content": "[tokens=20 tps=200] over the API"}]}
SLOW = {"messages": [{"role": "user", "content": "[tokens=4000 tps=20] over the API"}]}


def free_port() -> int:
    """One that nobody listens at, in both protocols."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def clients() -> Iterator[ThreadPoolExecutor]:
    """Threads of other programs: the window must not wait for them."""
    with ThreadPoolExecutor(4) as pool:
        yield pool


@pytest.fixture
def panel(window: Window) -> ServerPanel:
    """The panel of an open window, on a free port."""
    window.desktop.settings.set("server.port", free_port())
    window.main.action_table["server"].trigger()
    assert window.main.server_panel.isVisible()
    return window.main.server_panel


def status(window: Window) -> ServerStatus:
    return window.desktop.server.status


def wait_state(window: Window, state: str) -> None:
    """Until the server is in this state and the panel says so."""
    window.qtbot.waitUntil(lambda: status(window).state == state)
    is_on = state in ("starting", "on")
    window.qtbot.waitUntil(lambda: window.main.server_panel.switch.isChecked() == is_on)


def switch_on(window: Window) -> str:
    """Switch it on with the mouse; the address that it answers at."""
    panel = window.main.server_panel
    window.qtbot.mouseClick(panel.switch, Qt.MouseButton.LeftButton)
    wait_state(window, "on")
    window.qtbot.waitUntil(lambda: bool(panel.addresses.urls))
    return f"http://127.0.0.1:{status(window).urls[-1].rpartition(':')[2]}"


def asked(window: Window, clients: ThreadPoolExecutor, call: Callable[[], Any]) -> Any:
    """What another program gets, while the window goes on."""
    future: Future[Any] = clients.submit(call)
    window.qtbot.waitUntil(future.done, timeout=15_000)
    return future.result()


def get(window: Window, clients: ThreadPoolExecutor, url: str, key: str = "") -> int:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return int(asked(window, clients, lambda: httpx2.get(f"{url}/v1/models", headers=headers, timeout=10)).status_code)


def table(panel: ServerPanel) -> list[list[str]]:
    """The log as it is shown."""
    model = panel.requests.requests
    return [[model.data(model.index(y, x)) for x in range(model.columnCount())] for y in range(model.rowCount())]


def words(panel: ServerPanel) -> str:
    return "\n".join(label.text() for label in panel.findChildren(Label) if label.isVisible())


def server_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name in ("api-server", "server-control")]


# -- on and off ----------------------------------------------------------------------------------------------------


def test_other_programs_and_the_window_chat_at_the_same_time(
    window: Window, panel: ServerPanel, clients: ThreadPoolExecutor
) -> None:
    url = switch_on(window)
    assert panel.addresses.urls[0] == url
    window.send("[tokens=100 tps=60] in the window")
    window.wait_tokens()
    reply = asked(window, clients, lambda: httpx2.post(f"{url}/v1/chat/completions", json=CHAT, timeout=10))
    assert window.chat.is_generating
    assert reply.status_code == 200
    assert reply.json()["usage"]["completion_tokens"] == 20
    assert asked(window, clients, lambda: httpx2.get(f"{url}/health", timeout=5)).json() == {"status": "ok"}
    window.wait_idle()
    assert window.states == ["done"]


def test_switched_off_nobody_is_there_and_no_thread_is_left(
    window: Window, panel: ServerPanel, clients: ThreadPoolExecutor
) -> None:
    url = switch_on(window)
    assert get(window, clients, url) == 200
    window.qtbot.mouseClick(panel.switch, Qt.MouseButton.LeftButton)
    wait_state(window, "off")
    with pytest.raises(httpx2.ConnectError):
        get(window, clients, url)
    window.qtbot.waitUntil(lambda: not server_threads())
    window.qtbot.waitUntil(lambda: panel.addresses.urls == ())
    assert "still here" in window.ask("still here")
    assert switch_on(window) == url
    assert get(window, clients, url) == 200


def test_the_keyboard_reaches_it(window: Window, panel: ServerPanel) -> None:
    panel.switch.setFocus()
    window.qtbot.keyClick(panel.switch, Qt.Key.Key_Return)
    wait_state(window, "on")
    window.qtbot.keyClick(panel.switch, Qt.Key.Key_Space)
    wait_state(window, "off")


def test_it_starts_with_the_window_if_that_was_chosen(
    make_window: MakeWindow, window: Window, panel: ServerPanel
) -> None:
    panel.with_window.press(1.0)
    port = window.desktop.settings.values.server.port
    assert window.desktop.close()
    again = make_window()
    again.qtbot.waitUntil(lambda: status(again).state == "on")
    assert status(again).urls[0] == f"http://127.0.0.1:{port}"
    assert again.main.server_panel.isHidden()


@pytest.mark.timing
def test_the_end_of_the_window_tells_a_client_and_takes_no_three_seconds(
    window: Window, panel: ServerPanel, clients: ThreadPoolExecutor
) -> None:
    url = switch_on(window)
    lines: list[str] = []

    def stream() -> None:
        with httpx2.stream("POST", f"{url}/v1/chat/completions", json=SLOW | {"stream": True}, timeout=10) as response:
            lines.extend(response.iter_lines())

    future = clients.submit(stream)
    window.qtbot.waitUntil(lambda: window.desktop.server.load().running == 1)
    started_s = time.perf_counter()
    assert window.desktop.close()
    assert time.perf_counter() - started_s < 3
    future.result(5)
    assert "server_stopping" in [line for line in lines if line][-1]
    assert "data: [DONE]" not in lines
    assert not server_threads()


@pytest.mark.timing
@until_quiet
def test_the_window_does_not_wait_for_the_start(window: Window, panel: ServerPanel) -> None:
    probe = GapProbe()
    probe.start()
    clicks_s = []
    for state in ("on", "off"):
        started_s = time.perf_counter()
        panel.switch.click()
        clicks_s.append(time.perf_counter() - started_s)
        wait_state(window, state)
    probe.stop()
    assert max(clicks_s) < 0.05
    assert probe.max_ms < 250


# -- what goes wrong -----------------------------------------------------------------------------------------------


def test_a_port_that_is_taken_is_told_and_another_is_a_click_away(
    window: Window, panel: ServerPanel, clients: ThreadPoolExecutor
) -> None:
    port = window.desktop.settings.values.server.port
    with socket.create_server(("127.0.0.1", port)):
        panel.switch.click()
        wait_state(window, "failed")
        window.qtbot.waitUntil(panel.trouble.isVisible)
        assert f"port {port}" in panel.trouble.words.text()
        assert window.main.top_bar.server.text() == "API failed"
        free = int(re.sub(r"\D", "", panel.trouble.use_port.text()))
        panel.trouble.use_port.click()
        wait_state(window, "on")
        window.qtbot.waitUntil(lambda: not panel.trouble.isVisible())
        assert get(window, clients, f"http://127.0.0.1:{free}") == 200
    assert window.desktop.settings.values.server.port == free
    assert round(panel.port.value()) == free


def test_missing_packages_are_named(window: Window, panel: ServerPanel, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("llmdesk.api.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    panel.switch.click()
    wait_state(window, "failed")
    window.qtbot.waitUntil(panel.trouble.isVisible)
    assert "uvicorn" in panel.trouble.words.text()
    assert "pip install" in panel.trouble.hint.text()
    assert not panel.trouble.use_port.isVisible()


def test_a_damaged_file_of_keys_opens_no_door(window: Window, panel: ServerPanel) -> None:
    (paths.config_dir() / "server-keys.json").write_text("[", encoding="utf-8")
    panel.place.press(1.0)
    window.qtbot.waitUntil(lambda: "damaged" in words(panel))
    assert window.desktop.settings.values.server.host == "127.0.0.1"
    assert panel.place.value == 0.0


# -- the network ---------------------------------------------------------------------------------------------------


def open_to_the_network(window: Window, panel: ServerPanel) -> str:
    """Choose it; the page's address with the key, as in the QR code."""
    if not lan_addresses():
        pytest.skip("this machine is in no network")
    panel.place.press(1.0)
    window.qtbot.waitUntil(lambda: status(window).state == "on" and status(window).is_open)
    window.qtbot.waitUntil(panel.phones.code.isVisible)
    return panel.phones.code.text


def modules_seen(panel: ServerPanel) -> list[list[bool]]:
    """What a camera would find in the code on the screen: dark or light in the middle of each module."""
    code = panel.phones.code
    image = code.grab().toImage()
    ratio, step = image.devicePixelRatio(), code.module_px
    count = code.width() // step

    def is_dark(x: int, y: int) -> bool:
        point = (round((x + 0.5) * step * ratio), round((y + 0.5) * step * ratio))
        return QColor(image.pixel(*point)).lightness() < 128

    return [[is_dark(x, y) for x in range(count)] for y in range(count)]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_network_is_a_choice_that_makes_a_key_and_shows_it_as_a_code(
    window: Window, panel: ServerPanel, clients: ThreadPoolExecutor, theme: str
) -> None:
    window.main.theme_chosen.emit(theme)
    url = switch_on(window)
    assert get(window, clients, url) == 200
    page = open_to_the_network(window, panel)
    address, _, key = page.partition("/#key=")
    key = unquote(key)
    assert address in status(window).urls
    assert address.partition("//")[2].rpartition(":")[0] == lan_addresses()[0]
    assert panel.keys.names == ["phones"]
    assert panel.keys.made.key.text() == key
    panel.keys.made.copy.click()
    assert QGuiApplication.clipboard().text() == key
    assert get(window, clients, address, key) == 200
    assert get(window, clients, address) == 401
    for zoom in (70, 100, 250):
        window.desktop.theme.set_zoom(zoom)
        window.qtbot.wait(20)
        wanted = segno.make(page, error="m", micro=False).matrix_iter(border=QUIET_MODULES)
        assert modules_seen(panel) == [[bool(module) for module in line] for line in wanted]


def test_a_key_that_is_revoked_opens_nothing_until_that_is_undone(
    window: Window, panel: ServerPanel, clients: ThreadPoolExecutor
) -> None:
    switch_on(window)
    address, _, key = open_to_the_network(window, panel).partition("/#key=")
    window.button("Revoke the key phones").click()
    window.qtbot.waitUntil(lambda: panel.keys.names == [])
    assert "revoked" in {label.text() for label in panel.keys.findChildren(ElidedLabel)}
    assert get(window, clients, address, key) == 401
    assert not panel.phones.code.isVisible()
    window.button("Bring back the key phones").click()
    window.qtbot.waitUntil(lambda: panel.keys.names == ["phones"])
    assert get(window, clients, address, key) == 200
    window.button("Revoke the key phones").click()
    window.qtbot.waitUntil(lambda: panel.keys.names == [])
    panel.close_panel()
    window.main.action_table["server"].trigger()
    window.button("New key and QR code").click()
    window.qtbot.waitUntil(panel.phones.code.isVisible)
    assert get(window, clients, address, panel.keys.made.key.text()) == 200
    assert get(window, clients, address, key) == 401


def test_back_to_this_machine_only(window: Window, panel: ServerPanel, clients: ThreadPoolExecutor) -> None:
    switch_on(window)
    address, _, key = open_to_the_network(window, panel).partition("/#key=")
    panel.place.press(0.0)
    window.qtbot.waitUntil(lambda: status(window).state == "on" and not status(window).is_open)
    with pytest.raises(httpx2.ConnectError):
        get(window, clients, address, key)
    window.qtbot.waitUntil(lambda: len(panel.addresses.urls) == 1 and not panel.phones.isVisible())
    assert get(window, clients, panel.addresses.urls[0], key) == 200


def test_a_key_is_kept_when_there_is_one_and_none_is_told_twice(window: Window, panel: ServerPanel) -> None:
    ServerKeys().add("laptop")
    switch_on(window)
    if not lan_addresses():
        pytest.skip("this machine is in no network")
    panel.place.press(1.0)
    window.qtbot.waitUntil(lambda: status(window).is_open and panel.phones.new_key.isVisible())
    assert panel.keys.names == ["laptop"]
    assert not panel.phones.code.isVisible()
    assert not panel.keys.made.isVisible()


def test_keys_get_names_and_wrong_ones_are_refused(window: Window, panel: ServerPanel) -> None:
    for name, told in (("laptop", "The key “laptop”"), ("laptop", "already"), ("no name", "cannot be the name")):
        panel.keys.name.setText(name)
        panel.keys.add.click()
        window.qtbot.waitUntil(partial(lambda told: told in words(panel), told))
        assert panel.keys.names == ["laptop"]
    assert list(ServerKeys().names()) == ["laptop"]
    key = panel.keys.made.key.text()
    assert ServerKeys().owner(key) == "laptop"


# -- settings, badge, log ------------------------------------------------------------------------------------------


def test_another_port_moves_the_server(window: Window, panel: ServerPanel, clients: ThreadPoolExecutor) -> None:
    before, port = switch_on(window), free_port()
    panel.port.setFocus()
    panel.port.lineEdit().setText(str(port))
    window.qtbot.keyClick(panel.port, Qt.Key.Key_Return)
    window.qtbot.waitUntil(lambda: status(window).urls[:1] == (f"http://127.0.0.1:{port}",))
    assert get(window, clients, f"http://127.0.0.1:{port}") == 200
    with pytest.raises(httpx2.ConnectError):
        get(window, clients, before)
    window.desktop.settings.flush()
    assert Settings().values.server.port == port


def test_the_badge_says_what_runs_and_opens_the_panel(
    window: Window, panel: ServerPanel, clients: ThreadPoolExecutor
) -> None:
    badge = window.main.top_bar.server
    assert not badge.isVisible()
    url = switch_on(window)
    window.qtbot.waitUntil(lambda: badge.isVisible() and badge.text() == "API")
    body = {"messages": [{"role": "user", "content": "[tokens=60 tps=40] over the API"}]}
    future = clients.submit(lambda: httpx2.post(f"{url}/v1/chat/completions", json=body, timeout=20))
    window.qtbot.waitUntil(lambda: badge.text() == "API, 1 running")
    window.qtbot.waitUntil(lambda: badge.text() == "API" and future.done())
    panel.close_panel()
    badge.click()
    assert panel.isVisible()
    open_to_the_network(window, panel)
    window.qtbot.waitUntil(lambda: badge.text() == "API open to the network")
    assert badge._ink() == "warning"
    window.desktop.server.stop()
    window.qtbot.waitUntil(lambda: not badge.isVisible())


def test_the_log_has_a_line_per_request_and_no_word_of_any(
    window: Window, panel: ServerPanel, clients: ThreadPoolExecutor
) -> None:
    url = switch_on(window)
    secret = "[tokens=15 tps=300] a secret"
    body = {"messages": [{"role": "user", "content": secret}]}
    asked(window, clients, lambda: httpx2.post(f"{url}/v1/chat/completions", json=body, timeout=10))
    asked(window, clients, lambda: httpx2.get(f"{url}/nothing/here", timeout=10))
    asked(window, clients, lambda: httpx2.get(f"{url}/health", timeout=10))
    window.qtbot.waitUntil(lambda: panel.requests.requests.rowCount() == 2)
    newest, chat = table(panel)
    assert newest[1:4] == ["127.0.0.1", "GET /nothing/here", "404"]
    assert chat[1:6] == ["127.0.0.1", "POST /v1/chat/completions", "200", "alpha", "15"]
    assert float(chat[6]) > 10
    assert "secret" not in repr(table(panel)) + words(panel)
    panel.close_panel()
    asked(window, clients, lambda: httpx2.get(f"{url}/v1/models", timeout=10))
    window.main.action_table["server"].trigger()
    window.qtbot.waitUntil(lambda: panel.requests.requests.rowCount() == 3)
    assert table(panel)[0][2] == "GET /v1/models"


def test_the_load_is_told_at_most_four_times_a_second(
    window: Window, panel: ServerPanel, clients: ThreadPoolExecutor
) -> None:
    url = switch_on(window)
    looks: list[float] = []
    window.desktop.serving.told.connect(lambda *_: looks.append(time.perf_counter()))
    long = {"messages": [{"role": "user", "content": "[tokens=150 tps=80] x"}]}
    future = clients.submit(lambda: httpx2.post(f"{url}/v1/chat/completions", json=long, timeout=20))
    window.qtbot.waitUntil(lambda: re.search(r"1 running, 0 waiting, \d+\.\d tok/s", panel.load.text()) is not None)
    window.qtbot.waitUntil(future.done)
    window.qtbot.waitUntil(lambda: panel.load.text() == "Nothing is being answered.")
    assert len(looks) <= 4 * (looks[-1] - looks[0]) + 2


def test_the_table_keeps_the_last_200(window: Window, panel: ServerPanel) -> None:
    model = panel.requests.requests
    for number in range(3):
        model.add([ServedRequest(0.0, "::1", "", "GET", f"/{number}/{n}", 200) for n in range(90)])
    assert model.rowCount() == KEPT
    assert [line[2] for line in table(panel)][:2] == ["GET /2/89", "GET /2/88"]
    model.add([ServedRequest(0.0, "::1", "", "GET", f"/all/{n}", 200) for n in range(KEPT + 50)])
    assert model.rowCount() == KEPT
    assert table(panel)[-1][2] == "GET /all/50"
    assert model.rowCount(model.index(0, 0)) == 0
    assert model.rowCount(QModelIndex()) == KEPT


def test_a_line_shows_what_there_is() -> None:
    answer = ServedRequest(0.0, "10.0.0.7", "phones", "WS", "/chat/stream", 101, "alpha", "stop", 1234, 31.44, 12.34)
    assert cells(answer)[1:] == ("10.0.0.7", "WS /chat/stream", "101", "alpha", "1,234", "31.4", "12.3 s")
    bare = ServedRequest(0.0, "", "", "GET", "/models", 0, duration_s=0.0042)
    assert cells(bare)[1:] == ("", "GET /models", "–", "", "", "", "4 ms")


def test_the_example_works_as_it_stands(window: Window, panel: ServerPanel, clients: ThreadPoolExecutor) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    switch_on(window)
    panel.keys.name.setText("laptop")
    panel.keys.add.click()
    window.qtbot.waitUntil(lambda: "Bearer llmdesk-" in panel.example.command.text())
    panel.example.copy.click()
    command = QGuiApplication.clipboard().text()
    result = asked(
        window, clients, lambda: subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=20)
    )
    assert '"finish_reason":"stop"' in result.stdout.replace(" ", "")


def test_what_was_not_chosen_here_counts_too(make_window: MakeWindow) -> None:
    """A server that was opened in the settings file without a key says so, and stays shut."""

    def open_it(desktop: Desktop) -> None:
        desktop.settings.set_all({"server.host": "0.0.0.0", "server.port": free_port(), "server.with_window": True})

    window = make_window(before_show=open_it)
    window.qtbot.waitUntil(lambda: status(window).state == "failed")
    window.qtbot.waitUntil(lambda: window.main.top_bar.server.text() == "API failed")
    window.main.top_bar.server.click()
    assert "no key keeps them" in window.main.server_panel.trouble.words.text()
