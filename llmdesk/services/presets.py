"""How the next token is chosen: three presets (pure)."""

from __future__ import annotations

from llmdesk.datatypes.chat import SamplingParams

PRESETS = {
    "Precise": SamplingParams(temperature=0.0),
    "Balanced": SamplingParams(temperature=0.7),
    "Creative": SamplingParams(temperature=1.0),
}
DEFAULT_PRESET = "Balanced"
CUSTOM = "Custom"
