"""Pictures in a message's text, and what is told instead of them."""

from __future__ import annotations

from llmdesk.datatypes.pictures import Picture, told_by_name, with_words_for


def told(name: str) -> str:
    return f'[The image "{name}" is attached, but only its name is known to you.]'


def test_words_stand_where_the_pictures_do() -> None:
    places = [Picture("", at) for at in (0, 2, 2, 99)]
    assert with_words_for("abcd", places, ["1", "2", "3", "4"]) == "1ab23cd4"
    assert with_words_for("", [], []) == ""


def test_names_are_told_in_paragraphs_of_their_own() -> None:
    picture = Picture("", name='a\n"b".png')
    assert told_by_name("What?\n", (picture,)) == told("a 'b'.png") + "\n\nWhat?\n"
    assert told_by_name("", (Picture("", name="a"), Picture("", name="b"))) == f"{told('a')}\n\n{told('b')}"
    assert told_by_name("One two", (Picture("", 3, "a"),)) == f"One\n\n{told('a')}\n\n two"
    assert told_by_name("As it is", ()) == "As it is"
