"""Searching the hub from the picker, against a stand-in on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit

from llmdesk import paths
from llmdesk.models import hub_access
from llmdesk.models.places import install_dir
from llmdesk.ui.hub.hub_panel import HubPanel
from llmdesk.ui.models.row import ModelRow
from llmdesk.ui.models.row_menu import fill
from tests.memory_keyring import MemoryKeyring
from tests.models import hub_repositories
from tests.models.hub_stand_in import HubStandIn, serve
from tests.ui.conftest import Window

pytestmark = pytest.mark.usefixtures("no_proxy_no_login")


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[HubStandIn]:
    with serve(hub_repositories.hub()) as stand_in:
        monkeypatch.setenv("HF_ENDPOINT", stand_in.url)
        yield stand_in


def panel(window: Window) -> HubPanel:
    (found,) = window.main.findChildren(HubPanel)
    return found


def search(window: Window, words: str) -> HubPanel:
    """From the picker, as its filter finds nothing."""
    window.open_picker()
    window.main.picker.filter.setText(words)
    assert "Enter searches the hub" in window.main.picker.message
    window.qtbot.keyClick(window.main.picker.filter, Qt.Key.Key_Return)
    found = panel(window)
    window.qtbot.waitUntil(lambda: bool(found.rows))
    return found


def look(window: Window, found: HubPanel, name: str) -> None:
    row = next(row for row in found.rows if row.found.repository == name)
    window.qtbot.mouseClick(row.button, Qt.MouseButton.LeftButton)
    window.qtbot.waitUntil(lambda: found.view is not None)


def row(window: Window, model_id: str) -> ModelRow:
    found = window.main.picker.row(model_id)
    assert found is not None
    return found


def test_nothing_is_asked_before_somebody_searches(hub: HubStandIn, window: Window) -> None:
    window.open_picker()
    window.qtbot.mouseClick(window.main.picker.hub, Qt.MouseButton.LeftButton)
    found = panel(window)
    assert found.isVisible()
    assert not window.main.picker.isVisible()
    window.qtbot.keyClick(found.field, Qt.Key.Key_Return)
    assert "Type words" in found.message
    assert not hub.requests


def test_from_words_to_a_chat(hub: HubStandIn, window: Window) -> None:
    found = search(window, "tiny")
    assert [each.found.repository for each in found.rows] == ["acme/tiny"]
    look(window, found, "acme/tiny")
    view = found.view
    assert view is not None
    assert view.card is not None
    window.qtbot.waitUntil(lambda: view.card is not None and view.card.is_done)
    (choice,) = view.rows
    assert choice.choice.label == "safetensors"
    window.qtbot.mouseClick(choice.button, Qt.MouseButton.LeftButton)
    window.qtbot.waitUntil(lambda: window.main.picker.row("tiny") is not None)
    window.qtbot.waitUntil(lambda: row(window, "tiny").entry.is_installed)
    assert 'location = "acme/tiny"' in paths.user_catalogue().read_text()
    window.qtbot.mouseClick(row(window, "tiny").button, Qt.MouseButton.LeftButton)
    window.wait_ready("tiny")
    assert "owls" in window.ask("owls")


def test_results_say_how_they_fit_and_what_cannot_be_used(hub: HubStandIn, window: Window) -> None:
    found = search(window, "owl")
    told = {each.found.repository: each.judgement for each in found.rows}
    assert told["acme/Owl-0.6B-GGUF"].startswith(("Fits", "Tight"))
    assert told["big/Owl-70B-GGUF"] == "Does not fit: takes about 44.8 GB"
    assert told["lab/Owl-Next"] == "Its architecture (owl_next) is not run here yet"
    assert "packed" in told["lab/Owl-4B-AWQ"]
    assert "something else than writing" in told["lab/owl-paints"]
    found.filters.fits.setChecked(True)
    names = {each.found.repository for each in found.rows}
    assert names.isdisjoint({"big/Owl-70B-GGUF", "lab/Owl-Next", "lab/Owl-4B-AWQ", "lab/owl-paints"})
    assert "acme/Owl-0.6B-GGUF" in names
    assert "not fit this machine" in found.message


def test_what_cannot_be_used_neither_fits_nor_is_recommended(hub: HubStandIn, window: Window) -> None:
    found = search(window, "owl-next")
    look(window, found, "lab/Owl-Next")
    assert found.view is not None
    assert found.view.offer.best is None
    assert found.view.rows
    assert not any(each.button.isEnabled() for each in found.view.rows)
    assert not any("Fits" in label.text() or "recommended" in label.text() for label in found.view.findChildren(QLabel))


def test_filters_ask_the_hub_anew(hub: HubStandIn, window: Window) -> None:
    found = search(window, "owl")
    found.filters.licences.chosen.emit("mit")
    window.qtbot.waitUntil(lambda: [each.found.repository for each in found.rows] == ["big/Owl-70B-GGUF"])
    assert "filter=license%3Amit" in hub.requests[-1].target
    found.filters.files.chosen.emit("safetensors")
    window.qtbot.waitUntil(lambda: "Nothing was found" in found.message)


def test_a_repository_with_a_recommendation_and_back(hub: HubStandIn, window: Window) -> None:
    found = search(window, "owl-0.6b")
    look(window, found, "acme/Owl-0.6B-GGUF")
    assert found.view is not None
    texts = {each.choice.label: each.button.text() for each in found.view.rows}
    assert texts["Q8_0"] == "Fetch 638 MB"
    assert found.view.offer.best is not None
    assert found.view.offer.best.label == "Q8_0"
    window.qtbot.mouseClick(found.back, Qt.MouseButton.LeftButton)
    assert found.view is None
    assert found.rows[0].isVisible()


def test_a_hostile_card_stays_text(hub: HubStandIn, window: Window) -> None:
    found = search(window, "owl-4b-gguf")
    look(window, found, "acme/Owl-4B-GGUF")
    assert found.view is not None
    card = found.view.card
    assert card is not None
    window.qtbot.waitUntil(lambda: card.is_done)
    text = "\n".join(view.toPlainText() for segment in card.segments if (view := segment.document_view) is not None)
    assert "<script>alert(1)</script>" in text
    assert "tracker.example" in text  # as words and address, not as a picture
    assert all("tracker" not in request.target for request in hub.requests)


def test_consent_is_explained_and_a_token_kept(hub: HubStandIn, window: Window, memory_keyring: MemoryKeyring) -> None:
    hub.gated_token = "hf_secret"
    found = search(window, "owl-4b")
    look(window, found, "acme/Owl-4B")
    assert found.view is not None
    field = found.view.token
    assert field is not None
    assert field.echoMode() == QLineEdit.EchoMode.Password
    assert found.view.address == f"{hub.url}/acme/Owl-4B"
    field.setText("hf_secret")
    window.qtbot.keyClick(field, Qt.Key.Key_Return)
    window.qtbot.waitUntil(lambda: "in the keyring now" in found.message)
    assert list(memory_keyring.keys.values()) == ["hf_secret"]
    assert window.desktop.settings.values.hub.token_in_keyring
    assert "hf_secret" not in hub_access.environment().get("HF_ENDPOINT", "")
    look_again = next(each for each in found.rows if each.found.repository == "acme/Owl-4B")
    hub.requests.clear()
    look_again.activated.emit("acme/Owl-4B")
    window.qtbot.waitUntil(lambda: found.view is not None and found.view.card is not None)
    assert {each.headers.get("authorization") for each in hub.requests} == {"Bearer hf_secret"}


def test_what_cannot_be_reached_is_told(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    window.open_picker()
    window.main.picker.hub_requested.emit("owl")
    found = panel(window)
    window.qtbot.waitUntil(lambda: "cannot be reached" in found.message)


def test_offline_mode_says_so(hub: HubStandIn, window: Window) -> None:
    window.desktop.settings.set("hub.offline", True)
    window.desktop.settings.flush()
    hub_access.use(hub_access.HubAccess(offline=True))  # the tests' environment says that it is not
    window.open_picker()
    window.main.picker.hub_requested.emit("owl")
    found = panel(window)
    window.qtbot.waitUntil(lambda: "offline mode" in found.message)
    assert not hub.requests


def test_closing_the_window_ends_a_question(hub: HubStandIn, window: Window) -> None:
    hub.is_silent = True
    window.open_picker()
    window.main.picker.hub_requested.emit("owl")
    window.qtbot.waitUntil(lambda: bool(hub.requests))
    assert window.desktop.close()


def test_a_newer_version_is_offered_and_fetched_if_wanted(hub: HubStandIn, window: Window) -> None:
    found = search(window, "tiny")
    look(window, found, "acme/tiny")
    assert found.view is not None
    found.view.rows[0].button.click()
    window.qtbot.waitUntil(lambda: window.main.picker.row("tiny") is not None)
    window.qtbot.waitUntil(lambda: row(window, "tiny").entry.is_installed)
    window.main.picker.update_requested.emit("tiny")
    window.qtbot.waitUntil(lambda: "as the hub has it" in row(window, "tiny").message)

    note = install_dir(row(window, "tiny").entry.spec) / ".commit"
    here = note.read_text()
    note.unlink()
    window.main.picker.update_requested.emit("tiny")
    window.qtbot.waitUntil(lambda: "not known which version" in row(window, "tiny").message)
    note.write_text(here)

    hub.commit = "f" * 40
    window.main.picker.update_requested.emit("tiny")
    window.qtbot.waitUntil(lambda: "newer version" in row(window, "tiny").message)
    assert note.read_text() != hub.commit
    answer = next(button for button in row(window, "tiny").answers() if button.text() == "Fetch")
    window.qtbot.mouseClick(answer, Qt.MouseButton.LeftButton)
    window.qtbot.waitUntil(lambda: note.exists() and note.read_text() == hub.commit)


def test_what_came_from_the_hub_goes_with_its_files_and_says_so(hub: HubStandIn, window: Window) -> None:
    look(window, search(window, "tiny"), "acme/tiny")
    view = panel(window).view
    assert view is not None
    view.rows[0].button.click()
    window.qtbot.waitUntil(lambda: window.main.picker.row("tiny") is not None)
    window.qtbot.waitUntil(lambda: row(window, "tiny").entry.is_installed)
    window.qtbot.waitUntil(lambda: "is on this machine" in row(window, "tiny").message)
    menu = window.main.picker.menu
    fill(menu, row(window, "tiny").entry, None, None)
    texts = [action.text() for action in menu.actions()]
    assert "Remove it and its files…" in texts
    assert "Look for a newer version…" in texts
    entry = row(window, "tiny").entry
    for_one_version = replace(entry.spec, source=replace(entry.spec.source, sha256="0" * 64))
    fill(menu, replace(entry, spec=for_one_version), None, None)
    assert "Look for a newer version…" not in [action.text() for action in menu.actions()]
    window.main.picker.remove_requested.emit("tiny")
    assert row(window, "tiny").message == "Remove it and its files?"
    next(button for button in row(window, "tiny").answers() if button.text() == "Remove").click()
    window.qtbot.waitUntil(lambda: window.main.picker.row("tiny") is None)
    assert not (paths.models_dir() / "tiny").exists()


def test_an_update_that_failed_is_tried_again_as_an_update(
    hub: HubStandIn, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    look(window, search(window, "tiny"), "acme/tiny")
    view = panel(window).view
    assert view is not None
    view.rows[0].button.click()
    window.qtbot.waitUntil(lambda: window.main.picker.row("tiny") is not None)
    window.qtbot.waitUntil(lambda: row(window, "tiny").entry.is_installed)
    hub.commit = "f" * 40
    window.main.picker.update_requested.emit("tiny")
    window.qtbot.waitUntil(lambda: "newer version" in row(window, "tiny").message)
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    next(button for button in row(window, "tiny").answers() if button.text() == "Fetch").click()
    window.qtbot.waitUntil(lambda: "cannot be reached" in row(window, "tiny").message)
    monkeypatch.setenv("HF_ENDPOINT", hub.url)
    next(button for button in row(window, "tiny").answers() if button.text() == "Try again").click()
    note = install_dir(row(window, "tiny").entry.spec) / ".commit"
    window.qtbot.waitUntil(lambda: note.exists() and note.read_text() == hub.commit)
