"""The program of the child process that renders a model's chat template; see template_process.py.

A template is somebody else's program. Jinja's sandbox keeps it from the machine, but not from running for ever or
filling the memory, and most of that happens inside single operations that nothing can interrupt. A process can be.

Talks in lines of JSON: ``{"template", "values", "limit_s", "limit_chars"}`` comes in, ``{"text"}`` or ``{"error",
"kind"}`` goes out; without a template it only says that it is there. It is run by its file's name, so it imports
nothing of llmdesk.
"""

from __future__ import annotations

import json
import signal
import sys
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from typing import Any

import jinja2
import jinja2.ext
import jinja2.nodes
import jinja2.parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

_MEMORY_BYTES = 512 << 20
_GRACE_S = 30


class _Refusal(jinja2.TemplateError):
    """The template itself refuses the chat."""


class _Generation(jinja2.ext.Extension):
    """``{% generation %}`` marks answers for training; here it is what is in it."""

    tags = {"generation"}  # noqa: RUF012  (jinja's own name and form)

    def parse(self, parser: jinja2.parser.Parser) -> list[jinja2.nodes.Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


def _refuse(message: str) -> None:
    raise _Refusal(message)


def _to_json(
    value: Any, ensure_ascii: bool = False, indent: Any = None, separators: Any = None, sort_keys: bool = False
) -> str:
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


@lru_cache(maxsize=4)
def _compiled(template: str) -> jinja2.Template:
    """As transformers compiles templates (transformers/utils/chat_template_utils.py)."""
    extensions: list[Any] = [_Generation, jinja2.ext.loopcontrols]
    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=extensions)
    environment.filters["tojson"] = _to_json
    environment.globals["raise_exception"] = _refuse
    environment.globals["strftime_now"] = lambda form: datetime.now().strftime(form)
    return environment.from_string(template)


def _answer(request: dict[str, Any]) -> dict[str, str]:
    if "template" not in request:
        return {"text": ""}
    try:
        compiled = _compiled(request["template"])
        if request["values"] is None:  # only to be looked at
            return {"text": ""}
        text = compiled.render(request["values"])
    except _Refusal as error:
        return {"error": str(error.message or ""), "kind": "refusal"}
    except MemoryError:
        return {"error": "it takes too much memory", "kind": "limit"}
    except RecursionError:
        return {"error": "it calls itself too often", "kind": "limit"}
    except jinja2.TemplateSyntaxError as error:
        return {"error": f"line {error.lineno}: {error.message}", "kind": "damaged"}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"[:300], "kind": "damaged"}
    if len(text) > request["limit_chars"]:
        return {"error": "it writes too much text", "kind": "limit"}
    return {"text": text}


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # not on Windows; time is limited there too
        return
    for limit, most in ((resource.RLIMIT_AS, _MEMORY_BYTES), (resource.RLIMIT_CORE, 0)):
        with suppress(ValueError, OSError):  # macOS refuses the first one; time is limited there too
            resource.setrlimit(limit, (most, most))


def main() -> None:
    """Answer requests until the other end is closed."""
    _limit_memory()
    for line in sys.stdin.buffer:
        request = json.loads(line)
        if hasattr(signal, "setitimer"):  # should nobody be there any more to end this
            signal.setitimer(signal.ITIMER_REAL, request["limit_s"] + _GRACE_S)
        answer = json.dumps(_answer(request)).encode() + b"\n"
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, 0)
        sys.stdout.buffer.write(answer)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the program that asks
    main()
