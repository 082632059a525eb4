"""Folders on a real disk, a real index, a real engine thread; the sentence model is the tests' own (made.py)."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from llmdesk.services.collections import document_reads, indexer, reading, searching, vector_work
from llmdesk.services.collections.chunks import pieces_of
from llmdesk.services.collections.collection import Collection, Found, IndexProgress
from llmdesk.services.collections.index import FileState
from llmdesk.services.collections.search_notice import SearchNotice
from llmdesk.services.files.attachment import Attachment
from tests.engine.engine_thread import Collector, request
from tests.services.collections.made import MODEL, catalogue_with_model, desk, until


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    (folder / "sub").mkdir(parents=True)
    (folder / "tea.md").write_text("# Green tea\n\nSteep it for two minutes in water of 75 degrees.\n")
    (folder / "bread.txt").write_text("Bread rises for an hour. Then it is baked.\n")
    (folder / "sub" / "garage.txt").write_text("An automobile needs oil.\n")
    return folder


def test_a_folder_is_found_by_words_and_by_meaning(notes: Path, tmp_path: Path) -> None:
    with desk(tmp_path / "home") as made:
        found = made.add(notes, " My  notes ")
        assert (found.name, found.state, found.files, found.passages, found.embedded) == ("My notes", "ready", 3, 3, 3)
        assert found.size_bytes > 0
        hit = made.search("How long does tea steep?").passages[0]
        assert (hit.number, hit.name, hit.heading, hit.place) == (1, "tea.md", "Green tea", "lines 1-3")
        assert made.names("car repair")[0] == "garage.txt"  # no word in common
        assert made.search("tea").notice is None
        steps = [each for each in made.heard.events if isinstance(each, IndexProgress)]
        assert {(each.step, each.total) for each in steps} == {("read", 3), ("embed", 3)}


def test_changed_new_and_vanished_files_are_noticed_before_a_search(notes: Path, tmp_path: Path) -> None:
    with desk(tmp_path / "home") as made:
        chosen = made.add(notes)
        (notes / "tea.md").write_text("Now it is about coffee beans.")
        (notes / "new.txt").write_text("Pelicans fly.")
        (notes / "bread.txt").unlink()
        assert made.names("coffee")[0] == "tea.md"
        assert made.names("pelicans")[0] == "new.txt"
        assert "bread.txt" not in made.names("bread rises")
        assert "tea.md" not in made.names("steep degrees")[:1]
        assert made.settled(chosen.id).files == 3


def test_the_index_outlives_the_program_and_is_not_read_anew(notes: Path, tmp_path: Path) -> None:
    with desk(tmp_path / "home") as made:
        first = made.add(notes)
    with desk(tmp_path / "home") as made:
        made.collections.open()
        until(lambda: bool(made.collections.collections()))
        again = made.settled(first.id)
        assert (again.passages, again.embedded) == (first.passages, first.embedded)
        assert made.names("tea")[0] == "tea.md"
        assert not [each for each in made.heard.events if isinstance(each, IndexProgress)]


def test_without_the_model_words_are_searched_until_it_comes(notes: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    with desk(home, catalogue_with_model(home, is_there=False)) as made:
        chosen = made.add(notes)
        assert (chosen.state, made.collections.sentence_model.state) == ("words_only", "missing")
        found = made.search("tea steep")
        assert found.passages[0].name == "tea.md"
        assert found.notice == SearchNotice("no_model", "Meanings")
        assert found.notice.words == "Searched by words only: Meanings is not on this machine yet."
        assert made.names("car repair") == []
        (home / "model").mkdir()
        made.collections.model_arrived()
        until(lambda: made.collections.sentence_model.state == "ready")
        assert made.settled(chosen.id).state == "ready"
        assert made.names("car repair")[0] == "garage.txt"


def test_another_model_makes_all_vectors_anew(notes: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    with desk(home) as made:
        made.add(notes)
    catalogue = catalogue_with_model(home)
    (home / "models.toml").write_text((home / "models.toml").read_text().replace(MODEL, "other"))
    catalogue.reload()
    with desk(home, catalogue, "other") as made:
        made.collections.open()
        until(lambda: any(each.state == "ready" for each in made.collections.collections()))
        assert any(isinstance(each, IndexProgress) and each.step == "embed" for each in made.heard.events)
        assert made.names("car repair")[0] == "garage.txt"


def test_what_cannot_be_read_is_a_problem_of_that_file(notes: Path, tmp_path: Path) -> None:
    (notes / "damaged.pdf").write_bytes(b"%PDF-1.7\nnothing")
    (notes / "latin.txt").write_bytes("Grüße an alle".encode("latin-1"))
    (notes / "picture.dat").write_bytes(bytes(range(256)))
    (notes / "empty.txt").touch()
    (notes / "loop").symlink_to(notes)
    (notes / "link.txt").symlink_to(notes / "tea.md")
    os.mkfifo(notes / "pipe")
    with desk(tmp_path / "home") as made:
        found = made.add(notes)
        assert found.state == "partly"
        assert {Path(each.path).name for each in found.problems} == {"damaged.pdf", "latin.txt"}
        assert all(each.message for each in found.problems)
        assert (found.problem_count, found.passages) == (2, 3)
        (notes / "latin.txt").write_text("Grüße an alle")
        made.collections.rescan(found.id)
        until(lambda: made.settled(found.id).problem_count == 1)
        assert made.names("Grüße")[0] == "latin.txt"


def test_names_that_are_no_text_hide_no_other_file(notes: Path, tmp_path: Path) -> None:
    odd = os.fsencode(notes) + b"/caf\xe9"
    os.mkdir(odd)
    for name in (b"/a.txt", b"/b\xff.txt"):
        Path(os.fsdecode(odd + name)).write_text("Pelicans fly.")
    with desk(tmp_path / "home") as made:
        found = made.add(notes)
        assert (found.files, found.passages, found.state) == (3, 3, "partly")
        assert found.problems[0].message == "There are files whose names are no text in UTF-8: a.txt, b\\xff.txt."
        made.collections.add("", Path(os.fsdecode(odd)))
        until(lambda: bool(made.heard.troubles))
        assert "is no text in UTF-8" in made.heard.troubles[0].error.user_message


def test_how_many_more_is_said_and_no_problem_hides_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(20):
        (tmp_path / os.fsdecode(b"%02d\xff.txt" % number)).write_text("x")
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("x")
    folder = str(tmp_path)
    told = reading.look_at((folder,)).problems[folder]
    assert told.endswith("no text in UTF-8: 00\\xff.txt, 01\\xff.txt, 02\\xff.txt and 17 more.")
    monkeypatch.setattr(reading, "MOST_FILES", 1)
    told = reading.look_at((folder,)).problems[folder]
    assert "There are more than 1 files." in told
    assert "no text in UTF-8" in told


def test_too_many_files_and_a_folder_that_went_are_told(
    notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_FILES", 2)
    with desk(tmp_path / "home") as made:
        found = made.add(notes)
        assert (found.files, found.state) == (2, "partly")
        assert found.problems[0].message.startswith("There are more than 2 files.")
        notes.rename(tmp_path / "elsewhere")
        made.collections.rescan(found.id)
        until(lambda: "not there" in made.settled(found.id).problems[0].message)
        assert made.settled(found.id).files == 2  # the disk may come back
        made.collections.add("", tmp_path / "nowhere")
        until(lambda: bool(made.heard.troubles))
        assert "There is no folder" in made.heard.troubles[0].error.user_message


def test_collections_are_apart_renamed_and_removed(notes: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "tea.txt").write_text("Black tea steeps for four minutes.")
    with desk(tmp_path / "home") as made:
        one, two = made.add(notes), made.add(other)
        assert made.names("tea steep", one.id)[0] == "tea.md"
        assert made.names("tea steep", two.id) == ["tea.txt"]
        assert {"tea.md", "tea.txt"} <= set(made.names("tea steep"))
        made.collections.rename(two.id, "Teas")
        made.collections.remove(one.id)
        until(lambda: [each.name for each in made.collections.collections()] == ["Teas"])
        assert made.names("bread") != ["bread.txt"]
        made.collections.add_folder(two.id, notes / "sub")
        until(lambda: len(made.settled(two.id).folders) == 2 and made.settled(two.id).files == 2)


@pytest.mark.parametrize(
    "question", ['"', "a AND (b OR", "NEAR(x y)", "name:x*", "", "   ", "the of and", "漢字", "\0\ud800"]
)
def test_any_question_is_safe(question: str, notes: Path, tmp_path: Path) -> None:
    with desk(tmp_path / "home", model_id="") as made:
        made.add(notes)
        assert made.search(question).error is None


def test_chinese_and_parts_of_names_are_found(tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "zh.txt").write_text("绿茶要泡两分钟。", encoding="utf-8")
    (folder / "code.py").write_text("def setWindowTitle(text):\n    pass\n")
    (folder / "de.txt").write_text("Bücher stehen im Regal.")
    with desk(tmp_path / "home", model_id="") as made:
        made.add(folder)
        assert made.names("绿茶泡多久？") == ["zh.txt"]
        assert made.names("title of the window") == ["code.py"]
        assert made.names("bucher") == ["de.txt"]


def test_a_passage_that_is_too_long_for_the_model_is_cut_for_its_vector(tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "short_words.txt").write_text("ab cd " * 500)
    with desk(tmp_path / "home") as made:
        found = made.add(folder)
        assert (found.state, found.embedded) == ("ready", found.passages)
        assert not made.heard.troubles


def test_a_long_file_of_a_prompt_is_searched_in_memory_only(tmp_path: Path) -> None:
    text = "\n\n".join(
        f"Chapter {n} is about {'pelicans' if n == 70 else 'geese'}, and a good deal more. " * 6 for n in range(90)
    )
    file = Attachment("book.txt", "text", text=text)
    with desk(tmp_path / "home") as made:
        made.collections.prepare_files((file,))
        ends: list[Found] = []
        made.collections.search_files("Where are pelicans?", (file,), 3, ends.append)
        until(lambda: bool(ends))
        assert "pelicans" in ends[0].passages[0].text
        assert (ends[0].passages[0].collection_id, ends[0].passages[0].path) == ("", "book.txt")
        assert made.collections.collections() == ()
        assert b"pelicans" not in made.collections.file.read_bytes()


def test_a_search_ends_once_also_when_given_up_or_closed(notes: Path, tmp_path: Path) -> None:
    ends: list[Found] = []
    with desk(tmp_path / "home") as made:
        chosen = made.add(notes)
        made.collections.search("tea", [chosen.id], 3, ends.append)()
        until(lambda: len(ends) == 1)
        made.collections.search("tea", [chosen.id], 3, ends.append)
        made.collections.close()
        until(lambda: len(ends) == 2)
        made.collections.search("tea", [chosen.id], 3, ends.append)
        assert len(ends) == 3
        assert ends[2].error is not None


def test_passages_wait_while_others_answer(notes: Path, tmp_path: Path) -> None:
    with desk(tmp_path / "home") as made:
        sink = Collector()
        handle = made.engine.submit(request(made.engine, "[tokens=5000 tps=200]", "chat", "gui"), sink)
        sink.wait_for_tokens(3)
        chosen_id = made.collections.add("", notes)
        until(lambda: made.collections.collection(chosen_id) is not None)
        until(lambda: made.collections.collection(chosen_id).passages == 3)  # type: ignore[union-attr]
        time.sleep(2 * vector_work.GIVE_WAY_S)
        waiting = made.collections.collection(chosen_id)
        assert waiting is not None
        assert (waiting.state, waiting.embedded) == ("indexing", 0)
        handle.cancel()
        assert made.settled(chosen_id).embedded == 3


@pytest.mark.logs("is damaged")
def test_a_damaged_index_is_set_aside_and_made_anew(notes: Path, tmp_path: Path) -> None:
    with desk(tmp_path / "home") as made:
        made.add(notes)
        file = made.collections.file
    with file.open("r+b") as damaged:
        damaged.seek(4096)
        damaged.write(random.Random(1).randbytes(file.stat().st_size - 4096))
    with desk(tmp_path / "home") as made:
        made.collections.open()
        until(lambda: bool(made.heard.troubles))
        assert "was damaged" in made.heard.troubles[0].error.user_message
        assert list(file.parent.glob("collections.damaged-*.sqlite"))
        assert made.names("tea", made.add(notes).id)[0] == "tea.md"


def test_an_index_of_another_version_is_made_anew_with_its_folders(notes: Path, tmp_path: Path) -> None:
    import apsw

    with desk(tmp_path / "home") as made:
        first = made.add(notes, "Mine")
        file = made.collections.file
    connection = apsw.Connection(str(file))
    connection.execute("PRAGMA user_version = 99")
    connection.execute("DROP TABLE passages")
    connection.close()
    with desk(tmp_path / "home") as made:
        made.collections.open()
        until(lambda: bool(made.collections.collections()))
        again = made.settled(first.id)
        assert (again.name, again.passages) == ("Mine", 3)
        assert made.heard.troubles == []


_INDEXING = """
import sys
from pathlib import Path
from tests.services.collections.made import desk
with desk(Path(sys.argv[1])) as made:
    made.collections.add("", Path(sys.argv[2]))
    print("begun", flush=True)
    import time; time.sleep(60)
