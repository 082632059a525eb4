"""Templates that would run for ever, fill the memory or fail: each is said, and soon."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from llmdesk.errors import ModelDamaged, PromptError

pytest.importorskip("transformers")
pytestmark = pytest.mark.model


@pytest.fixture
def shared_workers() -> None:
    """None here: each template has a process of its own, which ends with it."""


VALUES: dict[str, Any] = {"messages": [{"role": "user", "content": "hi"}], "add_generation_prompt": True, "tools": None}

ENDLESS = [
    "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
    "{{ 9**(9**9) }}",
    "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(60) }}",
    "{% set ns = namespace(x=[1]) %}{% for i in range(26) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x|tojson }}",
]
HUGE = [
    "{{ 'x' * 10**9 }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ 'x'|center(10**9) }}",
    "{{ '{:>1000000000}'.format(1) }}",
    "{% set ns = namespace(x='x') %}{% for i in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}{{ ns.x }}",
    "{{ 'x' * 20000000 }}",
]
WRONG = ["{% for %}", "{{ messages[5].content.x }}", "{{ 1 / 0 }}", "{{ 'a' + 1 }}", "{% include 'x' %}"]


def process(template: str, limit_s: float = 2.0) -> Any:
    from llmdesk.engine.generation.template_process import TemplateProcess

    return TemplateProcess(template, limit_s)


@pytest.mark.parametrize(
    ("template", "limit_s"), [*((each, 0.5) for each in ENDLESS), *((each, 2.0) for each in [*HUGE, *WRONG])]
)
def test_what_cannot_be_rendered_is_said_soon(template: str, limit_s: float) -> None:
    """Endless ones by the limit, which is computed to its end; the others long before."""
    made = process(template, limit_s)
    started_s = time.monotonic()
    with pytest.raises(ModelDamaged, match="chat template"):
        made.render(VALUES)
    assert time.monotonic() - started_s < 20  # 2 s, a start, and a busy machine
    made.close()


def test_the_next_chat_is_rendered_after_one_that_was_ended() -> None:
    made = process(
        "{% if messages|length > 1 %}{{ 9**(9**(7 + messages|length)) }}{% endif %}{{ messages[0].content }}", 2.0
    )
    assert made.render(VALUES) == "hi"
    with pytest.raises(ModelDamaged, match="longer than 2 seconds"):
        made.render(VALUES | {"messages": VALUES["messages"] * 2})
    assert made.render(VALUES) == "hi"
    made.close()


def test_a_render_is_cancelled() -> None:
    from llmdesk.engine.generation.template_process import RenderCancelled

    made, cancelled = process("{{ 9**(9**9) }}", 100.0), threading.Event()
    threading.Timer(0.5, cancelled.set).start()
    started_s = time.monotonic()
    with pytest.raises(RenderCancelled):
        made.render(VALUES, cancelled.is_set)
    assert time.monotonic() - started_s < 20
    made.close()


def test_mistakes_show_without_a_chat() -> None:
    with pytest.raises(ModelDamaged, match="line 2"):
        process("x\n{% for %}").check()
    process("{{ raise_exception('no') }}").check()


def test_a_refusal_is_no_damage() -> None:
    with pytest.raises(PromptError, match="only two turns"):
        process("{{ raise_exception('only two turns') }}").render(VALUES)


@pytest.mark.parametrize(
    "template",
    [
        "{% for m in messages %}\n  {{ m.content | upper }}\n{% endfor %}{% if tools is none %}none{% endif %}",
        "{%- for m in messages -%}{% generation %}{{ m['content'] }}{% endgeneration %}{% break %}{%- endfor -%}",
        "{{ messages | tojson(indent=2) }}{{ strftime_now('%Y') }}{{ namespace(a=1).a }}{{ bos_token }}",
    ],
)
def test_the_text_is_that_of_transformers(template: str) -> None:
    from transformers.utils.chat_template_utils import render_jinja_template

    values = VALUES | {"bos_token": "<s>", "messages": [{"role": "user", "content": "é\U0001f600<b>"}]}
    rest = {key: value for key, value in values.items() if key not in ("messages", "tools")}
    rendered, _ = render_jinja_template([values["messages"]], chat_template=template, **rest)
    assert process(template).render(values) == rendered[0]


def test_a_process_that_began_ahead_is_used_once_and_else_ended() -> None:
    from llmdesk.engine.generation import template_process

    with template_process.started_ahead():
        (ahead,) = template_process._ahead
        first, second = process("a"), process("b")
        assert (first.render(VALUES), second.render(VALUES)) == ("a", "b")
        assert first._process is ahead
        assert second._process is not ahead
    assert ahead.poll() is None
    with template_process.started_ahead():
        (unused,) = template_process._ahead
    assert unused.poll() is not None
    for each in (first, second):
        each.close()
