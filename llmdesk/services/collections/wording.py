"""Words as the index holds them, and questions in FTS5's language (pure)."""

from __future__ import annotations

import re

from llmdesk.services.chats.storage.codec import text_for_utf8
from llmdesk.services.chats.storage.search import spaced

_CAMEL = re.compile(r"[A-Za-z]*[a-z][A-Z][A-Za-z]*")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD = re.compile(r"[^\W_]+")
_MOST_WORDS = 40
_STOP_TEXT = """
    a about after again all also am an and any are as at be because been before being between both but by can could
    did do does doing done down during each else few for from further get gets give go had has have having he her here
    hers him his how i if in into is it its just let like make may me might more most much must my no nor not now of
    off on once one only or other our out over own please s same shall she should show so some such t tell than that the
    their them then there these they this those through to too under until up use used using very want was way we were
    what when where which while who whom why will with within without would you your
    aber alle als also am an auch auf aus bei bin bis bist da dann das dass dem den der des dich die dies diese dieser
    doch du durch ein eine einem einen einer eines er es für gibt hat habe haben ich ihr im in ist ja kann können man
    mein mich mir mit muss nach nicht noch nur oder ob sein sich sie sind so soll um und uns vom von vor war was wenn
    wer werden wie wir wird wo zu zum zur über
"""
_STOP_WORDS = frozenset(_STOP_TEXT.split())


def indexed(text: str) -> str:
    """As it stands in the index: scripts without spaces cut into characters, and words likeThis in parts as well."""
    return spaced(_CAMEL.sub(_with_parts, text_for_utf8(text).replace("\0", " ")))


def query_of(question: str, scopes: tuple[str, ...]) -> str:
    """Any word of a question, within these scopes, in FTS5's language; empty if there is no word in it.

    Words that all questions have are left out unless there are no others. Each word stands in quotes, so that none of
    it is taken for an operator.
    """
    words = list(dict.fromkeys(word.lower() for word in _WORD.findall(indexed(question))))
    telling = [word for word in words if word not in _STOP_WORDS] or words
    terms = [f'"{word}"' for word in telling[:_MOST_WORDS]]
    if not terms or not scopes:
        return ""
    scope = " OR ".join(f'"{each}"' for each in scopes)
    return f"scope : ({scope}) AND {{name heading text}} : ({' OR '.join(terms)})"


def _with_parts(found: re.Match[str]) -> str:
    return " ".join((found[0], *_HUMP.split(found[0])))
