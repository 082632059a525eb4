"""The command line as a user meets it: exit codes, messages, streams."""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from llmdesk import __version__, cli, paths
from llmdesk.core import Core
from llmdesk.datatypes.model import LocalModel
from llmdesk.engine.backend import LoadOptions, LoadReporter
from llmdesk.engine.backends.scripted import ScriptedBackend, ScriptedModel
from llmdesk.engine.backends.thread_tuning import TunedThreads, store_threads, tuning_key
from llmdesk.engine.processor.thread_team import ThreadChoice
from llmdesk.errors import ModelDamaged, ModelNotFound
from tests.models.builders import remember_model

HELP_BUDGET_S = 0.3
DEJAVU = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")  # has Arabic and Hebrew letters


def llmdesk(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "llmdesk", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env={**os.environ, **environment})


def use_command(monkeypatch: pytest.MonkeyPatch, run: Any) -> None:
    """Make ``llmdesk doctor`` do something else."""
    module = ModuleType("llmdesk.commands.doctor")
    module.add_parser = lambda subparsers: subparsers.add_parser("doctor").set_defaults(run=run)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "llmdesk.commands.doctor", module)


def fail_with(error: BaseException) -> Any:
    def run(args: argparse.Namespace) -> int:
        raise error

    return run


@pytest.mark.parametrize("kind", ["FutureWarning", "DeprecationWarning", "UserWarning"])
@pytest.mark.parametrize("logs", [False, True])
def test_a_warning_of_a_library_goes_to_the_log_and_not_to_the_user(kind: str, logs: bool) -> None:
    code = f"""
import warnings
from llmdesk import cli
from llmdesk.commands import models
from llmdesk.services.logs import Logs
def run(args):
    logs = Logs() if {logs} else None
    warnings.warn("goes in 5.40", {kind})
    if logs:
        logs.close()
    return 0
models.run = run
raise SystemExit(cli.main(["models"]))
"""
    done = subprocess.run(
        [sys.executable, "-W", "default", "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    log_text = paths.log_file().read_text(encoding="utf-8") if logs else ""
    assert (f"{kind}: goes in 5.40" in log_text) == logs


def test_version() -> None:
    result = llmdesk("--version")
    assert (result.returncode, result.stdout) == (0, f"llmdesk {__version__}\n")


@pytest.mark.timing
def test_help_names_every_command_and_is_quick() -> None:
    durations_s = []
    for _ in range(3):
        started_s = time.monotonic()
        result = llmdesk("--help")
        durations_s.append(time.monotonic() - started_s)
    assert result.returncode == 0
    for command in cli.COMMANDS:
        assert re.search(rf"^    {command}\s", result.stdout, re.MULTILINE)  # a long name has a line of its own
    assert min(durations_s) < HELP_BUDGET_S


@pytest.mark.parametrize("arguments", [["nonsense"], ["--nonsense"], ["desktop"], ["desktop", "burn"]])
def test_wrong_usage_exits_with_2(arguments: list[str]) -> None:
    result = llmdesk(*arguments)
    assert result.returncode == 2
    assert result.stdout == ""
    assert "usage: llmdesk" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "file"),
    [
        ([], ""),
        (["/models/a model.GGUF"], "/models/a model.GGUF"),
        (["--open", "/models/x.gguf"], "/models/x.gguf"),
        (["--debug", "--open", "/models/x.gguf"], "/models/x.gguf"),
        (["--open=/models/x.gguf"], "/models/x.gguf"),
        (["llmdesk://new?prompt=a b"], "llmdesk://new?prompt=a b"),
        (["--open", "llmdesk:"], "llmdesk:"),
        (["file:///models/a%20b"], "file:///models/a%20b"),
        (["--hidden"], ""),
        (["--debug", "/models/x.gguf"], "/models/x.gguf"),
        (["--stand", "/models/-x.gguf"], "/models/-x.gguf"),
        ([__file__], __file__),  # the desktop knows a GGUF file by its first bytes, whatever its name
    ],
)
def test_the_window_opens_with_the_file_that_a_desktop_hands_over(arguments: list[str], file: str) -> None:
    args = cli._parse(arguments)
    assert args.run is cli._run_window
    assert args.open_file == file


