"""All words of the window are translated: in a language that marks each sentence, nothing shows without marks.

And in German, whose words are longer, none of them is cut.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator
from PySide6.QtWidgets import QApplication, QWidget

from llmdesk import paths
from llmdesk.app import restart_command
from llmdesk.ui.kit import words
from llmdesk.ui.kit.popover import Popover
from llmdesk.ui.kit.words import told
from tests.ui.conftest import Window
from tests.ui.layout_checks import assert_nothing_is_cut, assert_parts_fit
from tests.ui.shell.test_zoom import fill, settle
from tests.ui.shown_texts import texts_of

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support (propagateSizeHints|raise)", extend=True)

MakeWindow = Callable[..., Window]
MARKED = re.compile(r"⟦[^⟦⟧]*⟧")
SAME_IN_ALL = re.compile(
    r"RuntimeError|scripted failure|</?think>|\[(say|tokens)[^\]]*\]"  # what the test itself has written
    r"|llmdesk\S*|Alpha|Beta|Gamma|question|int[48]|bf16|ipex|native|scripted|a[mv]x\S*"  # names
    r"|(Ctrl|Shift|Alt)\+\S+|F\d+|Enter|Esc|PgUp"  # keys are written as on the keyboard
    r"|/\S*|https?:\S+|[a-z_]+(\.[a-z_]+)+|[A-Z][A-Z_]{2,}"  # paths, addresses, settings and variables
    r"|English|Deutsch|简体中文|Apache-2\.0|MIT|GGUF|PDF"
    r"|BitNet.*?4T|Llama 3\.2( 1B| Community License)|SmolLM2|curl .*|python",
    re.DOTALL,
)


class Marking(QTranslator):
    """A language in which the words of every sentence of llmdesk's stand between ⟦ and ⟧, but not what they are filled
    with.
    """

    def translate(self, context: str, source: str, disambiguation: str = "", n: int = -1) -> str:  # type: ignore[override]
        if context != words.CONTEXT:
            return source if context.startswith("Q") else ""  # Qt's stay
        parts = re.split(r"(?<!\{)(\{[^{}]*\}|%n)", source)
        return "".join(f"⟦{part}⟧" if number % 2 == 0 and part else part for number, part in enumerate(parts))

    def isEmpty(self) -> bool:
        return False


@pytest.fixture
def marking(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever is made speaks that language."""
    language = Marking()
    monkeypatch.setattr(words, "install", lambda *_: True)
    QCoreApplication.installTranslator(language)
    yield
    QCoreApplication.removeTranslator(language)


def english_in(root: QWidget) -> list[tuple[str, str]]:
    """Places and texts of what would stay English in every language."""
    return sorted({(place, text) for place, text in texts_of(root) if _is_english(text)})


def _is_english(text: str) -> bool:
    while MARKED.search(text):
        text = MARKED.sub(" ", text)
    return bool(re.search(r"[A-Za-z]{2,}", SAME_IN_ALL.sub(" ", text)))


def test_the_marks_are_looked_for_where_they_may_lack() -> None:
    language = Marking()
    assert language.translate(words.CONTEXT, "As {precision}, %n GB {{name}}") == "⟦As ⟧{precision}⟦, ⟧%n⟦ GB {{name}}⟧"
    assert not _is_english("⟦As ⟧int8⟦, ⟧2.5⟦ GB⟧ (Ctrl+N)")
    assert _is_english("⟦Open⟧ the file")


def open_everything(window: Window) -> None:
    """Once, so that what is made at the first opening is there."""
    main = window.main
    window.open_picker()
    main.settings_requested.emit()
    main.server_requested.emit()
    for panel in main.findChildren(Popover):
        panel.open_under(main.top_bar.more, align_right=True)
        QApplication.processEvents()
        panel.close_panel()


def test_every_word_of_the_window_goes_through_the_translation(marking: None, make_window: MakeWindow) -> None:
    """Main panes, side bar, menus, settings, help, palette, picker, server panel."""
    window = make_window()
    window.qtbot.waitUntil(lambda: window.main.top_bar.status.state == "ready")
    fill_in_marks(window)
    open_everything(window)
    window.main.action_table["palette"].trigger()
    shown = [(place, text) for place, text in english_in(window.main) if "PromptRow" not in place]
    assert shown == []
    assert sum(1 for _, text in texts_of(window.main) if "⟦" in text) > 500


