"""Errors a user can do something about.

    LlmdeskError
    |-- ModelError
    |   |-- ModelNotFound          no such id in the catalogue
    |   |-- ModelNotInstalled      known, but its files are not on this machine
    |   |-- ModelDamaged           missing, truncated or altered files
    |   |   `-- BadValue           a value in one of them that cannot be
    |   |-- UnsupportedModel       an architecture or file kind that cannot run here
    |   `-- LoadCancelled          the user stopped the load
    |-- CatalogueError             a mistake in models.toml (file, line, key, what was expected)
    |-- SettingsError              a mistake in settings.toml, or it cannot be written
    |-- StoreError                 the file of the chats cannot be read or written
    |-- TransferError              chats that cannot be exported or imported
    |-- BackupError                a backup that cannot be written, read or put back
    |   `-- ChatsDamaged           the file of chats that belongs into it is not whole
    |-- LinkError                  a llmdesk:// link that is none
    |-- UpdateError                a newer version that cannot be looked for or fetched
    |-- FileError                  a file that cannot be attached to a prompt
    |-- CollectionError            folders that cannot be searched, or their index
    |-- RecordingError             a recording that cannot be read, written or played
    |-- ScriptError                a mistake in a demo's script (file, line, key, what was expected)
    |-- DownloadError              network, login, proxy, disk
    |-- NotEnoughMemory
    |-- DeviceError                the GPU cannot go on
    |-- NotEnoughDisk
    |-- PromptError                empty, or asks for what the model cannot do
    |   `-- ContextOverflow        longer than the context
    |-- EngineBusy                 the queue is full
    |-- ServerError                a model's server: not reachable, refuses, breaks off, does not speak the protocol
    |   |-- NoSuchServer           what answers there is something else
    |   `-- ServerBusy             it answers too many others
    |-- EngineStopped              the program is closing, or the engine thread failed
    |-- WorkStopped                work on the engine thread was stopped on request
    |-- SetupError                 missing package or system library; an address that cannot be served at
    |   `-- PortTaken              another program listens there
    `-- Bug                        anything else, on its way back from a value

Anything else that is raised is a bug and is reported as such, with its traceback in ``detail``.

``error_values.py`` makes a value of any exception, so that it can cross threads and processes, and an exception of that
value again.
"""

from __future__ import annotations

from dataclasses import replace

from llmdesk.datatypes.model import ErrorInfo, LoadChoice
from llmdesk.words import printable, say


class LlmdeskError(Exception):
    """Base class. ``user_message`` says what happened, ``hint`` what to do next."""

    http_status = 500
    default_hint = ""
    told: ErrorInfo | None = None
    """The value that ``from_info`` (error_values.py) made this of."""

    def __init__(self, user_message: str, hint: str | None = None, detail: str = "") -> None:
        user_message = printable(user_message)
        super().__init__(user_message)
        self.user_message = user_message
        self.hint = self.default_hint if hint is None else hint
        self.detail = detail

    def info(self) -> ErrorInfo:
        """This error as plain data that can cross threads."""
        if self.told is not None:
            return self.told
        return ErrorInfo(type(self).__name__, self.user_message, self.hint, self.http_status, self.detail)


class ModelError(LlmdeskError):
    """Something is wrong with a model."""


class ModelNotFound(ModelError):
    """No model with this id is in the catalogue."""

    http_status = 404
    default_hint = say("`llmdesk models list` shows the models.")


class ModelNotInstalled(ModelError):
    """The model is known but its files are not on this machine."""

    http_status = 404
    default_hint = say("Fetch it from the model picker or with `llmdesk models install`.")


class ModelDamaged(ModelError):
    """Files are missing, truncated or not what they should be."""

    default_hint = say("Get the model's files again from where they came from.")


class BadValue(ModelDamaged):
    """A value that a model's file states is no value that it may have.

    ``text`` is what is wrong with ``key``, without the file's name, for who knows the file under another one.
    """

    def __init__(self, file: str, key: str, text: str) -> None:
        super().__init__(say("{file}: {text}.", file=file, text=text))
        self.key, self.text = key, text

    def info(self) -> ErrorInfo:
        """See LlmdeskError: for everybody else it is a damaged model."""
        return replace(super().info(), kind=ModelDamaged.__name__)


class UnsupportedModel(ModelError):
    """The model is whole, but llmdesk cannot run it."""

    http_status = 400


class LoadCancelled(ModelError):
    """The load was stopped on request."""


class CatalogueError(LlmdeskError):
    """A mistake in a models.toml."""


