"""A lane on a server: timed as its pieces arrive, counted as the server tells, and compared with nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from llmdesk import paths
from llmdesk.core import Core
from llmdesk.datatypes.chat import GenerationStats
from llmdesk.datatypes.model import ModelSource, ModelSpec
from llmdesk.engine.backends.remote_counts import Usage, counts
from llmdesk.engine.backends.scripted import ScriptedBackend
from llmdesk.services.race.choices import choices, lane_of
from llmdesk.services.race.files import read_race, write_race
from llmdesk.services.race.race import LaneRun, Plan
from llmdesk.services.race.report import as_markdown
from llmdesk.services.race.track import Track
from tests.api.conftest import Served, served
from tests.models import builders
from tests.services.race.makers import race_of
from tests.services.race.test_running import ENTRY, race


@pytest.fixture
def core(tmp_path: Path) -> Iterator[Core]:
    folder = builders.model_folder(tmp_path / "alpha")
    paths.user_catalogue().write_text(ENTRY.format(id="alpha", folder=folder), "utf-8")
    with Core(make=lambda: ScriptedBackend(0.005)) as core:
        yield core


@pytest.fixture
def server(core: Core) -> Iterator[Served]:
    """Another llmdesk on this machine, with a model that ``core`` knows, too."""
    backend = ScriptedBackend(0.005)
    with Core(make=lambda: backend) as other, served(other, backend) as found:
        core.catalogue.add_server(f"{found.url}/v1", "alpha", "", 512)
        yield found


@pytest.mark.parametrize(
    ("title", "shown"),
    [("X", "X on box:80"), ("X on box:80", "X on box:80"), ("X on box:8000", "X on box:8000 on box:80")],
)
def test_a_lanes_title_names_its_server_once(title: str, shown: str) -> None:
    assert lane_of(ModelSpec("x", title, ModelSource("server", "http://box:80/v1"))).model == shown
    assert lane_of(ModelSpec("x", title, ModelSource("folder", "/x"))).model == title


def models(core: Core) -> tuple[ModelSpec, ModelSpec]:
    """The one here and the one on a server."""
    found = choices(core.catalogue).models
    assert found[-1].source.kind == "server"  # those come last
    return next(spec for spec in found if spec.id == "alpha"), found[-1]


def test_a_server_of_our_own_races_a_model_here(core: Core, server: Served, tmp_path: Path) -> None:
    here, there = models(core)
    lanes = (lane_of(there), lane_of(here, "int8"))
    assert lanes[0].server == f"127.0.0.1:{server.port}"
    assert lanes[0].model == f"alpha on {lanes[0].server}"
    plan = Plan("[tokens=40 tps=100] Count to forty.", lanes, 64)
    for _ in range(2):  # the second time the server knows the answer, and computes it all the same
        found = race(core, plan)
        remote, local = found.runs
        assert [remote.order, local.order] == [2, 1]
        assert (remote.standing, local.standing) == ("server", "alone")
        assert remote.quality is None
        assert remote.memory_bytes == 0
        assert (remote.tokens, local.tokens) == (40, 40)
        assert remote.is_count_known
        times_s = [piece.t_s for piece in remote.answer.pieces]
        assert remote.decode_tps == pytest.approx(39 / (times_s[-1] - times_s[0]), rel=0.02)  # as they arrived
        assert remote.decode_tps < 110  # out of a cache it would be thousands
    assert [request.response_cache for request in server.backend.requests] == [True, False, True, False]
    text = as_markdown(found)
    assert "not comparable: on a server" in text
    assert "timed as its pieces arrived here" in text
    write_race(found, tmp_path / "a.json")
    assert read_race(tmp_path / "a.json") == found


def test_a_server_that_is_not_there_fails_alone(core: Core) -> None:
    core.catalogue.add_server("http://127.0.0.1:9/v1", "gone", "", 512)
    here, there = models(core)
    plan = Plan("[tokens=4 tps=400] hello", (lane_of(there), lane_of(here, "int8")), 8)
    remote, local = race(core, plan).runs
    assert remote.has_failed
    assert "127.0.0.1:9" in remote.answer.error
    assert local.tokens == 4


def server_run(pieces: int, stats: GenerationStats) -> LaneRun:
    """The server's lane of a race, with so many pieces that came ten times a second after half a second."""
    run = race_of().runs[2]
    came = tuple(replace(piece, t_s=0.5 + number / 10) for number, piece in enumerate(run.answer.pieces[:pieces]))
    return replace(run, answer=replace(run.answer, pieces=came, stats=stats, ended_s=came[-1].t_s))


def test_a_server_that_puts_three_tokens_into_a_piece_is_as_fast_live_as_at_the_end() -> None:
    counted = counts(Usage(9, 8, 120), 40, 0)  # what the server tells, the pieces that came
    run = server_run(40, GenerationStats(prefill_s=0.5, decode_s=3.9, ttft_s=0.5, **counted))
    assert run.decode_tps == pytest.approx(30.0)  # 39 times three tokens in 3.9 s; nobody timed the first three
    track = Track(run)
    assert (track.tokens, track.tokens_at(0.5)) == (120, 3)
    assert track.tps_at(3.0) == pytest.approx(30.0)
    assert track.tps_at(track.end_s) == pytest.approx(30.0)
    assert run.known_before == (8, 9)
    assert "knew 8 of the prompt's 9 tokens before" in as_markdown(replace(race_of(), runs=(*race_of().runs[:2], run)))


def test_where_nobody_knows_the_tokens_pieces_are_counted_and_called_so() -> None:
    stats = GenerationStats(new_tokens=40, prefill_s=0.5, decode_s=3.9, ttft_s=0.5, counts_estimated=True)
    run = server_run(40, stats)
    assert not run.is_count_known
    text = as_markdown(replace(race_of(), runs=(*race_of().runs[:2], run)))
    assert "| 40 pieces" in text
    assert "the server told no tokens; its pieces are counted" in text
