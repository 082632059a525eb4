"""Races as files: there and back, and files that somebody made up."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import llmdesk.commands.race as race_command
from llmdesk.cli import main
from llmdesk.errors import RecordingError
from llmdesk.services.race.files import read_race, write_race
from llmdesk.services.race.race import Quality, Race
from llmdesk.services.race.report import as_json, as_markdown
from llmdesk.services.race.result import verdict
from tests.services.race.makers import race_of


def test_there_and_back(tmp_path: Path) -> None:
    race = race_of()
    file = tmp_path / "a.llmdesk-race.json"
    write_race(race, file)
    assert read_race(file) == race
    picture = tmp_path / "like-its-picture"
    picture.touch()
    assert file.stat().st_mode == picture.stat().st_mode
    with pytest.raises(RecordingError, match="cannot be written"):
        write_race(race, tmp_path / "nowhere" / "a.json")


def test_a_file_of_an_earlier_version_has_its_server_in_the_title(tmp_path: Path) -> None:
    race = race_of()
    file = tmp_path / "a.llmdesk-race.json"
    write_race(race, file)
    document = json.loads(file.read_text())
    for lane in (*document["plan"]["lanes"], *(run["lane"] for run in document["runs"])):
        if server := lane.pop("server"):
            lane["title"] += f" on {server}"
    file.write_text(json.dumps(document))
    lanes = read_race(file).plan.lanes
    assert lanes[2].title == lanes[2].name == "Other 8B on box:8000"
    assert [lane.name for lane in lanes] == [lane.name for lane in race.plan.lanes]


def test_the_command_replaces_nothing_unasked_and_says_so_before_it_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def never(args: object) -> Race:
        raise AssertionError("minutes would go by before anything is said")

    monkeypatch.setattr(race_command, "_run", never)
    mine = tmp_path / "backup.zip"
    mine.write_text("mine")
    for place, words in (
        (mine, "--force"),
        (tmp_path, "is a folder"),
        (tmp_path / "no" / "a", "no folder"),
        ("", "a f"),
    ):
        assert main(["race", "--save", str(place)]) == 2
        assert words in capsys.readouterr().err
    assert mine.read_text() == "mine"
    kept = tmp_path / "a.json"
    write_race(race_of(), kept)
    assert main(["race", "--open", str(kept), "--save", str(mine), "--force"]) == 0
    assert read_race(mine) == race_of()


def change(found: dict[str, Any], path: str, value: Any) -> None:
    *steps, last = path.split(".")
    place: Any = found
    for step in steps:
        place = place[int(step)] if step.isdigit() else place[step]
    place[int(last) if last.isdigit() else last] = value


MADE_UP: list[tuple[str, Any, str]] = [
    ("format", "other", "no race of llmdesk"),
    ("version", 2, "newer llmdesk"),
    ("runs.0.answer.pieces.3.t_s", 1e9, "times in order"),
    ("runs.0.answer.pieces.3.t_s", "soon", "expected a number"),
    ("runs.0.quality", None, "figures where it was compared"),
    ("runs.0.quality.reference", 7, "figures that can be"),
    ("runs.0.quality.equal_first", 1.5, "figures that can be"),
    ("runs.0.answer.stats.decode_s", -1.0, "no negative figures"),
    ("runs.1.order", 2, "place in the order"),
    ("plan.lanes", [], "one for each of"),
    ("runs.0.lane.kernels", "../../etc", "expected"),
    ("plan.prompt", "x" * 2_000_000, "sensible length"),
    ("plan.max_tokens", -4, "plan: expected"),
    ("runs.0.answer.stats.decode_s", float("nan"), "NaN is no finite number"),
    ("runs.0.answer.stats.new_tokens", 10**30, "larger than any figure can be"),
    ("runs.2.answer.stats.new_tokens", 10**14, "speeds that can be"),
    ("runs.0.answer.pieces.0.text", "x" * 2_000_000, "runs.0: answer.prompt, pieces, error"),
    ("runs.0.memory_bytes", -1, "memory_bytes"),
    ("load_average", -1.0, "load_average: expected 0 or more"),
    ("conditions.physical_cores", -8, "conditions: expected"),
    ("conditions.program", "x" * 5_000, "conditions: expected"),
    ("runs.0.answer.prompt_steps.0.done_tokens", 500, "prompt_steps: expected"),
]


def test_a_made_up_file_is_told_and_not_played(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    write_race(race_of(), file)
    text = file.read_text(encoding="utf-8")
    for path, value, told in MADE_UP:
        content = json.loads(text)
        change(content, path, value)
        file.write_text(json.dumps(content), encoding="utf-8")
        with pytest.raises(RecordingError, match=told):
            read_race(file)


def test_what_is_no_json_is_told(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    for content in (b"\xff\x00{", b"[" * 100_000, b'{"format": NaN}', b""):
        file.write_bytes(content)
        with pytest.raises(RecordingError, match="damaged"):
            read_race(file)
    for missing in (tmp_path, tmp_path / "nothing.json"):
        with pytest.raises(RecordingError, match="not there"):
            read_race(missing)


def test_what_a_race_says_in_words() -> None:
    race = race_of()
    text = as_markdown(race)
    assert text.startswith("**Alpha 2B int4 writes 3.4 times as fast as Alpha 2B bf16.**")
    lines = [line for line in text.splitlines() if line.startswith("| Alpha 2B int4")]
    assert [cell.strip() for cell in lines[0].split("|")][1:-1] == [
        "Alpha 2B int4", "2", "412 ms", "31.4", "60", "2.3 s", "2.10 GB", "0.00210", "98.6 %", "token 31",
    ]  # fmt: skip
    assert "not comparable: on a server" in text
    assert "one after the other (Alpha 2B bf16, then Alpha 2B int4, then Other 8B on box:8000)" in text
    found = json.loads(as_json(race))
    assert found["lanes"][0]["stats"]["decode_tps"] == pytest.approx(31.4)
    assert found["lanes"][2]["memory_bytes"] is None  # it is elsewhere: nothing, not 0


def test_a_kl_that_its_decimals_cannot_show_is_not_nothing() -> None:
    race = race_of()
    small = replace(race.runs[0], quality=Quality(1, 60, 2e-6, 1.0, None))
    race = replace(race, runs=(small, *race.runs[1:]))
    assert "| < 0.00001 " in as_markdown(race)
    assert json.loads(as_json(race))["lanes"][0]["quality"]["mean_kl"] == 2e-6


def test_a_draw_and_no_verdict() -> None:
    assert verdict(race_of(10.0, 9.9, 9.8)).is_draw
    race = race_of()
    failed = replace(race.runs[0], answer=replace(race.runs[0].answer, reason="failed", error="It broke."))
    left = replace(race, runs=(failed, replace(race.runs[1]), replace(failed, lane=race.runs[2].lane)))
    assert verdict(left).winner is None
    assert "failed: It broke." in as_markdown(left)
