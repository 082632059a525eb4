"""How one model speaks of tools and reasoning: what its tokenizer and its template say of that (engine thread)."""

from __future__ import annotations

from typing import Any

from llmdesk.datatypes.chat import GenerationRequest
from llmdesk.engine.generation.chat_template import EncodedChat
from llmdesk.engine.generation.constraint import Constraint, Constraints, json_grammar, lark_grammar
from llmdesk.engine.generation.tools.answer_parts import AnswerParts
from llmdesk.engine.generation.tools.dialects import ReasoningMarks, dialect_of, reasoning_of
from llmdesk.engine.generation.tools.grammar import calls_grammar
from llmdesk.engine.generation.tools.harmony import answer_parts


class Speech:
    """Made once per model.

    Attributes:
        dialect: how it writes calls.
        reasoning: the marks around its reasoning, or None.
    """

    def __init__(self, tokenizer: Any) -> None:
        template = tokenizer.chat_template if isinstance(tokenizer.chat_template, str) else ""
        added = tokenizer.added_tokens_decoder
        self.dialect = dialect_of(template)
        self.reasoning = reasoning_of(template, [token.content for token in added.values()])
        self._special = {token.content: index for index, token in added.items() if token.special}
        words = self.dialect.words
        if self.reasoning is not None:
            marks = self.reasoning.opening + self.reasoning.closing  # each maybe of several control tokens
            words |= {word for word in self._special if word and word in marks}
        self._marks = {index: word for word, index in self._special.items() if word in words}

    def marks(self, request: GenerationRequest) -> dict[int, str]:
        """The control tokens that are read as words in the answer to this request."""
        return self._marks if request.has_parts else {}

    def parts(self, request: GenerationRequest, chat: EncodedChat) -> AnswerParts:
        """What reads the answer to a prompt, or the rest of one that has begun."""
        if not request.has_parts:
            return AnswerParts()
        marks, goes_on = self._reasoning_in(request), bool(chat.begun)
        is_reasoning = marks is not None and chat.is_reasoning
        return answer_parts(
            self.dialect, request.tools, None if goes_on and not is_reasoning else marks, is_reasoning, goes_on
        )

    def constraint(self, constraints: Constraints, request: GenerationRequest, prompt: str) -> Constraint | None:
        """What the answer is held to, if it is. Raises PromptError: it cannot be."""
        schema, use = request.sampling.json_schema, request.tools
        if not use.tools or not (use.is_enforced or schema):
            return constraints.make(json_grammar(schema)) if schema else None
        marks = self._reasoning_in(request)
        if marks is not None and marks.is_closed_in(prompt):
            marks = None
        reasoning = (marks, marks.is_open_in(prompt)) if marks is not None else None
        return constraints.make(lark_grammar(calls_grammar(use, self.dialect, self._special.get, reasoning, schema)))

    def _reasoning_in(self, request: GenerationRequest) -> ReasoningMarks | None:
        """None where the answer must be JSON from its first letter on."""
        is_json_alone = request.sampling.json_schema and not request.tools.tools
        return None if is_json_alone else self.reasoning
