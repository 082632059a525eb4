"""What a conversion leaves: where it lies, and its small files, trusted only as they were written (any thread)."""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import zlib
from pathlib import Path

from llmdesk import gguf_parts, paths
from llmdesk.engine.weights.weights_file import FORMAT

log = logging.getLogger(__name__)

CHECKSUMS = "checksums.json"
_LONGEST_NAME_BYTES = 100


def converted_folder(path: Path) -> Path:
    """One folder per version of a file: another size or time of change is another model."""
    files = gguf_parts.files_of(path) if path.is_file() else sorted(path.glob("*.safetensors"))
    facts = [FORMAT, *(f"{f.name} {f.stat().st_size} {f.stat().st_mtime_ns}" for f in files)]
    place, version = (
        hashlib.sha256(text.encode()).hexdigest()[:12] for text in (str(path.absolute()), "\n".join(facts))
    )
    name = path.stem.encode("utf-8", "replace")[:_LONGEST_NAME_BYTES].decode("utf-8", "ignore")
    return paths.cache_dir() / "converted" / f"{name}-{place}-{version}"


def remove_other_versions(converted: Path) -> None:
    """Of the same model, before its files changed or in an older llmdesk's format: nobody will ask for them again."""
    beginning = converted.name.rpartition("-")[0]
    for folder in converted.parent.glob("*-*"):
        if folder.name.rpartition("-")[0] == beginning and folder != converted and folder.is_dir():
            shutil.rmtree(folder, ignore_errors=True)


def write_checksums(folder: Path) -> None:
    """Of all files in a folder, in one more."""
    sums = {file.name: zlib.crc32(file.read_bytes()) for file in sorted(folder.iterdir())}
    (folder / CHECKSUMS).write_text(json.dumps(sums), encoding="utf-8")


def kept_files_are_whole(folder: Path) -> bool:
    """Whether all files are there, as they were written (a few milliseconds: a tokenizer has some megabytes)."""
    try:
        sums = json.loads((folder / CHECKSUMS).read_text(encoding="utf-8"))
        changed = [name for name, crc32 in sums.items() if zlib.crc32((folder / name).read_bytes()) != crc32]
    except FileNotFoundError:
        return False
    except (OSError, ValueError, AttributeError, TypeError, RecursionError) as error:
        changed = [f"{CHECKSUMS} ({error})"]
    if changed:
        log.warning("%s in %s is not what was written there, so it is made again", ", ".join(changed), folder)
    return not changed
