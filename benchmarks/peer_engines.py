"""One engine in a process of its own, told by lines of JSON on stdin what to measure (started by peers.py).

    python benchmarks/peer_engines.py {llmdesk|llama|openvino} '{"threads": 2, ...}'

Each interpreter has its own packages, so nothing but the standard library is imported here at the top. The first line
of the answer says what runs; then each ``{"test": "prefill"|"decode", "tokens": N, "depth": D}`` is answered with
``{"seconds": S}``. A run after another one begins with a short one that is not counted, since other engines ran
meanwhile. ``{"test": "logits", "ids": [...], "file": "x.npy"}`` writes what the engine foretells after each token, as
it does while it writes, and is answered with the seconds, too.
"""

from __future__ import annotations

import ctypes
import json
import os
import random
import sys
import time
from pathlib import Path
from typing import Any, Protocol

_WARM_UP_TOKENS = 8
_SEED = 20


class Engine(Protocol):
    """What is asked of each."""

    facts: dict[str, Any]

    def prefill(self, tokens: int, depth: int) -> float:
        """Seconds to read that many tokens after ``depth`` others."""
        ...

    def decode(self, tokens: int, depth: int) -> float:
        """Seconds to write that many tokens, one by one."""
        ...

    def logits(self, ids: list[int], file: str) -> float:
        """Seconds to write (T, V) logits in float32 to a ``.npy`` file; the cache is empty before."""
        ...


class Llmdesk:
    """This checkout or what is installed.

    Settings: ``model`` (a GGUF file) or ``shape``, ``precision``, ``threads``, ``context_tokens``.
    """

    def __init__(self, settings: dict[str, Any]) -> None:
        from llmdesk import __version__
        from llmdesk.datatypes.model import LocalModel, ModelSource, ModelSpec
        from llmdesk.engine.backends.choice import choose_backend_name
        from llmdesk.engine.measuring.subject import load_subject
        from llmdesk.services import machine

        target: Any = settings.get("shape")
        if target is None:
            path = Path(settings["model"])
            target = LocalModel(ModelSpec(path.stem, path.stem, ModelSource("gguf", str(path))), path)
        backend, reason = choose_backend_name()
        self._subject = load_subject(
            target, backend, settings["precision"], settings["threads"], settings["context_tokens"], lambda *_: None
        )
        self._test: Any = None
        self._depth = -1
        self.facts = {
            "version": __version__,
            "backend": f"{backend}: {reason}",
            "engine": self._subject.engine,
            "precision": self._subject.precision,
            "packages": machine.package_versions(),
        }

    def prefill(self, tokens: int, depth: int) -> float:
        """See Engine."""
        return float(self._at(depth).time_prefill(tokens))

    def decode(self, tokens: int, depth: int) -> float:
        """See Engine."""
        return float(self._at(depth).time_decode(tokens))

    def logits(self, ids: list[int], file: str) -> float:
        """See Engine."""
        import numpy as np

        from llmdesk.engine.measuring.fidelity import TOKEN_STEP, logits_of

        started_s = time.perf_counter()
        network = self._subject.network
        np.save(file, logits_of(network, ids, network.new_cache(), TOKEN_STEP).numpy())
        return time.perf_counter() - started_s

    def _at(self, depth: int) -> Any:
        from llmdesk.engine.measuring.speed import SpeedTest

        if depth != self._depth:
            self._test = SpeedTest(self._subject.network, self._subject.config.vocab_size, depth)
            self._depth = depth
        return self._test


class LlamaCpp:
    """llama-cpp-python's C interface: ``llama_decode`` on token ids, flash attention, no sampling, as llama-bench.

    Settings: ``model`` (a GGUF file), ``threads``, ``context_tokens``.
    """

    def __init__(self, settings: dict[str, Any]) -> None:
        import llama_cpp

        self._lib = llama_cpp
        quiet_llama_log(llama_cpp)
        llama_cpp.llama_backend_init()
        self._model = llama_cpp.llama_model_load_from_file(
            settings["model"].encode(), llama_cpp.llama_model_default_params()
        )
        if not self._model:
            raise RuntimeError("llama.cpp cannot load the file")
        params = llama_cpp.llama_context_default_params()
        params.n_ctx = settings["context_tokens"]
        params.n_threads = params.n_threads_batch = settings["threads"]
        params.flash_attn_type = llama_cpp.LLAMA_FLASH_ATTN_TYPE_ENABLED
        self._context = llama_cpp.llama_init_from_model(self._model, params)
        self._memory = llama_cpp.llama_get_memory(self._context)
        self._vocabulary = llama_cpp.llama_vocab_n_tokens(llama_cpp.llama_model_get_vocab(self._model))
        self._batch_tokens = params.n_batch
        self._random = random.Random(_SEED)
        self._length = 0
        description = ctypes.create_string_buffer(256)
        llama_cpp.llama_model_desc(self._model, description, len(description))
        self.facts = {
            "version": f"llama-cpp-python {llama_cpp.__version__}",
            "system_info": llama_cpp.llama_print_system_info().decode(),
            "model": description.value.decode(),
            "n_batch": params.n_batch,
            "n_ubatch": params.n_ubatch,
            "flash_attention": True,
        }

    def prefill(self, tokens: int, depth: int) -> float:
        """See Engine."""
        self._go_to(depth)
        ids = self._ids(tokens)
        started_s = time.perf_counter()
        self._read(ids)
        return time.perf_counter() - started_s

    def decode(self, tokens: int, depth: int) -> float:
        """See Engine."""
        self._go_to(depth)
        ids = self._ids(tokens)
        started_s = time.perf_counter()
        for token in ids:
            self._read([token])
        return time.perf_counter() - started_s

    def logits(self, ids: list[int], file: str) -> float:
        """See Engine."""
        import numpy as np

        started_s = time.perf_counter()
        self._go_to(0)
        rows = np.empty((len(ids), self._vocabulary), dtype=np.float32)
        for row, token in zip(rows, ids, strict=True):
            self._read([token])
            row[:] = np.ctypeslib.as_array(self._lib.llama_get_logits(self._context), shape=(self._vocabulary,))
        np.save(file, rows)
        return time.perf_counter() - started_s

    def _ids(self, count: int) -> list[int]:
        return self._random.choices(range(self._vocabulary), k=count)

    def _go_to(self, depth: int) -> None:
        removed = self._length >= depth and self._lib.llama_memory_seq_rm(self._memory, 0, depth, -1)
        if removed and depth:
            self._length = depth
            return
        self._lib.llama_memory_clear(self._memory, True)
        self._length = 0
        self._read(self._ids(depth))

    def _read(self, ids: list[int]) -> None:
        for start in range(0, len(ids), self._batch_tokens):
            part = ids[start : start + self._batch_tokens]
            tokens = (self._lib.llama_token * len(part))(*part)  # the batch points to it
            batch = self._lib.llama_batch_get_one(tokens, len(part))
            if code := self._lib.llama_decode(self._context, batch):
                raise RuntimeError(f"llama_decode failed with {code}")
            self._lib.llama_synchronize(self._context)
        self._length += len(ids)


