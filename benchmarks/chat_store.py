"""How fast the store of chats is, beside the bars it has to hold: ``python -m benchmarks.chat_store``.

It fills a file of its own with 10,000 chats of together 1,000,000 words and one of 2,000 messages, and prints each
figure with its bar. With ``--window`` it opens the real window on that file, too, and opens chats in it.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from llmdesk.datatypes.chat import GenerationStats, SamplingParams
from llmdesk.services.chats.chat_options import ChatOptions
from llmdesk.services.chats.conversation import Conversation
from llmdesk.services.chats.ids import id_at
from llmdesk.services.chats.kept import ChatInfo, KeptChat
from llmdesk.services.chats.session import Session
from llmdesk.services.chats.store import FILE_NAME, ChatStore

CHATS = 10_000
WORDS = 1_000_000
LONG_MESSAGES = 2_000
_DAY_S = 86_400.0
_SYLLABLES = (
    "ka",
    "lo",
    "mi",
    "ren",
    "ta",
    "vor",
    "sel",
    "in",
    "du",
    "pra",
    "os",
    "ter",
    "an",
    "gul",
    "ech",
    "ben",
    "sti",
)
_QUESTIONS = {
    "a common word": "kalo",
    "the beginning of most words": "ka",
    "two common words": "kalo miren",
    "a rare word": "needle",
    "a Chinese word": "文字",
    "an emoji": "🎉",
    "a word that is nowhere": "xyzzyx",
    "signs only": "%$§",
}


def main() -> int:
    """Returns 1 if a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--window", action="store_true", help="measure the window's start on this file as well")
    args = parser.parse_args()
    misses = 0
    with tempfile.TemporaryDirectory() as home:
        data = Path(home) / "data"
        data.mkdir()
        store = ChatStore(data / FILE_NAME)
        long_id = _fill(store)
        misses += _tell("file", store.file.stat().st_size / 1e6, None, "MB")
        store.close()
        store = ChatStore(data / FILE_NAME)
        misses += _tell("opened, first list read", _ms(lambda: store.chats()), None)
        misses += _tell(f"list of {len(store.chats()):,} chats", _median_ms(store.chats), 100)
        misses += _tell(f"a chat of {LONG_MESSAGES:,} messages", _median_ms(lambda: store.load(long_id)), 100)
        for name, words in _QUESTIONS.items():
            found = len(store.search(words))
            misses += _tell(f"search, {name} ({found} hits)", _median_ms(lambda w=words: store.search(w)), 100)
        misses += _measure_writing(store)
        store.set_open(long_id)
        store.close()
        if args.window:
            misses += _measure_window(home)
            misses += _measure_openings(home, long_id)
    return 1 if misses else 0


def _fill(store: ChatStore) -> str:
    chance = random.Random(3)
    vocabulary = ["".join(chance.choices(_SYLLABLES, k=chance.choice((2, 2, 3, 3, 4)))) for _ in range(20_000)]
    vocabulary[:2] = ["kalo", "miren"]
    weights = [1 / (rank + 1) for rank in range(len(vocabulary))]
    words_each = WORDS // CHATS // 2
    now_s = time.time()
    started_s = time.perf_counter()
    for number in range(CHATS):
        words = chance.choices(vocabulary, weights, k=2 * words_each)
        if number == CHATS // 3:
            words[5:8] = ["needle", "中文字符", "🎉"]
        created_s = now_s - (CHATS - number) * _DAY_S / 20
        store.add(_chat([" ".join(words[:words_each]), " ".join(words[words_each:])], created_s))
    texts = [" ".join(chance.choices(vocabulary, weights, k=60)) for _ in range(LONG_MESSAGES)]
    long = _chat(texts, now_s)
    store.add(long)
    store.flush(600)
    print(f"filled in {time.perf_counter() - started_s:.1f} s")
    return long.info.id


def _chat(texts: list[str], created_s: float) -> KeptChat:
    conversation = Conversation()
    sampling = SamplingParams()
    for prompt, answer in zip(texts[::2], texts[1::2], strict=True):
        message = conversation.ask(prompt, "smollm2-135m", sampling)
        conversation.append(message.id, answer)
        conversation.finish(message.id, "stop", GenerationStats(900, 800, 60, 0.01, 0.2, 1.5, 0.22))
    parent_id = ""
    for place, message in enumerate(conversation.messages):
        message.id, message.parent_id = id_at(created_s + place / 1000), parent_id
        parent_id = message.id
    made = Conversation.of(conversation.id, conversation.messages, set())
    return KeptChat(ChatInfo(made.id, created_s=created_s, changed_s=created_s), made, ChatOptions("smollm2-135m"))


