"""Starts the single file of `make one-file` in a fresh root, out of a folder that its user cannot write to.

    python scripts/one_file_test.py [--pictures FOLDER]

Needs what deb_test.py needs. In the root only Qt's system libraries and the file manager are installed.
"""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path

import double_click
import package
import package_deb
import package_one_file
import trial
from double_click import DoubleClick
from environment import SetupFailed
from fresh_root import HOME, USER, FreshRoot

MEDIUM = "/media/a stick"
CACHE = f"{HOME}/.cache/llmdesk"
TRIAL = trial.Trial("one-file-test")


def main() -> int:
    """Everything in turn; returns the exit code."""
    return TRIAL.run_in_fresh_root(package.DIST / package_one_file.file_name(), _try)


def _try(root: FreshRoot, pictures: Path) -> None:
    needed = " ".join(name for name in package_deb.depends() if "(" not in name)
    root.install(f"{needed} {double_click.TOOLS}")
    file = trial.put_in(root, package.DIST / package_one_file.file_name(), MEDIUM)
    root.run(f"chmod 555 '{MEDIUM}'")
    _answers(root, file)
    _is_removed(root, file)
    DoubleClick(root, pictures, TRIAL.say, desktop=MEDIUM).start(is_asked=True)
    TRIAL.say("the answer came")
    _launcher_names_the_file(root, file)
    if (beside := sorted(path.name for path in Path(root.folder, MEDIUM.lstrip("/")).iterdir())) != [Path(file).name]:
        raise SetupFailed(f"written beside the file: {beside}")


def _answers(root: FreshRoot, file: str) -> None:
    for start in ("first", "second"):
        started_s = time.monotonic()
        script = f"cd /; '{file}' ask --max-tokens 16 '{double_click.QUESTION}' 2> {HOME}/said"
        answer = root.run(script, USER, network=False).strip()
        said = root.run(f"cat {HOME}/said; rm {HOME}/said", USER)
        if not answer or ("being unpacked" in said) != (start == "first"):
            raise SetupFailed(f"at the {start} start `ask` said {answer!r} and {said!r}")
        TRIAL.say(f"{start} start, without network: an answer after {time.monotonic() - started_s:.1f} s: {answer!r}")
    programs = root.run(f"ls -A {CACHE}/program", USER).split()
    if len(programs) != 1:
        raise SetupFailed(f"unpacked: {programs}")
    TRIAL.say(f"kernels: {trial.kernels_in_use(root, f'{CACHE}/program/{programs[0]}/bin')}")


def _is_removed(root: FreshRoot, file: str) -> None:
    said = root.run(f"'{file}' uninstall --yes", USER)
    if f"delete the file {file}" not in said:
        raise SetupFailed(f"uninstall said {said}")
    left = root.run(f"find {HOME} -newer /etc/passwd -ipath '*llmdesk*'", USER)
    if left.strip():
        raise SetupFailed(f"uninstall left {left}")
    TRIAL.say(f"`uninstall` leaves nothing but the file: {said.strip().splitlines()[-1]!r}")


def _launcher_names_the_file(root: FreshRoot, file: str) -> None:
    root.run(f"rm {HOME}/.config/user-dirs.dirs; '{file}' desktop install", USER)
    entry = root.run(f"cat {HOME}/.local/share/applications/io.github.llmdesk.llmdesk.desktop", USER)
    command = re.search(r"^Exec=(.*)$", entry, re.MULTILINE)
    if command is None or command[1] != f'"{file}" %u':
        raise SetupFailed(f"the launcher starts {command and command[1]}")
    doctor = json.loads(root.run(f"'{file}' doctor --json 2>/dev/null || true", USER, network=False))
    TRIAL.say(
        f"the launcher in the menu starts {command[1]}; doctor: " + "{name}: {reason}".format(**doctor["backend"])
    )


if __name__ == "__main__":
    sys.exit(main())
