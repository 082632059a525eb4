"""What a prompt tells the scripted backend to do; see scripted.py."""

from __future__ import annotations

import bisect
import itertools
import re
from dataclasses import dataclass

_DIRECTIVE = re.compile(r"^\[([^\]]*)\]\s*")
_ANSWER = """You said: {prompt}

Here is some **markdown** with `code`:

```python
def fibonacci(n: int) -> int:
    # The naive form is exponential.
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)
```

1. First point
2. Second point

| Model | tok/s |
|-------|-------|
| tiny  | 92    |
| small | 25    |

And a closing paragraph, so that there is something to read while the graphs move.
"""


USUAL_TPS = 200.0


@dataclass(frozen=True, slots=True)
class Script:
    """What the scripted model does with one request."""

    text: str
    tokens: int | None = None
    tps: float = USUAL_TPS
    fail_at: int | None = None
    prefill: int | None = None
    draft: int = 0
    say: bool = False
    dialect: str = "plain"


def parse_script(prompt: str) -> Script:
    """Read the directive at the start of a prompt, if there is one."""
    match = _DIRECTIVE.match(prompt)
    text = _DIRECTIVE.sub("", prompt, count=1)
    words = match.group(1).split() if match else []
    fields = {key: value or "1" for key, _, value in (word.partition("=") for word in words)}
    return Script(
        text=text,
        tokens=int(fields["tokens"]) if "tokens" in fields else None,
        tps=float(fields.get("tps", USUAL_TPS)),
        fail_at=int(fields["fail_at"]) if "fail_at" in fields else None,
        prefill=int(fields["prefill"]) if "prefill" in fields else None,
        draft=int(fields.get("draft", 0)),
        say="say" in fields,
        dialect=fields.get("dialect", "plain"),
    )


def pieces_of(script: Script, begun: str) -> list[str]:
    """The answer, or what is left of it after its beginning."""
    text = script.text if script.say else _ANSWER.format(prompt=script.text[:200])
    pieces = re.findall(r"\s*\S+|\s+$", text)
    if script.tokens is not None:
        pieces = (pieces * (script.tokens // len(pieces) + 1))[: script.tokens]
    said = list(itertools.accumulate(map(len, pieces), initial=0))
    return pieces[bisect.bisect_left(said, len(begun)) :]
