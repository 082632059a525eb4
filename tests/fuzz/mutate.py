"""What the fuzzer changes: one case is a kind and a number, and gives the same files each time."""

from __future__ import annotations

import json
import os
import random
import shutil
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.fuzz.bases import FOLDERS, GGUFS

NUMBERS: list[Any] = [
    0, 1, -1, 2, 3, 7, 15, 16, 17, 31, 33, 64, 65, 120, 136, 255, 1000, 4097, 100_000, 2**31 - 1, 2**31, 2**32, -(2**31),
    2**40, 2**63 - 1, 2**64, 10**30, 0.0, -0.0, 0.5, 1.5, 64.0, 1e-30, 1e30, 1e308, float("inf"), float("-inf"),
    float("nan"),
]  # fmt: skip
VALUES: list[Any] = [
    *NUMBERS, None, True, False, "", "x", "0", "16", "gelu", "silu", "linear", "yarn", "llama3", "dynamic", "longrope",
    "\x00", "é\U0001f600", "x" * 100_000, [], [0], [1, 2, 3], ["full_attention"] * 2, ["x"] * 2, [None], [[[]]], {}, {"a": 1},
    {"factor": 0}, {"rope_type": "yarn"}, {"rope_type": "longrope", "long_factor": [1.0], "short_factor": ["x"]},
    {"rope_type": "llama3", "factor": 0}, {"quant_method": "gptq"}, {"quant_method": "bitnet", "modules_to_not_convert": 3},
]  # fmt: skip
CONFIG_KEYS = [
    "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads", "head_dim",
    "max_position_embeddings", "vocab_size", "rms_norm_eps", "rope_theta", "rope_scaling", "rope_parameters",
    "partial_rotary_factor", "sliding_window", "layer_types", "no_rope_layers", "hidden_act", "hidden_activation",
    "tie_word_embeddings", "eos_token_id", "bos_token_id", "pad_token_id", "query_pre_attn_scalar", "attn_logit_softcapping",
    "final_logit_softcapping", "original_max_position_embeddings", "quantization_config", "model_type", "architectures",
    "auto_map", "torch_dtype", "dtype", "use_bidirectional_attention", "attention_bias", "text_config",
]  # fmt: skip
TEMPLATES = [
    "{% for a in range(100000) %}{% for b in range(100000) %}x{% endfor %}{% endfor %}",
    "{{ 'x' * 10**9 }}", "{{ 10**10**10 }}", "{{ '%1000000000d' % 1 }}", "{{ 'x'|center(10**9) }}",
    "{{ '{:>1000000000}'.format(1) }}", "{{ range(10**9)|list }}", "{{ ('x' * 10**6) * 10**6 }}",
    "{% set ns = namespace(x='x') %}{% for i in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}{{ ns.x }}",
    "{% set ns = namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}",
    "{% set ns = namespace(x=[1]) %}{% for i in range(40) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x|tojson }}",
    "{% macro f(n) %}{{ f(n) }}{{ f(n) }}{% endmacro %}{{ f(1) }}",
    "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(60) }}",
    "{{ messages[5].content }}", "{{ messages.nothing.deep }}", "{{ 1 / 0 }}", "{{ 'a' + 1 }}", "{{ undefined() }}",
    "{{ ''.__class__.__mro__ }}", "{% include 'x' %}", "{% import 'x' as y %}", "{% extends 'x' %}", "{% for %}", "{{", "{% if %}",
    "", "   ", "{{ '' }}", "{{ raise_exception('no') }}", "{{ raise_exception() }}", "{{ strftime_now('%' * 100) }}",
    "{{ cycler() }}", "{{ joiner(1)(2) }}", "{{ lipsum(n=100000) }}", "{{ dict(a=1).update(b=2) }}", "{{ messages|map('x')|list }}",
    "{{ messages|sort }}", "{{ messages|groupby('role')|list }}", "{% generation %}{{ messages[0].content }}{% endgeneration %}",
    "{% for m in messages %}{{ m.content }}{% break %}{% endfor %}", "{{ 'x'.join(range(10**8)|map('string')) }}",
    "{% filter upper %}{% for i in range(10**9) %}{% endfor %}{% endfilter %}", "{{ '\\ud800' }}", "{{ \"\\x00\" }}",
    "{{ (1,2,3)|batch(10**9, 'x')|list }}", "{{ 'aaaa'.replace('a', 'a' * 10**5).replace('a', 'a' * 10**5) }}",
    "{% set x %}{% for i in range(10**8) %}xxxxxxxx{% endfor %}{% endset %}{{ x }}", "{{ " + "(" * 500 + "1" + ")" * 500 + " }}",
    "{{ 'x'|wordwrap(1)|indent(10**8) }}", "{{ messages | tojson(indent=10**8) }}", "{{ " + "-" * 5000 + "1 }}",
]  # fmt: skip


