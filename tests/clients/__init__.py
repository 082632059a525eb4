"""Other people's clients, unchanged, against a real ``llmdesk serve``: ``make clients`` (see run.py)."""
