"""Names of tokens that end an answer, as far as they are known: many files do not say it of all of theirs.

The names are facts, taken from llama.cpp (src/llama-vocab.cpp, ``special_eog_ids``).
"""

from __future__ import annotations

from collections.abc import Collection

_NAMES = frozenset(
    {
        "<|eot_id|>",
        "<|eom_id|>",
        "<|eot|>",
        "<|im_end|>",
        "<|end|>",
        "<|return|>",
        "<|call|>",
        "<|flush|>",
        "<|calls|>",
        "<end_of_turn>",
        "<|endoftext|>",
        "<|end_of_text|>",
        "<|end_of_turn|>",
        "<|END_OF_TURN_TOKEN|>",
        "<|endofturn|>",
        "<EOT>",
        "_<EOT>",
        "[EOT]",
        "<end_of_utterance>",
        "<turn|>",
        "<|tool_response>",
        "<\N{FULLWIDTH VERTICAL LINE}end\N{LOWER ONE EIGHTH BLOCK}of\N{LOWER ONE EIGHTH BLOCK}sentence"
        "\N{FULLWIDTH VERTICAL LINE}>",
        "[e~[",
        # What parts files of code from each other.
        "<|fim_pad|>",
        "<fim-pad>",
        "<fim_pad>",
        "<|fim_repo|>",
        "<|repo_name|>",
        "<fim-repo>",
        "<reponame>",
        "<|file_sep|>",
    }
)
_ONLY_IF_CONTROL = frozenset({"</s>", "<eos>", "[EOS]", "<PAD>", "[PAD]", "<REPO>"})
"""These may be plain text: Gemma's vocabulary has "</s>" as HTML."""


def is_end_by_name(token: str) -> bool:
    """Such a token is a control token, whatever its file says."""
    return token in _NAMES


def end_names(control: Collection[str], other: Collection[str]) -> set[str]:
    """Those of a model's added tokens that end an answer: ``control`` are its special ones."""
    found = {token for token in (*control, *other) if token in _NAMES}
    found |= {token for token in control if token in _ONLY_IF_CONTROL}
    # Here an end is only the end of a part of the answer.
    if "<|end|>" in found and ({"<|return|>", "<|call|>"} <= found or {"<|flush|>", "<|calls|>"} <= found):
        found.discard("<|end|>")
    if "<|tool_response>" in found:
        found.discard("</s>")
    return found
