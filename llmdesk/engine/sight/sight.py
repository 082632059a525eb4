"""How a model sees: a picture is tokens of its own within a text, and rows in their embedding's place (engine thread).

Tokens are given out when a chat is encoded, which costs a look at the head of the picture's file. The rows are
computed when they are needed: not for what a cache holds already.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from llmdesk.datatypes.pictures import Picture
from llmdesk.engine.generation.given import FIRST_GIVEN, Floats, Places, has_given
from llmdesk.engine.processor.threads import default_threads
from llmdesk.engine.processor.torch_threads import torch_threads, use_torch_threads
from llmdesk.engine.sight.forms import Grid, PictureForm
from llmdesk.errors import FileError
from llmdesk.picture_files import decoded, size_of
from llmdesk.words import say

if TYPE_CHECKING:
    from llmdesk.engine.sight.tower import Eye

_MOST_KEPT_BYTES = 64 << 20
_KEY_LETTERS = 32
_ID_BYTES = 40
"""Of a number in a list, and its place there."""


@dataclass(slots=True, eq=False)
class Seen:
    """A picture in its tokens. ``ids`` are all that stands for it, frames included; ``rows`` are there once it was
    looked at; ``damage`` is what showed then."""

    picture: Picture
    grid: Grid
    ids: list[int]
    first: int
    count: int
    rows: Floats | None = None
    damage: FileError | None = None

    @property
    def size_bytes(self) -> int:
        """What it takes of memory."""
        return len(self.picture.data) + _ID_BYTES * len(self.ids) + (0 if self.rows is None else self.rows.nbytes)


class Sight:
    """One model's. ``word`` is what its chat template writes in a picture's place.

    Args:
        form: how pictures are cut.
        eye: makes what computes rows; called when the first picture is looked at.
        encode: text -> tokens, in which control words count.
        image_id: the token of ``word``.
    """

    def __init__(
        self, form: PictureForm, eye: Callable[[], Eye], encode: Callable[[str], list[int]], image_id: int
    ) -> None:
        self.form, self.word = form, form.word
        self._make_eye, self._encode, self._image_id = eye, encode, image_id
        self._eye: Eye | None = None
        self._next = FIRST_GIVEN
        self._firsts: dict[str, int] = {}  # a picture that comes again has its old numbers: caches know it by them
        self._seen: dict[str, Seen] = {}

    def key_of(self, picture: Picture) -> str:
        """What tells a picture from others, in letters and digits. Raises FileError: it is damaged, or none."""
        key = hashlib.sha256(picture.data.encode()).hexdigest()[:_KEY_LETTERS]
        if key in self._seen:
            seen = self._seen[key] = self._seen.pop(key)  # used last
            if seen.damage is not None:
                raise seen.damage.with_traceback(None)
            return key
        grid = self.form.grid(*size_of(picture.data, _name_of(picture)))
        tokens = self._encode(self.form.text(grid))
        count = sum(token == self._image_id for token in tokens)
        first = self._firsts.setdefault(key, self._next)
        self._next = max(self._next, first + count)
        numbers = iter(range(first, first + count))
        ids = [next(numbers) if token == self._image_id else token for token in tokens]
        self._seen[key] = Seen(picture, grid, ids, first, count)
        return key

    def ids_of(self, key: str) -> list[int]:
        """The tokens of a picture whose key was asked for in this very chat."""
        return self._seen[key].ids

    def plain(self, ids: list[int]) -> list[int]:
        """The same tokens as the vocabulary has them: each place of a picture is the one token for that."""
        return (
            [min(token, self._image_id) if token >= FIRST_GIVEN else token for token in ids] if has_given(ids) else ids
        )

    def glance(self, ids: Sequence[int]) -> Glance:
        """For one answer to these tokens, whose chat was just encoded."""
        wanted = set(ids) if has_given(ids) else set()
        pictures = {key: seen for key, seen in self._seen.items() if seen.first in wanted}
        self.make_room(pictures)
        return Glance(self, list(pictures.values()))

    def make_room(self, needed: Container[str]) -> None:
        """Forget those that were used last for longest, by their keys; whoever needs one again shows it again."""
        size_bytes = sum(seen.size_bytes for seen in self._seen.values())
        for key in [key for key in self._seen if key not in needed]:
            if size_bytes <= _MOST_KEPT_BYTES:
                break
            size_bytes -= self._seen.pop(key).size_bytes

    def look(self, seen: Seen) -> Iterator[tuple[int, int]]:
        """Compute the rows of one, part by part: (tokens whose rows are there, all) after each.

        Raises FileError: it turns out to be damaged. From then on ``key_of`` says so, too.
        """
        if seen.rows is not None:
            return
        try:
            image = decoded(seen.picture.data, _name_of(seen.picture))
        except FileError as error:
            seen.damage = error
            raise
        found, done = list[Floats](), 0
        for tile in self.form.tiles(image):
            for part, rows in enumerate(self._parts(tile), start=1):
                if rows is None:
                    yield done + (seen.count - done) * part // self._eye_of_files().parts, seen.count
                    continue
                found.append(rows)
                done += len(rows)
                if done == seen.count:
                    seen.rows = np.concatenate(found)
                yield done, seen.count

    def _eye_of_files(self) -> Eye:
        self._eye = self._eye or self._make_eye()
        return self._eye

    def _parts(self, tile: Floats) -> Iterator[Floats | None]:
        """The rows of a tile, after a None for each part of the work but the last; each on all threads.

        What computes besides has its own number of them, which may change in between.
        """
        parts, rows = None, None
        while rows is None:
            before = torch_threads()
            try:
                eye = self._eye_of_files()
                use_torch_threads(default_threads())
                parts = parts or eye.look(tile)
                rows = next(parts)
            finally:
                use_torch_threads(before or 1)
            yield rows


@dataclass(slots=True)
class Glance:
    """The pictures of one answer's prompt, which stay as long as it is read."""

    sight: Sight
    pictures: list[Seen]

    def look(self, ids: Sequence[int]) -> Iterator[tuple[int, int]]:
        """At the pictures of these tokens: (tokens done, tokens), before the first part and after each."""
        firsts = {token for token in ids if token >= FIRST_GIVEN}
        wanted = [seen for seen in self.pictures if seen.rows is None and seen.first + seen.count - 1 in firsts]
        total = sum(seen.count for seen in wanted)
        done = 0
        if wanted:
            yield 0, total  # what computes may have to be read first
        for seen in wanted:
            for looked, _ in self.sight.look(seen):
                yield done + looked, total
            done += seen.count

    def rows(self, ids: Sequence[int]) -> Floats:
        """(n, hidden) of the given ones among these tokens, in their order."""
        found = []
        for token in ids:
            if token >= FIRST_GIVEN:
                seen = next(each for each in self.pictures if each.first <= token < each.first + each.count)
                assert seen.rows is not None, "it was not looked at"
                found.append(seen.rows[token - seen.first])
        return np.stack(found)

    def places(self, ids: Sequence[int]) -> Places | None:
        """See Eyes."""
        if not self.sight.form.advances:
            return None
        made, done, at = np.empty((len(ids), 3), np.int32), 0, 0
        by_first = {seen.first: seen for seen in self.pictures}
        while done < len(ids):
            seen = by_first.get(ids[done])
            rows, columns = (1, 1) if seen is None else seen.grid
            inside = np.arange(rows * columns)
            made[done : done + len(inside)] = at + np.stack((0 * inside, inside // columns, inside % columns), axis=1)
            done, at = done + len(inside), at + max(rows, columns)
        return made


def _name_of(picture: Picture) -> str:
    return picture.name or say("The picture")
