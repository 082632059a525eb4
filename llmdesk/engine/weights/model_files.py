"""Configuration, tokenizer and lists of files out of a model's folder; a mistake in one is said of it (engine thread).

The libraries that read these files raise whatever they like over a damaged one, Rust's panics included. All of it ends
here as ModelDamaged or UnsupportedModel.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

from llmdesk.engine.generation.end_names import end_names
from llmdesk.engine.networks.config_values import check_common, shown
from llmdesk.engine.networks.families import text_config
from llmdesk.engine.weights import sentencepiece_tokenizer
from llmdesk.errors import BadValue, ModelDamaged, UnsupportedModel
from llmdesk.file_errors import said_of_a_file
from llmdesk.words import say

log = logging.getLogger(__name__)

_INDEX = "model.safetensors.index.json"
_GENERATION_CONFIG = "generation_config.json"
_PROCESSORS_TEMPLATE = "chat_template.json"
"""Where models that see had theirs before transformers kept all in chat_template.jinja."""
_TRIAL_TEXT = "Hello, world!\n\n  1 + 1 = 2  \u00e9\u4e16\U0001f600"
_MOST_BEYOND = 1 << 20
"""So far beyond the embedding may numbers of words be: some libraries make tables of all numbers up to the last one."""


def open_config(folder: Path) -> Any:
    """transformers' configuration.

    Raises:
        ModelDamaged: it cannot be read, or says what cannot be.
        UnsupportedModel: an architecture that transformers does not know, or that needs its publisher's own code.
    """
    from transformers import AutoConfig

    with said_of_a_file(say("config.json in {name} cannot be read", name=folder.name)):
        values = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        kind = values.get("model_type") if isinstance(values, dict) else None
        if not isinstance(kind, str):
            raise BadValue(
                "config.json", "model_type", say("“model_type” is {shown}; a name is expected", shown=shown(kind))
            )
        check_common(values)  # before transformers computes with them
        for part in values.values():  # of the parts of a model that also sees or hears
            if isinstance(part, dict):
                check_common(part)
        try:
            config = AutoConfig.from_pretrained(folder, trust_remote_code=False, local_files_only=True)
        except Exception as error:  # transformers raises OSError, ValueError, KeyError, JSONDecodeError ...
            _say_if_unsupported(error, kind)
            raise
        check_common(config)
        if not hasattr(part := text_config(config), "to_dict"):
            key = next((name for name in ("text_config", "decoder", "generator") if name in values), "text_config")
            raise BadValue(
                "config.json", key, say("“{key}” is {shown}; a table is expected", key=key, shown=shown(part))
            )
    return config


def _say_if_unsupported(error: Exception, kind: str) -> None:
    if "trust_remote_code" in str(error):
        raise UnsupportedModel(
            say("This model needs program code from its publisher, and llmdesk never runs such code."),
            say("Choose a model of an architecture that transformers knows."),
        ) from error
    # Packages leave out networks that neither read nor write text (packaging/left-out-of-packages.txt).
    is_left_out = isinstance(error, ModuleNotFoundError) and (error.name or "").startswith("transformers.models.")
    if is_left_out or "model_type" in str(error) or "does not recognize" in str(error):
        message = say(
            "The architecture {kind} of config.json is unknown to the installed transformers.", kind=shown(kind)
        )
        raise UnsupportedModel(message, "") from error


def packing_of(config: Any) -> dict[str, Any] | None:
    """How BitNet's weights are packed, or gpt-oss's (MXFP4); None if they are plain numbers.

    Raises:
        UnsupportedModel: another packed form (gptq, awq ...), which would be read as if it were plain numbers.
    """
    packing = getattr(config, "quantization_config", None) or getattr(text_config(config), "quantization_config", None)
    if not packing:
        return None
    with said_of_a_file(say("config.json: “quantization_config” cannot be read")):
        values: dict[str, Any] = dict(packing) if isinstance(packing, dict) else packing.to_dict()
    method = getattr(values.get("quant_method"), "value", values.get("quant_method", "unknown"))
    if method == "mxfp4" and config.model_type == "gpt_oss":
        return {**values, "quant_method": method}
    if method != "bitnet":
        raise UnsupportedModel(
            say(
                "The weights are stored in the packed form “{what}”, which llmdesk cannot read yet.", what=shown(method)
            ),
            say("Choose the same model with plain weights, or as a GGUF file."),
        )
    plain = values.get("modules_to_not_convert") or ()
    if not isinstance(plain, list | tuple) or not all(isinstance(name, str) for name in plain):
        raise BadValue("config.json", "modules_to_not_convert", say("“modules_to_not_convert” is no list of names"))
    return values


def open_tokenizer(folder: Path, rows: int | None = None) -> Any:
    """transformers' tokenizer, tried out on a few words.

    What tokenizer.json says of cutting and filling up is for training: prompts are never cut. Added tokens beyond the
    embedding's ``rows`` are taken out: the model has nothing for them.

    Raises:
        ModelDamaged, UnsupportedModel.
    """
    from transformers import AutoTokenizer, PreTrainedTokenizerFast

    # As it stands in the file: transformers' own class of an architecture would put another way to cut texts in.
    kind = PreTrainedTokenizerFast if (folder / "tokenizer.json").exists() else AutoTokenizer
    with said_of_a_file(
        say("The tokenizer in {name} (tokenizer.json, tokenizer_config.json) cannot be read", name=folder.name)
    ):
        if not (folder / "tokenizer.json").exists() and (folder / sentencepiece_tokenizer.FILE).exists():
            tokenizer = sentencepiece_tokenizer.read_sentencepiece(folder)
        else:
            tokenizer = kind.from_pretrained(folder, trust_remote_code=False, local_files_only=True)
        if not tokenizer.is_fast:
            raise UnsupportedModel(say("This model has no tokenizer.json."), "")
        if tokenizer.chat_template is None and (template := folder / _PROCESSORS_TEMPLATE).exists():
            tokenizer.chat_template = json.loads(template.read_text(encoding="utf-8"))["chat_template"]
        if rows is not None:
            _drop_tokens_beyond(tokenizer, rows)
        backend = tokenizer.backend_tokenizer
        backend.no_truncation()
        backend.no_padding()
        ids = backend.encode(_TRIAL_TEXT, add_special_tokens=False).ids
        backend.decode(ids, skip_special_tokens=True)
    return tokenizer


def _drop_tokens_beyond(tokenizer: Any, rows: int) -> None:
    """Raises UnsupportedModel if more than added tokens are beyond the embedding's rows."""
    from tokenizers import Tokenizer

    backend = tokenizer.backend_tokenizer
    beyond = {word for word, index in backend.get_vocab().items() if index >= rows}
    if not beyond:
        return
    added = {token.content for token in backend.get_added_tokens_decoder().values()}
    last = max(backend.get_vocab(with_added_tokens=False).values(), default=0)
    if beyond - added or last > rows + _MOST_BEYOND:
        raise UnsupportedModel(
            say(
                "The tokenizer has words up to number {max:,}, the model only {rows:,}.",
                max=max(backend.get_vocab().values()),
                rows=rows,
            ),
            say("Tokenizer and weights are of different models: fetch both from the same place."),
        )
    data = json.loads(backend.to_str())  # takes memory for every number up to the last word's
    log.info("%d added tokens beyond the %d that the model has are left out", len(beyond), rows)
    data["added_tokens"] = [token for token in data["added_tokens"] if token["id"] < rows]
    words = data["model"].get("vocab")
    if isinstance(words, dict):
        data["model"]["vocab"] = {word: index for word, index in words.items() if index < rows}
    elif isinstance(words, list):
        data["model"]["vocab"] = words[:rows]
    if any(json.dumps(word) in json.dumps(data["post_processor"]) for word in beyond):
        data["post_processor"] = None
    tokenizer._tokenizer = Tokenizer.from_str(json.dumps(data))


