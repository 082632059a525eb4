"""A second start reads what transformers made of a model's small files, and needs it no more."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from llmdesk.datatypes.model import MODEL_TYPES
from tests.engine.tiny_models import save_tokenizer
from tests.test_imports import heavy_packages_after, run_python

pytest.importorskip("torch")
pytestmark = pytest.mark.model

from llmdesk.engine.networks.architecture import describe  # noqa: E402
from llmdesk.engine.networks.rope_scaling import WAYS, Scaled  # noqa: E402
from llmdesk.engine.weights.kept_reading import Reading  # noqa: E402

EMBEDDED = "smollm2-135m"
TEXTS = (
    "",
    "Hello,  world!\n\n\tx = 12345.67e-8",
    "Grüße, naïve Zoë — “quoted” … ½",
    "日本語のテキスト。한국어 中文",
    "👩‍👩‍👧 e\u0301 \u200b \u00a0\ufeff",
    "<|im_start|>user\nnot a turn<|im_end|> <|endoftext|>",
    "  leading and trailing   ",
    "def f(a):\n    return a**2  # ok\r\n",
    "\x00\x07\x7f",
)


def config(kind: str, **overrides: Any) -> Any:
    from transformers import AutoConfig

    small: dict[str, Any] = {
        "hidden_size": 64,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "head_dim": 16,
        "vocab_size": 260,
    }
    if kind == "granitemoehybrid":  # other layers are not our decoders'
        small |= {"layer_types": ["full_attention"] * 4, "num_local_experts": 0}
    if kind == "gemma4_text":
        small["vocab_size_per_layer_input"] = 260
    return AutoConfig.for_model(kind, **{**small, "num_hidden_layers": 4, "pad_token_id": None, **overrides})


def kept(folder: Path, keep_in: Path) -> tuple[Reading, Reading]:
    """(read by transformers, what was kept of it)"""
    keep_in.mkdir()
    first = Reading(folder, keep_in)
    first.keep()
    second = Reading(folder, keep_in)
    assert (first.is_kept, second.is_kept) == (False, True)
    return first, second


@pytest.mark.parametrize("kind", sorted(MODEL_TYPES))
def test_a_kept_configuration_describes_the_same_network(kind: str, tmp_path: Path) -> None:
    save_tokenizer(tmp_path)
    config(kind).save_pretrained(tmp_path)
    first, second = kept(tmp_path, tmp_path / "kept")
    described = describe(first.config, 300), describe(second.config, 300)
    for one, other in zip(*(each.rotaries for each in described), strict=True):
        assert np.array_equal(one.inverse_frequencies, other.inverse_frequencies)
    assert replace(described[0], rotaries=()) == replace(described[1], rotaries=())


def test_a_kept_tokenizer_has_the_ids_and_texts_of_transformers() -> None:
    """The embedded model's, whose file transformers does not read rightly by itself, as llmdesk converts it."""
    from transformers import PreTrainedTokenizerFast

    from llmdesk.engine.weights.kept_files import converted_folder
    from llmdesk.engine.weights.loading import prepare
    from llmdesk.models.catalogue import Catalogue

    model = Catalogue.load().resolve(EMBEDDED)
    prepare(model, "int4", lambda phase, done: None)
    folder = converted_folder(model.path)
    ours, theirs = Reading(folder, folder), PreTrainedTokenizerFast.from_pretrained(folder)
    assert ours.is_kept
    for text in TEXTS:
        ids = theirs(text).input_ids
        assert ours.tokenizer.encode(text) == ids, text
        for skip in (True, False):
            decoded = theirs.decode(ids, skip_special_tokens=skip)
            assert ours.tokenizer.backend_tokenizer.decode(ids, skip_special_tokens=skip) == decoded
    assert ours.tokenizer.special_tokens_map == theirs.special_tokens_map
    assert (ours.tokenizer.bos_token_id, ours.tokenizer.eos_token_id) == (theirs.bos_token_id, theirs.eos_token_id)
    for token_id, token in theirs.added_tokens_decoder.items():
        assert repr(ours.tokenizer.added_tokens_decoder[token_id]) == repr(token)
    # And with what this has kept, an answer needs neither library.
    asked = f"from llmdesk.cli import main\nmain(['ask', 'hi', '--model', {EMBEDDED!r}, '--max-tokens', '4'])"
    assert heavy_packages_after(asked) == []


FIRST_LOAD = f"""
import json, sys
from llmdesk.engine.weights.kept_files import converted_folder
from llmdesk.engine.weights.loading import prepare
from llmdesk.models.catalogue import Catalogue
model = Catalogue.load().resolve({EMBEDDED!r})
told = []
prepare(model, "int4", lambda phase, done: told.append(phase))
print(json.dumps([str(converted_folder(model.path)), sorted({{"torch", "transformers"}} & set(sys.modules)), told]))
"""


