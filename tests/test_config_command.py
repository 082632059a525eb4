"""``llmdesk config`` as a user meets it."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from llmdesk import cli, paths
from llmdesk.services import autostart
from llmdesk.services.settings.definition import SETTINGS

FILE = "settings.toml"


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for setting in SETTINGS.values():
        if setting.variable:
            monkeypatch.delenv(setting.variable, raising=False)


def config(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output, standard error."""
    code = cli.main(["config", *arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_list_tells_every_setting_and_where_it_comes_from(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LLMDESK_DEVICE", "cpu")
    (paths.config_dir() / FILE).write_text("[engine]\nthreads = 3\n[model]\nidle_unload_s = 900\n")
    code, out, err = config(capsys)
    assert (code, err) == (0, "")
    rows = {line.split()[0]: line for line in out.splitlines()}
    assert set(SETTINGS) <= set(rows)
    assert rows["engine.threads"].split()[1:3] == ["3", "file"]
    assert rows["engine.device"].split()[1:3] == ["cpu", "LLMDESK_DEVICE"]
    assert rows["model.idle_unload_s"].split()[1:4] == ["900", "s", "file"]
    assert rows["chat.answer_cache"].split()[1:3] == ["on", "default"]
    assert SETTINGS["chat.answer_cache"].description in rows["chat.answer_cache"]


def test_json_is_nothing_but_json(capsys: pytest.CaptureFixture[str]) -> None:
    (paths.config_dir() / FILE).write_text('[engine]\nthreads = 3\nbackend = "abacus"\n')
    code, out, err = config(capsys, "list", "--json")
    report = json.loads(out)
    found = {row["key"]: row for row in report["settings"]}
    assert code == 0
    assert (found["engine.threads"]["value"], found["engine.threads"]["origin"]) == (3, "file")
    assert found["appearance.zoom_percent"] == {
        "key": "appearance.zoom_percent",
        "value": 100,
        "unit": "%",
        "origin": "default",
        "default": 100,
        "variable": "",
        "description": SETTINGS["appearance.zoom_percent"].description,
    }
    assert report["file"] == str(paths.config_dir() / FILE)
    assert "line 3, key “engine.backend”" in report["problems"][0]
    assert report["problems"][0] in err
    assert json.loads(config(capsys, "--json", "get", "engine.threads")[1])["value"] == 3


@pytest.mark.parametrize("value", ["1234567", "0.1234567", "300"])
def test_get_tells_all_digits(value: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert config(capsys, "set", "model.idle_unload_s", value)[0] == 0
    assert config(capsys, "get", "model.idle_unload_s")[1].strip() == value


def test_set_get_unset(capsys: pytest.CaptureFixture[str]) -> None:
    assert config(capsys, "set", "engine.threads", "4") == (0, "", "")
    assert config(capsys, "get", "engine.threads") == (0, "4\n", "")
    assert config(capsys, "set", "model.precisions.llama-3.2-1b", "int4") == (0, "", "")
    assert config(capsys, "get", "model.precisions.llama-3.2-1b") == (0, "int4\n", "")
    assert config(capsys, "get", "model.precisions") == (0, "llama-3.2-1b = int4\n", "")
    assert config(capsys, "set", "sampling.presets.Code.temperature", "0.1") == (0, "", "")
    assert config(capsys, "set", "sampling.preset", "Code") == (0, "", "")
    assert config(capsys, "unset", "engine.threads") == (0, "", "")
    assert config(capsys, "get", "engine.threads") == (0, "auto\n", "")
    file = Path(config(capsys, "path")[1].strip())
    assert tomllib.loads(file.read_text()) == {
        "engine": {},
        "model": {"precisions": {"llama-3.2-1b": "int4"}},
        "sampling": {"preset": "Code", "presets": {"Code": {"temperature": 0.1}}},
    }


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("get", "engine.thread"), "Did you mean “engine.threads”?"),
        (("set", "zoom_percent", "110"), "Did you mean “appearance.zoom_percent”?"),
        (("unset", "colour"), "There is no setting “colour”"),
        (("set", "appearance.zoom_percent", "300"), "expected at most 250, found '300'"),
        (("set", "chat.context_policy", "forget"), "expected 'drop_oldest', 'stop' or 'refuse', found 'forget'"),
        (("set", "sampling.preset", "Wild"), "expected one of Precise"),
    ],
)
def test_wrong_keys_and_values_say_what_was_expected(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    code, out, err = config(capsys, *arguments)
    assert (code, out) == (2, "")
    assert words in err
    assert not (paths.config_dir() / FILE).exists()


def test_what_is_wrong_in_the_file_can_be_mended_from_here(capsys: pytest.CaptureFixture[str]) -> None:
    (paths.config_dir() / FILE).write_text('[engine]\nthreads = "many" # hm\n')
    code, out, err = config(capsys, "get", "engine.threads")
    assert (code, out) == (0, "auto\n")
    assert "line 2, key “engine.threads”" in err
    assert config(capsys, "set", "engine.threads", "2")[0] == 0
    assert config(capsys, "get", "engine.threads") == (0, "2\n", "")


def test_a_file_that_is_no_toml_is_kept_and_named(capsys: pytest.CaptureFixture[str]) -> None:
    (paths.config_dir() / FILE).write_text("[engine\n")
    code, _, err = config(capsys, "set", "engine.threads", "2")
    assert code == 0
    assert "settings.broken.toml" in err
    assert (paths.config_dir() / "settings.broken.toml").read_text() == "[engine\n"


def test_a_variable_that_goes_before_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LLMDESK_THREADS", "2")
    code, out, err = config(capsys, "set", "engine.threads", "4")
    assert (code, out) == (0, "")
    assert "LLMDESK_THREADS goes before it" in err
    assert config(capsys, "get", "engine.threads")[1] == "2\n"


def test_a_file_that_cannot_be_written_fails(capsys: pytest.CaptureFixture[str]) -> None:
    (paths.config_dir() / FILE).mkdir()
    code, out, err = config(capsys, "set", "engine.threads", "4")
    assert (code, out) == (1, "")
    assert "cannot be written" in err


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("sampling.custom.temperature", "0,5", 0.5),
        ("sampling.custom.temperature", "٠٫٥", 0.5),
        ("engine.memory_limit_gb", "7,5", 7.5),
        ("sampling.custom.max_new_tokens", "4,096", 4096),
        ("sampling.custom.max_new_tokens", "4.096", 4096),
        ("appearance.zoom_percent", "1e2", 100),
        ("model.idle_unload_s", "1.234,5", 1234.5),
    ],
)
def test_numbers_may_be_written_as_anywhere(
    capsys: pytest.CaptureFixture[str], key: str, text: str, value: float
) -> None:
    code, _, err = config(capsys, "set", key, text)
    assert (code, err) == (0, "")
    content: Any = tomllib.loads((paths.config_dir() / FILE).read_text(encoding="utf-8"))
    for step in key.split("."):
        content = content[step]
    assert content == value
    assert config(capsys, "get", key)[1].split()[0] == str(value)


def test_a_text_that_looks_like_a_number_stays_text(capsys: pytest.CaptureFixture[str]) -> None:
    config(capsys, "set", "model.id", "1,5")
    assert config(capsys, "get", "model.id")[1].strip() == "1,5"


def test_a_decimal_comma_in_the_file_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    (paths.config_dir() / FILE).write_text("[sampling.custom]\ntemperature = 0,5  # warm\n")
    _, _, err = config(capsys)
    assert "line 2: this is not TOML: TOML writes decimals with a dot, such as 0.5" in err


def test_start_at_login_is_not_only_written_down(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    for arguments, is_on in ((("set", "desktop.at_login", "on"), True), (("unset", "desktop.at_login"), False)):
        assert config(capsys, *arguments)[0] == 0
        assert autostart.is_on() == is_on
    (tmp_path / "xdg").mkdir(exist_ok=True)
    (tmp_path / "xdg" / "autostart").write_text("in the way")
    code, _, said = config(capsys, "set", "desktop.at_login", "on")
    assert code == 1
    assert said.index("The setting is kept") < said.index("autostart")
    assert config(capsys, "get", "desktop.at_login")[1] == "on\n"
