"""What the window remembers between two starts: geometry, folds, theme, model, sampling and settings (INI)."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QSettings, Qt

from llmdesk import paths
from llmdesk.datatypes.chat import ContextPolicy, SamplingParams
from llmdesk.datatypes.model import Precision

_FRACTIONS = ("temperature", "top_p", "min_p", "repetition_penalty")
_NUMBERS = (*_FRACTIONS, "top_k", "max_new_tokens", "seed")
_THEMES = {"system": Qt.ColorScheme.Unknown, "light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}


class WindowState:
    """Reads and writes ``file`` (default: config/window.ini). A damaged value counts as not there. GUI thread."""

    def __init__(self, file: Path | None = None) -> None:
        place = file or paths.config_dir() / "window.ini"
        self._settings = QSettings(str(place), QSettings.Format.IniFormat)

    @property
    def geometry(self) -> QByteArray:
        """The window's place; empty at the first start."""
        value = self._settings.value("window/geometry")
        return value if isinstance(value, QByteArray) else QByteArray()

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self._settings.setValue("window/geometry", value)

    @property
    def is_dashboard_open(self) -> bool:
        """False if the user folded the dashboard away."""
        return self._text("window/dashboard") != "folded"

    @is_dashboard_open.setter
    def is_dashboard_open(self, value: bool) -> None:
        self._settings.setValue("window/dashboard", "open" if value else "folded")

    @property
    def color_scheme(self) -> Qt.ColorScheme:
        """Light, dark, or Unknown to follow the system."""
        return _THEMES.get(self._text("window/theme"), Qt.ColorScheme.Unknown)

    @color_scheme.setter
    def color_scheme(self, value: Qt.ColorScheme) -> None:
        name = next(name for name, scheme in _THEMES.items() if scheme == value)
        self._settings.setValue("window/theme", name)

    @property
    def model_id(self) -> str:
        """The model used last; empty if there was none."""
        return self._text("model/id")

    def precision_of(self, model_id: str) -> Precision | None:
        """The precision chosen for a model; None for the model's own."""
        match self._precisions().get(model_id):
            case "bf16" | "int8" | "int4" as precision:
                return precision
            case _:
                return None

    def set_model(self, model_id: str, precision: Precision | None) -> None:
        """Remember what to load at the next start, and how this model is wanted."""
        self._settings.setValue("model/id", model_id)
        precisions = {name: value for name, value in self._precisions().items() if name != model_id}
        self._settings.setValue(
            "model/precisions", json.dumps(precisions | ({model_id: precision} if precision else {}))
        )

    @property
    def context_policy(self) -> ContextPolicy:
        """What a new chat does when the context is full: as the chat before."""
        match self._text("chat/context"):
            case "drop_oldest" | "stop" | "refuse" as policy:
                return policy
            case _:
                return "drop_oldest"

    @context_policy.setter
    def context_policy(self, value: ContextPolicy) -> None:
        self._settings.setValue("chat/context", value)

    @property
    def uses_response_cache(self) -> bool:
        """False if the user wants every answer computed."""
        return self._text("chat/response_cache") != "off"

    @uses_response_cache.setter
    def uses_response_cache(self, value: bool) -> None:
        self._settings.setValue("chat/response_cache", "on" if value else "off")

    @property
    def idle_unload_s(self) -> float:
        """Seconds without use after which the model is unloaded; 0: never."""
        try:
            return max(0.0, float(self._text("model/idle_unload_s") or 0))
        except ValueError:
            return 0.0

    @idle_unload_s.setter
    def idle_unload_s(self, value: float) -> None:
        self._settings.setValue("model/idle_unload_s", str(value))

    @property
    def sampling_name(self) -> str:
        """Name of the preset; empty at the first start."""
        return self._text("sampling/preset")

    @property
    def custom_sampling(self) -> SamplingParams:
        """The user's own values."""
        try:
            values = json.loads(self._text("sampling/custom") or "{}")
        except ValueError:
            return SamplingParams()
        if not isinstance(values, dict):
            return SamplingParams()
        kept: dict[str, Any] = {
            name: value
            for name, value in values.items()
            if name in _NUMBERS and isinstance(value, (int, float) if name in _FRACTIONS else int)
        }
        return replace(SamplingParams(), **kept)

    def set_sampling(self, name: str, custom: SamplingParams) -> None:
        """Remember preset and own values."""
        self._settings.setValue("sampling/preset", name)
        self._settings.setValue("sampling/custom", json.dumps({name: getattr(custom, name) for name in _NUMBERS}))

    def save(self) -> None:
        """Write the file now."""
        self._settings.sync()

    def _precisions(self) -> dict[str, str]:
        try:
            values = json.loads(self._text("model/precisions") or "{}")
        except ValueError:
            return {}
        return values if isinstance(values, dict) else {}

    def _text(self, key: str) -> str:
        value = self._settings.value(key, "")
        return value if isinstance(value, str) else ""
