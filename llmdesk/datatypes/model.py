"""Models as plain, frozen data: sources, sizes, what is loaded, what went wrong (standard library only)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from llmdesk.datatypes.token_work import TokenWork

Precision = Literal["bf16", "int8", "int4"]

MOST_CONTEXT_TOKENS = 1 << 27
"""No context is longer, whatever a file says of itself: ten times that of any published model."""

SourceKind = Literal["hub", "package", "folder", "gguf", "server"]

Origin = Literal["gui", "api", "cli", "background"]
"""Who asks: the window, a client of the server, a command, or the program by itself, for which no other model goes."""


Purpose = Literal["chat", "embeddings"]
"""What a model was made for: to write, or to make vectors out of texts."""


@dataclass(frozen=True, slots=True)
class ModelSource:
    """Where a model's files come from.

    ``location`` is a hub repository id, a Python package name, or a path, as ``kind`` says. ``filename`` is the
    file inside a repository or package (a GGUF), or a folder inside a package (with a / at its end); ``revision`` is
    a hub revision or a package version.
    For a server ``location`` is the address its API begins with, ``served_model`` the model's name there, and
    ``api_key`` says where the key is kept: "keyring", "env:NAME", or empty for none. It is never the key itself.
    """

    kind: SourceKind
    location: str
    revision: str = ""
    filename: str = ""
    sha256: str = ""
    served_model: str = ""
    api_key: str = ""

    @property
    def host(self) -> str:
        """Where a server is (host and port), empty for models that run here."""
        return urlsplit(self.location).netloc if self.kind == "server" else ""


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """One entry of models.toml, whose head explains each. ``memory_bytes``: after loading in the default precision."""

    id: str
    title: str
    source: ModelSource
    licence: str = ""
    gated: bool = False
    precision: Precision = "int8"
    context_tokens: int = 4096
    memory_bytes: int = 0
    memory_measured: bool = False
    download_bytes: int = 0
    notes: str = ""
    good_for: str = ""
    thinks: bool = False
    tools: bool = False
    purpose: Purpose = "chat"
    sees: bool = False
    sight_bytes: int = 0
    added_by_user: bool = False


MODEL_TYPES = frozenset(
    {"llama", "smollm3", "mistral", "qwen2", "qwen3", "qwen3_moe", "gemma2", "gemma3_text", "phi3", "bitnet"}
    | {"olmo2", "olmo3", "olmoe", "lfm2", "lfm2_moe", "lfm3", "gemma4_text"}
    | {"qwen3_5_text", "qwen3_5_moe_text", "qwen3_next"}
    | {"ministral3", "granite", "granitemoe", "granitemoehybrid", "gpt_oss"}
)  # SmolLM2 is a llama, Phi-4-mini a phi3
"""The architectures that llmdesk's own decoders run, as config.json names them."""

EmbeddingForm = Literal["floats", "packed", "head"]


@dataclass(frozen=True, slots=True)
class ModelSize:
    """Numbers of a model's files from which its use of memory is computed (memory_need.py).

    Attributes:
        embedding_weights: of the table in which tokens are looked up.
        head_weights: of the output layer, also where it shares the embedding's values, and of all else that keeps 8
            bits where int4 is asked for.
        other_weights: all the rest.
        cache_bytes_per_token: what keys and values of one token take in all layers; 0 if the files do not say.
        small_cache_bytes_per_token: the same where these kernels keep them in 8 bits; 0: they do not.
        embedding: how llmdesk's own kernels hold the embedding: as a table of floats, packed
            like the head, or not at all, since the head is looked up. Without these kernels it is a table of floats.
        ternary_weights: BitNet's -1, 0 and 1, which keep their form in every precision; not among the others.
        table_weights: MXFP4 and IQ4, 4 bits that are places in a table, which these kernels read as they are, in int4
            and int8; not among the others.
        block_weights: in GGUF's blocks of 2, 3, 5 and 6 bits, which these kernels read as they are; not among the
            others.
        block_bytes: what those take in int8 then.
        block_int4_bytes: the same in int4, in which some are rounded to 4 bits.
        blocks_stay_in_int4: none are; where they cannot stay, they get 8 bits then.
        vocabulary_in_int4, vocabulary_in_tables: those of the embedding and of the output layer that these kernels keep
            in GGUF's blocks of 4 bits: the first in int4, the second (MXFP4 and IQ4) in int8, too.
        own_kernels: these kernels run on this machine, and take the model.
        vocabulary: tokens that the model has a place for; 0 if the files do not say.
        states_bytes: what layers that keep a state instead of keys and values take for a sequence, however long.
        sight_weights: of what sees, from the first picture on; not among the others.
        sight_weight_bytes: what each of these takes: 4, or 2 on processors that multiply bfloat16.
    """

    embedding_weights: int
    head_weights: int
    other_weights: int
    cache_bytes_per_token: int = 0
    embedding: EmbeddingForm = "floats"
    ternary_weights: int = 0
    table_weights: int = 0
    own_kernels: bool = True
    small_cache_bytes_per_token: int = 0
    vocabulary: int = 0
    states_bytes: int = 0
    sight_weights: int = 0
    sight_weight_bytes: int = 4
    block_weights: int = 0
    block_bytes: int = 0
    block_int4_bytes: int = 0
    blocks_stay_in_int4: bool = False
    vocabulary_in_int4: int = 0
    vocabulary_in_tables: int = 0


