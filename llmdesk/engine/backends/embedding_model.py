"""Models that make vectors out of texts: encoders like BERT, and decoders whose last token stands for the text.

Computed by transformers' own modules, in the numbers that the files hold (float32, or bfloat16), a few texts at a time
(engine thread only).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import torch  # noqa: TID253  (imported for such a model only, on the engine thread)

from llmdesk.datatypes.chat import ChatMessage, EmbeddingRequest, Event, GenerationRequest, TemplateValues
from llmdesk.datatypes.model import LocalModel, ModelInfo
from llmdesk.datatypes.tools import Tool
from llmdesk.embedding_folder import EmbeddingForm, embedding_form
from llmdesk.engine.backend import LoadOptions, LoadReporter
from llmdesk.engine.generation.embedding import embedded
from llmdesk.engine.networks.config_values import shown
from llmdesk.engine.networks.families import trained_tokens
from llmdesk.engine.processor.threads import default_threads
from llmdesk.engine.weights.gguf_embedder import GgufEmbedder
from llmdesk.engine.weights.model_files import open_config, open_tokenizer, safetensors_files
from llmdesk.engine.weights.safetensors_source import FileWeights
from llmdesk.engine.weights.whole_model import load_state, load_whole
from llmdesk.errors import ModelDamaged, PromptError, UnsupportedModel
from llmdesk.file_errors import said_of_a_file
from llmdesk.words import say

_COUNTED_FROM_PADDING = ("roberta", "xlm-roberta", "camembert", "mpnet", "xlm-roberta-xl")
"""Their positions begin after the padding token's number."""
_UNUSED = ("pooler.",)


class EmbeddingModel:
    """See LoadedModel."""

    responses = None
    cache_bytes = 0

    def __init__(self, info: ModelInfo, network: Any, tokenizer: Any, form: EmbeddingForm) -> None:
        self.info, self._network, self._tokenizer, self._form = info, network, tokenizer, form

    def can_start(self, request: GenerationRequest, running: Sequence[GenerationRequest]) -> bool:
        """See LoadedModel: what is refused anyway waits for nobody."""
        return True

    def generate(self, request: GenerationRequest, submitted_s: float, cancel: threading.Event) -> Iterator[Event]:
        """See LoadedModel."""
        self._refuse_to_write()

    def embed(self, request: EmbeddingRequest, submitted_s: float, cancel: threading.Event) -> Iterator[Event | None]:
        """See LoadedModel."""
        most = self.info.context_tokens
        return embedded(request, submitted_s, cancel, most, self._encode, self._vectors_of)

    def tokenize(self, text: str) -> list[int]:
        """See LoadedModel."""
        return self._encode(text)

    def detokenize(self, ids: Sequence[int]) -> str:
        """See LoadedModel."""
        self._check_ids(ids)
        return str(self._tokenizer.backend_tokenizer.decode(list(ids), skip_special_tokens=False))

    def count_tokens(
        self, messages: tuple[ChatMessage, ...], tools: tuple[Tool, ...] = (), values: TemplateValues = ()
    ) -> int:
        """See LoadedModel."""
        self._refuse_to_write()

    def close(self) -> None:
        """See LoadedModel."""
        self._network = None

    def _encode(self, text: str) -> list[int]:
        with said_of_a_file(say("The tokenizer of this model fails")):
            return list(self._tokenizer.backend_tokenizer.encode(text).ids)

    def _check_ids(self, ids: Sequence[int]) -> None:
        words = int(self._network.config.vocab_size)
        if not all(0 <= token_id < words for token_id in ids):
            raise PromptError(say("There is a number among them that is no token of this model."))

    def _vectors_of(self, texts: Sequence[Sequence[int]]) -> list[list[float]]:
        for ids in texts:
            self._check_ids(ids)
        torch.set_num_threads(self.info.threads)  # another model may have changed it
        states = _states(self._network, texts)
        return [pooled(states[row, : len(ids)], self._form) for row, ids in enumerate(texts)]

    def _refuse_to_write(self) -> NoReturn:
        raise UnsupportedModel(
            say("{title} makes vectors out of texts (embeddings) and does not chat.", title=self.info.title),
            say("Choose a chat model; programs use this one through the server's /v1/embeddings."),
        )


