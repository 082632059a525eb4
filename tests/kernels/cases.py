"""Recordings that the kernels are held to on other systems: tiny networks of every form of weights, and the packing.

``python -m tests.kernels.cases FOLDER ISA`` writes them for an instruction set that this processor has.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from llmdesk.engine.generation.step import Step
from llmdesk.engine.matrices.aligned import address_of, aligned_copy, aligned_empty
from llmdesk.engine.networks.fused import cache, decoder, library
from llmdesk.engine.networks.fused.decoder import FusedDecoder
from tests.engine.networks.test_decoder_architectures import GPT_OSS, MINISTRAL3
from tests.engine.tiny_models import GEMMA4, GRANITE4_EXPERTS, LFM2, LFM3, QWEN35, save_model
from tests.kernels.recording import RESULT_64, THREADS, RecordedSteps, Recording, number, record_packing

CONTEXT = 832
SUPER_BLOCKS: dict[str, Any] = {"hidden_size": 256, "intermediate_size": 768}  # whole ones of 256 columns
OTHER_BLOCKS = {
    "v_proj.weight": ("Q6_K", (208,)),
    "down_proj.weight": ("Q6_K", (208,)),
    "up_proj.weight": ("Q5_K", (0, 2)),
    "gate_proj.weight": ("Q2_K", (80, 82)),  # another form than the matrix that is multiplied together with it
}
NETWORKS: list[tuple[str, dict[str, Any], str]] = [
    ("llama", {}, "int4"),
    ("llama", SUPER_BLOCKS, "int4"),
    ("llama", {"hidden_size": 192, "intermediate_size": 320}, "int8"),
    ("llama", {"hidden_size": 192, "intermediate_size": 320}, "bf16"),
    ("mistral", {"sliding_window": 40}, "int4"),
    ("qwen2", {}, "int8"),  # biases
    ("gemma2", {}, "int4"),  # soft caps
    ("gemma3_text", {}, "int8"),
    ("gemma4_text", GEMMA4, "int4"),
    ("bitnet", {}, "int4"),
    ("qwen3_moe", {}, "int4"),
    ("olmoe", {}, "int8"),
    ("olmoe", {}, "bf16"),
    ("olmo2", {}, "int4"),
    ("lfm2", LFM2, "int4"),
    ("qwen3_5_text", QWEN35, "int8"),
    ("granitemoehybrid", GRANITE4_EXPERTS, "int4"),
    ("lfm3", LFM3, "int4"),
    ("gpt_oss", GPT_OSS, "int4"),  # sinks, experts with biases
    ("ministral3", MINISTRAL3, "int8"),
]


def write_all(folder: Path, isa: str) -> list[Path]:
    """All of them, a file each. The kernels' choice is that of LLMDESK_KERNELS meanwhile."""
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["LLMDESK_KERNELS"] = isa
    made = [folder / "packing.calls"]
    write_packing(made[0])
    for index, (kind, overrides, precision) in enumerate(NETWORKS):
        made.append(folder / f"{index}-{kind}-{precision}.calls")
        write_network(made[-1], kind, precision, **overrides)
    made.append(folder / "other-blocks.calls")
    write_network(made[-1], "llama", "int4", wrap=InOtherBlocks, **SUPER_BLOCKS)
    # As large networks have them: keys and values in bytes, then activations in planes, too.
    setattr(cache, "SMALL_CACHE_WEIGHTS", 0)  # noqa: B010
    made.append(folder / "keys-in-bytes.calls")
    write_network(made[-1], "llama", "int4")
    setattr(decoder, "LARGE_WEIGHTS", 0)  # noqa: B010
    made.append(folder / "planes.calls")
    write_network(made[-1], "llama", "int4")
    made.append(folder / "planes-super-blocks.calls")
    write_network(made[-1], "llama", "int4", **SUPER_BLOCKS)
    made.append(folder / "planes-other-blocks.calls")
    write_network(made[-1], "llama", "int4", wrap=InOtherBlocks, **SUPER_BLOCKS)
    return made


