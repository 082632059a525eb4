"""A model in memory: its network, made by whatever runs it fastest here, with its tokenizer (engine thread only).

Our own kernels need no torch; it is imported for whatever else computes.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from llmdesk.datatypes.chat import ChatMessage, EmbeddingRequest, Event, GenerationRequest, TemplateValues
from llmdesk.datatypes.model import LocalModel, ModelInfo
from llmdesk.datatypes.tools import Tool
from llmdesk.engine.backend import MAX_ACTIVE, LoadOptions, LoadReporter
from llmdesk.engine.backends.built_network import (
    NetworkBuilder,
    build_network,
    cache_number_bytes,
    kernels_name,
    own_kernels_reason,
    thread_setter,
)
from llmdesk.engine.backends.paced_network import PacedNetwork
from llmdesk.engine.backends.thread_tuning import threads_for, tuning_key
from llmdesk.engine.generation.context import check_tokens, likely_tokens
from llmdesk.engine.generation.generation import generate
from llmdesk.engine.generation.prefix_cache import PrefixCache
from llmdesk.engine.generation.response_cache import ResponseCache
from llmdesk.engine.generation.step import Network, Step
from llmdesk.engine.generation.template_process import started_ahead
from llmdesk.engine.generation.text_model import TextModel
from llmdesk.engine.networks.architecture import obstacle
from llmdesk.engine.networks.config_values import shown
from llmdesk.engine.networks.families import text_config, trained_tokens
from llmdesk.engine.networks.token_work import HALF_BYTES, token_work
from llmdesk.engine.processor.thread_team import ThreadTeam
from llmdesk.engine.processor.threads import default_threads
from llmdesk.engine.processor.torch_threads import torch_threads, use_torch_threads
from llmdesk.engine.sight.opening import sight_of
from llmdesk.engine.weights.gguf_tokenizer import UNKNOWN_PRE_TOKENIZER
from llmdesk.engine.weights.loading import PreparedModel, prepare, stop_token_ids
from llmdesk.errors import ModelDamaged, UnsupportedModel
from llmdesk.file_errors import said_of_a_file
from llmdesk.mmproj import unread_beside
from llmdesk.words import say

if TYPE_CHECKING:
    from llmdesk.engine.networks.decoder import Kernels


class TorchModel:
    """See LoadedModel. Everything runs on the thread that loaded it: a second one would slow it 3.6 times."""

    def __init__(self, info: ModelInfo, text_model: TextModel, check_unchanged: Callable[[], None]) -> None:
        self.info, self._check_unchanged = info, check_unchanged
        self.text_model: TextModel | None = text_model
        self.on_close: Callable[[], None] = lambda: None
        self._thread_id = threading.get_ident()

    @property
    def responses(self) -> ResponseCache | None:
        """See LoadedModel."""
        return self.text_model.responses if self.text_model else None

    @property
    def cache_bytes(self) -> int:
        """See LoadedModel."""
        return self.text_model.prefix_cache.size_bytes if self.text_model else 0

    def can_start(self, request: GenerationRequest, running: Sequence[GenerationRequest]) -> bool:
        """See LoadedModel: as long as the caches of all of them have room. One place is the window's."""
        assert self.text_model is not None, "the model was closed"
        places = MAX_ACTIVE if request.origin == "gui" else MAX_ACTIVE - 1
        if len(running) >= places:
            return False
        context = self.text_model.context_tokens
        return self.text_model.prefix_cache.has_room([likely_tokens(each, context) for each in (*running, request)])

    def generate(
        self, request: GenerationRequest, submitted_s: float, cancel: threading.Event
    ) -> Iterator[Event | Step | None]:
        """See LoadedModel."""
        assert self.text_model is not None, "the model was closed"
        self._check_unchanged()
        for event in generate(self.text_model, request, submitted_s, cancel):
            assert threading.get_ident() == self._thread_id, "the engine is entered from a second thread"
            yield event

    def embed(self, request: EmbeddingRequest, submitted_s: float, cancel: threading.Event) -> Iterator[Event | None]:
        """See LoadedModel."""
        raise UnsupportedModel(
            say("{title} was made for chat and gives no vectors here.", title=self.info.title),
            say("Add an embedding model (a folder in sentence-transformers' form) and name that one."),
        )

    def tokenize(self, text: str) -> list[int]:
        """See LoadedModel."""
        assert self.text_model is not None, "the model was closed"
        return self.text_model.chats.encode_text(text)

    def detokenize(self, ids: Sequence[int]) -> str:
        """See LoadedModel."""
        assert self.text_model is not None, "the model was closed"
        check_tokens(ids, self.text_model.chats.is_token)
        with said_of_a_file(say("The tokenizer of this model fails")):
            return str(self.text_model.tokenizer.backend_tokenizer.decode(list(ids), skip_special_tokens=False))

    def count_tokens(
        self, messages: tuple[ChatMessage, ...], tools: tuple[Tool, ...] = (), values: TemplateValues = ()
    ) -> int:
        """See LoadedModel."""
        assert self.text_model is not None, "the model was closed"
        return len(self.text_model.chats.encode(messages, tools=tools, values=values).ids)

    def close(self) -> None:
        """See LoadedModel."""
        if self.text_model is not None:
            self.text_model.prefix_cache.clear()
            self.text_model = None
            self.on_close()


