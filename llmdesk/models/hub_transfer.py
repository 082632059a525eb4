"""Bringing files of one repository into a folder, over several connections, from where an earlier run stopped.

Small files come whole, one per connection. A large one comes in pieces, each over a connection of its own, into one
file that has its full length from the beginning; a note beside it says how much of each piece is there. A server that
cannot send a part of a file is asked for all of it over one connection.
"""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from llmdesk.errors import DownloadError
from llmdesk.models.hub_errors import explained
from llmdesk.models.hub_pieces import Piece, RemoteFile, note_of, partial_of, pieces_of
from llmdesk.whole_files import put_in_place

CONNECTIONS = 4
PIECE_BYTES = 64 * 1024 * 1024
_CHUNK_BYTES = 256 * 1024
_REPORT_INTERVAL_S, _NOTE_INTERVAL_S, _TIMEOUT_S = 0.1, 0.5, 20
_SILENT_S = 1.0

Report = Callable[[int, int], None]
"""``report(done_bytes, total_bytes)``, on any of the threads that transfer, one at a time."""


@dataclass(slots=True)
class _Transfer:
    """A file on its way; ``left``: pieces that are not whole yet, ``is_resumed``: an earlier run has brought some."""

    file: RemoteFile
    partial: Path
    pieces: list[Piece]
    left: int
    is_resumed: bool
    noted_s: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def done_bytes(self) -> int:
        """Of all pieces."""
        return sum(piece.done_bytes for piece in self.pieces)

    def note(self, *, at_once: bool = False) -> None:
        """Write down how much of each piece is there; what comes after it is fetched again if this run is ended."""
        if len(self.pieces) == 1:  # the length of the file says it
            return
        with self.lock:
            if at_once or time.monotonic() - self.noted_s >= _NOTE_INTERVAL_S:
                done = [piece.done_bytes for piece in self.pieces]
                note, new = note_of(self.partial), self.partial.with_name(f"{self.partial.name}.new")
                new.write_text(json.dumps({"piece_bytes": self.pieces[0].size_bytes, "done": done}))
                put_in_place(new, note)
                self.noted_s = time.monotonic()


class _Writer:
    """The part of a file's interface that the library's ``http_get`` writes a piece with."""

    def __init__(self, out: BinaryIO, transfer: _Transfer, piece: Piece) -> None:
        self._out, self._transfer, self._piece = out, transfer, piece
        self.seek(piece.begin + piece.done_bytes)

    def write(self, data: bytes) -> int:
        piece = self._piece
        if piece.done_bytes + len(data) > piece.size_bytes:  # it sends what nobody asked for
            raise OSError(f"{self._transfer.file.name} is longer than the hub says")
        left = memoryview(data)
        while left:  # a full disk may take a part of it; the next try says so
            written = self._out.write(left)
            piece.done_bytes += written
            left = left[written:]
        self._transfer.note()
        return len(data)

    def tell(self) -> int:
        return self._piece.begin + self._piece.done_bytes

    def seek(self, place: int) -> int:
        """Only back to where this transfer began."""
        self._piece.done_bytes = max(0, place - self._piece.begin)
        return self._out.seek(self.tell())

    def truncate(self) -> int:
        if len(self._transfer.pieces) == 1:
            self._out.truncate(self.tell())
        return self.tell()


