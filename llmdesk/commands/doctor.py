"""``llmdesk doctor``: what is here, what was chosen and why, and what to do if llmdesk cannot run. Imports no torch."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from llmdesk.errors import LlmdeskError

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

Report = dict[str, Any]


def add_parser(subparsers: Subparsers) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser(
        "doctor", help="show what is installed, what was chosen and why, and what is missing"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object instead of text")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the report; 0 if llmdesk can run here, else 1."""
    problems: list[LlmdeskError] = []
    report = {**_machine(), **_backend(problems), **_window(problems), **_model(problems), "paths": _paths()}
    report["problems"] = [{"message": error.user_message, "hint": error.hint} for error in problems]
    report["ok"] = not problems
    if args.json:
        print(json.dumps(report, indent=2))
    else:
        _print_text(report)
    return 1 if problems else 0


def _machine() -> Report:
    import platform
    from dataclasses import asdict

    import psutil

    from llmdesk import __version__
    from llmdesk.services import machine

    processor = machine.processor()
    memory = psutil.virtual_memory()
    return {
        "llmdesk": __version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "packages": machine.package_versions(),
        "processor": asdict(processor),
        "memory": {"total_bytes": memory.total, "available_bytes": memory.available},
        "read_bandwidth_gbps": round(machine.read_bandwidth_gbps(processor.physical_cores), 1),
    }


def _backend(problems: list[LlmdeskError]) -> Report:
    from llmdesk.engine.backends.choice import choose_backend_name

    try:
        name, reason = choose_backend_name()
    except LlmdeskError as error:
        problems.append(error)
        return {"backend": None}
    return {"backend": {"name": name, "reason": reason}}


def _window(problems: list[LlmdeskError]) -> Report:
    from llmdesk.services import system_check

    platform = system_check.platform_name()
    try:
        system_check.require_libraries(platform)
    except LlmdeskError as error:
        problems.append(error)
    missing = [library.soname for library in system_check.missing_libraries(platform)]
    return {
        "window": {"display": system_check.has_display(), "platform": platform, "missing_system_libraries": missing}
    }


def _model(problems: list[LlmdeskError]) -> Report:
    from llmdesk.models.catalogue import Catalogue

    catalogue = Catalogue.load()
    problems.extend(catalogue.problems)
    embedded = catalogue.specs()[0]
    try:
        path = str(catalogue.resolve(embedded.id).path)
    except LlmdeskError as error:
        problems.append(error)
        path = None
    return {"embedded_model": {"id": embedded.id, "title": embedded.title, "path": path}}


def _paths() -> dict[str, str]:
    from llmdesk import paths

    return {
        "configuration": str(paths.config_dir()),
        "models": str(paths.models_dir()),
        "cache": str(paths.cache_dir()),
        "log": str(paths.log_file()),
    }


def _print_text(report: Report) -> None:
    rows = {
        "llmdesk": f"{report['llmdesk']} on Python {report['python']}, {report['system']}",
        "Packages": ", ".join(f"{name} {version or 'not installed'}" for name, version in report["packages"].items()),
        **_hardware_rows(report),
        "Backend": "none" if report["backend"] is None else "{name}: {reason}".format(**report["backend"]),
        "Window": _window_text(report["window"]),
        "Embedded model": _model_text(report["embedded_model"]),
        **{name.capitalize(): path for name, path in report["paths"].items()},
    }
    for name, text in rows.items():
        print(f"{name + ':':<17}{text}")
    for problem in report["problems"]:
        print(f"\nProblem: {problem['message']}\n  To do: {problem['hint']}")
    if report["ok"]:
        print("\nllmdesk can run here.")


def _hardware_rows(report: Report) -> dict[str, str]:
    processor, memory = report["processor"], report["memory"]
    features = ", ".join(processor["features"]) or "features unknown"
    cores = f"{processor['physical_cores']} cores, {processor['logical_cores']} threads"
    return {
        "Processor": f"{processor['name']} ({cores}; {features})",
        "Memory": f"{memory['available_bytes'] / 1e9:.1f} of {memory['total_bytes'] / 1e9:.1f} GB free, "
        f"read at {report['read_bandwidth_gbps']} GB/s",
    }


def _model_text(model: Report) -> str:
    return f"{model['title']}: {model['path'] or 'cannot be used'}"


def _window_text(window: Report) -> str:
    if window["missing_system_libraries"]:
        return "missing system libraries: " + ", ".join(window["missing_system_libraries"])
    return "can be shown" if window["display"] else "no display here; `llmdesk demo --offscreen` works without one"
