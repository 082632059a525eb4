"""What Windows and macOS do otherwise, by pretending to be there. What was really run there: docs/platforms.md."""

from __future__ import annotations

import argparse
import ctypes
import io
import os
import platform
import re
import signal
import stat
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from llmdesk import app, cli, paths, whole_files
from llmdesk.engine.networks.fused import library, systems
from llmdesk.engine.processor import cpuid, hardware, windows_cores
from llmdesk.engine.weights.weights_file import WeightsWriter
from llmdesk.errors import ModelError, SetupError
from llmdesk.models import places
from llmdesk.models.catalogue import Catalogue
from llmdesk.services.stand import keeper
from tests.kernels import building

Registers = cpuid.Registers


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a processor of 64 bits, as Windows calls it."""
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(platform, "machine", lambda: "AMD64")


def pretended(*names: str, system_keeps: int, highest: int = 7) -> tuple[cpuid.Cpuid, Callable[[], int]]:
    """The two instructions of a processor with these features and no others."""
    registers: dict[tuple[int, int], list[int]] = {(0, 0): [highest, 0, 0, 0], (1, 0): [0, 0, 1 << 27, 0]}
    for name in names:
        leaf, subleaf, register, bit = cpuid._FEATURES[name]
        registers.setdefault((leaf, subleaf), [0, 0, 0, 0])[register] |= 1 << bit
        if subleaf:
            registers.setdefault((leaf, 0), [0, 0, 0, 0])[0] = 1  # the highest subleaf

    def ask(leaf: int, subleaf: int) -> Registers:
        a, b, c, d = registers.get((leaf, subleaf), [0, 0, 0, 0])
        return a, b, c, d

    return ask, lambda: system_keeps


@pytest.mark.skipif(not hardware._CPUINFO.exists() or not hardware.is_x86_64(), reason="Linux on x86-64 tells the same")
def test_the_processor_says_what_linux_says() -> None:
    told = hardware.processor_flags()
    assert cpuid.read_flags() == told.intersection(cpuid._FEATURES)
    assert cpuid.read_name() == " ".join(hardware._cpuinfo("model name").split())


def asked_here(leaf: int, subleaf: int) -> Registers:
    def look(ask: cpuid.Cpuid, _: Callable[[], int]) -> Registers:
        return ask(leaf, subleaf)

    return cpuid._with_code(look)


@pytest.mark.skipif(not hardware._CPUINFO.exists() or not hardware.is_x86_64(), reason="needs x86-64 and a C compiler")
def test_the_code_for_windows_asks_the_same(tmp_path: Path) -> None:
    """Called as Windows would, it answers what the code for Linux answers."""
    program, code = tmp_path / "call", tmp_path / "code"
    compiler = building.compiler_here()
    if compiler is None:
        pytest.skip("there is no compiler")
    source = Path(__file__).parent / "engine/processor/windows_call.c"
    command = [*compiler, "-O1", "-std=gnu17", str(source), "-o", str(program)]
    subprocess.run(command, check=True, capture_output=True)
    code.write_bytes(cpuid._CPUID_OF["win32"])
    for leaf, subleaf in ((0, 0), (7, 0), (7, 1), (0x80000002, 0)):
        done = subprocess.run([program, code, str(leaf), str(subleaf)], check=True, capture_output=True, text=True)
        told = tuple(map(int, done.stdout.split()))
        assert told == asked_here(leaf, subleaf)
        assert any(told) or (leaf, subleaf) == (7, 1)


def test_features_that_the_system_does_not_keep_are_none() -> None:
    avx = ("avx", "avx2", "fma", "f16c", "bmi1", "bmi2")
    wide = ("avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512_vnni", "avx_vnni")
    assert cpuid.flags_of(*pretended(*avx, *wide, system_keeps=0xE7)) == {*avx, *wide}
    assert cpuid.flags_of(*pretended(*avx, *wide, system_keeps=0x7)) == {*avx, "avx_vnni"}
    assert cpuid.flags_of(*pretended(*avx, *wide, system_keeps=0x1)) == {"bmi1", "bmi2"}
    assert cpuid.flags_of(*pretended(*avx, *wide, system_keeps=0xE7, highest=1)) == {"avx", "fma", "f16c"}


@pytest.mark.usefixtures("windows")
@pytest.mark.parametrize(("extra", "isa"), [((), "avx2"), (("avx_vnni",), "avx-vnni")])
def test_windows_has_kernels(extra: tuple[str, ...], isa: str, monkeypatch: pytest.MonkeyPatch) -> None:
    flags = cpuid.flags_of(*pretended("avx", "avx2", "fma", "f16c", "bmi1", "bmi2", *extra, system_keeps=0x7))
    monkeypatch.setattr(library, "processor_flags", lambda: flags)
    assert library.best_isa() == isa
    assert library._library_file(isa).suffix == ".dll"
    if (command := systems.compiler(isa)) and "ziglang" in command:
        assert "x86_64-windows-gnu" in command


def test_other_processors_have_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "arm64")
    monkeypatch.setattr(sys, "platform", "darwin")
    assert library.best_isa() is None
    assert systems.compiler("avx2") is None


def told_cores(*cores: tuple[int, int, int]) -> bytes:
    """(mask, group, efficiency class) of each as Windows writes them."""
    records = (struct.pack("<IIBB20xHQH6x", 0, 48, 0, efficiency, 1, mask, group) for mask, group, efficiency in cores)
    return b"".join(records)


def test_cores_that_windows_tells() -> None:
    """Two fast ones of two threads, two slow ones, and one in another group of processors."""
    told = windows_cores.parse(told_cores((0b11, 0, 1), (0b1100, 0, 1), (0b10000, 0, 0), (0b100000, 0, 0), (1, 1, 1)))
    assert told == [((0, 1), 1), ((2, 3), 1), ((4,), 0), ((5,), 0), ((64,), 1)]
    found = hardware.told_topology(told, frozenset(range(5)))
    core = hardware.Core
    assert found.cores == (core((0, 1)), core((2, 3)), core((4,), efficient=True))
    assert not hardware.told_topology(told, frozenset({4, 5})).is_hybrid
    assert windows_cores.parse(b"") == []


def held_for_a_moment(monkeypatch: pytest.MonkeyPatch) -> list[PermissionError]:
    """What renames end with until the list is empty: 13 is what Python makes of Windows' sharing violation."""
    replace, refused = os.replace, [PermissionError(13, "used by another process")] * 3

    def held(new: Path, file: Path) -> None:
        if refused:
            raise refused.pop()
        replace(new, file)

    monkeypatch.setattr(os, "replace", held)
    return refused