class OpenVino:
    """OpenVINO GenAI through ``generate``, the one way in: prefill is the time to the first token, decode from there.

    Settings: ``model`` (a GGUF file), ``threads``.
    """

    def __init__(self, settings: dict[str, Any]) -> None:
        import openvino
        import openvino_genai

        self._genai, self._openvino = openvino_genai, openvino
        self._pipeline = openvino_genai.LLMPipeline(
            settings["model"], "CPU", {"INFERENCE_NUM_THREADS": settings["threads"]}
        )
        self._random = random.Random(_SEED)
        self.facts = {"version": f"openvino-genai {openvino_genai.__version__}, openvino {openvino.__version__}"}

    def prefill(self, tokens: int, depth: int) -> float:
        """See Engine; only for an empty cache."""
        if depth:
            raise RuntimeError("prefill after other tokens cannot be measured through generate")
        return float(self._metrics(tokens, 1).get_ttft().mean) / 1000

    def decode(self, tokens: int, depth: int) -> float:
        """See Engine."""
        return float(self._metrics(max(depth, 1), tokens + 1).get_tpot().mean) / 1000 * tokens

    def logits(self, ids: list[int], file: str) -> float:
        """See Engine; ``generate`` gives none."""
        raise RuntimeError("generate gives no logits")

    def _metrics(self, prompt_tokens: int, new_tokens: int) -> Any:
        import numpy as np

        config = self._genai.GenerationConfig()
        config.max_new_tokens = config.min_new_tokens = new_tokens
        config.ignore_eos = True
        ids = np.array([self._random.choices(range(1000, 20000), k=prompt_tokens)], dtype=np.int64)
        inputs = self._genai.TokenizedInputs(self._openvino.Tensor(ids), self._openvino.Tensor(np.ones_like(ids)))
        return self._pipeline.generate(inputs, config).perf_metrics


ENGINES = {"llmdesk": Llmdesk, "llama": LlamaCpp, "openvino": OpenVino}


def quiet_llama_log(llama_cpp: Any) -> None:
    """Only errors are told."""

    @llama_cpp.llama_log_callback  # type: ignore[untyped-decorator]
    def tell(level: int, text: bytes, _data: Any) -> None:
        if level >= 4:
            sys.stderr.write(text.decode(errors="replace"))

    llama_cpp.llmdesk_log_callback = tell  # must live as long as the library
    llama_cpp.llama_log_set(tell, ctypes.c_void_p(0))


def measure(engine: Engine, order: dict[str, Any]) -> float:
    """Carry out one order; seconds."""
    if order["test"] == "logits":
        return engine.logits(order["ids"], order["file"])
    tokens, depth = order["tokens"], order["depth"]
    if order["test"] == "prefill":
        engine.prefill(_WARM_UP_TOKENS, depth)
        return engine.prefill(tokens, depth)
    engine.decode(_WARM_UP_TOKENS, depth)
    return engine.decode(tokens, depth)


def main() -> None:
    """Serve orders until stdin ends."""
    name, settings = sys.argv[1], json.loads(sys.argv[2])
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what libraries print must not get between the answers
    try:
        engine: Engine = ENGINES[name](settings)
    except Exception as error:
        print(json.dumps({"error": f"{type(error).__name__}: {error}"}), file=answers, flush=True)
        return
    print(json.dumps({"facts": engine.facts}), file=answers, flush=True)
    for line in sys.stdin:
        try:
            answer: dict[str, Any] = {"seconds": measure(engine, json.loads(line))}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
