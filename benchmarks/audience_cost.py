"""What an audience costs the running model: tokens per second with phones watching and without, in turn.

    python benchmarks/audience_cost.py [--phones 30] [--rounds 10] [--seconds 5] [--model ID]

A real model answers the same question in the real window without a screen; in every other round the window is shown
to the audience, and so many clients of another process read the server's stage as phones do. The loss is the median
of the rounds' pairs; what the server's thread computed per second stands beside it, for that does not depend on what
else runs. The clients run on the same machine, with the lowest priority: what they take counts against us. Bar: 1 % of
tokens per second. Nothing else should run on the machine meanwhile.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from llmdesk.ui.shell.desktop import Desktop

BAR_PERCENT = 1.0
QUESTION = "Count from one to one thousand in words."
SERVER_THREAD = "api-server"


async def _watch(host: str, port: int) -> None:
    """One phone: it reads whatever comes."""
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(f"GET /stage HTTP/1.1\r\nHost: {host}:{port}\r\nAccept: text/event-stream\r\n\r\n".encode())
    while await reader.read(1 << 16):
        pass
    writer.close()


async def _watch_all(url: str, phones: int) -> None:
    parts = urlsplit(url)
    await asyncio.gather(*(_watch(parts.hostname or "127.0.0.1", parts.port or 80) for _ in range(phones)))


@contextlib.contextmanager
def audience(desktop: Desktop, url: str, phones: int) -> Iterator[None]:
    """So many of them, in a process of their own, and the window shown to them."""
    action = desktop.window.action_table["audience"]
    action.trigger()
    client = subprocess.Popen(["nice", "-n", "19", sys.executable, __file__, "--watch", url, "--phones", str(phones)])
    try:
        yield
    finally:
        client.kill()
        client.wait()
        action.trigger()


def one_answer(desktop: Desktop, seconds: float) -> tuple[float, float]:
    """Tokens per second of an answer that is stopped after so long, and ms/s that the server's thread computed."""
    from monitor_cost import wait_s, wait_until

    from llmdesk.services.cpu_times import CpuMeter

    desktop.chat.new_chat()
    desktop.chat.submit(QUESTION)
    wait_until(lambda: bool(desktop.chat.conversation.turns[-1].answer.text))
    meter = CpuMeter()
    meter.start()
    wait_s(seconds)
    meter.stop()
    desktop.chat.stop()
    wait_until(lambda: not desktop.chat.is_generating)
    stats = desktop.chat.conversation.turns[-1].answer.stats
    if stats is None or not stats.decode_tps:
        sys.exit("audience_cost: the model did not answer")
    return stats.decode_tps, meter.ms_per_s().get(SERVER_THREAD, 0.0)


def measure(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """All rounds."""
    from monitor_cost import wait_s, wait_until

    from llmdesk.app import build_desktop, end_desktop
    from llmdesk.services.settings.settings import Settings
    from llmdesk.ui.shell.window_state import WindowState

    settings = Settings(folder / "settings.toml")
    desktop = build_desktop(options.model, WindowState(folder / "window.ini"), settings=settings, keeps_chats=False)
    desktop.window.resize(1440, 900)
    desktop.show()
    wait_until(lambda: desktop.window.top_bar.status.state == "ready")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    desktop.server.start("127.0.0.1", port)
    wait_until(lambda: bool(desktop.server.status.urls))
    url = desktop.server.status.urls[0]
    one_answer(desktop, options.seconds)  # warms up
    found: dict[str, list[float]] = {"alone_tps": [], "watched_tps": [], "alone_ms_per_s": [], "watched_ms_per_s": []}
    for number in range(2 * options.rounds):
        is_watched = bool((number + number // 2) % 2)
        with audience(desktop, url, options.phones) if is_watched else contextlib.nullcontext():
            wait_s(2.0)
            tps, ms_per_s = one_answer(desktop, options.seconds)
        kind = "watched" if is_watched else "alone"
        found[f"{kind}_tps"].append(tps)
        found[f"{kind}_ms_per_s"].append(ms_per_s)
        print(f"{kind}: {tps:.1f} tok/s, server {ms_per_s:.1f} ms/s", file=sys.stderr, flush=True)
    end_desktop(desktop)
    ratio = statistics.median(b / a for a, b in zip(found["alone_tps"], found["watched_tps"], strict=True))
    server = statistics.median(found["watched_ms_per_s"])
    return {"phones": options.phones, "loss_percent": 100 * (1 - ratio), "server_ms_per_s": server, **found}


def main() -> None:
    """Measure, or be the phones."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--phones", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=10, help="with and without")
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--model", default="smollm2-135m")
    parser.add_argument("--watch", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.watch:
        asyncio.run(_watch_all(options.watch, options.phones))
        return
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from monitor_cost import conditions

    from llmdesk.app import make_application

    application = make_application()
    on = conditions()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), options)
    application.quit()
    print(json.dumps({**found, "conditions": on}, indent=2))
    loss = found["loss_percent"]
    print(f"loss: {loss:.2f} % of tok/s (bar {BAR_PERCENT:g}){'  met' if loss < BAR_PERCENT else '  MISSED'}")


if __name__ == "__main__":
    main()
