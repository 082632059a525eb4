"""From something that was found on the hub to an entry of the catalogue (pure)."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from llmdesk import gguf_parts
from llmdesk.datatypes.model import ModelSource, ModelSpec
from llmdesk.models.hub_data import RemoteChoice, Repository

_NOT_IN_TITLES = re.compile(r"[-_]GGUF$", re.IGNORECASE)
_FALLBACK_CONTEXT_TOKENS = 4096
_LEAST_CONTEXT_TOKENS = 16
_LICENCES = {
    "apache-2.0": "Apache-2.0", "mit": "MIT", "gemma": "Gemma Terms of Use", "llama2": "Llama 2 Community License",
    "llama3": "Llama 3 Community License", "llama3.1": "Llama 3.1 Community License",
    "llama3.2": "Llama 3.2 Community License", "llama3.3": "Llama 3.3 Community License",
    "cc-by-4.0": "CC-BY-4.0", "cc-by-nc-4.0": "CC-BY-NC-4.0", "bsd-3-clause": "BSD-3-Clause",
}  # fmt: skip


def entry_of(repository: Repository, choice: RemoteChoice) -> ModelSpec:
    """Its entry; the id is still to be made free (``Catalogue.add_remote``)."""
    found = repository.found
    name = found.repository.rpartition("/")[2]
    title = _NOT_IN_TITLES.sub("", name).replace("-", " ").replace("_", " ").strip() or name
    model_id = _NOT_IN_TITLES.sub("", name)
    if choice.filename:
        title = f"{title} {choice.label}".strip()
        model_id = gguf_parts.stem_of(PurePosixPath(choice.filename).name)
    return ModelSpec(
        id=model_id,
        title=title,
        source=ModelSource("hub", found.repository, filename=choice.filename),
        licence=licence_title(found.licence),
        gated=bool(found.gated),
        precision=choice.precision,
        context_tokens=max(found.context_tokens, _LEAST_CONTEXT_TOKENS)
        if found.context_tokens
        else _FALLBACK_CONTEXT_TOKENS,
        memory_bytes=choice.memory_bytes,
        download_bytes=choice.size_bytes,
        purpose="embeddings" if found.is_embedder else "chat",
        added_by_user=True,
    )


def licence_title(short: str) -> str:
    """A licence as people write it; what is not known stays as the hub has it."""
    return _LICENCES.get(short.lower(), short)
