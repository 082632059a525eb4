"""A whole model as transformers loads it, for what runs on its modules alone (engine thread only)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from llmdesk.engine.networks.families import without_orders
from llmdesk.engine.weights.safetensors_source import FileWeights
from llmdesk.engine.weights.source import check_numbers
from llmdesk.engine.weights.transformers_source import StoredTensor, check_complete, quietly, widest
from llmdesk.errors import ModelDamaged, UnsupportedModel
from llmdesk.file_errors import said_of_a_file
from llmdesk.words import say

if TYPE_CHECKING:
    import torch


def load_whole(kind: Any, config: Any, files: FileWeights, unused: tuple[str, ...]) -> Any:
    """The same as ``load_state`` for tensors in files, in the type that loses no digit of what is stored."""
    state = {name: StoredTensor(files, name) for name in files.names()}
    return load_state(kind, config, state, widest(files), files.title, unused)


def load_state(
    kind: Any, config: Any, state: Mapping[str, Any], dtype: torch.dtype, title: str, unused: tuple[str, ...]
) -> Any:
    """transformers' model of a class with all its weights.

    Args:
        state: tensors under the names of transformers' modules.
        title: of what they come from.
        unused: beginnings of names of what may be missing.

    Raises:
        ModelDamaged, UnsupportedModel: see transformers_source.hand_over.
    """
    with (
        said_of_a_file(
            say("transformers cannot load “{model_type}”", model_type=config.model_type), UnsupportedModel, ""
        ),
        quietly(),
    ):
        model, found = kind.from_pretrained(
            None,
            config=without_orders(config),
            state_dict=state,
            dtype=dtype,
            output_loading_info=True,
            ignore_mismatched_sizes=True,  # they are told, and said below
            local_files_only=True,
        )
        if found.get("mismatched_keys"):
            name = min(str(each[0]) for each in found["mismatched_keys"])
            raise ModelDamaged(say("{name} is not of the shape that the configuration says.", name=name))
        found["missing_keys"] = {name for name in found["missing_keys"] if not name.startswith(unused)}
        check_complete(model, found, title)
        for name, parameter in model.named_parameters():
            check_numbers(name, parameter.detach())
        return model
