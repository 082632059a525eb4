"""A server added in the window: tried, a model of it chosen and used, the key kept and forgotten. Real servers."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from llmdesk import paths
from llmdesk.errors import CatalogueError
from llmdesk.models import user_file
from llmdesk.models.catalogue import Catalogue
from llmdesk.services import model_servers
from llmdesk.ui.models.add_server_panel import AddServerPanel
from llmdesk.ui.models.row_menu import fill
from tests.memory_keyring import MemoryKeyring
from tests.remote.servers import Server, serving
from tests.remote.stand_in import KEY_VARIABLE
from tests.ui.conftest import Window

SECRET = "sk-window-1234"
pytestmark = pytest.mark.usefixtures("no_proxy_no_login")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Wants a key."""
    with serving(**{KEY_VARIABLE: SECRET}) as running:
        yield running


@pytest.fixture
def panel(window: Window) -> AddServerPanel:
    """As it is opened from the list of models."""
    window.open_picker()
    window.qtbot.mouseClick(window.main.picker.server, Qt.MouseButton.LeftButton)
    (found,) = window.main.findChildren(AddServerPanel)
    window.qtbot.waitUntil(found.isVisible)
    return found


def try_it(window: Window, panel: AddServerPanel, address: str, key: str = "") -> None:
    panel.address.setText(address)
    panel.key.setText(key)
    window.qtbot.mouseClick(panel.test, Qt.MouseButton.LeftButton)
    assert "Asking" in panel.message
    window.qtbot.waitUntil(panel.test.isEnabled)


def test_from_an_address_to_the_list_and_off_it(
    server: Server, window: Window, panel: AddServerPanel, memory_keyring: MemoryKeyring
) -> None:
    assert panel.key.echoMode() == QLineEdit.EchoMode.Password
    host = server.url.removeprefix("http://").removesuffix("/v1")
    try_it(window, panel, host, SECRET)  # http:// and /v1 are found
    assert f"{host} answers and serves" in panel.message
    assert "not encrypted" not in panel.message  # it is this machine
    assert memory_keyring.keys == {}  # trying keeps nothing
    panel.filter.setText("SCRIPT")
    (line,) = panel.rows
    assert line.name == "scripted"
    window.qtbot.mouseClick(line.button, Qt.MouseButton.LeftButton)
    window.wait_ready("scripted on")
    assert not panel.isVisible()
    assert panel.key.text() == ""
    assert list(memory_keyring.keys.values()) == [SECRET]
    text = paths.user_catalogue().read_text()
    assert 'api_key = "keyring"' in text
    assert SECRET not in text
    assert Catalogue.load().get("scripted").source.location == server.url

    window.desktop.open_picker()
    assert window.desktop.models is not None
    window.desktop.models.load("alpha")
    window.wait_ready()
    picker = window.main.picker
    fill(picker.menu, picker.list.entry("scripted"), None, None)
    assert "Take off the list…" in [action.text() for action in picker.menu.actions()]
    picker.remove_requested.emit("scripted")
    row = picker.row("scripted")
    assert row is not None
    assert "files" not in row.message
    next(button for button in row.answers() if button.text() == "Remove").click()
    window.qtbot.waitUntil(lambda: "scripted" not in picker.list)
    assert memory_keyring.keys == {}


def test_a_second_model_needs_no_second_key(
    server: Server, window: Window, panel: AddServerPanel, memory_keyring: MemoryKeyring
) -> None:
    try_it(window, panel, server.url)
    assert "wants a key" in panel.message
    assert panel.rows == []
    try_it(window, panel, server.url, "wrong")
    assert "does not accept the key" in panel.message
    assert memory_keyring.keys == {}
    try_it(window, panel, server.url, SECRET)
    next(line for line in panel.rows if line.name == "scripted").choose()
    window.wait_ready("scripted on")
    window.main.picker.server_requested.emit()
    try_it(window, panel, server.url)
    assert panel.rows
    next(line for line in panel.rows if line.name == "strict").choose()
    window.wait_ready("strict on")
    assert Catalogue.load().get("strict").source.api_key == "keyring"
    window.main.picker.server_requested.emit()
    try_it(window, panel, server.url, "wrong")
    assert list(memory_keyring.keys.values()) == [SECRET]  # a wrong one that is tried replaces none


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("http://127.0.0.1:9/v1", "127.0.0.1:9"),
        ("http://me:secret@10.0.0.5/v1", "without user, password"),
        ("two words", "no address of a server"),
        ("[::1", "no address of a server"),
        ("http://[fe80::1%eth0/v1", "no address of a server"),
        ("http://x[y]", "no address of a server"),
    ],
)
def test_what_does_not_answer_is_told(window: Window, panel: AddServerPanel, address: str, message: str) -> None:
    panel.address.setText(address)
    window.qtbot.mouseClick(panel.test, Qt.MouseButton.LeftButton)
    window.qtbot.waitUntil(lambda: message in panel.message and panel.test.isEnabled())
    assert "secret" not in panel.message
    assert panel.rows == []


def test_before_a_key_is_sent_over_an_open_way_it_is_said(window: Window, panel: AddServerPanel) -> None:
    panel.address.setText("192.168.1.20:8000")
    assert panel.message == ""
    panel.key.setText("secret")
    assert "not encrypted" in panel.message
    panel.address.setText("localhost:8000")
    assert panel.message == ""
    panel.address.setText("[::1")
    assert panel.message == ""


def test_where_the_list_cannot_be_written_the_key_before_stays(
    server: Server, memory_keyring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(file: Path, text: str) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    catalogue = Catalogue.load()
    served = model_servers.ask(server.url, key=SECRET)
    model_servers.add(catalogue, served, "scripted")
    written = paths.user_catalogue().read_text()
    monkeypatch.setattr(user_file, "replace_file", full)
    for name in ("scripted", "strict"):
        with pytest.raises(CatalogueError, match="No space left"):
            model_servers.add(catalogue, replace(served, key="another"), name)
    assert list(memory_keyring.keys.values()) == [SECRET]
    assert paths.user_catalogue().read_text() == written
    assert Catalogue.load().get("scripted").source.api_key == "keyring"


def test_another_address_takes_away_what_was_found(
    server: Server, window: Window, panel: AddServerPanel, memory_keyring: MemoryKeyring
) -> None:
    try_it(window, panel, server.url, SECRET)
    assert panel.rows
    panel.address.setText("http://10.0.0.5")
    assert panel.rows == []
    assert "not encrypted" in panel.message  # the key would go there
    panel.address.setText(server.url)
    window.qtbot.keyClick(panel.address, Qt.Key.Key_Return)
    panel.key.setText("other")  # while it is asked: the answer to what stood there before is not heard
    window.desktop.close()
    assert panel.rows == []