@dataclass(frozen=True, slots=True)
class LocalModel:
    """A model whose files are on disk.

    Attributes:
        path: a folder (safetensors) or a GGUF file, the first of several.
        size: what they hold.
        damaged_hint: what helps if they turn out damaged; it depends on where they came from.
    """

    spec: ModelSpec
    path: Path
    size: ModelSize | None = None
    damaged_hint: str = ""


Thinking = Literal["none", "always", "on", "off"]
"""Whether a model reasons before it answers: never, always, or as its chat template is told, which says "on" or "off"
where nothing else is said."""


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What is loaded right now."""

    model_id: str
    title: str
    backend: str
    precision: Precision
    threads: int
    context_tokens: int
    weights_bytes: int
    load_s: float
    architecture: str = ""
    fallback_reason: str = ""
    kernels: str = ""
    """Whose products run: the backend's name, or "llmdesk" and an instruction set."""
    kernels_reason: str = ""
    """Why llmdesk's own kernels do not run a model that the backend's operators run; the end of a sentence."""
    server: str = ""
    """Host and port of the server that a chat with this model is sent to; empty: it stays on this machine.
    Precision, threads and weights of a model on a server are not known and mean nothing."""
    notice: str = ""
    """What was done otherwise than asked, as a sentence: a shorter context, another device."""
    memory_estimated_bytes: int = 0
    """What the whole program was expected to take with this model and a full context; 0: not known."""
    memory_measured_bytes: int = 0
    """What the whole program took right after the load."""
    purpose: Purpose = "chat"
    thinking: Thinking = "none"
    sees: bool = False
    work: TokenWork | None = None
    """What its tokens cost this machine's processor and memory; None where they are computed elsewhere (a GPU, a
    server)."""

    @property
    def answered_by(self) -> AnsweredBy:
        """What is to be kept with an answer of this model."""
        if self.server:
            return AnsweredBy(self.model_id, self.title, self.backend, server=self.server)
        kernels = self.kernels or self.backend
        return AnsweredBy(self.model_id, self.title, self.backend, self.precision, kernels, self.threads)


@dataclass(frozen=True, slots=True)
class AnsweredBy:
    """What gave an answer, as it was loaded then. Of a model on a ``server`` nobody here knows the rest."""

    model_id: str
    title: str
    backend: str
    precision: Precision | None = None
    kernels: str = ""
    threads: int = 0
    server: str = ""


@dataclass(frozen=True, slots=True)
class LoadChoice:
    """A way to load a model that would fit into memory; ``memory_bytes`` is what the whole program would take."""

    precision: Precision
    context_tokens: int
    memory_bytes: int


@dataclass(frozen=True, slots=True)
class ErrorInfo:
    """An error as a value: what happened, what to do next, and how an HTTP edge reports it.

    ``kind`` is the class name of the LlmdeskError, or ``"Bug"`` for anything else; ``detail`` may hold a traceback.
    ``choices`` are what would fit when there is not enough memory for a load, the closest to what was asked first.
    ``prompt_tokens`` and ``context_tokens`` are there when a prompt is longer than the context.
    """

    kind: str
    user_message: str
    hint: str
    http_status: int = 500
    detail: str = ""
    choices: tuple[LoadChoice, ...] = ()
    prompt_tokens: int = 0
    context_tokens: int = 0


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """State of the window's model, sent to listeners at each change (and during loading).

    That is the one which the window asked for last, whatever else is in memory (ModelInMemory); where no window has
    asked for any, it is the one that was loaded last.
    ``model_id`` is the model that the state is about: the one being loaded, loaded, or failed.
    ``info`` is what is usable right now: while another model loads or after a load failed, the old one.
    ``phase`` is what the load is doing; with "none" a sentence that says why the model went (empty if it was asked to).
    """

    state: Literal["none", "loading", "ready", "failed"]
    model_id: str = ""
    title: str = ""
    phase: str = ""
    fraction: float = 0.0
    info: ModelInfo | None = None
    error: ErrorInfo | None = None


ModelStatusListener = Callable[[ModelStatus], None]
"""Called on the engine thread; must neither block nor raise."""


@dataclass(frozen=True, slots=True)
class ModelInMemory:
    """One of the models that are in memory, or on the way there.

    Attributes:
        memory_bytes: its weights and what it keeps of texts; what would come back if it was unloaded.
        last_use_s: when it was used last (perf_counter).
        running: answers that it is giving.
        users: who has asked for it since it was loaded.
        info: what is loaded; None while it is being loaded.
        phase, fraction: what its load is doing, and how far that is.
    """

    model_id: str
    title: str
    state: Literal["loading", "ready"]
    memory_bytes: int = 0
    last_use_s: float = 0.0
    running: int = 0
    users: tuple[Origin, ...] = ()
    info: ModelInfo | None = None
    phase: str = ""
    fraction: float = 0.0

    @property
    def is_for_llmdesk(self) -> bool:
        """True if nobody but llmdesk itself has asked for it."""
        return self.users == ("background",)


ModelsListener = Callable[[tuple[ModelInMemory, ...]], None]
"""Called on the engine thread; must neither block nor raise."""