class SettingsError(LlmdeskError):
    """A mistake in settings.toml or in what is to be set, or the file cannot be read or written."""

    http_status = 400


class StoreError(LlmdeskError):
    """The file of the chats cannot be opened, read or written, or has no such chat."""


class TransferError(LlmdeskError):
    """Chats cannot be exported to a file, or a file's chats cannot be imported."""

    http_status = 400


class BackupError(LlmdeskError):
    """A backup cannot be written, is none, or cannot be put back."""

    http_status = 400


class ChatsDamaged(BackupError):
    """The file of chats that belongs into a backup is not whole."""


class LinkError(LlmdeskError):
    """It is no link of llmdesk's, or one that this version does not know."""

    http_status = 400
    default_hint = say("docs/links.md has the links that there are.")


class UpdateError(LlmdeskError):
    """Whether there is a newer version cannot be told, or it cannot be fetched."""

    http_status = 502


class FileError(LlmdeskError):
    """A file cannot be attached to a prompt."""

    http_status = 422
    default_hint = say("Choose another file, or remove it.")


class CollectionError(LlmdeskError):
    """A folder cannot be searched, or the index of folders cannot be read or written."""

    http_status = 422


class RecordingError(LlmdeskError):
    """A recording cannot be read, written or played."""


class ScriptError(LlmdeskError):
    """A demo's script has a mistake, or is not there."""


class DownloadError(LlmdeskError):
    """Files could not be fetched."""


class NotEnoughMemory(LlmdeskError):
    """The machine has too little free memory; ``choices`` are loads that would fit."""

    http_status = 503
    default_hint = say("Close other programs, choose a smaller model or a lower precision.")

    def __init__(
        self, user_message: str, hint: str | None = None, detail: str = "", choices: tuple[LoadChoice, ...] = ()
    ) -> None:
        super().__init__(user_message, hint, detail)
        self.choices = choices

    def info(self) -> ErrorInfo:
        """See LlmdeskError."""
        return self.told or replace(super().info(), choices=self.choices)


class DeviceError(LlmdeskError):
    """A GPU failed while it was computing."""


class NotEnoughDisk(LlmdeskError):
    """The disk is full."""

    http_status = 507
    default_hint = say("Free some space and try again; nothing was lost.")


class PromptError(LlmdeskError):
    """The prompt cannot be answered as it is."""

    http_status = 400


class ContextOverflow(PromptError):
    """The prompt is longer than the context lets it be. As a value, a PromptError with both numbers."""

    def __init__(
        self,
        user_message: str,
        hint: str | None = None,
        detail: str = "",
        prompt_tokens: int = 0,
        context_tokens: int = 0,
    ) -> None:
        super().__init__(user_message, hint, detail)
        self.prompt_tokens, self.context_tokens = prompt_tokens, context_tokens

    def info(self) -> ErrorInfo:
        """See LlmdeskError."""
        found = replace(super().info(), kind=PromptError.__name__)
        return replace(found, prompt_tokens=self.prompt_tokens, context_tokens=self.context_tokens)


class EngineBusy(LlmdeskError):
    """Too many requests wait."""

    http_status = 503
    default_hint = say("Wait for an answer to finish, then try again.")


class ServerError(LlmdeskError):
    """A server that models run on does not answer, refuses, breaks off, or does not speak the protocol."""

    http_status = 502


class NoSuchServer(ServerError):
    """Something answers at this address, but no API of the kind that is spoken here."""

    default_hint = say("Check the address; most begin their API at /v1, as in http://10.0.0.5:8000/v1.")


class ServerBusy(ServerError):
    """The server has too much to do, or this key has used up what it may."""

    http_status = 503
    default_hint = say("Try again in a moment.")


class EngineStopped(LlmdeskError):
    """The engine does not run."""

    http_status = 503
    default_hint = say("Start llmdesk again.")


class WorkStopped(LlmdeskError):
    """Work on the engine thread was stopped, by whoever asked for it or by the end of the program."""


class SetupError(LlmdeskError):
    """A package or a system library is missing."""


class PortTaken(SetupError):
    """Another program listens at this port. ``free_port`` is one that nobody has (0: none was found)."""

    def __init__(self, user_message: str, hint: str | None = None, detail: str = "", free_port: int = 0) -> None:
        super().__init__(user_message, hint, detail)
        self.free_port = free_port


class Bug(LlmdeskError):
    """What ``error_info`` said of an exception that nobody foresaw. Raised by ``from_info`` only."""

    default_hint = say("Try again; the log file has the details.")
