"""The Intel GPU's path, with other devices standing in for it: nobody has run it on the hardware yet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from llmdesk.datatypes.chat import Finished, TokenEvent
from llmdesk.datatypes.model import LocalModel, ModelInfo, ModelSize, ModelSource, ModelSpec
from llmdesk.engine.processor import hardware
from llmdesk.engine.serving.runner import EngineRunner
from llmdesk.errors import DeviceError, LoadCancelled, NotEnoughMemory, SetupError
from tests.engine.engine_thread import Collector, request, running

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.model


class FakeXpu:
    """What torch.xpu says and does."""

    def __init__(self, available: bool = True, free_bytes: int | None = 10**12) -> None:
        self.available, self.free_bytes = available, free_bytes
        self.emptied = 0

    def is_available(self) -> bool:
        return self.available

    def get_device_name(self, device: Any = None) -> str:
        return "Intel(R) Arc(TM) Stand-in"

    def mem_get_info(self, device: Any = None) -> tuple[int, int]:
        if self.free_bytes is None:
            raise RuntimeError("The device doesn't support querying the available free memory.")
        return self.free_bytes, 10**12

    def empty_cache(self) -> None:
        self.emptied += 1


@pytest.fixture(autouse=True)
def nothing_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LLMDESK_DEVICE", raising=False)
    monkeypatch.setenv("LLMDESK_THREADS", "1")


@pytest.fixture(params=["llama", "phi3", "gpt2"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Two architectures of the decoder's, and one on transformers' modules."""
    from tests.engine.tiny_models import save_model

    return save_model(tmp_path / "tiny", str(request.param))


@contextmanager
def engine(folder: Path, gpu: Any, size: ModelSize | None = None) -> Iterator[EngineRunner]:
    from llmdesk.engine.backends.stacks import NativeBackend

    def resolve(model_id: str) -> LocalModel:
        spec = ModelSpec(model_id, "Tiny", ModelSource("folder", str(folder)), precision="int8", context_tokens=256)
        return LocalModel(spec, folder, size)

    with running(lambda: NativeBackend(lambda: gpu), resolve) as runner:
        yield runner


def answer(runner: EngineRunner, precision: Any = None) -> tuple[list[str], ModelInfo]:
    from llmdesk.engine.backend import LoadOptions

    runner.load("tiny", options=LoadOptions(precision=precision))
    sink = Collector()
    runner.submit(request(runner, "Hello there, how are you?", temperature=0.0, max_new_tokens=12), sink)
    assert isinstance(sink.result(), Finished), sink.events[-1]
    assert runner.status.info is not None
    return [event.text for event in sink.events if isinstance(event, TokenEvent)], runner.status.info


def stand_in(xpu: FakeXpu) -> Any:
    from llmdesk.engine.backends.devices import Gpu

    return Gpu(torch.device("cpu"), xpu)


