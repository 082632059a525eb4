"""The local server: OpenAI's API and our own over the same engine, beside the window and unknown to it."""
