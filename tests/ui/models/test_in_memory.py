"""Who is in memory and for whom, in the picker: what clients of the server use, beside the window's own model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from llmdesk.datatypes.chat import Finished
from llmdesk.datatypes.model import LocalModel, ModelInMemory, ModelSource, ModelSpec
from llmdesk.engine.backend import LoadOptions, LoadReporter
from llmdesk.engine.backends.scripted import ScriptedBackend, ScriptedModel
from llmdesk.models.catalogue import Catalogue
from llmdesk.models.memory import MemoryFit
from llmdesk.models.survey import Entry
from llmdesk.ui.models.row import ModelRow
from llmdesk.ui.models.row_words import facts_text
from tests.engine.engine_thread import Collector, request
from tests.engine.tiny_embedders import save_embedder
from tests.ui.conftest import Window


def row(window: Window, model_id: str) -> ModelRow:
    found = window.main.picker.row(model_id)
    assert found is not None
    return found


def choose_in_menu(window: Window, model_id: str, words: str) -> None:
    picker = window.main.picker
    picker.fill_menu(model_id)
    next(action for action in picker.menu.actions() if words in action.text()).trigger()


@pytest.fixture
def window(make_window: Callable[..., Window], monkeypatch: pytest.MonkeyPatch) -> Window:
    """With Alpha loaded; each model holds 12 MB."""
    load = ScriptedBackend.load

    def heavy(self: ScriptedBackend, model: LocalModel, options: LoadOptions, report: LoadReporter) -> ScriptedModel:
        found = load(self, model, options, report)
        found.info = replace(found.info, weights_bytes=12_000_000)
        return found

    monkeypatch.setattr(ScriptedBackend, "load", heavy)
    window = make_window()
    window.wait_ready()
    return window


def client_asks(window: Window, model_id: str, prompt: str = "[tokens=2]") -> Collector:
    runner, sink = window.desktop.core.runner, Collector()
    runner.submit(request(runner, prompt, model_id, "api"), sink)
    return sink


def test_of_a_model_on_a_server_nothing_is_told_as_if_it_were_here() -> None:
    spec = ModelSpec("far", "far on host:1", ModelSource("server", "http://host:1/v1", served_model="far"))
    entry = Entry(spec, is_installed=True, is_fetched=False, fit=MemoryFit("fits", "Runs on host:1"))
    assert facts_text(entry) == "Remote"
    assert facts_text(entry, ModelInMemory("far", "far on host:1", "ready")) == "Remote"
    assert facts_text(entry, ModelInMemory("far", "far on host:1", "ready", users=("api",))).endswith("by the server")
    assert facts_text(entry, ModelInMemory("far", "far on host:1", "loading")).startswith("Remote  ·  loading")


def test_the_picker_says_what_clients_use_and_the_window_keeps_its_model(window: Window) -> None:
    assert isinstance(client_asks(window, "beta").result(), Finished)
    window.open_picker()
    facts = row(window, "beta").words
    window.qtbot.waitUntil(lambda: "in memory, 12 MB, used by the server" in facts.texts[1])
    assert "in memory" in row(window, "alpha").words.texts[1]
    assert "server" not in row(window, "alpha").words.texts[1]
    assert row(window, "beta").button.text() == "Use"
    assert row(window, "alpha").button.isHidden()
    assert "used by the server" in row(window, "beta").accessibleName()
    assert window.main.top_bar.pill.text() == "Alpha"
    assert window.desktop.settings.values.model.id == "alpha"
    assert "still here" in window.ask("still here")


def test_a_clients_model_can_be_unloaded_in_its_rows_menu(window: Window) -> None:
    assert isinstance(client_asks(window, "beta").result(), Finished)
    window.open_picker()
    window.qtbot.waitUntil(lambda: row(window, "beta").model is not None)
    choose_in_menu(window, "beta", "Unload, and free 12 MB")
    window.qtbot.waitUntil(lambda: "on this machine" in row(window, "beta").words.texts[1])
    window.main.picker.fill_menu("beta")
    assert not any("Unload" in action.text() for action in window.main.picker.menu.actions())
    assert window.main.top_bar.pill.text() == "Alpha"


def test_a_model_that_is_answering_a_client_is_unloaded_after_a_question(window: Window) -> None:
    sink = client_asks(window, "beta", "[tokens=5000 tps=200]")
    sink.wait_for_tokens(1)
    window.open_picker()
    window.qtbot.waitUntil(lambda: bool(row(window, "beta").model and row(window, "beta").model.running))  # type: ignore[union-attr]
    choose_in_menu(window, "beta", "Unload")
    assert "giving an answer" in row(window, "beta").message
    row(window, "beta").answers()[1].click()
    assert not any(isinstance(event, Finished) for event in sink.events)
    window.desktop.core.runner.load("beta", interrupt=True)  # so that the test ends soon
    runner = window.desktop.core.runner
    window.qtbot.waitUntil(lambda: runner.status.state == "ready" and runner.status.model_id == "beta")


def test_the_windows_own_model_can_be_unloaded_and_the_next_message_loads_it(window: Window) -> None:
    window.open_picker()
    window.qtbot.waitUntil(lambda: row(window, "alpha").model is not None)
    choose_in_menu(window, "alpha", "Unload")
    window.qtbot.waitUntil(lambda: window.main.top_bar.status.state == "none")
    assert "Alpha was unloaded; the next message loads it again." in window.main.status_line.text
    assert "back" in window.ask("back")


def test_a_model_that_the_server_uses_is_not_removed_behind_its_back(window: Window) -> None:
    assert isinstance(client_asks(window, "beta").result(), Finished)
    window.open_picker()
    window.qtbot.waitUntil(lambda: row(window, "beta").model is not None)
    window.main.picker.remove_requested.emit("beta")
    assert "in memory for the server" in row(window, "beta").message
    row(window, "beta").answers()[0].click()
    window.qtbot.waitUntil(lambda: row(window, "beta").model is None)
    window.main.picker.remove_requested.emit("beta")
    assert "Take it off the list?" in row(window, "beta").message


def test_an_embedding_model_is_shown_as_such_and_is_not_chosen_for_chat(window: Window, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    spec = Catalogue.load().add_path(save_embedder(tmp_path / "vectors"))
    window.open_picker()
    assert "embeddings, not for chat" in row(window, spec.id).words.texts[1]
    window.main.picker.chosen.emit(spec.id)
    assert "does not chat" in row(window, spec.id).message
    window.main.picker.fill_menu(spec.id)
    assert not any("Load as" in action.text() for action in window.main.picker.menu.actions())
    assert window.main.top_bar.pill.text() == "Alpha"


def test_a_model_that_llmdesk_loaded_for_itself_is_told_as_such(window: Window) -> None:
    window.desktop.core.runner.load("beta", origin="background")  # as one that drafts, or finds passages
    window.open_picker()
    facts = row(window, "beta").words
    window.qtbot.waitUntil(lambda: "in memory, 12 MB, used by llmdesk itself" in facts.texts[1])
    window.main.picker.remove_requested.emit("beta")
    assert "in memory for llmdesk itself" in row(window, "beta").message
    assert isinstance(client_asks(window, "beta").result(), Finished)
    window.qtbot.waitUntil(lambda: "in memory, 12 MB, used by the server" in facts.texts[1])
