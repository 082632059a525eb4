"""Answers that must be JSON of a schema, or call tools: which tokens may come next, by llguidance (no torch)."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import numpy.typing as npt

from llmdesk.datatypes.tools import ToolUse
from llmdesk.engine.generation.tools.grammar import JSON_FORM, calls_grammar
from llmdesk.errors import ModelDamaged, PromptError
from llmdesk.words import say

_LONGEST_REASON = 300


def check_schema(schema: str) -> None:
    """Raises PromptError: this JSON Schema cannot be enforced. Takes up to a second for a malicious one; any thread."""
    _check(json_grammar(schema))


def check_tools(use: ToolUse) -> None:
    """The same for calls of these tools."""
    _check(lark_grammar(calls_grammar(use)))


def _check(grammar: str) -> None:
    from llguidance import LLMatcher

    is_wrong, problems = LLMatcher.validate_grammar_with_warnings(grammar, None, limits=_limits())
    if is_wrong:
        raise _refusal(problems[0])


class Constraints:
    """Makes constraints for one model (engine thread). What they need of its tokenizer is made for the first one."""

    def __init__(self, tokenizer: Any, stop_ids: frozenset[int]) -> None:
        self._tokenizer, self._stop_ids = tokenizer, stop_ids
        self._tokens: Any = None

    def make(self, grammar: str) -> Constraint:
        """For one answer, by ``json_grammar`` or ``lark_grammar``. Raises PromptError: it cannot be enforced."""
        from llguidance import LLMatcher, LLTokenizer

        if self._tokens is None:
            stops = sorted(self._stop_ids)
            try:
                self._tokens = LLTokenizer(self._tokenizer.backend_tokenizer.to_str(), eos_token=stops)
            except Exception as error:
                raise ModelDamaged(
                    say("The tokenizer of this model cannot be used for JSON."), "", detail=str(error)
                ) from error
        return Constraint(LLMatcher(self._tokens, grammar, log_level=0, limits=_limits()))


class Constraint:
    """The state of one answer (engine thread)."""

    def __init__(self, matcher: Any) -> None:
        self._matcher = matcher
        self._check()

    def allowed(self, vocabulary: int) -> npt.NDArray[np.bool_]:
        """Which of so many tokens may come next; the end of the answer only where it is complete."""
        bits = np.frombuffer(self._matcher.compute_bitmask(), dtype=np.uint8)
        self._check()
        found = np.unpackbits(bits, count=min(vocabulary, 8 * len(bits)), bitorder="little").astype(np.bool_)
        return np.pad(found, (0, vocabulary - len(found)))

    def take(self, token: int) -> None:
        """This one came."""
        self._matcher.consume_token(token)
        self._check()

    def _check(self) -> None:
        if self._matcher.is_error():
            raise _refusal(self._matcher.get_error())


def json_grammar(schema: str) -> str:
    """For JSON of a schema. Raises PromptError: it cannot be enforced."""
    from llguidance import LLMatcher

    form: Any = JSON_FORM
    try:
        return str(LLMatcher.grammar_from_json_schema(schema, overrides=form))
    except ValueError as error:
        raise _refusal(str(error)) from error


def lark_grammar(text: str) -> str:
    """For a text that a grammar tells. Raises PromptError: it cannot be enforced."""
    from llguidance import LLMatcher

    try:
        return str(LLMatcher.grammar_from_lark(text))
    except ValueError as error:
        raise _refusal(str(error)) from error


def _limits() -> Any:
    from llguidance import LLParserLimits

    return LLParserLimits(verbose_errors=False)


def _refusal(reason: str) -> PromptError:
    shown = " ".join(reason.split())[:_LONGEST_REASON].rstrip(".")
    return PromptError(
        say("This JSON Schema cannot be enforced: {reason}.", reason=shown), say("Take a simpler schema.")
    )


ANY_OBJECT = json.dumps({"type": "object"})
"""The schema of what is JSON and no more is said about it."""
