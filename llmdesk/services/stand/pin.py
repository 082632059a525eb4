"""The PIN that ends stand mode: kept as a salted hash; after some wrong tries each further one has to wait.

Any thread, one call at a time; ``check`` and ``choose`` take a twentieth of a second on purpose.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from llmdesk import paths
from llmdesk.errors import SettingsError
from llmdesk.toml_file import replace_file
from llmdesk.words import say

log = logging.getLogger(__name__)

FEWEST_DIGITS, MOST_DIGITS = 4, 12
FREE_TRIES = 3
FIRST_WAIT_S, LONGEST_WAIT_S = 5.0, 300.0
_N, _R, _P = 1 << 14, 8, 1  # scrypt: 16 MB, a twentieth of a second


class _Form(BaseModel):
    """What the file holds. ``wrong`` tries so far, the last one at ``wrong_s`` (seconds since 1970)."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    version: int = Field(default=1, ge=1, le=1)
    salt: str = Field(pattern="^[0-9a-f]{32}$")
    hash: str = Field(pattern="^[0-9a-f]{64}$")
    wrong: int = Field(default=0, ge=0)
    wrong_s: float = Field(default=0.0, allow_inf_nan=False)


@dataclass(frozen=True, slots=True)
class PinAnswer:
    """``wait_s``: so long no try counts; it was not even looked at if that was so before."""

    is_right: bool
    wait_s: float = 0.0


class Pin:
    """See the module. Without its file there is no PIN: whoever can delete that is at home on this machine.

    Args:
        file: where it is kept; None: in the configuration folder.
        now: seconds since 1970, which go on while the program does not run.
    """

    def __init__(self, file: Path | None = None, now: Callable[[], float] = time.time) -> None:
        self.file, self._now = file or paths.config_dir() / "stand-pin.json", now
        self._wrong, self._wrong_s = 0, 0.0  # also where the file cannot be written

    @property
    def is_chosen(self) -> bool:
        """There is one."""
        return self.file.exists()

    def choose(self, digits: str) -> None:
        """From now on this one. Raises SettingsError: too short, or the file cannot be written."""
        if not (digits.isascii() and digits.isdigit() and FEWEST_DIGITS <= len(digits) <= MOST_DIGITS):
            message = say("A PIN has {least} to {most} digits.", least=FEWEST_DIGITS, most=MOST_DIGITS)
            raise SettingsError(message, "")
        salt = os.urandom(16)
        self._wrong, self._wrong_s = 0, 0.0
        try:
            self._write(_Form(salt=salt.hex(), hash=_hash(digits, salt)))
        except OSError as error:
            message = say("{file} cannot be written: {reason}.", file=self.file, reason=error.strerror or error)
            raise SettingsError(message, "") from error

    def check(self, digits: str) -> PinAnswer:
        """Try one. Raises SettingsError: the file is damaged."""
        form = self._read()
        if form is None:
            return PinAnswer(is_right=True)
        if (wait_s := self.wait_s()) > 0:
            return PinAnswer(False, wait_s)
        if hmac.compare_digest(_hash(digits, bytes.fromhex(form.salt)), form.hash):
            self._note(form, 0)
            return PinAnswer(is_right=True)
        self._note(form, self._wrong + 1)
        return PinAnswer(False, self.wait_s())

    def wait_s(self) -> float:
        """So long the next try has to wait; 0: not at all."""
        if self._wrong < FREE_TRIES:
            return 0.0
        wait_s = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** (self._wrong - FREE_TRIES))
        return min(wait_s, max(0.0, self._wrong_s + wait_s - self._now()))  # also if the clock was put back

    def _note(self, form: _Form, wrong: int) -> None:
        self._wrong, self._wrong_s = wrong, self._now()
        try:
            self._write(form.model_copy(update={"wrong": wrong, "wrong_s": self._wrong_s}))
        except OSError as error:
            log.warning("wrong tries of the PIN cannot be noted: %s", error)

    def _read(self) -> _Form | None:
        try:
            form = _Form.model_validate_json(self.file.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValidationError) as error:
            message = say("The PIN in {file} cannot be read.", file=self.file)
            raise SettingsError(message, say("Whoever may delete this file ends stand mode without it.")) from error
        if form.wrong > self._wrong:
            self._wrong, self._wrong_s = form.wrong, form.wrong_s
        return form

    def _write(self, form: _Form) -> None:
        replace_file(self.file, json.dumps(form.model_dump(), indent=2) + "\n")


def _hash(digits: str, salt: bytes) -> str:
    return hashlib.scrypt(digits.encode(), salt=salt, n=_N, r=_R, p=_P, dklen=32).hex()
