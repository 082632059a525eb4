"""Models in several files, with old keys, or with SentencePiece's tokenizer are what they were made of."""

from __future__ import annotations

import json
import math
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from llmdesk.datatypes.model import LocalModel
from llmdesk.engine.backend import LoadOptions
from llmdesk.engine.serving.loaded_models import LoadedModels
from llmdesk.errors import ModelDamaged, UnsupportedModel
from llmdesk.models.catalogue import Catalogue
from tests.engine.oracle import build, local_model, logits_of, oracle
from tests.engine.tiny_gguf import write_model_gguf
from tests.engine.tiny_models import save_model
from tests.engine.weights.tokenizer_texts import TEXTS

torch = pytest.importorskip("torch")
gguf = pytest.importorskip("gguf")
pytestmark = pytest.mark.model

IDS = [7, 33, 2, 100, 41, 5, 90]


def logits(path: Path, precision: str = "bf16") -> Any:
    network, _ = build(path, precision)
    return network.forward(IDS, network.new_cache())


def test_a_split_gguf_file_computes_what_the_whole_one_does(tmp_path: Path) -> None:
    folder = save_model(tmp_path / "m")
    whole = write_model_gguf(folder, tmp_path / "whole.gguf", "Q8_0")
    write_model_gguf(folder, tmp_path / "cut.gguf", "Q8_0", split_max_tensors=9)
    parts = sorted(tmp_path.glob("cut-*.gguf"))
    assert len(parts) > 2
    expected = logits(whole)
    for part in (parts[0], parts[-1]):
        assert torch.equal(logits(part), expected)
    changed = parts[-1].stat().st_mtime_ns
    before = {path.name for path in converted()}
    os.utime(parts[-1], ns=(changed + 10**9, changed + 10**9))
    logits(parts[0])
    assert {path.name for path in converted()} != before  # another version of one part is another model
    parts[1].unlink()
    with pytest.raises(ModelDamaged, match=parts[1].name):
        logits(parts[0])


def converted() -> list[Path]:
    from llmdesk import paths

    return sorted((paths.cache_dir() / "converted").iterdir())


def test_sharded_safetensors_compute_what_one_file_does(tmp_path: Path) -> None:
    from transformers import AutoModelForCausalLM

    folder = save_model(tmp_path / "m")
    shutil.copytree(folder, tmp_path / "cut")
    (tmp_path / "cut" / "model.safetensors").unlink()
    AutoModelForCausalLM.from_pretrained(folder).save_pretrained(tmp_path / "cut", max_shard_size="60KB")
    assert len(list((tmp_path / "cut").glob("model-*.safetensors"))) > 2
    assert torch.equal(logits(tmp_path / "cut"), logits(folder))


def test_a_blob_without_an_ending_loads(tmp_path: Path) -> None:
    whole = write_model_gguf(save_model(tmp_path / "m"), tmp_path / "whole.gguf")
    blob = tmp_path / ("sha256-" + "a" * 64)
    shutil.copy(whole, blob)
    assert torch.equal(logits(blob), logits(whole))
    long = tmp_path / ("ö" * 110 + ".gguf")
    shutil.copy(whole, long)
    assert torch.equal(logits(long), logits(whole))


# -- keys of old GGUF files --------------------------------------------------------------------------------------------


