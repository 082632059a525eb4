"""Long files that are attached to prompts, indexed in memory: nothing of them is written to the disk (any thread)."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Sequence

from llmdesk.services.collections.chunks import pieces_of
from llmdesk.services.collections.database import open_in_memory
from llmdesk.services.collections.index import FileState, Index
from llmdesk.services.files.attachment import Attachment

MOST_FILES = 8


class AttachedFiles:
    """The last few files that were searched, all of the last prompt's at least; each is a collection in ``index``."""

    def __init__(self) -> None:
        self.index = Index(open_in_memory())
        self._known: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, attachments: Sequence[Attachment]) -> tuple[str, ...]:
        """Have these in the index; returns their ids there. Takes a tenth of a second per megabyte or so."""
        with self._lock:
            ids = tuple(self._put(each) for each in attachments if each.text)
            for file_id in [each for each in self._known if each not in ids][: max(0, len(self._known) - MOST_FILES)]:
                del self._known[file_id]
                self.index.remove(file_id)
            return ids

    def _put(self, attachment: Attachment) -> str:
        key = f"{attachment.name}\0{attachment.path}\0{attachment.text}"
        file_id = hashlib.blake2b(key.encode(errors="replace"), digest_size=16).hexdigest()
        if file_id not in self._known:
            self.index.add(file_id, attachment.name, ())
            number = self.index.number(file_id)
            assert number is not None
            pieces = tuple(pieces_of(attachment.name, attachment.text))
            self.index.put_file(number, attachment.path or attachment.name, FileState(0, 0), pieces)
        self._known[file_id] = None
        self._known.move_to_end(file_id)
        return file_id
