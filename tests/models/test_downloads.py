"""Fetching from the hub: real processes and sockets, a stand-in of the hub on loopback."""

from __future__ import annotations

import hashlib
import itertools
import queue
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from llmdesk.datatypes.model import ModelSource, ModelSpec
from llmdesk.embedding_folder import embedding_form
from llmdesk.errors import DownloadError, NotEnoughDisk
from llmdesk.models import checks, hub_fetch, places
from llmdesk.models.downloads import (
    DownloadCancelled,
    Downloader,
    DownloadEvent,
    DownloadFailed,
    DownloadFinished,
    DownloadProgress,
    SpeedMeter,
)
from llmdesk.models.fetch_control import FetchControl
from llmdesk.models.fetching import fetch
from llmdesk.models.hub_errors import explained
from tests.models.builders import model_files, safetensors
from tests.models.hub_stand_in import HubStandIn, serve
from tests.quiet import until_quiet

_WANTED = {"config.json", "tokenizer.json", "chat_template.jinja", "model.safetensors"}
_TIMEOUT_S = 20


pytestmark = pytest.mark.usefixtures("no_proxy_no_login")


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[HubStandIn]:
    with serve(HubStandIn(model_files(3_000_000))) as stand_in:
        monkeypatch.setenv("HF_ENDPOINT", stand_in.url)
        yield stand_in


@pytest.fixture
def downloader() -> Iterator[Downloader]:
    result = Downloader()
    yield result
    result.close()


def spec(**changes: object) -> ModelSpec:
    values: dict[str, object] = {"id": "tiny-1.7b", "title": "Tiny", "source": ModelSource("hub", "acme/tiny")}
    return ModelSpec(**(values | changes))  # type: ignore[arg-type]


class Events:
    """A sink that can be waited on."""

    def __init__(self) -> None:
        self.all: list[DownloadEvent] = []
        self._queue: queue.Queue[DownloadEvent] = queue.Queue()

    def __call__(self, event: DownloadEvent) -> None:
        self.all.append(event)
        self._queue.put(event)

    def next(self) -> DownloadEvent:
        return self._queue.get(timeout=_TIMEOUT_S)

    def end(self) -> DownloadEvent:
        while isinstance(event := self.next(), DownloadProgress):
            pass
        return event

    def until_bytes(self, wanted_bytes: int) -> None:
        while True:
            event = self.next()
            assert isinstance(event, DownloadProgress)
            if event.done_bytes >= wanted_bytes:
                return


def run(downloader: Downloader, model: ModelSpec | None = None) -> tuple[DownloadEvent, Events]:
    events = Events()
    downloader.start(model or spec(), events)
    return events.end(), events


def test_who_waits_knows_for_what_even_before_the_first_one_has_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread that fetches may be late."""
    may_begin, work = threading.Event(), Downloader._work

    def work_later(self: Downloader) -> None:
        may_begin.wait(_TIMEOUT_S)
        work(self)

    monkeypatch.setattr(Downloader, "_work", work_later)
    downloader, first, later = Downloader(), spec(id="first"), spec(id="later")
    for each in (first, later):
        downloader.start(each, Events())
    assert downloader.waits_for("later") == first
    assert downloader.waits_for("first") is None
    for each in (first, later):
        downloader.cancel(each.id)
    may_begin.set()
    downloader.close()


def test_fetches_what_a_model_needs_and_neither_pickle_nor_code(hub: HubStandIn, downloader: Downloader) -> None:
    end, _ = run(downloader)
    assert end == DownloadFinished("tiny-1.7b")
    folder = places.locate(spec())
    assert folder is not None
    assert {path.name for path in folder.iterdir()} == _WANTED | {hub_fetch.COMMIT_FILE}
    assert (folder / "model.safetensors").read_bytes() == hub.files["model.safetensors"]
    assert set(hub.fetched()) == _WANTED


def test_an_embedding_model_keeps_what_it_says_of_its_modules_in_their_folders(
    hub: HubStandIn, downloader: Downloader
) -> None:
    """Without it the folder is damaged, and the configuration of a module must not replace the model's."""
    modules = b'[{"type": "a.Transformer", "path": ""}, {"type": "a.Pooling", "path": "1_Pooling"}]'
    pooling = b'{"pooling_mode_mean_tokens": true}'
    hub.files |= {"modules.json": modules, "1_Pooling/config.json": pooling, "onnx/config.json": b"{}"}
    config = hub.files["config.json"]
    end, _ = run(downloader)
    assert end == DownloadFinished("tiny-1.7b")
    folder = places.locate(spec())
    assert folder is not None
    assert (folder / "config.json").read_bytes() == config
    assert (folder / "1_Pooling" / "config.json").read_bytes() == pooling
    assert embedding_form(folder).pooling == "mean"
    assert not (folder / "onnx").exists()


