"""What a layer holds whose experts stand beside a dense feed-forward that all tokens see (plain data, no torch)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llmdesk.engine.networks.layers import Experts

_ROLES = ("experts.gate_proj.weight", "experts.up_proj.weight", "experts.down_proj.weight")


@dataclass(frozen=True, slots=True)
class OwnNorms:
    """Gemma 4's: the router has a norm of its own and then a number for each column, each expert a number, and there
    are norms behind the dense part, before the experts and behind them."""

    router_scale: str = "router.scale"
    expert_scales: str = "router.per_expert_scale"
    dense: str = "post_feedforward_layernorm_1.weight"
    before: str = "pre_feedforward_layernorm_2.weight"
    behind: str = "post_feedforward_layernorm_2.weight"


@dataclass(frozen=True, slots=True)
class BesideParts:
    """Names after ``model.layers.N.``.

    Attributes:
        roles: of experts' gate, up and down.
        dense_gate: (1, hidden); what the dense part makes is multiplied by the sigmoid of its product with the input.
        norms: None: router, experts and the dense part see the same, and what they make is added up.
    """

    router: str = "mlp.gate.weight"
    roles: tuple[str, str, str] = tuple(f"mlp.{name}" for name in _ROLES)  # type: ignore[assignment]
    dense_gate: str | None = None
    norms: OwnNorms | None = None

    def shapes(self, experts: Experts, hidden: int) -> dict[str, tuple[int, ...]]:
        """Of all of them."""
        count, width = experts.count, experts.intermediate
        rows = ((count * width, hidden), (count * width, hidden), (count * hidden, width))
        shapes: dict[str, tuple[int, ...]] = {**dict(zip(self.roles, rows, strict=True)), self.router: (count, hidden)}
        if self.dense_gate is not None:
            shapes[self.dense_gate] = (1, hidden)
        if (norms := self.norms) is not None:
            shapes |= dict.fromkeys((norms.router_scale, norms.dense, norms.before, norms.behind), (hidden,))
            shapes[norms.expert_scales] = (count,)
        return shapes


SHARED = BesideParts()
SHARED_BY_A_GATE = BesideParts(dense_gate="mlp.shared_expert_gate.weight")
OF_GEMMA4 = BesideParts("router.proj.weight", _ROLES, norms=OwnNorms())
