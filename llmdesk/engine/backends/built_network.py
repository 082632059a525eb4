"""Which network computes a model: the fastest one that can (engine thread only).

Our own kernels need no torch; it is imported for whatever else computes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeAlias

from llmdesk.engine.backend import LoadReporter
from llmdesk.engine.generation.step import Network
from llmdesk.engine.networks.architecture import obstacle
from llmdesk.engine.networks.fused import decoder as fused
from llmdesk.engine.networks.token_work import HALF_BYTES
from llmdesk.engine.processor.torch_threads import use_torch_threads
from llmdesk.engine.weights.loading import PreparedModel
from llmdesk.words import say

if TYPE_CHECKING:
    from llmdesk.engine.networks.decoder import Decoder, Kernels
    from llmdesk.engine.networks.modules import ModulesNetwork

log = logging.getLogger(__name__)


class BuiltNetwork(Network, Protocol):
    """A network that says how large it is."""

    @property
    def weights_bytes(self) -> int:
        """Bytes of all weights."""
        ...

    @property
    def bytes_per_token(self) -> int:
        """Bytes of all matrices that multiply."""
        ...


NetworkBuilder: TypeAlias = Callable[
    ["Callable[[], Kernels]", PreparedModel, int, LoadReporter], tuple[BuiltNetwork, str | None]
]
AnyNetwork: TypeAlias = "fused.FusedDecoder | Decoder | ModulesNetwork"


def build_network(
    make_kernels: Callable[[], Kernels], prepared: PreparedModel, context_tokens: int, report: LoadReporter
) -> tuple[AnyNetwork, str | None]:
    """The fastest network that can run a model, and why it is a slow one if it is (engine thread only).

    Models of known architectures run on llmdesk's own kernels where the processor has what they need, else on the
    backend's operators; other architectures on transformers' modules.
    """

    def packing(done: float) -> None:
        report(say("packing"), 0.65 + 0.3 * done)

    if reason := obstacle(prepared.config):
        from llmdesk.engine.networks.modules import ModulesNetwork

        network = ModulesNetwork(prepared.config, prepared.weights, make_kernels(), packing)
        if network.recomputes:
            reason = say(
                "{reason}, and every token costs as much as the whole text before it, since they keep nothing of it",
                reason=reason,
            )
        return network, reason
    if (why_not := fused.obstacle(prepared.config)) is None:
        use_torch_threads(1)  # see thread_setter
        return fused.FusedDecoder(prepared.config, prepared.weights, context_tokens, packing), None
    log.info("the backend's own operators are used: %s", why_not)
    from llmdesk.engine.networks.decoder import Decoder

    return Decoder(prepared.config, prepared.weights, make_kernels(), context_tokens, packing), None


def thread_setter(network: Network) -> Callable[[int], None]:
    """What sets how many threads a network's steps use.

    Our own kernels have threads of their own: torch's, which another model may have used before, would spin beside
    them and take their time.
    """
    if not isinstance(network, fused.FusedDecoder):
        return use_torch_threads

    def use(threads: int) -> None:
        use_torch_threads(1)
        network.use_threads(threads)

    return use


def kernels_name(network: Network, backend: str) -> str:
    """Whose products run: the backend's, or our own and for which instruction set."""
    return f"llmdesk {network.isa}" if isinstance(network, fused.FusedDecoder) else backend


def cache_number_bytes(network: Network) -> float:
    """Bytes that a number of keys or values takes."""
    return network.pages.number_bytes if isinstance(network, fused.FusedDecoder) else HALF_BYTES


def own_kernels_reason(network: Network, prepared: PreparedModel) -> str:
    """Why a network does not run on llmdesk's own kernels; empty if it does."""
    if isinstance(network, fused.FusedDecoder):
        return ""
    return fused.obstacle(prepared.config) or ""