def test_progress_counts_bytes_up_to_the_total(hub: HubStandIn, downloader: Downloader) -> None:
    hub.pause_s = 0.01
    _, events = run(downloader)
    progress = [event for event in events.all if isinstance(event, DownloadProgress)]
    total_bytes = sum(len(hub.files[name]) for name in _WANTED)
    assert {event.total_bytes for event in progress} == {total_bytes}
    assert progress[0].done_bytes == 0
    assert progress[-1].done_bytes == total_bytes
    assert all(a.done_bytes <= b.done_bytes for a, b in itertools.pairwise(progress))
    assert len(progress) > 3
    assert max(event.bytes_per_s for event in progress) > 0


def test_one_named_file_of_a_repository(hub: HubStandIn, downloader: Downloader, tmp_path: Path) -> None:
    from tests.models.builders import gguf

    hub.files = {"gguf/tiny.gguf": gguf(tmp_path / "x.gguf").read_bytes(), "config.json": b"{}"}
    model = spec(source=ModelSource("hub", "acme/tiny", filename="gguf/tiny.gguf"))
    end, _ = run(downloader, model)
    assert end == DownloadFinished("tiny-1.7b")
    assert places.locate(model) == places.install_dir(model) / "tiny.gguf"
    assert hub.fetched() == ["tiny.gguf"]


def test_all_parts_of_a_split_file(hub: HubStandIn, downloader: Downloader, tmp_path: Path) -> None:
    from tests.models.builders import gguf

    gguf(tmp_path / "tiny.gguf", split_max_tensors=1)
    parts = sorted(tmp_path.glob("tiny-*.gguf"))
    hub.files = {f"q4/{part.name}": part.read_bytes() for part in parts} | {"q4/tiny-8.gguf": b"another"}
    model = spec(source=ModelSource("hub", "acme/tiny", filename=f"q4/{parts[0].name}",
                                    sha256=hashlib.sha256(parts[0].read_bytes()).hexdigest()))  # fmt: skip
    end, _ = run(downloader, model)
    assert end == DownloadFinished("tiny-1.7b")
    assert sorted(hub.fetched()) == [part.name for part in parts]
    path = places.locate(model)
    assert path is not None
    assert len(checks.check(path).tensors) == 2


@pytest.mark.timing
def test_cancel_is_quick_and_the_next_fetch_goes_on(hub: HubStandIn, downloader: Downloader) -> None:
    hub.pause_s = 0.05
    events = Events()
    downloader.start(spec(), events)
    events.until_bytes(1_000_000)
    asked_s = time.monotonic()
    downloader.cancel("tiny-1.7b")
    downloader.cancel("tiny-1.7b")
    assert events.end() == DownloadCancelled("tiny-1.7b")
    assert time.monotonic() - asked_s < 1
    assert places.locate(spec()) is None
    assert not hub.ranges()

    hub.pause_s = 0
    end, again = run(downloader)
    assert end == DownloadFinished("tiny-1.7b")
    first = again.all[0]
    assert isinstance(first, DownloadProgress)
    assert first.done_bytes >= 500_000  # what had arrived counts
    (wanted,) = hub.ranges()
    assert int(wanted.removeprefix("bytes=").rstrip("-")) >= 500_000
    assert (places.install_dir(spec()) / "model.safetensors").read_bytes() == hub.files["model.safetensors"]


@pytest.mark.timing
@until_quiet
def test_cancel_of_a_transfer_that_hangs(hub: HubStandIn, downloader: Downloader) -> None:
    hub.pause_s = 3  # no byte for three seconds
    events = Events()
    downloader.start(spec(), events)
    events.next()
    asked_s = time.monotonic()
    downloader.cancel("tiny-1.7b")
    assert events.end() == DownloadCancelled("tiny-1.7b")
    assert time.monotonic() - asked_s < 1


