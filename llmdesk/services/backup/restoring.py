"""``llmdesk restore``: what a backup holds takes its place; what was there is kept as a backup of its own.

Any thread but the GUI's, and nothing of llmdesk may be open.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from llmdesk import paths
from llmdesk.error_values import is_disk_full
from llmdesk.errors import BackupError, ChatsDamaged, NotEnoughDisk
from llmdesk.services.backup import contents
from llmdesk.services.backup.archive import Archive, BackupList, NamedModel, opened
from llmdesk.services.backup.closed import kept_closed
from llmdesk.services.backup.contents import CHATS_PART, COLLECTIONS_PART, place_of
from llmdesk.services.backup.doors import doors
from llmdesk.services.backup.writing import write_backup
from llmdesk.services.chats.storage import database
from llmdesk.services.chats.storage.schema import MIGRATIONS, TABLES
from llmdesk.whole_files import put_in_place
from llmdesk.words import say

SPARE_BYTES = 64_000_000
"""So much stays free on the disk."""
_UNCHANGED = say("Nothing was changed.")
_STRANGE = "SELECT 1 FROM sqlite_master WHERE type IN ('trigger', 'view') LIMIT 1"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a restore would do.

    Attributes:
        found: the backup's list.
        new: parts that are put where nothing is.
        replaced: parts that take the place of what is there, which is kept.
        left: files of models that are here already and stay.
        missing_models: named in the backup, neither in it nor here.
        doors: what it sets that must not come from anybody else unseen (doors.py); of ``look`` only.
    """

    found: BackupList
    new: tuple[str, ...]
    replaced: tuple[str, ...]
    left: tuple[str, ...]
    missing_models: tuple[NamedModel, ...]
    doors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Restored:
    """``kept``: where what was there before is now, as a backup; None: nothing was."""

    parts: int
    kept: Path | None


def look(file: Path) -> Plan:
    """What restoring it would do. Raises BackupError, NotEnoughDisk."""
    with _told(), opened(file) as archive:
        return replace(_plan(archive.list), doors=doors(archive))


def restore(file: Path, tell: Callable[[str], None] = lambda part: None) -> Restored:
    """Put a backup's parts in place. All of them are unpacked and checked before anything is changed.

    Raises:
        BackupError: llmdesk is open, or the backup is none, damaged, or of a newer version; or it is restored in part
            only, and the hint says where what was there before is.
        NotEnoughDisk
    """
    with _told(), kept_closed() as refuse_others, opened(file) as archive:
        plan = _plan(archive.list)
        parts = (*plan.new, *plan.replaced)
        _require_space(archive.list, parts)
        with _staged(archive, parts, tell) as staged:
            _check_chats(file.name, staged.get(CHATS_PART))
            refuse_others()
            kept = _keep_what_is_here() if plan.replaced else None
            with _told_of_the_rest(kept):
                _put_models(staged)
                for part, source in staged.items():
                    if not contents.is_of_models(part):
                        _put(part, source)
    return Restored(len(parts), kept)


def _plan(found: BackupList) -> Plan:
    here = {part: _place_taken_by(part).exists() for part in found.parts}
    left = tuple(part for part in found.parts if here[part] and contents.is_of_models(part))
    restored_models = {part.split("/")[2] for part in found.parts if contents.is_of_models(part)}
    return Plan(
        found,
        new=tuple(part for part in found.parts if not here[part]),
        replaced=tuple(part for part in found.parts if here[part] and not contents.is_of_models(part)),
        left=left,
        missing_models=tuple(model for model in found.models if not _is_here(model, restored_models)),
    )


def _place_taken_by(part: str) -> Path:
    """A model is its whole folder."""
    return place_of("/".join(part.split("/")[:3]))


def _is_here(model: NamedModel, restored: set[str]) -> bool:
    """A server needs no files; what its user opened from elsewhere lies there or not."""
    if model.source == "server" or model.id in restored:
        return True
    if model.source in ("folder", "gguf"):
        return Path(model.location).exists()
    return contents.belongs(f"{contents.MODELS_PART}/{model.id}/any") and (paths.models_dir() / model.id).exists()