def make(kind: str, number: int, bases: Path, place: Path) -> Path:
    """The files of a case, in a new folder; returns the model to be added, or ``place`` where there is none."""
    generator = random.Random(f"{kind} {number}")
    place.mkdir(parents=True)
    return KINDS[kind](generator, bases, place)


def _folder(generator: random.Random, bases: Path, place: Path, kinds: list[str] | None = None) -> Path:
    kind = generator.choice(kinds or list(FOLDERS))
    return shutil.copytree(bases / "folders" / kind, place / f"model-{kind}")


def _config(generator: random.Random, bases: Path, place: Path) -> Path:
    folder = _folder(generator, bases, place)
    file = folder / generator.choice(["config.json"] * 5 + ["generation_config.json"])
    values = json.loads(file.read_text()) if file.exists() else {"eos_token_id": 256}
    file.write_text(_changed_json(generator, values, CONFIG_KEYS))
    return folder


def _tokenizer(generator: random.Random, bases: Path, place: Path) -> Path:
    folder = _folder(generator, bases, place, ["llama"])
    file = folder / generator.choice(["tokenizer.json"] * 4 + ["tokenizer_config.json"])
    values = json.loads(file.read_text())
    if generator.random() < 0.4 and file.name == "tokenizer.json":
        key, part = generator.choice(TOKENIZER_PARTS)
        file.write_text(json.dumps(values | {key: part}))
    else:
        file.write_text(_changed_json(generator, values, []))
    return folder


TOKENIZER_PARTS: list[tuple[str, Any]] = [
    ("normalizer", {"type": "Prepend", "prepend": ""}),
    ("normalizer", {"type": "Precompiled", "precompiled_charsmap": "AAAA"}),
    ("normalizer", {"type": "Precompiled", "precompiled_charsmap": "/////wAA"}),
    ("normalizer", {"type": "Replace", "pattern": {"Regex": "(((("}, "content": ""}),
    ("normalizer", {"type": "Replace", "pattern": {"Regex": "(x+x+)+y"}, "content": "xx"}),
    ("truncation", {"direction": "Right", "max_length": 2, "strategy": "LongestFirst", "stride": 2}),
    ("truncation", {"direction": "Right", "max_length": 0, "strategy": "LongestFirst", "stride": 0}),
    ("padding", {"strategy": {"Fixed": 2**40}, "direction": "Right", "pad_to_multiple_of": None, "pad_id": 0,
                 "pad_type_id": 0, "pad_token": ""}),
    ("pre_tokenizer", {"type": "Split", "pattern": {"Regex": ""}, "behavior": "Isolated", "invert": False}),
    ("pre_tokenizer", {"type": "Sequence", "pretokenizers": []}),
    ("pre_tokenizer", {"type": "Metaspace", "replacement": "", "prepend_scheme": "always", "split": True}),
    ("pre_tokenizer", None),
    ("decoder", {"type": "Strip", "content": "x", "start": 2**40, "stop": 2**40}),
    ("decoder", {"type": "Replace", "pattern": {"String": ""}, "content": "xx"}),
    ("decoder", None),
    ("post_processor", {"type": "TemplateProcessing", "single": [], "pair": [], "special_tokens": {}}),
    ("post_processor", {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "x", "type_id": 0}}],
                        "pair": [], "special_tokens": {}}),
    ("model", {"type": "WordPiece", "vocab": {}, "unk_token": "[UNK]", "continuing_subword_prefix": "##",
               "max_input_chars_per_word": 0}),
    ("model", {"type": "Unigram", "vocab": [], "unk_id": 5}),
    ("model", {"type": "Unigram", "vocab": [["a", 0.0]], "unk_id": 0, "byte_fallback": True}),
    ("model", {"type": "WordLevel", "vocab": {"a": 99999}, "unk_token": "a"}),
    ("model", {"type": "BPE", "vocab": {"a": 0}, "merges": [["a", "b"]], "unk_token": None}),
    ("added_tokens", [{"id": 2**31, "content": "<x>", "single_word": False, "lstrip": False, "rstrip": False,
                       "normalized": False, "special": True}]),
    ("added_tokens", [{"id": 256, "content": "", "single_word": False, "lstrip": False, "rstrip": False,
                       "normalized": False, "special": True}]),
    ("added_tokens", []),
]  # fmt: skip


