"""Where states of recurrent layers are kept, and that a sequence goes on from there as if nothing had come after."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from llmdesk.engine.networks.states import Snapshots
from llmdesk.state_size import kept_states
from tests.engine.tiny_models import GRANITE4_HYBRID, LFM2, QWEN35

pytestmark = pytest.mark.model
CHUNK = 264
KINDS: dict[str, dict[str, Any]] = {"lfm2": LFM2, "qwen3_5_text": QWEN35, "granitemoehybrid": GRANITE4_HYBRID}


@pytest.mark.parametrize("most", [2, 3, 6, 12])
def test_the_newest_stays_and_going_back_costs_little_more_than_how_far_it_is(most: int) -> None:
    kept = Snapshots[int](most)
    for number in range(1, 200):
        kept.put(number * CHUNK, number)
        assert len(kept) <= most
        assert kept.lengths()[-1] == number * CHUNK
    newest = kept.at(199 * CHUNK)
    assert newest is not None
    assert newest.state == 199
    if most < 6:
        return
    for back in (1, CHUNK, 1000, 5000, 20_000):
        end = 199 * CHUNK
        assert end - kept.reach(end - back) < 4 * back + 2 * CHUNK, (back, kept.lengths())


def test_what_is_longer_is_forgotten() -> None:
    kept = Snapshots[str](4)
    for length, state in ((10, "a"), (20, "b"), (30, "c")):
        kept.put(length, state)
    other = kept.copy(20)
    kept.go_back(15)
    kept.put(15, "d")
    assert (kept.lengths(), other.lengths()) == ([10, 15], [10, 20])
    assert (kept.reach(14), kept.reach(9), kept.at(12), kept.at(20)) == (10, 0, None, None)


def test_there_are_never_more_than_are_planned() -> None:
    """Not even for a moment: the one that goes leaves before the new one is made."""
    kept = Snapshots[str](2)
    for length in (10, 20, 30, 40):
        kept.make_room(length)
        assert len(kept) < 2
        kept.put(length, "state")
    assert kept.lengths()[-1] == 40


def test_what_copies_share_is_counted_once() -> None:
    kept = Snapshots[str](4)
    for length in (10, 20):
        kept.put(length, "state of " + str(length))
    other = kept.copy(20)
    third = other.copy(10)
    assert kept.held == other.held == pytest.approx(1 / 3 + 1 / 2)
    assert third.held == pytest.approx(1 / 3)
    del kept
    assert other.held == 1.5
    third.put(15, "its own")
    assert third.held == 1.5


def test_a_state_that_can_be_taken_back_a_little() -> None:
    kept = Snapshots[str](4)
    kept.put(20, "a", base=12)
    kept.put(40, "b", base=32)
    assert [kept.reach(length) for length in (50, 40, 33, 31, 15, 11)] == [40, 40, 33, 20, 15, 0]
    kept.go_back(33)
    assert (kept.lengths(), kept.reach(40)) == ([20, 33], 33)
    kept.go_back(11)
    assert len(kept) == 0


def test_large_states_are_kept_less_often() -> None:
    assert kept_states(800_000) == 12
    assert kept_states(26_000_000) == 6
    assert kept_states(500_000_000) == 2


@pytest.fixture(scope="module", params=list(KINDS))
def fused(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    pytest.importorskip("torch")
    from llmdesk.engine.networks.fused import library

    if library.best_isa() is None:
        pytest.skip("our own kernels do not run on this processor")
    from tests.engine.networks.test_fused_together import decoder

    place: Path = tmp_path_factory.mktemp("states")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LLMDESK_HOME", str(place / "home"))
        made = decoder(place, request.param, **KINDS[request.param])
    made.kind = request.param
    return made


IDS = [(i * 37 + i * i) % 250 for i in range(900)]


def written(network: Any, cache: Any, ids: list[int]) -> list[Any]:
    return [network.forward([token], cache)[0].clone() for token in ids]


def prompt(network: Any, cache: Any, ids: list[int]) -> Any:
    from llmdesk.engine.generation.step import Step, compute

    step = Step(network, ids, cache, is_prompt=True)
    compute([step])
    return step.result()[0].clone()


def same(found: list[Any], expected: list[Any]) -> bool:
    return all(bool((one == other).all()) for one, other in zip(found, expected, strict=True))


@pytest.mark.parametrize("wrong", [1, 3, 7])
def test_wrong_drafts_leave_no_trace(fused: Any, wrong: int) -> None:
    """Down to the last bit, whatever the place in the ring of what is looked back to."""
    one, other = fused.new_cache(), fused.new_cache()
    for cache in (one, other):
        prompt(fused, cache, IDS[:50])
    expected = written(fused, other, IDS[50:80])
    found: list[Any] = []
    while len(found) < 30:
        right = min(8 - wrong, 30 - len(found))
        at = 50 + len(found)
        rows = fused.forward(IDS[at : at + right] + [9] * wrong, one, right + wrong)
        found += [row.clone() for row in rows[:right]]
        assert one.truncate(at + right)
        assert one.length == at + right, "drafts cost nothing"
    assert same(found, expected)


@pytest.mark.parametrize("back", [600, 530, 528, 520, 500, 264, 100])
def test_going_back_computes_from_where_a_chunk_ended(fused: Any, back: int) -> None:
    cache, fresh = fused.new_cache(), fused.new_cache()
    for start in (0, 264, 528):
        prompt(fused, cache, IDS[start : min(start + 264, 600)])
    written(fused, cache, IDS[600:640])
    new = IDS[:back] + [7] * 20
    copied = cache.copy(back)
    looks_back = 0 if cache.logged else 8  # of rings alone
    expected_reach = back if -back % 264 <= looks_back or back == 600 else back // 264 * 264
    assert cache.reach(back) == copied.length == expected_reach
    assert cache.truncate(back)
    assert cache.length == expected_reach
    for start in range(0, back, 264):
        prompt(fused, fresh, new[start : min(start + 264, back)])
    expected = prompt(fused, fresh, new[back:])
    for each in (cache, copied):
        while each.length < back:
            prompt(fused, each, new[each.length : min(each.length + 264, back)])
        assert same([prompt(fused, each, new[back:])], [expected])


def test_a_copy_and_its_origin_go_their_own_ways(fused: Any) -> None:
    cache, alone = fused.new_cache(), fused.new_cache()
    for each in (cache, alone):
        prompt(fused, each, IDS[:100])
    copied = cache.copy(100)
    found = written(fused, copied, IDS[100:110])
    written(fused, cache, IDS[200:230])
    assert same(found + written(fused, copied, IDS[110:115]), written(fused, alone, IDS[100:115]))


def test_states_are_counted(fused: Any) -> None:
    cache = fused.new_cache()
    empty = cache.size_bytes
    assert empty > 0
    prompt(fused, cache, IDS[:100])
    pages = cache.size_bytes - empty
    prompt(fused, cache, IDS[100:200])
    assert cache.size_bytes == pages + 2 * empty, "one state goes on, one is kept"
    copied = cache.copy(200)
    assert cache.size_bytes + copied.size_bytes == pages + 3 * empty, "both hold the one that is kept"


@pytest.mark.parametrize(
    ("kind", "architecture"), [("lfm2", "lfm2"), ("qwen3_5_text", "qwen35"), ("granitemoehybrid", "granitehybrid")]
)
def test_the_memory_plan_knows_what_the_kernels_take(tmp_path: Path, fused: Any, kind: str, architecture: str) -> None:
    """From a folder and from a GGUF file."""
    from llmdesk.memory_need import cache_bytes
    from llmdesk.models.checks import check
    from llmdesk.models.memory import size_of
    from tests.engine.tiny_gguf import write_model_gguf
    from tests.engine.tiny_models import save_model

    folder = save_model(tmp_path / "model", kind, **KINDS[kind])
    file = write_model_gguf(folder, tmp_path / "model.gguf", architecture=architecture)
    sizes = [size_of(check(place)) for place in (folder, file)]
    assert sizes[0].states_bytes == sizes[1].states_bytes > 0
    assert sizes[0].cache_bytes_per_token == sizes[1].cache_bytes_per_token
    if fused.kind != kind:
        return
    state = fused.new_cache().size_bytes
    assert sizes[0].states_bytes == (2 + kept_states(state)) * state, "on torch that of the last step is there, too"
    pages = fused.pages.size_bytes / 256 * 1000
    planned = cache_bytes(sizes[0], "int4", 1000) - sizes[0].states_bytes
    assert pages <= planned <= 1.5 * pages  # angles are planned, too


@pytest.mark.parametrize(
    "names", [("layer_types", "mamba"), ("layers_block_type", "mamba"), ("layer_types", "linear_attention")]
)
def test_the_size_of_a_head_of_mamba_may_be_left_open(names: tuple[str, str]) -> None:
    """As transformers' own default is; and layers went by other names."""
    from llmdesk.state_size import states_bytes_of_config

    key, kind = names
    sizes = {"mamba_n_groups": 1, "mamba_n_heads": 8, "mamba_d_state": 32, "mamba_d_conv": 4, "mamba_expand": 2}
    config = {**sizes, "num_hidden_layers": 3, "hidden_size": 64, key: [kind, "attention", kind]}
    stated = states_bytes_of_config({**config, "mamba_d_head": 16})
    assert stated == states_bytes_of_config({**config, "mamba_d_head": "auto"}) > 0


