"""Which of transformers' classes computes a model that the decoders do not know, and why none does (engine thread).

The rule is transformers' own: what AutoModelForCausalLM loads, and the text part of what also sees or hears. Code out
of a model's folder is never asked for.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from llmdesk.datatypes.model import MOST_CONTEXT_TOKENS
from llmdesk.engine.networks.config_values import shown
from llmdesk.errors import UnsupportedModel
from llmdesk.model_purpose import CONTEXT_KEYS, purpose_of_classes
from llmdesk.whole_models import whole_kind
from llmdesk.words import say


def text_config(config: Any) -> Any:
    """The part of a configuration that describes what writes: itself, where nothing else is in it."""
    ask = getattr(config, "get_text_config", None)
    return config if ask is None else ask(decoder=True)


def writing_config(config: Any) -> Any:
    """The part that our own decoders write with, of a model that sees or hears and is known here; else all of it."""
    if whole_kind(config.to_dict()) is None:
        return config
    text = text_config(config)
    text.tie_word_embeddings = bool(text.tie_word_embeddings or config.tie_word_embeddings)
    if (packing := getattr(config, "quantization_config", None)) is not None:  # said of the whole, for its parts
        text.quantization_config = packing
    if (ends := getattr(config, "eos_token_id", None)) is not None:  # both end an answer, and either may be a list
        own = _listed(text.eos_token_id)
        text.eos_token_id = _listed(ends) + [each for each in own if each not in _listed(ends)]
    return text


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [] if value is None else [value]


def trained_tokens(config: Any) -> int:
    """The longest text that a model was made for; 0 if its configuration does not say."""
    values = (getattr(text_config(config), key, None) for key in CONTEXT_KEYS)
    known = (value for value in values if isinstance(value, int) and value > 0)
    return min(next(known, 0), MOST_CONTEXT_TOKENS)


def classes(config: Any) -> list[tuple[type, Any]]:
    """(class, its configuration) of what can compute a model's text, the first one preferred.

    Raises:
        UnsupportedModel: it is not made to write text, or not by going on with one; the reason is said.
    """
    if reason := _purpose_obstacle(config):
        kind = shown(config.model_type)
        raise UnsupportedModel(
            say("{kind} is not a model that llmdesk can run: {reason}.", kind=kind, reason=reason),
            say("Choose a model that writes text (a causal language model)."),
        )
    found = list(_candidates(config))
    if not found:
        raise UnsupportedModel(
            say(
                "{kind} is not a model that writes text: transformers has no causal language model of that name.",
                kind=shown(config.model_type),
            ),
            say("Choose a model that writes text (a causal language model)."),
        )
    return found


def _candidates(config: Any) -> Iterator[tuple[type, Any]]:
    from transformers import GenerationMixin
    from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING, MODEL_FOR_MULTIMODAL_LM_MAPPING

    text = text_config(config)
    seen: set[type] = set()
    for mapping, asked in (
        (MODEL_FOR_CAUSAL_LM_MAPPING, config),
        (MODEL_FOR_MULTIMODAL_LM_MAPPING, config),
        (MODEL_FOR_CAUSAL_LM_MAPPING, text),
    ):
        if type(asked) not in mapping:
            continue
        made = mapping[type(asked)]
        kind = made[0] if isinstance(made, list | tuple) else made
        if kind not in seen and issubclass(kind, GenerationMixin):
            seen.add(kind)
            is_of_text = kind.config_class is type(text)  # transformers' own name for the text part of a larger model
            yield kind, text if is_of_text else config


def _purpose_obstacle(config: Any) -> str | None:
    from transformers.models.auto.modeling_auto import MODEL_FOR_MASKED_LM_MAPPING, MODEL_FOR_TEXT_TO_WAVEFORM_MAPPING

    made_for = str((getattr(config, "architectures", None) or [""])[0])
    if purpose := purpose_of_classes(getattr(config, "architectures", None)):
        return f"{made_for} {purpose}"
    if getattr(config, "is_encoder_decoder", False):
        return say("it has an encoder and a decoder, and llmdesk runs decoders only")
    if type(config) in MODEL_FOR_TEXT_TO_WAVEFORM_MAPPING:
        return say("it makes sound, not text")
    if type(config) in MODEL_FOR_MASKED_LM_MAPPING and not getattr(config, "is_decoder", False):
        return say("it fills gaps in a text and does not go on with one")
    custom = (getattr(config, "auto_map", None) or {}).get("AutoModelForCausalLM")
    if custom and made_for and not _is_known(made_for):
        return say("{made_for} is program code of its publisher, which llmdesk never runs", made_for=made_for)
    return None


def _is_known(name: str) -> bool:
    import transformers

    return hasattr(transformers, name)


def without_orders(config: Any) -> Any:
    """A copy that asks for nothing: a file may name attention or other kernels, which transformers would fetch."""
    plain = copy.deepcopy(config)
    for part in (plain, *(getattr(plain, name, None) for name in getattr(plain, "sub_configs", {}))):
        if part is None:
            continue
        part._attn_implementation = None
        part._experts_implementation = "eager"
        for key in ("fusion_config", "distributed_config"):
            if hasattr(part, key):
                delattr(part, key)
    return plain


def skeleton(config: Any, dtype: Any) -> Any:
    """transformers' model of a configuration, its parameters without memory; buffers are as they should be.

    Raises:
        UnsupportedModel: see ``classes``; or it needs a package that is not installed.
    """
    found = classes(config)
    for kind, of in found:
        try:
            return kind._from_config(without_orders(of), dtype=dtype)  # type: ignore[attr-defined]
        except ImportError as error:
            missing = error
    raise UnsupportedModel(
        say(
            "{kind} needs a Python package that is not installed: {what}.",
            kind=shown(config.model_type),
            what=" ".join(str(missing).split())[:200],
        ),
        "",
    ) from missing


def unused_parts(model: Any) -> tuple[str, ...]:
    """Beginnings of the names of what only sees or hears: models within the model, beside the one that writes."""
    from transformers import PreTrainedModel

    text = text_config(model.config)
    if text is model.config:
        return ()
    inner = {f"{name}.": part for name, part in model.named_modules() if name and isinstance(part, PreTrainedModel)}
    writers = tuple(name for name, part in inner.items() if type(part.config) is type(text))
    if not writers:
        return ()
    return tuple(
        name for name in inner if not name.startswith(writers) and not any(of.startswith(name) for of in writers)
    )