def _template(generator: random.Random, bases: Path, place: Path) -> Path:
    folder = _folder(generator, bases, place, ["llama"])
    template = generator.choice(TEMPLATES)
    if generator.random() < 0.3:  # behind a usual beginning, or cut
        template = "{% for m in messages %}{{ m['content'] }}{% endfor %}" + template
    if generator.random() < 0.1:
        template = template[: generator.randrange(len(template) + 1)]
    (folder / "chat_template.jinja").write_text(template, encoding="utf-8")
    return folder


def _safetensors(generator: random.Random, bases: Path, place: Path) -> Path:
    folder = _folder(generator, bases, place)
    file = folder / "model.safetensors"
    data = file.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    head, rest = json.loads(data[8 : 8 + length]), data[8 + length :]
    how = generator.randrange(6)
    if how == 0:
        file.write_bytes(data[: generator.randrange(len(data))])
    elif how == 1:
        file.write_bytes(
            struct.pack("<Q", generator.choice([0, 1, 7, length - 1, length + 1, 2**31, 2**63, 2**64 - 1])) + data[8:]
        )
    elif how == 2:  # numbers that are none, or huge
        changed = bytearray(rest)
        for _ in range(generator.choice([1, 100])):
            at = generator.randrange(len(rest) // 4) * 4
            changed[at : at + 4] = struct.pack("<f", generator.choice([float("nan"), float("inf"), 3e38, -3e38, 1e10]))
        file.write_bytes(data[: 8 + length] + changed)
    elif how == 3:  # a tensor of another shape, whole in form
        name = generator.choice([name for name in head if name != "__metadata__"])
        shape = head[name]["shape"]
        head[name]["shape"] = generator.choice(
            [shape[::-1], [*shape, 1], [1, *shape], [shape[0] * (shape[1:] or [1])[0]]]
        )
        _write_head(file, json.dumps(head).encode(), rest)
    elif how == 4:
        names = [name for name in head if name != "__metadata__"]
        one, other = generator.sample(names, 2)
        head[one], head[other] = head[other], head[one]
        _write_head(file, json.dumps(head).encode(), rest)
    else:
        _write_head(file, _changed_json(generator, head, []).encode("utf-8", "replace"), rest)
    return folder


def _write_head(file: Path, head: bytes, rest: bytes) -> None:
    head += b" " * (-len(head) % 8)
    file.write_bytes(struct.pack("<Q", len(head)) + head + rest)


def _gguf(generator: random.Random, bases: Path, place: Path) -> Path:
    file = place / f"{generator.choice(list(GGUFS))}.gguf"
    data = bytearray((bases / "ggufs" / file.name).read_bytes())
    fields, tensors = _gguf_places(data)
    how = generator.randrange(8)
    if how == 0:
        data = data[: generator.randrange(len(data))]
    elif how == 1:
        for _ in range(generator.choice([1, 3, 20])):
            data[generator.randrange(tensors[-1][1])] = generator.randrange(256)
    elif how == 2:
        at, end = generator.choice(tensors)
        data[end - 24 : end] = os.urandom(0) + bytes(generator.choice([0, 1, 255]) for _ in range(24))
    elif how == 3:  # rope factors, norms, matrices: numbers that are none
        start = generator.randrange(tensors[-1][1], len(data) - 8)
        data[start : start + 4] = struct.pack("<f", generator.choice([float("nan"), float("inf"), 3e38]))
    else:
        key, kind_at, value_at, end = generator.choice(fields)
        kind, value = generator.choice(GGUF_VALUES)
        data[kind_at:end] = struct.pack("<I", kind) + value
    file.write_bytes(data)
    return file


def _packed(code: str, *values: Any) -> list[bytes]:
    return [struct.pack("<" + code, value) for value in values]


GGUF_VALUES: list[tuple[int, bytes]] = (
    [(4, value) for value in _packed("I", 0, 1, 2, 3, 7, 16, 17, 31, 63, 65, 1000, 100_000, 2**31, 2**32 - 1)]
    + [(5, value) for value in _packed("i", -1, -(2**31))]
    + [(10, value) for value in _packed("Q", 2**40, 2**63, 2**64 - 1)]
    + [(6, value) for value in _packed("f", 0.0, -1.0, 1e-30, 1e30, float("nan"), float("inf"))]
    + [(12, value) for value in _packed("d", 1e300)]
    + [(7, b"\x01"), (8, struct.pack("<Q", 3) + b"abc"), (8, struct.pack("<Q", 0)), (8, struct.pack("<Q", 2**60))]
    + [(8, struct.pack("<Q", 2) + b"\xff\xfe"), (99, b""), (9, struct.pack("<IQ", 4, 2**40))]
    + [(9, struct.pack("<IQ", 8, 2**62)), (9, struct.pack("<IQ", 4, 0)), (9, struct.pack("<IQ", 9, 1) * 5000)]
)


def _gguf_places(data: bytes | bytearray) -> tuple[list[tuple[str, int, int, int]], list[tuple[int, int]]]:
    """(key, where its type stands, where its value begins, where it ends), and (begin, end) of the tensors' entries."""
    at = 24
    tensor_count, field_count = struct.unpack_from("<QQ", data, 8)
    sizes = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}

    def text(at: int) -> int:
        return at + 8 + int(struct.unpack_from("<Q", data, at)[0])

    def value(kind: int, at: int) -> int:
        if kind == 8:
            return text(at)
        if kind != 9:
            return at + sizes[kind]
        item, count = struct.unpack_from("<IQ", data, at)
        at += 12
        if item in sizes:
            return at + sizes[item] * int(count)
        for _ in range(count):
            at = value(item, at)
        return at

    fields, tensors = [], []
    for _ in range(field_count):
        end = text(at)
        key = bytes(data[at + 8 : end]).decode()
        (kind,) = struct.unpack_from("<I", data, end)
        fields.append((key, end, end + 4, at := value(kind, end + 4)))
    for _ in range(tensor_count):
        start, at = at, text(at)
        (dimensions,) = struct.unpack_from("<I", data, at)
        at += 4 + 8 * dimensions + 12
        tensors.append((start, at))
    return fields, tensors