def load_embedding_model(model: LocalModel, options: LoadOptions, report: LoadReporter) -> EmbeddingModel:
    """Load on this thread.

    Raises:
        ModelDamaged, UnsupportedModel, LoadCancelled.
    """
    started_s = time.perf_counter()
    threads = options.threads or default_threads()
    torch.set_num_threads(threads)
    report(say("opening the model"), 0.02)
    opened = _open_folder(model.path) if model.path.is_dir() else _open_gguf(model.path)
    form, config = opened.form, opened.config
    report(say("reading weights"), 0.1)
    network = opened.load().eval()
    report(say("warming up"), 0.95)
    torch.set_num_threads(threads)
    kind = str(config.model_type)
    with said_of_a_file(say("“{kind}” cannot be computed with these files", kind=kind), UnsupportedModel):
        states = _states(network, [range(min(4, int(config.vocab_size)))])
    if not bool(torch.isfinite(states).all()):
        raise ModelDamaged(say("The weights give no numbers: what they hold is too large, or none."))
    info = ModelInfo(
        model_id=model.spec.id,
        title=model.spec.title,
        backend="transformers",
        precision="bf16",
        threads=threads,
        context_tokens=_most_tokens(config, form),
        weights_bytes=sum(tensor.nbytes for tensor in network.state_dict().values()),
        load_s=time.perf_counter() - started_s,
        architecture=kind,
        kernels="transformers",
        purpose="embeddings",
    )
    return EmbeddingModel(info, network, opened.tokenizer, form)


@dataclass(frozen=True, slots=True)
class _Opened:
    """What a model's files say, before its weights are read; ``load`` gives transformers' network."""

    form: EmbeddingForm
    config: Any
    tokenizer: Any
    load: Callable[[], Any]


def _open_folder(folder: Path) -> _Opened:
    form, config = embedding_form(folder), open_config(folder)
    tokenizer = open_tokenizer(folder, getattr(config, "vocab_size", None))
    files = FileWeights(safetensors_files(folder))

    def load() -> Any:
        network = load_whole(_kind_of(config), config, files, _UNUSED)
        files.check_unchanged()
        return network

    return _Opened(form, config, tokenizer, load)


def _open_gguf(path: Path) -> _Opened:
    file = GgufEmbedder(path)
    config = file.config()

    def load() -> Any:
        return load_state(_kind_of(config), config, file.state(), torch.float32, file.title, _UNUSED)

    return _Opened(file.form(), config, file.tokenizer(), load)


@torch.inference_mode()
def _states(network: Any, texts: Sequence[Sequence[int]]) -> torch.Tensor:
    """What the last layer says of each token, (texts, tokens of the longest, hidden) in float32.

    Behind a shorter text's tokens there may be anything.
    """
    rows = [torch.tensor(list(ids)) for ids in texts]
    padding = getattr(network.config, "pad_token_id", None) or 0
    ids = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=padding)
    lengths = torch.tensor([len(row) for row in rows])
    mask = (torch.arange(ids.shape[1]) < lengths[:, None]).long()
    found = network(input_ids=ids, attention_mask=mask, **_more_arguments(network))
    states: torch.Tensor = found.last_hidden_state.float()
    return states


def _more_arguments(network: Any) -> dict[str, Any]:
    return {"use_cache": False} if hasattr(network.config, "use_cache") and not _is_encoder(network) else {}


def _is_encoder(network: Any) -> bool:
    from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING, MODEL_FOR_MASKED_LM_MAPPING

    kind = type(network.config)
    return kind in MODEL_FOR_MASKED_LM_MAPPING or kind not in MODEL_FOR_CAUSAL_LM_MAPPING


def pooled(states: torch.Tensor, form: EmbeddingForm) -> list[float]:
    """One vector of the tokens' (tokens, hidden), as the model was trained."""
    count = states.shape[0]
    match form.pooling:
        case "cls":
            vector = states[0]
        case "lasttoken":
            vector = states[-1]
        case "mean":
            vector = states.mean(0)
        case "max":
            vector = states.max(0).values
        case "mean_sqrt_len":
            vector = states.sum(0) / count**0.5
        case "weightedmean":
            weights = torch.arange(1, count + 1, dtype=torch.float32)
            vector = (states * weights[:, None]).sum(0) / weights.sum()
    numbers: list[float] = vector.tolist()
    return numbers


def _kind_of(config: Any) -> Any:
    """transformers' class of the network without a head. Raises UnsupportedModel."""
    from transformers.models.auto.modeling_auto import MODEL_MAPPING

    if type(config) not in MODEL_MAPPING or getattr(config, "is_encoder_decoder", False):
        kind = shown(config.model_type)
        raise UnsupportedModel(say("Vectors of “{kind}” cannot be computed here.", kind=kind), "")
    made = MODEL_MAPPING[type(config)]
    return made[0] if isinstance(made, list | tuple) else made


def _most_tokens(config: Any, form: EmbeddingForm) -> int:
    trained = trained_tokens(config) or 512
    if config.model_type in _COUNTED_FROM_PADDING:
        trained -= (getattr(config, "pad_token_id", None) or 0) + 1
    return min(form.most_tokens or trained, trained)
