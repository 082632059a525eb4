"""From files on disk to weights, configuration and tokenizer; converts once (engine thread only)."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmdesk import paths
from llmdesk.datatypes.model import LocalModel, Precision
from llmdesk.engine.backend import LoadReporter
from llmdesk.engine.matrices.forms import Weights
from llmdesk.engine.networks.architecture import rounds_activations
from llmdesk.engine.weights.bitnet import ternary_tensors
from llmdesk.engine.weights.conversion import Rules, convert
from llmdesk.engine.weights.gguf_config import read_config, read_tokenizer
from llmdesk.engine.weights.gguf_file import GgufFile
from llmdesk.engine.weights.safetensors_source import safetensors_tensors
from llmdesk.engine.weights.weights_file import FORMAT, kept_weights, remove_leftovers
from llmdesk.errors import ModelDamaged, UnsupportedModel

if TYPE_CHECKING:
    from collections.abc import Iterable

    from llmdesk.engine.matrices.forms import Matrix, PanelMatrix
    from llmdesk.engine.weights.source import SourceTensor

_READ_BYTES = 1 << 24


@dataclass(frozen=True, slots=True)
class PreparedModel:
    """What a backend builds a model from. ``folder`` holds config.json and the tokenizer."""

    config: Any
    tokenizer: Any
    weights: Weights
    folder: Path
    precision: Precision


def prepare(model: LocalModel, precision: Precision, report: LoadReporter) -> PreparedModel:
    """Convert what has to be converted and open the rest.

    Raises:
        ModelDamaged, UnsupportedModel, NotEnoughDisk, LoadCancelled (out of ``report``).
        LlmdeskError: the folder of converted models cannot be written to.
    """
    report("opening the model", 0.02)
    if not model.path.exists():
        raise ModelDamaged(f"{model.path} is not there any more.")
    is_gguf = model.path.is_file()
    converted = _converted_folder(model.path)
    folder = converted if is_gguf else model.path
    gguf: GgufFile | None = None
    if is_gguf and not (folder / "config.json").exists():
        gguf = _open_gguf(model, report)
        _convert_tokenizer(gguf, folder, report)
    config, tokenizer = _open_config(folder), _open_tokenizer(folder)
    packing = _packing(config)
    if not is_gguf and precision == "bf16" and packing is None:
        return PreparedModel(config, tokenizer, Weights(_safetensors_files(folder)), folder, precision)
    layout = _layout(config, precision, report)
    file = converted / f"weights-{precision}{'-panels' if layout else ''}.safetensors"
    weights = kept_weights(file, converted.name, lambda: report("checking the converted weights", 0.03))
    if weights is None:
        if is_gguf:
            gguf = gguf or _open_gguf(model, report)
        remove_leftovers(converted.parent)
        _remove_other_versions(converted)
        rules = _rules(config, precision, gguf)
        tensors = gguf.tensors() if gguf is not None else _folder_tensors(folder, packing)
        convert(
            tensors,
            rules,
            file,
            converted.name,
            lambda done: report("converting the weights, once", _share(done)),
            layout or (lambda matrix: matrix),
        )
        weights = Weights([file])
    report("reading weights", 0.6)
    return PreparedModel(config, tokenizer, weights, folder, precision)


def source_tensors(model: LocalModel, config: Any) -> Iterable[SourceTensor]:
    """All tensors as the model's own files hold them, whatever was converted.

    Args:
        config: the model's (PreparedModel.config).

    Raises:
        ModelDamaged, UnsupportedModel.
    """
    if model.path.is_file():
        return GgufFile(model.path).tensors()
    return _folder_tensors(model.path, _packing(config))


def _open_gguf(model: LocalModel, report: LoadReporter) -> GgufFile:
    gguf = GgufFile(model.path)
    _check_sha256(model, report)
    return gguf


def _layout(config: Any, precision: Precision, report: LoadReporter) -> Callable[[Matrix], Matrix | PanelMatrix] | None:
    """What brings matrices into the layout of our own kernels, so that they can work on the mapped file.

    None where these kernels do not run the model; then the file holds plain quants and scales for any backend to pack.
    """
    from llmdesk.engine.matrices import panels
    from llmdesk.engine.networks.fused import decoder, library

    library.make(lambda: report("preparing the kernels", 0.03))  # at the first use, if the set-up has not done it
    if decoder.obstacle(config, precision) is not None:
        return None
    kernels = library.best()
    per_row = rounds_activations(config)
    return lambda matrix: panels.in_panels(kernels, matrix, per_row)


def _share(converted: float) -> float:
    return 0.2 + 0.39 * converted


def _rules(config: Any, precision: Precision, gguf: GgufFile | None) -> Rules:
    return Rules(
        precision,
        tied=bool(getattr(config, "tie_word_embeddings", False)),
        mostly_int4=gguf is not None and gguf.header.int4,
        ternary=rounds_activations(config),
    )


def _folder_tensors(folder: Path, packing: dict[str, Any] | None) -> Iterable[SourceTensor]:
    files = _safetensors_files(folder)
    Weights(files)  # says if one is not whole
    tensors = safetensors_tensors(files)
    return tensors if packing is None else ternary_tensors(tensors, packing)


def _converted_folder(path: Path) -> Path:
    """One folder per version of a file: another size or time of change is another model."""
    files = [path] if path.is_file() else sorted(path.glob("*.safetensors"))
    facts = [FORMAT, *(f"{f.name} {f.stat().st_size} {f.stat().st_mtime_ns}" for f in files)]
    place, version = (
        hashlib.sha256(text.encode()).hexdigest()[:12] for text in (str(path.absolute()), "\n".join(facts))
    )
    return paths.cache_dir() / "converted" / f"{path.stem}-{place}-{version}"


def _remove_other_versions(converted: Path) -> None:
    """Of the same model, before its files changed or in an older llmdesk's format: nobody will ask for them again."""
    beginning = converted.name.rpartition("-")[0]
    for folder in converted.parent.glob("*-*"):
        if folder.name.rpartition("-")[0] == beginning and folder != converted and folder.is_dir():
            shutil.rmtree(folder, ignore_errors=True)