def config_of(tmp_path: Path, fields: dict[str, Any], architecture: str = "llama", drop: str = "") -> Any:
    """The configuration that is read of a tiny file with these fields beside the usual ones."""
    from llmdesk.engine.weights.gguf_config import read_config
    from llmdesk.engine.weights.gguf_file import GgufFile

    path = tmp_path / "old.gguf"
    writer = gguf.GGUFWriter(path, architecture)
    values: dict[str, Any] = {
        "context_length": 512, "embedding_length": 64, "block_count": 2, "feed_forward_length": 128,
        "attention.head_count": 4, "attention.layer_norm_rms_epsilon": 1e-5, **fields,
    }  # fmt: skip
    for name, value in values.items():
        key = f"{architecture}.{name.replace('__', '.')}"
        if name.replace("__", ".") == drop:
            continue
        if isinstance(value, list):
            writer.add_array(key, value)
        elif isinstance(value, str):
            writer.add_string(key, value)
        else:
            (writer.add_float32 if isinstance(value, float) else writer.add_uint32)(key, value)
    import numpy as np

    writer.add_tensor("token_embd.weight", np.zeros((10, 64), dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return read_config(GgufFile(path))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"rope__scale_linear": 4.0}, ("linear", 4.0)),
        ({"rope__scaling__factor": 8.0}, ("linear", 8.0)),
        ({"rope__scaling__factor": 8.0, "rope__scale_linear": 4.0}, ("linear", 8.0)),
        ({"rope__scaling__factor": 0.0, "rope__scale_linear": 4.0}, ("default", None)),  # llama.cpp looks no further
        ({"rope__scaling__type": "linear", "rope__scale_linear": 2.0}, ("linear", 2.0)),
        ({"rope__scaling__type": "none", "rope__scaling__factor": 8.0}, ("default", None)),
        ({"rope__scale_linear": 1.0}, ("default", None)),
        ({"rope__scale_linear": 0.0}, ("default", None)),
        ({"rope__scaling__type": "linear"}, ("default", None)),
        ({"rope__scaling__type": "yarn", "rope__scaling__factor": 4.0}, ("yarn", 4.0)),
        ({}, ("default", None)),
    ],
)
def test_a_scaling_of_the_first_days(
    fields: dict[str, Any], expected: tuple[str, float | None], tmp_path: Path
) -> None:
    rope = config_of(tmp_path, fields).rope_parameters
    assert (rope["rope_type"], rope.get("factor")) == expected
    assert rope["rope_theta"] == 10_000.0


def test_the_angles_of_an_old_file_are_those_of_transformers(tmp_path: Path) -> None:
    import numpy as np

    from llmdesk.engine.networks.architecture import describe

    config = config_of(tmp_path, {"rope__scale_linear": 4.0})
    (rotary,) = describe(config, 512).rotaries
    expected = 1 / (10_000 ** (np.arange(0, 16, 2) / 16)) / 4
    assert np.allclose(rotary.inverse_frequencies, expected, rtol=1e-6)


def test_yarn_with_fields_of_its_own(tmp_path: Path) -> None:
    fields = {
        "rope__scaling__type": "yarn",
        "rope__scaling__factor": 4.0,
        "rope__scaling__original_context_length": 128,
    }
    rope = config_of(
        tmp_path, {**fields, "rope__scaling__attn_factor": 0.5, "rope__scaling__yarn_beta_fast": 16.0}
    ).rope_parameters
    assert rope["attention_factor"] == pytest.approx(0.5 * (1 + 0.1 * math.log(4)))
    assert (rope["beta_fast"], rope.get("beta_slow")) == (16.0, None)
    assert rope["original_max_position_embeddings"] == 128


def test_a_list_with_the_same_value_for_every_layer_is_that_value(tmp_path: Path) -> None:
    lists = {"attention.head_count": [4, 4], "attention.head_count_kv": [2, 2], "feed_forward_length": [96, 96]}
    config = config_of(tmp_path, lists)
    assert (config.num_attention_heads, config.num_key_value_heads, config.intermediate_size) == (4, 2, 96)
    with pytest.raises(UnsupportedModel, match=r"different sizes \(llama\.attention\.head_count_kv\)"):
        config_of(tmp_path, {"attention.head_count_kv": [2, 4]})


def test_a_gemma_without_a_window_looks_at_everything(tmp_path: Path) -> None:
    assert set(config_of(tmp_path, {}, "gemma3").layer_types) == {"full_attention"}
    assert config_of(tmp_path, {"attention__sliding_window": 32}, "gemma3").layer_types == ["sliding_attention"] * 2
    old = config_of(tmp_path, {}, "gemma2")
    assert (old.attn_logit_softcapping, old.final_logit_softcapping, old.sliding_window) == (50.0, 30.0, 4096)


