"""The times of an answer's figures, out of moments on the clock (engine thread only)."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TypedDict

from llmdesk.pauses import PAUSES


class AnswerTimes(TypedDict):
    """Fields of GenerationStats, in seconds."""

    queue_s: float
    prefill_s: float
    decode_s: float
    ttft_s: float
    paused_s: float


def answer_times(
    submitted_s: float, started_s: float, prefill_started_s: float | None, first_s: float | None, last_s: float | None
) -> AnswerTimes:
    """All moments are ``time.perf_counter()`` seconds; the first and the last token's are None if there was none.

    ``prefill_started_s``: None where the prompt was not read to its end; how fast it is read was not measured then.
    Pauses of the program (see llmdesk/pauses.py) are in ``paused_s`` only.
    """
    read_s = time.perf_counter() if first_s is None else first_s
    end_s = read_s if last_s is None else last_s

    def between(begin_s: float, until_s: float) -> float:
        return until_s - begin_s - PAUSES.lost_s(begin_s, until_s)

    return AnswerTimes(
        queue_s=between(submitted_s, started_s),
        prefill_s=between(prefill_started_s, read_s) if prefill_started_s is not None else 0.0,
        decode_s=between(read_s, end_s),
        ttft_s=between(submitted_s, read_s) if first_s is not None else 0.0,
        paused_s=PAUSES.paused_s(submitted_s, end_s),
    )


def reasoning_s(times_s: Sequence[float], reasoning_tokens: int) -> float:
    """From the first token of an answer to the last one of its reasoning, with which it begins; pauses apart."""
    if not times_s or not reasoning_tokens:
        return 0.0
    begin_s, end_s = times_s[0], times_s[min(reasoning_tokens, len(times_s)) - 1]
    return end_s - begin_s - PAUSES.lost_s(begin_s, end_s)
