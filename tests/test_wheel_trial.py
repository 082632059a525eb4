"""What the trials of packages judge by: which kernels are in use, which wheel is tried, and in which environment."""

from __future__ import annotations

import os
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import fresh_root
import pytest
import trial
import wheel_test
from environment import SetupFailed

from llmdesk import __version__
from llmdesk.engine.networks.fused import library, ready_made

OTHER_DISK = Path("/dev/shm") if Path("/dev/shm").is_dir() else None
needs_kernels = pytest.mark.skipif(library.best_isa() is None, reason="our own kernels do not run on this processor")


def said(capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    exec(trial.KERNELS, {})
    return capsys.readouterr().out


@needs_kernels
def test_only_kernels_that_came_along_count(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    used = Path(library.best()._name)
    monkeypatch.setattr(ready_made, "FOLDER", used.parent / "elsewhere")
    with pytest.raises(SetupFailed, match=used.name):  # compiled here, as a package without any would do it
        trial.ready_made_isa(said(capsys))
    monkeypatch.setattr(ready_made, "FOLDER", used.parent)
    assert trial.ready_made_isa(said(capsys)) == library.best_isa()
    monkeypatch.setenv("LLMDESK_KERNELS", "off")
    with pytest.raises(SetupFailed, match="LLMDESK_KERNELS=off"):
        trial.ready_made_isa(said(capsys))


def test_the_wheel_of_this_version_is_tried(tmp_path: Path) -> None:
    end = "py3-none-manylinux_2_28_x86_64.whl"
    for name in (f"llmdesk-99.0-{end}", f"llmdesk-{__version__}-py3-none-win_amd64.whl", f"llmdesk-0.0.9-{end}"):
        (tmp_path / name).touch()
    with pytest.raises(SetupFailed, match="make wheel"):
        wheel_test.newest_wheel(tmp_path)
    for built_s, name in enumerate((f"llmdesk-{__version__}-{end}", f"llmdesk-{__version__}-0local-{end}")):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (built_s, built_s))
    assert wheel_test.newest_wheel(tmp_path).name == name


def test_proxies_and_certificates_come_along_and_homes_do_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ways = ("https_proxy", "NO_PROXY", "REQUESTS_CA_BUNDLE", "HF_ENDPOINT", "PIP_INDEX_URL", "SSL_CERT_FILE")
    for name in (*ways, "LLMDESK_KERNELS", "PYTHONPATH", "XDG_CACHE_HOME", "HF_HOME"):
        monkeypatch.setenv(name, "of this user")
    found = wheel_test.fresh_variables(tmp_path / "venv", tmp_path / "home")
    assert {name: found.get(name) for name in ways} == dict.fromkeys(ways, "of this user")
    assert {name for name in found if name.startswith(("LLMDESK_", "PYTHON", "XDG_", "HF_HOME"))} == {"LLMDESK_HOME"}
    assert (found["PATH"], found["HOME"]) == (str(tmp_path / "venv" / "bin"), str(tmp_path / "home"))


def test_the_base_of_fresh_roots_may_be_made_twice_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """mmdebstrap is a script here that waits until the other one has begun, and says who wrote the file."""
    program = tmp_path / "bin" / "mmdebstrap"
    program.parent.mkdir()
    program.write_text(
        '#!/bin/sh\nfor last; do :; done\necho begun > "$last"; touch $$.begun\n'
        'until [ $(ls *.begun | wc -l) = 2 ]; do sleep 0.01; done\necho whole >> "$last"\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    monkeypatch.chdir(tmp_path)
    base = tmp_path / "build" / "trixie.tar"
    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(fresh_root._make_base, "trixie", base) for _ in range(2)]:
            done.result(timeout=20)
    assert base.read_text() == "begun\nwhole\n"
    assert list(base.parent.iterdir()) == [base]


def test_fresh_roots_share_the_packages_that_they_fetch(tmp_path: Path) -> None:
    first, fetched, second = (tmp_path / name for name in ("first", "fetched", "second"))
    (first / "partial").mkdir(parents=True)
    for name in ("a_1_amd64.deb", "lock", "partial/b_1_amd64.deb"):
        (first / name).write_text(name)
    fresh_root.link_packages(fetched, first)  # there is nothing yet
    for _ in range(2):  # the second one finds them there
        fresh_root.link_packages(first, fetched)
        fresh_root.link_packages(fetched, second)
    assert [path.name for path in second.iterdir()] == ["a_1_amd64.deb"]
    (second / "a_1_amd64.deb").unlink()  # as a root is removed
    assert (fetched / "a_1_amd64.deb").read_text() == "a_1_amd64.deb"


def test_packages_are_copied_where_no_link_can_be(tmp_path: Path) -> None:
    """The folder of fetched packages may be on another file system than the roots."""
    with tempfile.TemporaryDirectory(dir=OTHER_DISK) as other:
        there = Path(other)
        if there.stat().st_dev == tmp_path.stat().st_dev:
            pytest.skip("one file system for all")
        (there / "a_1_amd64.deb").write_text("a")
        for _ in range(2):  # the second one finds it there
            fresh_root.link_packages(there, tmp_path / "root")
        assert [path.name for path in (tmp_path / "root").iterdir()] == ["a_1_amd64.deb"]
        assert (tmp_path / "root" / "a_1_amd64.deb").read_text() == "a"


class Here(fresh_root.FreshRoot):
    """This system in a root's place: what is tried is what the trial's script makes of a program's words."""

    def __init__(self) -> None:
        pass

    def run(self, script: str, user: str = "root", network: bool = True, **variables: str) -> str:
        done = subprocess.run(["sh", "-ec", script], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SetupFailed(done.stdout + done.stderr)
        return done.stdout


def test_figures_on_standard_error_are_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "HOME", str(tmp_path))
    program = tmp_path / "my programs" / "llmdesk"
    program.parent.mkdir()

    def answer(script: str) -> str:
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        return trial.first_answer(Here(), str(program))

    assert answer("echo '54.6 tok/s' >&2; echo Red.").endswith(" s: 'Red.'")
    with pytest.raises(SetupFailed, match="said nothing"):
        answer("echo '54.6 tok/s' >&2")
    with pytest.raises(SetupFailed, match="no model"):
        answer("echo 'no model' >&2; exit 1")
