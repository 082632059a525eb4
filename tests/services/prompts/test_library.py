"""The prompt library: files of the user's own over those that are shipped, and variables."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from llmdesk.errors import SettingsError
from llmdesk.services.prompts import variables
from llmdesk.services.prompts.library import Prompt, PromptFolder, read_prompt, slug

TODAY = datetime.date(2026, 11, 27)
TEXTS = (
    "one line",
    "two\nlines\n",
    '"quotes" and \\ and """ three',
    "\nbegins with a break",
    "tabs\tand\r\nbreaks of Windows",
    "漢字 and ümlaut 🙂",
)


def test_a_new_prompt_hides_none_that_is_shipped(tmp_path: Path) -> None:
    folder = PromptFolder(own=tmp_path)
    before = folder.read().prompts
    title = before[0].title
    saved = folder.save(Prompt("", title, "mine", ""))
    after = folder.read().prompts
    assert (len(after), [each.title for each in after].count(title)) == (len(before) + 1, 2)
    assert folder.save(Prompt("", title, "still mine", ""), old_name=saved.name).name == saved.name
    folder.save(Prompt("", title, "edited", ""), old_name=before[0].name)  # a shipped one that is edited is replaced
    assert len(folder.read().prompts) == len(after)


def test_the_shipped_prompts_can_be_read_and_say_what_they_ask() -> None:
    library = PromptFolder().read()
    assert not library.problems
    assert len(library.prompts) >= 8
    assert all(prompt.description and not prompt.is_own for prompt in library.prompts)
    translate = library.named("translate")
    assert translate is not None
    assert variables.asked_in(translate.text) == ("language", "text")


@pytest.mark.parametrize("language", ["de", "zh_CN"])
def test_every_shipped_prompt_is_there_in_every_language(language: str) -> None:
    english, translated = PromptFolder().read(), PromptFolder(language=language).read()
    assert not translated.problems
    for prompt in english.prompts:
        same = translated.named(prompt.name)
        assert same is not None
        assert same.title != prompt.title
        assert not same.text.isascii() or language == "de"
        assert len(variables.asked_in(same.text)) == len(variables.asked_in(prompt.text))
        for known in ("{{clipboard}}", "{{date}}", "```"):
            assert same.text.count(known) == prompt.text.count(known)


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_saved_is_read_as_it_was(text: str) -> None:
    folder = PromptFolder()
    saved = folder.save(Prompt("", "A title", text, "What for"))
    assert folder.read().named("a-title") == saved
    assert saved.text == text


def test_an_own_prompt_hides_the_shipped_one_until_it_is_deleted() -> None:
    folder = PromptFolder()
    shipped = folder.read().named("translate")
    folder.save(Prompt("translate", "Translate", "Into German: {{text}}"), "translate")
    own = folder.read().named("translate")
    assert own is not None
    assert own.is_own
    folder.delete("translate")
    assert folder.read().named("translate") == shipped


def test_a_new_prompt_never_replaces_another_one() -> None:
    folder = PromptFolder()
    names = [folder.save(Prompt("", "Same", text)).name for text in ("one", "two", "three")]
    assert names == ["same", "same-2", "same-3"]


def test_a_file_that_is_none_costs_no_other_prompt(tmp_path: Path) -> None:
    folder = PromptFolder(tmp_path)
    (tmp_path / "good.toml").write_text('text = "hello"')
    (tmp_path / "no-text.toml").write_text('title = "x"')
    (tmp_path / "broken.toml").write_text("title = ")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "number.toml").write_text("text = 5")
    library = folder.read()
    good = library.named("good")
    assert good is not None
    assert good.title == "good"
    told = "\n".join(str(problem) for problem in library.problems)
    for name in ("no-text.toml", "broken.toml", "bytes.toml", "number.toml"):
        assert name in told
    assert len(library.problems) == 4


def test_import_takes_all_or_nothing(tmp_path: Path) -> None:
    folder = PromptFolder(tmp_path / "own")
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    good.write_text('title = "Good one"\ntext = "hello"')
    bad.write_text("text = []")
    with pytest.raises(SettingsError, match=r"bad\.toml"):
        folder.take_in([good, bad])
    assert folder.read().named("good-one") is None
    assert folder.take_in([good]) == 1
    assert folder.read().named("good-one") is not None


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(SettingsError, match="cannot be written"):
        PromptFolder(blocked).save(Prompt("", "A", "b"))


def test_variables_are_found_once_and_filled_once() -> None:
    text = "{{ language }} {{text}} {{language}} {{date}} {{Clipboard}} {{}} {{ 1 }} {x} {{number of points}}"
    assert variables.asked_in(text) == ("language", "text", "number of points")
    assert variables.uses_clipboard(text)
    answers = {"language": "{{text}}", "text": "T", "number of points": "3"}
    assert variables.filled(text, answers, "C", TODAY) == "{{text}} T {{text}} 2026-11-27 C {{}} {{ 1 }} {x} 3"
    assert variables.filled("{{unknown}}", {}, "", TODAY) == "{{unknown}}"
    assert not variables.uses_clipboard("no {{clip}}")


def test_names_of_files() -> None:
    assert [slug(title) for title in ("Reply: to/a mail!", "翻訳", "...", "A" * 90)] == [
        "reply-to-a-mail",
        "翻訳",
        "prompt",
        "a" * 40,
    ]


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "huge.toml"
    file.write_text(f'text = "{"x" * 500_000}"')
    with pytest.raises(SettingsError, match="too long"):
        read_prompt(file, True)