def _measure_writing(store: ChatStore) -> int:
    """What following costs the window's thread, and how long a prompt waits to be on the disk."""
    session = Session(None, lambda event: None, ChatOptions("x"), lambda change: None)  # type: ignore[arg-type]
    store.follow(session)
    waits: list[float] = []
    asks: list[float] = []
    pieces: list[float] = []
    for number in range(50):
        started_s = time.perf_counter()
        answer = session.conversation.ask(f"question {number}", "x", SamplingParams())
        asks.append((time.perf_counter() - started_s) * 1000)
        assert store.flush()
        waits.append((time.perf_counter() - started_s) * 1000)
        for _ in range(200):
            started_s = time.perf_counter()
            session.conversation.append(answer.id, "word ")
            pieces.append((time.perf_counter() - started_s) * 1000)
        session.conversation.finish(answer.id, "stop", GenerationStats(new_tokens=200))
    misses = _tell("a prompt, on the window's thread", statistics.median(asks), 5)
    misses += _tell("a piece of an answer, on the window's thread", statistics.median(pieces), 0.1)
    return misses + _tell("a prompt until it is on the disk", statistics.median(waits), None)


_WINDOW = """
import json
import sys

from llmdesk.app import build_desktop, end_desktop, make_application
from llmdesk.engine.backends.scripted import ScriptedBackend
from llmdesk.services.trace import process_age_s


def main():
    app = make_application()
    keeps = sys.argv[1] == "keeps"
    desktop = build_desktop("", None, ScriptedBackend, keeps_chats=keeps)
    told = {}

    def shown():
        told["chat_s"] = process_age_s()
        told["messages"] = len(desktop.chat.conversation.path)
        app.quit()

    desktop.window.painted.connect(lambda: told.setdefault("painted_s", process_age_s()))
    (desktop.kept.opened if keeps else desktop.window.painted).connect(shown)
    desktop.show()
    app.exec()
    print(json.dumps(told), flush=True)
    end_desktop(desktop)


main()
"""


def _measure_window(home: str) -> int:
    kept, without = [], []
    for _ in range(5):
        kept.append(_start(home, "keeps"))
        without.append(_start(home, "keeps nothing"))
    misses = _tell("window painted", statistics.median(run["painted_s"] for run in kept), 1.0, "s")
    _tell("the same without chats", statistics.median(run["painted_s"] for run in without), None, "s")
    what = f"the chat that was open last shown ({kept[0]['messages']:,} messages)"
    return misses + _tell(what, statistics.median(run["chat_s"] for run in kept), None, "s")


def _measure_openings(home: str, long_id: str) -> int:
    """In the running window, from the click until the end of the chat is painted."""
    told = _run(home, "-m", "benchmarks.chat_openings", long_id)
    misses = _tell(f"a chat of {LONG_MESSAGES:,} messages opened (median)", statistics.median(told["long_ms"]), 300)
    misses += _tell("the slowest of these", max(told["long_ms"]), None)
    _tell("any chat opened (median)", statistics.median(told["short_ms"]), None)
    first, *rest = [rss / 1e6 for rss in told["rss_bytes"]]
    print(f"RSS over {len(told['short_ms'])} openings, MB: {first:.0f} -> " + " ".join(f"{each:.0f}" for each in rest))
    return misses + _tell("more at the end than half-way", rest[-1] - rest[len(rest) // 2], 10, "MB")


def _start(home: str, how: str) -> dict[str, Any]:
    return _run(home, "-c", _WINDOW, how)


def _run(home: str, *arguments: str) -> dict[str, Any]:
    run = subprocess.run(
        [sys.executable, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        env={"QT_QPA_PLATFORM": "offscreen", **os.environ, "LLMDESK_HOME": home},
    )
    return dict(json.loads(run.stdout.splitlines()[-1]))


def _median_ms(work: Callable[[], object]) -> float:
    return statistics.median(_ms(work) for _ in range(9))


def _ms(work: Callable[[], object]) -> float:
    started_s = time.perf_counter()
    work()
    return (time.perf_counter() - started_s) * 1000


def _tell(what: str, figure: float, bar: float | None, unit: str = "ms") -> int:
    misses = bar is not None and figure >= bar
    words = "" if bar is None else f"  (bar: {bar:g} {unit}{', MISSED' if misses else ''})"
    print(f"{what}: {figure:.3g} {unit}{words}")
    return int(misses)


if __name__ == "__main__":
    sys.exit(main())
