"""Which tokens of the answers under way go into the next step (engine thread only)."""

from __future__ import annotations

from collections.abc import Sequence

from llmdesk.engine.generation.step import PREFILL_CHUNK_TOKENS, Step, compute
from llmdesk.pauses import PAUSES

PROMPT_TOKENS_BESIDE_ANSWERS = 96
"""Of prompts in a step that writes as well, or that ends a short prompt beside a long one: they wait for the rest of
the step. A multiple of 12, see PREFILL_CHUNK_TOKENS."""


def compute_together(steps: Sequence[Step]) -> None:
    """One step of all answers: a token of each that writes, and as much of the prompts as leaves the writers a pace."""
    share_out(steps)
    for step in steps:
        step.answers = len(steps)
    compute(steps)
    PAUSES.glance()


def share_out(steps: Sequence[Step]) -> None:
    """Cut prompts to what they may take of this step: the same for each, and what short ones leave for longer ones."""
    written = sum(len(step.ids) for step in steps if not step.is_prompt)
    prompts = sorted((step for step in steps if step.is_prompt), key=lambda step: len(step.ids))
    somebody_waits = written or (len(prompts) > 1 and len(prompts[0].ids) < PROMPT_TOKENS_BESIDE_ANSWERS)
    room = min(PROMPT_TOKENS_BESIDE_ANSWERS, PREFILL_CHUNK_TOKENS - written) if somebody_waits else PREFILL_CHUNK_TOKENS
    for index, step in enumerate(prompts):
        step.cut(max(1, room // (len(prompts) - index)))
        room -= len(step.ids)
