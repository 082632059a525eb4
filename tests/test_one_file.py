"""The single file around a small program: unpacked once, started, replaced by a newer one, damaged, without room."""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import package_one_file
import package_tree
import pytest
from environment import SetupFailed

from llmdesk.services import autostart, desktop_entry, launchers, start_command, systemd_unit
from llmdesk.services.updates import version_file
from tests.other_users import open_to_all

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a file for Linux")
AS_ROOT = pytest.mark.skipif(sys.platform == "linux" and os.geteuid() != 0, reason="only root acts as another user")
LONG = f"lib/{'a' * 60}/{'b' * 90}.py"
PROGRAM = '#!/bin/sh\nprintf "%s|" "$(basename "$0")" "$@"; printf "%s" "$LLMDESK_ONE_FILE"; exec {then}\n'


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program at the file's beginning."""
    work = tmp_path_factory.mktemp("start")
    try:
        package_one_file.compile_start(work / "start", work)
    except SetupFailed as failure:
        if ".c:" in str(failure):
            raise  # no compiler is missing: it does not take ours
        pytest.skip(f"cannot be compiled here: {failure}")
    return work / "start"


@pytest.fixture
def file(start: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return made(start, tmp_path, monkeypatch, "a program.run")


def made(start: Path, place: Path, monkeypatch: pytest.MonkeyPatch, name: str, then: str = "true") -> Path:
    """A file with a small folder in it."""
    tree, target = place / f"tree of {name}", place / "a folder" / name
    for path in ("bin/llmdesk", "bin/llmdesk-gui", LONG):
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_text(PROGRAM.format(then=then))
        (tree / path).chmod(0o755 if path.startswith("bin") else 0o644)
    (tree / "large").write_bytes(os.urandom(3_000_001))
    (tree / "empty").touch()
    (tree / "link").symlink_to("large")
    monkeypatch.setattr(package_one_file, "compile_start", lambda to, _: to.write_bytes(start.read_bytes()))
    package_one_file.make(tree, place, target)
    return target


def run(
    file: Path, home: Path, *arguments: str, begin: Callable[[], None] | None = None, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Not on a terminal."""
    environment = {"HOME": str(home), "PATH": "/usr/bin:/bin", **variables}
    return subprocess.run(
        [file, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
        preexec_fn=begin,
    )


def refuse(call: int, error: int) -> None:
    """From now on the kernel answers this system call so, in this process and what it becomes (seccomp(2))."""
    load, compare, answer = 0x20, 0x15, 0x06
    steps = ((load, 0, 0, 0), (compare, 0, 1, call), (answer, 0, 0, 0x0005_0000 | error), (answer, 0, 0, 0x7FFF_0000))
    program = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
    filters = ctypes.create_string_buffer(struct.pack("@HP", len(steps), ctypes.addressof(program)))
    libc = ctypes.CDLL(None, use_errno=True)
    for arguments in ((38, 1, 0, 0, 0), (22, 2, filters)):  # PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP
        if libc.prctl(*arguments) != 0:
            raise OSError(ctypes.get_errno(), "prctl")


def programs(home: Path) -> Path:
    return home / ".cache" / "llmdesk" / start_command.UNPACKED


def test_what_is_inside_is_unpacked_once_and_started(file: Path, tmp_path: Path) -> None:
    done = run(file, tmp_path / "home", "ask", "a  b")
    assert (done.returncode, done.stdout) == (0, f"llmdesk|ask|a  b|{file}"), done.stderr
    (program,) = programs(tmp_path / "home").iterdir()
    tree = tmp_path / f"tree of {file.name}"
    for path in tree.rglob("*"):
        there = program / path.relative_to(tree)
        assert there.lstat().st_mode == path.lstat().st_mode, path
        if path.is_file():
            assert there.read_bytes() == path.read_bytes()
            assert int(there.stat().st_mtime) == min(int(path.stat().st_mtime), package_tree.date_s())
    assert os.readlink(program / "link") == "large"
    assert done.stderr == f"llmdesk is being unpacked into {program}. This is done once.\n"
    (program / "large").write_bytes(b"of the first start")
    again = run(file, tmp_path / "home", "ask")
    assert (again.returncode, again.stderr) == (0, "")
    assert (program / "large").read_bytes() == b"of the first start"


@pytest.mark.parametrize("arguments", [(), ("--hidden",), ("/a/model.gguf",), ("llmdesk://ask?text=a",)])
def test_what_a_desktop_starts_is_the_window(arguments: tuple[str, ...], file: Path, tmp_path: Path) -> None:
    done = run(file, tmp_path / "home", *arguments)
    assert done.stdout == "|".join(("llmdesk-gui", *arguments, str(file)))


@pytest.mark.parametrize(
    ("variables", "place"),
    [
        ({"XDG_CACHE_HOME": "{}/c"}, "c/llmdesk/program"),
        ({"LLMDESK_HOME": "{}/own", "XDG_CACHE_HOME": "{}/c"}, "own/cache/program"),
        ({"XDG_CACHE_HOME": "relative"}, "home/.cache/llmdesk/program"),
    ],
)
def test_it_goes_where_llmdesk_keeps_what_can_be_made_again(
    variables: dict[str, str], place: str, file: Path, tmp_path: Path
) -> None:
    done = run(
        file, tmp_path / "home", begin=None, **{name: value.format(tmp_path) for name, value in variables.items()}
    )
    assert done.returncode == 0, done.stderr
    assert [path.name[:5] for path in (tmp_path / place).iterdir()] == ["0.1.0"]


def test_a_newer_one_takes_the_older_ones_place_unless_that_is_in_use(
    file: Path, start: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    sleeper = made(start, tmp_path, monkeypatch, "sleeper.run", then="sleep 60")
    with subprocess.Popen([sleeper], env={"HOME": str(home), "PATH": "/usr/bin:/bin"}, stdout=-1) as process:
        assert process.stdout is not None
        assert process.stdout.read(11) == b"llmdesk-gui"
        (used,) = programs(home).iterdir()
        (programs(home) / ".partial-1").mkdir()  # of an unpacking that was killed
        assert run(file, home).returncode == 0
        (own,) = set(programs(home).iterdir()) - {used}
        assert own.name.startswith("0.1.0-")
        assert (used / "large").exists()
        process.kill()
    another = made(start, tmp_path, monkeypatch, "another.run")
    assert run(another, home).returncode == 0
    assert len(list(programs(home).iterdir())) == 1
    assert not used.exists()
    assert not own.exists()


def test_two_at_once_unpack_it_once(file: Path, tmp_path: Path) -> None:
    environment = {"HOME": str(tmp_path / "home"), "PATH": "/usr/bin:/bin"}
    both = [subprocess.Popen([file, "ask"], env=environment, stdout=-1, stderr=-1, text=True) for _ in range(4)]
    told = [process.communicate(timeout=60) for process in both]
    assert [out for out, _ in told] == [f"llmdesk|ask|{file}"] * 4, told
    assert len(list(programs(tmp_path / "home").iterdir())) == 1


@pytest.mark.parametrize("harm", ["cut", "flipped", "foot"])
def test_a_damaged_file_says_so_and_leaves_nothing(harm: str, file: Path, tmp_path: Path) -> None:
    contents = bytearray(file.read_bytes())
    if harm == "cut":
        del contents[-1_000_000 : -start_command.FOOT.size]
    elif harm == "flipped":
        contents[-1_500_000] ^= 1
    else:
        del contents[-20:]
    file.write_bytes(contents)
    done = run(file, tmp_path / "home", LANG="de_DE.UTF-8")
    assert done.returncode == 1
    assert done.stderr.endswith(
        f"{file} ist beschädigt (vielleicht nicht ganz heruntergeladen). Noch einmal herunterladen.\n"
    )
    assert not programs(tmp_path / "home").exists() or not list(programs(tmp_path / "home").iterdir())


def test_an_unpacking_that_was_killed_hinders_no_process_of_its_number(file: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"

    def leave_some() -> None:
        partial = programs(home) / f".partial-{os.getpid()}"
        partial.mkdir(parents=True)
        (partial / "bin").mkdir()

    done = run(file, home, begin=leave_some)
    assert done.returncode == 0, done.stderr
    assert len(list(programs(home).iterdir())) == 1


@pytest.mark.parametrize("left", ["large", ""])
def test_what_a_cleaner_has_deleted_is_unpacked_again(left: str, file: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert run(file, home).returncode == 0
    (program,) = programs(home).iterdir()
    for path in program.rglob("*"):
        if not path.is_dir() and path.name != left:
            path.unlink()
    done = run(file, home)
    assert (done.returncode, done.stdout) == (0, f"llmdesk-gui|{file}"), done.stderr
    assert list(programs(home).iterdir()) == [program]
    assert (program / LONG).exists()
    assert run(file, home).stderr == ""


def say_unpacked(file: Path, unpacked_bytes: int) -> None:
    """In the file's foot."""
    contents, foot = file.read_bytes(), start_command.FOOT
    magic, offset, _, name = foot.unpack(contents[-foot.size :])
    file.write_bytes(contents[: -foot.size] + foot.pack(magic, offset, unpacked_bytes, name))


@pytest.mark.parametrize("new", ["too large", "damaged"])
def test_the_older_one_stays_if_the_new_one_does_not_come(
    new: str, file: Path, start: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    assert run(file, home).returncode == 0
    another = made(start, tmp_path, monkeypatch, "another.run")
    if new == "too large":
        say_unpacked(another, 10**15)
    else:
        contents = bytearray(another.read_bytes())
        contents[-1_500_000] ^= 1
        another.write_bytes(contents)
    (program,) = programs(home).iterdir()
    assert run(another, home).returncode == 1
    assert list(programs(home).iterdir()) == [program]
    assert run(file, home).stderr == ""


@AS_ROOT
@pytest.mark.parametrize(("older_mb", "is_enough"), [(40, True), (5, False)])
def test_what_an_older_one_takes_counts_as_room(older_mb: int, is_enough: bool, file: Path, tmp_path: Path) -> None:
    home, mb = tmp_path / "home", 1 << 20
    home.mkdir()
    mounted = ["mount", "-t", "tmpfs", "-o", "size=110m", "none", str(home)]
    if subprocess.run(mounted, capture_output=True, check=False).returncode != 0:
        pytest.skip("nothing can be mounted here")
    try:
        older = programs(home) / "0.0.9-0123456789abcdef"
        older.mkdir(parents=True)
        (older / "large").write_bytes(bytes(older_mb * mb))
        (home / "of the user").write_bytes(bytes((2 if is_enough else 30) * mb))
        done = run(file, home)
        assert done.returncode == (0 if is_enough else 1), done.stderr
        assert older.exists() == (not is_enough)
    finally:
        subprocess.run(["umount", "--lazy", str(home)], check=True)


def test_without_room_nothing_is_unpacked(file: Path, tmp_path: Path) -> None:
    say_unpacked(file, 10**15)
    done = run(file, tmp_path / "home")
    assert done.returncode == 1
    assert done.stderr.startswith("llmdesk needs 1000000104 MB of disk for its files in "), done.stderr
    assert list(programs(tmp_path / "home").iterdir()) == []


@pytest.mark.skipif(platform.machine() != "x86_64", reason="numbers of system calls")
@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (3, errno.ENOSPC, "llmdesk needs 107 MB of disk for its files in "),  # close(2)
        (306, errno.EIO, "llmdesk cannot write its files into "),  # syncfs(2)
    ],
)
def test_what_does_not_reach_the_disk_is_not_started(
    call: int, error: int, said: str, file: Path, tmp_path: Path
) -> None:
    done = run(file, tmp_path / "home", begin=lambda: refuse(call, error))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1].startswith(said), done.stderr
    assert list(programs(tmp_path / "home").iterdir()) == []
    assert run(file, tmp_path / "home").returncode == 0