def _check_sha256(model: LocalModel, report: LoadReporter) -> None:
    expected = model.spec.source.sha256
    if not expected:
        return
    found = hashlib.sha256()
    with model.path.open("rb") as file:
        while data := file.read(_READ_BYTES):
            report("checking the file", 0.04)
            found.update(data)
    if found.hexdigest() != expected:
        raise ModelDamaged(f"{model.path.name} is not the file that was published (SHA-256 {found.hexdigest()[:12]}…).")


def _convert_tokenizer(gguf: GgufFile, folder: Path, report: LoadReporter) -> None:
    """tokenizer.json and config.json out of a GGUF file; where config.json is, the rest is."""
    report("converting the tokenizer, once", 0.1)
    try:
        tokenizer = read_tokenizer(gguf)
        report("converting the tokenizer, once", 0.18)
        config = read_config(gguf, tokenizer)
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise UnsupportedModel(
            f"The tokenizer or configuration in {gguf.path.name} cannot be converted: {error}",
            "Open the model's safetensors folder instead.",
        ) from error
    partial = folder.parent / f"{folder.name}.{os.getpid()}.partial"
    partial.mkdir(parents=True, exist_ok=True)
    try:
        config.save_pretrained(partial)
        tokenizer.save_pretrained(partial)
        # File by file, the mark of completeness last: another llmdesk may be doing the same or use this folder already.
        folder.mkdir(exist_ok=True)
        for file in sorted(partial.iterdir(), key=lambda file: file.name == "config.json"):
            os.replace(file, folder / file.name)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _open_config(folder: Path) -> Any:
    from transformers import AutoConfig

    try:
        return AutoConfig.from_pretrained(folder, trust_remote_code=False)
    except Exception as error:  # transformers raises OSError, ValueError, KeyError, JSONDecodeError ...
        if "trust_remote_code" in str(error):
            raise UnsupportedModel(
                "This model needs program code from its publisher, and llmdesk never runs such code.",
                "Choose a model of an architecture that transformers knows.",
            ) from error
        if "model_type" in str(error) or "does not recognize" in str(error):
            raise UnsupportedModel("This architecture is unknown to the installed transformers.", "") from error
        raise ModelDamaged(f"config.json cannot be read: {error}") from error


def _packing(config: Any) -> dict[str, Any] | None:
    """How BitNet's weights are packed; None if they are plain numbers.

    Raises:
        UnsupportedModel: another packed form (gptq, awq ...), which would be read as if it were plain numbers.
    """
    packing = getattr(config, "quantization_config", None)
    if not packing:
        return None
    values: dict[str, Any] = packing if isinstance(packing, dict) else packing.to_dict()
    method = getattr(values.get("quant_method"), "value", values.get("quant_method", "unknown"))
    if method != "bitnet":
        raise UnsupportedModel(
            f"The weights are stored in the packed form “{method}”, which llmdesk cannot read yet.",
            "Choose the same model with plain weights, or as a GGUF file.",
        )
    return values


def _open_tokenizer(folder: Path) -> Any:
    from transformers import AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, trust_remote_code=False)
    except Exception as error:
        raise ModelDamaged(f"The tokenizer in {folder.name} cannot be read: {error}") from error
    if not tokenizer.is_fast:
        raise UnsupportedModel("This model has no tokenizer.json.", "")
    return tokenizer


def _safetensors_files(folder: Path) -> list[Path]:
    """Those that the index names, if there is one: some publishers put the same weights there twice."""
    index = folder / "model.safetensors.index.json"
    if index.exists():
        try:
            names = set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values())
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ModelDamaged(f"{index.name} in {folder.name} is damaged.") from error
        files = sorted(folder / name for name in names)
    else:
        files = sorted(folder.glob("*.safetensors"))
    if not files:
        raise ModelDamaged(f"There is no *.safetensors file in {folder}.")
    return files


def stop_token_ids(prepared: PreparedModel) -> frozenset[int]:
    """Every token that ends an answer: of the configuration, generation_config.json and the tokenizer."""
    from transformers import GenerationConfig

    found: set[int] = set()
    sources = [getattr(prepared.config, "eos_token_id", None), prepared.tokenizer.eos_token_id]
    if (prepared.folder / "generation_config.json").exists():
        sources.append(GenerationConfig.from_pretrained(prepared.folder).eos_token_id)
    for ids in sources:
        if ids is not None:
            found |= set(ids) if isinstance(ids, list | tuple) else {ids}
    return frozenset(found)
