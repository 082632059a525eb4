"""``llmdesk serve`` as a service of this user, started by systemd (Linux)."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from llmdesk.errors import SetupError
from llmdesk.services.start_command import start_command
from llmdesk.words import say

NAME = "llmdesk"
_RUNNING = Path("/run/systemd/system")
"""There while systemd runs the machine (sd_booted(3))."""
_MARK = "# Written by `llmdesk serve install`."
_TIMEOUT_S = 30
_STARTS = re.compile(r'^ExecStart=(?:/usr/bin/env )?(?P<program>"(?:[^"\\]|\\.)*"|\S+) serve\b', re.MULTILINE)
_PLAIN = re.compile(r"[\w@+=:,./-]+")
# What needs neither namespaces, which user services do not have everywhere, nor hinders what the engine does:
# it compiles kernels, loads them, and torch writes code into memory.
_HARDENING = """\
NoNewPrivileges=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
SystemCallArchitectures=native
UMask=0077
"""


def install(arguments: Sequence[str], variables: Mapping[str, str]) -> Path:
    """Write the unit (again); nothing is started.

    Args:
        arguments: of ``llmdesk serve``.
        variables: of the environment that the service needs.

    Raises:
        SetupError: there is no systemd, or somebody else's unit of this name.
        OSError: the folder cannot be written to.
    """
    _require_systemd()
    file = unit_file()
    if file.exists() and not _is_ours(file):
        raise SetupError(
            say("There is a unit of this name that llmdesk did not write: {file}.", file=file),
            say("Move it away, or start `llmdesk serve` from it."),
        )
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f".{file.name}.partial")
    partial.write_bytes(os.fsencode(unit_text([*start_command("llmdesk"), "serve", *arguments], variables)))
    partial.replace(file)
    _systemctl("daemon-reload")
    return file


def started_program() -> Path | None:
    """What the unit starts; None: there is none of ours. Raises OSError."""
    found = _STARTS.search(_own_text())
    return Path(_bare(found["program"])) if found else None


def renew() -> None:
    """Let the unit start this installation, with its arguments as they are; a running server stays. Raises OSError."""
    file, text = unit_file(), _own_text()
    program = _program(start_command("llmdesk")[0])
    partial = file.with_name(f".{file.name}.partial")
    partial.write_bytes(os.fsencode(_STARTS.sub(lambda _: f"ExecStart={program} serve", text)))
    partial.replace(file)
    _systemctl("daemon-reload")


def uninstall() -> Path | None:
    """Stop the service and delete its unit; returns what is gone, None: there was none.

    Raises:
        SetupError: somebody else wrote it.
        OSError: it cannot be deleted.
    """
    file = unit_file()
    if not file.exists():
        return None
    if not _is_ours(file):
        raise SetupError(say("llmdesk did not write {file}, so it stays.", file=file))
    _systemctl("disable", "--now", file.name)
    file.unlink()
    _systemctl("daemon-reload")
    return file


def unit_file() -> Path:
    """Where this user's systemd looks for it."""
    config = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return config / "systemd" / "user" / f"{NAME}.service"


def unit_text(command: Sequence[str], variables: Mapping[str, str]) -> str:
    """The unit. A server that cannot begin (its port is taken) is tried five times in two minutes."""
    words = (_program(command[0]), *(_quoted(argument).replace("$", "$$") for argument in command[1:]))
    environment = "".join(f"Environment={_quoted(f'{name}={value}')}\n" for name, value in variables.items())
    return (
        f"{_MARK} Your own changes: `systemctl --user edit {NAME}`.\n"
        "[Unit]\n"
        "Description=llmdesk: language models of this machine for other programs\n"
        "StartLimitIntervalSec=120\n"
        "StartLimitBurst=5\n"
        "\n"
        "[Service]\n"
        f"ExecStart={' '.join(words)}\n"
        f"{environment}"
        "Restart=on-failure\n"
        "RestartPreventExitStatus=2\n"
        "RestartSec=5\n"
        "TimeoutStopSec=10\n"
        f"{_HARDENING}"
        "\n"
        "[Install]\n"
        "WantedBy=default.target\n"
    )


def _require_systemd() -> None:
    if sys.platform == "linux" and shutil.which("systemctl") and _RUNNING.is_dir():
        return
    raise SetupError(
        say("There is no systemd here that could start the server."),
        say(
            "Have `{command}` started by what starts programs on this machine.",
            command=f"{start_command('llmdesk')[0]} serve",
        ),
    )


def _is_ours(file: Path) -> bool:
    return file.read_text(encoding="utf-8", errors="replace").startswith(_MARK)


def _own_text() -> str:
    """Empty if there is no unit of ours."""
    file = unit_file()
    return os.fsdecode(file.read_bytes()) if file.exists() and _is_ours(file) else ""


def _program(path: str) -> str:
    """systemd takes no quotes and the like in the name of a program."""
    return path if _PLAIN.fullmatch(path) else f"/usr/bin/env {_quoted(path).replace('$', '$$')}"


def _bare(word: str) -> str:
    """What ``_program`` was given."""
    inner = word[1:-1] if word.startswith('"') else word
    plain = re.sub(r"\\(.)", lambda of: {"n": "\n", "t": "\t"}.get(of[1], of[1]), inner)
    return plain.replace("$$", "$").replace("%%", "%")


def _quoted(word: str) -> str:
    """As systemd.syntax(7) asks: quotes, escapes, and no specifiers."""
    word = word.replace("%", "%%")
    if _PLAIN.fullmatch(word):
        return word
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def _systemctl(*arguments: str) -> None:
    """Where the user's systemd cannot be reached (through sudo, say) nothing is lost: at login units are read."""
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        subprocess.run(["systemctl", "--user", *arguments], capture_output=True, timeout=_TIMEOUT_S, check=False)
