"""Sampling presets as a file of their own, to give away and to take in: TOML or JSON (blocks; no GUI thread)."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from llmdesk.errors import SettingsError
from llmdesk.services.settings.definition import SamplingGroup, SamplingValues
from llmdesk.toml_file import mistake, replace_file
from llmdesk.words import say

Presets = Mapping[str, SamplingValues]
_FORM = "Expected are tables [presets.NAME] with values such as temperature = 0.7."
_MOST_BYTES = 1_000_000


def read_presets(file: Path) -> dict[str, SamplingValues]:
    """The presets in a file. Raises SettingsError: it cannot be read, or something in it is wrong; then none counts."""
    data = _parsed(file)
    sampling = data.get("sampling")  # the settings file itself
    presets = data.get("presets", sampling.get("presets") if isinstance(sampling, dict) else None)
    if not isinstance(presets, dict) or not presets:
        raise SettingsError(say("There are no presets in {name}.", name=file.name), say(_FORM))
    try:
        return dict(SamplingGroup.model_validate({"presets": presets}).presets)
    except ValidationError as error:
        item = error.errors()[0]
        what = ".".join(str(step) for step in item["loc"])
        raise SettingsError(
            say("{file}, {key}: {wanted}.", file=file.name, key=what, wanted=mistake(dict(item))),
            say("Mend it there; nothing was taken over."),
        ) from error


def write_presets(file: Path, presets: Presets) -> None:
    """Write presets, in JSON if the file's name ends so, else in TOML. Raises SettingsError."""
    data = {"presets": {name: values.model_dump(exclude_none=True) for name, values in presets.items()}}
    if file.suffix.lower() == ".json":
        text = json.dumps(data, indent=2, ensure_ascii=False) + "\n"
    else:
        import tomlkit

        text = tomlkit.dumps(data)
    try:
        replace_file(file, text)
    except OSError as error:
        raise SettingsError(
            say("{file} cannot be written: {reason}.", file=file, reason=error.strerror or error),
            say("Choose another."),
        ) from error


def _parsed(file: Path) -> dict[str, Any]:
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise SettingsError(say("{name} is too large for a file of presets.", name=file.name), say(_FORM))
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or say("it is not text in UTF-8")
        raise SettingsError(say("{file} cannot be read: {reason}.", file=file, reason=reason), say(_FORM)) from error
    try:
        found = json.loads(text) if file.suffix.lower() == ".json" else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        kind = "JSON" if file.suffix.lower() == ".json" else "TOML"
        raise SettingsError(
            say("{name} is not {kind}: {reason}", name=file.name, kind=kind, reason=error), say(_FORM)
        ) from error
    if not isinstance(found, dict):
        raise SettingsError(say("There are no presets in {name}.", name=file.name), say(_FORM))
    return found
