"""What a model's config.json says of its purpose and its length, whoever reads it (plain data)."""

from __future__ import annotations

import re
from typing import Any

CONTEXT_KEYS = (
    "max_position_embeddings",
    "n_positions",
    "max_seq_len",
    "max_sequence_length",
    "seq_length",
    "context_length",
    "n_ctx",
)
"""What architectures call the longest text that a model was made for."""

_OTHER_PURPOSES = re.compile(
    r"For(\w*Classification|QuestionAnswering|MaskedLM|MultipleChoice|NextSentencePrediction|\w*Retrieval|TextEncoding"
    r"|Reward\w*|CTC|\w*Detection|\w*Segmentation)$|RewardModel$"
)


def other_purpose(architectures: Any) -> str | None:
    """What else than writing a model was made for, by the names of its classes; None if they do not say."""
    made_for = str(architectures[0]) if isinstance(architectures, list | tuple) and architectures else ""
    return f"{made_for} judges or marks texts and writes none" if _OTHER_PURPOSES.search(made_for) else None
