"""Folders with models of kinds that are not read: what they are, and what to get instead (any thread).

Weights in a packed form are known by what config.json says, by other programs' files beside it, and, where nobody says
anything, by names and types of the tensors: read as plain numbers they would be nonsense.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from llmdesk.errors import ModelError, UnsupportedModel
from llmdesk.model_purpose import purpose_of_classes, purpose_of_kind
from llmdesk.models.foreign_files import OTHER_FORMS, READABLE
from llmdesk.models.safetensors_header import Tensor
from llmdesk.words import say

_PLAIN_FORM = say("Get the same model with plain weights (bf16 safetensors), or as a GGUF file, for example Q4_K_M.")
_PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")
# What else a folder without safetensors may be, by its files; the first that is there says it.
_OTHER_FOLDERS = (
    ("model_index.json", say("makes pictures or films (diffusers' form) and writes no texts")),
    ("openvino_*.xml", say("is in OpenVINO's form")),
    ("*.onnx", say("is in ONNX form")),
    ("onnx/*.onnx", say("is in ONNX form")),
    ("*.mlmodel", say("is in Core ML's form")),
    ("*.mlpackage", say("is in Core ML's form")),
    ("*.engine", say("was built for one kind of GPU (TensorRT)")),
    ("*.tflite", say("is in TFLite's form")),
    ("*.task", say("is in LiteRT's form")),
    ("*.litertlm", say("is in LiteRT's form")),
    ("tf_model*.h5", say("is in TensorFlow's form")),
    ("saved_model.pb", say("is in TensorFlow's form")),
    ("flax_model*.msgpack", say("is in Flax's form")),
    ("*.nemo", say("is in NeMo's form")),
)
_NAMES_OF_FORMS = {
    "gptq": "GPTQ", "awq": "AWQ", "bitsandbytes": "bitsandbytes", "bitsandbytes_4bit": "bitsandbytes",
    "bitsandbytes_8bit": "bitsandbytes", "exl2": "EXL2", "exl3": "EXL3", "mlx": "MLX", "hqq": "HQQ", "aqlm": "AQLM",
    "mxfp4": "MXFP4", "compressed-tensors": "compressed-tensors", "modelopt": "ModelOpt",
}  # fmt: skip
_FILES_OF_FORMS = {"quantize_config.json": "GPTQ", "quant_config.json": "AWQ", "hf_quant_config.json": "ModelOpt"}
_TENSORS_OF_FORMS = (
    (r"\.(quant_state\.bitsandbytes__\w+|absmax|SCB|nested_absmax)$", "bitsandbytes"),
    (r"\.g_idx$", "GPTQ"),
    (r"\.qzeros$", "AWQ or GPTQ"),
    (r"\.q_(weight|scale|perm|groups)$", "EXL2"),
    (r"\.trellis$", "EXL3"),
    (r"\.(weight_packed|weight_shape)$", "compressed-tensors"),
    (r"_blocks$", "MXFP4"),
    (r"\.codebooks$", "AQLM"),
    (r"\.W_q$", "HQQ"),
)
_PLAIN_TYPES = frozenset({"F64", "F32", "F16", "BF16"})
_MLX = re.compile(r"(.*)\.biases$")


def is_adapter(folder: Path) -> bool:
    """LoRA's weights and nothing to lay them on."""
    has_others = any(not file.name.startswith("adapter") for file in folder.glob("*.safetensors"))
    return (folder / "adapter_config.json").is_file() and not has_others


