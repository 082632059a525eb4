"""The Debian package: the folder of package_tree.py with what a desktop wants to know of it (standard library only)."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sys
from pathlib import Path

import package_tree
from environment import ROOT, SetupFailed
from package_tree import PACKAGING

sys.path.insert(0, str(ROOT))

from llmdesk import __version__, paths
from llmdesk.services import desktop_entry, system_check

HOME = Path(package_tree.HOME.lstrip("/"))
COMMANDS = ("llmdesk", "llmdesk-gui")
MAINTAINER = "llmdesk <llmdesk@localhost>"
# What Python's modules link with, of which Debian's own packages of it depend on more than is kept here.
PYTHON_NEEDS = (
    "libssl3",
    "libexpat1",
    "zlib1g",
    "libbz2-1.0",
    "libcrypt1",
    "libffi8",
    "liblzma5",
    "libsqlite3-0",
    "libuuid1",
)
OTHER_NEEDS = ("libstdc++6", "libgcc-s1", "libwayland-egl1", "ca-certificates", "hicolor-icon-theme")
DESCRIPTION = """\
Description: chat window for language models on this machine
 The model runs in the same process on the processor's own instructions; graphs
 beside the chat are live. A small model (SmolLM2 135M) is inside, so that the
 first start needs no network. Opens GGUF files and models of the Hugging Face
 hub, and serves them to other programs over OpenAI's interface.
"""
SAID_AT_THE_END = """\
#!/bin/sh
set -e
# What Python may have left beside its modules, if somebody ran it by hand as root.
if [ "$1" = remove ] || [ "$1" = purge ]; then
    rm -rf /usr/lib/llmdesk
fi
if [ "$1" = remove ]; then
    echo "llmdesk: what users made stays in their ~/.local/share/llmdesk, ~/.config/llmdesk and ~/.cache/llmdesk."
fi
"""


def build(root: Path, tree: Path, target: Path) -> None:
    """Write the package.

    Args:
        root: the package's files are put together here; what is there is deleted.
        tree: of package_tree.build; it stays, ``root`` gets links to its files.
        target: the .deb.

    Raises:
        SetupFailed: Debian's tools fail.
    """
    shutil.rmtree(root, ignore_errors=True)
    home = root / HOME
    home.parent.mkdir(parents=True)
    shutil.copytree(tree, home, symlinks=True, copy_function=os.link)
    (home / package_tree.START).unlink(missing_ok=True)  # dpkg puts llmdesk into the menu
    _put_desktop_files(root)
    _put_documents(root, home)
    _put_control(root)
    for path in root.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    target.parent.mkdir(parents=True, exist_ok=True)
    options = ["--root-owner-group", "-Zzstd", "-z9"]  # xz takes five times as long
    dated = {**os.environ, "SOURCE_DATE_EPOCH": str(package_tree.date_s())}
    package_tree.run("dpkg-deb", *options, "--build", str(root), str(target), env=dated)


def file_name() -> str:
    """As Debian names packages."""
    return f"llmdesk_{__version__}_amd64.deb"


def _put_desktop_files(root: Path) -> None:
    programs = root / "usr" / "bin"
    programs.mkdir()
    for command in COMMANDS:
        (programs / command).symlink_to(f"../lib/llmdesk/bin/{command}")
    entry = root / "usr" / "share" / "applications" / f"{paths.APP_ID}.desktop"
    _write(entry, desktop_entry.entry_text(["llmdesk-gui"]))
    for icon, place in desktop_entry.icons():
        target = root / "usr" / "share" / "icons" / "hicolor" / place
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(icon, target)
    share = root / "usr" / "share"
    metainfo = PACKAGING / f"{paths.APP_ID}.metainfo.xml"
    _write(share / "metainfo" / metainfo.name, metainfo.read_text(encoding="utf-8"))
    _write(share / "mime" / "packages" / f"{paths.APP_ID}.xml", desktop_entry.TYPES.read_text(encoding="utf-8"))


def _put_documents(root: Path, home: Path) -> None:
    documents = root / "usr" / "share" / "doc" / "llmdesk"
    python = (home / package_tree.PYTHON_NOTICE).read_text(encoding="utf-8")
    packages = "\n".join(f"  /{path.relative_to(root)}" for path in sorted(_licences(home)))
    text = (
        "llmdesk: Apache License 2.0, /usr/share/common-licenses/Apache-2.0\n\n"
        f"The packages that it runs on have their licences beside them:\n{packages}\n\n"
        f"Python ({HOME}/bin, {HOME}/lib):\n\n{python}"
    )
    _write(documents / "copyright", text)
    (home / package_tree.PYTHON_NOTICE).unlink()


def _licences(home: Path) -> set[Path]:
    found = package_tree.packages_in(home).glob("*.dist-info/**/*")
    return {path for path in found if path.is_file() and path.name.lower().startswith(("licen", "copying", "notice"))}


def _put_control(root: Path) -> None:
    files = sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    sums = "".join(f"{hashlib.md5(path.read_bytes()).hexdigest()}  {path.relative_to(root)}\n" for path in files)
    size_kib = sum(-(-path.stat().st_size // 1024) for path in files)
    fields = {
        "Package": "llmdesk",
        "Version": __version__,
        "Architecture": "amd64",
        "Maintainer": MAINTAINER,
        "Installed-Size": str(size_kib),
        "Depends": ", ".join(depends()),
        "Suggests": "gcc",
        "Section": "utils",
        "Priority": "optional",
    }
    control = "".join(f"{key}: {value}\n" for key, value in fields.items()) + DESCRIPTION
    _write(root / "DEBIAN" / "control", control)
    _write(root / "DEBIAN" / "md5sums", sums)
    _write(root / "DEBIAN" / "postrm", SAID_AT_THE_END).chmod(0o755)


def libc_version() -> str:
    """The one that this release's Python asks for."""
    package = package_tree.debian_packages(package_tree.python_version())[0]
    shown = package_tree.output("apt-cache", "show", "--no-all-versions", package)
    found = re.search(r"libc6 \(>= ([\d.]+)\)", shown)
    if not found:
        raise SetupFailed(f"apt does not say which libc6 {package} needs; run `apt-get update`.")
    return found[1]


def depends() -> list[str]:
    """Debian packages: of Python, of the wheels, of Qt."""
    libraries = {library.debian for kind in ("xcb", "wayland") for library in system_check.needed(kind)}
    return sorted({*PYTHON_NEEDS, *OTHER_NEEDS, *libraries, f"libc6 (>= {libc_version()})"})


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
