"""Which model the picker recommends."""

from __future__ import annotations

from dataclasses import replace

from llmdesk.datatypes.model import ModelSource, ModelSpec
from llmdesk.models.catalogue import Catalogue
from llmdesk.models.memory import fit
from llmdesk.models.survey import Entry
from llmdesk.services.bench.recommended import recommended
from llmdesk.services.bench.speeds import SpeedBook, book_of

GB = 1_000_000_000


def entries(memory_gb: float) -> list[Entry]:
    """The shipped catalogue on a machine with so much memory, nearly all of it free."""
    memory = round(memory_gb * GB)
    specs = Catalogue.load().specs()
    return [Entry(spec, False, False, fit(spec, round(0.9 * memory), memory)) for spec in specs]


def book(entries: list[Entry], read_gbps: float) -> SpeedBook:
    """Nothing was measured but the memory."""
    return book_of([entry.spec for entry in entries], [], [], "here", read_gbps * 1e9)


def test_more_memory_and_faster_memory_take_larger_models() -> None:
    found = {}
    for memory_gb, read_gbps in ((4, 20), (8, 40), (16, 40), (16, 90), (64, 90)):
        here = entries(memory_gb)
        found[memory_gb, read_gbps] = recommended(here, book(here, read_gbps))
    by_id = {spec.id: spec.memory_bytes for spec in Catalogue.load().specs()}
    sizes = [by_id[model_id] for model_id in found.values()]
    assert sizes == sorted(sizes), found
    assert sizes[0] < 3 * GB < sizes[1] < 5 * GB < sizes[3], found
    assert found[16, 90] == found[64, 90]  # the memory's speed is the bound


def test_a_mixture_counts_for_less_than_all_its_weights() -> None:
    """OLMoE has 7 billion weights and reads 1 of them; a dense model of 4 is the better one where it is fast enough."""
    here = [entry for entry in entries(16) if entry.spec.id in ("olmoe-1b-7b", "qwen3-4b")]
    assert recommended(here, book(here, 90)) == "qwen3-4b"
    assert recommended(here, book(here, 20)) == "olmoe-1b-7b"


def test_nothing_is_recommended_before_anything_is_known() -> None:
    here = entries(16)
    assert recommended(here, None) == ""
    assert recommended(here, SpeedBook({}, {})) == ""
    assert recommended([], book(here, 40)) == ""


def test_models_of_the_users_own_and_embeddings_are_none() -> None:
    here = entries(16)
    own = ModelSpec("mine", "Mine", ModelSource("folder", "/x"), memory_bytes=11 * GB, added_by_user=True)
    more = [*here, Entry(own, True, False, replace(here[0].fit, kind="fits"))]
    assert recommended(more, book(more, 90)) == recommended(here, book(here, 90))
