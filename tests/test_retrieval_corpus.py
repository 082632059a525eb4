"""The labelled set that search in files is measured on."""

from pathlib import Path

from benchmarks.retrieval_corpus import labelled_questions, one_line, recall, write_corpus


def test_each_question_has_its_answer_in_one_file_of_the_corpus(tmp_path: Path) -> None:
    names = write_corpus(tmp_path)
    texts = {name: one_line((tmp_path / name).read_text(encoding="utf-8")) for name in names}
    questions = labelled_questions()
    assert len({question.text for question in questions}) == len(questions) >= 40
    for question in questions:
        assert [name for name, text in texts.items() if one_line(question.phrase) in text] == [question.file], question


def test_a_passage_is_right_if_it_has_the_phrase_and_is_of_the_file() -> None:
    question = labelled_questions()[0]
    passage = "and " + question.phrase.replace(" ", "\n   ")
    assert question.is_answered_by(question.file, passage)
    assert not question.is_answered_by("python/else.txt", passage)
    assert not question.is_answered_by(question.file, passage[:-1])


def test_recall_counts_the_questions_answered_within_the_limit() -> None:
    assert recall([1, 3, None, 6], 1) == 0.25
    assert recall([1, 3, None, 6], 5) == 0.5
