"""The prompt library: one TOML file per prompt, those of llmdesk under the user's own (blocks; no GUI thread)."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from llmdesk import paths
from llmdesk.errors import SettingsError
from llmdesk.toml_file import mistake, replace_file, syntax_mistake
from llmdesk.words import say

MAX_CHARS = 100_000
MAX_DESCRIPTION_CHARS = 500
_MOST_BYTES = 4 * MAX_CHARS
_FORM = 'A prompt\'s file has title = "..." and text = "...".'


class _Form(BaseModel):
    """What a file holds."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)

    title: str = Field("", max_length=200)
    description: str = Field("", max_length=MAX_DESCRIPTION_CHARS)
    text: str = Field(min_length=1, max_length=MAX_CHARS)


@dataclass(frozen=True, slots=True)
class Prompt:
    """A text to send again and again.

    Attributes:
        name: of its file, without ``.toml``; it follows a slash in the composer.
        is_own: it lies in the user's folder, and can be changed and deleted there.
    """

    name: str
    title: str
    text: str
    description: str = ""
    is_own: bool = True


@dataclass(frozen=True, slots=True)
class Library:
    """All prompts by title, and what is wrong with files that are none."""

    prompts: tuple[Prompt, ...] = ()
    problems: tuple[SettingsError, ...] = ()

    def named(self, name: str) -> Prompt | None:
        """A prompt by its name."""
        return next((prompt for prompt in self.prompts if prompt.name == name), None)


class PromptFolder:
    """The user's folder of prompts (``prompts`` in the configuration folder) and the one that llmdesk ships.

    A prompt of the user's own hides a shipped one of the same name; deleting it brings that one back. The shipped ones
    are those of ``language`` where there are any (a folder within), else English.
    """

    def __init__(self, own: Path | None = None, shipped: Path | None = None, language: str = "en") -> None:
        self.own = own or paths.config_dir() / "prompts"
        shipped = shipped or paths.shipped("assets") / "prompts"
        self._folders = ((shipped, False), (shipped / language, False), (self.own, True))

    def read(self) -> Library:
        """What is there now."""
        found: dict[str, Prompt] = {}
        problems: list[SettingsError] = []
        for folder, is_own in self._folders:
            for file in sorted(folder.glob("*.toml")):
                try:
                    found[file.stem] = read_prompt(file, is_own)
                except SettingsError as error:
                    problems.append(error)
        return Library(tuple(sorted(found.values(), key=lambda each: each.title.casefold())), tuple(problems))

    def save(self, prompt: Prompt, old_name: str = "") -> Prompt:
        """Write a prompt of the user's own, under the name that its title gives.

        ``old_name``: the one that it had; empty for a new one, which never replaces another one. Raises SettingsError.
        """
        name = old_name or self._free_name(slug(prompt.title))
        saved = Prompt(name, prompt.title, prompt.text, prompt.description)
        try:
            replace_file(self.own / f"{name}.toml", _toml(saved))
        except OSError as error:
            raise _not_written(self.own / f"{name}.toml", error) from error
        return saved

    def delete(self, name: str) -> None:
        """Take one of the user's own away. Raises SettingsError."""
        try:
            (self.own / f"{name}.toml").unlink(missing_ok=True)
        except OSError as error:
            raise _not_written(self.own / f"{name}.toml", error) from error

    def take_in(self, files: list[Path]) -> int:
        """Copy prompts into the user's folder; returns how many. Raises SettingsError: one is none; then none comes."""
        prompts = [read_prompt(file, True) for file in files]
        for prompt in prompts:
            self.save(prompt)
        return len(prompts)

    def _free_name(self, name: str) -> str:
        number, free = 1, name
        while any((folder / f"{free}.toml").exists() for folder, _ in self._folders):
            number += 1
            free = f"{name}-{number}"
        return free


def read_prompt(file: Path, is_own: bool) -> Prompt:
    """One file. Raises SettingsError."""
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise SettingsError(say("{file}: this is too long for a prompt.", file=file), say(_FORM))
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise SettingsError(say("{file}: this is not text in UTF-8.", file=file), say(_FORM)) from error
    except OSError as error:
        words = say("{file} cannot be read: {reason}.", file=file, reason=error.strerror or error)
        raise SettingsError(words, say(_FORM)) from error
    try:
        form = _Form.model_validate(tomllib.loads(text))
    except ValidationError as error:
        item = error.errors()[0]
        key = ".".join(str(step) for step in item["loc"])
        wanted = mistake(dict(item))
        raise SettingsError(say("{file}, {key}: {wanted}.", file=file, key=key, wanted=wanted), say(_FORM)) from error
    except (ValueError, RecursionError) as error:
        words = say("{file}, {mistake}.", file=file, mistake=syntax_mistake(error, text))
        raise SettingsError(words, say(_FORM)) from error
    return Prompt(file.stem, form.title or file.stem, form.text, form.description, is_own)


def slug(title: str) -> str:
    """A name for a file, and to type after a slash: letters of any script, digits, hyphens."""
    plain = unicodedata.normalize("NFKC", title).casefold()
    return re.sub(r"[\W_]+", "-", plain).strip("-")[:40].strip("-") or "prompt"


def _toml(prompt: Prompt) -> str:
    import tomlkit

    document = tomlkit.document()
    document["title"] = prompt.title
    if prompt.description:
        document["description"] = prompt.description
    is_long = "\n" in prompt.text and not prompt.text.startswith("\n") and "\r" not in prompt.text
    document["text"] = tomlkit.string(prompt.text, multiline=is_long)
    return tomlkit.dumps(document)


def _not_written(file: Path, error: OSError) -> SettingsError:
    return SettingsError(
        say("{file} cannot be written: {reason}.", file=file, reason=error.strerror or error),
        say("Check its folder's rights, and the disk."),
    )
