"""Search over all messages of a real file: what is found, in which order, and that no input breaks it."""

from __future__ import annotations

import random
import sqlite3

import pytest

from llmdesk.services.chats.ids import id_at
from llmdesk.services.chats.kept import Hit
from llmdesk.services.chats.store import ChatStore
from tests.services.chats.kept import chat

WORDS = [
    "hello wörld of Streaming",
    "他说中文字符很难",
    "party🎉time naïve café",
    'say "quoted" C++ 100% of_it',
    "日本語のテキスト",
]


@pytest.fixture
def full(store: ChatStore) -> ChatStore:
    for words in WORDS:
        store.add(chat((words, f"an answer to it: {words[:3]}")))
    return store


def prompts(hits: tuple[Hit, ...]) -> list[str]:
    return [hit.excerpt for hit in hits if hit.role == "user"]


def marked(hit: Hit) -> list[str]:
    return [hit.excerpt[start:end] for start, end in hit.marks]


@pytest.mark.parametrize(
    ("asked", "found", "marks"),
    [
        ("hello", 0, ["hello"]),
        ("HEL", 0, ["hel"]),
        ("stream", 0, ["Stream"]),
        ("world", 0, ["wörld"]),
        ("wörld", 0, ["wörld"]),
        ("streaming hello", 0, ["hello", "Streaming"]),
        ("中文", 1, ["中文"]),
        ("字", 1, ["字"]),
        ("文字符", 1, ["文字符"]),
        ("テキスト", 4, ["テキスト"]),
        ("🎉", 2, ["🎉"]),
        ("time", 2, ["time"]),
        ("naive cafe", 2, ["naïve", "café"]),
        ("quoted", 3, ["quoted"]),
        ('"quoted"', 3, ["quoted"]),
        ("%", 3, ["%"]),
        ("of_it", 3, ["of_it"]),
    ],
)
def test_words_are_found_and_marked(full: ChatStore, asked: str, found: int, marks: list[str]) -> None:
    hits = [hit for hit in full.search(asked) if hit.role == "user"]
    assert [hit.excerpt for hit in hits] == [WORDS[found]]
    assert [each.casefold() for each in marked(hits[0])] == [each.casefold() for each in marks]


@pytest.mark.parametrize("asked", ["orld", "xyzzy", "hello xyzzy", "文中", "", "   ", "\0"])
def test_what_is_not_there_is_not_found(full: ChatStore, asked: str) -> None:
    assert full.search(asked) == ()


HOSTILE = [
    '"', '""', '"""', "'", "*", "^", "(", ")", "a OR", "AND", "NOT a", "NEAR(", "NEAR(a b, 2)", "text:hello",
    "{a b}: c",
    "hello*", '"hello" *', "hel^lo", "-hello", "+", "\\", "%", "_", "hello\0world", "\ud800", "a" * 100_000,
    "a " * 10_000,
    "; DROP TABLE chats", "١٢٣", "\u202ehello", "e\u0301", "\ufe0f", "👨‍👩‍👧", "\x1b[31m",
]  # fmt: skip


@pytest.mark.parametrize("asked", HOSTILE)
def test_no_input_breaks_it(full: ChatStore, asked: str) -> None:
    full.search(asked)
    assert len(full.chats()) == len(WORDS)


def test_no_random_input_breaks_it(full: ChatStore) -> None:
    chance = random.Random(5)
    pieces = [*'"*^():{}+-,.\\%_ \n\0', "AND", "OR", "NOT", "NEAR", "hello", "中", "🎉", "ö", "text", "1"]
    for _ in range(300):
        full.search("".join(chance.choices(pieces, k=chance.randint(1, 12))))


def test_the_newest_comes_first_and_an_import_has_its_own_time(store: ChatStore) -> None:
    store.add(chat(("apple of today", "yes")))
    old = chat(("apple of long ago", "yes"))
    prompt, answer = old.conversation.messages
    prompt.id, answer.id = id_at(1000.0), id_at(1001.0)
    answer.parent_id = prompt.id
    store.add(old)
    hits = [hit for hit in store.search("apple") if hit.role == "user"]
    assert [hit.excerpt for hit in hits] == ["apple of today", "apple of long ago"]
    assert hits[1].created_s == 1000.0


def test_there_are_no_more_hits_than_asked_for(store: ChatStore) -> None:
    for number in range(5):
        store.add(chat((f"pear {number}", "pear, yes")))
    assert len(store.search("pear", limit=3)) == 3
    assert store.search("pear", limit=0) == ()


def test_titles_are_found_and_come_first(store: ChatStore) -> None:
    kept = chat(("something", "else"))
    store.add(kept)
    store.add(chat(("about taxes", "no")))
    store.rename(kept.info.id, "Täxes of 2026")
    hits = store.search("taxes")
    assert (hits[0].role, hits[0].message_id, hits[0].chat_id) == ("title", "", kept.info.id)
    assert marked(hits[0]) == ["Täxes"]
    assert hits[1].excerpt == "about taxes"


def test_deleted_chats_are_not_searched_and_come_back(store: ChatStore) -> None:
    kept = chat(("a secret garden", "yes"))
    store.add(kept)
    store.delete([kept.info.id])
    assert store.search("garden") == ()
    store.restore([kept.info.id])
    assert prompts(store.search("garden")) == ["a secret garden"]
    store.purge([kept.info.id])
    assert store.search("garden") == ()
    with sqlite3.connect(store.file) as connection:
        assert connection.execute("SELECT count(*) FROM words").fetchone() == (0,)
    connection.close()


def test_an_excerpt_shows_the_place_in_a_long_text(store: ChatStore) -> None:
    store.add(chat(("before " * 2000 + "needle\nin a haystack " + "after " * 2000, "yes")))
    hit = store.search("needle")[0]
    assert marked(hit) == ["needle"]
    assert len(hit.excerpt) < 200
    assert hit.excerpt.startswith("…")
    assert hit.excerpt.endswith("…")
    assert "needle in a haystack" in hit.excerpt