class Starved:
    """The kernels, which get no more memory from the system."""

    def __init__(self, library: Any) -> None:
        self._library = library

    def __getattr__(self, name: str) -> Any:
        return getattr(self._library, name)

    def fused_forward(self, *arguments: Any) -> int:
        resource = pytest.importorskip("resource")
        before = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (1, before[1]))
        try:
            return int(self._library.fused_forward(*arguments))
        finally:
            resource.setrlimit(resource.RLIMIT_AS, before)


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited in Linux' way")
def test_a_step_without_memory_does_nothing(fused: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even for the sequences of a mixed step that would have had enough."""
    from llmdesk.engine.generation.step import Step
    from llmdesk.errors import NotEnoughMemory

    one, alone = fused.new_cache(), fused.new_cache()
    for cache in (one, alone):
        prompt(fused, cache, IDS[:50])
        fused.forward(IDS[50:58], cache, 8)
        assert cache.truncate(55)
    many = [Step(fused, IDS[:16], fused.new_cache(), 8, is_prompt=True) for _ in range(15)]
    with monkeypatch.context() as patch:
        patch.setattr(fused, "_library", Starved(fused._library))
        with pytest.raises(NotEnoughMemory):
            fused.forward_many([Step(fused, IDS[55:56], one), *many])
    assert same(written(fused, one, IDS[55:65]), written(fused, alone, IDS[55:65]))
