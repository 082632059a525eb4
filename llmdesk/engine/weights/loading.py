"""From files on disk to weights, configuration and tokenizer; converts once (engine thread only)."""

from __future__ import annotations

import hashlib
import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmdesk import gguf_parts, paths
from llmdesk.datatypes.model import LocalModel, Precision
from llmdesk.engine.backend import LoadReporter
from llmdesk.engine.matrices.stored import Weights
from llmdesk.engine.networks.architecture import describe, obstacle, rope_factors_of, rounds_activations
from llmdesk.engine.networks.families import classes
from llmdesk.engine.networks.tensor_shapes import check_shapes
from llmdesk.engine.weights import reading_aside
from llmdesk.engine.weights.bitnet import ternary_tensors
from llmdesk.engine.weights.conversion import Rules, convert
from llmdesk.engine.weights.expert_tensors import joined_experts
from llmdesk.engine.weights.gguf_file import GgufFile
from llmdesk.engine.weights.gguf_small_files import convert_small_files
from llmdesk.engine.weights.kept_files import converted_folder, kept_files_are_whole, remove_other_versions
from llmdesk.engine.weights.kept_reading import Reading
from llmdesk.engine.weights.layout import layout_of
from llmdesk.engine.weights.model_files import end_tokens, packing_of, safetensors_files
from llmdesk.engine.weights.modules_conversion import convert_modules
from llmdesk.engine.weights.read_ahead import note_last
from llmdesk.engine.weights.renamed import renamed
from llmdesk.engine.weights.safetensors_source import FileWeights, safetensors_tensors
from llmdesk.engine.weights.transformers_source import TransformersWeights
from llmdesk.engine.weights.weights_file import kept_weights, remove_leftovers
from llmdesk.engine.weights.writing_tensors import writing_tensors
from llmdesk.errors import ModelDamaged, SetupError, UnsupportedModel
from llmdesk.file_errors import said_of_a_file
from llmdesk.words import is_text, say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from llmdesk.engine.weights.layout import Layout
    from llmdesk.engine.weights.source import SourceTensor

log = logging.getLogger(__name__)

_READ_BYTES = 1 << 24


@dataclass(frozen=True, slots=True)
class PreparedModel:
    """What a backend builds a model from. ``folder`` holds config.json and the tokenizer; ``gguf`` is the model's own
    file, if it is one."""

    config: Any
    tokenizer: Any
    weights: Weights
    folder: Path
    precision: Precision
    gguf: Path | None = None


def prepare(model: LocalModel, precision: Precision, report: LoadReporter) -> PreparedModel:
    """Convert what has to be converted and open the rest.

    What an earlier conversion left is ours: where it turns out damaged it is deleted and made again, once.

    Raises:
        ModelDamaged, UnsupportedModel, NotEnoughDisk, LoadCancelled (out of ``report``).
        SetupError: the model's folder, or that of converted models, has a name that is no text.
        LlmdeskError: the folder of converted models cannot be written to.
    """
    report(say("opening the model"), 0.02)
    for path in gguf_parts.files_of(model.path):
        if not path.exists():
            raise ModelDamaged(say("{path} is not there any more.", path=path))
    _check_names(model.path)
    converted = converted_folder(model.path)
    try:
        return _prepared(model, precision, converted, report)
    except _KeptIsDamaged as error:
        what = str(error)
    # Not above: there the error still holds the mapped file, and Windows deletes none that is mapped.
    log.warning("what was converted of %s is made again, since it is damaged: %s", model.spec.id, what)
    shutil.rmtree(converted, ignore_errors=True)
    return _prepared(model, precision, converted, report)


def _check_names(path: Path) -> None:
    """The library of tokenizers reads from folders whose names are text. Raises SetupError."""
    for folder in (path.parent, paths.cache_dir()) if path.is_file() else (path,):
        if not is_text(str(folder)):
            raise SetupError(
                say("The name of the folder {folder} is no text in UTF-8.", folder=folder),
                say("Rename it, or set LLMDESK_HOME to another folder."),
            )


class _KeptIsDamaged(ModelDamaged):
    """What an earlier conversion left cannot be used."""


@contextmanager
def _blaming_what_was_kept(was_kept: bool) -> Iterator[None]:
    try:
        yield
    except (ModelDamaged, UnsupportedModel) as error:
        if not was_kept:
            raise
        raise _KeptIsDamaged(error.user_message, error.hint, error.detail) from error


def _prepared(model: LocalModel, precision: Precision, converted: Path, report: LoadReporter) -> PreparedModel:
    is_gguf = model.path.is_file()
    folder = converted if is_gguf else model.path
    gguf: GgufFile | None = None
    was_kept = is_gguf and kept_files_are_whole(folder)
    if is_gguf and not was_kept:
        with reading_aside.begun(model.path, converted) as was_read:
            gguf = _open_gguf(model, report)
            if not (was_read(report) and kept_files_are_whole(folder)):
                convert_small_files(gguf, folder, report)
    with _blaming_what_was_kept(was_kept):
        reading = Reading(folder, converted, report)
        config, tokenizer = reading.config, reading.tokenizer
        packing = packing_of(config)
    if not is_gguf and packing is None and obstacle(config) is not None:
        read = _of_transformers(config, precision, converted, safetensors_files(folder), report)
        return PreparedModel(config, tokenizer, read, folder, precision)
    if not is_gguf and precision == "bf16" and packing is None:
        files = FileWeights(
            safetensors_files(folder), lambda tensors: _arranged(writing_tensors(folder, tensors), config)
        )
        return _checked(PreparedModel(config, tokenizer, files, folder, precision))
    layout = layout_of(config, precision, report)
    file = converted / f"weights-{precision}{'-panels' if layout else ''}.safetensors"
    weights = kept_weights(file, converted.name, lambda: report(say("checking the converted weights"), 0.03))
    if is_kept := weights is not None:
        report(say("reading weights"), 0.6)
    else:
        source = (gguf or _open_gguf(model, report)) if is_gguf else None
        weights = _convert_weights(source, config, packing, precision, folder, file, layout, report)
    with _blaming_what_was_kept(was_kept or is_kept):
        file_of_all = model.path if is_gguf else None
        prepared = _checked(PreparedModel(config, tokenizer, weights, folder, precision, file_of_all))
    reading.keep()
    note_last(file)
    return prepared


