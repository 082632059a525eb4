"""A network whose steps run on as many threads as are best for them (engine thread only)."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from llmdesk.engine.backends.thread_tuning import TunedThreads
from llmdesk.engine.generation.given import Floats, Places, given_to
from llmdesk.engine.generation.step import Network, SharingNetwork, Step, compute_in_turn
from llmdesk.engine.processor.thread_team import ThreadChoice, ThreadTeam
from llmdesk.engine.processor.threads import ThreadGovernor

_FEW_TOKENS = 16
"""Up to so many tokens a step is bound by reading the weights, like a single one (drafts that are verified)."""


class PacedNetwork:
    """A network whose steps run on the threads that are best for them (see generation.Network).

    Prompts take what was measured for prompts; single tokens take as many threads as the machine has to give.
    """

    def __init__(self, network: Network, team: ThreadTeam, tuned: TunedThreads) -> None:
        self._network, self._team, self._tuned = network, team, tuned
        self._governor = ThreadGovernor(
            tuned.decode.threads, lambda threads: team.use(ThreadChoice(threads, tuned.decode.cpus))
        )
        self.new_cache = network.new_cache

    def forward(
        self, ids: list[int], cache: Any, last: int = 1, given: Floats | None = None, places: Places | None = None
    ) -> Any:
        """See generation.Network."""
        if len(ids) > _FEW_TOKENS:
            self._team.use(self._tuned.prefill)
            return self._network.forward(ids, cache, last, **given_to(given, places))
        self._governor.use_chosen()
        started_s = time.perf_counter()
        logits = self._network.forward(ids, cache, last, **given_to(given, places))
        if len(ids) == 1:
            self._governor.step_took(time.perf_counter() - started_s)
        return logits

    def forward_many(self, steps: Sequence[Step]) -> None:
        """See SharingNetwork. The pace of one token at a time is what the threads are chosen by."""
        network = self._network
        if not isinstance(network, SharingNetwork):
            compute_in_turn(self, steps)
            return
        rows = sum(len(step.ids) for step in steps)
        if rows > _FEW_TOKENS or any(step.is_prompt for step in steps):
            self._team.use(self._tuned.prefill)
            network.forward_many(steps)
            return
        self._governor.use_chosen()
        started_s = time.perf_counter()
        network.forward_many(steps)
        if rows == 1:
            self._governor.step_took(time.perf_counter() - started_s)
