"""What a model's config.json says of its purpose and its length, whoever reads it (plain data)."""

from __future__ import annotations

import re
from typing import Any

from llmdesk.words import say

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

_PURPOSES_OF_KINDS = {
    say("makes vectors out of texts (embeddings) or judges them, and writes none"):
        "bert roberta xlm-roberta distilbert deberta deberta-v2 electra albert mpnet modernbert nomic_bert camembert",
    say("hears or makes speech"):
        "whisper wav2vec2 hubert wavlm speecht5 bark musicgen seamless_m4t vits moonshine parler_tts encodec",
    say("sees pictures and writes no texts"):
        "clip siglip siglip2 vit dinov2 dinov3 deit swin beit convnext resnet detr sam sam2 depth_anything",
    say("translates from one text to another (encoder and decoder) and does not chat"):
        "t5 mt5 umt5 bart mbart pegasus marian m2m_100 led longt5 bigbird_pegasus switch_transformers fsmt prophetnet",
}  # fmt: skip
"""What kinds of models (``model_type``) do that write no texts."""
_CLASSES_WITHOUT_WRITING = re.compile(
    r"For(\w*Classification|QuestionAnswering|MaskedLM|MultipleChoice|NextSentencePrediction|\w*Retrieval|TextEncoding"
    r"|Reward\w*|CTC|\w*Detection|\w*Segmentation|PreTraining)$|RewardModel$"
)


def purpose_of_kind(kind: str) -> str | None:
    """What a model of this kind does instead of writing; None if it may write."""
    return next((what for what, kinds in _PURPOSES_OF_KINDS.items() if kind in kinds.split()), None)


def purpose_of_classes(architectures: Any) -> str | None:
    """The same by the names of the classes that a model was saved from, the first of which counts."""
    made_for = str(architectures[0]) if isinstance(architectures, list | tuple) and architectures else ""
    return say("judges texts or marks them, and writes none") if _CLASSES_WITHOUT_WRITING.search(made_for) else None
