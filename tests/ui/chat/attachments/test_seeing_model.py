"""Images in the window with a real network that sees, and one that does not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from llmdesk.ui.chat.attachments.chip import Chip
from llmdesk.ui.shell.desktop import Desktop
from tests.engine.tiny_models import save_model
from tests.engine.tiny_seeing import TILE_TOKENS, image, save_seeing_model
from tests.own_models import ask, list_models, opened, wait, wait_ready

pytest.importorskip("torch")
pytestmark = pytest.mark.model


@pytest.fixture(autouse=True)
def models(tmp_path: Path) -> None:
    """One that sees and one that does not."""
    folders = {name: save(tmp_path / name) for name, save in (("seer", save_seeing_model), ("blind", save_model))}
    list_models(folders, seeing=["seer"])


@pytest.fixture
def desktop(qtbot: QtBot) -> Iterator[Desktop]:
    yield from opened("blind")


def chip_of(qtbot: QtBot, desktop: Desktop) -> Chip:
    chips = desktop.window.chat.composer.chips.chips
    wait(qtbot, lambda: len(chips) == 1 and not next(iter(chips.values())).state.is_reading)
    return next(iter(chips.values()))


def test_an_image_goes_to_a_model_that_sees_and_stays_with_the_chat(
    qtbot: QtBot, desktop: Desktop, tmp_path: Path
) -> None:
    wait_ready(qtbot, desktop, "Blind")
    image(1, (40, 40)).save(tmp_path / "harbour.png")
    desktop.tools.files.attach(tmp_path / "harbour.png")
    chip = chip_of(qtbot, desktop)
    assert chip.state.note == "Not seen by the model"
    notice = desktop.window.notice
    assert "Blind does not see images" in notice.text
    offer = next(button for button in notice.buttons() if button.text() == "Models that see")
    assert desktop.models is not None
    with qtbot.waitSignal(desktop.models.listed):
        offer.click()
    picker = desktop.window.picker
    wait(qtbot, lambda: "seer" in picker.shown_ids and "blind" not in picker.shown_ids)
    picker.chosen.emit("seer")
    wait_ready(qtbot, desktop, "Seer")
    wait(qtbot, lambda: chip.state.note == "Seen by the model")
    wait(qtbot, lambda: desktop.chat.context.count.is_exact and desktop.chat.context.count.attachments)
    assert desktop.chat.context.count.attachments >= 5 * TILE_TOKENS
    answer = ask(qtbot, desktop, "What is it?", 6)
    assert answer.error is None
    assert answer.stats is not None
    seen_tokens = answer.stats.prompt_tokens
    words = desktop.chat.conversation.path[-2].text
    assert seen_tokens >= 5 * TILE_TOKENS + len(words)  # a token for each letter
    later = ask(qtbot, desktop, "And now?", 6)
    assert later.stats is not None
    assert later.stats.cached_tokens >= seen_tokens  # it is not looked at again
    view = desktop.window.chat.conversation_view.view(answer.id)
    assert view is not None
    (sent,) = view.bubble.chips.chips
    assert sent.state.image is not None
    assert not sent.state.image.isNull()


def test_the_image_of_a_kept_chat_is_seen_after_a_restart(qtbot: QtBot, tmp_path: Path) -> None:
    image(1, (40, 40)).save(tmp_path / "harbour.png")
    figures = []
    for start in range(2):
        for desktop in opened("seer"):
            wait_ready(qtbot, desktop, "Seer")
            if not start:
                desktop.tools.files.attach(tmp_path / "harbour.png")
                chip_of(qtbot, desktop)
                ask(qtbot, desktop, "What is it?", 6)
                (tmp_path / "harbour.png").unlink()
            else:
                wait(qtbot, lambda: desktop.chat.conversation.path)  # noqa: B023
                assert desktop.chat.conversation.path[0].attachments[0].name == "harbour.png"
            answer = ask(qtbot, desktop, "And now?", 6)
            assert answer.error is None
            assert answer.stats is not None
            figures.append(answer.stats.prompt_tokens)
    assert figures[1] > figures[0] >= 5 * TILE_TOKENS
