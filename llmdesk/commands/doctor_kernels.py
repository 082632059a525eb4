"""What ``llmdesk doctor`` says of llmdesk's own kernels; compiles none, but says whether that could be done."""

from __future__ import annotations

from typing import Any

from llmdesk.errors import LlmdeskError, SetupError


def kernels_report(problems: list[LlmdeskError]) -> dict[str, Any]:
    """{"kernels": the instruction set, None if there are none; their library, "" while it is not compiled; the program
    that compiles here, "" if there is none}.

    A choice that is not known, and kernels that nothing can compile, are added to ``problems``.
    """
    from llmdesk.engine.networks.fused import library, systems

    try:
        isa = library.best_isa()
    except SetupError as error:
        problems.append(error)
        isa = None
    file = library.made(isa) if isa is not None else None
    command = systems.compiler(isa) if isa is not None else None
    if isa is not None and file is None and command is None:
        problems.append(library.no_compiler())
    name = "" if command is None else "ziglang" if "ziglang" in command else command[0]
    return {"kernels": {"instruction_set": isa, "library": str(file or ""), "compiler": name}}


def kernels_text(report: dict[str, Any]) -> str:
    """The same in one line."""
    if report["instruction_set"] is None:
        return "none of llmdesk's own"
    to_come = (
        f"compiled at the first load (by {report['compiler']})" if report["compiler"] else "not compiled: no compiler"
    )
    return f"llmdesk's for {report['instruction_set']}, {report['library'] or to_come}"