class Progress:
    """Adds up the bytes of all files, earlier runs included, and reports at most ten times a second."""

    def __init__(self, report: Report, files: Sequence[RemoteFile], there: int) -> None:
        """``there``: bytes of those files that need not be fetched."""
        self._report, self._lock = report, threading.Lock()
        self._total_bytes, self._done_bytes = sum(file.size_bytes for file in files), there
        self._reported_s = 0.0
        self.say()

    def add(self, new_bytes: float | None) -> None:
        """Bytes arrived (less than zero: a server began anew)."""
        with self._lock:
            self._done_bytes += int(new_bytes or 0)
            is_due = time.monotonic() - self._reported_s >= _REPORT_INTERVAL_S
        if is_due:
            self.say()

    def say(self) -> None:
        """Now."""
        with self._lock:
            self._reported_s = time.monotonic()
            self._report(self._done_bytes, self._total_bytes)

    @contextmanager
    def told_while_silent(self) -> Iterator[None]:
        """Report also while nothing comes: else the speed of the last moment, and the time left by it, stand."""
        ended = threading.Event()

        def tell() -> None:
            with contextlib.suppress(OSError):  # whoever asked for it is gone
                while not ended.wait(_SILENT_S):
                    if time.monotonic() - self._reported_s >= _SILENT_S:
                        self.say()

        thread = threading.Thread(target=tell, name="progress", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()


class _Bar:
    """The part of tqdm's interface that a download uses. ``counted`` are the bytes of the piece that count already."""

    def __init__(self, progress: Progress, counted: int, *_args: object, initial: int = 0, **_kwargs: object) -> None:
        self.update = progress.add
        if initial != counted:
            progress.add(initial - counted)

    def __enter__(self) -> _Bar:
        return self

    def __exit__(self, *exc_info: object) -> None:
        """Nothing is drawn, so there is nothing to close."""


class Connections:
    """Fetches files of one commit with as many connections as are good for a line (one object per run).

    Args:
        whole: called on a thread of a transfer with a file that has arrived and where it is, to check it and to put it
            in place.
    """

    def __init__(
        self,
        api: Any,
        repository: str,
        commit: str,
        progress: Progress,
        whole: Callable[[RemoteFile, Path], None],
        piece_bytes: int,
    ) -> None:
        self._api, self._repository, self._commit = api, repository, commit
        self._progress, self._whole, self._piece_bytes = progress, whole, piece_bytes

    def fetch(self, folder: Path, files: Sequence[RemoteFile]) -> None:
        """All that is not there. Raises what went wrong first; then other connections may go on for a moment."""
        from huggingface_hub import constants

        # Small pieces, so that progress moves and little is lost by a stop; this process fetches only.
        constants.DOWNLOAD_CHUNK_SIZE = _CHUNK_BYTES
        transfers = [self._begin(folder / file.place, file) for file in files]
        pool = ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="fetch")
        try:
            jobs = [pool.submit(self._bring, each, piece) for each in transfers for piece in each.pieces]
            for job in wait(jobs, return_when=FIRST_EXCEPTION).done:
                job.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        pool.shutdown()

    def _begin(self, target: Path, file: RemoteFile) -> _Transfer:
        partial = partial_of(target)
        pieces = pieces_of(partial, file, self._piece_bytes)
        if len(pieces) > 1 and not self._sends_parts(file):
            pieces = [Piece(0, file.size_bytes)]
        transfer = _Transfer(file, partial, pieces, len(pieces), any(piece.done_bytes for piece in pieces))
        if len(pieces) == 1:
            note_of(partial).unlink(missing_ok=True)
        transfer.note(at_once=True)  # first: a file of full length without a note would pass for a whole one
        with partial.open("ab") as out:
            out.truncate(file.size_bytes if len(pieces) > 1 else pieces[0].done_bytes)
        return transfer

    def _bring(self, transfer: _Transfer, piece: Piece) -> None:
        if piece.done_bytes < piece.size_bytes or not piece.size_bytes:
            with explained(self._repository), transfer.partial.open("r+b", buffering=0) as out:
                self._get(transfer, piece, _Writer(out, transfer, piece))
        transfer.note(at_once=True)
        with transfer.lock:
            transfer.left -= 1
            is_last = not transfer.left
        if is_last:
            self._finish(transfer)

    def _finish(self, transfer: _Transfer) -> None:
        """Check it. What an earlier run has left may have been damaged since then: such a file is fetched once more."""
        try:
            self._whole(transfer.file, transfer.partial)
        except DownloadError:
            if not transfer.is_resumed:
                raise
            size_bytes = transfer.file.size_bytes
            self._progress.add(-size_bytes)
            note_of(transfer.partial).unlink(missing_ok=True)
            transfer.partial.touch()
            transfer.pieces, transfer.left, transfer.is_resumed = [Piece(0, size_bytes)], 1, False
            self._bring(transfer, transfer.pieces[0])
            return
        note_of(transfer.partial).unlink(missing_ok=True)
        self._progress.say()

    def _get(self, transfer: _Transfer, piece: Piece, out: _Writer) -> None:
        from huggingface_hub.file_download import http_get

        headers = self._headers()
        if len(transfer.pieces) > 1:
            headers["Range"] = f"bytes={piece.begin}-{piece.begin + piece.size_bytes - 1}"
        http_get(
            self._url(transfer.file),
            out,
            resume_size=piece.done_bytes,
            headers=headers,
            expected_size=piece.size_bytes,
            tqdm_class=partial(_Bar, self._progress, piece.done_bytes),
        )

    def _sends_parts(self, file: RemoteFile) -> bool:
        """Ask for the first byte: who sends all of the file cannot send parts of it."""
        from huggingface_hub.utils import get_session, hf_raise_for_status

        headers = self._headers() | {"Range": "bytes=0-0"}
        with (
            explained(self._repository),
            get_session().stream(
                "GET", self._url(file), headers=headers, timeout=_TIMEOUT_S, follow_redirects=True
            ) as response,
        ):
            hf_raise_for_status(response)
            return bool(response.status_code == 206)

    def _url(self, file: RemoteFile) -> str:
        from huggingface_hub import hf_hub_url

        return str(hf_hub_url(self._repository, file.name, revision=self._commit, endpoint=self._api.endpoint))

    def _headers(self) -> dict[str, str]:
        from huggingface_hub.utils import build_hf_headers

        return dict(build_hf_headers(library_name="llmdesk"))
