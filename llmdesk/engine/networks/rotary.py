"""The angles by which queries and keys are rotated, read out of a model's configuration: plain data, no torch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from llmdesk.engine.networks.config_values import CONFIG, check_integer, integer, number, optional_integer, shown
from llmdesk.engine.networks.gemma4 import head_dims
from llmdesk.engine.networks.mixers import MIXERS
from llmdesk.engine.networks.rope_scaling import OF_WHOLE_HEADS, WAYS, Scaled
from llmdesk.errors import BadValue, ModelDamaged
from llmdesk.file_errors import said_of_a_file
from llmdesk.gemma4_layers import TEXT as GEMMA4
from llmdesk.own_decoders import WITH_LOCAL_ANGLES
from llmdesk.words import say

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Rotary:
    """One set of rotary angles: ``angle[p, i] = p * inverse_frequencies[i]``.

    Attributes:
        inverse_frequencies: float32 (rotary_dims / 2,).
        factor: both sine and cosine are multiplied by it.
        axes: of positions with three axes which one each angle is of; empty: all are of the first.
    """

    inverse_frequencies: NDArray[np.float32]
    factor: float
    axes: tuple[int, ...] = ()

    def angles_at(self, places: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where in a table the sines and cosines of tokens at these places (T, 3) are: rows and columns."""
        axes = np.array(self.axes or (0,) * self.inverse_frequencies.size)
        columns = np.arange(2 * len(axes))
        return places[:, np.concatenate((axes, axes))].astype(np.int64), columns

    def table(self, start: int, end: int) -> NDArray[np.float32]:
        """(end - start, rotary_dims) for positions from start: sines, then cosines, already scaled."""
        angles = np.outer(np.arange(start, end, dtype=np.float32), self.inverse_frequencies)
        half = angles.shape[1]
        table = np.empty((end - start, 2 * half), dtype=np.float32)
        np.sin(angles, out=table[:, :half])
        np.cos(angles, out=table[:, half:])
        table *= np.float32(self.factor)
        return table


def rotaries_of(
    config: Any, head_dim: int, context_tokens: int, rope_factors: NDArray[np.float32] | None
) -> tuple[tuple[Rotary, ...], dict[str, int]]:
    """(rotaries, index of each kind of layer in them); Gemma 3, 4 and OLMo 3 have one for each kind, others one.

    Args:
        config: transformers' configuration.
        head_dim, context_tokens, rope_factors: see architecture.describe.

    Raises:
        ModelDamaged: ``rope_factors`` do not fit, or a value is none that it can be; so are kinds of layers that rotate
            different numbers of dimensions, apart from Gemma 4's, whose heads differ.
    """
    parameters = _mapping(config.rope_parameters, _KEY)
    if config.model_type not in WITH_LOCAL_ANGLES:
        only = _checked(config, parameters, head_dim, context_tokens, rope_factors)
        return (replace(only, axes=_axes_of(config.model_type, parameters, only)),), {}
    kinds = sorted(kind for kind in set(config.layer_types or ["full_attention"]) if MIXERS.get(kind) == "attention")
    own = head_dims(config, head_dim) if config.model_type == GEMMA4 else {}
    made = tuple(
        _checked(
            config,
            _mapping(parameters.get(kind), f"{_KEY}.{kind}"),
            own.get(kind, head_dim),
            context_tokens,
            rope_factors,
        )
        for kind in kinds
    )
    if (
        not own and len({each.inverse_frequencies.size for each in made}) > 1
    ):  # a decoder knows one number for all layers
        text = say("“{key}” rotates different numbers of dimensions in different layers", key=_KEY)
        raise BadValue(CONFIG, _KEY, text)
    return made, {kind: index for index, kind in enumerate(kinds)}


_KEY = "rope_parameters"