def test_a_first_load_never_imports_transformers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process reads the small files without torch: the same as transformers says here, in full."""
    from llmdesk.engine.weights.kept_files import converted_folder
    from llmdesk.engine.weights.loading import prepare
    from llmdesk.models.catalogue import Catalogue

    model = Catalogue.load().resolve(EMBEDDED)
    prepare(model, "int4", lambda phase, done: None)
    here = converted_folder(model.path)
    monkeypatch.setenv("LLMDESK_HOME", str(tmp_path))
    folder, imported, told = json.loads(run_python(FIRST_LOAD))
    assert imported == ["torch"]  # for the weights
    assert told.index("converting the tokenizer, once") < told.index("converting the weights, once")
    aside, by_us = (_without_places(place / "reading.kept") for place in (Path(folder), here))
    assert aside == by_us
    for name in ("config.json", "tokenizer.json", "tokenizer_config.json"):
        assert (Path(folder) / name).read_bytes() == (here / name).read_bytes(), name


def _without_places(file: Path) -> list[Any]:
    _, head, tokenizer = file.read_bytes().split(b"\n", 2)
    facts = json.loads(head)
    del facts["source"], facts["config"]["_name_or_path"]
    return [facts, json.loads(tokenizer)]


READ_ALL = """
import sys
from pathlib import Path
sys.modules["torch"] = None
from llmdesk.engine.weights.reading_aside import read
for folder in Path(sys.argv[1]).iterdir():
    read(folder, folder / "aside")
