"""Is what lies on disk a whole model that llmdesk can read? Cheap: heads of files only, no hashing (any thread)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from llmdesk import gguf_header, gguf_parts, sentencepiece_file
from llmdesk.datatypes.model import MODEL_TYPES, MOST_CONTEXT_TOKENS, Purpose
from llmdesk.embedding_folder import embedding_form, is_embedding_folder
from llmdesk.errors import ModelDamaged, UnsupportedModel
from llmdesk.file_errors import in_words, said_of_a_file
from llmdesk.gemma4_layers import keeps_8_bits
from llmdesk.gguf_kinds import EMBEDDERS, OF_PICTURES_AND_SOUND, refuse_as_embedder, refuse_foreign
from llmdesk.mmproj import mmproj_of
from llmdesk.model_purpose import CONTEXT_KEYS
from llmdesk.models import safetensors_header
from llmdesk.models.architectures import check_architecture, check_embedder
from llmdesk.models.cache_size import (
    cache_bytes_of_config,
    cache_bytes_of_gguf,
    size_in,
    states_bytes_of_gguf,
)
from llmdesk.models.foreign_files import foreign_file, unfinished
from llmdesk.models.foreign_folders import foreign_folder, is_adapter, no_model, refuse_no_writer, refuse_packed
from llmdesk.models.safetensors_header import Tensor
from llmdesk.own_decoders import may_run
from llmdesk.plain_files import check_file, is_other_than_a_file
from llmdesk.state_size import states_bytes_of_config
from llmdesk.whole_models import sees, whole_kind, writing_values
from llmdesk.words import say

_INDEX = "model.safetensors.index.json"
_SHARD = re.compile(r"(.*-)\d{5}-of-(\d{5})\.safetensors", re.DOTALL)
_MOST_SHARDS = 1000
_TOKENIZERS = ("tokenizer.json", "tokenizer.model", "vocab.json")
_OTHER_TOKENIZERS = ("tekken.json", "*.tiktoken", "vocab.txt", "vocab.json", "spiece.model", "rwkv_vocab*.txt")
_GET_TOKENIZER = say("Get tokenizer.json from where the model was published, or the same model as a GGUF file.")


@dataclass(frozen=True, slots=True)
class Checked:
    """What the files say of themselves. ``context_tokens`` is 0 if they do not say; ``int4``: 4-bit blocks inside.

    ``cache_bytes_per_token``: keys and values of one token in all layers, in 16 bits; 0 if the files do not say.
    ``small_cache_bytes_per_token``: the same in 8 bits; 0 for what our own kernels do not run.
    ``vocabulary``: rows of the embedding; 0 if the files do not say.
    ``states_bytes``: of layers that keep a state instead of keys and values.
    ``own_decoder``: of an architecture that llmdesk's own decoders run, as every GGUF file that can be read is.
    ``own_kernels``: the files say nothing that keeps it from our own kernels.
    ``sees``: pictures, too; ``Tensor.sees`` are those of what does.
    """

    tensors: tuple[Tensor, ...]
    context_tokens: int
    architecture: str
    int4: bool = False
    cache_bytes_per_token: int = 0
    own_decoder: bool = False
    purpose: Purpose = "chat"
    small_cache_bytes_per_token: int = 0
    vocabulary: int = 0
    own_kernels: bool = True
    states_bytes: int = 0
    sees: bool = False


def check(path: Path) -> Checked:
    """Look at a folder or a GGUF file (any of several parts).

    Raises:
        ModelDamaged: something is missing or ends too early.
        UnsupportedModel: whole, perhaps, but of a kind that is not read, or that one may not read.
    """
    with _may_be_read(path), said_of_a_file(say("{path} cannot be read", path=path)):
        if path.is_dir():
            return _check_folder(path)
        check_file(path)
        if wrong := unfinished(path):
            raise wrong
        if gguf_header.is_gguf(path):
            return _check_gguf(path)
        raise foreign_file(path)


@contextmanager
def _may_be_read(path: Path) -> Iterator[None]:
    try:
        yield
    except ModelDamaged as error:
        cause = error.__cause__
        if not isinstance(cause, PermissionError):
            raise
        raise UnsupportedModel(
            say("{path} may not be read by you: permission denied.", path=cause.filename or path),
            say("Give yourself the right to read it, or copy the model to a folder of yours."),
        ) from cause


def _check_gguf(path: Path) -> Checked:
    header = gguf_parts.read(path)
    context_tokens = min(header.context_tokens, MOST_CONTEXT_TOKENS)
    if header.architecture in EMBEDDERS:
        refuse_as_embedder(header)
        sizes = tuple(Tensor(tensor.name, tensor.elements) for tensor in header.tensors)
        return Checked(sizes, context_tokens, EMBEDDERS[header.architecture], purpose="embeddings")
    refuse_foreign(header)
    cache, small_cache = cache_bytes_of_gguf(header)
    tensors = tuple(
        tensor_of_gguf(tensor, header.architecture, header.int4)
        for tensor in header.tensors
        if not tensor.name.startswith(OF_PICTURES_AND_SOUND)
    )
    mmproj = mmproj_of(header.files[0])
    if mmproj is not None:
        tensors += tuple(Tensor(each.name, each.elements, sees=True) for each in mmproj.tensors)
    vocabulary = next((tensor.shape[0] for tensor in header.tensors if tensor.name == "token_embd.weight"), 0)
    return Checked(
        tensors, context_tokens, header.architecture, header.int4, cache, own_decoder=True,
        small_cache_bytes_per_token=small_cache, vocabulary=vocabulary, own_kernels=not cache or small_cache > 0,
        states_bytes=states_bytes_of_gguf(header),
        sees=mmproj is not None,
    )  # fmt: skip


def tensor_of_gguf(tensor: gguf_header.GgufTensor, architecture: str, mostly_int4: bool) -> Tensor:
    """What counts of a tensor in a file of that architecture, most of which is 4-bit blocks or not."""
    return Tensor(
        tensor.name,
        tensor.elements,
        quantized=tensor.kind not in gguf_header.FLOAT_TYPES,
        keeps_8_bits=(mostly_int4 or keeps_8_bits(tensor.name)) and tensor.kind not in gguf_header.INT4_TYPES,
        table=tensor.kind in gguf_header.TABLE_TYPES,
        block_bits=gguf_header.BLOCK_BITS.get(tensor.kind, 0.0),
        four_bits=tensor.kind in gguf_header.INT4_TYPES,
        ternary=architecture == "bitnet" and tensor.kind in gguf_header.TERNARY_TYPES,
    )


def _check_folder(folder: Path) -> Checked:
    for file in folder.iterdir():
        if is_other_than_a_file(file):  # whoever opens a pipe may wait for ever
            check_file(file)
    weights = _weight_files(folder)
    config = _json(folder / "config.json")
    form = embedding_form(folder) if is_embedding_folder(folder) else None
    if form is None:
        refuse_no_writer(folder, config)
    tensors = tuple(tensor for file in weights for tensor in safetensors_header.read(file))
    refuse_packed(folder, config, tensors)
    _check_tokenizer(folder)
    text_config = config.get("text_config")  # models that also see images nest it
    own = text_config if isinstance(text_config, dict) else config
    if form is not None:
        check_embedder(config)
    else:
        check_architecture(config)
    context_tokens = next((size for key in CONTEXT_KEYS if (size := size_in(own.get(key)))), 0)
    kind, writing, tensors = _parts(config, tensors)
    if form is not None:
        most = min(form.most_tokens or context_tokens or MOST_CONTEXT_TOKENS, context_tokens or MOST_CONTEXT_TOKENS)
        return Checked(tensors, min(most, MOST_CONTEXT_TOKENS), kind, purpose="embeddings")
    cache, small_cache = cache_bytes_of_config(own, writing)
    return Checked(
        tensors,
        min(context_tokens, MOST_CONTEXT_TOKENS),
        kind,
        cache_bytes_per_token=cache,
        own_decoder=may_run({**own, "model_type": writing}),
        sees=sees(config),
        small_cache_bytes_per_token=small_cache,
        vocabulary=size_in(own.get("vocab_size")),
        own_kernels=not cache or small_cache > 0,
        states_bytes=states_bytes_of_config(own) if writing in MODEL_TYPES else 0,
    )


def _parts(config: dict[str, Any], tensors: tuple[Tensor, ...]) -> tuple[str, str, tuple[Tensor, ...]]:
    """(what it is, what writes, its tensors) of a config.json.

    What sees is told apart where llmdesk runs it, and left out where it only runs what writes.
    """
    kind = str(config.get("model_type", ""))
    whole = whole_kind(config)
    if whole is None:
        return kind, kind, tensors
    writing = str(writing_values(config)["model_type"])
    kept = (each for each in tensors if not each.name.startswith(whole.left))
    seeing = tuple(replace(each, sees=each.name.startswith(whole.eyes)) for each in kept)
    return kind if whole.eyes else writing, writing, seeing


def _check_tokenizer(folder: Path) -> None:
    """Raises ModelDamaged if there is none, UnsupportedModel if it is of another kind than those that are read."""
    name = next((name for name in _TOKENIZERS if (folder / name).is_file()), None)
    if name == "tokenizer.model":
        sentencepiece_file.read(folder / name)
    elif name is None or (name == "vocab.json" and not (folder / "merges.txt").is_file()):
        others = sorted(file.name for pattern in _OTHER_TOKENIZERS for file in folder.glob(pattern))
        if others:
            text = say(
                "{name} has its tokenizer only as {other}, which is not read.", name=folder.name, other=others[0]
            )
            raise UnsupportedModel(text, _GET_TOKENIZER)
        text = say("{name} has no tokenizer (one of {what}).", name=folder.name, what=", ".join(_TOKENIZERS))
        raise ModelDamaged(text, _GET_TOKENIZER)


def _weight_files(folder: Path) -> list[Path]:
    if (is_adapter(folder) or not (folder / "config.json").is_file()) and (wrong := foreign_folder(folder)):
        raise wrong
    if (folder / _INDEX).is_file():
        shards = _json(folder / _INDEX).get("weight_map")
        if not isinstance(shards, dict):
            raise ModelDamaged(say("{INDEX} has no weight_map.", INDEX=_INDEX))
        return _all_there(folder, sorted({str(name) for name in shards.values()}))
    if weights := sorted(folder.glob("*.safetensors")):
        return _all_there(folder, sorted({name for file in weights for name in _siblings(file.name)}))
    if wrong := foreign_folder(folder):
        raise wrong
    if (folder / "config.json").is_file():
        raise ModelDamaged(say("{name} has no *.safetensors file.", name=folder.name))
    raise no_model(folder)


def _siblings(name: str) -> list[str]:
    """All that belong to a file that says which of how many it is."""
    match = _SHARD.fullmatch(name)
    count = int(match[2]) if match else 0
    if match is None or not 1 < count <= _MOST_SHARDS:
        return [name]
    return [f"{match[1]}{shard:05}-of-{match[2]}.safetensors" for shard in range(1, count + 1)]


def _all_there(folder: Path, names: list[str]) -> list[Path]:
    missing = [name for name in names if not (folder / name).is_file()]
    if missing:
        raise ModelDamaged(
            say(
                "{name} lacks {count} of {count2} weight files: {missing}.",
                name=folder.name,
                count=len(missing),
                count2=len(names),
                missing=", ".join(missing[:3]) + (" ..." if len(missing) > 3 else ""),
            )
        )
    if outside := next((name for name in names if Path(name).name != name), None):
        raise ModelDamaged(say("{INDEX} names a file outside its folder: {outside}.", INDEX=_INDEX, outside=outside))
    return [folder / name for name in names]


def _json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelDamaged(say("{name} has no {name2}.", name=path.parent.name, name2=path.name)) from error
    except (ValueError, RecursionError) as error:
        raise ModelDamaged(
            say(
                "{name}/{name2} is damaged: {in_words}.",
                name=path.parent.name,
                name2=path.name,
                in_words=in_words(error),
            )
        ) from error
    if not isinstance(value, dict):
        raise ModelDamaged(
            say("{name}/{name2} is damaged: it should hold an object.", name=path.parent.name, name2=path.name)
        )
    return value
