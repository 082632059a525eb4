"""Small models that draft for large ones: which, when they are loaded, and when they go. Tiny models, real thread."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from llmdesk.datatypes.chat import Finished, TokenEvent
from llmdesk.datatypes.model import LocalModel, ModelInMemory, ModelSource, ModelSpec
from llmdesk.engine.backend import LoadOptions, LoadReporter
from llmdesk.engine.generation.draft_lengths import DraftLengths
from llmdesk.engine.serving import drafts
from llmdesk.engine.serving.drafts import are_same
from llmdesk.engine.serving.runner import EngineRunner
from llmdesk.errors import NotEnoughMemory
from llmdesk.models.checks import check
from llmdesk.models.memory import size_of
from tests.engine.engine_thread import Collector, Heard, request, running
from tests.engine.serving.test_several_models import ids, load, named, until

torch = pytest.importorskip("torch")
from llmdesk.engine.backends.stacks import NativeBackend  # noqa: E402
from tests.engine.tiny_models import save_model  # noqa: E402

pytestmark = pytest.mark.model

LOOKS = [0]
"""How often the engine has looked for what may draft."""
LARGE: dict[str, Any] = {"hidden_size": 256, "intermediate_size": 512, "num_hidden_layers": 4}


@dataclass
class Disk:
    """What is installed: ``large`` and ``small`` of one vocabulary, ``other`` of another one."""

    folder: Path
    installed: tuple[str, ...] = ("large", "small", "broken")
    looks: int = 0

    def resolve(self, model_id: str) -> LocalModel:
        path = self.folder / model_id
        spec = ModelSpec(model_id, model_id, ModelSource("folder", str(path)), context_tokens=256)
        return LocalModel(spec, path, size_of(check(path)))

    def models(self) -> Iterator[LocalModel]:
        self.looks += 1
        return (self.resolve(model_id) for model_id in self.installed if model_id != "broken")


def save_strange(folder: Path) -> None:
    """As many tokens, each another one."""
    save_model(folder)
    file = folder / "tokenizer.json"
    facts = json.loads(file.read_text(encoding="utf-8"))
    words = list(facts["model"]["vocab"])
    facts["model"]["vocab"] = {word: (index + 1) % len(words) for index, word in enumerate(words)}
    file.write_text(json.dumps(facts), encoding="utf-8")


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Disk:
    monkeypatch.setattr(drafts, "SMALLEST_BYTES", 500_000)
    monkeypatch.setenv("LLMDESK_THREADS", "1")
    look = drafts.Drafts.look

    def counted(self: drafts.Drafts) -> None:
        look(self)
        LOOKS[-1] += 1

    monkeypatch.setattr(drafts.Drafts, "look", counted)
    save_model(tmp_path / "large", **LARGE)
    save_model(tmp_path / "small")
    save_strange(tmp_path / "other")
    return Disk(tmp_path)


@contextmanager
def engine(disk: Disk, backend: Callable[[], Any] = NativeBackend) -> Iterator[EngineRunner]:
    with running(backend, disk.resolve, disk.models) as runner:
        yield runner


def at_rest(runner: EngineRunner) -> None:
    """Wait until the engine has looked for what may draft, twice: the first time may have begun before."""
    for _ in range(2):
        before = LOOKS[-1]
        runner.run(lambda context: None, heard := Heard())
        heard.end()
        until(lambda before=before: LOOKS[-1] > before)


def is_there(runner: EngineRunner, model_id: str) -> bool:
    return any(each.model_id == model_id and each.state == "ready" for each in runner.models_in_memory)


def answer(runner: EngineRunner, **sampling: Any) -> tuple[str, Finished]:
    sink = Collector()
    usual = {"max_new_tokens": 60, "temperature": 0.9, "seed": 5}
    asked = request(runner, "one two three", "large", "gui", **(usual | sampling))
    runner.submit(replace(asked, response_cache=False), sink)
    finished = sink.result()
    assert isinstance(finished, Finished)
    return "".join(event.text for event in sink.events if isinstance(event, TokenEvent)), finished


@pytest.mark.parametrize("sampling", [{"temperature": 0.0}, {"temperature": 0.9, "seed": 5}])
def test_a_small_model_comes_beside_the_windows_and_drafts(
    disk: Disk, sampling: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with engine(disk) as runner:
        assert load(runner, "large") is None
        until(lambda: is_there(runner, "small"))
        assert named(runner, "small").users == ("background",)
        assert runner.status.model_id == "large"
        text, finished = answer(runner, **sampling)
        assert finished.stats.model_drafted_tokens > 0
        assert finished.by is not None
        assert finished.by.model_id == "large"
        monkeypatch.setenv("LLMDESK_DRAFT_MODELS", "0")
        expected, plain = answer(runner, **sampling)
        assert plain.stats.model_drafted_tokens == 0
        assert text == expected
        until(lambda: ids(runner) == ["large"])  # it is not wanted any more
        assert disk.looks == 1


def test_it_goes_with_the_model_that_it_drafts_for(disk: Disk) -> None:
    with engine(disk) as runner:
        assert load(runner, "large", origin="api") is None
        until(lambda: is_there(runner, "small"))
        runner.unload("large")
        until(lambda: ids(runner) == [])
        assert load(runner, "large", origin="api") is None
        until(lambda: is_there(runner, "small"))


def test_one_that_a_client_uses_drafts_too_and_stays(disk: Disk) -> None:
    disk.installed = ()
    with engine(disk) as runner:
        assert load(runner, "small", origin="api") is None
        assert load(runner, "large", origin="api") is None
        at_rest(runner)
        assert answer(runner)[1].stats.model_drafted_tokens > 0
        runner.unload("large")
        at_rest(runner)
        assert ids(runner) == ["small"]


def test_a_client_that_comes_to_use_it_keeps_it(disk: Disk) -> None:
    with engine(disk) as runner:
        assert load(runner, "large", origin="api") is None
        until(lambda: is_there(runner, "small"))
        assert load(runner, "small", origin="api") is None
        runner.unload("large")
        at_rest(runner)
        assert ids(runner) == ["small"]


def test_a_client_gets_it_with_its_own_context_and_not_the_large_ones(disk: Disk) -> None:
    with engine(disk) as runner:
        assert load(runner, "large", origin="api", options=LoadOptions(context_tokens=64)) is None
        until(lambda: is_there(runner, "small"))
        info = named(runner, "small").info
        assert info is not None
        assert info.context_tokens == 64
        at_rest(runner)
        sink = Collector()
        runner.submit(request(runner, "one " * 25, "small", "api", max_new_tokens=3), sink)
        finished = sink.result()
        assert isinstance(finished, Finished)
        assert finished.stats.prompt_tokens > 64
        at_rest(runner)
        assert answer(runner, max_new_tokens=30)[1].stats.model_drafted_tokens > 0


def test_it_is_used_as_long_as_its_large_model_is(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DraftLengths, "has_failed_for_long", False)  # random weights
    with engine(disk) as runner:
        assert load(runner, "large", origin="api") is None
        until(lambda: is_there(runner, "small"))
        runner.set_idle_unload(0.4)
        deadline_s, sinks = time.perf_counter() + 1.2, list[Collector]()
        while time.perf_counter() < deadline_s:  # never without work
            if sum(not any(isinstance(event, Finished) for event in sink.events) for sink in sinks) < 3:
                sinks.append(Collector())
                asked = request(runner, "one two three", "large", "api", max_new_tokens=100 + 50 * (len(sinks) % 3))
                runner.submit(replace(asked, response_cache=False), sinks[-1])
            time.sleep(0.001)
            assert is_there(runner, "small")
        assert is_there(runner, "large")
        until(lambda: ids(runner) == [])


@pytest.mark.parametrize("why", ["its memory was needed", "somebody unloaded it"])
def test_it_comes_back_unless_somebody_unloaded_it(disk: Disk, why: str) -> None:
    with engine(disk) as runner:
        assert load(runner, "large", origin="api") is None
        until(lambda: is_there(runner, "small"))
        at_rest(runner)
        if why == "somebody unloaded it":
            runner.unload("small")
            until(lambda: ids(runner) == ["large"])
        else:
            models = runner._loop.models
            runner.run(lambda context: models._make_way(models.residents["small"]), heard := Heard())
            heard.end()
        at_rest(runner)
        assert is_there(runner, "small") == (why != "somebody unloaded it")


def test_it_goes_before_the_windows_next_model_comes(disk: Disk) -> None:
    with engine(disk) as runner:
        seen: list[set[str]] = []
        assert load(runner, "large") is None
        until(lambda: is_there(runner, "small"))
        at_rest(runner)
        runner.subscribe_models(lambda models: seen.append({each.model_id for each in models if each.state == "ready"}))
        assert load(runner, "other") is None
        assert {"other"} in seen
        assert not any({"other", "small"} <= ready for ready in seen)


@pytest.mark.logs("looking for models that draft failed")
def test_an_error_in_the_search_ends_nothing(disk: Disk) -> None:
    disk.installed = ("nowhere",)
    with engine(disk) as runner:
        assert load(runner, "large") is None
        at_rest(runner)
        assert answer(runner)[1].stats.new_tokens == 60


@pytest.mark.parametrize("why", ["not wanted", "a command's", "a small model"])
def test_nothing_is_loaded_where_it_would_be_in_vain(disk: Disk, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if why == "not wanted":
        monkeypatch.setenv("LLMDESK_DRAFT_MODELS", "0")
    if why == "a small model":
        monkeypatch.setattr(drafts, "SMALLEST_BYTES", 10**8)
    with engine(disk) as runner:
        assert load(runner, "large", origin="cli" if why == "a command's" else "gui") is None
        at_rest(runner)
        assert ids(runner) == ["large"]
        assert disk.looks == 0


def test_nothing_is_loaded_where_there_is_no_room_and_nothing_goes_for_it(
    disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with engine(disk) as runner:
        assert load(runner, "other", origin="api") is None
        monkeypatch.setattr(drafts, "plan_load", no_room)
        assert load(runner, "large", origin="api") is None
        at_rest(runner)
        assert ids(runner) == ["other", "large"]
        assert disk.looks == 1


def no_room(*args: Any, **more: Any) -> Any:
    raise NotEnoughMemory("it is full", "")


def test_a_model_of_other_tokens_does_not_stay(disk: Disk) -> None:
    disk.installed = ("large", "other")
    with engine(disk) as runner:
        seen: list[tuple[ModelInMemory, ...]] = []
        runner.subscribe_models(seen.append)
        assert load(runner, "large") is None
        until(lambda: any(each.model_id == "other" for models in seen for each in models))
        until(lambda: ids(runner) == ["large"])
        assert answer(runner)[1].stats.model_drafted_tokens == 0
        at_rest(runner)
        assert ids(runner) == ["large"]
        assert disk.looks == 1


class Slow(NativeBackend):
    """Loads the small model only after it was given up once."""

    def __init__(self) -> None:
        super().__init__()
        self.has_begun = threading.Event()
        self.given_up = 0

    def load(self, model: LocalModel, options: LoadOptions, report: LoadReporter) -> Any:
        deadline_s = time.perf_counter() + 20
        while model.spec.id == "small" and not self.given_up:
            self.has_begun.set()
            assert time.perf_counter() < deadline_s
            time.sleep(0.005)
            try:
                report("slowly", 0.5)
            except Exception:
                self.given_up += 1
                raise
        return super().load(model, options, report)


@pytest.mark.parametrize(
    "want",
    [
        lambda runner: load(runner, "other", origin="api") is None,
        lambda runner: answer(runner)[1].stats.new_tokens == 60,  # of the model that is there
    ],
)
def test_its_load_gives_way_to_what_somebody_wants_and_is_made_later(
    disk: Disk, want: Callable[[EngineRunner], bool]
) -> None:
    backend = Slow()
    with engine(disk, lambda: backend) as runner:
        assert load(runner, "large") is None
        assert backend.has_begun.wait(20)
        runner.run(lambda context: None, heard := Heard())  # as who counts tokens does
        heard.end()
        assert backend.given_up == 0
        assert want(runner)
        assert backend.given_up == 1
        until(lambda: is_there(runner, "small"))
        assert answer(runner)[1].stats.model_drafted_tokens > 0


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda words: {}, True),
        (lambda words: {"<one more>": len(words)}, True),
        (lambda words: {word: index + 1 for word, index in words.items()}, False),
        (lambda words: {f"<{index}>": len(words) + index for index in range(40)}, False),
    ],
)
def test_vocabularies_are_compared_by_their_tokens(
    change: Callable[[dict[str, int]], dict[str, int]], expected: bool
) -> None:
    words = {f"word{index}": index for index in range(1000)}
    assert are_same(words, words | change(words)) is expected
