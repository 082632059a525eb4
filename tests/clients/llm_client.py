"""The command ``llm``, told of the server in its extra-openai-models.yaml."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.clients.checks import KEY, MODEL, QUESTION, ROOT_URL, Checks

checks = Checks("llm")
ENTRY = f"""\
- model_id: desk
  model_name: {MODEL}
  api_base: {ROOT_URL}/v1
  api_key_name: desk
  supports_schema: true
  supports_tools: true
"""

PLACE = json.dumps(  # nothing in it can go on until the answer's limit cuts it
    {
        "type": "object",
        "properties": {"city": {"type": "string", "maxLength": 20}, "people": {"type": "integer", "maximum": 10**8}},
        "required": ["city", "people"],
        "additionalProperties": False,
    }
)


def main() -> None:
    """In a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LLM_USER_PATH"] = folder
        Path(folder, "extra-openai-models.yaml").write_text(ENTRY, encoding="utf-8")
        llm("keys", "set", "desk", "--value", KEY)
        with checks.step("llm -m desk (streamed)") as say:
            say(llm("-m", "desk", "-o", "max_tokens", "24", QUESTION))
        with checks.step("llm --no-stream with options and a system prompt") as say:
            options = ("-o", "temperature", "0", "-o", "seed", "1", "-o", "max_tokens", "24", "-s", "Be brief.")
            text = llm("-m", "desk", "--no-stream", *options, QUESTION)
            say(text)
            assert text
        with checks.step("llm -c (goes on with the chat)") as say:
            say(llm("-c", "-o", "max_tokens", "16", "And of Italy?"))
        with checks.step("llm --schema") as say:
            found = json.loads(llm("-m", "desk", "--schema", PLACE, "-o", "max_tokens", "100", "Paris"))
            say(found)
            assert {"city", "people"} <= set(found)
        if checks.has_tools():
            with checks.step("llm -T (tools)") as say:
                say(llm("-m", "desk", "-T", "llm_time", "-o", "max_tokens", "60", "What time is it?"))


def llm(*arguments: str) -> str:
    """What the command prints. Raises RuntimeError with what it says went wrong."""
    command = [sys.executable, "-m", "llm", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise RuntimeError(done.stderr.strip())
    return done.stdout.strip()


if __name__ == "__main__":
    main()
    checks.end()
