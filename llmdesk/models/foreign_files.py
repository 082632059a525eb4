"""Files that are models, or parts of some, but of kinds that are not read: what they are, and what to get instead.

They are known by their first bytes where these say it, else by their names (any thread; reads one block).
"""

from __future__ import annotations

import re
from pathlib import Path

from llmdesk.errors import ModelDamaged, ModelError, UnsupportedModel
from llmdesk.words import say

READABLE = say("llmdesk reads a folder with config.json, tokenizer and *.safetensors files, or one .gguf file.")
OTHER_FORMS = say("llmdesk reads safetensors and GGUF only: look for those files of the same model.")
PICKLED = say("is a pickle, and reading such a file can run any code")
_HEAD_BYTES = 4096
_SMALLEST_ARCHIVE_NAME = 257  # where a tar file says "ustar"

_UNFINISHED = re.compile(r".*(\.(incomplete|part|partial|crdownload|download|aria2|tmp)|-partial(-\d+)?)", re.DOTALL)
_PIECE = re.compile(
    r".*\.gguf([.-]split-?[a-z]{1,2}|[.-]?part-?[0-9a-z]+(of-?\d+)?|\.\d{3})", re.DOTALL | re.IGNORECASE
)
_OLD_LLAMA_CPP = {b"lmgg": "GGML", b"fmgg": "GGMF", b"tjgg": "GGJT", b"algg": "GGLA (a LoRA adapter)", b"nsgg": "GGSN"}
_ARCHIVES = (b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"7z\xbc\xaf", b"\xfd7zXZ", b"Rar!", b"\x28\xb5\x2f\xfd")
_BY_ENDING = {
    say("a model in ONNX form"): ".onnx .onnx_data",
    say("a model of OpenVINO's form"): ".xml",
    say("a model of Core ML's form"): ".mlmodel .mlpackage .mlmodelc",
    say("a model in TensorFlow's form"): ".pb .h5 .keras .ckpt.index",
    say("a model in Flax's form"): ".msgpack",
    say("a model in TFLite's or LiteRT's form"): ".tflite .task .litertlm",
    say("a model that was built for one kind of GPU (TensorRT)"): ".engine .plan",
    say("a model of ExecuTorch's form"): ".pte",
    say("a model in NeMo's form"): ".nemo",
    say("an array of NumPy's"): ".npz .npy",
}
_BY_START = {
    say("a model in TensorFlow's or Keras's form"): (b"\x89HDF",),
    say("a model in LiteRT's form"): (b"LITERTLM",),
}
_PICKLES = frozenset({".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle"})


def foreign_file(path: Path) -> ModelError:
    """What a file is that is neither GGUF nor part of a folder with a model. Raises OSError."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    return (
        unfinished(path)
        or stand_in(path, head)
        or _by_start(path, head)
        or _by_name(path)
        or UnsupportedModel(say("{name} is not a model file.", name=path.name), READABLE)
    )


def unfinished(path: Path) -> ModelError | None:
    """A file whose name says that more of it is to come."""
    name = path.name
    if _UNFINISHED.fullmatch(name.lower()):
        return ModelDamaged(
            say("{name} is a download that did not finish.", name=name),
            say("Let the program that began it finish it, then open the whole file."),
        )
    if _PIECE.fullmatch(name):
        whole = name[: name.lower().rindex(".gguf") + 5]
        return UnsupportedModel(
            say("{name} is a piece of a file that was cut to be uploaded.", name=name),
            say("Put the pieces together in their order (cat {whole}?* > {whole}), then open {whole}.", whole=whole),
        )
    return None


def stand_in(path: Path, head: bytes) -> ModelError | None:
    """What lies under a model's name if a download went wrong."""
    if head.startswith(b"version https://git-lfs"):
        return ModelDamaged(
            say("{name} is not the file but git's note of where it is (Git LFS).", name=path.name),
            say("Fetch the real files: git lfs pull, in the folder that was cloned."),
        )
    if head.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html")):
        return ModelDamaged(
            say("{name} is a web page, not a model.", name=path.name),
            say("The download link led to a page, perhaps one that asks for a login: get the file itself."),
        )
    return None


def _by_start(path: Path, head: bytes) -> ModelError | None:
    if kind := _OLD_LLAMA_CPP.get(head[:4]):
        return UnsupportedModel(
            say("{name} is in the form {kind}, which GGUF replaced in 2023.", name=path.name, kind=kind),
            say("Get a GGUF file of this model, or of a newer one."),
        )
    if (head[:1] == b"\x80" and head[1:2] in b"\x02\x03\x04\x05") or b"data.pkl" in head:
        return UnsupportedModel(say("{name} {what}.", name=path.name, what=PICKLED), OTHER_FORMS)
    if head[:4] == b"\x7fELF" or (head[:2] == b"MZ" and path.suffix.lower() != ".gguf"):
        return UnsupportedModel(
            say("{name} is a program (a llamafile, perhaps), and llmdesk starts none.", name=path.name),
            say("A llamafile is a zip archive too: unpack it, and open the .gguf file in it."),
        )
    if head[4:8] == b"TFL3":
        return UnsupportedModel(say("{name} is a model in TFLite's form.", name=path.name), OTHER_FORMS)
    if head.startswith(_ARCHIVES) or head[_SMALLEST_ARCHIVE_NAME:].startswith(b"ustar"):
        if path.suffix.lower() in _PICKLES:
            return None
        return UnsupportedModel(say("{name} is an archive.", name=path.name), say("Unpack it, and open what is in it."))
    kind = next((kind for kind, starts in _BY_START.items() if head.startswith(starts)), None)
    return UnsupportedModel(say("{name} is {kind}.", name=path.name, kind=kind), OTHER_FORMS) if kind else None


def _by_name(path: Path) -> ModelError | None:
    ending = path.suffix.lower()
    if path.suffix.lower() == ".gguf":
        return ModelDamaged(say("{name} is not a GGUF file.", name=path.name))
    if ending == ".safetensors":
        return UnsupportedModel(
            say("{name} lies without config.json and tokenizer, so it is only the weights of a model.", name=path.name),
            say("Open a folder that holds these files of the model, too."),
        )
    if path.name.startswith("sha256-"):
        return UnsupportedModel(
            say("{name} is a part of a model of Ollama's, but not its weights.", name=path.name[:20]),
            say("Open the model by its file below manifests, as manifests/registry.ollama.ai/library/llama3.2/latest."),
        )
    if path.name == "Modelfile":
        return UnsupportedModel(say("{name} is Ollama's recipe for a model.", name=path.name),
                                say("Open the file or folder that its line FROM names."))  # fmt: skip
    if ending in _PICKLES:
        return UnsupportedModel(say("{name} {what}.", name=path.name, what=PICKLED), OTHER_FORMS)
    kind = next((kind for kind, endings in _BY_ENDING.items() if ending and ending in endings.split()), None)
    return UnsupportedModel(say("{name} is {kind}.", name=path.name, kind=kind), OTHER_FORMS) if kind else None
