"""A backend without a model, for tests and screenshots: it answers from a script, with real timing and real failures.

``LLMDESK_BACKEND=scripted`` selects it. A directive at the start of the last user message steers it:
``[tokens=200 tps=100 fail_at=50 prefill=2000 load_fail] ...``. Without a directive it echoes a short markdown answer.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

from llmdesk.datatypes import (
    Event,
    Finished,
    FinishReason,
    GenerationRequest,
    GenerationStats,
    LocalModel,
    ModelInfo,
    PromptProgress,
    TokenEvent,
)
from llmdesk.engine.backend import LoadOptions, LoadReporter
from llmdesk.errors import ModelDamaged, PromptError

_DIRECTIVE = re.compile(r"^\[([^\]]*)\]\s*")
_CHUNK_TOKENS = 256
_CHUNK_S = 0.02
_ANSWER = """You said: {prompt}

Here is some **markdown** with `code`:

```python
def fibonacci(n: int) -> int:
    # The naive form is exponential.
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)
```

1. First point
2. Second point

| Model | tok/s |
|-------|-------|
| tiny  | 92    |
| small | 25    |

And a closing paragraph, so that there is something to read while the graphs move.
"""


@dataclass(frozen=True, slots=True)
class Script:
    """What the scripted model does with one request."""

    text: str
    tokens: int | None = None
    tps: float = 200.0
    fail_at: int | None = None
    prefill: int | None = None


def parse_script(prompt: str) -> Script:
    """Read the directive at the start of a prompt, if there is one."""
    match = _DIRECTIVE.match(prompt)
    text = _DIRECTIVE.sub("", prompt, count=1)
    fields: dict[str, float] = {}
    for word in match.group(1).split() if match else ():
        key, _, value = word.partition("=")
        fields[key] = float(value or 1)
    return Script(
        text=text,
        tokens=int(fields["tokens"]) if "tokens" in fields else None,
        tps=fields.get("tps", 200.0),
        fail_at=int(fields["fail_at"]) if "fail_at" in fields else None,
        prefill=int(fields["prefill"]) if "prefill" in fields else None,
    )


class ScriptedModel:
    """See the module. ``token_delay_s`` of the script is slept on the engine thread."""

    def __init__(self, info: ModelInfo) -> None:
        self.info = info

    def generate(self, request: GenerationRequest, submitted_s: float, cancel: threading.Event) -> Iterator[Event]:
        """See LoadedModel."""
        started_s = time.perf_counter()
        prompt = request.messages[-1].content
        if not prompt.strip():
            raise PromptError("The prompt is empty.", "Type something first.")
        script = parse_script(prompt)
        words = [word for message in request.messages for word in message.content.split()]
        prompt_tokens = script.prefill or len(words)
        if prompt_tokens >= self.info.context_tokens:
            raise PromptError(
                f"The prompt has {prompt_tokens:,} tokens; this model's context holds {self.info.context_tokens:,}.",
                "Shorten it or start a new chat.",
            )
        rid = request.request_id

        def finished(reason: FinishReason, new_tokens: int, first_s: float, last_s: float) -> Finished:
            prefill_s = (first_s or time.perf_counter()) - started_s
            stats = GenerationStats(
                prompt_tokens,
                0,
                new_tokens,
                started_s - submitted_s,
                prefill_s,
                last_s - first_s,
                first_s - submitted_s if first_s else 0.0,
            )
            return Finished(rid, reason, stats)

        for done in range(_CHUNK_TOKENS, prompt_tokens, _CHUNK_TOKENS):
            if cancel.is_set():
                yield finished("cancelled", 0, 0.0, 0.0)
                return
            time.sleep(_CHUNK_S)
            yield PromptProgress(rid, done, prompt_tokens, time.perf_counter())
        yield PromptProgress(rid, prompt_tokens, prompt_tokens, time.perf_counter())

        first_s = last_s = 0.0
        pieces = self._pieces(script)
        limit = request.sampling.max_new_tokens
        for count, piece in enumerate(pieces[:limit], start=1):
            if cancel.is_set():
                yield finished("cancelled", count - 1, first_s, last_s)
                return
            if script.fail_at is not None and count >= script.fail_at:
                raise RuntimeError("scripted failure")
            time.sleep(1.0 / script.tps)
            last_s = time.perf_counter()
            first_s = first_s or last_s
            yield TokenEvent(rid, piece, count, last_s)
        reason: FinishReason = "length" if len(pieces) > limit else "stop"
        yield finished(reason, min(len(pieces), limit), first_s, last_s)

    def close(self) -> None:
        """See LoadedModel."""

    @staticmethod
    def _pieces(script: Script) -> list[str]:
        base = re.findall(r"\s*\S+|\s+$", _ANSWER.format(prompt=script.text[:200]))
        if script.tokens is None:
            return base
        repeated = base * (script.tokens // len(base) + 1)
        return repeated[: script.tokens]


class ScriptedBackend:
    """See the module. A model whose id ends in ``-broken`` fails to load."""

    name = "scripted"

    def __init__(self, load_s: float = 0.05) -> None:
        self._load_s = load_s

    def load(self, model: LocalModel, options: LoadOptions, report: LoadReporter) -> ScriptedModel:
        """See Backend."""
        started_s = time.perf_counter()
        for step in range(5):
            report("reading weights", step / 5)
            time.sleep(self._load_s / 5)
        if model.spec.id.endswith("-broken"):
            raise ModelDamaged(f"{model.spec.title} cannot be read: the file ends too early.")
        return ScriptedModel(
            ModelInfo(
                model_id=model.spec.id,
                title=model.spec.title,
                backend=self.name,
                precision=options.precision or model.spec.precision,
                threads=options.threads or 1,
                context_tokens=options.context_tokens or model.spec.context_tokens,
                weights_bytes=0,
                load_s=time.perf_counter() - started_s,
                architecture="script",
            )
        )