def _mapping(value: object, key: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadValue(CONFIG, key, say("“{key}” is {shown}; an object is expected", key=key, shown=shown(value)))
    return value


def _axes_of(model_type: str, parameters: dict[str, Any], rotary: Rotary) -> tuple[int, ...]:
    """Time, down, across, in turn, as long as an axis has angles left; what is behind that is of the first."""
    if model_type not in _WITH_AXES:
        return ()
    sections = parameters.get(_SECTIONS, _USUAL_SECTIONS)
    if not isinstance(sections, list) or len(sections) != _AXES:
        raise BadValue(
            CONFIG,
            _SECTIONS,
            say("“{key}” is {shown}; three numbers are expected", key=_SECTIONS, shown=shown(sections)),
        )
    for each in sections:
        check_integer(each, _SECTIONS, (0, 1 << 12), CONFIG)
    angles = range(rotary.inverse_frequencies.size)
    return tuple(angle % _AXES if angle < _AXES * sections[angle % _AXES] else 0 for angle in angles)


_SECTIONS, _AXES = "mrope_section", 3
_USUAL_SECTIONS = [11, 11, 10]
_WITH_AXES = frozenset({"qwen3_5_text", "qwen3_5_moe_text"})


def _checked(
    config: Any,
    parameters: dict[str, Any],
    head_dim: int,
    context_tokens: int,
    rope_factors: NDArray[np.float32] | None,
) -> Rotary:
    """A rotary whose numbers are numbers and of which no more dimensions are rotated than a head has.

    It is computed from keys that differ from kind to kind; so what comes out is looked at.
    """
    with np.errstate(all="ignore"), said_of_a_file(say("{config}: “{key}” cannot be used", config=CONFIG, key=_KEY)):
        made = _rotary(config, parameters, head_dim, context_tokens, rope_factors)
    inverse = made.inverse_frequencies
    if inverse.ndim != 1 or not 1 <= inverse.size <= head_dim // 2:
        raise BadValue(
            CONFIG,
            _KEY,
            say(
                "by “{key}” {value} dimensions of {head_dim} would be rotated",
                key=_KEY,
                value=2 * inverse.size,
                head_dim=head_dim,
            ),
        )
    if not (np.isfinite(inverse).all() and (inverse >= 0).all() and 0 < made.factor < _LARGEST_FACTOR):
        raise BadValue(CONFIG, _KEY, say("“{key}” gives angles that are no numbers", key=_KEY))
    return made


_LARGEST_FACTOR = 1e6


_ROTATE_A_PART = frozenset({"phi3", "qwen3_5_text", "qwen3_5_moe_text", "qwen3_next"})
"""Of each head, when nothing is scaled; the others' plain form ignores the factor."""


def _rotary(
    config: Any,
    parameters: dict[str, Any],
    head_dim: int,
    context_tokens: int,
    rope_factors: NDArray[np.float32] | None,
) -> Rotary:
    scaling = parameters.get("rope_type", "default")
    part = number(parameters, "partial_rotary_factor", 1.0)
    for limited in ("rope_theta", "factor"):
        if parameters.get(limited) is not None:
            number(parameters, limited)
    optional_integer(parameters, "original_max_position_embeddings")
    if scaling != "default" and rope_factors is None:
        if scaling not in WAYS:
            raise BadValue(CONFIG, "rope_type", say("“rope_type” is {shown}, which is not known", shown=shown(scaling)))
        trained = integer(config, "max_position_embeddings")
        dims = head_dim if scaling in OF_WHOLE_HEADS else int(head_dim * part)
        inverse, factor = WAYS[scaling](Scaled(parameters, dims, context_tokens, trained))
        return Rotary(inverse.astype(np.float32), float(factor))
    dims = int(head_dim * (part if config.model_type in _ROTATE_A_PART else 1.0))
    if dims < 2 or dims % 2:
        raise BadValue(
            CONFIG, "partial_rotary_factor", say("by “partial_rotary_factor” {dims} dimensions are rotated", dims=dims)
        )
    exponents = np.arange(0, dims, 2, dtype=np.float32) / np.float32(dims)
    inverse = np.float32(1.0) / np.power(np.float32(number(parameters, "rope_theta")), exponents)
    if rope_factors is not None:
        if rope_factors.shape != inverse.shape:
            raise ModelDamaged(
                say("{size} rotary factors are given, {size2} are needed.", size=rope_factors.size, size2=inverse.size)
            )
        inverse = inverse / rope_factors
    return Rotary(inverse.astype(np.float32), 1.0)
