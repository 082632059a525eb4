"""Search over all messages: FTS5 for words, a look at every text for what has no words (store's thread).

FTS5 cuts texts into words where spaces are. Chinese, Japanese and the like have none, and emoji stick to words: such
characters are written with spaces around them into the index, and looked for as a phrase. So any part of a Chinese
sentence is found, while words of other scripts are found by their beginnings, whatever their case and accents.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Iterator

from llmdesk.services.chats.ids import time_of
from llmdesk.services.chats.kept import Hit
from llmdesk.services.chats.storage.codec import text_for_utf8

_ALONE = re.compile(
    "(["
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Myanmar, Khmer
    "\u2190-\u2bff\ufe0f"  # arrows, signs, dingbats
    "\u2e80-\u2fdf\u3040-\u30ff\u3105-\u312f\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
    "\U00016fe0-\U00018d08\U0001b000-\U0001b2ff\U0001f000-\U0001faff\U00020000-\U0003ffff"
    "])"
)
_ACCENTS = re.compile("[\u0300-\u036f]")
_EXCERPT_CHARS = 160
_BEFORE_CHARS = 40
_MAX_WORDS = 32


def spaced(text: str) -> str:
    """As it stands in the index."""
    return _ALONE.sub(r" \1 ", text)


def search(connection: sqlite3.Connection, words: str, limit: int) -> tuple[Hit, ...]:
    """Messages with all the words, the newest first, behind chats with such a title. Nothing of deleted chats."""
    wanted = text_for_utf8(words).replace("\0", " ").split()[:_MAX_WORDS]
    if not wanted or limit <= 0:
        return ()
    marks = _pattern(wanted)
    titles = _titles(connection, wanted, marks, limit)
    query = _query(wanted)
    rows = _by_words(connection, query, limit) if query else _by_looking(connection, " ".join(wanted), limit)
    hits = [_hit(row, marks) for row in rows]
    return tuple((titles + hits)[:limit])


_WHAT = "messages.chat_id, chats.title, messages.id, messages.role, messages.text"
_IS_THERE = "chats.deleted_s IS NULL AND messages.removed_s IS NULL"

Row = tuple[str, str, str, str, str]


def _by_words(connection: sqlite3.Connection, query: str, limit: int) -> list[Row]:
    # CROSS JOIN: SQLite goes through the index from its newest end and stops as soon as it has enough.
    return connection.execute(
        f"SELECT {_WHAT} FROM words CROSS JOIN messages ON messages.number = words.rowid "
        f"CROSS JOIN chats ON chats.id = messages.chat_id "
        f"WHERE words MATCH ? AND {_IS_THERE} ORDER BY words.rowid DESC LIMIT ?",
        (query, limit),
    ).fetchall()


def _by_looking(connection: sqlite3.Connection, text: str, limit: int) -> list[Row]:
    pattern = "%" + re.sub(r"([\\%_])", r"\\\1", text) + "%"
    return connection.execute(
        f"SELECT {_WHAT} FROM messages CROSS JOIN chats ON chats.id = messages.chat_id "
        f"WHERE messages.text LIKE ? ESCAPE '\\' AND {_IS_THERE} ORDER BY messages.number DESC LIMIT ?",
        (pattern, limit),
    ).fetchall()


def _titles(connection: sqlite3.Connection, wanted: list[str], marks: re.Pattern[str], limit: int) -> list[Hit]:
    folded = [_folded(word) for word in wanted]
    patterns = [_pattern([word]) for word in folded]
    hits = []
    rows = connection.execute(
        "SELECT id, title, created_s FROM chats WHERE deleted_s IS NULL AND message_count > 0 ORDER BY changed_s DESC"
    )
    for chat_id, title, created_s in rows:
        text = _folded(title)
        if all(word in text for word in folded) and all(pattern.search(text) for pattern in patterns):
            hits.append(Hit(chat_id, title, "", "title", *_excerpt(title, marks), created_s))
            if len(hits) == limit:
                break
    return hits


def _query(wanted: list[str]) -> str:
    """In FTS5's language; empty if there is nothing in it that it takes for a word."""
    return " ".join(_phrase(word) for word in wanted if _has_word(word))


def _phrase(word: str) -> str:
    text = spaced(word).replace('"', " ").strip()
    # One letter begins half of all words: it is looked for by itself.
    letters = [char for char in text if _is_word(char)]
    return f'"{text}"' if len(letters) == 1 else f'"{text}" *'


def _has_word(text: str) -> bool:
    return any(_is_word(char) for char in text)


def _is_word(char: str) -> bool:
    category = unicodedata.category(char)
    return category[0] in "LN" or category in ("Co", "So")


def _pattern(wanted: list[str]) -> re.Pattern[str]:
    """Finds the words in a text, to mark them: at the beginnings of words, or anywhere where words have none."""
    parts = [
        ("" if _ALONE.match(word) or not word[0].isalnum() else r"(?<![^\W_])") + re.escape(word)
        for word in (each.strip("\"'()[]{}*^:,;.!?") or each for each in wanted)
    ]
    return re.compile("|".join(sorted(parts, key=len, reverse=True)), re.IGNORECASE)


def _hit(row: Row, marks: re.Pattern[str]) -> Hit:
    chat_id, title, message_id, role, text = row
    excerpt, found = _excerpt(text, marks)
    return Hit(chat_id, title, message_id, role, excerpt, found, time_of(message_id))  # type: ignore[arg-type]


def _excerpt(text: str, marks: re.Pattern[str]) -> tuple[str, tuple[tuple[int, int], ...]]:
    first = marks.search(text)
    if first is None:  # accents: the same letters without them, whose places are those of the text
        folded = "".join(_base(char) for char in text)
        marks = re.compile("".join(_base(char) for char in marks.pattern), re.IGNORECASE)
        first = marks.search(folded)
        begin, part = _part(text, first.start() if first else 0)
        found = _places(folded[begin : begin + len(part)], marks)
    else:
        begin, part = _part(text, first.start())
        found = _places(part, marks)
    lead = "…" if begin else ""
    tail = "…" if begin + len(part) < len(text) else ""
    shift = len(lead)
    one_line = re.sub(r"\s", " ", part)  # a character for a character: the places stay
    return lead + one_line + tail, tuple((start + shift, end + shift) for start, end in found)


def _part(text: str, place: int) -> tuple[int, str]:
    begin = max(0, place - _BEFORE_CHARS)
    if begin:
        space = text.find(" ", begin, place)
        begin = space + 1 if space >= 0 else begin
    return begin, text[begin : begin + _EXCERPT_CHARS]


def _places(part: str, marks: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    return (match.span() for match in marks.finditer(part))


def _base(char: str) -> str:
    """The letter without its accents."""
    return char if char < "\x80" else unicodedata.normalize("NFD", char)[0]


def _folded(text: str) -> str:
    if not text.isascii():
        text = _ACCENTS.sub("", unicodedata.normalize("NFD", text))
    return text.casefold()
