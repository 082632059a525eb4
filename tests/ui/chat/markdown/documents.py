"""Markdown documents by chance: everything that can be nested in anything, well formed and not."""

from __future__ import annotations

import random
from collections.abc import Callable

MAX_CHARS = 700
WORDS = (
    "word",
    "**bold**",
    "*slanted words*",
    "`code`",
    "**half",
    "a_b_c",
    "[link][r]",
    "[^1]",
    "[^note]",
    "[r]",
    "https://example.org/a_(b)",
    "<br>",
    "**「重要」**です",
    "שלום",
    "|",
    "1.",
    "-",
    "#",
    "\\*",
    "&amp;",
    "two  spaces",
    "a\tb",
)
ODD_LINES = (
    "",
    "",
    "   ",
    ">",
    "> lazy",
    "-",
    "1.",
    "===",
    "---",
    "- - -",
    "```",
    "~~~~",
    "  ````",
    "    indented",
    "\tindented",
    "|---|---|",
    "| a | b |",
    "a | b",
    "[r]: http://example.org/r",
    "[r]: /url 'title",
    "'title'",
    "[late]:",
    "[^1]: note",
    "    more of the note",
    "<div>",
    "</div>",
    "# head",
    "2) two",
    "10. ten",
    "* star",
    "+ plus",
    "      deep",
    ">> quotes",
    "> - in quote",
    ">     code",
    "\\",
)


class Writer:
    """Writes documents from a seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def document(self) -> str:
        """Some blocks, perhaps with a few lines that nobody expects, and with the line ends of Windows."""
        lines: list[str] = []
        for _ in range(self.chance.randint(1, 7)):
            lines += self.block(0)
            if self.chance.random() < 0.8:
                lines.append("")
        for _ in range(self.chance.choice((0, 0, 1, 4))):
            lines.insert(self.chance.randint(0, len(lines)), self.chance.choice(ODD_LINES))
        if self.chance.random() < 0.15:
            self.chance.shuffle(lines)
        while sum(map(len, lines)) > MAX_CHARS:
            del lines[self.chance.randint(0, len(lines) - 1)]
        return self.chance.choice(("\n", "\n", "\n", "\r\n")).join(lines) + self.chance.choice(("", "\n"))

    def block(self, depth: int) -> list[str]:
        """Lines of one block."""
        leaves: list[Callable[[], list[str]]] = [
            self.paragraph,
            self.paragraph,
            self.fence,
            self.table,
            self.setext,
            self.indented,
            lambda: [f"{'#' * self.chance.randint(1, 6)} {self.words(3)}"],
            lambda: [self.chance.choice(ODD_LINES)],
            lambda: [f"[{self.chance.choice(('r', 'link', 'late'))}]: http://example.org/{self.chance.randint(1, 9)}"],
        ]
        boxes = [self.items, self.items, self.quote, self.note]
        if depth < 4 and self.chance.random() < 0.45:
            return self.chance.choice(boxes)(depth)
        return self.chance.choice(leaves)()

    def words(self, most: int) -> str:
        """Some words."""
        return " ".join(self.chance.choice(WORDS) for _ in range(self.chance.randint(1, most)))

    def paragraph(self) -> list[str]:
        """Short or long, a line or several."""
        return [self.words(8) for _ in range(self.chance.choice((1, 1, 2, 3, 12)))]

    def setext(self) -> list[str]:
        """A heading with a line under it."""
        return [*self.paragraph(), self.chance.choice(("===", "---", "-", "="))]

    def fence(self) -> list[str]:
        """Code, perhaps without an end, and with what only looks like one."""
        mark = self.chance.choice(("```", "```", "~~~", "````", "~~~~~"))
        code = [self.chance.choice(("x = 1", "    y", "", "```", "~~~", "- no item", "\ttab", "> q")) for _ in range(9)]
        indent = self.chance.choice(("", "", "", " ", "  "))
        end = [] if self.chance.random() < 0.1 else [mark + self.chance.choice(("", "", "`"[: mark[0] == "`"]))]
        return [
            f"{indent}{mark}{self.chance.choice(('', 'python', ' py x'))}",
            *code[: self.chance.randint(0, 9)],
            *end,
        ]

    def indented(self) -> list[str]:
        """Code by its indent."""
        return [self.chance.choice(("    a", "\tb", "      c", "", "     d")) for _ in range(self.chance.randint(1, 8))]

    def table(self) -> list[str]:
        """Of two or three columns."""
        columns = self.chance.randint(1, 3)
        rows = ["|".join(["", *(self.chance.choice(WORDS) for _ in range(columns)), ""]) for _ in range(9)]
        return [rows[0], "|" + "---|" * columns, *rows[1 : self.chance.randint(1, 9)]]

    def inside(self, depth: int) -> list[str]:
        """Blocks in a container, close together or not."""
        lines: list[str] = []
        for i in range(self.chance.randint(1, 3)):
            lines += [""] if i and self.chance.random() < 0.6 else []
            lines += self.block(depth + 1)
        return lines

    def items(self, depth: int) -> list[str]:
        """A list, with numbers or without, sometimes with lines that are not indented as they should be."""
        number = self.chance.choice((None, None, 1, 3, 98))
        mark = self.chance.choice("-+*") if number is None else self.chance.choice(".)")
        gap = self.chance.choice((" ", " ", " ", "  ", "    ", "\t"))
        lines: list[str] = []
        for i in range(self.chance.randint(1, 4)):
            first = f"{self.chance.choice(('', '', ' '))}{mark if number is None else f'{number + i}{mark}'}{gap}"
            task = self.chance.choice(("", "", "[ ] ", "[x] "))
            head, *rest = self.inside(depth)
            pad = " " * len(first.expandtabs(4))
            lines.append(first + task + head)
            lines += [line if self.chance.random() < 0.04 else (pad + line if line else "") for line in rest]
            lines += [""] if self.chance.random() < 0.3 else []
        return lines

    def quote(self, depth: int) -> list[str]:
        """A quote, sometimes with lazy lines."""
        mark = self.chance.choice(("> ", "> ", ">", ">\t"))
        return [line if line and self.chance.random() < 0.06 else mark + line for line in self.inside(depth)]

    def note(self, depth: int) -> list[str]:
        """A footnote."""
        head, *rest = self.inside(depth)
        label = self.chance.choice(("1", "note"))
        return [f"[^{label}]: {head}", *("    " + line if line else "" for line in rest)]
