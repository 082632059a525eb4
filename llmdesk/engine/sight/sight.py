"""How a model sees: a picture is tokens of its own within a text, and rows in their embedding's place (engine thread).

Tokens are given out when a chat is encoded, which costs a look at the head of the picture's file. The rows are
computed when they are needed: not for what a cache holds already.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from llmdesk.datatypes.pictures import Picture
from llmdesk.engine.generation.given import FIRST_GIVEN, Floats, has_given
from llmdesk.engine.processor.threads import default_threads
from llmdesk.engine.processor.torch_threads import torch_threads, use_torch_threads
from llmdesk.engine.sight.tiles import IMAGE_TOKEN, TileForm
from llmdesk.errors import FileError, ModelDamaged
from llmdesk.file_errors import said_of_a_file
from llmdesk.mmproj import mmproj_of
from llmdesk.picture_files import decoded, size_of
from llmdesk.whole_models import sees
from llmdesk.words import say

if TYPE_CHECKING:
    from llmdesk.engine.sight.tower import Tower

log = logging.getLogger(__name__)

_MOST_KEPT_BYTES = 64 << 20
_PROCESSINGS = ("preprocessor_config.json", "processor_config.json")
_KEY_LETTERS = 32
_ID_BYTES = 40
"""Of a number in a list, and its place there."""


@dataclass(slots=True, eq=False)
class Seen:
    """A picture in its tokens. ``ids`` are all that stands for it, frames included; ``rows`` are there once it was
    looked at; ``damage`` is what showed then."""

    picture: Picture
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
        tower: makes what computes rows; called when the first picture is looked at.
        encode: text -> tokens, in which control words count.
        image_id: the token of ``word``.
    """

    word = IMAGE_TOKEN

    def __init__(
        self, form: TileForm, tower: Callable[[], Tower], encode: Callable[[str], list[int]], image_id: int
    ) -> None:
        self._form, self._make_tower, self._encode, self._image_id = form, tower, encode, image_id
        self._tower: Tower | None = None
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
        text = self._form.text(*self._form.grid(*size_of(picture.data, _name_of(picture))))
        tokens = self._encode(text)
        count = sum(token == self._image_id for token in tokens)
        first = self._firsts.setdefault(key, self._next)
        self._next = max(self._next, first + count)
        numbers = iter(range(first, first + count))
        ids = [next(numbers) if token == self._image_id else token for token in tokens]
        self._seen[key] = Seen(picture, ids, first, count)
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
        """Compute the rows of one, a tile at a time: (tiles done, tiles) after each.

        Raises FileError: it turns out to be damaged. From then on ``key_of`` says so, too.
        """
        if seen.rows is not None:
            return
        found = list[Floats]()
        tiles = seen.count // self._form.tile_tokens
        try:
            image = decoded(seen.picture.data, _name_of(seen.picture))
        except FileError as error:
            seen.damage = error
            raise
        for tile in self._form.tiles(image):
            found.append(self._rows(tile))
            if len(found) == tiles:
                seen.rows = np.concatenate(found)
            yield len(found), tiles

    def _rows(self, tile: Floats) -> Floats:
        """Of a tile, on all threads; what computes besides has its own number of them, which may change in between."""
        before = torch_threads()
        try:
            self._tower = self._tower or self._make_tower()
            use_torch_threads(default_threads())
            rows: Floats = self._tower.rows(tile)
            return rows
        finally:
            use_torch_threads(before or 1)


@dataclass(slots=True)
class Glance:
    """The pictures of one answer's prompt, which stay as long as it is read."""

    sight: Sight
    pictures: list[Seen]

    def look(self, ids: Sequence[int]) -> Iterator[tuple[int, int]]:
        """At the pictures of these tokens: (tokens done, tokens), before the first tile and after each."""
        firsts = {token for token in ids if token >= FIRST_GIVEN}
        wanted = [seen for seen in self.pictures if seen.rows is None and seen.first + seen.count - 1 in firsts]
        total = sum(seen.count for seen in wanted)
        done = 0
        if wanted:
            yield 0, total  # what computes may have to be read first
        for seen in wanted:
            for tile, tiles in self.sight.look(seen):
                yield done + seen.count * tile // tiles, total
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


def _name_of(picture: Picture) -> str:
    return picture.name or say("The picture")


def sight_of(model: Path | None, folder: Path, tokenizer: Any) -> Sight | None:
    """None if it does not see, or not in a way that is known here.

    Args:
        model: a GGUF file, which may have what sees beside it; None: it is a folder.
        folder: with config.json.

    Raises:
        ModelDamaged: its files say what cannot be.
    """
    backend = tokenizer.backend_tokenizer
    image_id = backend.token_to_id(IMAGE_TOKEN)
    found = None if image_id is None else _of_folder(folder) if model is None else _of_gguf(model)
    if found is None:
        return None
    form, tower = found
    return Sight(form, tower, lambda text: list(backend.encode(text, add_special_tokens=False).ids), image_id)


def _of_folder(folder: Path) -> tuple[TileForm, Callable[[], Tower]] | None:
    values = _values(folder / "config.json")
    if not sees(values):
        return None
    processing: dict[str, Any] = {}
    for name in _PROCESSINGS:
        if (folder / name).is_file():
            found = _values(folder / name)
            processing |= found.get("image_processor", found)
    if "max_image_size" not in processing:
        log.info("%s says nothing of how pictures are cut: it is used for texts only", folder.name)
        return None
    with said_of_a_file(say("{name} cannot be used", name=" / ".join(("config.json", *_PROCESSINGS)))):
        form = TileForm.of(values, processing)

    def tower() -> Tower:
        from llmdesk.engine.sight.tower import FolderTensors, Tower
        from llmdesk.engine.weights.model_files import open_config

        return Tower(open_config(folder), FolderTensors(folder))

    return form, tower


def _of_gguf(model: Path) -> tuple[TileForm, Callable[[], Tower]] | None:
    from llmdesk.engine.sight.mmproj_tower import MmprojTensors, config_of, form_of

    mmproj = mmproj_of(model)
    if mmproj is None:
        return None

    def tower() -> Tower:
        from llmdesk.engine.sight.tower import Tower

        return Tower(config_of(mmproj), MmprojTensors(mmproj))

    return form_of(mmproj), tower


def _values(file: Path) -> dict[str, Any]:
    with said_of_a_file(say("{name} in {name2} is damaged", name=file.name, name2=file.parent.name)):
        values = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(values, dict):
            raise ModelDamaged(say("{name} is damaged: it should hold an object.", name=file.name))
    return values