def fill_in_marks(window: Window) -> None:
    """A few turns, an answer that fails, one that was regenerated, figures, thinking."""
    window.ask("question")
    window.ask("[say tps=5000] <think>\n20\n</think>\n\n20")
    window.main.chat.regenerate_requested.emit(window.turns[-1].answer.id)
    window.wait_idle()
    window.ask("[tokens=2 fail_at=1] question")
    window.wait_settled()
    window.main.action_table["unfold_figures"].trigger()
    window.main.action_table["unfold_thinking"].trigger()


@pytest.mark.logs("loading")
def test_errors_and_what_helps_are_translated(marking: None, make_window: MakeWindow) -> None:
    window = make_window(model_id="gamma-broken")
    window.qtbot.waitUntil(lambda: window.main.notice.key == "load")
    settle(window)
    assert english_in(window.main.notice) == []
    assert "⟦" in window.main.notice.text


def test_mistakes_in_the_settings_are_translated_to_the_last_word(marking: None, make_window: MakeWindow) -> None:
    write_settings('[appearance]\ntheme = "pink"\nzoom_percent = 7\n[server]\nport = "x"\n')
    window = make_window()
    window.qtbot.waitUntil(lambda: window.main.notice.key == "settings")
    mistakes = [told(problem.user_message) for problem in window.desktop.settings.problems]
    assert len(mistakes) == 3
    values = re.compile(r"\S*settings\.toml|appearance|server|'x'|pink|light|dark|system|zoom_percent|theme|port|or\b")
    rest = [values.sub("", each) for each in mistakes]
    assert [each for each in rest if _is_english(each)] == []


def write_settings(text: str) -> None:
    """The user's settings, before there is a window."""
    paths.config_dir().mkdir(parents=True, exist_ok=True)
    (paths.config_dir() / "settings.toml").write_text(text, encoding="utf-8")


@pytest.fixture
def german(qapp: QApplication) -> Iterator[None]:
    """The user's settings say so; afterwards the window is English again."""
    write_settings('[appearance]\nlanguage = "de"\n')
    yield
    words.install(qapp, "en")


def test_no_word_is_cut_in_german(german: None, make_window: MakeWindow) -> None:
    window = make_window()
    window.wait_ready()
    assert window.main.top_bar.new_chat.accessibleName().startswith("Neuer Chat")
    central = window.main.centralWidget()
    assert central is not None
    for is_filled in (False, True):
        if is_filled:
            fill(window)
        for percent in (100, 200):
            window.desktop.theme.set_zoom(percent)
            settle(window)
            assert_nothing_is_cut(central)
            assert_parts_fit(central)
    window.open_picker()
    window.main.picker.close_panel()
    window.main.settings_requested.emit()
    window.main.settings_dialog.close_panel()
    for percent in (100, 200):
        window.desktop.theme.set_zoom(percent)
        for panel in window.main.findChildren(Popover):
            panel.open_under(window.main.top_bar.more, align_right=True)
            settle(window)
            assert_nothing_is_cut(panel.panel)
            panel.close_panel()


def test_another_language_is_told_and_the_start_anew_is_offered(window: Window) -> None:
    settings = window.desktop.settings
    settings.set("appearance.language", "de")
    window.qtbot.waitUntil(lambda: window.main.notice.key == "language")
    assert "Deutsch" in window.main.notice.text
    settings.set("appearance.language", "auto")
    window.qtbot.waitUntil(lambda: window.main.notice.key == "")
    settings.set("appearance.language", "zh_CN")
    window.qtbot.waitUntil(lambda: window.main.notice.key == "language")
    assert not window.desktop.wants_restart
    with window.qtbot.waitSignal(window.main.closed):
        window.button("Start anew").click()
    assert window.desktop.wants_restart
    assert window.desktop.close()
    assert window.desktop.wants_restart
    assert restart_command()[1:3] == ["-m", "llmdesk"]
