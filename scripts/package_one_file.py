"""The folder of package_tree.py as a single file that is started as it is (Linux x86-64; standard library only).

Its beginning is a program (packaging/one_file.c) that unpacks the rest once and starts it; the rest is a tar packed by
zstd, and a foot that says where it begins.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import package_tree
from environment import ROOT, SetupFailed
from package_tree import PACKAGING

sys.path.insert(0, str(ROOT))

from llmdesk import __version__
from llmdesk.services.start_command import FOOT, MAGIC

SOURCES = ("one_file.c", "one_file_unpack.c")
# On two cores: 59 s for 299 MB; 6 takes 20 s for 307, 12 82 s for 296, 15 230 s for 295.
LEVEL = 9


def make(tree: Path, work: Path, target: Path) -> None:
    """Write the file.

    Args:
        tree: of package_tree.build, with its start; it stays.
        work: for what is in between.
        target: the file.

    Raises:
        SetupFailed: there is no zstd, apt has no library of it, or there is no compiler.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=work) as folder:
        start, packed = Path(folder) / "start", Path(folder) / "packed"
        compile_start(start, Path(folder))
        unpacked_bytes = _pack(tree, packed)
        with packed.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        name = f"{__version__}-{digest[:16]}".encode("ascii")
        assert len(name) < 40, name
        with target.open("wb") as out:
            for part in (start, packed):
                with part.open("rb") as file:
                    shutil.copyfileobj(file, out, 1 << 20)
            out.write(FOOT.pack(MAGIC, start.stat().st_size, unpacked_bytes, name))
    target.chmod(0o755)


def file_name() -> str:
    """Of what is made."""
    return f"llmdesk-{__version__}-linux-x86_64.run"


def compile_start(target: Path, work: Path) -> None:
    """The program at the file's beginning, with Debian's own library of zstd inside."""
    work.chmod(0o755)  # apt fetches as a user of its own
    fetched = work / "zstd"
    fetched.mkdir()
    fetched.chmod(0o777)
    package_tree.run("apt-get", "-qq", "download", "libzstd-dev", cwd=fetched)
    (package,) = fetched.glob("*.deb")
    package_tree.run("dpkg-deb", "--extract", str(package), str(fetched))
    (library,) = fetched.rglob("libzstd.a")
    include = f"-I{fetched / 'usr' / 'include'}"
    sources = [str(PACKAGING / name) for name in SOURCES]
    package_tree.compile_start([*sources, include, str(library), "-Wall", "-Wextra", "-Werror"], target)


def _pack(tree: Path, target: Path) -> int:
    """The tar, packed; how many bytes it has inside."""
    if shutil.which("zstd") is None:
        raise SetupFailed("zstd is needed (Debian's package zstd).")
    command = ["zstd", f"-{LEVEL}", "-T0", "--check", "--quiet", "-o", str(target)]
    unpacked_bytes = 0
    with subprocess.Popen(command, stdin=subprocess.PIPE) as packer:
        assert packer.stdin is not None
        with tarfile.open(fileobj=packer.stdin, mode="w|", format=tarfile.USTAR_FORMAT) as archive:
            for path in sorted(tree.rglob("*")):
                archive.add(path, str(path.relative_to(tree)), recursive=False, filter=package_tree.owned_by_root)
                unpacked_bytes += 0 if path.is_symlink() or path.is_dir() else path.stat().st_size
        packer.stdin.close()
    if packer.returncode != 0:
        raise SetupFailed(f"zstd ended with {packer.returncode}; is the disk full?")
    return unpacked_bytes