def test_a_place_that_cannot_be_written_is_named(file: Path, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    done = run(file, tmp_path / "home", LC_ALL="zh_CN.UTF-8")
    assert done.returncode == 1
    assert f"无法将文件写入 {programs(tmp_path / 'home')}：Not a directory。" in done.stderr


@AS_ROOT
def test_without_a_home_nothing_is_started_from_where_all_may_write(file: Path) -> None:
    open_to_all(file.parent)
    environment = {"PATH": "/usr/bin:/bin"}
    done = subprocess.run([file], env=environment, user=54321, capture_output=True, text=True, timeout=60)
    assert done.stderr == ("llmdesk finds no home folder of this user. XDG_CACHE_HOME names a folder for its files.\n")
    assert (done.returncode, done.stdout) == (1, "")


@AS_ROOT
@pytest.mark.parametrize("whose", ["the folder of programs", "the program"])
def test_nothing_is_started_that_another_user_made(whose: str, file: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert run(file, home).returncode == 0
    (program,) = programs(home).iterdir()
    others = program if whose == "the program" else programs(home)
    os.chown(others, 54321, -1)
    if whose != "the program":
        program.rename(tmp_path / "elsewhere")
    done = run(file, home)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"{others} belongs to another user, so nothing is started from there.")
    assert others.exists()


def test_what_went_wrong_is_shown_where_there_is_no_terminal(file: Path, tmp_path: Path) -> None:
    shown = tmp_path / "shown"
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "zenity"
    program.write_text(f'#!/bin/sh\nprintf "%s %s" "$#" "$5" > "{shown}.new"; mv "{shown}.new" "{shown}"\n')
    program.chmod(0o755)
    (tmp_path / "home").write_text("a file")
    done = run(file, tmp_path / "home", PATH=f"{program.parent}:/usr/bin:/bin", DISPLAY=":0")
    deadline_s = time.monotonic() + 20
    while not shown.exists():
        assert time.monotonic() < deadline_s
        time.sleep(0.05)
    assert done.stderr == f"{shown.read_text().removeprefix('5 ')}\n"


def test_launchers_and_updates_know_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLMDESK_ONE_FILE", "/media/a stick/llmdesk.run")
    assert start_command.one_file() is None  # an llmdesk of another kind that such a one has started
    program = tmp_path / start_command.UNPACKED / "0.1.0-0123456789abcdef"
    monkeypatch.setattr(sys, "executable", str(program / "bin" / "python3.11"))
    assert start_command.start_command() == start_command.start_command("llmdesk") == ["/media/a stick/llmdesk.run"]
    assert version_file.own_kind() == "one-file"


def use(file: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the program that was unpacked out of this file."""
    monkeypatch.setenv("LLMDESK_ONE_FILE", str(file))
    program = folder / start_command.UNPACKED / "0.1.0-0123456789abcdef"
    monkeypatch.setattr(sys, "executable", str(program / "bin" / "python3.11"))


@pytest.fixture
def launchers_of_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Menu entry, launcher, start at login and service start this file; nothing lies there."""
    home, another = tmp_path / "a home", tmp_path / 'a "$100%" folder' / "another.run"
    home.mkdir()
    another.parent.mkdir()
    monkeypatch.setenv("HOME", str(home))
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CURRENT_DESKTOP"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(systemd_unit, "_RUNNING", tmp_path)
    monkeypatch.setattr(systemd_unit, "_systemctl", lambda *_: None)  # the machine's own
    monkeypatch.setattr(systemd_unit, "_require_systemd", lambda: None)
    use(another, tmp_path, monkeypatch)
    desktop_entry.install()
    autostart.turn(True)
    systemd_unit.install(["--port", "9000"], {"A": "b c"})
    assert started() == [another] * 3
    return another


def started() -> list[Path | None]:
    """By the menu, at login, by the service."""
    menu = desktop_entry.started_program(desktop_entry.entry_file())
    return [menu, autostart.started_program(), systemd_unit.started_program()]


@pytest.mark.parametrize(
    ("other", "is_taken"), [("0.0.9", True), ("gone", True), ("0.1.0", False), ("9.0.0", False), ("a script", False)]
)
def test_a_newer_one_takes_the_launchers_over(
    other: str, is_taken: bool, launchers_of_another: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if other == "a script":
        launchers_of_another.write_text("#!/bin/sh\n" + "# of the user\n" * 10)
    elif other != "gone":
        foot = start_command.FOOT.pack(start_command.MAGIC, 1, 1, f"{other}-0123456789abcdef".encode())
        launchers_of_another.write_bytes(bytes(1000) + foot)
    new = tmp_path / 'the "new" one' / "llmdesk.run"
    use(new, tmp_path, monkeypatch)
    files = [Path(path) for path in desktop_entry.recorded(desktop_entry.entry_file()) if path.suffix == ".desktop"]
    unit = systemd_unit.unit_file().read_text()
    launchers.take_over()
    assert started() == [new if is_taken else launchers_of_another] * 3
    if is_taken:
        before = [file.read_text() for file in files]
        assert len(before) == 2
        desktop_entry.install()
        assert [file.read_text() for file in files] == before
        assert "A=b c" in systemd_unit.unit_file().read_text()
        unit = systemd_unit.unit_file().read_text()
        systemd_unit.install(["--port", "9000"], {"A": "b c"})
    assert systemd_unit.unit_file().read_text() == unit


def test_a_launcher_that_its_user_deleted_stays_away(
    launchers_of_another: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    autostart.turn(False)
    systemd_unit.uninstall()
    on_desktop = tmp_path / "a home" / "Desktop" / desktop_entry.entry_file().name
    on_desktop.unlink()
    new = tmp_path / "new.run"
    use(new, tmp_path, monkeypatch)
    launchers.take_over()
    assert started() == [new, None, None]
    assert not on_desktop.exists()
