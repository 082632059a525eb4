"""One window per user and home: a second start raises the first one's window and ends."""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
from urllib.parse import quote, unquote, unquote_to_bytes

from PySide6.QtCore import QLockFile, QObject, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from llmdesk import paths
from llmdesk.services.opened import absolute

_CONNECT_TIMEOUT_MS = 500
_GIVE_UP_S = 3.0
_MOST_BYTES = 32768  # a link has 8,192 at most, a path half of that, and each may be written as three


class SingleInstance(QObject):
    """Decides who is first, by a lock file that a killed process cannot leave behind for good.

    Signals:
        raise_requested(str, str): somebody started llmdesk again; a Wayland activation token or nothing, and the file
            or link that is to be opened or nothing.
    """

    raise_requested = Signal(str, object)  # Qt's own strings would lose bytes of a name

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        home = hashlib.sha256(str(paths.config_dir()).encode()).hexdigest()[:16]
        self._name = f"llmdesk-{home}"
        self._lock = QLockFile(str(paths.config_dir() / "window.lock"))
        self._lock.setStaleLockTime(0)  # only a dead owner makes it stale, never age
        self._server: QLocalServer | None = None

    def acquire(self, opened: str = "", *, shows: bool = True) -> bool:
        """True if this process is the first. Else the first one was asked to show itself, or does not answer.

        ``opened``: what the first one is to open. ``shows``: False: it is left as it is.
        """
        with contextlib.suppress(OSError):  # told by the lock
            paths.made(paths.config_dir())
        deadline_s = time.monotonic() + _GIVE_UP_S
        while not self._lock.tryLock(0):
            if self._lock.error() != QLockFile.LockError.LockFailedError:
                break  # a folder that cannot be written must not keep the window from opening
            if not shows or self._ask_first_one(opened) or time.monotonic() > deadline_s:
                return False
        self._listen()
        return True

    def release(self) -> None:
        """Let another process be the first. Idempotent."""
        if self._server is not None:
            self._server.close()
            self._server.deleteLater()
            self._server = None
        self._lock.unlock()

    def _listen(self) -> None:
        # The lock is ours, so a socket of this name is a dead process's leftover.
        QLocalServer.removeServer(self._name)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)
        self._server.listen(self._name)

    def _ask_first_one(self, opened: str) -> bool:
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(_CONNECT_TIMEOUT_MS):
            time.sleep(0.05)  # it is just starting: the lock comes before the socket
            return False
        name = quote(os.fsencode(absolute(opened))) if opened else ""  # a name need not be UTF-8
        socket.write(f"raise {quote(os.environ.get('XDG_ACTIVATION_TOKEN', ''))} {name}\n".encode())
        sent = socket.waitForBytesWritten(_CONNECT_TIMEOUT_MS)
        socket.disconnectFromServer()
        return sent

    @Slot()
    def _on_connection(self) -> None:
        assert self._server is not None
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.readyRead.connect(self._on_ready_read)
            socket.disconnected.connect(socket.deleteLater)
            if socket.canReadLine():
                self._answer(socket)

    @Slot()
    def _on_ready_read(self) -> None:
        socket = self.sender()
        assert isinstance(socket, QLocalSocket)
        if socket.canReadLine():
            self._answer(socket)

    def _answer(self, socket: QLocalSocket) -> None:
        line = bytes(socket.readLine(_MOST_BYTES).data()).decode(errors="replace").rstrip("\n")
        command, token, file, *_ = [*line.split(" "), "", ""]
        if command == "raise":
            self.raise_requested.emit(unquote(token), os.fsdecode(unquote_to_bytes(file)))
