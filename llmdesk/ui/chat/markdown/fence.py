"""A code block whose end has not come yet (no Qt)."""

from __future__ import annotations

from dataclasses import dataclass, field

from llmdesk.ui.chat.markdown.leaves import CodeLeaf


@dataclass(slots=True)
class OpenFence:
    """A top-level fence whose end has not come yet."""

    indent: int
    mark: str
    language: str
    lines: list[str] = field(default_factory=list)

    def closes(self, line: str) -> bool:
        """True for the line that ends the fence."""
        bare = line.strip(" \t")
        indented = len(line) - len(line.lstrip(" ")) > 3
        return not indented and len(bare) >= len(self.mark) and set(bare) == {self.mark[0]}

    def may_close(self, line: str) -> bool:
        """True for the first characters of a line that could become the closing fence."""
        return bool(line.strip()) and not line.strip(" " + self.mark[0])

    def add(self, line: str) -> None:
        """A line of code."""
        spaces = len(line) - len(line.lstrip(" "))
        self.lines.append(line[min(spaces, self.indent) :])

    def leaf(self, extra: str = "") -> CodeLeaf:
        """The code so far; ``extra`` is a line that is not complete yet."""
        lines = [*self.lines, extra] if extra else self.lines
        return CodeLeaf("\n".join(lines), self.language)
