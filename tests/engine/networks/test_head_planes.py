"""The output layer in two planes (docs/decisions/0047): the best logits are those out of all, to the bit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from llmdesk.datatypes.chat import SamplingParams
from llmdesk.engine.generation.sampling import Sampler
from llmdesk.engine.generation.step import Step
from llmdesk.errors import ModelDamaged
from tests.engine.tiny_models import save_model

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.model

from llmdesk.engine.matrices.forms import Int8Matrix, quantize_int8  # noqa: E402
from llmdesk.engine.matrices.panel_forms import SPLIT  # noqa: E402
from llmdesk.engine.matrices.panel_matrix import PanelMatrix  # noqa: E402
from llmdesk.engine.matrices.panels import in_panels, in_planes  # noqa: E402
from llmdesk.engine.networks.architecture import FINAL_NORM, HEAD  # noqa: E402
from llmdesk.engine.networks.fused import library  # noqa: E402

if library.best_isa() is None:
    pytest.skip("our own kernels do not run on this processor", allow_module_level=True)

from llmdesk.engine.networks.fused.decoder import FusedDecoder  # noqa: E402
from tests.engine.networks.test_fused import isas, prepared  # noqa: E402

HIDDEN, VOCABULARY, CONTEXT = 64, 4003, 256  # a last panel of three rows
IDS = [(i * 37) % 250 for i in range(64)]


class ChangedWeights:
    """A model's weights with another output layer or another last norm; what is stored in two planes may be joined."""

    is_mapped = False

    def __init__(self, weights: Any, joined: bool, head: Any = None, norm: float | None = None) -> None:
        self._weights, self._joined, self._head, self._norm = weights, joined, head, norm

    def __getattr__(self, name: str) -> Any:
        return getattr(self._weights, name)

    def panels(self, name: str) -> PanelMatrix | None:
        found: PanelMatrix | None = (
            self._head if self._head is not None and name == HEAD else self._weights.panels(name)
        )
        return found.joined() if self._joined and found is not None and found.form == SPLIT else found

    def floats(self, name: str) -> npt.NDArray[np.float32]:
        found: npt.NDArray[np.float32] = self._weights.floats(name)
        return np.full_like(found, self._norm) if self._norm is not None and name == FINAL_NORM else found


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LLMDESK_HOME", str(tmp_path_factory.mktemp("home")))
        folder = save_model(tmp_path_factory.mktemp("planes") / "model", vocab_size=VOCABULARY, spread=0.2)
        return prepared(folder, "int4")


def both(model: Any, head: Any = None, norm: float | None = None) -> tuple[FusedDecoder, FusedDecoder]:
    """(a decoder whose output layer is in two planes, the same in one)"""
    split, whole = (
        FusedDecoder(model.config, ChangedWeights(model.weights, joined, head, norm), CONTEXT)  # type: ignore[arg-type]
        for joined in (False, True)
    )
    assert (split._network.head.form, whole._network.head.form) == (SPLIT, 8)
    return split, whole


def planes_of(weight: Any) -> PanelMatrix:
    made = in_planes(library.best(), in_panels(library.best(), quantize_int8(weight), per_row_activations=False))
    assert isinstance(made, PanelMatrix)
    assert made.form == SPLIT
    return made


def each_step(network: Any, ids: list[int], **wanted: Any) -> npt.NDArray[np.float32]:
    """(T, V), as answers are written: a token of two sequences in each step, of the second one the logits."""
    caches, rows = [network.new_cache(), network.new_cache()], []
    for at, token in enumerate(ids):
        steps = [Step(network, [(token + 1) % 250], caches[0], **wanted), Step(network, [token], caches[1], **wanted)]
        network.forward_many(steps)
        rows.append(np.array(steps[at % 2].logits[0]))
    return np.stack(rows)


def assert_the_best_are_right(split: Any, whole: Any, best: int) -> None:
    expected, found = each_step(whole, IDS), each_step(split, IDS, best=best)
    for all_logits, some in zip(expected, found, strict=True):
        order = np.argsort(-all_logits, kind="stable")[:best]
        assert np.array_equal(np.argsort(-some, kind="stable")[:best], order)
        assert np.array_equal(some[order], all_logits[order])