def test_a_server_that_breaks_off_is_asked_again_from_there(hub: HubStandIn, downloader: Downloader) -> None:
    hub.cut_after_bytes = 1_600_000
    end, _ = run(downloader)
    assert end == DownloadFinished("tiny-1.7b")
    assert hub.ranges()  # the library went on by itself
    assert (places.install_dir(spec()) / "model.safetensors").read_bytes() == hub.files["model.safetensors"]


def test_a_server_that_cannot_resume_begins_anew(hub: HubStandIn, downloader: Downloader) -> None:
    hub.pause_s = 0.05
    events = Events()
    downloader.start(spec(), events)
    events.until_bytes(1_000_000)
    downloader.cancel("tiny-1.7b")
    events.end()
    hub.pause_s, hub.ignore_range = 0.01, True
    end, again = run(downloader)
    assert end == DownloadFinished("tiny-1.7b")
    assert (places.install_dir(spec()) / "model.safetensors").read_bytes() == hub.files["model.safetensors"]
    progress = [event.done_bytes for event in again.all if isinstance(event, DownloadProgress)]
    assert progress == sorted(progress)


def test_files_of_two_commits_do_not_mix(hub: HubStandIn, downloader: Downloader) -> None:
    hub.pause_s = 0.05
    events = Events()
    downloader.start(spec(), events)
    events.until_bytes(1_000_000)
    downloader.cancel("tiny-1.7b")
    events.end()
    hub.pause_s, hub.commit = 0.0, "f" * 40
    hub.files["model.safetensors"] = safetensors({"other.weight": (1_500_000,)})
    assert run(downloader)[0] == DownloadFinished("tiny-1.7b")
    assert (places.install_dir(spec()) / "model.safetensors").read_bytes() == hub.files["model.safetensors"]
    assert not hub.ranges()


def failure(downloader: Downloader, model: ModelSpec | None = None) -> DownloadFailed:
    end, _ = run(downloader, model)
    assert isinstance(end, DownloadFailed)
    assert end.error.kind != "Bug", end.error.detail
    return end


