"""What search in files is measured on: documentation that comes with Python and PySide6, and questions with answers.

The corpus is made of what every installation of the project has (pydoc's topics, which are the language reference and
parts of the library reference, and PySide6's own documents): nothing is fetched and nothing is copied into the project.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from pydoc_data.topics import topics

import PySide6

# Topics that repeat others word for word: with them a question would have its right passage twice.
_REPEATED = {"compound", "naming", "specialnames", "typesseq-mutable"}
QUESTIONS_FILE = Path(__file__).with_name("retrieval_questions.toml")


@dataclass(frozen=True)
class Question:
    """`phrase` stands in the passage of `file` (a path in the corpus, with "/") that answers `text`."""

    text: str
    file: str
    phrase: str

    def is_answered_by(self, file: str, passage: str) -> bool:
        """Whether a passage (its text, any white space) of that file of the corpus is the right one."""
        return file == self.file and one_line(self.phrase) in one_line(passage)


def one_line(text: str) -> str:
    """The text with single spaces, since documents break their lines anywhere."""
    return " ".join(text.split())


def labelled_questions() -> tuple[Question, ...]:
    """All questions, in the order of the file."""
    table = tomllib.loads(QUESTIONS_FILE.read_text(encoding="utf-8"))
    return tuple(Question(**question) for question in table["question"])


def write_corpus(folder: Path) -> tuple[str, ...]:
    """Writes the documents into the folder, which is made; returns their paths in it, with "/". Raises OSError."""
    documents = {f"python/{name}.txt": text for name, text in topics.items() if name not in _REPEATED}
    for source in sorted(Path(PySide6.__file__).parent.joinpath("doc").glob("*.rst")):
        documents[f"qt/{source.name}"] = source.read_text(encoding="utf-8")
    for name, text in documents.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tuple(documents)


def recall(ranks: list[int | None], limit: int) -> float:
    """The share of questions (0 to 1) whose right passage is among the first `limit` hits.

    `ranks` has a number for each question: the place of its first right hit, from 1, or None if no hit was right.
    """
    return sum(rank is not None and rank <= limit for rank in ranks) / len(ranks)