def load_torch_model(
    backend: str,
    make_kernels: Callable[[], Kernels],
    model: LocalModel,
    options: LoadOptions,
    report: LoadReporter,
    build: NetworkBuilder | None = None,
) -> TorchModel:
    """Load on this thread. ``make_kernels`` imports torch, so it is called where its operators compute.

    ``build`` makes the network where ``build_network`` is not to do it.
    """
    threads = options.threads or default_threads()
    use_torch_threads(threads)

    def kernels() -> Kernels:
        made = make_kernels()
        use_torch_threads(threads)  # maybe it was imported only now
        return made

    with started_ahead():
        return _loaded(backend, kernels, model, options, _keeping_threads(report), build)


def _loaded(
    backend: str,
    kernels: Callable[[], Kernels],
    model: LocalModel,
    options: LoadOptions,
    report: LoadReporter,
    build: NetworkBuilder | None,
) -> TorchModel:
    started_s = time.perf_counter()
    precision = options.precision or model.spec.precision
    prepared = prepare(model, precision, report)
    trained = trained_tokens(prepared.config) or model.spec.context_tokens
    context = min(options.context_tokens or model.spec.context_tokens or trained, trained)
    network, reason = (build or build_network)(kernels, prepared, context, report)
    report(say("warming up"), 0.97)
    _try_out(network, prepared)
    number_bytes = cache_number_bytes(network)
    numbers, states_bytes = _of_a_cache(model)
    text_model = text_model_of(prepared, network, context, round(numbers * number_bytes), states_bytes)
    text_model.chats.check()
    team = ThreadTeam(thread_setter(network))
    key = tuning_key(kernels_name(network, backend), precision, network.weights_bytes)
    tuned = threads_for(network, key, network.weights_bytes, options, team.use, report)
    text_model.network = PacedNetwork(network, team, tuned)
    info = ModelInfo(
        model_id=model.spec.id,
        title=model.spec.title,
        backend=backend,
        precision=precision,
        threads=tuned.decode.threads,
        context_tokens=context,
        weights_bytes=network.weights_bytes,
        load_s=time.perf_counter() - started_s,
        architecture=prepared.config.model_type,
        fallback_reason=reason or "",
        kernels=kernels_name(network, backend),
        kernels_reason="" if build or reason else own_kernels_reason(network, prepared),
        notice=_notice(text_model, prepared.gguf),
        sees=text_model.sight is not None,
        thinking=text_model.chats.thinking(),
        # Who builds another network computes on another device.
        work=None if build else token_work(prepared.config, network.bytes_per_token, context, number_bytes),
    )
    weights = prepared.weights
    return TorchModel(info, text_model, weights.check_unchanged if weights.is_mapped else lambda: None)


def _of_a_cache(model: LocalModel) -> tuple[float, int]:
    """(numbers that keys and values of a token have, bytes of a sequence's states); 0 if the files do not tell."""
    return (model.size.cache_bytes_per_token / HALF_BYTES, model.size.states_bytes) if model.size else (0, 0)


def _keeping_threads(report: LoadReporter) -> LoadReporter:
    """Other models may answer while a load reports: it goes on with the number of threads that it had."""

    def told(phase: str, fraction: float) -> None:
        threads = torch_threads()
        report(phase, fraction)
        if threads is not None:
            use_torch_threads(threads)

    return told


def _notice(model: TextModel, gguf: Path | None) -> str:
    """What a user should know of the model's texts and eyes, in sentences."""
    sentences = []
    if not model.chats.is_for_chat:
        sentences.append(
            say(
                "This model was not made for chat: it has no chat template. It continues your text, and may wander off."
            )
        )
    if gguf is not None and model.sight is None and (unread := unread_beside(gguf)) is not None:
        sentences.append(
            say(
                "Beside it lies {name}, with which it could see images, in a way that llmdesk does not read for this "
                "model ({kind}); it is used for texts only.",
                name=unread[0],
                kind=unread[1],
            )
        )
    if name := model.tokenizer.init_kwargs.get(UNKNOWN_PRE_TOKENIZER):
        sentences.append(
            say(
                "Its file cuts texts into words in a way that llmdesk does not know ({name}); the usual way is taken, "
                "and answers may be worse for it.",
                name=shown(name),
            )
        )
    return " ".join(sentences)


def _try_out(network: Network, prepared: PreparedModel) -> None:
    """A first step. Raises ModelDamaged if what comes out of it are no numbers, or the weights changed meanwhile."""
    ids = list(range(min(4, int(text_config(prepared.config).vocab_size))))
    with said_of_a_file(
        say("“{model_type}” cannot be computed with these files", model_type=prepared.config.model_type),
        UnsupportedModel,
    ):
        logits = network.forward(ids, network.new_cache())
    if not np.isfinite(np.asarray(logits)).all():
        raise ModelDamaged(say("The weights give no numbers: what they hold is too large, or none."))
    prepared.weights.check_unchanged()


def text_model_of(
    prepared: PreparedModel,
    network: Network,
    context_tokens: int,
    cache_bytes_per_token: int = 0,
    states_bytes: int = 0,
) -> TextModel:
    """A network with its tokenizer, ready to answer."""
    return TextModel(
        network,
        prepared.tokenizer,
        stop_token_ids(prepared),
        context_tokens,
        PrefixCache(bytes_per_token=cache_bytes_per_token, states_bytes=states_bytes),
        sight=sight_of(prepared.gguf, prepared.folder, prepared.tokenizer)
        if obstacle(prepared.config) is None
        else None,
    )