@pytest.mark.parametrize(
    ("columns", "group"), [(128, 32), (32, 32), (96, 32), (160, 32), (64, 64), (128, 64), (192, 64), (96, 96)]
)
def test_two_planes_hold_the_8_bits(columns: int, group: int) -> None:
    """Also where the last stretch of scales has those of one group only."""
    torch.manual_seed(1)
    matrix = quantize_int8(torch.randn(70, columns), group)
    panels = in_panels(library.best(), matrix, per_row_activations=False)
    split = in_planes(library.best(), panels)
    assert isinstance(panels, PanelMatrix)
    assert isinstance(split, PanelMatrix)
    assert (split.form, split.data.nbytes) == (SPLIT, panels.data.nbytes)
    assert np.array_equal(split.joined().data, panels.data)
    assert torch.equal(split.dequantized(), panels.dequantized())


@pytest.mark.parametrize(("least", "most", "step"), [(-7, 8, 16), (-8, 8, 1), (-16, 16, 1)])
def test_quants_that_had_fewer_bits_stay_together(least: int, most: int, step: int) -> None:
    """Their lower halves are all the same, or all there is: the first pass would be off by more than it says."""
    q = torch.randint(least, most, (64, 128), dtype=torch.int8) * step
    panels = in_panels(library.best(), Int8Matrix(q, torch.ones(64, 4)), per_row_activations=False)
    assert in_planes(library.best(), panels) is panels


