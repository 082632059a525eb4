"""The compiled kernels: made once per machine for its processor, then loaded with ctypes (any thread; no torch).

A package brings them along (ready_made.py). Else the compiler is Zig's C compiler out of the Python package
``ziglang``, so nothing has to be on the machine; a ``cc`` that is there serves as well. The library is kept under a
name made of the sources, the instruction set and the compiler's options, so that a change of any of them compiles anew.
"""

from __future__ import annotations

import ctypes
import functools
import hashlib
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from llmdesk import paths
from llmdesk.engine.networks.fused.ready_made import ready_made
from llmdesk.engine.networks.fused.systems import (
    AMX,
    ISAS,
    OPTIONS,
    SOURCES,
    UNVERIFIED,
    compiler,
    library_command,
    this_system,
)
from llmdesk.engine.processor.amx import may_use_tiles
from llmdesk.engine.processor.hardware import processor_flags
from llmdesk.engine_choices import chosen
from llmdesk.errors import SetupError
from llmdesk.no_console import NO_CONSOLE
from llmdesk.whole_files import put_in_place
from llmdesk.words import say

log = logging.getLogger(__name__)

_VARIABLE = "LLMDESK_KERNELS"
_COMPILE_TIMEOUT_S = 300
_POLL_S = 0.1
_failures: dict[Path, SetupError] = {}  # what ``make`` tried in this process and need not be tried again


def best_isa() -> str | None:
    """The best instruction set that this processor has and the kernels are written for; None: there is none.

    ``LLMDESK_KERNELS``, else the settings, asks for one by name, or with ``off`` for none of our own kernels. What
    nobody has verified on hardware is used only where it is asked for.
    """
    choice = chosen(_VARIABLE)
    asked = choice.text if choice is not None else "auto"
    if asked not in ("auto", "off", *ISAS):
        raise SetupError(
            say("{choice} is not known.", choice=choice), say("Use auto, off, {what}.", what=", ".join(ISAS))
        )
    return next((isa for isa in isas_here() if asked == isa or (asked == "auto" and isa not in UNVERIFIED)), None)


def isas_here() -> list[str]:
    """The instruction sets that kernels can use here, best first."""
    system, flags = this_system(), processor_flags()
    has = [isa for isa in (system.isas if system else ()) if ISAS[isa][0] <= flags]
    return [isa for isa in has if isa != AMX or may_use_tiles()]


def obstacle() -> str | None:
    """Why the kernels cannot run here, or None if they can. Compiles them if that was not done yet."""
    isa = best_isa()
    if isa is None:
        choice = chosen(_VARIABLE)
        return str(choice) if choice else say("llmdesk's own kernels need an x86-64 processor with AVX2")
    try:
        load(isa)
    except SetupError as error:
        return error.user_message
    return None


def best() -> ctypes.CDLL:
    """The kernels for this processor. Raises SetupError where there are none."""
    isa = best_isa()
    if isa is None:
        raise SetupError(say("llmdesk's own kernels cannot run here."), "")
    return load(isa)


def make(going_on: Callable[[], None]) -> None:
    """Compile the kernels for this processor if that was not done yet; ``obstacle`` says what came of it.

    Args:
        going_on: called several times a second meanwhile; what it raises ends the compiler and is raised.
    """
    isa = best_isa()
    if isa is None or ready_made(isa, sources_version()):
        return
    if (file := _library_file(isa)).exists() or file in _failures:
        return
    try:
        compile_to(isa, file, going_on)
    except SetupError as error:
        _failures[file] = error


def made(isa: str) -> Path | None:
    """The library that ``load`` takes, if it is there already: it came along, or was compiled here."""
    if ready := ready_made(isa, sources_version()):
        return ready
    file = _library_file(isa)
    return file if file.exists() else None


@functools.cache
def load(isa: str) -> ctypes.CDLL:
    """The kernels for an instruction set, compiled if need be. Raises SetupError."""
    if ready := ready_made(isa, sources_version()):
        try:
            return _declared(ctypes.CDLL(str(ready)))
        except OSError as error:
            log.warning("the kernels that came along cannot be loaded and are compiled instead: %s", error)
    file = _library_file(isa)
    if file in _failures:
        raise _failures[file]
    if not file.exists():
        compile_to(isa, file)
    try:
        return _declared(ctypes.CDLL(str(file)))
    except OSError as error:
        file.unlink(missing_ok=True)  # a damaged one is made again next time
        raise SetupError(
            say("The compiled kernels cannot be loaded: {error}.", error=error), say("Start llmdesk again.")
        ) from error


def sources_version(sources: Path = SOURCES) -> str:
    """Another one whenever the kernels' sources are others; 8 hexadecimal digits."""
    return _sources_digest(sources)[:8]


@functools.cache
def _sources_digest(sources: Path = SOURCES) -> str:
    digest = hashlib.sha256()
    for source in sorted(sources.iterdir()):
        digest.update(source.read_bytes())
    return digest.hexdigest()


