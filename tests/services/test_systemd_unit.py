"""``llmdesk serve install``: the unit, what systemd says of it, and who is refused."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from llmdesk import cli
from llmdesk.errors import SetupError
from llmdesk.services import systemd_unit
from llmdesk.services.systemd_unit import unit_file, unit_text

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="systemd is Linux's")


@pytest.fixture(autouse=True)
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine that systemd runs, with a home that has a space in it; the file lists what was asked of systemctl."""
    home, programs, asked = tmp_path / "a home", tmp_path / "programs", tmp_path / "asked"
    home.mkdir()
    programs.mkdir()
    (programs / "systemctl").write_text(f'#!/bin/sh\necho "$@" >> {shlex.quote(str(asked))}\n')
    (programs / "systemctl").chmod(0o755)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(systemd_unit, "_RUNNING", tmp_path)
    asked.touch()
    return asked


def serve(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output, standard error."""
    code = cli.main(["serve", *arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_it_is_written_and_taken_away(capsys: pytest.CaptureFixture[str], systemd: Path, tmp_path: Path) -> None:
    code, out, err = serve(capsys, "--port", "9000", "--json-logs", "install")
    file = tmp_path / "a home/.config/systemd/user/llmdesk.service"
    assert (code, err, file) == (0, "", unit_file())
    assert "systemctl --user enable --now llmdesk" in out
    assert "loginctl enable-linger" in out
    text = file.read_text()
    command = next(line for line in text.splitlines() if line.startswith("ExecStart="))
    words = shlex.split(command.removeprefix("ExecStart="))
    assert Path(words[0]).is_absolute()
    assert os.access(words[0], os.X_OK)
    assert words[-4:] == ["serve", "--port", "9000", "--json-logs"]
    assert f"LLMDESK_HOME={os.environ['LLMDESK_HOME']}" in text
    assert serve(capsys, "install")[0] == 0  # again, with other options
    assert "9000" not in file.read_text()
    assert serve(capsys, "uninstall")[1] == f"Deleted: {file}\n"
    assert serve(capsys, "uninstall")[1] == "No service was installed.\n"
    assert [path.name for path in file.parent.iterdir()] == []
    assert systemd.read_text().splitlines() == [
        "--user daemon-reload", "--user daemon-reload", "--user disable --now llmdesk.service", "--user daemon-reload",
    ]  # fmt: skip


def test_a_program_s_place_need_not_be_utf_8(
    capsys: pytest.CaptureFixture[str], systemd: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (tmp_path / os.fsdecode(name) / "llmdesk" for name in (b"caf\xe9", b"caf\xe9 2"))
    monkeypatch.setattr(systemd_unit, "start_command", lambda name: [str(first)])
    assert serve(capsys, "install")[0] == 0
    assert os.fsencode(first) in unit_file().read_bytes()
    assert systemd_unit.started_program() == first
    monkeypatch.setattr(systemd_unit, "start_command", lambda name: [str(second)])
    systemd_unit.renew()
    assert systemd_unit.started_program() == second
    assert [path.name for path in unit_file().parent.iterdir()] == [unit_file().name]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze")
def test_systemd_finds_nothing_wrong_with_it(tmp_path: Path) -> None:
    program = tmp_path / 'odd "name" 100% $HOME \\ x'
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    file = tmp_path / "llmdesk.service"
    file.write_text(unit_text([str(program), "serve", "--model", "a b"], {"LLMDESK_HOME": "/a folder/100%"}))
    command = ["systemd-analyze", "verify", "--user", "--man=no", str(file)]
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)
    complaints = [line for line in done.stderr.splitlines() if "llmdesk.service" in line or str(program) in line]
    assert (done.returncode, complaints) == (0, []), done.stderr
    file.write_text(file.read_text().replace("Restart=on-failure", "Restart=perhaps"))  # it would be noticed
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)
    assert "perhaps" in done.stderr


def test_a_key_is_not_written_into_it(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLMDESK_API_KEY", "a secret of the environment")
    assert serve(capsys, "install")[0] == 0
    assert "secret" not in unit_file().read_text()
    code, _, err = serve(capsys, "--api-key", "another secret", "install")
    assert code == 1
    assert "llmdesk serve key add" in err


def test_what_cannot_be_served_is_told_now(capsys: pytest.CaptureFixture[str]) -> None:
    assert serve(capsys, "--model", "owner/nope", "install")[0] == 1
    assert not unit_file().exists()


def test_without_systemd_it_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(systemd_unit, "_RUNNING", tmp_path / "nowhere")
    code, _, err = serve(capsys, "install")
    assert code == 1
    assert "There is no systemd here" in err
    assert not unit_file().parent.exists()


def test_a_unit_of_somebody_else_stays(capsys: pytest.CaptureFixture[str]) -> None:
    unit_file().parent.mkdir(parents=True)
    unit_file().write_text("[Service]\nExecStart=/bin/true\n")
    assert serve(capsys, "install")[0] == 1
    assert serve(capsys, "uninstall")[0] == 1
    assert "/bin/true" in unit_file().read_text()
    with pytest.raises(SetupError, match="did not write"):
        systemd_unit.install([], {})
