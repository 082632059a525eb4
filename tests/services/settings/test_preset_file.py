"""Presets to files and back."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmdesk.errors import SettingsError
from llmdesk.services.settings.definition import SamplingValues
from llmdesk.services.settings.preset_file import read_presets, write_presets

PRESETS = {
    "Steady, “quoted”": SamplingValues(temperature=0.2, seed=7),
    "Wild.one": SamplingValues(temperature=1.5, top_k=0, max_new_tokens=99),
}


@pytest.mark.parametrize("name", ["presets.toml", "presets.json"])
def test_they_go_around_without_loss(tmp_path: Path, name: str) -> None:
    write_presets(tmp_path / name, PRESETS)
    assert read_presets(tmp_path / name) == PRESETS


def test_the_settings_file_itself_can_be_read(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("[sampling.presets.Mine]\ntemperature = 0.1\n")
    assert read_presets(file) == {"Mine": SamplingValues(temperature=0.1)}


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.toml", "[presets.Hot]\ntemperature = 9.0", "at most 2"),
        ("a.toml", "[presets.Precise]\ntemperature = 0.5", "other than"),
        ("a.toml", "[presets.X]\nnonsense = 1", "nonsense"),
        ("a.toml", "x = ", "not TOML"),
        ("a.json", "{", "not JSON"),
        ("a.json", "[1]", "no presets"),
        ("a.json", "{}", "no presets"),
        ("a.json", '{"presets": 3}', "no presets"),
        ("a.json", '{"sampling": 3}', "no presets"),
    ],
)
def test_mistakes_are_told_and_nothing_comes(tmp_path: Path, name: str, text: str, words: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(SettingsError, match=words):
        read_presets(tmp_path / name)


def test_a_file_that_is_not_there_and_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        read_presets(tmp_path / "none.toml")
    (tmp_path / "no").write_text("a file", encoding="utf-8")
    with pytest.raises(SettingsError, match="cannot be written"):
        write_presets(tmp_path / "no" / "folder.toml", PRESETS)
