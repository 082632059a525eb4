"""For who publishes llmdesk: makes the key, and signs the file that says which version is the newest (docs/updates.md).

    release.py key SECRET            a new key pair: the secret one into a file, the public one on stdout
    release.py sign SECRET FILE      FILE is the release as JSON (version_file.Release); the version file on stdout
    release.py files FOLDER URL      the entries of `files` for what lies in dist/

Needs the package `cryptography`, which the tests' environment has. The secret key belongs on no machine that builds.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from environment import ROOT

sys.path.insert(0, str(ROOT))

from llmdesk.services.updates.version_file import Release

KINDS = {".deb": "deb", ".tar.gz": "linux-folder", ".run": "one-file", ".exe": "windows", ".whl": "wheel"}


def new_key(file: Path) -> str:
    """Write a secret key, for its owner's eyes only; returns the public one. Raises FileExistsError."""
    key = Ed25519PrivateKey.generate()
    with file.open("x", encoding="ascii") as out:
        file.chmod(0o600)
        out.write(key.private_bytes_raw().hex() + "\n")
    return key.public_key().public_bytes_raw().hex()


def signed(release: str, file: Path) -> str:
    """The version file of a release, which is checked before. Raises ValueError."""
    text = Release.model_validate_json(release).model_dump_json()
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(file.read_text(encoding="ascii")))
    return json.dumps({"signed": text, "signature": key.sign(text.encode()).hex()}, indent=1) + "\n"


def files(folder: Path, url: str) -> list[dict[str, str | int]]:
    """What of a folder can be published, below an address."""
    found: list[dict[str, str | int]] = []
    for path in sorted(folder.iterdir()):
        kind = next((kind for suffix, kind in KINDS.items() if path.name.endswith(suffix)), "")
        if kind:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            size_bytes, address = path.stat().st_size, f"{url.rstrip('/')}/{path.name}"
            found.append({"kind": kind, "name": path.name, "url": address, "size_bytes": size_bytes, "sha256": digest})
    return found


def main(arguments: list[str]) -> int:
    """See the module."""
    match arguments:
        case ["key", secret]:
            print(new_key(Path(secret)))
        case ["sign", secret, release]:
            print(signed(Path(release).read_text(encoding="utf-8"), Path(secret)), end="")
        case ["files", folder, url]:
            print(json.dumps(files(Path(folder), url), indent=1))
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