"""


def test_a_kill_in_the_middle_loses_nothing_that_was_there(tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(300):
        (folder / f"{number}.txt").write_text(f"Paragraph of file {number} with word{number}.\n\n" * 20)
    process = subprocess.Popen(
        [sys.executable, "-c", _INDEXING, str(tmp_path / "home"), str(folder)], stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(0.3)
    process.kill()
    process.communicate()
    with desk(tmp_path / "home") as made:
        made.collections.open()
        until(lambda: bool(made.heard.changes))
        there: tuple[Collection, ...] = made.collections.collections()
        found = made.settled(there[0].id) if there else made.add(folder)
        assert (found.files, found.embedded, found.state) == (300, found.passages, "ready")
        assert made.heard.troubles == []
        assert made.names("word123")[0] == "123.txt"


@pytest.mark.logs("cannot be written")
def test_a_full_disk_is_told_and_indexing_goes_on_later(
    notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with desk(tmp_path / "home") as made:
        made.add(notes)
        chosen = made.collections.collections()[0]
        shelf = made.collections._shelf
        assert shelf is not None
        pages = shelf.index.connection.pragma("page_count")
        shelf.index.connection.pragma("max_page_count", pages)
        (notes / "large.txt").write_text("\n".join(f"row {n} of words" for n in range(20_000)))
        made.collections.rescan(chosen.id)
        until(lambda: bool(made.heard.troubles))
        assert "disk is full" in made.heard.troubles[0].error.user_message
        assert made.names("tea")[0] == "tea.md"
        shelf.index.connection.pragma("max_page_count", 1 << 30)
        made.collections.rescan(chosen.id)
        until(lambda: made.settled(chosen.id).files == 4)


def test_a_search_does_not_wait_for_slow_files(notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "FRESH_S", 0.1)
    with desk(tmp_path / "home", model_id="") as made:
        made.add(notes)
        may_go_on = threading.Event()
        read_file = reading.read_file
        monkeypatch.setattr(indexer, "read_file", lambda *args: may_go_on.wait(20) and read_file(*args))
        (notes / "slow.txt").write_text("It takes long.")
        found = made.search("tea")
        assert found.passages[0].name == "tea.md"
        assert found.notice == SearchNotice("still_reading")
        may_go_on.set()


def test_a_slow_document_delays_neither_other_files_nor_vectors(
    notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_end = threading.Event()
    read_file = reading.read_file
    monkeypatch.setattr(document_reads, "read_file", lambda *args: may_end.wait(30) and read_file(*args))
    for number in range(3):  # more than are read at once
        (notes / f"a{number}.pdf").write_bytes(b"%PDF-1.7\nnothing")
    with desk(tmp_path / "home") as made:
        chosen_id = made.collections.add("", notes)
        until(lambda: getattr(made.collections.collection(chosen_id), "embedded", 0) == 3)
        assert made.names("car repair")[0] == "garage.txt"
        waiting = made.collections.collection(chosen_id)
        assert waiting is not None
        assert (waiting.state, waiting.files) == ("indexing", 3)
        progress = [each for each in made.heard.events if isinstance(each, IndexProgress) and each.step == "read"]
        assert (progress[-1].done, progress[-1].total, Path(progress[-1].path).name) == (3, 6, "a0.pdf")
        may_end.set()
        settled = made.settled(chosen_id)
        assert (settled.files, settled.problem_count) == (3, 3)


def test_what_a_document_held_before_is_not_kept_after_what_it_holds(
    notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_end, reads = threading.Event(), list[str]()

    def read(path: Path, state: FileState, _digest: bytes) -> reading.ReadFile:
        reads.append(text := path.read_text())
        assert "modern" in text or may_end.wait(20)
        digested = FileState(state.size, state.mtime_ns, text.encode())
        return reading.ReadFile(digested, tuple(pieces_of(path.name, text)), text_bytes=len(text))

    monkeypatch.setattr(document_reads, "read_file", read)
    document = notes / "a.pdf"
    document.write_text("ancient")
    with desk(tmp_path / "home", model_id="") as made:
        chosen_id = made.collections.add("", notes)
        until(lambda: bool(reads))
        document.write_text("modern words")
        made.collections.rescan(chosen_id)
        until(lambda: len(reads) == 2)
        made.settled(chosen_id)
        may_end.set()
        until(lambda: not any(each.name == "collections-document" for each in threading.enumerate()))
        assert (made.names("modern"), made.names("ancient")) == (["a.pdf"], [])
    assert len(reads) == 2


def test_what_changes_while_its_folders_are_looked_at_is_not_missed(
    notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    has_looked, may_go_on, look_at = threading.Event(), threading.Event(), reading.look_at

    def look(folders: tuple[str, ...]) -> reading.Seen:
        seen = look_at(folders)
        has_looked.set()
        assert may_go_on.wait(20)
        return seen

    monkeypatch.setattr(indexer, "look_at", look)
    with desk(tmp_path / "home", model_id="") as made:
        chosen_id = made.collections.add("", notes)
        assert has_looked.wait(20)
        (notes / "new.txt").write_text("Pelicans fly.")
        asked_s = time.time()
        made.collections.rescan(chosen_id)
        time.sleep(0.1)  # it is asked on another thread
        may_go_on.set()
        until(lambda: getattr(made.collections.collection(chosen_id), "scanned_s", 0.0) > asked_s + 0.1)
        assert made.settled(chosen_id).files == 4