def foreign_folder(folder: Path) -> ModelError | None:
    """What a folder without safetensors, or without config.json, may be; None if nothing in it tells."""
    if is_adapter(folder):
        return UnsupportedModel(
            say("{name} is a LoRA adapter alone, not a model.", name=folder.name),
            say("Merge it into its model with the tool that made it (merge_and_unload), and open the result."),
        )
    has_weights = any(folder.glob("*.safetensors"))
    for pattern, what in _OTHER_FOLDERS:
        if (pattern == "model_index.json" or not has_weights) and any(folder.glob(pattern)):
            return UnsupportedModel(say("{name} {what}.", name=folder.name, what=what), OTHER_FORMS)
    if any(folder.glob("consolidated*")) and (folder / "params.json").is_file():
        return UnsupportedModel(
            say("{name} is in its publisher's own form (consolidated, params.json).", name=folder.name),
            say("Get the same model in transformers' form, with config.json; such names often end in -hf."),
        )
    return _pickled(folder) if not has_weights else None


def _pickled(folder: Path) -> ModelError | None:
    pickles = sorted(file.name for pattern in _PICKLES for file in folder.glob(pattern))
    if not pickles:
        return None
    return UnsupportedModel(
        say(
            "{name} has its weights as pickle only ({pickles}), and reading such a file can run any code.",
            name=folder.name,
            pickles=pickles[0],
        ),
        OTHER_FORMS,
    )


def refuse_packed(folder: Path, config: dict[str, Any], tensors: Iterable[Tensor]) -> None:
    """Raises UnsupportedModel for weights in any packed form but BitNet's, and gpt-oss's MXFP4."""
    tensors = tuple(tensors)
    text_config = config.get("text_config")
    declared = next(filter(None, (_declared(part) for part in (config, text_config) if isinstance(part, dict))), None)
    if declared == "bitnet":
        return
    form = declared or _undeclared(folder, tensors)
    if form == "MXFP4" and config.get("model_type") == "gpt_oss":
        return
    if form:
        raise UnsupportedModel(
            say("The weights of {name} are stored in the packed form {form}, which llmdesk cannot read yet.",
                name=folder.name, form=form),
            _PLAIN_FORM,
        )  # fmt: skip


def _declared(config: dict[str, Any]) -> str | None:
    packing = config.get("quantization_config") or config.get("compression_config")
    if not packing:
        return "MLX" if config.get("quantization") else None
    method = packing.get("quant_method") if isinstance(packing, dict) else None
    if not isinstance(method, str):
        return "MLX" if config.get("quantization") else "bitsandbytes" if "load_in_4bit" in str(packing) else "unknown"
    return "bitnet" if method == "bitnet" else _NAMES_OF_FORMS.get(method, method[:40])


def _undeclared(folder: Path, tensors: tuple[Tensor, ...]) -> str | None:
    if found := next((form for name, form in _FILES_OF_FORMS.items() if (folder / name).is_file()), None):
        return found
    names = {tensor.name for tensor in tensors}
    if any(f"{match[1]}.scales" in names for match in map(_MLX.fullmatch, names) if match):
        return "MLX"
    for pattern, form in _TENSORS_OF_FORMS:
        if any(re.search(pattern, name) for name in names):
            return form
    if eight := next((tensor.stored for tensor in tensors if tensor.stored.startswith("F8")), None):
        return f"fp8 ({eight})"
    # Masks and positions, which some old files hold, are whole numbers too.
    stored = {tensor.stored for tensor in tensors if tensor.dimensions > 1 and tensor.name.endswith("weight")}
    odd = sorted(stored - _PLAIN_TYPES)
    return f"{odd[0]} without a word on what it means" if odd else None


def refuse_no_writer(folder: Path, config: dict[str, Any]) -> None:
    """Raises UnsupportedModel for a model that writes no texts, as far as config.json tells."""
    kind = str(config.get("model_type", ""))
    what = purpose_of_kind(kind) or purpose_of_classes(config.get("architectures"))
    if what:
        text = say("{name} is a model ({kind}) that {what}.", name=folder.name, kind=kind[:40], what=what)
        raise UnsupportedModel(text, say("Get a model that was made to write or chat, for example Qwen3 or Llama."))


def no_model(folder: Path) -> ModelError:
    """Nothing in it tells what it is."""
    return UnsupportedModel(say("{name} is not a model.", name=folder.name or str(folder)), READABLE)
