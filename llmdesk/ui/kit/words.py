"""Every sentence of the window comes through here, so that it can be translated (any thread).

``tr("Settings")`` for what ``ui`` says itself, ``told(error.user_message)`` for what was said below it. Call them when
a sentence is shown, never at import: then no translator is there yet.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator
from PySide6.QtGui import QKeySequence

from llmdesk import paths
from llmdesk.datatypes.model import ErrorInfo
from llmdesk.ui.kit.numbers import Filler
from llmdesk.words import Words

CONTEXT = "llmdesk"
LANGUAGES = ("en", "de", "zh_CN")
_AUTO = "auto"
_FILLER = Filler()


def tr(text: str, /, n: int = -1, **values: object) -> str:
    """A sentence in the user's language. ``%n`` in it is ``n``, in the right plural; ``{names}`` are ``values``."""
    found = QCoreApplication.translate(CONTEXT, text, "", n)
    if not values:
        return found
    # Only numbers with a format need the filler, which takes ten times as long: figures are told many times a second.
    return _FILLER.format(found, **values) if ":" in found else found.format(**values)


def told(message: str) -> str:
    """A sentence from below the window (an error, a progress, a reason) in the user's language."""
    if isinstance(message, Words):
        values = {name: told(value) if isinstance(value, str) else value for name, value in message.values.items()}
        found = QCoreApplication.translate(CONTEXT, message.template)
        return _FILLER.format(found, **values) if values else found
    return message


def error_text(error: ErrorInfo) -> str:
    """What went wrong, and what helps."""
    return " ".join(filter(None, (told(error.user_message), told(error.hint))))


def key_text(key: str) -> str:
    """A key as it stands on keyboards of this language, and as Qt's menus write it: Ctrl+N, Strg+N."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def install(app: QCoreApplication, language: str = _AUTO) -> bool:
    """Speak this language from now on, in what is shown anew: words, plurals, numbers, days, and Qt's own texts.

    ``auto``: the first of the system's languages that there is, else English. False if its file is not there.
    """
    name = _language_of_system() if language == _AUTO else language
    for translator in app.findChildren(QTranslator):
        app.removeTranslator(translator)
        translator.deleteLater()
    QLocale.setDefault(_locale_of(name))
    folders = (
        QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath),
        str(paths.shipped("assets") / "translations"),
    )
    translators = [QTranslator(app), QTranslator(app)]
    files = (f"qtbase_{name}", f"{CONTEXT}_{name}")
    loaded = [each.load(file, folder) for each, file, folder in zip(translators, files, folders, strict=True)]
    for translator, is_loaded in zip(translators, loaded, strict=True):
        if is_loaded:
            app.installTranslator(translator)
    return loaded[-1]


def spoken() -> str:
    """The language that was installed last: one of LANGUAGES."""
    language = QLocale().language()
    return next((name for name in LANGUAGES if QLocale(name).language() == language), LANGUAGES[0])


def _language_of_system() -> str:
    """What the user reads best of the languages that there are."""
    for name in QLocale.system().uiLanguages():
        locale = QLocale(name)
        if locale.language() == QLocale.Language.Chinese:
            if locale.script() == QLocale.Script.SimplifiedHanScript:
                return "zh_CN"
        elif (short := name.replace("-", "_").partition("_")[0]) in LANGUAGES:
            return short
    return LANGUAGES[0]


def _locale_of(language: str) -> QLocale:
    """The system's way to write numbers and days if it is one of this language's (Austria's, say), else the usual."""
    usual, system = QLocale(language), QLocale(QLocale.system().name())
    return system if system.language() == usual.language() else usual