def safetensors_files(folder: Path) -> list[Path]:
    """Those that the index names, if there is one: some publishers put the same weights there twice."""
    index = folder / _INDEX
    if index.exists():
        with said_of_a_file(say("{name} in {name2} is damaged", name=index.name, name2=folder.name)):
            names = set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values())
            files = sorted(folder / name for name in names)
    else:
        files = sorted(folder.glob("*.safetensors"))
    if not files:
        raise ModelDamaged(say("There is no *.safetensors file in {folder}.", folder=folder))
    return files


def end_tokens(folder: Path, config: Any, tokenizer: Any) -> frozenset[int]:
    """Every token that ends an answer: of the configuration, generation_config.json, the tokenizer, and by its name.

    Raises:
        ModelDamaged: generation_config.json cannot be read, or one of them is no number of a token.
    """
    sources = [("config.json", getattr(part, "eos_token_id", None)) for part in (config, text_config(config))]
    sources.append(("tokenizer.json", tokenizer.eos_token_id))
    if (folder / _GENERATION_CONFIG).exists():
        sources.append((_GENERATION_CONFIG, _generation_config(folder).get("eos_token_id")))
    found: set[int] = set()
    for file, ids in sources:
        for token_id in ids if isinstance(ids, list | tuple) else [ids]:
            if isinstance(token_id, bool) or not isinstance(token_id, int | None):
                raise BadValue(
                    file,
                    "eos_token_id",
                    say("“eos_token_id” is {shown}; a whole number is expected", shown=shown(token_id)),
                )
            if token_id is not None:
                found.add(token_id)
    return frozenset(found | _ends_by_name(tokenizer))


def _ends_by_name(tokenizer: Any) -> set[int]:
    added = tokenizer.added_tokens_decoder
    control = {token.content for token in added.values() if token.special}
    names = end_names(control, {token.content for token in added.values()} - control)
    return {index for index, token in added.items() if token.content in names}


def _generation_config(folder: Path) -> dict[str, Any]:
    with said_of_a_file(
        say("{generation_config} in {name} cannot be read", generation_config=_GENERATION_CONFIG, name=folder.name)
    ):
        values = json.loads((folder / _GENERATION_CONFIG).read_text(encoding="utf-8"))
        if not isinstance(values, dict):
            raise ValueError(say("it should hold an object"))
    return values
