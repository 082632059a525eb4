"""A Debian root that has nothing but its essential packages, and programs in it (as root; standard library only).

Each program runs in mount and process namespaces of its own, so that nothing of it is left when it ends.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from environment import ROOT, SetupFailed

USER, USER_ID = "demo", 1000
HOME = f"/home/{USER}"
_ENTER = """
set -e
mount -t proc proc "$1/proc"
mount --rbind /dev "$1/dev"
mkdir -p "$1/tmp/.X11-unix" "$1/run/user/1000"
mount --rbind /tmp/.X11-unix "$1/tmp/.X11-unix"
mount -t tmpfs -o mode=700,uid=1000 tmpfs "$1/run/user/1000"
chroot --userspec="$2" "$1" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
    DEBIAN_FRONTEND=noninteractive "${@:4}" sh -ec "$3" || exit $?  # no exec: who changes the user outlives unshare
"""


class FreshRoot:
    """The root in a folder, made anew; there is a user in it.

    Raises:
        SetupFailed: it cannot be made here.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        release = _release()
        base = ROOT / "build" / f"{release}.tar"  # the same for all trials
        if not base.exists():
            _make_base(release, base)
        _remove(folder)
        folder.mkdir(parents=True)
        _run("tar", "--extract", f"--file={base}", f"--directory={folder}", "--exclude=./dev/*")
        shutil.copyfile("/etc/resolv.conf", folder / "etc" / "resolv.conf")
        self._fetched = ROOT / "build" / f"{release}-packages"
        self.run(f"useradd --create-home --uid {USER_ID} {USER}")

    def run(self, script: str, user: str = "root", network: bool = True, **variables: str) -> str:
        """What a shell script in the root prints.

        Raises:
            SetupFailed: its exit code is not 0.
        """
        with self.start(script, user, network, **variables) as process:
            output = process.communicate()[0]
        if process.returncode != 0:
            raise SetupFailed(f"in the fresh root: {script.strip()[:80]}: {output.strip()[-1500:]}")
        return output

    def start(self, script: str, user: str = "root", network: bool = True, **variables: str) -> subprocess.Popen[str]:
        """The same without waiting; all that it started ends with it."""
        spaces = ["--mount", "--pid", "--fork", "--kill-child", *([] if network else ["--net"])]
        if user != "root":
            variables = {"HOME": HOME, "USER": user, "XDG_RUNTIME_DIR": "/run/user/1000", **variables}
        ids = "0:0" if user == "root" else f"{USER_ID}:{USER_ID}"
        command = ["unshare", *spaces, "bash", "-c", _ENTER, "enter", str(self.folder), ids, script]
        return subprocess.Popen(
            [*command, *(f"{name}={value}" for name, value in variables.items())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )

    def install(self, packages: str) -> None:
        """Debian packages by their names, or files in the root; what one root has fetched, the next need not.

        Raises:
            SetupFailed: apt fails.
        """
        archives = self.folder / "var" / "cache" / "apt" / "archives"
        link_packages(self._fetched, archives)
        self.run(f"apt-get -qq update && apt-get -qq install --no-install-recommends -y {packages}")
        link_packages(archives, self._fetched)

    def files(self) -> set[str]:
        """Every path beside those that any program may write: what was fetched, logs, temporary files, a home."""
        places = ["bin", "etc", "lib", "lib64", "opt", "sbin", "srv", "usr", "var"]
        found = {str(path.relative_to(self.folder)) for place in places for path in (self.folder / place).rglob("*")}
        return {
            path for path in found if not path.startswith(("var/log/", "var/cache/", "var/lib/", "etc/ld.so.cache"))
        }

    def remove(self) -> None:
        """Delete it."""
        _remove(self.folder)


def link_packages(source: Path, target: Path) -> None:
    """What is whole of ``source``'s Debian packages, for ``target``, too; other roots may be doing the same."""
    target.mkdir(parents=True, exist_ok=True)
    for package in source.glob("*.deb"):
        with suppress(FileExistsError):
            link_or_copy(package, target / package.name)


def link_or_copy(source: Path, target: Path) -> None:
    """A second name for the file; on another file system a copy, whole or not at all. Raises FileExistsError."""
    try:
        os.link(source, target)
    except FileExistsError:
        raise
    except OSError:
        with tempfile.TemporaryDirectory(prefix=".copied-", dir=target.parent) as folder:
            os.link(shutil.copy2(source, folder), target)


def _make_base(release: str, base: Path) -> None:
    """Whole or not at all, whoever else is making one."""
    base.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{base.stem}-", dir=base.parent) as folder:
        made = Path(folder) / base.name
        # Nobody needs these roots after a power cut, so dpkg need not wait for the disk after each file.
        _run("mmdebstrap", "--quiet", "--variant=minbase", "--dpkgopt=force-unsafe-io", release, str(made))
        os.replace(made, base)


def _release() -> str:
    found = re.search(r"^VERSION_CODENAME=(\w+)", Path("/etc/os-release").read_text(encoding="utf-8"), re.MULTILINE)
    if not found or shutil.which("mmdebstrap") is None:
        raise SetupFailed("a fresh root needs Debian and the package mmdebstrap.")
    return found[1]


def _remove(folder: Path) -> None:
    mounts = Path("/proc/self/mounts").read_text(encoding="utf-8")
    if str(folder) in mounts:
        raise SetupFailed(f"something is still mounted below {folder}.")
    shutil.rmtree(folder, ignore_errors=True)


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise SetupFailed(f"{command[0]}: {done.stderr.strip()[-600:]}")
