"""``llmdesk doctor``: what is here, what was chosen and why, and what to do if llmdesk cannot run.

Imports no torch, unless it is to measure threads.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import TYPE_CHECKING, Any

from llmdesk.commands.doctor_fonts import fonts_report, fonts_text
from llmdesk.commands.doctor_kernels import kernels_report, kernels_text
from llmdesk.error_values import from_info
from llmdesk.errors import LlmdeskError, SetupError

if TYPE_CHECKING:
    from llmdesk.core import Core

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

Report = dict[str, Any]


def add_parser(subparsers: Subparsers) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser(
        "doctor", help="show what is installed, what was chosen and why, and what is missing"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object instead of text")
    parser.add_argument(
        "--tune-threads", action="store_true", help="find the best number of threads anew (loads a model, some seconds)"
    )
    parser.add_argument("--model", default="", help="the model to tune for (default: the first one on this machine)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the report; 0 if llmdesk can run here, else 1.

    Raises:
        LlmdeskError: the model to tune for cannot be loaded, or LLMDESK_THREADS leaves nothing to tune.
    """
    from llmdesk.core import Core
    from llmdesk.engine.backend import LoadOptions

    with Core(LoadOptions(measure_threads=args.tune_threads)) as core:
        if args.tune_threads:
            _tune_threads(core, args.model)
        report = _report(core)
    if args.json:
        print(json.dumps(report, indent=2))
    else:
        _print_text(report)
    return 0 if report["ok"] else 1


def _report(core: Core) -> Report:
    problems: list[LlmdeskError] = [*core.settings.file_problems]
    report = {
        **_machine(),
        **_memory(problems),
        **_threads(problems),
        **_backend(problems),
        **kernels_report(problems),
        **_gpu(),
        **_window(problems),
        **fonts_report(),
        **_model(core, problems),
        "paths": _paths(core),
    }
    infos = [problem.info() for problem in problems]
    report["problems"] = [
        {"kind": info.kind, "message": info.user_message, "hint": info.hint, "http_status": info.http_status}
        for info in infos
    ]
    report["ok"] = not problems
    return report


def _machine() -> Report:
    import platform
    from dataclasses import asdict

    from llmdesk import __version__
    from llmdesk.services import machine

    processor = machine.processor()
    return {
        "llmdesk": __version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "packages": machine.package_versions(),
        "processor": asdict(processor),
        "read_bandwidth_gbps": round(machine.read_bandwidth_gbps(processor.physical_cores), 1),
    }


def _memory(problems: list[LlmdeskError]) -> Report:
    import psutil

    from llmdesk.memory_need import limit_bytes

    memory = psutil.virtual_memory()
    report = {"total_bytes": memory.total, "available_bytes": memory.available, "limit_bytes": 0}
    try:
        report["limit_bytes"] = limit_bytes(memory.total)
    except LlmdeskError as error:
        problems.append(error)
    return {"memory": report}


def _threads(problems: list[LlmdeskError]) -> Report:
    """What is used unless it was measured, and what was measured on this processor."""
    from dataclasses import asdict

    from llmdesk.engine.backends.thread_tuning import stored_threads
    from llmdesk.engine.processor.hardware import processor_name
    from llmdesk.engine.processor.threads import default_threads

    name = processor_name()
    measured = {key: asdict(value) for key, value in stored_threads().items() if key.startswith(f"{name} |")}
    report: Report = {"default": None, "measured": measured}
    try:
        report["default"] = default_threads()
    except LlmdeskError as error:
        problems.append(error)
    return {"threads": report}


