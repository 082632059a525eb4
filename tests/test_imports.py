"""What is imported when, and that the installed Qt is a healthy one. Each check runs in an interpreter of its own."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

HEAVY = ("torch", "transformers", "intel_extension_for_pytorch", "PySide6")


def run_python(code: str) -> str:
    """What the code prints; its failure is the test's."""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def heavy_packages_after(code: str) -> list[str]:
    printed = run_python(f"{code}\nimport sys\nprint('loaded:', *sorted(set({HEAVY!r}) & set(sys.modules)))")
    return printed.rpartition("loaded:")[2].split()


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["--version"], ["ask", "--help"], ["models", "--help"], ["serve", "--help"], ["doctor", "--help"]],
)
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    code = f"from llmdesk.cli import main\ntry:\n    main({arguments!r})\nexcept SystemExit:\n    pass"
    assert heavy_packages_after(code) == []


def test_heavy_packages_are_noticed() -> None:
    assert heavy_packages_after("import PySide6") == ["PySide6"]


def test_runner_imports_without_qt_or_torch() -> None:
    assert heavy_packages_after("import llmdesk.engine.serving.runner") == []


def test_the_server_imports_without_qt_or_torch() -> None:
    assert heavy_packages_after("import llmdesk.api.server") == []


def test_backend_choice_imports_no_torch() -> None:
    assert heavy_packages_after("from llmdesk.engine.backends.choice import choose_backend_name") == []


@pytest.mark.parametrize("package", ["models.catalogue", "services.system_check", "services.desktop_entry"])
def test_what_the_window_uses_first_imports_no_torch(package: str) -> None:
    assert heavy_packages_after(f"import llmdesk.{package}") == []


LATER = {
    # the web framework, which may be missing as well; what answers, graphs, files and the network need
    *("fastapi", "starlette", "uvicorn", "h11", "websockets", "segno", "ssl", "httpx", "huggingface_hub"),
    *("torch", "transformers", "tokenizers", "safetensors", "jinja2", "numpy"),
    *("statistics", "markdown_it", "pygments", "ziamath", "sqlite3", "concurrent.futures", "difflib"),
    *("PySide6.QtDBus", "PySide6.QtPrintSupport", "PySide6.QtTest"),
    # our own that brings much or is shown by nobody at first
    *("llmdesk.services.chats.store", "llmdesk.services.chats.transfer", "llmdesk.services.bench.speeds"),
    *("llmdesk.services.collections.collections", "llmdesk.services.race.running", "llmdesk.services.recording.files"),
    *("llmdesk.models.catalogue", "llmdesk.engine.generation.chat_template", "llmdesk.engine.measuring"),
    *("llmdesk.engine.weights.loading", "llmdesk.engine.generation.tools.dialects"),
    *("llmdesk.services.collections.collection",),
    *("llmdesk.ui.benchmark.controller", "llmdesk.ui.race.controller", "llmdesk.ui.usage.usage_controller"),
    *("llmdesk.ui.collections.collections_controller", "llmdesk.ui.chat.sources.sources_controller"),
    *("llmdesk.ui.chat.prompts.prompts_controller", "llmdesk.ui.chat.transfer.transfer_controller"),
    *("llmdesk.ui.chat.turn_view", "llmdesk.ui.dashboard.live_screen", "llmdesk.ui.palette.palette"),
    *("llmdesk.ui.demo.stand", "llmdesk.ui.demo.replay_controller", "llmdesk.ui.models.picker"),
    *("llmdesk.ui.server.server_panel", "llmdesk.ui.settings.settings_dialog", "llmdesk.ui.settings.sampling"),
}
_PAINTED = """
import os, sys
os.environ.update(QT_QPA_PLATFORM="offscreen", LLMDESK_HOME=sys.argv[1], LLMDESK_BACKEND="scripted")
from llmdesk.app import build_desktop, make_application
app = make_application()
from llmdesk.ui.shell.desktop import Desktop
def tell(_desktop):  # in the place of what follows the painting
    print(*set(sys.modules), flush=True)
    os._exit(0)
Desktop._on_painted = tell
desktop = build_desktop()
desktop.show()
app.exec()
"""


def test_the_window_is_painted_without_what_nobody_sees_at_first(tmp_path: Path) -> None:
    """Each of these takes time before the first painting; they follow it, or are imported where they are used."""
    loaded = run_python(_PAINTED.replace("sys.argv[1]", repr(str(tmp_path)))).split()
    assert "llmdesk.ui.shell.main_window" in loaded
    assert sorted(LATER & set(loaded)) == []
    assert len([name for name in loaded if name.startswith("llmdesk.")]) < 290


@pytest.mark.parametrize(
    ("make", "call"),
    [
        ("QLabel()", "w.setText('x')"),
        ("QLabel()", "w.setVisible(False)"),
        ("QLabel()", "w.update()"),
        ("QPlainTextEdit()", "w.setPlainText('x')"),
        ("QPushButton()", "w.setEnabled(True)"),
        ("QTimer()", "w.stop()"),
    ],
)
def test_qt_calls_keep_their_references_to_none(make: str, call: str) -> None:
    """Some PySide6 builds drop one per call before Python 3.12, until the interpreter aborts in a long session."""
    lost = run_python(
        "import os, sys\n"
        "os.environ['QT_QPA_PLATFORM'] = 'offscreen'\n"
        "from PySide6.QtCore import QTimer\n"
        "from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QPushButton\n"
        f"a = QApplication([]); w = {make}; b = sys.getrefcount(None)\n"
        f"for _ in range(5000): {call}\n"
        "print(b - sys.getrefcount(None))"
    )
    assert int(lost) < 100


def test_qt_does_not_look_into_what_is_imported(tmp_path: Path) -> None:
    """PySide6 asks every new module for ``__wrapped__``; those that answer with an ImportError broke the start."""
    (tmp_path / "touchy.py").write_text("def __getattr__(name):\n    raise ImportError(name)\n")
    start = "import os, sys\nos.environ['QT_QPA_PLATFORM'] = 'offscreen'\nfrom llmdesk.app import make_application\n"
    run_python(f"{start}app = make_application()\nsys.path.append({str(tmp_path)!r})\nimport touchy")


def test_installed_qt_is_no_known_bad_one() -> None:
    assert version("PySide6-Essentials") not in ("6.12.0", "6.10.1")