@pytest.mark.parametrize("isa", isas())
def test_all_logits_are_those_of_one_plane(model: Any, isa: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLMDESK_KERNELS", isa)
    split, whole = both(model)
    for step in (1, 5, 64):  # the last one in the way of many tokens
        caches = split.new_cache(), whole.new_cache()
        for start in range(0, len(IDS), step):
            ids = IDS[start : start + step]
            found, expected = (
                net.forward(ids, cache, len(ids)) for net, cache in zip((split, whole), caches, strict=True)
            )
            assert np.array_equal(found, expected)


@pytest.mark.parametrize("best", [1, 40, 256])
@pytest.mark.parametrize("isa", isas())
def test_the_best_are_those_of_all(model: Any, isa: str, best: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLMDESK_KERNELS", isa)
    assert_the_best_are_right(*both(model), best)


def equal_rows() -> Any:
    return torch.randn(1, HIDDEN).expand(VOCABULARY, HIDDEN)


def ties() -> Any:
    """Each row four times, in panels far from each other."""
    return torch.randn(1001, HIDDEN).repeat(4, 1)[:VOCABULARY]


def near_ties() -> Any:
    """Rows that differ in the lower halves of their quants only, all far above the rest."""
    weight = torch.randn(VOCABULARY, HIDDEN)
    best = torch.randn(HIDDEN) * 3
    best[::32] = 9.0  # the scale of each block
    weight[::7] = best
    weight[::7, 1::2] += torch.rand(len(weight[::7]), HIDDEN // 2) * 0.4
    return weight


def all_below_zero() -> Any:
    """Rows that there are not, of the last panel, come to 0 and must not be the best."""
    weight = torch.randn(VOCABULARY, HIDDEN) * 0.01
    weight[:, 0] = 1.0
    return weight


@pytest.mark.parametrize("make", [equal_rows, ties, near_ties, all_below_zero])
def test_what_only_the_lower_plane_decides(model: Any, make: Callable[[], Any]) -> None:
    torch.manual_seed(3)
    split, whole = both(model, planes_of(make().contiguous()))
    for best in (1, 40):
        assert_the_best_are_right(split, whole, best)


def test_most_panels_are_left_out_where_few_rows_are_large(model: Any) -> None:
    torch.manual_seed(4)
    split, whole = both(model, planes_of(torch.randn(VOCABULARY, HIDDEN) * torch.randn(VOCABULARY, 1).exp()))
    before = split.bytes_per_token
    assert_the_best_are_right(split, whole, 1)
    assert split.bytes_per_token - before < 0.2 * (whole.bytes_per_token - before)


def test_without_activations_all_are_equal(model: Any) -> None:
    assert_the_best_are_right(*both(model, norm=0.0), 40)


@pytest.mark.parametrize("norm", [np.nan, np.inf])
def test_what_is_no_number_is_noticed(model: Any, norm: float) -> None:
    split, _ = both(model, norm=norm)
    (row,) = each_step(split, IDS[:1], best=40)
    with np.errstate(all="ignore"), pytest.raises(ModelDamaged):
        Sampler(SamplingParams(), [1]).choose(row)


SAMPLINGS = [
    SamplingParams(temperature=0.0),
    SamplingParams(seed=1),
    SamplingParams(seed=2, top_k=100, top_p=0.5, min_p=0.02, temperature=1.5),
    SamplingParams(temperature=0.0, repetition_penalty=1.8),
    SamplingParams(seed=3, repetition_penalty=1.3, frequency_penalty=0.5),
    SamplingParams(seed=4, presence_penalty=1.5, frequency_penalty=2.0),
]


@pytest.mark.parametrize("head", [None, ties])
@pytest.mark.parametrize("params", SAMPLINGS)
def test_answers_are_those_of_all_logits(model: Any, params: SamplingParams, head: Callable[[], Any] | None) -> None:
    torch.manual_seed(5)
    split, whole = both(model, None if head is None else planes_of(head()))
    answers = []
    for network, takes_best in ((whole, False), (split, True)):
        sampler, cache, token, tokens = Sampler(params, IDS), network.new_cache(), 5, list[int]()
        for _ in range(60):
            best, lowered = (sampler.best, sampler.lowered) if takes_best else (0, ())
            step = Step(network, [token], cache, best=best, lowered=lowered)
            network.forward_many([step])
            token = sampler.choose(step.logits[0])
            tokens.append(token)
        answers.append(tokens)
    assert answers[0] == answers[1]


def test_only_few_panels_of_a_real_model_are_read_whole() -> None:
    from llmdesk.engine.measuring.texts import sample_sequences
    from llmdesk.engine.weights.loading import prepare
    from llmdesk.models.catalogue import Catalogue

    real = prepare(Catalogue.load().resolve("smollm2-135m"), "int4", lambda phase, done: None)
    split, whole = both(real)
    ids = sample_sequences(real.tokenizer, "prose", 48)[0]
    before = split.bytes_per_token
    found, cache = split.new_cache(), whole.new_cache()
    expected = np.concatenate([whole.forward(ids[at : at + 8], cache, 8).copy() for at in range(0, 48, 8)])
    for at, token in enumerate(ids):
        step = Step(split, [token], found, best=40)
        split.forward_many([step])
        order = np.argsort(-expected[at], kind="stable")[:40]
        assert np.array_equal(np.argsort(-step.logits[0], kind="stable")[:40], order)
        assert np.array_equal(step.logits[0][order], expected[at][order])
    assert before < split.bytes_per_token < 0.95 * whole.bytes_per_token


@pytest.mark.parametrize(
    "params",
    [
        SamplingParams(top_k=0),
        SamplingParams(top_logprobs=2),
        SamplingParams(logit_bias=((3, 1.0),)),
        SamplingParams(repetition_penalty=0.9),
        SamplingParams(presence_penalty=-1.0),
    ],
)
def test_what_may_raise_a_logit_or_asks_for_all_takes_all(params: SamplingParams) -> None:
    assert Sampler(params, [1]).best == 0
    assert Sampler(SamplingParams(), [1]).best == SamplingParams().top_k


def test_a_token_that_does_not_exist_disturbs_nobody_else(model: Any) -> None:
    """Penalties know the whole prompt, of which a step holds a piece only."""
    network = both(model)[0]
    good, bad = (Step(network, [5], network.new_cache(), best=1) for _ in range(2))
    bad.lowered = [7, 10_000_000]
    network.forward_many([good, bad])
    assert isinstance(bad.error, ModelDamaged)
    assert good.error is None
    assert good.logits is not None


def test_a_piece_of_a_prompt_lowers_nothing(model: Any) -> None:
    network = both(model)[0]
    step = Step(network, [5, 6, 7], network.new_cache(), best=1, lowered=[10_000_000])
    step.cut(2)
    network.forward_many([step])
    assert step.error is None