def _toml(generator: random.Random, bases: Path, place: Path) -> Path:
    """Entries of the user's models.toml; the caller puts them there."""
    keys = ["id", "title", "source", "location", "revision", "file", "sha256", "precision", "context_tokens",
            "memory_bytes", "download_bytes", "gated", "licence", "served_model", "api_key", "notes"]  # fmt: skip
    entry = {"id": '"odd"', "title": '"Odd"', "source": '"folder"', "location": f'"{place}"'}
    if generator.random() < 0.3:
        entry |= {"source": '"package"', "revision": '"1"', "location": '"os"', "file": '"a.b.c/x.gguf"'}
    for _ in range(generator.choice([1, 1, 2])):
        entry[generator.choice(keys)] = generator.choice(TOML_VALUES)
    text = "[[model]]\n" + "".join(f"{key} = {value}\n" for key, value in entry.items())
    if generator.random() < 0.2:
        text = generator.choice(
            [text[: generator.randrange(len(text))], "x = " + "[" * 3000, "model = 3\n", "\x00", "x=" + "9" * 5000]
        )
    (place / "models.toml").write_text(text, encoding="utf-8", errors="replace")
    return place


TOML_VALUES = [
    '""', '"x"', '"folder"', '"gguf"', '"hub"', '"package"', '"server"', "0", "-1", "16", "1" + "0" * 30, "inf", "nan", "true",
    "[]", "[[1]]", "{}", "{ a = 1 }", '"\\u0000"', '"a\\u0000b"', '"/"', '"~nobody-here/x"', '"a.b.c/x.gguf"', '"/etc"', '"..gguf"',
    '"__main__/x.gguf"', '"../../x.gguf"', '"a/b\\u0000.gguf"', '"' + "x" * 5000 + '"', "1979-05-27", '"http://[::1"', '"int4"', '"é"',
    '"\\uD7FF"', '"a\\nb"', '"%s"', "'''x\n'''", "1e400", "0x10", '"env:X"', '"http://user:pw@x/v1"',
]  # fmt: skip