def _library_file(isa: str) -> Path:
    system = this_system()
    assert system is not None, "there is an instruction set only where there are kernels"
    found = compiler(isa)
    digest = hashlib.sha256(repr((isa, found and found[1:], OPTIONS, system, _sources_digest())).encode())
    return _folder() / f"fused-{isa}-{digest.hexdigest()[:16]}{system.suffix}"


def _folder() -> Path:
    """In the virtual environment, which belongs to this machine as well; else in the cache folder.

    On Windows in the cache folder, since only trying would tell whether one may write elsewhere.
    """
    if sys.prefix != sys.base_prefix and sys.platform != "win32":
        folder = Path(sys.prefix) / "share" / paths.APP_NAME / "kernels"
        there = next(each for each in (folder, *folder.parents) if each.exists())
        if os.access(there, os.W_OK):
            return folder
    return paths.cache_dir() / "kernels"


def compile_to(isa: str, file: Path, going_on: Callable[[], None] = lambda: None) -> None:
    """Write the library whole or not at all."""
    system, command = this_system(), compiler(isa)
    if system is None or command is None:
        raise no_compiler()
    with tempfile.TemporaryDirectory(prefix="kernels-") as folder:
        made = Path(folder) / file.name
        caches = {"ZIG_GLOBAL_CACHE_DIR": folder, "ZIG_LOCAL_CACHE_DIR": folder}
        arguments = library_command(command, system, made)
        try:
            code, words = _run(arguments, os.environ | caches, going_on)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise SetupError(say("The kernels could not be compiled: {error}.", error=error), "") from error
        if code != 0:
            log.warning("compiling the kernels failed:\n%s", words)
            raise SetupError(say("The kernels could not be compiled; the log has the compiler's words."), "")
        try:
            _keep(made, file)
        except OSError as error:  # a full disk, a folder that cannot be written
            raise SetupError(say("The kernels could not be compiled: {error}.", error=error), "") from error


def no_compiler() -> SetupError:
    """Nothing on this machine can compile the kernels."""
    message = say("There is no C compiler for llmdesk's own kernels.")
    return SetupError(message, say("Install one with `pip install ziglang`."))


def _keep(made: Path, file: Path) -> None:
    partial = paths.made(file.parent) / f"{file.name}.{os.getpid()}.partial"
    try:
        shutil.copyfile(made, partial)
        put_in_place(partial, file)
    except OSError:
        partial.unlink(missing_ok=True)
        raise


def _run(arguments: list[str], environment: dict[str, str], going_on: Callable[[], None]) -> tuple[int, str]:
    """A program's exit code and its words on stderr. It ends with this call, however that ends."""
    deadline_s = time.monotonic() + _COMPILE_TIMEOUT_S
    # A session of its own: Zig's package starts the compiler as another process, which is to end too.
    with subprocess.Popen(
        arguments,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
        env=environment,
        start_new_session=True,
        creationflags=NO_CONSOLE,
    ) as process:
        while True:
            try:
                _, words = process.communicate(timeout=_POLL_S)
                return process.returncode, words
            except subprocess.TimeoutExpired:
                try:
                    going_on()
                    if time.monotonic() > deadline_s:
                        raise
                except BaseException:
                    _end(process)
                    raise


def _end(process: subprocess.Popen[str]) -> None:
    """With the one that it has started."""
    if sys.platform == "win32":
        for child in psutil.Process(process.pid).children(recursive=True):
            child.kill()
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)


def _declared(library: ctypes.CDLL) -> ctypes.CDLL:
    """Argument and result types of the functions in c/forward.c."""
    pointer, i32, i64 = ctypes.c_void_p, ctypes.c_int32, ctypes.c_int64
    library.fused_isa.restype = ctypes.c_char_p
    library.fused_sizes_are.argtypes = [i32, i32, i32, i32]
    library.fused_obstacle.argtypes = [pointer]
    library.fused_create.argtypes = [pointer, i32, i32]
    library.fused_create.restype = pointer
    library.fused_destroy.argtypes = [pointer]
    library.fused_destroy.restype = None
    library.fused_forward.argtypes = [pointer, pointer, i32, i32, i64]
    library.fused_read.argtypes = [pointer, i64]
    library.fused_read.restype = i64
    library.fused_page_bytes.argtypes = [pointer]
    library.fused_page_bytes.restype = i64
    library.fused_state_bytes.argtypes = [pointer, i32]
    library.fused_state_bytes.restype = i64
    library.fused_packed_bytes.argtypes = [i32, i32, i32, i32]
    library.fused_packed_bytes.restype = i64
    library.fused_pack.argtypes = [i32, pointer, i32, i32, i32, pointer]
    library.fused_pack.restype = None
    library.fused_split_q8.argtypes = [pointer, i32, i32, i32, pointer]
    library.fused_split_q8.restype = i64
    library.fused_head_counts.argtypes = [pointer, pointer, pointer]
    library.fused_head_counts.restype = None
    return library


if __name__ == "__main__":  # the set-up compiles ahead of the first start
    print(obstacle() or f"kernels for {best_isa()} are ready")  # noqa: T201
