"""What is asked of the hub and what it answers, as plain, frozen data (standard library only)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Format = Literal["any", "gguf", "safetensors"]
Problem = Literal["", "architecture", "task", "packed", "format"]
"""Why nothing of a repository can be used here: of an architecture that is not run, made for something else than
writing, packed in a form that is not read, or neither safetensors nor GGUF. Empty: nothing is known against it."""


@dataclass(frozen=True, slots=True)
class Query:
    """A search. ``licence`` is the hub's short name of one (apache-2.0), empty for any."""

    words: str
    format: Format = "any"
    licence: str = ""
    limit: int = 40


@dataclass(frozen=True, slots=True)
class Found:
    """A repository, as far as a list of them tells.

    Attributes:
        gated: "auto" or "manual" where its owner asks for consent first; empty where not.
        updated: the day of its last change, as 2026-11-27; empty if not told.
        weights: how many the model has; 0 if not told.
        architecture: as its files name it (config.json, else GGUF); empty if not told.
        is_embedder: it makes vectors out of texts.
    """

    repository: str
    licence: str = ""
    gated: str = ""
    downloads: int = 0
    likes: int = 0
    updated: str = ""
    weights: int = 0
    context_tokens: int = 0
    architecture: str = ""
    has_gguf: bool = False
    has_safetensors: bool = False
    is_embedder: bool = False
    problem: Problem = ""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file of a repository."""

    name: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Repository:
    """One that somebody looked at. ``card`` is its README without the head, as its owner wrote it."""

    found: Found
    commit: str
    files: tuple[RemoteFile, ...]
    card: str = ""


@dataclass(frozen=True, slots=True)
class RemoteChoice:
    """One way to fetch a repository.

    Attributes:
        filename: a GGUF file, or the first of its parts; empty: the folder of safetensors.
        label: the quantisation (Q4_K_M), as the name says it, or "safetensors".
        precision: how it would be held in memory here.
        memory_bytes: about what the whole program would take with it; 0: not known.
    """

    filename: str
    label: str
    size_bytes: int
    files: int
    precision: Literal["bf16", "int8", "int4"]
    memory_bytes: int
