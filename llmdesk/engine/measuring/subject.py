"""A model opened for measuring: a real one or a shape, on the thread that measures (engine thread only)."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from llmdesk.datatypes.model import LocalModel, Precision
from llmdesk.engine.backend import LoadOptions, LoadReporter
from llmdesk.engine.generation.step import Network
from llmdesk.engine.generation.text_model import TextModel
from llmdesk.engine.measuring.shape_files import shape_file
from llmdesk.engine.measuring.speed import read
from llmdesk.engine.networks.families import trained_tokens
from llmdesk.engine.networks.token_work import token_work
from llmdesk.engine.processor.thread_team import name_team
from llmdesk.errors import PromptError
from llmdesk.words import say

if TYPE_CHECKING:
    from llmdesk.engine.backends.built_network import BuiltNetwork

_USUAL_CONTEXT_TOKENS = 4096


@dataclass(frozen=True, slots=True)
class Subject:
    """What is measured.

    Attributes:
        name: the model's id, or the shape's name.
        text_model: the network with its tokenizer; None for a shape, which has none.
        engine: whose kernels run, or why transformers' own modules do.
        threads: while writing.
        load_s: without the import of torch and the choice of threads.
        built: the network that was built, which runs within ``network``.
    """

    name: str
    network: Network
    text_model: TextModel | None
    config: Any
    precision: Precision
    threads: int
    context_tokens: int
    engine: str
    load_s: float
    built: BuiltNetwork

    @property
    def weights_read_bytes(self) -> int:
        """Read for each token that is written, in the mean of those until now."""
        return self.built.bytes_per_token

    def cache_read_bytes(self, depth_tokens: int) -> int:
        """Keys and values that a token at that depth reads, as far as the layers' windows let it see."""
        from llmdesk.engine.backends.built_network import cache_number_bytes

        work = token_work(self.config, 0, self.context_tokens, cache_number_bytes(self.built))
        return round(work.cache_bytes(depth_tokens))


def load_subject(
    target: LocalModel | str,
    backend: str,
    precision: Precision,
    threads: int | None,
    least_context_tokens: int,
    report: LoadReporter,
) -> Subject:
    """Load a model, or make one of a shape's name, with room for that many tokens and at least as many as usual.

    Args:
        threads: None takes what was found to be best here, and finds it the first time.

    Raises:
        LlmdeskError: see Backend.load and synthetic_model; PromptError if the model takes fewer tokens.
    """
    from llmdesk.engine.backends.built_network import build_network, kernels_name
    from llmdesk.engine.backends.stacks import operators
    from llmdesk.engine.backends.torch_model import text_model_of

    name_team()
    kernels = operators(backend)
    started_s = time.perf_counter()
    prepared = _prepared(target, precision, least_context_tokens, report)
    context = _context(prepared.config, least_context_tokens)
    network, reason = build_network(lambda: kernels, prepared, context, report)
    read(network, list(range(4)), network.new_cache())
    load_s = time.perf_counter() - started_s
    paced, used_threads = _paced(network, backend, precision, threads, report)
    return Subject(
        name=target.spec.id if isinstance(target, LocalModel) else shape_file(target).stem,
        network=paced,
        text_model=text_model_of(prepared, paced, context) if prepared.tokenizer is not None else None,
        config=prepared.config,
        precision=precision,
        threads=used_threads,
        context_tokens=context,
        engine=reason or kernels_name(network, backend),
        load_s=load_s,
        built=network,
    )


def _prepared(target: LocalModel | str, precision: Precision, least_context_tokens: int, report: LoadReporter) -> Any:
    from llmdesk.engine.measuring.synthetic import synthetic_model
    from llmdesk.engine.weights.loading import prepare

    if isinstance(target, LocalModel):
        return prepare(target, precision, report)
    return synthetic_model(target, precision, max(least_context_tokens, _USUAL_CONTEXT_TOKENS))


def _paced(
    network: Any, backend: str, precision: Precision, threads: int | None, report: LoadReporter
) -> tuple[Network, int]:
    """On the threads that the program itself would use, and their number while writing."""
    from llmdesk.engine.backends.built_network import kernels_name, thread_setter
    from llmdesk.engine.backends.paced_network import PacedNetwork
    from llmdesk.engine.backends.thread_tuning import threads_for, tuning_key
    from llmdesk.engine.processor.thread_team import ThreadTeam

    team = ThreadTeam(thread_setter(network))
    key = tuning_key(kernels_name(network, backend), precision, network.weights_bytes)
    tuned = threads_for(network, key, network.weights_bytes, LoadOptions(threads=threads), team.use, report)
    return PacedNetwork(network, team, tuned), tuned.decode.threads


def _context(config: Any, least_tokens: int) -> int:
    trained = trained_tokens(config) or least_tokens
    if least_tokens > trained:
        raise PromptError(
            say(
                "This model takes {trained:,} tokens at once, not {least_tokens:,}.",
                trained=trained,
                least_tokens=least_tokens,
            ),
            say("Measure fewer."),
        )
    return min(max(least_tokens, _USUAL_CONTEXT_TOKENS), trained)
