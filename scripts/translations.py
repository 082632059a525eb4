"""Keeps the files of the window's translations: ``python scripts/translations.py`` after texts were added or changed.

Without options: finds every text in the source, brings ``assets/translations/llmdesk_*.ts`` up to date (what was
translated stays, what is new is unfinished, what is gone is "vanished") and releases the ``.qm`` files. See
docs/translations.md.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

import translation_file as files
from translation_checks import mistakes_of
from translation_sources import ROOT, Source, sources

FOLDER = ROOT / "assets" / "translations"
LANGUAGES = ("en", "de", "zh_CN")
FORMS = {"en": 2, "de": 2, "zh_CN": 1}
"""How many forms a number has. English sentences need no translation, their plurals do."""

Forms = list[str]


def ts_file(language: str) -> Path:
    """What Qt Linguist opens."""
    return FOLDER / f"llmdesk_{language}.ts"


def qm_file(language: str) -> Path:
    """What the window reads."""
    return ts_file(language).with_suffix(".qm")


def missing(language: str) -> dict[str, str | list[str]]:
    """By source, as ``--fill`` takes it: an empty text, or one for each form of the number."""
    known = files.read(ts_file(language))
    return {
        source.text: [""] * FORMS[language] if source.is_plural else ""
        for source in _needed(language)
        if not _is_whole(known.get(source.text), source, language)
    }


def problems(language: str) -> list[str]:
    """Why a language is not complete and right; one line each."""
    known = files.read(ts_file(language))
    found = [f"{language}: not translated: {text!r}" for text in missing(language)]
    for source in _needed(language):
        if _is_whole(known.get(source.text), source, language):
            found += [f"{language}: {source.text!r}: {each}" for each in mistakes_of(source, known[source.text])]
    if files.text_of(language, _merged(language, known)) != ts_file(language).read_text(encoding="utf-8"):
        found.append(f"{language}: {ts_file(language).name} is not up to date: run scripts/translations.py")
    return found


def fill(language: str, translations: dict[str, str | list[str]]) -> list[str]:
    """Take translations in; what is empty, unknown or wrong is left out and told."""
    known, needed, told = files.read(ts_file(language)), {each.text: each for each in _needed(language)}, []
    for text, translation in translations.items():
        forms = [translation] if isinstance(translation, str) else translation
        source = needed.get(text)
        if source is None:
            told.append(f"{text!r}: there is no such text")
        elif not all(forms) or len(forms) != _count(source, language):
            told.append(f"{text!r}: not filled, or not in {_count(source, language)} form(s)")
        elif mistakes := mistakes_of(source, forms):
            told += [f"{text!r}: {each}" for each in mistakes]
        else:
            known[text] = forms
    ts_file(language).write_text(files.text_of(language, _merged(language, known)), encoding="utf-8")
    return told


def update(language: str) -> None:
    """The .ts file anew from the source and what is translated, and the .qm file from that."""
    file = ts_file(language)
    file.parent.mkdir(exist_ok=True)
    file.write_text(files.text_of(language, _merged(language, files.read(file))), encoding="utf-8")
    lrelease = Path(sys.executable).parent / "pyside6-lrelease"
    subprocess.run([lrelease, "-silent", file, "-qm", qm_file(language)], check=True)


def _needed(language: str) -> list[Source]:
    return [source for source in sources() if language != "en" or source.is_plural]


def _count(source: Source, language: str) -> int:
    return FORMS[language] if source.is_plural else 1


def _is_whole(forms: Forms | None, source: Source, language: str) -> bool:
    return forms is not None and len(forms) == _count(source, language) and all(forms)


def _merged(language: str, known: dict[str, Forms]) -> list[files.Message]:
    """Every text of the source with its translation, and behind them what has vanished."""
    messages = []
    for source in _needed(language):
        count = _count(source, language)
        forms = (known.get(source.text) or [])[:count]
        if language == "en":
            forms = [source.text.replace("(s)", ""), source.text.replace("(s)", "s")]
        if source.is_plural:  # %Ln is %n with the language's separators
            forms = [form.replace("%n", "%Ln") for form in forms]
        messages.append(files.Message(source.text, forms + [""] * (count - len(forms)), source.is_plural))
    here = {message.source for message in messages}
    gone = [] if language == "en" else sorted(set(known) - here)
    gone_ones = [files.Message(text, known[text], len(known[text]) > 1, True) for text in gone if all(known[text])]
    return messages + gone_ones


def main() -> int:
    """The exit code: 1 if ``--check`` or ``--fill`` found something wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="only say what is missing or wrong")
    parser.add_argument("--missing", choices=LANGUAGES, help="print what is not translated as JSON, to be filled in")
    parser.add_argument("--fill", nargs=2, metavar=("LANGUAGE", "FILE"), help="take a filled JSON in")
    args = parser.parse_args()
    if args.check:
        found = [each for language in LANGUAGES for each in problems(language)]
        print("\n".join(found) or "Every text is translated.")
        return bool(found)
    if args.missing:
        print(json.dumps(missing(args.missing), ensure_ascii=False, indent=1))
        return 0
    told = []
    if args.fill:
        language, file = args.fill
        told = fill(language, json.loads(Path(file).read_text(encoding="utf-8")))
    for language in LANGUAGES:
        update(language)
        print(f"{language}: {len(missing(language))} missing")
    print("\n".join(told))
    return bool(told)


if __name__ == "__main__":
    sys.exit(main())