def test_a_gated_model_is_explained_and_works_with_a_token(
    hub: HubStandIn, downloader: Downloader, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.gated_token = "hf_secret"
    for token in ("", "hf_without_consent"):
        monkeypatch.setenv("HF_TOKEN", token)
        error = failure(downloader).error
        assert error.kind == "DownloadError"
        assert "licence" in error.user_message
        assert "https://huggingface.co/acme/tiny" in error.hint
        assert "`llmdesk models login`" in error.hint
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    assert run(downloader)[0] == DownloadFinished("tiny-1.7b")


def test_an_unknown_repository(hub: HubStandIn, downloader: Downloader) -> None:
    error = failure(downloader, spec(source=ModelSource("hub", "acme/other"))).error
    assert "acme/other" in error.user_message
    assert "`llmdesk models login`" in error.hint


def test_a_refusal_names_the_command_that_is_here() -> None:
    """`hf` comes with another program."""
    import httpx2
    from huggingface_hub.errors import HfHubHTTPError

    refused = httpx2.Response(401, request=httpx2.Request("GET", "https://huggingface.co/api/models"))
    with pytest.raises(DownloadError, match="401") as caught, explained("acme/tiny"):
        raise HfHubHTTPError("Unauthorized", response=refused)
    assert "`llmdesk models login`" in caught.value.hint
    assert "hf auth" not in caught.value.hint


def test_only_pickle(hub: HubStandIn, downloader: Downloader) -> None:
    del hub.files["model.safetensors"]
    del hub.files["consolidated.safetensors"]
    error = failure(downloader).error
    assert error.kind == "UnsupportedModel"
    assert not hub.fetched()


def test_altered_bytes_are_noticed_and_removed(hub: HubStandIn, downloader: Downloader) -> None:
    hub.altered = True
    error = failure(downloader).error
    assert "checksum" in error.user_message
    left = {path.name for path in places.staging_dir("tiny-1.7b").iterdir()}
    assert all(name == hub_fetch.COMMIT_FILE or name.endswith(".part") for name in left)  # nothing passes for whole
    hub.altered = False
    assert run(downloader)[0] == DownloadFinished("tiny-1.7b")


def test_no_network(downloader: Downloader, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve(HubStandIn({})) as gone:
        pass
    monkeypatch.setenv("HF_ENDPOINT", gone.url)
    error = failure(downloader).error
    assert error.user_message == "The hub cannot be reached."
    assert "HTTPS_PROXY" in error.hint


def test_switched_off(hub: HubStandIn, downloader: Downloader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert "HF_HUB_OFFLINE" in failure(downloader).error.user_message


def test_through_a_proxy(downloader: Downloader, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve(HubStandIn(model_files())) as proxy:
        monkeypatch.setenv("HF_ENDPOINT", "http://hub.example.test")
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        assert run(downloader)[0] == DownloadFinished("tiny-1.7b")
    assert {request.target.split("/api")[0] for request in proxy.requests if "/api/" in request.target} == {
        "http://hub.example.test"
    }


def test_a_certificate_of_ones_own(downloader: Downloader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = self_signed(tmp_path)
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    with serve(HubStandIn(model_files()), certificate) as stand_in:
        monkeypatch.setenv("HF_ENDPOINT", stand_in.url)
        assert "SSL_CERT_FILE" in failure(downloader).error.hint
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
        assert run(downloader)[0] == DownloadFinished("tiny-1.7b")


def self_signed(folder: Path) -> Path:
    """Certificate and key for 127.0.0.1 in one file."""
    if (openssl := shutil.which("openssl")) is None:
        pytest.skip("needs the openssl program")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    argv = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    argv += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(argv, check=True, capture_output=True)
    certificate.write_text(certificate.read_text() + key.read_text())
    return certificate


def test_disk_full_is_said_before_anything_is_fetched(
    hub: HubStandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(total=10**9, used=10**9, free=1000))
    order = hub_fetch.Order("acme/tiny", "", "", "", str(tmp_path / "models" / ".partial" / "tiny"))
    with pytest.raises(NotEnoughDisk, match=r"0\.00 GB are needed, 0\.00 GB are free"):
        hub_fetch.fetch(order, lambda done, total: None)
    assert not hub.fetched()


def test_one_after_the_other_and_the_thread_ends(hub: HubStandIn, downloader: Downloader) -> None:
    hub.pause_s = 0.005
    first, second, third = Events(), Events(), Events()
    downloader.start(spec(), first)
    downloader.start(spec(id="second"), second)
    downloader.start(spec(id="third"), third)
    downloader.start(spec(), second)  # already on its way: ignored
    downloader.cancel("third")
    assert third.all == [DownloadCancelled("third")]
    assert first.end() == DownloadFinished("tiny-1.7b")
    assert second.end() == DownloadFinished("second")
    assert not downloader.is_active("second")
    assert {event.model_id for event in second.all} == {"second"}
    deadline_s = time.monotonic() + 5
    while any(thread.name == "llmdesk-downloads" for thread in threading.enumerate()):
        assert time.monotonic() < deadline_s


@pytest.mark.timing
@until_quiet
def test_close_stops_everything_quickly(hub: HubStandIn) -> None:
    hub.pause_s = 3
    downloader, first, second = Downloader(), Events(), Events()
    downloader.start(spec(), first)
    downloader.start(spec(id="second"), second)
    first.next()
    asked_s = time.monotonic()
    downloader.close()
    assert time.monotonic() - asked_s < 1.5
    assert first.all[-1] == DownloadCancelled("tiny-1.7b")
    assert second.all == [DownloadCancelled("second")]
    downloader.close()


def test_two_programs_do_not_fetch_the_same_model(hub: HubStandIn, downloader: Downloader) -> None:
    hub.pause_s = 0.05
    events = Events()
    downloader.start(spec(), events)
    events.next()
    with pytest.raises(DownloadError, match="another llmdesk"):
        fetch(spec(), lambda done, total: None, FetchControl())
    downloader.cancel("tiny-1.7b")
    assert events.end() == DownloadCancelled("tiny-1.7b")


def test_fetching_again_mends_a_damaged_model(hub: HubStandIn, downloader: Downloader) -> None:
    run(downloader)
    weights = places.install_dir(spec()) / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    assert run(downloader)[0] == DownloadFinished("tiny-1.7b")
    assert weights.read_bytes() == hub.files["model.safetensors"]


def test_speed_is_that_of_the_last_seconds() -> None:
    now = iter([0.0, 1.0, 2.0, 10.0, 11.0])
    meter = SpeedMeter(lambda: next(now))
    assert meter.add(5_000_000) == 0  # fetched in an earlier run
    assert meter.add(5_000_100) == 100
    assert meter.add(5_000_200) == 100
    meter.add(5_000_200)
    assert meter.add(5_001_200) == pytest.approx(1000)