def _require_space(found: BackupList, parts: Sequence[str]) -> None:
    """For all that is unpacked beside what is there, and for a copy of that."""
    needed = sum(found.parts[part].size_bytes for part in parts)
    kept = sum(
        place_of(part).stat().st_size for part in (*contents.small_parts(), CHATS_PART) if place_of(part).exists()
    )
    free = shutil.disk_usage(paths.data_dir()).free
    if needed + kept + SPARE_BYTES > free:
        mb, free_mb = (needed + kept + SPARE_BYTES) // 1_000_000, free // 1_000_000
        raise NotEnoughDisk(say("This backup takes {mb} MB to restore, {free} MB are free.", mb=mb, free=free_mb))


@contextlib.contextmanager
def _staged(archive: Archive, parts: Sequence[str], tell: Callable[[str], None]) -> Iterator[dict[str, Path]]:
    """Unpacked and checked, each beside its place, so that it can take that in one step."""
    with contextlib.ExitStack() as stack:
        folders = {
            kind: Path(
                stack.enter_context(
                    tempfile.TemporaryDirectory(prefix=".restore-", dir=place, ignore_cleanup_errors=True)
                )
            )
            for kind, place in (("config", paths.config_dir()), ("data", paths.data_dir()))
        }
        staged = {}
        for part in parts:
            tell(part)
            staged[part] = folders[part.partition("/")[0]] / part
            archive.unpack(part, staged[part])
        yield staged


def _check_chats(name: str, file: Path | None) -> None:
    """That this version can go on with them. Raises BackupError."""
    if file is None:
        return
    problem = say("The chats in {name} are damaged.", name=name)
    try:
        with contextlib.closing(database.connect(f"{file.as_uri()}?mode=ro")) as connection:
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
            if version > len(MIGRATIONS):
                raise BackupError(
                    say("The chats in {name} were written by a newer version of llmdesk.", name=name),
                    say("Update llmdesk. {unchanged}", unchanged=_UNCHANGED),
                )
            if version == 0 or connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise BackupError(problem, _UNCHANGED)
            if connection.execute(_STRANGE).fetchone() is not None:
                raise BackupError(problem, _UNCHANGED, "it has triggers or views, which llmdesk makes none of")
            for table in TABLES:
                connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()
    except sqlite3.Error as error:
        raise BackupError(problem, _UNCHANGED, str(error)) from error


def _keep_what_is_here() -> Path:
    """As a backup, with which this restore can be undone. A file of chats that cannot be read is set aside instead."""
    place = paths.data_dir() / f"before-restore-{time.strftime('%Y%m%d-%H%M%S')}.zip"
    try:
        write_backup(place)
    except ChatsDamaged:
        write_backup(place, with_chats=False)
        database.set_aside(place_of(CHATS_PART))
    return place


def _put(part: str, source: Path) -> None:
    """In one step. What SQLite has written beside a file goes with it, and stays if it stays."""
    target = place_of(part)
    target.parent.mkdir(parents=True, exist_ok=True)
    moved: list[tuple[Path, Path]] = []
    try:
        for end in ("-wal", "-shm") if part in (CHATS_PART, COLLECTIONS_PART) else ():
            old, away = target.with_name(target.name + end), source.with_name(f"{source.name}.before{end}")
            if old.exists():
                put_in_place(old, away)
                moved.append((old, away))
        put_in_place(source, target)
    except OSError:
        for old, away in moved:
            put_in_place(away, old)
        raise


def _put_models(staged: dict[str, Path]) -> None:
    """Each appears in one step."""
    for folder in {
        source.parents[len(part.split("/")) - 4] for part, source in staged.items() if contents.is_of_models(part)
    }:
        put_in_place(folder, paths.made(paths.models_dir()) / folder.name)


@contextlib.contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if is_disk_full(error):
            raise NotEnoughDisk(say("The disk is full: nothing was restored.")) from error
        reason = error.strerror or str(error)
        raise BackupError(say("The backup cannot be restored: {reason}.", reason=reason)) from error


@contextlib.contextmanager
def _told_of_the_rest(kept: Path | None) -> Iterator[None]:
    """From here on something may have been put in place."""
    try:
        yield
    except OSError as error:
        hint = say("Restore it again.")
        if kept is not None:
            hint = say("Restore it again, or what was there before: `llmdesk restore {kept}`.", kept=kept)
        reason = error.strerror or str(error)
        raise BackupError(say("The backup was restored in part only: {reason}.", reason=reason), hint) from error