class InOtherBlocks:
    """A network's weights with some matrices in Q2_K, Q5_K and Q6_K, as the GGUF files of Q2_K to Q5_K_M have them."""

    def __init__(self, weights: Any) -> None:
        self._weights = weights

    def __getattr__(self, name: str) -> Any:
        return getattr(self._weights, name)

    def panels(self, name: str) -> Any:
        return None if name.endswith(tuple(OTHER_BLOCKS)) else self._weights.panels(name)

    def matrix(self, name: str) -> Any:
        from llmdesk.engine.weights.gguf_blocks import matrix_of
        from tests.engine.weights.test_super_blocks import blocks

        found = next((of for end, of in OTHER_BLOCKS.items() if name.endswith(end)), None)
        if found is None:
            return self._weights.matrix(name)
        return matrix_of(found[0], blocks(*found, *self._weights.shape(name))[0])


def write_network(
    path: Path, kind: str, precision: str, wrap: Callable[[Any], Any] | None = None, **overrides: Any
) -> None:
    """A tiny network of random weights: a prompt, then tokens, alone and beside others, with one thread and three."""
    from tests.engine.networks.test_fused import prepared

    with tempfile.TemporaryDirectory() as folder, Recording(path) as recording:
        model = prepared(save_model(Path(folder) / "model", kind, **overrides), precision)
        recorded = FusedDecoder(model.config, wrap(model.weights) if wrap else model.weights, CONTEXT)
        steps: Any = RecordedSteps(recorded, recording)
        recorded._library = steps
        _run(recorded)
        steps.end()


def ids_of(which: int, count: int) -> list[int]:
    return [(which * 101 + at * 37) % 250 for at in range(count)]


def _run(decoder: FusedDecoder) -> None:
    decoder._most_threads = THREADS
    decoder.use_threads(1)
    own = decoder.new_cache()
    decoder.forward(ids_of(0, 560), own, 2)  # in three parts; the past is split from the third page on
    for token in ids_of(1, 3):
        decoder.forward([token], own)
    decoder.use_threads(THREADS)
    decoder.forward(ids_of(2, 5), own, 5)  # as drafts are verified
    others = [decoder.new_cache() for _ in range(3)]
    for which, other in enumerate(others):
        decoder.forward(ids_of(which, 9 + 7 * which), other, 0)
    copy = own.copy(300)  # shares pages until it writes to one
    for at in range(3):
        steps = [Step(decoder, ids_of(at + which, 1), other) for which, other in enumerate(others)]
        steps[0].best, steps[0].lowered = 40, [3, 17]
        steps[1].best = 1
        decoder.forward_many([*steps, Step(decoder, ids_of(at, 30), copy, 1, True)])


def write_packing(path: Path) -> None:
    """Matrices of every form, the output layer's two planes, and the probe of the memory's speed."""
    from tests.engine.networks.test_forms import MAKERS

    draw = np.random.default_rng(7)
    kernels = library.best()
    with Recording(path) as recording:
        for make in MAKERS.values():
            case = make(draw, 40, 512)
            packed = record_packing(recording, kernels, case.form, case.parts, (40, 512, case.group))
            if make is MAKERS["q8"]:
                q8 = aligned_copy(packed)
        planes = aligned_empty(q8.size, np.uint8)
        biased = int(kernels.fused_split_q8(address_of(q8), 40, 512, 32, address_of(planes)))
        recording.array(q8)
        recording.block(address_of(planes), bytes(planes.size))
        sizes = number(40), number(512), number(32)
        data, to = recording.address(address_of(q8)), recording.address(address_of(planes))
        recording.call("fused_split_q8", data, *sizes, to, result=(RESULT_64, biased))
        recording.expect(address_of(planes), planes.size)
        read = q8.size // 256 * 256
        total = int(kernels.fused_read(address_of(q8), read))
        recording.call("fused_read", data, number(read), result=(RESULT_64, total))


if __name__ == "__main__":
    for file in write_all(Path(sys.argv[1]), sys.argv[2]):
        print(file)  # noqa: T201
