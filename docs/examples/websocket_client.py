"""Asks llmdesk's server over a WebSocket: python websocket_client.py "Why is the sky blue?" (needs websockets)."""

import json
import os
import sys

from websockets.sync.client import connect

URL = os.environ.get("LLMDESK_URL", "ws://127.0.0.1:8765/chat/stream")
key = os.environ.get("LLMDESK_API_KEY")

question = {
    "type": "chat",
    "id": "question",
    "messages": [{"role": "user", "content": sys.argv[1]}],
    "max_tokens": 200,
}
with connect(URL, additional_headers={"Authorization": f"Bearer {key}"} if key else None) as socket:
    socket.send(json.dumps(question))
    for message in socket:
        event = json.loads(message)
        if event["type"] == "delta":
            print(event["content"], end="", flush=True)
        elif event["type"] == "stats":
            print(f"\n{event['timings']['predicted_per_second']:.1f} tokens per second", file=sys.stderr)
        elif event["type"] == "error":
            sys.exit(event["error"]["message"])
        elif event["type"] == "done":
            break
