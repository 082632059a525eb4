"""How models write calls of tools, and their reasoning: a table, and which of its lines a chat template speaks (pure).

The forms are facts about the models, from their templates and from what their makers say of them:

- Hermes: NousResearch's "Hermes Function Calling"; Qwen 2.5 and 3, SmolLM3 and many others write the same.
- Qwen3-Coder: its chat template; each parameter is a tag of its own, and texts stand in it as they are.
- Llama 3: meta-llama/llama-models, models/llama3_1/prompt_format.md. A call is the whole answer.
- Mistral: mistral-common's tokenizers, v3 and v7 (a list) and v11 and later (name and arguments by themselves).
- Phi-4-mini: its model card; "functools" is what it writes without control tokens.
- Gemma: ai.google.dev/gemma/docs/capabilities/function-calling, whose models write Python or JSON in a fence.
- GLM 4.5 and later: their chat templates; each argument is a pair of tags.
- DeepSeek V3, R1 and what was distilled from it: their chat templates (JSON in a fence); V3.1: its template and model
  card (JSON by itself).
- gpt-oss: OpenAI's harmony format. An answer is a series of messages, each for a channel and maybe for a tool.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Body = Literal["json", "named", "python", "pairs", "sections"]
"""What may follow an opening: JSON (or Qwen3-Coder's tags), a name and then JSON, Python, GLM's pairs of tags, or
DeepSeek's calls."""

Form = Literal["tagged", "list", "named", "bare", "tags", "pairs", "sections", "fenced", "channels"]
"""How calls are written where their form is enforced: each in marks of its own, as one list in marks, a name and then
its arguments, as an object that is the whole answer, in Qwen3-Coder's or GLM's tags, in DeepSeek's sections (with JSON
by itself or in a fence), or as gpt-oss's messages."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What begins a call or several, and what ends them (may be missing).

    ``is_body``: it is the beginning of the call itself; ``only_first``: it counts where the answer begins with it.
    """

    text: str
    closing: str = ""
    body: Body = "json"
    is_body: bool = False
    only_first: bool = False


@dataclass(frozen=True, slots=True)
class Dialect:
    """One way to write calls.

    Attributes:
        signs: such a template has all the words of one of these groups.
        openings: those that are understood; the first one is what is written.
        middle: what stands between a name and its arguments.
        inner: further marks within calls, or around them.
    """

    name: str
    signs: tuple[tuple[str, ...], ...]
    form: Form
    openings: tuple[Opening, ...]
    arguments_key: Literal["arguments", "parameters"] = "arguments"
    middle: str = ""
    inner: tuple[str, ...] = ()

    @property
    def words(self) -> frozenset[str]:
        """All marks, some of which are control tokens."""
        marks = (mark for opening in self.openings for mark in (opening.text, opening.closing))
        return frozenset({*marks, *self.inner, self.middle, "[CALL_ID]"} - {""})


_TAG = Opening("<tool_call>", "</tool_call>")
_BARE = Opening("{", is_body=True, only_first=True)

PLAIN = Dialect(
    "plain",
    (),
    "tagged",
    (
        _TAG,
        Opening("```tool_code\n", "```", "python"),
        Opening("```tool_call\n", "```"),
        Opening("```json\n", "```"),
        _BARE,
    ),
)
"""Of models whose template knows no tools: they are told Hermes' form, and many write one that they know better."""


def _deepseek(name: str) -> str:
    """One of DeepSeek's control tokens."""
    bar, gap = "\N{FULLWIDTH VERTICAL LINE}", "\N{LOWER ONE EIGHTH BLOCK}"
    return f"<{bar}{name.replace(' ', gap)}{bar}>"


SECTIONS_END = _deepseek("tool calls end")
SECTION, SECTION_END, SEPARATOR = (_deepseek(f"tool {name}") for name in ("call begin", "call end", "sep"))
_SECTIONS = Opening(_deepseek("tool calls begin"), SECTIONS_END, "sections")
_IN_SECTIONS = (_SECTIONS, Opening(SECTION, "", "sections", is_body=True), _TAG)
START, CHANNEL, MESSAGE, MESSAGE_END = "<|start|>", "<|channel|>", "<|message|>", "<|end|>"
CONSTRAIN, CALL_END, RETURN = "<|constrain|>", "<|call|>", "<|return|>"

DIALECTS = (
    Dialect("harmony", ((CHANNEL, MESSAGE),), "channels", (Opening(f"{CHANNEL}commentary to=functions.", CALL_END),),
            inner=(START, CHANNEL, MESSAGE, MESSAGE_END, CONSTRAIN, RETURN)),
    Dialect("glm", (("<arg_key>",),), "pairs", (Opening("<tool_call>", "</tool_call>", "pairs"),),
            inner=("<arg_key>", "</arg_key>", "<arg_value>", "</arg_value>")),
    Dialect("deepseek", ((_SECTIONS.text, "```json"),), "fenced", _IN_SECTIONS, middle=SEPARATOR,
            inner=(SECTION, SECTION_END)),
    Dialect("deepseek-3.1", ((_SECTIONS.text,),), "sections", _IN_SECTIONS, middle=SEPARATOR,
            inner=(SECTION, SECTION_END)),
    Dialect("qwen3-coder", (("<function=",),), "tags", (_TAG, Opening("<function=", "</tool_call>", is_body=True))),
    Dialect("mistral-named", (("[TOOL_CALLS]", "[ARGS]"),), "named", (Opening("[TOOL_CALLS]", "", "named"),),
            middle="[ARGS]"),
    Dialect("mistral", (("[TOOL_CALLS]",),), "list", (Opening("[TOOL_CALLS]", "", "named"),)),
    Dialect("phi", (("<|tool_call|>",), ("<|tool|>", "<|/tool|>")), "list",
            (Opening("<|tool_call|>", "<|/tool_call|>"), Opening("functools"))),
    Dialect("hermes", (("<tool_call>",),), "tagged", (_TAG,)),
    Dialect("llama", (("<|python_tag|>",), ('"parameters"', "ipython")), "bare",
            (_BARE, Opening("<|python_tag|>")), "parameters"),
    PLAIN,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReasoningMarks:
    """What is between them is the model's reasoning.

    Attributes:
        plain: what an answer without reasoning begins with, where that has a mark, too.
        gaps: the ends of line around the reasoning, and before the text.
    """

    opening: str
    closing: str
    plain: str = ""
    gaps: tuple[str, str] = ("\n", "\n\n")

    def is_open_in(self, text: str, begun: str = "") -> bool:
        """The answer to this prompt begins, or goes on after ``begun``, within the reasoning."""
        if self.opening in begun or self.closing in begun:
            return begun.rfind(self.opening) > begun.rfind(self.closing)
        return text.rstrip().endswith(self.opening)

    def written(self, reasoning: str, text: str, *, is_open: bool) -> str:
        """An answer, or its beginning, as the model writes it. Without text it is still reasoning.

        ``is_open``: the prompt before it has the opening mark already.
        """
        around, before = self.gaps
        if not reasoning and (not is_open or self.closing in text):
            return f"{self.plain}{text}" if text else ""
        opening = "" if is_open else f"{self.opening}{around}"
        return f"{opening}{reasoning}{around}{self.closing}{before}{text}" if text else f"{opening}{reasoning}"

    def is_closed_in(self, text: str) -> bool:
        """The prompt says that there is no reasoning."""
        return text.rstrip().endswith(self.closing)


_HARMONY_START = f"{START}assistant"
_HARMONY_FINAL = f"{CHANNEL}final{MESSAGE}"
_REASONING = (
    ReasoningMarks("<think>", "</think>"),
    ReasoningMarks("[THINK]", "[/THINK]"),
    ReasoningMarks("<|channel>thought", "<channel|>", gaps=("\n", "")),  # Gemma 4
    ReasoningMarks(  # gpt-oss: the answer is a message of its own
        f"{CHANNEL}analysis{MESSAGE}", f"{MESSAGE_END}{_HARMONY_START}{_HARMONY_FINAL}", _HARMONY_FINAL, ("", "")
    ),
)
_CUT_OFF = re.compile(r"""\.split\(\s*['"]((?:<\|?/|\[/)(?!tool|function)[A-Za-z_]+(?:\|?>|\]))['"]""", re.IGNORECASE)
"""Where a template cuts the reasoning off earlier answers: a closing mark."""

THINKING_NAMES = ("enable_thinking", "thinking")
"""What templates call the switch of reasoning."""


def thinking_values(is_on: bool) -> tuple[tuple[str, bool], ...]:
    """What a template is given to have the model reason, or not."""
    return tuple((name, is_on) for name in THINKING_NAMES)


def dialect_of(template: str) -> Dialect:
    """The way that a chat template writes calls; PLAIN if it knows of none."""
    return next(
        (d for d in DIALECTS if any(all(word in template for word in signs) for signs in d.signs)),
        PLAIN,
    )


def reasoning_of(template: str, added_words: Collection[str]) -> ReasoningMarks | None:
    """The marks around the reasoning of a model, by its template or its added tokens; None: it does not reason."""
    if (cut := _CUT_OFF.search(template)) is not None:
        return ReasoningMarks(cut[1].replace("/", "", 1), cut[1])
    return next((m for m in _REASONING if m.opening in template or {m.opening, m.closing} <= set(added_words)), None)


def written(dialect: Dialect, calls: Sequence[tuple[str, Any]]) -> str:
    """Calls (name, arguments) as text, for templates that leave them out."""
    objects = [json.dumps({"name": name, "arguments": values}, ensure_ascii=False) for name, values in calls]
    opening = dialect.openings[0]
    if dialect.form in ("sections", "fenced"):
        texts = (_section(dialect, name, json.dumps(values, ensure_ascii=False)) for name, values in calls)
        return f"{opening.text}{section_gap(dialect).join(texts)}{opening.closing}"
    if dialect.form == "list":
        return f"{opening.text}[{', '.join(objects)}]{opening.closing}"
    return "\n".join(f"{_TAG.text}\n{text}\n{_TAG.closing}" for text in objects)


def section_parts(dialect: Dialect, name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What stands before and after the arguments of one of DeepSeek's calls, in words and marks."""
    if dialect.form == "fenced":
        return (SECTION, "function", SEPARATOR, f"{name}\n```json\n"), ("\n```", SECTION_END)
    return (SECTION, name, SEPARATOR), (SECTION_END,)


def _section(dialect: Dialect, name: str, arguments: str) -> str:
    before, after = section_parts(dialect, name)
    return "".join((*before, arguments, *after))


def section_gap(dialect: Dialect) -> str:
    """What stands between two of DeepSeek's calls."""
    return "\n" if dialect.form == "fenced" else ""