@pytest.mark.parametrize(
    "arguments",
    [
        ["--open", "llmdesk:", "uninstall", "--yes", "--everything"],
        ["--open=llmdesk:", "config", "set", "server.host", "0.0.0.0"],
    ],
)
def test_a_link_with_words_behind_it_runs_no_command(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 2
    assert "goes with no command" in capsys.readouterr().err


def test_known_error_is_two_lines_on_stderr(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    use_command(monkeypatch, fail_with(ModelNotFound("There is no model tiny.", "Try another.")))
    assert cli.main(["doctor"]) == 1
    assert capsys.readouterr() == ("", "llmdesk: There is no model tiny.\nTry another.\n")


@pytest.mark.parametrize("arguments", [["--debug", "doctor"], ["doctor", "--debug"]])
def test_debug_shows_the_traceback(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    use_command(monkeypatch, fail_with(ValueError("odd")))
    assert cli.main(arguments) == 1
    assert "Traceback" in capsys.readouterr().err


def test_bug_without_debug_shows_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    use_command(monkeypatch, fail_with(ValueError("odd")))
    assert cli.main(["doctor"]) == 1
    error = capsys.readouterr().err
    assert "ValueError: odd" in error
    assert "--debug" in error
    assert "Traceback" not in error


def test_exit_code_of_the_command_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    use_command(monkeypatch, lambda args: 1)
    assert cli.main(["doctor"]) == 1


def start_in_python(code: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", f"from tests import test_cli; test_cli.{code}()"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_ctrl_c_exits_with_130_and_without_a_traceback() -> None:
    with start_in_python("wait_as_command") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "waiting\n"
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=30)
    assert (process.returncode, error) == (130, "")


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of POSIX")
def test_reader_that_goes_away_is_no_error() -> None:
    with start_in_python("print_much_as_command") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == "line\n"
        process.stdout.close()
        error = process.stderr.read()
    assert (process.returncode, error) == (141, "")


def wait_as_command() -> None:
    """Runs in a process of its own: a command that waits to be interrupted."""

    def run(args: argparse.Namespace) -> int:
        sys.stdout.write("waiting\n")
        sys.stdout.flush()
        signal.pause()
        return 0

    use_command(pytest.MonkeyPatch(), run)
    sys.exit(cli.main(["doctor"]))


def print_much_as_command() -> None:
    """Runs in a process of its own: a command that prints more than a pipe holds."""

    def run(args: argparse.Namespace) -> int:
        for _ in range(100_000):
            sys.stdout.write("line\n")
        return 0

    use_command(pytest.MonkeyPatch(), run)
    sys.exit(cli.main(["doctor"]))


def test_start_without_a_console_writes_to_the_log_file(monkeypatch: pytest.MonkeyPatch) -> None:
    use_command(monkeypatch, fail_with(ModelNotFound("There is no model tiny.", "Try another.")))
    monkeypatch.setattr(sys, "argv", ["llmdesk-gui", "doctor"])
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    assert cli.main_gui() == 1
    assert "There is no model tiny." in paths.log_file().read_text(encoding="utf-8")


def test_start_from_a_terminal_prints_there(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    use_command(monkeypatch, fail_with(ModelNotFound("There is no model tiny.")))
    monkeypatch.setattr(sys, "argv", ["llmdesk-gui", "doctor"])
    monkeypatch.setattr(sys, "stderr", terminal)
    assert cli.main_gui() == 1
    assert "There is no model tiny." in terminal.getvalue()


def test_doctor_json_is_one_object_and_says_which_backend(private_home: Path) -> None:
    result = llmdesk("doctor", "--json", LLMDESK_BACKEND="scripted")
    report = json.loads(result.stdout)
    assert report["backend"] == {"name": "scripted", "reason": "LLMDESK_BACKEND asks for it"}
    assert report["paths"]["log"].startswith(str(private_home))
    assert report["processor"]["logical_cores"] >= report["processor"]["physical_cores"] >= 1
    assert report["read_bandwidth_gbps"] > 0.1
    assert result.returncode == (0 if report["ok"] else 1)


def test_doctor_shows_measured_threads_and_the_memory_limit(capsys: pytest.CaptureFixture[str]) -> None:
    key = tuning_key("native", "int4", 700_000_000)
    store_threads(key, TunedThreads(ThreadChoice(2), ThreadChoice(1, (0, 1))))
    store_threads(replace(key, processor="Another"), TunedThreads(ThreadChoice(8), ThreadChoice(8)))
    cli.main(["doctor", "--json"])
    report = json.loads(capsys.readouterr().out)
    assert list(report["threads"]["measured"]) == [key.text]
    assert report["threads"]["measured"][key.text]["decode"] == {"threads": 1, "cpus": [0, 1]}
    assert 0 < report["memory"]["limit_bytes"] <= 12_000_000_000
    cli.main(["doctor"])
    text = capsys.readouterr().out
    assert "native, int4, up to 1000 MB: prompts 2, answers 1 on the fast cores\n" in text
    assert "; a model may take " in text
    assert report["gpu"]["verified_on_hardware"] is False
    assert "\nIntel GPU: " in text


def test_doctor_reports_settings_that_are_nonsense(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LLMDESK_THREADS", "many")
    monkeypatch.setenv("LLMDESK_MEMORY_LIMIT_GB", "lots")
    assert cli.main(["doctor", "--json"]) == 1
    messages = " ".join(problem["message"] for problem in json.loads(capsys.readouterr().out)["problems"])
    assert "LLMDESK_THREADS=many" in messages
    assert "LLMDESK_MEMORY_LIMIT_GB=lots" in messages


@pytest.mark.logs("loading broken failed")
def test_doctor_tunes_by_loading_a_model(
    private_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is measured then is the model's business (test_thread_tuning); here it must be asked for."""
    asked: list[LoadOptions] = []

    class Backend(ScriptedBackend):
        def load(self, model: LocalModel, options: LoadOptions, report: LoadReporter) -> ScriptedModel:
            asked.append(options)
            if model.spec.id == "broken":
                raise ModelDamaged("It is broken.", "Fetch it again.")
            return super().load(model, options, report)

    for model_id in ("tiny", "broken"):
        remember_model(private_home, model_id)
    monkeypatch.delenv("LLMDESK_THREADS", raising=False)
    monkeypatch.setattr("llmdesk.core.Core", partial(Core, make=Backend))
    cli.main(["doctor", "--tune-threads", "--model", "tiny", "--json"])
    said = capsys.readouterr()
    assert "threads" in json.loads(said.out)
    assert "No number of threads was kept" in said.err  # a script has no speed
    assert [options.measure_threads for options in asked] == [True]
    assert cli.main(["doctor", "--tune-threads", "--model", "broken"]) == 1
    assert capsys.readouterr() == ("", "llmdesk: It is broken.\nFetch it again.\n")
    monkeypatch.setenv("LLMDESK_THREADS", "2")
    assert cli.main(["doctor", "--tune-threads"]) == 1
    assert "LLMDESK_THREADS sets the number" in capsys.readouterr().err
    assert len(asked) == 2


@pytest.mark.parametrize("argv", [["doctor", "--json"], ["--debug", "doctor", "--json"]])
def test_a_failure_with_json_is_one_object_that_programs_can_read(
    argv: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    module = ModuleType("llmdesk.commands.doctor")

    def add_parser(subparsers: Any) -> None:
        parser = subparsers.add_parser("doctor")
        parser.add_argument("--json", action="store_true")
        parser.set_defaults(run=fail_with(ModelNotFound("There is no “x”.")))

    module.add_parser = add_parser  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "llmdesk.commands.doctor", module)
    assert cli.main(argv) == 1
    said = capsys.readouterr()
    assert json.loads(said.out) == {
        "error": {
            "kind": "ModelNotFound",
            "message": "There is no “x”.",
            "hint": "`llmdesk models list` shows the models.",
            "http_status": 404,
        }
    }
    assert "llmdesk: There is no “x”." in said.err


def test_doctor_tells_mistakes_in_the_settings_file(capsys: pytest.CaptureFixture[str]) -> None:
    file = paths.config_dir() / "settings.toml"
    file.write_text('[engine]\nthreads = "many"\n', encoding="utf-8")
    assert cli.main(["doctor", "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    problem = report["problems"][0]
    assert (problem["kind"], problem["http_status"]) == ("SettingsError", 400)
    assert "line 2" in problem["message"]
    assert report["paths"]["settings"] == str(file)


@pytest.mark.skipif(sys.platform != "linux", reason="fontconfig is Linux's")
@pytest.mark.parametrize("has_fonts", [True, False])
def test_doctor_tells_which_scripts_have_no_font(tmp_path: Path, has_fonts: bool) -> None:
    """With the system's fonts, and on a system that has none at all."""
    environment = {}
    if not has_fonts:
        (tmp_path / "fonts.conf").write_text("<fontconfig/>", encoding="utf-8")
        environment = {"FONTCONFIG_FILE": str(tmp_path / "fonts.conf")}
    result = llmdesk("doctor", "--json", LLMDESK_BACKEND="scripted", **environment)
    assert result.returncode == 0, result.stderr
    fonts = json.loads(result.stdout)["fonts"]
    assert {"Inter", "JetBrains Mono"} <= set(fonts["type"])
    scripts = ["Chinese", "Japanese", "Korean", "Arabic", "Hebrew", "Devanagari", "emoji"]
    missing = [name for name in scripts if name in fonts["scripts_without_font"]]
    assert missing == fonts["scripts_without_font"]
    if not has_fonts:
        assert missing == scripts
        assert "fonts-noto-cjk" in fonts["install"] or "noto-sans-cjk" in fonts["install"]
        assert "would show as boxes" in llmdesk("doctor", LLMDESK_BACKEND="scripted", **environment).stdout
    elif DEJAVU.exists():
        assert not {"Arabic", "Hebrew"} & set(missing)


def test_doctor_fails_with_what_to_do() -> None:
    result = llmdesk("doctor", LLMDESK_BACKEND="abacus")
    assert result.returncode == 1
    assert "Problem: LLMDESK_BACKEND=abacus is not a backend.\n  To do: Use auto, ipex" in result.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="a shell closes them")
def test_it_may_be_started_with_closed_streams(tmp_path: Path) -> None:
    command = 'exec "$0" -m llmdesk models list <&- >&- 2>"$1"'
    done = subprocess.run(["sh", "-c", command, sys.executable, str(tmp_path / "said")], timeout=60, check=False)
    assert (done.returncode, (tmp_path / "said").read_text()) == (0, "")


@pytest.mark.skipif(sys.platform == "win32", reason="a shell closes them")
def test_programs_that_it_starts_have_the_streams_that_were_closed(tmp_path: Path) -> None:
    looks = "import os; [os.fstat(number) for number in range(3)]"
    starts = f"import subprocess, sys; sys.exit(subprocess.run([sys.executable, '-c', {looks!r}]).returncode)"
    program = f"from llmdesk import cli; cli._open_closed_streams(); {starts}"
    command = 'exec "$0" -c "$1" <&- >&- 2>"$2"'
    done = subprocess.run(
        ["sh", "-c", command, sys.executable, program, str(tmp_path / "said")], timeout=60, check=False
    )
    assert (done.returncode, (tmp_path / "said").read_text()) == (0, "")
