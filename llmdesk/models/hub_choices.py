"""Which ways there are to fetch a repository, and which one is recommended (pure functions)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from llmdesk import gguf_parts
from llmdesk.datatypes.model import ModelSize, Precision
from llmdesk.memory_need import PROGRAM_BYTES, Fit, fit_of, limit_bytes, weights_bytes
from llmdesk.models.hub_data import Found, RemoteChoice, RemoteFile, Repository
from llmdesk.models.hub_fetch import is_wanted

_QUANTISATION = re.compile(
    r"(?<![A-Za-z0-9])((?:UD-)?(?:IQ[1-4]_(?:XXS|XS|S|M|NL)|Q[2-8]_K(?:_(?:XXS|XS|S|M|L|XL))?|Q[458]_[01]|TQ[12]_0"
    r"|MXFP4(?:_MOE)?|BF16|FP?16|FP?32))(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_IN_FOUR_BITS = ("Q4_0", "Q4_1", "Q4_K", "IQ4", "MXFP4", "TQ")
_HELD_BITS = {"Q2_K": 5.2, "Q3_K": 7.5, "Q5_K": 6.4, "Q6_K": 7.1}
"""Of a weight, on llmdesk's own kernels: these keep blocks of few bits as they are, what such files have beside them
in 8 bits. As planned for the mixtures that llama.cpp's quantiser makes of models of 1.2 and 1.5 billion weights, whose
embeddings, in 8 bits, are a larger part of them than of others."""
_NO_MODEL = re.compile(r"mmproj|imatrix|(^|/)mtp[-/]|vocab-only|Q4_0_[48]_[48]", re.IGNORECASE)
"""The last: Q4_0 in an order of 2024 that nothing reads any more, llama.cpp neither."""
_SAFE_NAME = re.compile(r"[^\x00-\x1f\x7f\\]+")
SMALL_WEIGHTS = 1_000_000_000
"""Of fewer weights than these, 4 bits leave out what can be noticed."""
_BEST_IN_FOUR = ("Q4_K_M", "UD-Q4_K_XL", "Q4_K_S", "Q4_K_L", "Q4_K", "Q4_0", "Q4_1", "MXFP4", "MXFP4_MOE", "IQ4_NL",
                 "IQ4_XS", "TQ2_0", "TQ1_0")  # fmt: skip
_BEST_IN_EIGHT = ("Q8_0", "Q6_K", "Q6_K_L", "UD-Q6_K_XL", "UD-Q8_K_XL", "Q5_K_M", "Q5_K_S", "BF16", "F16", "FP16")
_SAFETENSORS = "safetensors"


def choices_of(repository: Repository) -> list[RemoteChoice]:
    """All ways, GGUF models from small to large, then the folder of safetensors, if there is one.

    Parts that see or hear (mmproj), matrices of importance, drafts of other programs and orders that nothing reads any
    more are no models.
    """
    return [*_ggufs(repository.files, repository.found.weights), *_folder(repository)]


def recommended(choices: Sequence[RemoteChoice], weights: int, most_bytes: int) -> RemoteChoice | None:
    """The one to fetch on a machine where a program may take ``most_bytes``; None if none fits, or there is none.

    Four bits that llmdesk keeps exactly as they are (Q4_K_M before all others): nothing is rounded twice, and they are
    the fastest. Of small models eight bits, which cost little there. Without a GGUF file the folder.
    """
    fitting = [choice for choice in choices if 0 < choice.memory_bytes <= most_bytes]
    by_label = {choice.label: choice for choice in reversed(fitting) if choice.filename}
    order = (_BEST_IN_EIGHT + _BEST_IN_FOUR) if 0 < weights < SMALL_WEIGHTS else (_BEST_IN_FOUR + _BEST_IN_EIGHT)
    best = next((by_label[label] for label in order if label in by_label), None)
    return best or next((choice for choice in fitting if choice.label == _SAFETENSORS), None)


def fit_of_found(found: Found, available_bytes: int, total_bytes: int) -> Fit | Literal[""]:
    """How a repository's model fits into this machine's memory in 4 bits.

    Empty if the number of its weights is not known, or it cannot be read here, however small it is.

    Raises SetupError for a limit that is no number.
    """
    if not found.weights or found.problem:
        return ""
    return fit_of(PROGRAM_BYTES + _held(found.weights, "int4"), available_bytes, limit_bytes(total_bytes))


def quantisation(name: str) -> str:
    """What a file's name says of how its weights are held, in capital letters; empty if nothing."""
    found = _QUANTISATION.findall(name)
    return str(found[-1]).upper() if found else ""


def _ggufs(files: Sequence[RemoteFile], weights: int) -> list[RemoteChoice]:
    sizes = {file.name: file.size_bytes for file in files}
    found: dict[str, RemoteChoice] = {}
    for name in sorted(sizes):
        if not name.endswith(".gguf") or _NO_MODEL.search(name) or not _is_safe(name):
            continue
        folder, slash, last = name.rpartition("/")
        parts = [folder + slash + part for part in gguf_parts.names_of(last)]
        if parts[0] in found or any(part not in sizes for part in parts):
            continue
        size = sum(sizes[part] for part in parts)
        found[parts[0]] = _gguf(parts[0], size, len(parts), weights)
    return sorted(found.values(), key=lambda choice: choice.size_bytes)


def _gguf(name: str, size_bytes: int, files: int, weights: int) -> RemoteChoice:
    """What is not in four bits in the file is held in eight here, or in _HELD_BITS; where no one says how many weights
    there are, by the file's own size."""
    label = quantisation(name)
    precision: Precision = "int4" if any(part in label for part in _IN_FOUR_BITS) else "int8"
    bits = next((each for start, each in _HELD_BITS.items() if label.removeprefix("UD-").startswith(start)), 0.0)
    held = round(weights * bits / 8) if bits else _held(weights, precision)
    held = size_bytes if precision == "int4" or not weights else held
    return RemoteChoice(name, label, size_bytes, files, precision, PROGRAM_BYTES + held)


def _folder(repository: Repository) -> list[RemoteChoice]:
    wanted = [file for file in repository.files if is_wanted(file.name)]
    stored = sum(file.size_bytes for file in wanted if file.name.endswith(".safetensors"))
    if not stored or all(file.name != "config.json" for file in wanted):
        return []
    weights = repository.found.weights or stored // 2
    precision: Precision = "int4" if weights >= 3 * SMALL_WEIGHTS else "int8"
    if repository.found.is_embedder:
        precision = "bf16"
    memory = PROGRAM_BYTES + _held(weights, precision)
    size = sum(file.size_bytes for file in wanted)
    return [RemoteChoice("", _SAFETENSORS, size, len(wanted), precision, memory)]


def _held(weights: int, precision: Precision) -> int:
    return weights_bytes(ModelSize(0, 0, weights), precision)


def _is_safe(name: str) -> bool:
    """One that a models.toml may hold, and that stays inside of its repository."""
    parts = name.split("/")
    return bool(_SAFE_NAME.fullmatch(name)) and all(parts) and ".." not in parts
