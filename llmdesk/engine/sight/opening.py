"""How the model in some files sees, if it does (engine thread only)."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmdesk.engine.sight.forms import FORMS, PictureForm
from llmdesk.engine.sight.sight import Sight
from llmdesk.errors import ModelDamaged
from llmdesk.file_errors import said_of_a_file
from llmdesk.mmproj import mmproj_of
from llmdesk.whole_models import sees
from llmdesk.words import say

if TYPE_CHECKING:
    from llmdesk.engine.sight.tower import Eye

log = logging.getLogger(__name__)

_PROCESSINGS = ("preprocessor_config.json", "processor_config.json")


def sight_of(model: Path | None, folder: Path, tokenizer: Any) -> Sight | None:
    """None if it does not see, or not in a way that is known here.

    Args:
        model: a GGUF file, which may have what sees beside it; None: it is a folder.
        folder: with config.json.

    Raises:
        ModelDamaged: its files say what cannot be.
    """
    backend = tokenizer.backend_tokenizer
    found = _of_folder(folder) if model is None else _of_gguf(model)
    if found is None:
        return None
    form, eye = found
    image_id = backend.token_to_id(form.word)
    if image_id is None:
        log.info("%s has no token %s: it is used for texts only", folder.name, form.word)
        return None
    return Sight(form, eye, lambda text: list(backend.encode(text, add_special_tokens=False).ids), image_id)


def _of_folder(folder: Path) -> tuple[PictureForm, Callable[[], Eye]] | None:
    values = _values(folder / "config.json")
    if not sees(values):
        return None
    processing: dict[str, Any] = {}
    for name in _PROCESSINGS:
        if (folder / name).is_file():
            found = _values(folder / name)
            processing |= found.get("image_processor", found)
    with said_of_a_file(say("{name} cannot be used", name=" / ".join(("config.json", *_PROCESSINGS)))):
        form = FORMS[str(values["model_type"])](values, processing)
    if form is None:
        log.info("%s says nothing of how pictures are cut: it is used for texts only", folder.name)
        return None

    def eye() -> Eye:
        from llmdesk.engine.sight.tower import Eye, FolderTensors
        from llmdesk.engine.weights.model_files import open_config

        return Eye(open_config(folder), FolderTensors(folder))

    return form, eye


def _of_gguf(model: Path) -> tuple[PictureForm, Callable[[], Eye]] | None:
    from llmdesk.engine.sight.mmproj_tower import MmprojTensors, config_of, form_of

    mmproj = mmproj_of(model)
    if mmproj is None:
        return None

    def eye() -> Eye:
        from llmdesk.engine.sight.tower import Eye

        return Eye(config_of(mmproj), MmprojTensors(mmproj))

    return form_of(mmproj), eye


def _values(file: Path) -> dict[str, Any]:
    with said_of_a_file(say("{name} in {name2} is damaged", name=file.name, name2=file.parent.name)):
        values = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(values, dict):
            raise ModelDamaged(say("{name} is damaged: it should hold an object.", name=file.name))
    return values
