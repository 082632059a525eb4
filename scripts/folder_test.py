"""Unpacks the folder of `make folder` in a fresh root, below a path with blanks, starts it by a double click, and asks.

    python scripts/folder_test.py [--pictures FOLDER]

Needs what deb_test.py needs. In the root only Qt's system libraries and the file manager are installed.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

import double_click
import package
import package_deb
from double_click import DoubleClick
from environment import ROOT, SetupFailed
from fresh_root import HOME, USER, FreshRoot

PLACE = ROOT / "build" / "folder-test"
FOLDER = f"{HOME}/my programs/llmdesk"


def main() -> int:
    """Everything in turn; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pictures", type=Path, default=PLACE)
    pictures = parser.parse_args().pictures
    started_s = time.monotonic()
    try:
        if os.geteuid() != 0:
            raise SetupFailed("a fresh root needs root's rights.")
        if not package.folder_file().exists():
            raise SetupFailed(f"there is no {package.folder_file().relative_to(ROOT)}: run `make folder` first.")
        for folder in (PLACE, pictures):
            folder.mkdir(parents=True, exist_ok=True)
        root = FreshRoot(PLACE / "root")
        _try(root, pictures)
        root.remove()
    except SetupFailed as failure:
        print(f"folder-test: FAILED: {failure}", file=sys.stderr)
        return 1
    print(f"folder-test: passed in {time.monotonic() - started_s:.0f} s; pictures in {pictures}")
    return 0


def _try(root: FreshRoot, pictures: Path) -> None:
    needed = " ".join(name for name in package_deb.depends() if "(" not in name)
    root.run(f"apt-get -qq update && apt-get -qq install --no-install-recommends -y {needed} {double_click.TOOLS}")
    inside = root.folder / "tmp" / package.folder_file().name
    os.link(package.folder_file(), inside)
    root.run(f"mkdir -p '{FOLDER}/..' && cd '{FOLDER}/..' && tar xzf /tmp/{inside.name}", USER)
    inside.unlink()
    before = _files(root)
    started_s = time.monotonic()
    text = root.run(f"cd /; '{FOLDER}/bin/llmdesk' ask --max-tokens 16 '{double_click.QUESTION}'", USER, network=False)
    if not text.strip():
        raise SetupFailed("llmdesk ask said nothing.")
    _say(f"in {FOLDER!r}, without network: an answer after {time.monotonic() - started_s:.1f} s: {text.strip()!r}")
    root.run(f"rm -rf {HOME}/.cache/llmdesk {HOME}/.local/share/llmdesk {HOME}/.config/llmdesk", USER)
    # Folders stand before files: bin, lib, then the program.
    DoubleClick(root, pictures, _say, desktop=FOLDER).start(icon_number=2, is_asked=True)
    if written := _files(root) - before:
        raise SetupFailed(f"written into the folder: {sorted(written)[:5]}")
    _say("the answer came; nothing was written into the folder")


def _files(root: FreshRoot) -> set[str]:
    return {str(path) for path in (root.folder / FOLDER.lstrip("/")).rglob("*")}


def _say(text: str) -> None:
    print(f"folder-test: {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
