"""The local server beside the window, without a window: it is switched, and nobody waits for it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import httpx2
import psutil
import pytest

from llmdesk.api.activity import KEPT, Activity
from llmdesk.api.keys import ServerKeys
from llmdesk.core import Core
from llmdesk.datatypes.serving import ServedRequest, ServerStatus
from llmdesk.engine.backends.scripted import ScriptedBackend
from llmdesk.errors import SettingsError
from llmdesk.hosting import Hosting
from llmdesk.services.network import is_any_address, is_loopback, lan_addresses
from tests.models.builders import remember_model


@pytest.fixture
def core(tmp_path: Path) -> Iterator[Core]:
    remember_model(tmp_path, "tiny")
    with Core(make=lambda: ScriptedBackend(load_s=0.01)) as core:
        yield core


@pytest.fixture
def hosting(core: Core) -> Iterator[Hosting]:
    hosting = Hosting(core)
    yield hosting
    hosting.close()


def wait_for(is_so: Callable[[], bool]) -> None:
    deadline_s = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline_s
        time.sleep(0.01)


def started(hosting: Hosting, host: str = "127.0.0.1") -> str:
    hosting.start(host, 0)
    wait_for(lambda: hosting.status.state == "on")
    return hosting.status.urls[0]


def test_the_newest_wish_wins_and_those_before_it_need_not_be_fulfilled(hosting: Hosting) -> None:
    for _ in range(5):
        hosting.start("127.0.0.1", 0)
        hosting.stop()
    wait_for(lambda: hosting.status.state == "off")
    url = started(hosting)
    assert httpx2.get(f"{url}/v1/models", timeout=10).status_code == 200
    hosting.stop()
    hosting.start("127.0.0.1", int(url.rpartition(":")[2]))
    wait_for(lambda: hosting.status.state == "on")
    assert httpx2.get(f"{url}/v1/models", timeout=10).status_code == 200


def test_its_end_waits_for_a_start_that_is_under_way(core: Core) -> None:
    hosting = Hosting(core)
    hosting.start("127.0.0.1", 0)
    hosting.close()
    assert hosting.status == ServerStatus("off")
    hosting.start("127.0.0.1", 0)
    hosting.close()
    assert hosting.status == ServerStatus("off")
    assert not [thread for thread in threading.enumerate() if thread.name in ("api-server", "server-control")]


def test_a_failure_is_a_value_and_the_next_start_may_work(hosting: Hosting) -> None:
    hosting.start("203.0.113.7", 8765)
    wait_for(lambda: hosting.status.state == "failed")
    error = hosting.status.error
    assert error is not None
    assert error.kind == "SetupError"  # open, and there is no key
    hosting.add_key("laptop")
    hosting.start("203.0.113.7", 8765)
    wait_for(lambda: hosting.status.error is not None and "cannot listen" in hosting.status.error.user_message)
    assert started(hosting)


def test_listeners_hear_of_states_and_requests(hosting: Hosting) -> None:
    states: list[str] = []
    hosting.subscribe(lambda _: states.append(hosting.status.state))
    url = started(hosting)
    count = len(states)
    httpx2.post(f"{url}/tokenize", json={"content": "a"}, timeout=10)
    wait_for(lambda: len(states) > count)
    hosting.stop()
    wait_for(lambda: hosting.status.state == "off")
    assert [state for state, before in zip(states, ["", *states], strict=False) if state != before] == [
        "starting", "on", "stopping", "off"
    ]  # fmt: skip


def test_open_to_all_networks_it_knows_its_addresses(hosting: Hosting, monkeypatch: pytest.MonkeyPatch) -> None:
    hosting.add_key("laptop")
    url = started(hosting, "0.0.0.0")
    port = url.rpartition(":")[2]
    assert hosting.status.is_open
    assert hosting.status.urls == tuple(f"http://{each}:{port}" for each in (*lan_addresses(), "127.0.0.1"))
    monkeypatch.setattr("llmdesk.hosting.lan_addresses", lambda: ["10.1.2.3"])
    hosting.look_at_addresses()
    assert hosting.status.urls == (f"http://10.1.2.3:{port}", f"http://127.0.0.1:{port}")


def test_a_key_of_this_start_counts(core: Core, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLMDESK_API_KEY", "short")
    hosting = Hosting(core)
    try:
        url = started(hosting)
        assert httpx2.get(f"{url}/v1/models", timeout=10).status_code == 401
        headers = {"x-api-key": hosting.own_key}
        assert httpx2.get(f"{url}/v1/models", headers=headers, timeout=10).status_code == 200
        hosting.start("0.0.0.0", 0)
        wait_for(lambda: hosting.status.state == "failed")
    finally:
        hosting.close()


def test_a_revoked_key_comes_back_once(tmp_path: Path) -> None:
    keys = ServerKeys(tmp_path / "keys.json")
    key = keys.add("laptop")
    keys.remove("laptop")
    assert keys.owner(key) is None
    keys.restore("laptop")
    assert keys.owner(key) == "laptop"
    with pytest.raises(SettingsError):
        keys.restore("laptop")
    keys.remove("laptop")
    other = keys.add("laptop")
    with pytest.raises(SettingsError):
        keys.restore("laptop")
    assert keys.owner(other) == "laptop"


def test_answers_over_a_websocket_are_in_the_log(hosting: Hosting) -> None:
    from websockets.sync.client import connect

    url = started(hosting)
    with connect(url.replace("http", "ws") + "/chat/stream") as socket:
        socket.send('{"type": "chat", "id": "a", "messages": [{"role": "user", "content": "[tokens=7 tps=100] x"}]}')
        while '"done"' not in str(socket.recv(timeout=10)):
            pass
        wait_for(lambda: hosting.requests_after(0)[1] == 1)
    answer = hosting.requests_after(0)[0][0]
    assert (answer.method, answer.path, answer.client, answer.status) == ("WS", "/chat/stream", "127.0.0.1", 101)
    assert (answer.model, answer.end, answer.new_tokens) == ("tiny", "length", 7) or answer.end == "stop"
    assert 0.05 < answer.duration_s < 10


def test_the_log_gives_what_is_new_and_keeps_no_more_than_it_says() -> None:
    activity = Activity()
    heard: list[None] = []
    activity.subscribe(heard.append)
    for number in range(KEPT + 30):
        activity.note_request(ServedRequest(0.0, "", "", "GET", f"/{number}", 200))
    assert len(heard) == KEPT + 30
    found, count = activity.requests_after(0)
    assert (len(found), found[0].path, count) == (KEPT, "/30", KEPT + 30)
    assert [each.path for each in activity.requests_after(count - 2)[0]] == ["/228", "/229"]
    assert activity.requests_after(count) == ([], count)


def test_addresses_are_told_apart() -> None:
    assert is_any_address("0.0.0.0")
    assert is_any_address("::")
    assert not is_any_address("127.0.0.1")
    assert not is_any_address("localhost")
    assert is_loopback("localhost")
    assert is_loopback("127.8.9.1")
    assert not is_loopback("0.0.0.0")


def test_the_usual_address_comes_first_and_virtual_ones_last(monkeypatch: pytest.MonkeyPatch) -> None:
    def entry(address: str, family: int = socket.AF_INET) -> SimpleNamespace:
        return SimpleNamespace(family=family, address=address)

    interfaces = {
        "lo": [entry("127.0.0.1")],
        "docker0": [entry("172.17.0.1")],
        "eth0": [entry("10.0.0.5"), entry("fe80::1", socket.AF_INET6)],
        "wlan0": [entry("192.168.1.7")],
        "eth1": [entry("10.9.9.9")],
        "eth2": [entry("169.254.3.3")],
    }
    states = {name: SimpleNamespace(isup=name != "eth1") for name in interfaces}
    monkeypatch.setattr(psutil, "net_if_addrs", lambda: interfaces)
    monkeypatch.setattr(psutil, "net_if_stats", lambda: states)
    monkeypatch.setattr("llmdesk.services.network._usual_address", lambda: "192.168.1.7")
    assert lan_addresses() == ["192.168.1.7", "10.0.0.5", "172.17.0.1"]


def test_keys_that_are_made_at_the_same_time_are_all_kept(tmp_path: Path) -> None:
    keys = ServerKeys(tmp_path / "keys.json")
    threads = [threading.Thread(target=keys.add, args=(f"key-{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys.names()) == 8


@pytest.mark.may_log("the local server failed")
def test_a_server_that_ends_by_itself_is_off_for_all_to_see(hosting: Hosting, monkeypatch: pytest.MonkeyPatch) -> None:
    from llmdesk.api.server import _Server

    async def broken(self: object) -> None:
        raise RuntimeError("no more")

    with monkeypatch.context() as patch:
        patch.setattr(_Server, "on_tick", lambda self, counter: broken(self))
        hosting.start("127.0.0.1", 0)
        wait_for(lambda: hosting.status.state == "failed")
    assert hosting.status.error is not None
    assert "by itself" in hosting.status.error.user_message
    assert hosting.load().running == 0
    assert httpx2.get(f"{started(hosting)}/health", timeout=10).status_code == 200
