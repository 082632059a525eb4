"""A model on our own kernels and one on torch's operators in memory together: their answers and their threads."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from llmdesk.datatypes.chat import Finished
from llmdesk.datatypes.model import LocalModel, ModelSource, ModelSpec
from llmdesk.engine.backend import LoadOptions
from llmdesk.engine.processor.threads import ThreadGovernor
from llmdesk.engine.serving.runner import EngineRunner
from llmdesk.engine.serving.work import WorkContext
from tests.engine.engine_thread import Collector, Heard, request, running

torch = pytest.importorskip("torch")
from llmdesk.engine.backends.stacks import NativeBackend  # noqa: E402
from llmdesk.engine.networks.fused import library  # noqa: E402
from tests.engine.tiny_models import save_model  # noqa: E402

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(library.best_isa() is None, reason="our own kernels do not run here"),
]


@pytest.fixture
def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EngineRunner]:
    monkeypatch.setenv("LLMDESK_THREADS", "2")
    monkeypatch.setattr(ThreadGovernor, "step_took", lambda governor, seconds: None)  # else a busy machine shows

    def resolve(model_id: str) -> LocalModel:
        path = tmp_path / "tiny"
        return LocalModel(ModelSpec(model_id, model_id, ModelSource("folder", str(path)), context_tokens=128), path)

    save_model(tmp_path / "tiny")
    with running(NativeBackend, resolve) as engine:
        yield engine


def watched(context: WorkContext, model_id: str, seen: list[tuple[str, int]]) -> None:
    """Note torch's threads at each of the model's steps."""
    model: Any = context.model_named(model_id)
    network = model.text_model.network._network
    name = "forward_many" if hasattr(network, "forward_many") else "forward"
    compute = getattr(network, name)

    def noting(*args: Any) -> Any:
        seen.append((model_id, torch.get_num_threads()))
        return compute(*args)

    setattr(network, name, noting)


def answer(runner: EngineRunner, model_id: str) -> Collector:
    sink = Collector()
    runner.submit(request(runner, "[x] y z", model_id, "api", max_new_tokens=8, temperature=0.0), sink)
    return sink


def test_each_step_has_its_models_number_of_threads(runner: EngineRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    for model_id, wanted in (("own", "auto"), ("torch", "off")):
        monkeypatch.setenv("LLMDESK_KERNELS", wanted)
        runner.load(model_id, origin="api", options=LoadOptions(precision="bf16"))
        alone = answer(runner, model_id)
        assert isinstance(alone.result(), Finished)
    kernels = {each.model_id: each.info.kernels for each in runner.models_in_memory if each.info}
    assert kernels["own"].startswith("llmdesk")
    assert kernels["torch"] == "native"

    seen: list[tuple[str, int]] = []
    for model_id in ("own", "torch"):
        heard = Heard()
        runner.run(lambda context, name=model_id: watched(context, name, seen), heard)  # type: ignore[misc]
        heard.end()
        runner.run(lambda context, name=model_id: context.model_named(name).responses.clear(), heard := Heard())  # type: ignore[misc]
        heard.end()
    together = [answer(runner, model_id) for model_id in ("own", "torch")]
    assert all(isinstance(sink.result(), Finished) for sink in together)
    switches = sum(a[0] != b[0] for a, b in itertools.pairwise(seen))
    assert switches > 4  # in turn
    assert {threads for name, threads in seen if name == "own"} == {1}  # torch's: the kernels have their own two
    assert {threads for name, threads in seen if name == "torch"} == {2}
