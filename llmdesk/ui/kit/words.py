"""Every sentence of the window comes through here, so that it can be translated (any thread).

``tr("Settings")`` for what ``ui`` says itself, ``told(error.user_message)`` for what was said below it. Call them when
a sentence is shown, never at import: then no translator is there yet.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QTranslator

from llmdesk import paths
from llmdesk.words import Words

CONTEXT = "llmdesk"


def tr(text: str, /, n: int = -1, **values: object) -> str:
    """A sentence in the user's language. ``%n`` in it is ``n``, in the right plural; ``{names}`` are ``values``."""
    found = QCoreApplication.translate(CONTEXT, text, "", n)
    return found.format(**values) if values else found


def told(message: str) -> str:
    """A sentence from below the window (an error, a progress, a reason) in the user's language."""
    if isinstance(message, Words):
        values = {name: told(value) if isinstance(value, str) else value for name, value in message.values.items()}
        found = QCoreApplication.translate(CONTEXT, message.template)
        return found.format(**values) if values else found
    return message


def install(app: QCoreApplication) -> bool:
    """Load the words (for English: its plurals), once per application. False if their file is not there."""
    if app.findChild(QTranslator, CONTEXT) is not None:
        return True
    translator = QTranslator(app)
    translator.setObjectName(CONTEXT)
    found = translator.load(str(paths.shipped("assets") / "translations" / "llmdesk_en.qm"))
    return found and app.installTranslator(translator)
