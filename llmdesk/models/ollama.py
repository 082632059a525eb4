"""Ollama's store: which file of ``blobs`` is which model (any thread; reads small files).

``manifests/HOST/NAMESPACE/MODEL/TAG`` is JSON that names the parts of a model by their SHA-256; each part is a file
``blobs/sha256-...`` without an ending. Layout: https://github.com/ollama/ollama (server/manifest.go)
"""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llmdesk.errors import ModelDamaged, UnsupportedModel
from llmdesk.words import say

_MODEL = "application/vnd.ollama.image.model"
_ADAPTER = "application/vnd.ollama.image.adapter"
_TENSOR = "application/vnd.ollama.image.tensor"
_USUAL_HOST, _USUAL_NAMESPACE = "registry.ollama.ai", "library"
_MOST_MANIFESTS = 2000
_LARGEST_MANIFEST_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Stored:
    """A model in Ollama's store. ``name`` is what Ollama calls it, as ``llama3.2:1b``."""

    name: str
    manifest: Path

    def blob(self) -> Path:
        """The file with its weights. Raises ModelDamaged if it is not there, UnsupportedModel if there is none."""
        layers = _layers(self.manifest)
        kinds = [str(layer.get("mediaType", "")).partition(";")[0] for layer in layers]
        if _ADAPTER in kinds:
            raise UnsupportedModel(
                say("{name} is a model with a LoRA adapter on top, which llmdesk cannot read.", name=self.name),
                say("Open the model that it was made from, or one into which the adapter was merged."),
            )
        digest = next(
            (str(layer.get("digest")) for layer, kind in zip(layers, kinds, strict=True) if kind == _MODEL), ""
        )
        if not digest:
            what = (
                say("keeps its weights in Ollama's own form, tensor by tensor")
                if _TENSOR in kinds
                else say("has no weights")
            )
            raise UnsupportedModel(say("{name} {what}.", name=self.name, what=what),
                                   say("Get this model as a GGUF file."))  # fmt: skip
        blob = _root_of(self.manifest) / "blobs" / digest.replace(":", "-")
        if not blob.is_file():
            raise ModelDamaged(
                say("The weights of {name} are not there ({blob}).", name=self.name, blob=blob),
                say("Let Ollama fetch them: ollama pull {name}", name=self.name),
            )
        return blob


def stored_at(path: Path) -> list[Stored]:
    """The models that a path of Ollama's store means: a manifest, a blob, the store, or a folder in it; else none."""
    store = next((folder for folder in (path, *path.parents) if _is_store(folder)), None)
    if store is None:
        inner = path / "models"  # ~/.ollama
        return stored_at(inner) if path.name == ".ollama" and _is_store(inner) else []
    if path.parent == store / "blobs":
        wanted = path.name.replace("-", ":", 1)
        return [found for found in _all(store / "manifests") if wanted in _digests(found.manifest)][:1]
    if path in (store, store / "blobs"):
        return _all(store / "manifests")
    return _all(path) if (store / "manifests") in (path, *path.parents) else []


def _is_store(folder: Path) -> bool:
    return (folder / "manifests").is_dir() and (folder / "blobs").is_dir()


def _root_of(manifest: Path) -> Path:
    return next(folder for folder in manifest.parents if _is_store(folder))


def _all(path: Path) -> list[Stored]:
    """Those whose manifests are this file or below this folder, by name."""
    files = [path] if path.is_file() else itertools.islice(path.rglob("*"), _MOST_MANIFESTS)
    found = (_stored(file) for file in files if file.is_file() and file.stat().st_size <= _LARGEST_MANIFEST_BYTES)
    return sorted((stored for stored in found if stored), key=lambda stored: stored.name)


def _stored(manifest: Path) -> Stored | None:
    parts = manifest.relative_to(_root_of(manifest) / "manifests").parts
    if len(parts) < 3 or manifest.name.startswith("."):
        return None
    host, *namespace, model, tag = ("", *parts) if len(parts) == 3 else parts
    shown = [] if namespace == [_USUAL_NAMESPACE] else namespace
    shown = [*([] if host in ("", _USUAL_HOST) else [host]), *shown]
    return Stored(f"{'/'.join([*shown, model])}:{tag}", manifest)


def _layers(manifest: Path) -> list[dict[str, Any]]:
    try:
        layers = json.loads(manifest.read_text(encoding="utf-8"))["layers"]
        return [layer for layer in layers if isinstance(layer, dict)]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ModelDamaged(say("{path} is not one of Ollama's manifests.", path=manifest)) from error


def _digests(manifest: Path) -> list[str]:
    try:
        layers = _layers(manifest)
    except (ModelDamaged, OSError):
        return []
    return [str(layer.get("digest")) for layer in layers if str(layer.get("mediaType")).startswith(_MODEL)]