EPSILON = "attention.layer_norm_rms_epsilon"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, (1e6, "default", None, 1e4, 1e-6)),
        ({"context_length": 131072}, (1e6, "linear", 8.0, 1e4, 1e-6)),
        ({"rope__global__freq_base": 5e5, "rope__local__freq_base": 2e4}, (5e5, "default", None, 2e4, 1e-6)),
        ({"rope__freq_base": 3e5, "context_length": 131072, "rope__scaling__factor": 1.0},
         (3e5, "default", None, 1e4, 1e-6)),
    ],
)  # fmt: skip
def test_gemma_as_ollama_s_converter_writes_it(
    fields: dict[str, Any], expected: tuple[Any, ...], tmp_path: Path
) -> None:
    config = config_of(tmp_path, {"attention__sliding_window": 32, **fields}, "gemma3", drop=EPSILON)
    whole, local = config.rope_parameters["full_attention"], config.rope_parameters["sliding_attention"]
    found = (whole["rope_theta"], whole["rope_type"], whole.get("factor"), local["rope_theta"], config.rms_norm_eps)
    assert found == expected


def test_other_files_get_no_values_of_ollama_s(tmp_path: Path) -> None:
    config = config_of(tmp_path, {"attention__sliding_window": 32, "context_length": 131072}, "gemma3")
    assert config.rope_parameters["full_attention"] == {"rope_type": "default", "rope_theta": 10_000.0}
    with pytest.raises(ModelDamaged, match="layer_norm_rms_epsilon"):
        config_of(tmp_path, {}, drop=EPSILON)


# -- tokenizer.model ---------------------------------------------------------------------------------------------------


def train(folder: Path, **options: Any) -> Any:
    """SentencePiece's own, trained on the texts; the file is ``folder / "tokenizer.model"``."""
    sentencepiece = pytest.importorskip("sentencepiece")
    folder.mkdir(parents=True, exist_ok=True)
    lines = [line for text in TEXTS for line in text.splitlines() if line.strip() and "\0" not in line] * 3
    (folder / "texts.txt").write_text("\n".join(lines), encoding="utf-8")
    values = {"vocab_size": 900, "character_coverage": 0.98, "byte_fallback": True, "minloglevel": 2,
              "hard_vocab_limit": options.get("model_type") == "bpe", **options}  # fmt: skip
    sentencepiece.SentencePieceTrainer.train(
        input=str(folder / "texts.txt"), model_prefix=str(folder / "tokenizer"), **values
    )
    (folder / "texts.txt").unlink()
    (folder / "tokenizer.vocab").unlink()
    return sentencepiece.SentencePieceProcessor(model_file=str(folder / "tokenizer.model"))


LLAMA = {"normalization_rule_name": "identity", "remove_extra_whitespaces": False, "split_digits": True,
         "allow_whitespace_only_pieces": True}  # fmt: skip


@pytest.mark.parametrize(
    "options",
    [
        {"model_type": "bpe", **LLAMA},
        {"model_type": "bpe", "add_dummy_prefix": False, **LLAMA},
        {"model_type": "bpe", "user_defined_symbols": ["<tool>", "[INST]"], **LLAMA},
        {"model_type": "bpe", "user_defined_symbols": ["\u2581\u2581", "\n\n", "12"], **LLAMA},
        {"model_type": "unigram", **LLAMA},
        {"model_type": "unigram", "user_defined_symbols": ["[INST]", "\u2581\u2581"], **LLAMA},
        {"model_type": "unigram"},
        {"model_type": "unigram", "byte_fallback": False},
        {"model_type": "bpe"},
    ],
)
def test_ids_are_sentencepiece_s_own(options: dict[str, Any], tmp_path: Path) -> None:
    from llmdesk.engine.weights.model_files import open_tokenizer

    reference = train(tmp_path / "m", **options)
    tokenizer = open_tokenizer(tmp_path / "m")
    texts = [text for text in TEXTS if "\0" not in text and text and "<s>" not in text and "</s>" not in text]
    assert len(texts) >= 200
    ours = [tokenizer(text, add_special_tokens=False).input_ids for text in texts]
    theirs = [reference.encode(text) for text in texts]
    different = {text: pair for text, *pair in zip(texts, ours, theirs, strict=True) if pair[0] != pair[1]}
    if options["model_type"] == "unigram":  # of equally probable cuts of a run of one letter, rounding takes one
        different = {text: pair for text, pair in different.items() if not are_equally_probable(reference, *pair)}
    assert different == {}
    assert tokenizer("Hello").input_ids == [reference.bos_id(), *reference.encode("Hello")]
    text = "Grüße an 12 Freunde."
    assert tokenizer.decode(reference.encode(text)) == reference.decode(reference.encode(text))


