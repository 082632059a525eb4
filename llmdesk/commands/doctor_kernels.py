"""What ``llmdesk doctor`` says of llmdesk's own kernels; compiles none."""

from __future__ import annotations

from typing import Any

from llmdesk.errors import LlmdeskError, SetupError


def kernels_report(problems: list[LlmdeskError]) -> dict[str, Any]:
    """{"kernels": the instruction set, None if there are none; their library, "" while it is not compiled}.

    A choice that is not known is added to ``problems``.
    """
    from llmdesk.engine.networks.fused import library

    try:
        isa = library.best_isa()
    except SetupError as error:
        problems.append(error)
        isa = None
    file = library.made(isa) if isa is not None else None
    return {"kernels": {"instruction_set": isa, "library": str(file or "")}}


def kernels_text(report: dict[str, Any]) -> str:
    """The same in one line."""
    if report["instruction_set"] is None:
        return "none of llmdesk's own"
    return f"llmdesk's for {report['instruction_set']}, {report['library'] or 'compiled at the first load'}"