def test_a_file_that_is_held_for_a_moment(windows: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a virus scanner."""
    refused = held_for_a_moment(monkeypatch)
    with whole_files.writing(tmp_path / "file") as file:
        file.write(b"all")
    assert (tmp_path / "file").read_bytes() == b"all"
    refused.extend([PermissionError(13, "used by another process")] * 1000)
    monkeypatch.setattr(whole_files, "_PATIENCE_S", 0.2)
    with pytest.raises(PermissionError), whole_files.writing(tmp_path / "file") as file:
        file.write(b"more")
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def test_a_folder_that_is_held_for_a_moment(windows: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was just fetched is looked through by a virus scanner."""
    held_for_a_moment(monkeypatch)
    (tmp_path / "staging").mkdir()
    (tmp_path / "staging" / "weights").touch()
    whole_files.put_in_place(tmp_path / "staging", tmp_path / "model")
    assert (tmp_path / "model" / "weights").exists()


def test_everything_takes_its_name_with_patience() -> None:
    """Nobody renames past put_in_place; systemd's unit is Linux' own."""
    renames = re.compile(
        r"\bos\.(replace|rename)\(|\bshutil\.move\(|\b(file|folder|staging|target|old|away|new|partial|path)\.(rename|replace)\([^,]*\)$"
    )
    package = Path(paths.__file__).parent
    found = {
        f"{file.relative_to(package)}: {line.strip()}"
        for file in package.rglob("*.py")
        for line in file.read_text(encoding="utf-8").splitlines()
        if renames.search(line)
    }
    assert {each.partition(":")[0] for each in found} == {"whole_files.py", "services/systemd_unit.py"}, found


def test_a_model_that_another_llmdesk_has_loaded(
    windows: None, private_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its mapped file cannot be moved: that is said, and it stays whole."""
    spec = Catalogue.load().get("qwen3-0.6b")
    folder = places.install_dir(spec)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "weights").write_bytes(b"whole")

    def held(*_: object) -> None:
        raise PermissionError(13, "The process cannot access the file because it is being used by another process")

    monkeypatch.setattr(os, "replace", held)
    monkeypatch.setattr(whole_files, "_PATIENCE_S", 0.2)
    with pytest.raises(ModelError, match="cannot be deleted: The process cannot access") as told:
        Catalogue.load().remove(spec.id)
    assert "have it open" in str(told.value.hint)
    assert (folder / "weights").read_bytes() == b"whole"


def test_elsewhere_nobody_waits_for_rights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    asked: list[Path] = []

    def refuse(new: Path, file: Path) -> None:
        asked.append(file)
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(PermissionError):
        whole_files.put_in_place(tmp_path / "new", tmp_path / "file")
    assert len(asked) == 1


@pytest.mark.parametrize(("system", "is_writable"), [("win32", True), ("linux", False)])
def test_converted_weights_can_be_deleted(
    system: str, is_writable: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows deletes and replaces nothing that may only be read."""
    monkeypatch.setattr(sys, "platform", system)
    with WeightsWriter(tmp_path / "weights", "source", []):
        pass
    assert bool((tmp_path / "weights").stat().st_mode & stat.S_IWUSR) is is_writable


@pytest.mark.usefixtures("windows")
def test_what_goes_to_a_file_is_utf8(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="cp1252"))
    cli._speak_utf8()
    print("你好 🙂", flush=True)  # noqa: T201
    assert written.getvalue().decode("utf-8").strip() == "你好 🙂"


@pytest.mark.usefixtures("windows")
def test_a_start_without_console_shows_why_it_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """The log has it, too."""
    shown: list[str] = []
    library = SimpleNamespace(user32=SimpleNamespace(MessageBoxW=lambda _, text, *__: shown.append(text)))
    monkeypatch.setattr(ctypes, "windll", library, raising=False)
    monkeypatch.setattr(sys, "argv", ["llmdesk-gui.exe"])
    for stream in ("stdout", "stderr"):
        monkeypatch.setattr(sys, stream, None)  # as pythonw.exe has them

    def fail(_: argparse.Namespace) -> int:
        raise SetupError("The disk is full.", "Make room.")

    monkeypatch.setattr(cli, "_run_window", fail)
    assert cli.main_gui() == 1
    assert shown == [f"The disk is full.\n\nMake room.\n\nLog: {paths.log_file()}"]
    assert "llmdesk: The disk is full.\nMake room." in paths.log_file().read_text(encoding="utf-8")


@pytest.mark.usefixtures("windows")
def test_a_restart_is_another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """What Windows calls exec gives the prompt back before the program has ended, and cannot tell arguments apart."""
    started: list[list[str]] = []
    monkeypatch.setattr(subprocess, "Popen", started.append)
    monkeypatch.setattr(os, "execv", lambda *_: pytest.fail("exec"))
    app._restart()
    assert started == [app.restart_command()]


@pytest.mark.usefixtures("windows")
def test_the_stand_ends_with_ctrl_c(monkeypatch: pytest.MonkeyPatch) -> None:
    """The console tells the window as well; Python could not, there is no such signal to send."""
    handlers: dict[int, Any] = {}
    monkeypatch.setattr(signal, "signal", lambda number, handler: handlers.setdefault(number, handler))

    class Child:
        def __init__(self, *_: object, **__: object) -> None:
            pass

        def wait(self) -> int:
            handlers[signal.SIGINT](signal.SIGINT, None)
            return 1

        def send_signal(self, number: int) -> None:
            raise ValueError(f"Unsupported signal: {number}")

    monkeypatch.setattr(subprocess, "Popen", Child)
    assert keeper.keep_open(["window"]) == 1
