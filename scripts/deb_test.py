"""Installs the Debian package into a fresh root, starts it there by a double click, asks, and removes it again.

    python scripts/deb_test.py [--pictures FOLDER]

Needs root, mmdebstrap, Xvfb, openbox and xdotool (the set-up installs them with apt); everything else, the file manager
too, is installed in the root. What is shown on the screen is kept in build/deb-test.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import double_click
import package_deb
import trial
from double_click import DoubleClick
from environment import ROOT, SetupFailed
from fresh_root import HOME, USER, FreshRoot

DEB = ROOT / "dist" / package_deb.file_name()
TRIAL = trial.Trial("deb-test")
TOOLS = f"{double_click.TOOLS} desktop-file-utils shared-mime-info libglib2.0-bin appstream"
MOST_BYTES = 900_000_000  # what has been promised
LIBRARIES = """
find /usr/lib/llmdesk -name '*.so*' -type f | while read -r file; do
    ldd "$file" 2>/dev/null | sed -n "s|not found|& (of $(basename "$file"))|p"
done
"""


def main() -> int:
    """Everything in turn; returns the exit code."""
    return TRIAL.run_in_fresh_root(DEB, _try)


def _try(root: FreshRoot, pictures: Path) -> None:
    before = root.files()
    _installed(root)
    _answers_without_network(root)
    root.install(TOOLS)
    _is_known_to_desktops(root)
    _double_click(root, pictures)
    _removed(root, before)


def _installed(root: FreshRoot) -> None:
    inside = trial.put_in(root, DEB)
    started_s = time.monotonic()
    root.install(inside)
    root.run(f"rm {inside}")
    size_kib = int(root.run("dpkg-query --show --showformat '${Installed-Size}' llmdesk"))
    TRIAL.say(
        f"installed with its dependencies in {time.monotonic() - started_s:.0f} s, {size_kib * 1024 / 1e6:.0f} MB"
    )
    if size_kib * 1024 > MOST_BYTES:
        raise SetupFailed(f"the package takes more than {MOST_BYTES / 1e6:.0f} MB: what is new in it?")
    missing = [line for line in root.run(LIBRARIES).splitlines() if "libqgtk3" not in line]
    if missing:
        raise SetupFailed("the package's Depends lack libraries: " + "; ".join(missing[:10]))
    compilers = root.run("command -v python3 cc gcc clang zig || true").split()
    TRIAL.say(f"every library is found; compilers and other Pythons in the root: {compilers or 'none'}")


def _answers_without_network(root: FreshRoot) -> None:
    TRIAL.say(f"without network, first start ever: {trial.first_answer(root, 'llmdesk')}")
    doctor = json.loads(root.run(f"cd {HOME}; llmdesk doctor --json 2>/dev/null || true", USER, network=False))
    kernels = trial.kernels_in_use(root, "/usr/lib/llmdesk/bin")
    TRIAL.say("kernels: {}; doctor: {name}: {reason}".format(kernels, **doctor["backend"]))
    root.run(f"rm -rf {HOME}/.cache/llmdesk {HOME}/.local/share/llmdesk {HOME}/.config/llmdesk", USER)


def _is_known_to_desktops(root: FreshRoot) -> None:
    entry = "/usr/share/applications/io.github.llmdesk.llmdesk.desktop"
    root.run(f"desktop-file-validate {entry}")
    metainfo = "/usr/share/metainfo/io.github.llmdesk.llmdesk.metainfo.xml"
    root.run(f"appstreamcli validate --no-net {metainfo}")
    root.run(f"printf GGUF > {HOME}/model.gguf; chown {USER} {HOME}/model.gguf")
    kind = root.run(f"gio info -a standard::content-type {HOME}/model.gguf", USER)
    opener = root.run("gio mime application/x-gguf", USER)
    if "application/x-gguf" not in kind or "io.github.llmdesk.llmdesk.desktop" not in opener:
        raise SetupFailed(f".gguf files are not llmdesk's: {kind} {opener}")
    root.run(f"rm {HOME}/model.gguf")
    TRIAL.say("desktop-file-validate and appstreamcli have no complaint; .gguf files open with llmdesk")


def _double_click(root: FreshRoot, pictures: Path) -> None:
    """On the launcher that `llmdesk desktop install` puts onto the user's desktop: nothing is asked."""
    root.run("dbus-run-session -- llmdesk desktop install", USER, XDG_CURRENT_DESKTOP="LXDE")
    DoubleClick(root, pictures, TRIAL.say).start()
    chats = root.run("llmdesk chats list --json 2>/dev/null", USER, network=False)
    TRIAL.say(f"the answer came; the chat is kept: {json.loads(chats)['chats'][0].get('title')!r}")


def _removed(root: FreshRoot, before: set[str]) -> None:
    root.run("llmdesk desktop remove", USER)
    said = root.run("apt-get -qq purge -y llmdesk && apt-get -qq purge -y --autoremove " + TOOLS)
    left = {path for path in root.files() - before if "llmdesk" in path}
    others = sorted(root.files() - before - left)
    if left or (root.folder / HOME.lstrip("/") / "Desktop" / "io.github.llmdesk.llmdesk.desktop").exists():
        raise SetupFailed(f"left behind: {sorted(left)[:10]}")
    told = next((line for line in said.splitlines() if "what users made stays" in line), "")
    TRIAL.say(f"removed without a trace ({len(others)} files are other packages': {others[:4]}); told: {told!r}")


if __name__ == "__main__":
    sys.exit(main())
