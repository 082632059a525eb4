"""What a table of settings.toml is made of (pure)."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


def setting(default: Any, text: str, unit: str = "", variable: str = "", **limits: Any) -> Any:
    """A field with its sentence; ``variable`` is the environment variable that goes before the file."""
    return Field(default, description=text, json_schema_extra={"unit": unit, "variable": variable}, **limits)


class Group(BaseModel):
    """A table of settings.toml. Pydantic makes its checks when they are needed: at a start those of ``Values`` only."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True)
