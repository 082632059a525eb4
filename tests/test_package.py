"""The Debian package out of a small folder, as dpkg reads it; what a wheel gets with ready-made kernels."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import package
import package_deb
import package_kernels
import package_tree
import pytest
from environment import SetupFailed

from llmdesk import __version__
from llmdesk.engine.networks.fused import library, ready_made, systems
from llmdesk.services import system_check
from tests.desktop.test_launcher import entry_keys

ROOT = Path(__file__).resolve().parent.parent
needs_dpkg = pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="not installed: dpkg-deb (package dpkg)")
ENTRY = "usr/share/applications/io.github.llmdesk.llmdesk.desktop"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """As package_tree makes it, without its contents."""
    tree = tmp_path / "tree"
    notice = tree / "lib" / "python3" / "dist-packages" / "a_package-1.dist-info" / "licenses" / "LICENSE"
    notice.parent.mkdir(parents=True)
    notice.write_text("free\n")
    (tree / package_tree.PYTHON_NOTICE).write_text("of Python\n")
    (tree / "bin").mkdir()
    package_tree._put_launchers(tree, "python3.11")
    return tree


@needs_dpkg
def test_the_package_has_what_desktops_and_dpkg_want(tree: Path, tmp_path: Path) -> None:
    target, unpacked = tmp_path / "dist" / package_deb.file_name(), tmp_path / "unpacked"
    package_deb.build(tmp_path / "root", tree, target)
    subprocess.run(["dpkg-deb", "--raw-extract", str(target), str(unpacked)], check=True)
    assert os.readlink(unpacked / "usr/bin/llmdesk") == "../lib/llmdesk/bin/llmdesk"
    assert (unpacked / "usr/bin/llmdesk-gui").resolve().is_file()
    keys = entry_keys(unpacked / ENTRY)
    assert (keys["Exec"], keys["TryExec"], keys["Icon"]) == (
        "llmdesk-gui %u",
        "llmdesk-gui",
        "io.github.llmdesk.llmdesk",
    )
    assert "X-Llmdesk-Created" not in keys  # dpkg knows what is to be removed
    icons = unpacked / "usr/share/icons/hicolor"
    assert (icons / "256x256/apps/io.github.llmdesk.llmdesk.png").stat().st_size > 1000
    assert (icons / "scalable/apps/io.github.llmdesk.llmdesk.svg").exists()
    notices = (unpacked / "usr/share/doc/llmdesk/copyright").read_text()
    assert "a_package-1.dist-info/licenses/LICENSE" in notices
    assert "of Python" in notices
    control = (unpacked / "DEBIAN/control").read_text()
    assert f"\nVersion: {__version__}\n" in control
    subprocess.run(["md5sum", "--check", "--quiet", "DEBIAN/md5sums"], cwd=unpacked, check=True)
    modes = {path: path.stat().st_mode & 0o777 for path in (unpacked / "usr").rglob("*") if not path.is_symlink()}
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o755}
    assert {path.name for path, mode in modes.items() if path.is_file() and mode != 0o644} == {"llmdesk", "llmdesk-gui"}


def test_the_same_folder_makes_the_same_archive(tree: Path, tmp_path: Path) -> None:
    made = []
    for number in range(2):
        (tree / "bin" / "later").write_text("compiled")
        package.pack(tree, target := tmp_path / "llmdesk.tar.gz")
        made.append(target.read_bytes())
        time.sleep(1.1 * (1 - number))
    assert made[0] == made[1]


def test_what_a_list_names_is_left_out_and_what_fits_nothing_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "left-out-of-this.txt").write_text("# why\n**/*.h\ninclude\nnowhere/*.py\n")
    monkeypatch.setattr(package_tree, "PACKAGING", tmp_path)
    folder = tmp_path / "folder"
    for name in ("include/a.h", "include/b/c.h", "kept/d.py", "kept/e.h", "llmdesk/kernels/own.h"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("")
    assert package_tree.leave_out(folder, "this") == ["nowhere/*.py"]
    assert sorted(path.name for path in folder.rglob("*") if path.is_file()) == ["d.py", "own.h"]


def test_kernels_of_other_sources_than_those_beside_them_are_found(tmp_path: Path) -> None:
    """Nothing would use them: packages without the headers ran without any kernels of ours."""
    fused = tmp_path / "llmdesk" / "engine" / "networks" / "fused"
    shutil.copytree(systems.SOURCES, fused / "c")
    (fused / "ready").mkdir()
    for isa in systems.SYSTEMS["linux"].isas:
        name = ready_made.file_name(isa, library.sources_version(), systems.SYSTEMS["linux"])
        (fused / "ready" / name).touch()
    package_kernels.check(tmp_path, "linux")
    with pytest.raises(SetupFailed, match=r"fused-avx2-.*\.dll"):
        package_kernels.check(tmp_path, "win32")
    (fused / "c" / "step.h").unlink()
    library._sources_digest.cache_clear()
    with pytest.raises(SetupFailed, match="are not those that they were compiled of"):
        package_kernels.check(tmp_path, "linux")


def test_it_depends_on_every_library_that_the_window_checks() -> None:
    depends = package_deb.depends()
    assert {library.debian for library in system_check.needed("xcb")} <= set(depends)
    assert "libwayland-client0" in depends
    assert len(depends) == len(set(depends))


@pytest.mark.skipif(shutil.which("appstreamcli") is None, reason="not installed: appstreamcli (package appstream)")
def test_software_centres_accept_its_description() -> None:
    file = package_tree.PACKAGING / "io.github.llmdesk.llmdesk.metainfo.xml"
    done = subprocess.run(["appstreamcli", "validate", "--no-net", str(file)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="a shell of POSIX")
def test_the_launcher_lets_nothing_of_the_users_python_in(tree: Path, tmp_path: Path) -> None:
    python = tree / "bin" / "python3.11"
    python.write_text('#!/bin/sh\nenv; printf "%s\\n" "$@"\n')
    python.chmod(0o755)
    link = tmp_path / "llmdesk"
    link.symlink_to(tree / "bin" / "llmdesk")
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": "/somewhere", "PYTHONHOME": "/elsewhere"}
    done = subprocess.run([link, "ask", "a b"], env=environment, capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    assert lines[-2:] == ["ask", "a b"]
    assert {"PYTHONNOUSERSITE=1", "PYTHONSAFEPATH=1"} <= set(lines)
    assert not [line for line in lines if line.startswith(("PYTHONPATH", "PYTHONHOME"))]


@pytest.mark.parametrize(
    ("system_name", "tag"),
    [("", "py3-none-any"), ("linux", "py3-none-manylinux_2_28_x86_64"), ("win32", "py3-none-win_amd64")],
)
def test_a_wheel_with_kernels_is_for_their_system_and_one_without_for_all(
    system_name: str, tag: str, tmp_path: Path
) -> None:
    variables, expected = {}, []
    if system_name:
        name = ready_made.file_name("avx2", library.sources_version(), systems.SYSTEMS[system_name])
        kernels = tmp_path / "kernels"
        kernels.mkdir()
        (kernels / name).write_bytes(b"compiled")
        variables, expected = {"LLMDESK_READY_KERNELS": str(kernels)}, [f"llmdesk/engine/networks/fused/ready/{name}"]
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, env={**os.environ, **variables}, capture_output=True, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    assert wheel.name == f"llmdesk-{__version__}-{tag}.whl"
    assert [each for each in zipfile.ZipFile(wheel).namelist() if "/fused/ready/" in each] == expected
