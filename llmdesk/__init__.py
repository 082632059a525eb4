"""llmdesk: a desktop chat window that shows what a local language model can do on an Intel CPU."""

import logging

__version__ = "0.1.0"

# What happens inside goes to the log file if a program opens one, never to the terminal by itself.
logging.getLogger(__name__).addHandler(logging.NullHandler())