def test_the_same_answer_as_on_the_processor(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    xpu = FakeXpu()
    with monkeypatch.context() as patch, engine(folder, None) as runner:
        patch.setenv("LLMDESK_KERNELS", "off")  # the same operators round alike
        expected, _ = answer(runner, "bf16")
    with engine(folder, stand_in(xpu)) as runner:
        text, info = answer(runner)
        again, _ = answer(runner, "int4")  # takes the place of the one before
    assert text == again == expected
    assert (info.precision, info.kernels, info.backend) == ("bf16", "Intel(R) Arc(TM) Stand-in", "native")
    assert info.notice == "On the Intel GPU the weights are held in 16 bits."
    assert xpu.emptied == 2  # each model gave its memory back


def test_everything_is_made_on_the_device(folder: Path) -> None:
    """The meta device refuses to compute with a tensor that was left behind on the processor."""
    from llmdesk.engine.backends.devices import Gpu, GpuNetwork
    from llmdesk.engine.backends.native import NativeKernels
    from llmdesk.engine.weights.loading import prepare

    meta = torch.device("meta")
    model = LocalModel(ModelSpec("tiny", "Tiny", ModelSource("folder", str(folder))), folder)
    prepared = prepare(model, "bf16", lambda phase, done: None)
    network = GpuNetwork(Gpu(meta, FakeXpu()), NativeKernels(device=meta), prepared, 256, lambda phase, done: None)
    cache = network.new_cache()
    with meta:
        for tokens in (20, 1):
            logits = network.network.forward([1] * tokens, cache)
            assert logits.device == meta
            assert logits.shape == (1, prepared.config.vocab_size)
    copied = cache.copy(10)
    assert copied is not None
    with meta:
        assert network.network.forward([1] * 600, copied).device == meta  # it grows there as well
    assert network.weights_bytes > 0


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    from tests.engine.tiny_models import save_model

    return save_model(tmp_path / "tiny")


@pytest.mark.logs("does not run on the GPU")
def test_known_lack_of_memory_goes_to_the_processor_with_a_notice(tiny: Path) -> None:
    xpu = FakeXpu(free_bytes=10**9)
    with engine(tiny, stand_in(xpu), ModelSize(10**6, 10**6, 10**9)) as runner:
        _, info = answer(runner)
    assert info.precision == "int8"
    assert info.notice == "The Intel GPU is not used: it has 1.0 GB free and 2.0 GB are needed."
    assert xpu.emptied == 1


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            torch.OutOfMemoryError("XPU out of memory. Tried to allocate 2.00 GiB.\nmore"),
            "The Intel GPU's memory is full",
        ),
        (
            NotImplementedError("Could not run 'aten::x' with arguments from the 'XPU' backend."),
            "Could not run 'aten::x'",
        ),
    ],
)
@pytest.mark.logs("does not run on the GPU")
def test_a_load_that_fails_goes_to_the_processor_with_a_notice(
    error: Exception, said: str, tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A driver that does not tell how much is free is tried all the same; the first step fails."""
    from llmdesk.engine.networks.decoder import Decoder

    def forward(self: Any, *args: Any) -> Any:
        raise error

    xpu = FakeXpu(free_bytes=None)
    with engine(tiny, stand_in(xpu), ModelSize(1, 1, 1)) as runner:
        monkeypatch.setattr("llmdesk.engine.backends.devices.Decoder", type("Broken", (Decoder,), {"forward": forward}))
        _, info = answer(runner)
    assert info.notice.startswith("The Intel GPU is not used: ")
    assert said in info.notice
    assert "\n" not in info.notice
    assert xpu.emptied == 1


def test_a_load_that_is_stopped_is_not_tried_on_the_processor(tiny: Path) -> None:
    from llmdesk.engine.backend import LoadOptions
    from llmdesk.engine.backends.stacks import NativeBackend

    phases: list[str] = []

    def report(phase: str, done: float) -> None:
        phases.append(phase)
        if phase == "copying to the GPU":
            raise LoadCancelled("Loading was stopped.", "")

    model = LocalModel(ModelSpec("tiny", "Tiny", ModelSource("folder", str(tiny))), tiny)
    with pytest.raises(LoadCancelled):
        NativeBackend(lambda: stand_in(FakeXpu())).load(model, LoadOptions(), report)
    assert phases[-1] == "copying to the GPU"


@pytest.mark.parametrize(
    ("raised", "expected"),
    [(torch.OutOfMemoryError("XPU out of memory"), NotEnoughMemory), (RuntimeError("UR error 5\nmore"), DeviceError)],
)
def test_a_failure_in_the_middle_of_an_answer_is_clear(
    raised: Exception, expected: type[Exception], tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from llmdesk.engine.backends.devices import Gpu, GpuNetwork
    from llmdesk.engine.backends.native import NativeKernels
    from llmdesk.engine.networks.decoder import Decoder
    from llmdesk.engine.weights.loading import prepare

    def forward(self: Any, *args: Any) -> Any:
        raise raised

    cpu = torch.device("cpu")
    model = LocalModel(ModelSpec("tiny", "Tiny", ModelSource("folder", str(tiny))), tiny)
    prepared = prepare(model, "bf16", lambda phase, done: None)
    network = GpuNetwork(Gpu(cpu, FakeXpu()), NativeKernels(device=cpu), prepared, 256, lambda phase, done: None)
    monkeypatch.setattr(Decoder, "forward", forward)
    with pytest.raises(expected) as caught:
        network.forward([1], network.new_cache())
    assert "LLMDESK_DEVICE=cpu" in caught.value.hint  # type: ignore[attr-defined]


def test_which_device_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    from llmdesk.engine.backends.devices import find_gpu

    found = find_gpu(FakeXpu())
    assert found is not None
    assert found.device == torch.device("xpu")
    assert find_gpu(FakeXpu(available=False)) is None
    monkeypatch.setenv("LLMDESK_DEVICE", "cpu")
    assert find_gpu(FakeXpu()) is None
    monkeypatch.setenv("LLMDESK_DEVICE", "xpu")
    assert find_gpu(FakeXpu()) is not None
    with pytest.raises(SetupError, match="torch finds none"):
        find_gpu(FakeXpu(available=False))
    monkeypatch.setenv("LLMDESK_DEVICE", "cuda")
    with pytest.raises(SetupError, match="LLMDESK_DEVICE=cuda is not a device"):
        find_gpu(FakeXpu())


def test_intel_gpus_are_counted(tmp_path: Path) -> None:
    for number, vendor in enumerate(["0x8086", "0x10de", "0x8086"]):
        (tmp_path / f"renderD{128 + number}/device").mkdir(parents=True)
        (tmp_path / f"renderD{128 + number}/device/vendor").write_text(f"{vendor}\n")
    assert hardware.intel_gpus(tmp_path) == 2
    assert hardware.intel_gpus(tmp_path / "none") == 0
