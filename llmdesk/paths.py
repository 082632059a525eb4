"""Where llmdesk keeps its files; ``LLMDESK_HOME`` puts all of them under one folder.

Nothing is made by asking: whoever writes makes the folder first (``made``), so that a look leaves no trace.
"""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

APP_NAME = "llmdesk"
APP_ID = "io.github.llmdesk.llmdesk"


def _place(kind: str, default: str) -> Path:
    home = os.environ.get("LLMDESK_HOME")
    return Path(home).expanduser().absolute() / kind if home else Path(default)


def made(folder: Path) -> Path:
    """The folder, made with those above it if it is not there: right before something is written. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def config_dir() -> Path:
    """Settings and the user's own models.toml."""
    return _place("config", platformdirs.user_config_dir(APP_NAME, appauthor=False))


def data_dir() -> Path:
    """What must not be lost: chats, fetched models."""
    return _place("data", platformdirs.user_data_dir(APP_NAME, appauthor=False))


def cache_dir() -> Path:
    """What can be made again: converted weights and tokenizers."""
    return _place("cache", platformdirs.user_cache_dir(APP_NAME, appauthor=False))


def log_dir() -> Path:
    """Log files."""
    return _place("logs", platformdirs.user_log_dir(APP_NAME, appauthor=False))


def log_file() -> Path:
    """The log that the window can open."""
    return log_dir() / "llmdesk.log"


def models_dir() -> Path:
    """One folder per fetched model, named by its id."""
    return data_dir() / "models"


def user_catalogue() -> Path:
    """The user's models.toml (may not exist)."""
    return config_dir() / "models.toml"


def shipped(name: str) -> Path:
    """A file or folder that llmdesk ships: inside the package in a wheel, beside it in a checkout."""
    package = Path(__file__).resolve().parent
    inside = package / name
    return inside if inside.exists() else package.parent / name
