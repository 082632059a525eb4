"""What a demo saw and measured (plain data)."""

from __future__ import annotations

import statistics
from dataclasses import asdict, dataclass, field

import psutil

from llmdesk.datatypes.chat import GenerationStats
from llmdesk.datatypes.model import ModelInfo
from llmdesk.services.race.race import Race
from llmdesk.services.race.report import as_values
from llmdesk.services.recording.recording import Recording


@dataclass(slots=True)
class DemoResult:
    """Times count from the start of the process. ``recording`` has every token's time; None before the end."""

    info: ModelInfo | None = None
    window_visible_s: float = 0.0
    first_token_s: float = 0.0
    gui_gap_max_ms: float = 0.0
    gui_gap_p99_ms: float = 0.0
    cpu_ms_per_s: dict[str, float] = field(default_factory=dict)
    """Processor time by thread while answers came; ``MainThread`` is the window."""
    answers: list[tuple[str, str, GenerationStats]] = field(default_factory=list)
    races: list[Race] = field(default_factory=list)
    failure: str = ""
    recording: Recording | None = None

    @property
    def decode_tps(self) -> float:
        """Tokens per second while the window paints: all answers, by their weight."""
        steps = sum(max(stats.new_tokens - 1, 0) for _, _, stats in self.answers)
        seconds = sum(stats.decode_s for _, _, stats in self.answers)
        return steps / seconds if seconds else 0.0

    def as_report(self) -> dict[str, object]:
        """For ``--report``."""
        left_out = ("info", "answers", "races", "failure", "recording")
        report = {key: value for key, value in asdict(self).items() if key not in left_out}
        info = self.info
        return {
            "model": info.model_id if info else None,
            "backend": info.backend if info else None,
            "kernels": info.kernels or info.backend if info else None,
            "precision": info.precision if info else None,
            "threads": info.threads if info else None,
            "answers": [
                {"question": question, "text": text, "stats": stats.as_dict()} for question, text, stats in self.answers
            ],
            "races": [as_values(race) for race in self.races],
            **report,
            "decode_tps_with_window": self.decode_tps,
            "ttft_s": statistics.fmean(stats.ttft_s for *_, stats in self.answers) if self.answers else None,
            "rss_bytes": psutil.Process().memory_info().rss,
            "failure": self.failure or None,
        }
