"""``python -m llmdesk``."""

from __future__ import annotations

import sys

from llmdesk.cli import main

if __name__ == "__main__":
    sys.exit(main())
