"""Unpacks the folder of `make folder` in a fresh root, below a path with blanks, starts it by a double click, and asks.

    python scripts/folder_test.py [--pictures FOLDER]

Needs what deb_test.py needs. In the root only Qt's system libraries and the file manager are installed.
"""

from __future__ import annotations

import sys
from pathlib import Path

import double_click
import package
import package_deb
import trial
from double_click import DoubleClick
from environment import SetupFailed
from fresh_root import HOME, USER, FreshRoot

FOLDER = f"{HOME}/my programs/llmdesk"
TRIAL = trial.Trial("folder-test")


def main() -> int:
    """Everything in turn; returns the exit code."""
    return TRIAL.run_in_fresh_root(package.folder_file(), _try)


def _try(root: FreshRoot, pictures: Path) -> None:
    needed = " ".join(name for name in package_deb.depends() if "(" not in name)
    root.install(f"{needed} {double_click.TOOLS}")
    inside = trial.put_in(root, package.folder_file())
    root.run(f"mkdir -p '{FOLDER}/..' && cd '{FOLDER}/..' && tar xzf {inside}", USER)
    root.run(f"rm {inside}")
    before = _files(root)
    TRIAL.say(f"in {FOLDER!r}, without network: {trial.first_answer(root, f'{FOLDER}/bin/llmdesk')}")
    TRIAL.say(f"kernels: {trial.kernels_in_use(root, f'{FOLDER}/bin')}")
    root.run(f"rm -rf {HOME}/.cache/llmdesk {HOME}/.local/share/llmdesk {HOME}/.config/llmdesk", USER)
    # Folders stand before files: bin, lib, then the program.
    DoubleClick(root, pictures, TRIAL.say, desktop=FOLDER).start(icon_number=2, is_asked=True)
    if written := _files(root) - before:
        raise SetupFailed(f"written into the folder: {sorted(written)[:5]}")
    TRIAL.say("the answer came; nothing was written into the folder")


def _files(root: FreshRoot) -> set[str]:
    return {str(path) for path in (root.folder / FOLDER.lstrip("/")).rglob("*")}


if __name__ == "__main__":
    sys.exit(main())
