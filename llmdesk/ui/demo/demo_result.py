"""What a demo saw and measured (plain data)."""

from __future__ import annotations

import statistics
from dataclasses import asdict, dataclass, field

import psutil

from llmdesk.datatypes.chat import GenerationStats
from llmdesk.datatypes.model import AnsweredBy, ModelInfo
from llmdesk.services.race.race import Race
from llmdesk.services.race.report import as_values
from llmdesk.services.recording.recording import Recording
from llmdesk.services.recording.report import speed_of


@dataclass(frozen=True, slots=True)
class DemoAnswer:
    """One of the script's questions; ``by`` is what answered it."""

    question: str
    text: str
    stats: GenerationStats
    by: AnsweredBy | None = None

    @property
    def form(self) -> tuple[str, str | None] | None:
        """Model and precision."""
        return (self.by.model_id, self.by.precision) if self.by is not None else None

    @property
    def form_words(self) -> str:
        """The same for people."""
        return f"{self.by.title} {self.by.precision or self.by.server}".strip() if self.by is not None else ""

    def as_values(self) -> dict[str, object]:
        """For ``--report``."""
        model_id, precision = self.form or (None, None)
        kernels = self.by.kernels or self.by.backend if self.by is not None else None
        made_by = {"model": model_id, "precision": precision, "kernels": kernels}
        return {"question": self.question, "text": self.text, **made_by, "stats": self.stats.as_dict()}


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
    answers: list[DemoAnswer] = field(default_factory=list)
    races: list[Race] = field(default_factory=list)
    failure: str = ""
    recording: Recording | None = None

    @property
    def speed(self) -> tuple[float, bool]:
        """Tokens per second while the window paints; see ``speed_of``."""
        return speed_of((answer.form, answer.stats) for answer in self.answers)

    def as_report(self) -> dict[str, object]:
        """For ``--report``."""
        left_out = ("info", "answers", "races", "failure", "recording")
        report = {key: value for key, value in asdict(self).items() if key not in left_out}
        info, (tps, is_best) = self.info, self.speed
        return {
            "model": info.model_id if info else None,
            "backend": info.backend if info else None,
            "kernels": info.kernels or info.backend if info else None,
            "precision": info.precision if info else None,
            "threads": info.threads if info else None,
            "answers": [answer.as_values() for answer in self.answers],
            "races": [as_values(race) for race in self.races],
            **report,
            "decode_tps_with_window": tps,
            "decode_tps_is_of_the_fastest_answer": is_best,
            "ttft_s": statistics.fmean(answer.stats.ttft_s for answer in self.answers) if self.answers else None,
            "rss_bytes": psutil.Process().memory_info().rss,
            "failure": self.failure or None,
        }
