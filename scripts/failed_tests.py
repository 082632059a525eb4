"""A pytest plugin: writes down which tests failed, a line each, where FAILED_TESTS_FILE says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

FILE = "FAILED_TESTS_FILE"
_failed: dict[str, None] = {}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Of setting up, of the test itself, of clearing away; also of those in other processes."""
    if report.failed:
        _failed[report.nodeid] = None


def pytest_sessionfinish(session: pytest.Session) -> None:
    """By the process that hears of all of them."""
    if not hasattr(session.config, "workerinput"):
        Path(os.environ[FILE]).write_text("\n".join(_failed), encoding="utf-8")