def _convert_weights(
    gguf: GgufFile | None,
    config: Any,
    packing: dict[str, Any] | None,
    precision: Precision,
    folder: Path,
    file: Path,
    layout: Layout | None,
    report: LoadReporter,
) -> Weights:
    """Write the weights file and open it; ``folder`` holds the model's files if these are no GGUF file."""
    converted = file.parent
    remove_leftovers(converted.parent)
    remove_other_versions(converted)
    convert(
        renamed(gguf.tensors(), config) if gguf is not None else _folder_tensors(folder, packing, config),
        _rules(config, precision, gguf, in_panels=layout is not None),
        file,
        converted.name,
        lambda done: report(say("converting the weights, once"), _share(done)),
        layout or (lambda name, matrix: matrix),
    )
    report(say("reading weights"), 0.6)
    return Weights([file])


def _of_transformers(
    config: Any, precision: Precision, converted: Path, files: list[Path], report: LoadReporter
) -> Weights:
    """What the decoders do not know is read by transformers: in 16 bits at each load, else once."""
    import transformers

    with said_of_a_file(say("config.json cannot be used"), UnsupportedModel, ""):
        classes(config)  # before anything is converted
    if precision == "bf16":
        return TransformersWeights(config, files)
    file = converted / f"weights-{precision}-modules.safetensors"
    source = f"{converted.name} of transformers {transformers.__version__}"  # names are its modules'
    weights = kept_weights(file, source, lambda: report(say("checking the converted weights"), 0.03))
    if weights is None:
        remove_leftovers(converted.parent)
        remove_other_versions(converted)
        tell = lambda done: report(say("converting the weights, once"), _share(done))  # noqa: E731
        convert_modules(config, FileWeights(files), precision, file, source, tell)
        weights = Weights([file])
    report(say("reading weights"), 0.6)
    return weights


def _checked(prepared: PreparedModel) -> PreparedModel:
    """The same, if its weights are those that its configuration tells of. Raises ModelDamaged."""
    if obstacle(prepared.config) is None:
        check_shapes(prepared.weights, describe(prepared.config, 1, rope_factors_of(prepared.weights)))
    return prepared


def source_tensors(model: LocalModel, config: Any) -> Iterable[SourceTensor]:
    """All tensors as the model's own files hold them, or as transformers reads them, whatever was converted.

    Args:
        config: the model's (PreparedModel.config).

    Raises:
        ModelDamaged, UnsupportedModel.
    """
    if model.path.is_file():
        return renamed(GgufFile(model.path).tensors(), config)
    packing = packing_of(config)
    if packing is None and obstacle(config) is not None:
        return TransformersWeights(config, safetensors_files(model.path)).held()
    return _folder_tensors(model.path, packing, config)


def _open_gguf(model: LocalModel, report: LoadReporter) -> GgufFile:
    gguf = GgufFile(model.path)
    _check_sha256(model, report)
    return gguf


def _share(converted: float) -> float:
    return 0.2 + 0.39 * converted


def _rules(config: Any, precision: Precision, gguf: GgufFile | None, in_panels: bool) -> Rules:
    return Rules(
        precision,
        tied=bool(getattr(config, "tie_word_embeddings", False)),
        mostly_int4=gguf is not None and gguf.header.int4,
        ternary=rounds_activations(config),
        super_blocks=in_panels,
    )


def _folder_tensors(folder: Path, packing: dict[str, Any] | None, config: Any) -> Iterable[SourceTensor]:
    tensors = writing_tensors(folder, safetensors_tensors(safetensors_files(folder)))
    is_ternary = packing is not None and packing.get("quant_method") != "mxfp4"
    return _arranged(ternary_tensors(tensors, packing or {}) if is_ternary else tensors, config)


def _arranged(tensors: Iterable[SourceTensor], config: Any) -> list[SourceTensor]:
    """As our decoders know them."""
    return joined_experts(renamed(tensors, config))


def _check_sha256(model: LocalModel, report: LoadReporter) -> None:
    expected = model.spec.source.sha256
    if not expected:
        return
    found = hashlib.sha256()
    with model.path.open("rb") as file:
        while data := file.read(_READ_BYTES):
            report(say("checking the file"), 0.04)
            found.update(data)
    if found.hexdigest() != expected:
        raise ModelDamaged(
            say(
                "{name} is not the file that was published (SHA-256 {hexdigest}…).",
                name=model.path.name,
                hexdigest=found.hexdigest()[:12],
            )
        )


def stop_token_ids(prepared: PreparedModel) -> frozenset[int]:
    """Every token that ends an answer. Raises ModelDamaged."""
    return end_tokens(prepared.folder, prepared.config, prepared.tokenizer)
