"""Images in the window with a real network that sees, and one that does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import shiboken6
from pytestqt.qtbot import QtBot

from llmdesk import paths
from llmdesk.app import build_desktop
from llmdesk.services.chats.message import Message
from llmdesk.ui.chat.attachments.chip import Chip
from llmdesk.ui.shell.desktop import Desktop
from llmdesk.ui.shell.window_state import WindowState
from tests.engine.tiny_models import save_model
from tests.engine.tiny_seeing import TILE_TOKENS, image, save_seeing_model
from tests.ui.conftest import _ENTRY

pytest.importorskip("torch")
pytestmark = pytest.mark.model


@pytest.fixture(autouse=True)
def models(tmp_path: Path) -> None:
    """One that sees and one that does not."""
    text = ""
    for name, save in (("seer", save_seeing_model), ("blind", save_model)):
        folder = save(tmp_path / name)
        sees = "sees = true\n" if name == "seer" else ""
        text += _ENTRY.format(id=name, title=name.title(), source="folder", location=folder) + sees
    paths.user_catalogue().write_text(text.replace("context_tokens = 4096", "context_tokens = 256"), encoding="utf-8")


def opened(model_id: str) -> Iterator[Desktop]:
    made = build_desktop(model_id, WindowState())
    made.show()
    yield made
    assert made.close()
    shiboken6.delete(made)


@pytest.fixture
def desktop(qtbot: QtBot) -> Iterator[Desktop]:
    yield from opened("blind")


def wait(qtbot: QtBot, wanted: Callable[[], object]) -> None:
    qtbot.waitUntil(lambda: bool(wanted()), timeout=60_000)


def wait_ready(qtbot: QtBot, desktop: Desktop, title: str) -> None:
    def is_ready() -> bool:
        status = desktop.window.top_bar.status
        return status.state == "ready" and status.info is not None and status.info.title == title

    wait(qtbot, is_ready)


def chip_of(qtbot: QtBot, desktop: Desktop) -> Chip:
    chips = desktop.window.chat.composer.chips.chips
    wait(qtbot, lambda: len(chips) == 1 and not next(iter(chips.values())).state.is_reading)
    return next(iter(chips.values()))


def ask(qtbot: QtBot, desktop: Desktop, text: str) -> Message:
    options = desktop.sessions.options
    sampling = replace(options.sampling, max_new_tokens=6, temperature=0.0)
    desktop.sessions.configure(replace(options, sampling=sampling))
    desktop.chat.submit(text)
    wait(qtbot, lambda: not desktop.chat.is_generating)
    return desktop.chat.conversation.path[-1]


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
    answer = ask(qtbot, desktop, "What is it?")
    assert answer.error is None
    assert answer.stats is not None
    seen_tokens = answer.stats.prompt_tokens
    words = desktop.chat.conversation.path[-2].text
    assert seen_tokens >= 5 * TILE_TOKENS + len(words)  # a token for each letter
    later = ask(qtbot, desktop, "And now?")
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
                ask(qtbot, desktop, "What is it?")
                (tmp_path / "harbour.png").unlink()
            else:
                wait(qtbot, lambda: desktop.chat.conversation.path)  # noqa: B023
                assert desktop.chat.conversation.path[0].attachments[0].name == "harbour.png"
            answer = ask(qtbot, desktop, "And now?")
            assert answer.error is None
            assert answer.stats is not None
            figures.append(answer.stats.prompt_tokens)
    assert figures[1] > figures[0] >= 5 * TILE_TOKENS