def are_equally_probable(reference: Any, *cuts: list[int]) -> bool:
    ours, theirs = (sum(reference.get_score(index) for index in ids) for ids in cuts)
    return math.isclose(ours, theirs, rel_tol=1e-6) and sorted(cuts[0]) == sorted(cuts[1])


def test_a_folder_with_tokenizer_model_only_answers_as_transformers(tmp_path: Path) -> None:
    reference = train(tmp_path / "m", model_type="bpe", **LLAMA)
    folder = save_model(tmp_path / "m", vocab_size=905, bos_token_id=1, eos_token_id=2)
    for name in ("tokenizer.json", "chat_template.jinja"):
        (folder / name).unlink(missing_ok=True)
    added = {
        str(900 + number): {"content": f"<|{name}|>", "special": True} for number, name in enumerate(("end", "user"))
    }
    template = "{% for m in messages %}<|user|>{{ m['content'] }}<|end|>{% endfor %}"
    config = {"added_tokens_decoder": added, "bos_token": "<s>", "eos_token": {"content": "</s>"},
              "add_bos_token": False, "chat_template": template}  # fmt: skip
    (folder / "tokenizer_config.json").write_text(json.dumps(config))
    catalogue = Catalogue.load()
    local = catalogue.resolve(catalogue.add_path(folder).id)
    network, prepared = build(local.path)
    tokenizer = prepared.tokenizer
    assert (tokenizer.bos_token_id, tokenizer.eos_token_id, tokenizer.chat_template) == (1, 2, template)
    ids = tokenizer.encode("<|user|>Hello<|end|>")
    assert ids == [901, *reference.encode("Hello"), 900]
    ours = network.forward(ids, network.new_cache())[0]
    assert torch.allclose(ours.float(), logits_of(oracle(folder), ids)[-1], atol=2e-2)


@pytest.mark.parametrize("kind", ["word", "char"])
def test_other_kinds_of_sentencepiece_are_refused_when_added(kind: str, tmp_path: Path) -> None:
    options = {"byte_fallback": False, "vocab_size": 200}
    train(tmp_path / "m", model_type=kind, **options)
    folder = save_model(tmp_path / "m")
    (folder / "tokenizer.json").unlink()
    with pytest.raises(UnsupportedModel, match=r"tokenizer\.model cuts texts in a way"):
        Catalogue.load().add_path(folder)


def test_a_broken_tokenizer_model_is_damaged_wherever_it_ends(tmp_path: Path) -> None:
    from llmdesk import sentencepiece_file

    train(tmp_path / "m", model_type="bpe")
    file = tmp_path / "m" / "tokenizer.model"
    data = file.read_bytes()
    for keep in (1, 5, 100, 1001):
        file.write_bytes(data[:keep])
        with pytest.raises(ModelDamaged, match=r"tokenizer\.model is not one of SentencePiece's"):
            sentencepiece_file.read(file)


# -- advice ------------------------------------------------------------------------------------------------------------


@pytest.mark.may_log("loading")
@pytest.mark.may_log("made again")
def test_nobody_is_told_to_fetch_their_own_file_again(tmp_path: Path) -> None:
    """What is found only in the middle of a load, where nobody knows where the file came from."""
    from llmdesk.engine.backends.stacks import NativeBackend

    folder = save_model(tmp_path / "m", num_hidden_layers=1)
    write_model_gguf(folder, tmp_path / "x.gguf", "F32")
    values = json.loads((folder / "config.json").read_text()) | {"num_hidden_layers": 3}  # more than there are
    (folder / "config.json").write_text(json.dumps(values))
    catalogue = Catalogue.load()

    def hint_of(local: LocalModel) -> str:
        models = LoadedModels(NativeBackend, lambda _: local, lambda *_: None)
        error = models.load(local.spec.id, LoadOptions(), "gui")
        assert error is not None
        assert error.kind == "ModelDamaged"
        return error.hint

    local = catalogue.resolve(catalogue.add_path(folder).id)
    assert hint_of(local) == "Copy or download these files again."
    fetched = LocalModel(catalogue.get("qwen3-0.6b"), local.path, local.size, "Fetch it again: …")
    assert hint_of(fetched) == "Fetch it again: …"
    assert "etch it again" not in ModelDamaged("x").hint
    assert local_model(folder).damaged_hint == ""