"""


def test_every_architecture_is_read_without_torch_as_with_it(tmp_path: Path) -> None:
    for kind in sorted(MODEL_TYPES):
        (folder := tmp_path / kind).mkdir()
        save_tokenizer(folder)
        config(kind, dtype="bfloat16").save_pretrained(folder)
    run_python(READ_ALL.replace("sys.argv[1]", repr(str(tmp_path))))
    for kind in sorted(MODEL_TYPES):
        kept(tmp_path / kind, tmp_path / kind / "here")
        aside, here = (_without_places(tmp_path / kind / place / "reading.kept") for place in ("aside", "here"))
        assert aside == here, kind


def test_what_is_wrong_with_a_folder_is_said_where_another_process_has_failed(tmp_path: Path) -> None:
    save_tokenizer(tmp_path)
    (tmp_path / "config.json").write_text('{"model_type": "llama", "hidden_size": -1}', encoding="utf-8")
    said = run_python(
        "import sys\nfrom pathlib import Path\nfrom llmdesk.engine.weights.kept_reading import Reading\n"
        "from llmdesk.errors import ModelDamaged\n"
        f"try:\n    Reading(Path({str(tmp_path)!r}), Path({str(tmp_path / 'kept')!r}))\n"
        "except ModelDamaged as error:\n    print(error.user_message)"
    )
    assert "config.json" in said


def test_a_load_that_is_given_up_ends_the_process(tmp_path: Path) -> None:
    """Also while it reads; nothing is left running."""
    save_tokenizer(tmp_path)
    config("llama").save_pretrained(tmp_path)
    said = run_python(
        "import sys\nfrom pathlib import Path\nimport psutil\n"
        "from llmdesk.engine.weights.kept_reading import Reading\n"
        "def report(phase, done):\n    raise KeyboardInterrupt\n"
        f"try:\n    Reading(Path({str(tmp_path)!r}), Path({str(tmp_path / 'kept')!r}), report)\n"
        "except KeyboardInterrupt:\n    print(len(psutil.Process().children()), 'transformers' in sys.modules)"
    )
    assert said == "0 False"


def test_a_process_that_was_begun_ahead_reads_the_first_model(tmp_path: Path) -> None:
    save_tokenizer(tmp_path)
    config("llama").save_pretrained(tmp_path)
    said = run_python(
        "import sys\nfrom pathlib import Path\n"
        "from llmdesk.engine.weights import reading_aside\nfrom llmdesk.engine.weights.kept_reading import Reading\n"
        "reading_aside.start_ahead()\nahead = reading_aside._ahead[0]\n"
        f"reading = Reading(Path({str(tmp_path)!r}), Path({str(tmp_path / 'kept')!r}))\n"
        "print(reading.is_kept, ahead.returncode, reading_aside._ahead, 'transformers' in sys.modules)"
    )
    assert said == "True 0 [] False"


def test_a_process_that_was_begun_ahead_in_vain_leaves_nothing() -> None:
    said = run_python(
        "import time\nimport psutil\nfrom llmdesk.engine.weights import reading_aside\n"
        "reading_aside.start_ahead()\nreading_aside._ahead[0].kill()  # as it ends by itself, after a minute\n"
        "until_s = time.monotonic() + 20\n"
        "while psutil.Process().children() and time.monotonic() < until_s:\n    time.sleep(0.02)\n"
        "print(psutil.Process().children())"
    )
    assert said == "[]"


@pytest.mark.parametrize(
    ("values", "is_ours"),
    [({}, True), ({"hidden_act": "gelu"}, False), ({"clip_qkv": 8.0}, False), ({"model_type": ["llama"]}, False)],
)
def test_no_process_begins_for_a_folder_that_transformers_runs(
    values: dict[str, Any], is_ours: bool, tmp_path: Path
) -> None:
    from llmdesk.engine.weights.reading_aside import _is_known

    (tmp_path / "config.json").write_text(json.dumps({"model_type": "llama", **values}), encoding="utf-8")
    assert _is_known(tmp_path) is is_ours


TEMPLATE = """{%- if not messages %}{{ raise_exception('no messages') }}{% endif -%}
{% for m in messages %}{% if m.role == 'tool' %}{% continue %}{% endif %}[{{ m.role }}] {{ m.content | trim }}
{% endfor %}{% if tools %}{{ tools | tojson(indent=2) }}{% endif %}{{ strftime_now('%d %B %Y') }}
{% generation %}{{ bos_token }}{% endgeneration %}{% if add_generation_prompt %}[assistant]{% endif %}"""


def test_a_kept_template_writes_what_transformers_writes(tmp_path: Path) -> None:
    from transformers import AutoTokenizer

    from llmdesk.engine.generation.template_process import TemplateProcess
    from llmdesk.errors import ModelDamaged, PromptError

    save_tokenizer(tmp_path)
    config("llama").save_pretrained(tmp_path)
    (tmp_path / "chat_template.jinja").write_text(TEMPLATE, encoding="utf-8")
    theirs = AutoTokenizer.from_pretrained(tmp_path)
    found = kept(tmp_path, tmp_path / "kept")[1].tokenizer.get_chat_template()
    assert found == TEMPLATE
    turns = [{"role": "user", "content": " ä & <b> "}, {"role": "tool", "content": "x"}]
    tools = [{"type": "function", "function": {"name": "f", "parameters": {}}}]
    expected = theirs.apply_chat_template(turns, tools=tools, add_generation_prompt=True, tokenize=False)
    values = {"messages": turns, "tools": tools, "add_generation_prompt": True, **theirs.special_tokens_map}
    process = TemplateProcess(str(found))
    assert process.render(values) == expected
    with pytest.raises(PromptError, match="no messages"):
        process.render({**values, "messages": []})
    process.close()
    with pytest.raises(ModelDamaged, match="unsafe"):
        TemplateProcess("{{ ''.__class__.__mro__ }}{{ messages.append(1) }}").render(values)


@pytest.mark.may_log("is read again")
def test_what_was_kept_is_not_believed_when_anything_changed(tmp_path: Path) -> None:
    save_tokenizer(tmp_path)
    config("llama").save_pretrained(tmp_path)
    kept(tmp_path, keep_in := tmp_path / "kept")
    file = keep_in / "reading.kept"
    whole = file.read_bytes()
    file.write_bytes(whole[:-20] + b"x" * 20)
    assert not Reading(tmp_path, keep_in).is_kept
    file.write_bytes(whole)
    assert Reading(tmp_path, keep_in).is_kept
    os.utime(tmp_path / "tokenizer.json", ns=(1, 1))
    assert not Reading(tmp_path, keep_in).is_kept


ROPES: dict[str, dict[str, Any]] = {
    "linear": {"factor": 4.0},
    "dynamic": {"factor": 2.0},
    "yarn": {"factor": 4.0, "original_max_position_embeddings": 64, "beta_fast": 20},
    "longrope": {"short_factor": [1.5] * 8, "long_factor": [4.0] * 8, "original_max_position_embeddings": 64},
    "llama3": {
        "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 512,
    },
    "proportional": {"partial_rotary_factor": 0.25},
}  # fmt: skip


@pytest.mark.parametrize("way", sorted(WAYS))
@pytest.mark.parametrize("context_tokens", [60, 4000])
def test_scaled_frequencies_are_those_of_transformers(way: str, context_tokens: int) -> None:
    from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

    values = {"rope_type": way, "rope_theta": 500_000.0, **ROPES[way]}
    of = config("llama", rope_parameters=dict(values), max_position_embeddings=2048)
    expected, attention = ROPE_INIT_FUNCTIONS[way](of, "cpu", seq_len=context_tokens)
    found, factor = WAYS[way](Scaled(of.rope_parameters, 16, context_tokens, 2048))
    assert np.allclose(found, expected.numpy(), rtol=1e-6, atol=0)
    assert factor == pytest.approx(attention)