def _changed_json(generator: random.Random, values: Any, keys: list[str]) -> str:
    how = generator.random()
    text = json.dumps(values)
    if how < 0.05:
        return text[: generator.randrange(len(text))]
    if how < 0.1:
        return generator.choice(
            ["", "null", "[]", "3", '"x"', "[" * 100_000, '{"a":' * 50_000, "{}", "\ufeff{}", "NaN", "9" * 5000]
        )
    for _ in range(generator.choice([1, 1, 1, 2])):
        places = list(_places(values))
        if keys and isinstance(values, dict) and generator.random() < 0.8:
            values[generator.choice(keys)] = generator.choice(VALUES)
        elif places:
            holder, key = generator.choice(places)
            if generator.random() < 0.2:
                del holder[key]
                break
            holder[key] = generator.choice(VALUES)
    return json.dumps(values)


def _places(value: Any, depth: int = 0) -> Any:
    """Where something stands in a JSON value: mostly near its top."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for index, (key, inner) in enumerate(list(items)):
        if index < 30:
            yield value, key
        if depth < 4 and index < 20:
            yield from _places(inner, depth + 1)


def spoil_cache(generator: random.Random, converted: Path) -> str:
    """Change one of the files that a conversion left; returns which and how."""
    file = generator.choice(sorted(path for path in converted.rglob("*") if path.is_file()))
    file.chmod(0o644)
    times = file.stat()
    data = bytearray(file.read_bytes())
    how = generator.choice(["cut", "bytes", "head", "json", "gone"])
    if how == "gone":
        file.unlink()
        return f"{file.name} {how}"
    if how == "json" and file.suffix == ".json":
        data = bytearray(_changed_json(generator, json.loads(data), CONFIG_KEYS).encode("utf-8", "replace"))
    elif how == "head" and file.suffix == ".safetensors":
        data = _spoiled_head(generator, data)
    elif how == "cut":
        data = data[: generator.randrange(len(data))]
    else:
        for _ in range(20):
            data[generator.randrange(min(len(data), 4000))] = generator.randrange(256)
    file.write_bytes(data)
    if generator.random() < 0.5:  # as something would that keeps times
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    return f"{file.name} {how}"


def _spoiled_head(generator: random.Random, data: bytearray) -> bytearray:
    """The form of a matrix, or its place in the file."""
    (length,) = struct.unpack("<Q", data[:8])
    head = json.loads(data[8 : 8 + length])
    forms = [name for name in head if name.endswith(".form")]
    if forms and generator.random() < 0.7:
        begin = 8 + length + head[generator.choice(forms)]["data_offsets"][0]
        value = generator.choice([0, 1, -32, 2, 3, 4, 8, 16, 32, 64, 2**31, 2**40, -1])
        struct.pack_into("<q", data, begin + 8 * generator.randrange(4), value)
        return data
    head.update(json.loads(_changed_json(generator, {"x": head}, [])).get("x", {}))
    raw = json.dumps(head).encode()[:length].ljust(length)
    data[8 : 8 + length] = raw
    return data


KINDS: dict[str, Callable[[random.Random, Path, Path], Path]] = {
    "config": _config,
    "gguf": _gguf,
    "safetensors": _safetensors,
    "tokenizer": _tokenizer,
    "template": _template,
    "toml": _toml,
}
