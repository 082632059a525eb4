"""Calls of tools letter by letter, in the forms that models write them (pure).

A reader takes letters until it has its call or finds that it is none. A name is told as soon as the arguments begin,
and these as they come: what was told cannot be taken back, so nothing is told before it is certain to be a call.
"""

from __future__ import annotations

import re

from llmdesk.engine.generation.tools.calls import Calls, Progress, loaded
from llmdesk.engine.generation.tools.dialects import SECTION, SECTION_END, SECTIONS_END, SEPARATOR
from llmdesk.engine.generation.tools.json_reader import SPACES, ValueReader

_ARGUMENTS = ("arguments", "parameters")
_NAMED = re.compile(r"\s*([\w.-]+)(?:\[CALL_ID\]\w*)?(?:\[ARGS\]\s*)?\{")
# Possessive: a head is tried at each of its letters, and spaces that could be shared out would multiply that.
_SECTION_HEAD = re.compile(rf"\s*+(?:\w++{SEPARATOR}\s*+)?([\w.-]++)\s*+(?:{SEPARATOR}\s*+)?(?:```(?:json)?\s*+)?\{{")
_SECTION_HEAD_BEGUN = re.compile(rf"[\w.\-\s`{SEPARATOR}]*+")
_LONGEST_HEAD = 300
_LONGEST_TAIL = 60
_NAMED_BEGUN = re.compile(r"\s*[\w.-]*(\[[\w\[\]]*)?\s*")


class ObjectReader:
    """``{"name": ..., "arguments": {...}}``, in any order and with other keys beside them."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._step = self._brace
        self._key, self._value = ValueReader(), ValueReader()
        self._name = self._early = ""
        self._has_arguments = False
        self._has_value = self._is_streamed = False  # streamed: the value is the arguments, as an object

    def take(self, letter: str) -> Progress:
        """See Reader."""
        return self._step(letter)

    def _brace(self, letter: str) -> Progress:
        self._step = self._before_key
        return "more" if letter == "{" else "broken"

    def _before_key(self, letter: str) -> Progress:
        if letter in SPACES:
            return "more"
        self._key, self._step = ValueReader(), self._in_key
        return self._in_key(letter) if letter == '"' else "broken"

    def _in_key(self, letter: str) -> Progress:
        if self._key.take(letter)[0] == "done":
            self._step = self._colon
        return "more"

    def _colon(self, letter: str) -> Progress:
        if letter == ":":
            self._value, self._step, self._has_value = ValueReader(), self._in_value, False
        return "more" if letter in f":{SPACES}" else "broken"

    def _in_value(self, letter: str) -> Progress:
        if not self._has_value:
            if letter in SPACES:
                return "more"
            self._has_value, self._is_streamed = True, letter == "{" and self._key.text[1:-1] in _ARGUMENTS
        progress, added = self._value.take(letter)
        if progress == "broken":
            return "broken"
        if self._is_streamed and added:
            self._argue(added)
        if progress == "more":
            return "more"
        self._step = self._after_value
        if not self._take_value():
            return "broken"
        return self._after_value(letter) if progress == "before" else "more"

    def _take_value(self) -> bool:
        """A value is whole; False: this is no call."""
        key, found = self._key.text[1:-1], loaded(self._value.text)
        if key == "name":
            self._name = found if isinstance(found, str) else ""
            return self._name in self._calls.schemas and self._release()
        if key not in _ARGUMENTS or self._is_streamed:
            return True
        if isinstance(found, str) and isinstance(loaded(found), dict):  # JSON in a string
            self._argue(found)
        return found is None or isinstance(found, str)

    def _release(self) -> bool:
        if self._early:
            early, self._early, self._has_arguments = self._early, "", False
            self._argue(early)
        return True

    def _argue(self, text: str) -> None:
        if not self._name:
            self._early += text
            return
        if not self._has_arguments:
            self._has_arguments = True
            self._calls.begin(self._name)
        self._calls.add(text)

    def _after_value(self, letter: str) -> Progress:
        if letter in SPACES:
            return "more"
        if letter == ",":
            self._step = self._before_key
            return "more"
        if letter != "}" or not self._name:
            return "broken"
        if not self._has_arguments:
            self._argue("{}")
        self._calls.end()
        return "done"


class ListReader:
    """``[{...}, {...}]``"""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._reader: ObjectReader | None = None
        self._has_begun = False

    def take(self, letter: str) -> Progress:
        """See Reader."""
        if self._reader is not None:
            progress = self._reader.take(letter)
            if progress == "done":
                self._reader = None
            return "broken" if progress == "broken" else "more"
        if not self._has_begun:
            self._has_begun = True
            return "more" if letter == "[" else "broken"
        if letter == "]":
            return "done" if self._calls.ended else "broken"
        if letter == "{":
            self._reader = ObjectReader(self._calls)
            return self.take(letter)
        return "more" if letter in f",{SPACES}" else "broken"


class NamedReader:
    """``name[ARGS]{...}``, maybe with ``[CALL_ID]`` and an id before the arguments."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._head = ""
        self._value: ValueReader | None = None

    def take(self, letter: str) -> Progress:
        """See Reader."""
        if self._value is None:
            self._head += letter
            match = _NAMED.fullmatch(self._head)
            if match is None:
                return "more" if _NAMED_BEGUN.fullmatch(self._head) else "broken"
            if match[1] not in self._calls.schemas:
                return "broken"
            self._calls.begin(match[1])
            self._value = ValueReader()
        progress, added = self._value.take(letter)
        if added:
            self._calls.add(added)
        if progress == "done":
            self._calls.end()
        return progress if progress in ("more", "done") else "broken"


class SectionReader:
    """DeepSeek's calls, each in a section, up to the mark that ends them all.

    Within a section: ``name SEPARATOR {...}``, or ``function SEPARATOR name`` and the arguments in a fence.
    """

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._held = ""
        self._step = self._between
        self._value = ValueReader()

    def take(self, letter: str) -> Progress:
        """See Reader."""
        self._held += letter
        return self._step()

    def _between(self) -> Progress:
        self._held = self._held.lstrip(SPACES)
        if self._held == SECTIONS_END:
            return "done" if self._calls.ended else "broken"
        if self._held == SECTION:
            self._held, self._step = "", self._in_head
            return "more"
        is_begun = SECTION.startswith(self._held) or SECTIONS_END.startswith(self._held)
        return "more" if is_begun else "broken"

    def _in_head(self) -> Progress:
        match = _SECTION_HEAD.fullmatch(self._held)
        if match is None:
            is_begun = len(self._held) <= _LONGEST_HEAD and _SECTION_HEAD_BEGUN.fullmatch(self._held)
            return "more" if is_begun else "broken"
        if match[1] not in self._calls.schemas:
            return "broken"
        self._calls.begin(match[1])
        self._value, self._step = ValueReader(), self._in_value
        self._held = "{"
        return self._in_value()

    def _in_value(self) -> Progress:
        letter, self._held = self._held, ""
        progress, added = self._value.take(letter)
        if added:
            self._calls.add(added)
        if progress == "done":
            self._step = self._in_tail
        return "more" if progress in ("more", "done") else "broken"

    def _in_tail(self) -> Progress:
        """The end of a fence may come before that of the section."""
        if self._held.endswith(SECTION_END):
            self._calls.end()
            self._held, self._step = "", self._between
        return "more" if len(self._held) <= _LONGEST_TAIL else "broken"
