"""lm-eval's local-chat-completions, on a task of four questions that lies beside this script."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.clients.checks import KEY, MODEL, ROOT_URL, Checks

checks = Checks("lm-eval")
TASK = Path(__file__).with_name("lm_eval_task")


def main() -> None:
    """One run, two questions at a time."""
    with checks.step("local-chat-completions") as say, tempfile.TemporaryDirectory() as folder:
        arguments = f"model={MODEL},base_url={ROOT_URL}/v1/chat/completions,num_concurrent=2,max_retries=1"
        command = [
            sys.executable, "-m", "lm_eval", "run", "--model", "local-chat-completions", "--model_args", arguments,
            "--include_path", str(TASK), "--tasks", "llmdesk_capitals", "--apply_chat_template",
            "--output_path", folder, "--seed", "1",
        ]  # fmt: skip
        environment = {**os.environ, "OPENAI_API_KEY": KEY, "HF_HUB_OFFLINE": "1", "HF_DATASETS_CACHE": folder}
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, env=environment)
        if done.returncode:
            raise RuntimeError(done.stderr[-2000:])
        results = json.loads(next(Path(folder).rglob("results_*.json")).read_text(encoding="utf-8"))
        found = results["results"]["llmdesk_capitals"]
        say(found)
        assert found["contains,none"] >= 0.25


if __name__ == "__main__":
    main()
    checks.end()
