"""The settings in force: defaults, under settings.toml, under the environment; told to whoever listens."""

from __future__ import annotations

import copy
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel

from llmdesk import paths
from llmdesk.errors import SettingsError
from llmdesk.listeners import Listeners, Unsubscribe
from llmdesk.services.settings import keys, settings_file
from llmdesk.services.settings.definition import Values
from llmdesk.services.settings.settings_file import UNSET
from llmdesk.words import say

Origin = Literal["default", "file", "environment"]
Run = Callable[[Callable[[], None]], None]
"""Runs a function on the thread that a listener wants, now or soon (the window's: ``EventBridge.run``)."""


def _here(function: Callable[[], None]) -> None:
    function()


@dataclass(frozen=True, slots=True)
class _Change:
    before: dict[str, Any]
    after: dict[str, Any]

    def touches(self, path: keys.Path) -> bool:
        return bool(settings_file.find(self.before, path) != settings_file.find(self.after, path))


class Settings:
    """Read at once; written on a short-lived thread, so that nobody waits for a disk. Any thread.

    What the window kept in its INI file before there was a settings.toml is taken over the first time.

    Args:
        file: default: settings.toml in the configuration folder.
        environment: where the variables are that go before the file.
    """

    def __init__(self, file: Path | None = None, environment: Mapping[str, str] = os.environ) -> None:
        self.file = file or paths.config_dir() / "settings.toml"
        self._environment = environment
        self._lock = threading.RLock()
        self._disk_lock = threading.RLock()  # who holds it may take the other one, never the other way round
        self._file_data: settings_file.Data = {}  # what the file holds, or will when all is written
        self._data: settings_file.Data = {}  # the same without mistakes
        self._pending: dict[keys.Path, Any] = {}
        self._values = Values()
        self._problems: tuple[SettingsError, ...] = ()
        self._file_problems: tuple[SettingsError, ...] = ()
        self._writer: threading.Thread | None = None
        self._failure: SettingsError | None = None
        self._stamp: object = None
        self._listeners: Listeners[_Change] = Listeners()
        self._problem_listeners: Listeners[SettingsError] = Listeners()
        self.reload()
        if not self.file.exists():
            from llmdesk.services.settings import window_ini

            self._change(window_ini.read(self.file.with_name("window.ini")))

    @property
    def values(self) -> Values:
        """What is in force now (frozen)."""
        return self._values

    @property
    def problems(self) -> tuple[SettingsError, ...]:
        """Mistakes in the file and in the environment, when they were read last; all else counts nevertheless."""
        return self._problems

    @property
    def file_problems(self) -> tuple[SettingsError, ...]:
        """Those of the file, for commands whose engine refuses what is wrong with the environment by itself."""
        return self._file_problems

    def value(self, key: str | keys.Path) -> Any:
        """One value by its key; UNSET for an entry that is not there. Raises SettingsError: unknown key."""
        return settings_file.find(self._values.model_dump(), keys.path_of(key))

    def origin(self, key: str | keys.Path) -> Origin:
        """Where the value in force comes from. Raises SettingsError: unknown key."""
        path = keys.path_of(key)
        with self._lock:
            if path in keys.from_environment(self._environment)[0]:
                return "environment"
            return "default" if settings_file.find(self._data, path) is UNSET else "file"

    def set(self, key: str | keys.Path, value: Any) -> None:
        """Set a value; it counts at once and is written soon. Raises SettingsError: unknown key or wrong value."""
        self.set_all({key: value})

    def unset(self, key: str | keys.Path) -> None:
        """Take a value out of the file, so that its default counts. Raises SettingsError: unknown key."""
        self.set_all({key: UNSET})

    def set_all(self, values: Mapping[Any, Any]) -> None:
        """Several values that belong together (None takes one out). Raises SettingsError: then none of them counts."""
        changes = {keys.path_of(key): _plain(value) for key, value in values.items()}
        with self._lock:
            _, mistakes = settings_file.checked(_with(self._data, changes))
            for path, words in mistakes.items():
                raise SettingsError(
                    say("{what}: {words}.", what=".".join(path), words=words), keys.setting_of(path).description
                )
            known = self._file_data
        self._change({path: value for path, value in changes.items() if settings_file.find(known, path) != value})

    def reload(self) -> None:
        """Read the file again (somebody may have edited it) and tell what has changed."""
        with self._disk_lock:
            self._stamp = self._look()
            data, problems = settings_file.read(self.file)
            with self._lock:
                change = self._apply(_with(data, self._pending))
                known = [problem.detail or str(problem) for problem in self._problems]
                self._problems = (*problems, *keys.from_environment(self._environment)[1])
                self._file_problems = tuple(problems)
        self._listeners.tell(change)
        for problem in self._problems:
            if (problem.detail or str(problem)) not in known:  # lines may have moved
                self._problem_listeners.tell(problem)

    def reload_if_changed(self) -> None:
        """The same, if the file is not the one that was read last."""
        if self._look() != self._stamp:
            self.reload()

    def flush(self) -> SettingsError | None:
        """Wait until all is written (some seconds at most); returns what kept it from being written, if it was."""
        writer = self._writer
        if writer is not None:
            writer.join()
        return self._failure

    def subscribe(self, listener: Callable[[Values], None], key: str = "", run: Run = _here) -> Unsubscribe:
        """Call ``listener`` with what is in force whenever it has changed.

        Args:
            key: only changes of this setting, or of this table (``engine``); empty: any.
            run: see Run; without it, the listener is called on the thread that changed something.
        """
        path = tuple(key.split(".")) if key else ()

        def tell(change: _Change) -> None:
            if change.touches(path):
                run(lambda: listener(self._values))

        return self._listeners.add(tell)

    def subscribe_problems(self, listener: Callable[[SettingsError], None], run: Run = _here) -> Unsubscribe:
        """The same for what goes wrong from now on: a mistake that was read, a file that cannot be written."""
        return self._problem_listeners.add(lambda problem: run(partial(listener, problem)))

    def _change(self, changes: settings_file.Changes) -> None:
        if not changes:
            return
        with self._lock:
            self._pending |= changes
            change = self._apply(_with(self._file_data, changes))
            if self._writer is None:
                self._writer = threading.Thread(target=self._write, name="settings")
                self._writer.start()
        self._listeners.tell(change)

    def _apply(self, data: settings_file.Data) -> _Change:
        """Put data in force, under the environment. With the lock."""
        before = self._values
        self._file_data = data
        self._data, _ = settings_file.checked(data)
        self._values = Values.model_validate(_with(self._data, keys.from_environment(self._environment)[0]))
        return _Change(before.model_dump(), self._values.model_dump())

    def _write(self) -> None:
        """Settings thread: until nothing waits any more. What could not be written is tried with the next change."""
        tried: settings_file.Changes = {}
        while True:
            with self._lock:
                changes = dict(self._pending)
                if changes == tried:
                    self._writer = None
                    return
            tried = self._write_now(changes)

    def _write_now(self, changes: settings_file.Changes) -> settings_file.Changes:
        """Returns what is still to be written: nothing, or all."""
        with self._disk_lock:
            try:
                set_aside = settings_file.write(self.file, changes)
            except SettingsError as error:
                self._failure = error
                self._problem_listeners.tell(error)
                return changes
            self._failure = None
            with self._lock:
                self._pending = {p: v for p, v in self._pending.items() if p not in changes or v is not changes[p]}
            self.reload()
        if set_aside is not None:
            self._problem_listeners.tell(_was_set_aside(self.file, set_aside))
        return {}

    def _look(self) -> object:
        """What tells one state of the file from another."""
        try:
            status = self.file.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size, status.st_ino


def _with(data: settings_file.Data, changes: settings_file.Changes) -> settings_file.Data:
    data = copy.deepcopy(data)
    for path, value in changes.items():
        settings_file.put(data, path, value)
    return data


def _plain(value: Any) -> Any:
    """As TOML can hold it."""
    if isinstance(value, BaseModel):
        return value.model_dump(exclude_none=True)
    return UNSET if value is None else value


def _was_set_aside(file: Path, kept: Path) -> SettingsError:
    return SettingsError(
        say("{name} was not TOML; it is kept as {kept}.", name=file.name, kept=kept),
        say("Mend it there and copy what you need."),
    )
