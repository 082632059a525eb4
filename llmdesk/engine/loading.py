"""From files on disk to weights, configuration and tokenizer; converts once (engine thread only)."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmdesk import paths
from llmdesk.datatypes import LocalModel, Precision
from llmdesk.engine.backend import LoadReporter
from llmdesk.engine.gguf_file import GgufFile
from llmdesk.engine.weights import (
    GROUP,
    Int4Matrix,
    Int8Matrix,
    Weights,
    dequantized,
    quantize_int4,
    quantize_int8,
    save_weights,
)
from llmdesk.errors import ModelDamaged, UnsupportedModel

if TYPE_CHECKING:
    import torch

    from llmdesk.engine.weights import Matrix

FORMAT = 1
"""Version of the converted files; a change makes old ones useless, so they are made again."""

_EMBEDDING, _HEAD = "model.embed_tokens.weight", "lm_head.weight"


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
        ModelDamaged, UnsupportedModel, LoadCancelled (out of ``report``), OSError (disk full).
    """
    report("opening the model", 0.02)
    is_gguf = model.path.is_file()
    if not model.path.exists():
        raise ModelDamaged(f"{model.path} is not there any more.")
    converted = _converted_folder(model.path)
    folder = converted if is_gguf else model.path
    weights_file = converted / f"weights-{precision}.safetensors"
    weights = _kept_weights(weights_file)
    gguf: GgufFile | None = None
    if is_gguf and not ((folder / "config.json").exists() and weights is not None):
        _check_sha256(model, report)
        report("reading the GGUF file, once", 0.05)
        gguf = GgufFile(model.path)
    if gguf is not None and not (folder / "config.json").exists():
        with gguf.shared():  # transformers opens the file twice
            _convert_tokenizer(model.path, folder, report)
    config, tokenizer = _open_config(folder), _open_tokenizer(folder)
    _refuse_packed_weights(config)
    if not is_gguf and precision == "bf16":
        return PreparedModel(config, tokenizer, Weights(_safetensors_files(folder)), folder, precision)
    if weights is None:
        converted.mkdir(parents=True, exist_ok=True)
        source = _gguf_matrices(gguf, precision) if gguf is not None else _folder_matrices(folder)
        save_weights(weights_file, _quantized(source, config, precision, report))
        weights = Weights([weights_file])
    report("reading weights", 0.6)
    return PreparedModel(config, tokenizer, weights, folder, precision)


def _kept_weights(file: Path) -> Weights | None:
    """What an earlier conversion left; None if it is not there or not whole, so that it is made again."""
    try:
        return Weights([file])
    except ModelDamaged:
        return None


def _converted_folder(path: Path) -> Path:
    """One folder per version of a file: another size or time of change is another model."""
    files = [path] if path.is_file() else sorted(path.glob("*.safetensors"))
    facts = [str(path.absolute()), str(FORMAT), *(f"{f.name} {f.stat().st_size} {f.stat().st_mtime_ns}" for f in files)]
    key = hashlib.sha256("\n".join(facts).encode()).hexdigest()[:16]
    return paths.cache_dir() / "converted" / f"{path.stem}-{key}"


def _check_sha256(model: LocalModel, report: LoadReporter) -> None:
    expected = model.spec.source.sha256
    if not expected:
        return
    report("checking the file", 0.04)
    with model.path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != expected:
        raise ModelDamaged(f"{model.path.name} is not the file that was published (SHA-256 {found[:12]}…).")


def _convert_tokenizer(gguf: Path, folder: Path, report: LoadReporter) -> None:
    """tokenizer.json and config.json out of a GGUF file; where config.json is, the rest is."""
    from transformers import AutoConfig, AutoTokenizer

    report("converting the tokenizer, once", 0.1)
    try:
        config = AutoConfig.from_pretrained(gguf.parent, gguf_file=gguf.name)
        report("converting the tokenizer, once", 0.25)
        tokenizer = AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name)
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise UnsupportedModel(
            f"The tokenizer or configuration in {gguf.name} cannot be converted: {error}",
            "Open the model's safetensors folder instead.",
        ) from error
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix="partial-", dir=folder.parent))
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


def _refuse_packed_weights(config: Any) -> None:
    """Files that hold somebody's packed form (bitnet, gptq, awq ...) would be read as if they were plain numbers."""
    packing = getattr(config, "quantization_config", None)
    if packing:
        method = packing.get("quant_method", "unknown") if isinstance(packing, dict) else type(packing).__name__
        raise UnsupportedModel(
            f"The weights are stored in the packed form “{method}”, which llmdesk cannot read yet.",
            "Choose the same model with plain weights, or as a GGUF file.",
        )


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
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        raise ModelDamaged(f"There is no *.safetensors file in {folder}.")
    return files


def _gguf_matrices(file: GgufFile, precision: Precision) -> tuple[int, Any]:
    return len(file), file.tensors(keep_int4=precision == "int4")


def _folder_matrices(folder: Path) -> tuple[int, Any]:
    weights = Weights(_safetensors_files(folder))
    names = sorted(weights.names())
    return len(names), ((name, weights.tensor(name)) for name in names)


def _quantized(source: tuple[int, Any], config: Any, precision: Precision, report: LoadReporter) -> dict[str, Matrix]:
    """Every matrix in the form that the precision asks for.

    The embedding is looked up, not multiplied, and stays bf16. The head decides over the token and is int8 at least.
    A GGUF's own 4-bit blocks are kept; what it holds in more bits becomes int8 rather than be rounded to 4.
    """
    count, matrices = source
    from_gguf = False
    result: dict[str, Matrix] = {}
    for index, (name, matrix) in enumerate(matrices):
        report("converting the weights, once", 0.3 + 0.3 * index / count)
        from_gguf |= isinstance(matrix, Int4Matrix)
        result[name] = _in_precision(name, matrix, precision, from_gguf)
        if name == _EMBEDDING and getattr(config, "tie_word_embeddings", False):
            result[_HEAD] = _in_precision(_HEAD, matrix, precision, from_gguf)
    return result


def _in_precision(name: str, matrix: Matrix, precision: Precision, from_gguf: bool) -> Matrix:
    import torch

    if isinstance(matrix, Int4Matrix | Int8Matrix):
        return matrix.dequantized().to(torch.bfloat16) if name == _EMBEDDING else matrix
    if matrix.dim() != 2 or name == _EMBEDDING or precision == "bf16":
        return matrix.to(torch.bfloat16)
    if precision == "int4" and name != _HEAD and not from_gguf and matrix.shape[1] % GROUP == 0:
        return quantize_int4(matrix)
    return quantize_int8(matrix)


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


def float_state(prepared: PreparedModel, dtype: torch.dtype) -> dict[str, torch.Tensor]:
    """All weights as plain tensors, for transformers' own modules."""
    return {name: dequantized(prepared.weights.matrix(name)).to(dtype) for name in prepared.weights.names()}
