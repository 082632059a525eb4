"""llmdesk: a desktop chat window that shows what a local language model can do on an Intel CPU."""

import logging
import os

__version__ = "0.1.0"

# What happens inside goes to the log file if a program opens one, never to the terminal by itself.
logging.getLogger(__name__).addHandler(logging.NullHandler())

# pydantic would read the entry points of all installed packages for its plugins, and run them; we have none.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
