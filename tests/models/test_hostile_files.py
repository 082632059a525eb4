"""Heads of files and entries that say what cannot be: said in words, and the rest goes on."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest

from llmdesk import gguf_header, paths
from llmdesk.cli import main
from llmdesk.errors import CatalogueError, LlmdeskError, ModelDamaged, ModelError
from llmdesk.gguf_kinds import READABLE_TYPES
from llmdesk.models import checks
from llmdesk.models.catalogue import Catalogue
from tests.models.builders import model_folder

_GOOD = '[[model]]\nid = "mine"\ntitle = "Mine"\nsource = "hub"\nlocation = "acme/mine"\n'


def field(key: str, kind: int, value: bytes) -> bytes:
    return struct.pack("<Q", len(key)) + key.encode() + struct.pack("<I", kind) + value


def text(value: str) -> bytes:
    return struct.pack("<Q", len(value)) + value.encode()


def tensor(name: str, shape: tuple[int, ...], kind: int = 0, offset: int = 0) -> bytes:
    return text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, kind, offset)


def gguf(path: Path, fields: list[bytes], tensors: list[bytes] = []) -> Path:  # noqa: B006  (it is not changed)
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(fields))
    path.write_bytes(head + b"".join(fields) + b"".join(tensors) + bytes(4096))
    return path


ARCHITECTURE = field("general.architecture", 8, text("llama"))
EMBEDDING = tensor("token_embd.weight", (4,))


@pytest.mark.parametrize(
    ("fields", "tensors"),
    [
        ([field("general.alignment", 8, text("x"))], []),
        ([field("general.alignment", 4, struct.pack("<I", 0))], []),
        ([field("general.alignment", 6, struct.pack("<f", float("nan")))], []),
        ([field("general.alignment", 6, struct.pack("<f", float("inf")))], []),
        ([field("x", 9, struct.pack("<IQ", 9, 1) * 5000)], []),
        ([field("x", 9, struct.pack("<IQ", 8, 2**62))], []),
        ([field("x", 9, struct.pack("<IQ", 4, 2**62))], []),
        ([field("x", 99, b"")], []),
        ([], [tensor("a", ())]),
        ([], [tensor("a", (0, 3))]),
        ([], [tensor("a", (2**63, 2**63, 2**63, 2**63))]),
        ([], [tensor("a", (4,)), tensor("a", (4,))]),
        ([], [tensor("a", (33,), kind=2)]),
        ([], [tensor("a", (4,), offset=2**63)]),
        ([], [text("a") + struct.pack("<I", 2**31)]),
    ],
)
def test_a_gguf_head_that_cannot_be(tmp_path: Path, fields: list[bytes], tensors: list[bytes]) -> None:
    with pytest.raises(ModelDamaged, match=r"m\.gguf"):
        gguf_header.read(gguf(tmp_path / "m.gguf", [ARCHITECTURE, *fields], tensors))


@pytest.mark.parametrize(
    "value", [field("llama.context_length", 8, text("x")), field("llama.context_length", 6, struct.pack("<f", 1e30)),
              field("llama.context_length", 5, struct.pack("<i", -5))]
)  # fmt: skip
def test_a_context_that_is_no_number_is_not_known(tmp_path: Path, value: bytes) -> None:
    assert checks.check(gguf(tmp_path / "m.gguf", [ARCHITECTURE, value], [EMBEDDING])).context_tokens == 0


@pytest.mark.parametrize("kind", sorted(READABLE_TYPES))
def test_a_file_that_ends_too_early_is_noticed_by_its_head(kind: int, tmp_path: Path) -> None:
    import gguf

    numbers, size_bytes = gguf.GGML_QUANT_SIZES[gguf.GGMLQuantizationType(kind)]
    columns, rows = 256, 4096
    file = tmp_path / "a.gguf"
    head = b"GGUF" + struct.pack("<IQQ", 3, 1, 1) + ARCHITECTURE + tensor("token_embd.weight", (columns, rows), kind)
    data = bytes(-len(head) % 32 + columns * rows // numbers * size_bytes)
    file.write_bytes(head + data)
    assert len(gguf_header.read(file).tensors) == 1
    file.write_bytes(head + data[:-1])
    with pytest.raises(ModelDamaged, match="ends too early"):
        gguf_header.read(file)


def test_no_context_is_endless(tmp_path: Path) -> None:
    value = field("llama.context_length", 10, struct.pack("<Q", 2**62))
    path = gguf(tmp_path / "m.gguf", [ARCHITECTURE, value], [EMBEDDING])
    assert checks.check(path).context_tokens == 1 << 27


def entry(dtype: object = "F32", shape: object = (1,), data_offsets: object = (0, 4)) -> dict[str, object]:
    """A safetensors head with one tensor."""
    return {"a": {"dtype": dtype, "shape": shape, "data_offsets": data_offsets}}


HEADS: list[object] = [
    *([], 3, None, {"a": 3}, {"a": {}}),
    *(entry(shape=shape) for shape in (["x"], [-1], [1.5], [True], 1, None)),
    *(entry(data_offsets=offsets) for offsets in (["x", "y"], [0, 10**40], [0, -4], [], [0, None])),
]


@pytest.mark.parametrize(
    "head", [*(json.dumps(head) for head in HEADS), "[" * 50_000, '{"a":' * 50_000, "9" * 5000, "\xff"]
)
def test_a_safetensors_head_that_cannot_be(tmp_path: Path, head: str) -> None:
    folder = model_folder(tmp_path / "m")
    raw = head.encode("latin-1")
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(raw)) + raw + bytes(64))
    with pytest.raises(ModelDamaged, match=r"model\.safetensors"):
        checks.check(folder)


@pytest.mark.parametrize("config", ["[" * 50_000, '{"a":' * 50_000, "9" * 5000, "[]", "3", "\x00"])
def test_a_configuration_that_cannot_be(tmp_path: Path, config: str) -> None:
    folder = model_folder(tmp_path / "m")
    (folder / "config.json").write_text(config)
    with pytest.raises(ModelError, match=r"config\.json"):
        checks.check(folder)


@pytest.mark.parametrize(
    "line",
    [
        *(f"location = {value}" for value in (r'"a\u0000b"', '"~nobody-there/x"', f'"/{"x" * 5000}"', '""')),
        *(f"context_tokens = {value}" for value in ("1" + "0" * 30, "inf", "-1")),
        *(f"memory_bytes = {value}" for value in ("1" + "0" * 400, "-1", "nan")),
        *(f"title = {value}" for value in (r'"a\nb"', '""')),
        *(f"id = {value}" for value in ('""', '["a"]', '"../x"', f'"{"x" * 300}"')),
        *(f'source = "package"\nrevision = "1"\nfile = "{f}"' for f in ("a.b/x.gguf", "__main__/x.gguf", "/a.gguf")),
        *('source = "x"', r'file = "a\u0000.gguf"', "precision = 3", "gated = 1", "nothing = 1"),
    ],
)  # fmt: skip
def test_one_bad_entry_does_not_break_the_list(
    line: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    key = line.partition(" ")[0]
    values = {
        "id": 'id = "odd"',
        "title": 'title = "Odd"',
        "source": 'source = "folder"',
        "location": 'location = "/nowhere"',
    }
    entry = "\n".join(["[[model]]", *(value for name, value in values.items() if name != key), line])
    paths.user_catalogue().write_text(f"{entry}\n{_GOOD}", encoding="utf-8")
    for arguments in (["models", "list"], ["models", "list", "--json"]):
        monkeypatch.setattr("sys.argv", ["llmdesk", *arguments])
        assert main() == 0
        assert "acme/mine" in (shown := capsys.readouterr()).out or "Mine" in shown.out
        assert "Traceback" not in shown.err
        assert "inside llmdesk" not in shown.err
    catalogue = Catalogue.load()
    assert catalogue.get("mine")
    if any(spec.id == "odd" for spec in catalogue.specs()):  # an entry of a form that may be, of what is not there
        with pytest.raises(LlmdeskError, match=r"not at|not on this machine"):
            catalogue.resolve("odd")


@pytest.mark.parametrize(
    "whole",
    ["x = " + "[" * 3000, "model = 3\n", "model = [3]\n", "\x00", "x = " + "9" * 5000, "[model]\n", "[[model.x]]\n"],
)
def test_a_file_that_is_no_list_of_models(whole: str, tmp_path: Path) -> None:
    paths.user_catalogue().write_text(whole, encoding="utf-8")
    catalogue = Catalogue.load()
    assert len(catalogue.problems) == 1
    assert catalogue.specs()[0].id == "smollm2-135m"
    with pytest.raises(CatalogueError, match="left as it is"):
        catalogue.add_path(model_folder(tmp_path / "m"))
    assert paths.user_catalogue().read_text(encoding="utf-8") == whole
