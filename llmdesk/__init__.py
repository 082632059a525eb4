"""llmdesk: a desktop chat window that shows what a local language model can do on an Intel CPU."""

__version__ = "0.1.0"
