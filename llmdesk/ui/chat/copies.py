"""A message in the forms in which people want it elsewhere (no Qt)."""

from __future__ import annotations

from llmdesk.ui.chat.markdown.export import plain_text
from llmdesk.ui.chat.markdown.leaves import CodeLeaf, Leaf


def words_of(markdown: str) -> str:
    """The words without their marks; lists, code and tables keep their lines."""
    return plain_text(_leaves(markdown))


def code_of(markdown: str) -> str:
    """The code blocks alone, a blank line between two; empty if there is none."""
    return "\n\n".join(leaf.text.rstrip("\n") for leaf in _leaves(markdown) if isinstance(leaf, CodeLeaf))


def quoted(text: str) -> str:
    """Each line behind a ">", as mail and Markdown quote."""
    return "\n".join(f"> {line}".rstrip() for line in text.strip("\n").split("\n"))


def with_reasoning(reasoning: str, text: str) -> str:
    """An answer with what was thought before it, as a quotation."""
    return "\n\n".join(filter(None, (quoted(reasoning.strip()) if reasoning.strip() else "", text)))


def _leaves(markdown: str) -> list[Leaf]:
    from llmdesk.ui.chat.markdown.stream import MarkdownStream  # an empty window is painted without it

    stream = MarkdownStream()
    stream.feed(markdown)
    return stream.finish().final