def _tune_threads(core: Core, model_id: str) -> None:
    """Load a model, measuring, and let it go again."""
    import queue

    from llmdesk.commands.progress import ProgressLine
    from llmdesk.datatypes.model import ModelStatus
    from llmdesk.datatypes.work import WorkEvent, WorkFailed
    from llmdesk.engine_choices import chosen

    if threads := chosen("LLMDESK_THREADS"):
        raise SetupError(f"{threads.origin} sets the number of threads.", "Unset it to let it be measured.")
    started_s = time.time()
    events: queue.SimpleQueue[ModelStatus | WorkEvent[None]] = queue.SimpleQueue()
    core.runner.subscribe(events.put)
    core.runner.load(model_id or core.catalogue.default_id)
    core.runner.run(lambda _: None, events.put, occupies="tuning")  # its end comes after the load's, whatever happens
    line = ProgressLine()
    try:
        while isinstance(event := events.get(), ModelStatus):
            if event.title:
                line.show(f"{event.title}: {event.phase}, {event.fraction:.0%}")
    finally:
        line.clear()
    error = event.error if isinstance(event, WorkFailed) else core.runner.status.error
    if error is not None:
        raise from_info(error)
    if not _was_measured_after(started_s):
        print(
            "No number of threads was kept: other programs use this machine, or the model is too small to measure.",
            file=sys.stderr,
        )


def _was_measured_after(t_s: float) -> bool:
    from llmdesk.engine.backends.thread_tuning import file_path

    return file_path().exists() and file_path().stat().st_mtime >= t_s


def _backend(problems: list[LlmdeskError]) -> Report:
    from llmdesk.engine.backends.choice import choose_backend_name

    try:
        name, reason = choose_backend_name()
    except LlmdeskError as error:
        problems.append(error)
        return {"backend": None}
    return {"backend": {"name": name, "reason": reason}}


def _gpu() -> Report:
    from llmdesk.engine.processor.hardware import intel_gpus, torch_has_xpu

    return {"gpu": {"intel_gpus": intel_gpus(), "torch_has_xpu": torch_has_xpu(), "verified_on_hardware": False}}


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


def _model(core: Core, problems: list[LlmdeskError]) -> Report:
    catalogue = core.catalogue
    problems.extend(catalogue.problems)
    embedded = catalogue.specs()[0]
    try:
        path = str(catalogue.resolve(embedded.id).path)
    except LlmdeskError as error:
        problems.append(error)
        path = None
    return {"embedded_model": {"id": embedded.id, "title": embedded.title, "path": path}}


def _paths(core: Core) -> dict[str, str]:
    from llmdesk import paths

    return {
        "configuration": str(paths.config_dir()),
        "settings": str(core.settings.file),
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
        "Kernels": kernels_text(report["kernels"]),
        "Intel GPU": _gpu_text(report["gpu"]),
        "Window": _window_text(report["window"]),
        "Fonts": fonts_text(report["fonts"]),
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
    if processor["efficient_cores"]:
        cores += f", {processor['efficient_cores']} of the cores efficient ones"
    limit = f"; a model may take {memory['limit_bytes'] / 1e9:.1f} GB" if memory["limit_bytes"] else ""
    return {
        "Processor": f"{processor['name']} ({cores}; {features})",
        "Memory": f"{memory['available_bytes'] / 1e9:.1f} of {memory['total_bytes'] / 1e9:.1f} GB free, "
        f"read at {report['read_bandwidth_gbps']} GB/s{limit}",
        "Threads": _threads_text(report["threads"]),
    }


def _threads_text(threads: Report) -> str:
    lines = [f"{threads['default'] or '?'} unless measured otherwise"]
    for key, value in threads["measured"].items():
        prefill, decode = value["prefill"]["threads"], value["decode"]["threads"]
        placed = " on the fast cores" if value["decode"]["cpus"] else ""
        about = ", ".join(key.split(" | ")[2:])  # of this processor anyway
        lines.append(f"{about}: prompts {prefill}, answers {decode}{placed}")
    return f"\n{'':<17}".join(lines)


def _gpu_text(gpu: Report) -> str:
    present = f"{gpu['intel_gpus']} here" if gpu["intel_gpus"] else "none seen here"
    if not gpu["torch_has_xpu"]:
        return f"{present}; this torch is no build for Intel GPUs"
    return f"{present}; the native stack uses what torch finds (not verified on hardware)"


def _model_text(model: Report) -> str:
    return f"{model['title']}: {model['path'] or 'cannot be used'}"


def _window_text(window: Report) -> str:
    if window["missing_system_libraries"]:
        return "missing system libraries: " + ", ".join(window["missing_system_libraries"])
    return "can be shown" if window["display"] else "no display here; `llmdesk demo --offscreen` works without one"
