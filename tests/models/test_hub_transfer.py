"""Several connections, pieces of large files, and what is left of them after a kill."""

from __future__ import annotations

import dataclasses
import itertools
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from llmdesk.errors import DownloadError
from llmdesk.models import hub_fetch, hub_transfer
from llmdesk.models.hub_fetch import Order
from llmdesk.models.hub_pieces import RemoteFile
from tests.models.builders import safetensors
from tests.models.hub_stand_in import HubStandIn, serve
from tests.quiet import until_quiet

PIECE_BYTES = 500_000


pytestmark = pytest.mark.usefixtures("no_proxy_no_login")


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[HubStandIn]:
    data = bytearray(safetensors({"a.weight": (1_600_000,)}))
    data[-3_000_000:] = bytes(itertools.islice(itertools.cycle(range(251)), 3_000_000))  # no place is like another
    with serve(HubStandIn({"model.safetensors": bytes(data), "config.json": b"{}"})) as stand_in:
        monkeypatch.setenv("HF_ENDPOINT", stand_in.url)
        yield stand_in


class Run:
    """The process that fetches, as ``fetching`` starts it."""

    def __init__(self, folder: Path, piece_bytes: int = PIECE_BYTES, before: Callable[[], None] | None = None) -> None:
        order = Order("acme/tiny", "", "", "", str(folder), piece_bytes=piece_bytes)
        self.folder = folder
        argv = [sys.executable, "-m", hub_fetch.__name__]
        environment = os.environ | {"HF_HUB_DISABLE_XET": "1"}
        self.process = subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, preexec_fn=before
        )
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(dataclasses.asdict(order)))
        self.process.stdin.close()

    def messages(self) -> Iterator[dict[str, object]]:
        """As they come."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            yield json.loads(line)

    def until_bytes(self, wanted_bytes: int) -> None:
        for message in self.messages():
            if int(str(message.get("done_bytes", 0))) >= wanted_bytes:
                return
        raise AssertionError("it ended")

    def end(self) -> list[dict[str, object]]:
        """All that was left to be said."""
        with self.process:
            return list(self.messages())

    def kill(self) -> None:
        """As the system does it when there is no memory left."""
        self.process.kill()
        with self.process:
            self.process.wait()


def test_a_silent_hub_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    """Speed and time left are worked out of what is reported: without news they stood still."""
    monkeypatch.setattr(hub_transfer, "_SILENT_S", 0.01)
    told: list[tuple[int, int]] = []
    progress = hub_transfer.Progress(lambda *bytes_: told.append(bytes_), [RemoteFile("a", 100, "")], 40)
    with progress.told_while_silent():
        end_s = time.monotonic() + 10
        while len(told) < 4 and time.monotonic() < end_s:
            time.sleep(0.005)
    assert len(told) >= 4
    assert set(told) == {(40, 100)}
    count = len(told)
    time.sleep(0.03)
    assert len(told) == count


def test_a_large_file_comes_in_pieces_over_several_connections(hub: HubStandIn, tmp_path: Path) -> None:
    run = Run(tmp_path / "x")
    assert run.end()[-1] == {"finished": True}
    assert (tmp_path / "x" / "model.safetensors").read_bytes() == hub.files["model.safetensors"]
    size = len(hub.files["model.safetensors"])
    begins = [f"bytes={begin}-{min(begin + PIECE_BYTES, size) - 1}" for begin in range(0, size, PIECE_BYTES)]
    assert sorted(hub.ranges()) == sorted(["bytes=0-0", *begins])
    assert {path.name for path in (tmp_path / "x").iterdir()} == {"model.safetensors", "config.json", ".commit"}


def test_after_a_kill_only_what_is_missing_is_asked_for(hub: HubStandIn, tmp_path: Path) -> None:
    hub.pause_s = 0.3
    run = Run(tmp_path / "x")
    run.until_bytes(1_200_000)
    time.sleep(2 * hub_transfer._NOTE_INTERVAL_S)  # what was noted last is older than that for no piece
    run.kill()
    partial = tmp_path / "x" / "model.safetensors.part"
    assert partial.stat().st_size == len(hub.files["model.safetensors"])  # from the beginning
    hub.pause_s = 0
    hub.requests.clear()
    messages = Run(tmp_path / "x").end()
    assert messages[-1] == {"finished": True}
    begun = int(str(messages[0]["done_bytes"]))
    assert begun >= 1_000_000
    asked = sum(_length(each) for each in hub.ranges() if each != "bytes=0-0")
    assert asked == len(hub.files["model.safetensors"]) + len(hub.files["config.json"]) - begun
    assert (tmp_path / "x" / "model.safetensors").read_bytes() == hub.files["model.safetensors"]


def _length(wanted: str) -> int:
    first, last = wanted.removeprefix("bytes=").split("-")
    return int(last) - int(first) + 1


def test_many_kills(hub: HubStandIn, tmp_path: Path) -> None:
    hub.pause_s = 0.02
    for wanted in (200_000, 900_000, 1_800_000):
        run = Run(tmp_path / "x")
        run.until_bytes(wanted)
        run.kill()
    messages = Run(tmp_path / "x").end()
    assert messages[-1] == {"finished": True}
    done = [int(str(each["done_bytes"])) for each in messages[:-1]]
    assert done == sorted(done)
    assert done[-1] == messages[0]["total_bytes"]
    assert (tmp_path / "x" / "model.safetensors").read_bytes() == hub.files["model.safetensors"]


def test_what_one_connection_has_brought_counts(hub: HubStandIn, tmp_path: Path) -> None:
    hub.pause_s = 0.05
    run = Run(tmp_path / "x", piece_bytes=1 << 30)
    run.until_bytes(1_300_000)
    run.kill()
    hub.pause_s = 0
    hub.requests.clear()
    messages = Run(tmp_path / "x").end()
    assert messages[-1] == {"finished": True}
    assert int(str(messages[0]["done_bytes"])) >= 1_000_000
    assert f"bytes=0-{PIECE_BYTES - 1}" not in hub.ranges()
    assert (tmp_path / "x" / "model.safetensors").read_bytes() == hub.files["model.safetensors"]


def test_a_server_that_sends_no_parts_is_asked_for_all_of_it(hub: HubStandIn, tmp_path: Path) -> None:
    hub.ignore_range = True
    assert Run(tmp_path / "x").end()[-1] == {"finished": True}
    assert (tmp_path / "x" / "model.safetensors").read_bytes() == hub.files["model.safetensors"]
    assert hub.ranges() == ["bytes=0-0"]


def test_answers_that_break_off_in_every_piece(hub: HubStandIn, tmp_path: Path) -> None:
    hub.cut_after_bytes = 200_000
    assert Run(tmp_path / "x").end()[-1] == {"finished": True}
    assert (tmp_path / "x" / "model.safetensors").read_bytes() == hub.files["model.safetensors"]


def test_altered_pieces_are_noticed_and_nothing_is_left_of_them(hub: HubStandIn, tmp_path: Path) -> None:
    hub.altered = True
    message = Run(tmp_path / "x").end()[-1]
    assert "checksum" in str(message["error"])
    hub.altered = False
    messages = Run(tmp_path / "x").end()
    assert messages[-1] == {"finished": True}
    assert (tmp_path / "x" / "model.safetensors").read_bytes() == hub.files["model.safetensors"]


def test_other_sizes_of_pieces_begin_anew(hub: HubStandIn, tmp_path: Path) -> None:
    hub.pause_s = 0.05
    run = Run(tmp_path / "x")
    run.until_bytes(1_000_000)
    run.kill()
    hub.pause_s = 0
    assert Run(tmp_path / "x", piece_bytes=300_000).end()[-1] == {"finished": True}
    assert (tmp_path / "x" / "model.safetensors").read_bytes() == hub.files["model.safetensors"]


def test_a_failure_of_one_file_ends_the_run_at_once(hub: HubStandIn, tmp_path: Path) -> None:
    listed = dict(hub.files)
    hub.files = {**listed, "tokenizer.json": b"{}" * 10}
    hub.listing = lambda name: _listing(hub, listed, name)  # type: ignore[method-assign]
    del hub.files["tokenizer.json"]
    hub.pause_s = 0.5
    with pytest.raises(DownloadError):
        hub_fetch.fetch(Order("acme/tiny", "", "", "", str(tmp_path / "x")), lambda done, total: None)
    hub.stopping.set()


def _listing(hub: HubStandIn, files: dict[str, bytes], name: str) -> dict[str, object]:
    found = HubStandIn({**files, "tokenizer.json": b"{}" * 10}).listing(name)
    return {**found, "sha": hub.commit}


def test_a_note_that_cannot_be_read_means_that_nothing_is_there(hub: HubStandIn, tmp_path: Path) -> None:
    whole, partial = tmp_path / "x" / "model.safetensors", tmp_path / "x" / "model.safetensors.part"
    assert Run(tmp_path / "x").end()[-1] == {"finished": True}
    for note in (b"", b"\xff", b"[]", b'{"piece_bytes": 500000}', b'{"piece_bytes": 500000, "done": [null]}'):
        whole.rename(partial)
        partial.with_name(f"{partial.name}.done").write_bytes(note)  # as after a power cut
        partial.write_bytes(bytes(partial.stat().st_size))
        assert Run(tmp_path / "x").end()[-1] == {"finished": True}, note
        assert whole.read_bytes() == hub.files["model.safetensors"], note


@pytest.mark.skipif(sys.platform != "linux", reason="limits of files as Linux has them")
def test_a_write_that_takes_a_part_only_is_no_whole_one(hub: HubStandIn, tmp_path: Path) -> None:
    import resource

    most_bytes = len(hub.files["model.safetensors"]) - 1000

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))

    message = Run(tmp_path / "x", 1 << 30, limited).end()[-1]
    assert "checksum" not in str(message["error"])
    assert "File too large" in str(message["error"])
    assert (tmp_path / "x" / "model.safetensors.part").stat().st_size == most_bytes
    hub.requests.clear()
    assert Run(tmp_path / "x", 1 << 30).end()[-1] == {"finished": True}
    assert f"bytes={most_bytes}-" in hub.ranges()
    assert (tmp_path / "x" / "model.safetensors").read_bytes() == hub.files["model.safetensors"]


@pytest.mark.timing
@until_quiet
def test_four_connections_are_faster_than_one_where_each_is_slow(hub: HubStandIn, tmp_path: Path) -> None:
    hub.pause_s = 0.04  # 64 KiB each time: about 1.5 MB/s per connection
    times_s = []
    for name, piece_bytes in (("one", 1 << 30), ("four", PIECE_BYTES)):
        began_s = time.monotonic()
        assert Run(tmp_path / name, piece_bytes).end()[-1] == {"finished": True}
        times_s.append(time.monotonic() - began_s)
    assert times_s[1] < 0.7 * times_s[0]
