"""Pictures of any origin: turned the right way, on white, and refused with a reason before they take memory."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from llmdesk.errors import FileError
from llmdesk.picture_files import MAX_FILE_BYTES, MAX_PIXELS, decoded, opened, read_picture, size_of

RED, BLUE = (255, 0, 0), (0, 0, 255)


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    into = io.BytesIO()
    image.save(into, kind, **options)
    return into.getvalue()


def png_head(width: int, height: int) -> bytes:
    """The beginning of a PNG of that size, and nothing more."""
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = b"IDAT" + zlib.compress(b"\0" * 1000)
    chunks = (struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part)) for part in (body, data))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def colour_at(image: Image.Image, at: tuple[int, int]) -> tuple[int, ...]:
    found = image.getpixel(at)
    assert isinstance(found, tuple)
    return found


def two_halves(size: tuple[int, int] = (64, 32)) -> Image.Image:
    """Red at the left, blue at the right."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, *size))
    return image


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_every_kind_is_opened(kind: str) -> None:
    image = opened(saved(two_halves(), kind), "a")
    assert (image.mode, image.size) == ("RGB", (64, 32))
    for at, colour in (((8, 16), RED), ((56, 16), BLUE)):
        assert all(abs(found - wanted) < 12 for found, wanted in zip(colour_at(image, at), colour, strict=True))


def test_what_a_camera_says_of_the_right_way_up_is_followed() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter, clockwise
    image = opened(saved(two_halves(), "JPEG", exif=exif.tobytes(), quality=95), "a")
    assert image.size == (32, 64)
    assert colour_at(image, (16, 8))[0] > 200
    assert colour_at(image, (16, 56))[2] > 200


def test_a_jpeg_with_further_pictures_behind_it_is_its_first_one() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = saved(two_halves(), "MPO", save_all=True, append_images=[Image.new("RGB", (9, 9))], exif=exif.tobytes())
    image = opened(data, "a")
    assert image.size == size_of(in_base64(data), "a") == (32, 64)
    assert colour_at(image, (16, 8))[0] > 200


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_what_is_transparent_is_white(mode: str) -> None:
    layer = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    layer.paste((0, 0, 0, 255), (0, 0, 10, 20))
    image = opened(saved(layer.convert(mode), "PNG"), "a")
    assert image.getpixel((15, 10)) == (255, 255, 255)
    assert image.getpixel((5, 10)) == (0, 0, 0)


def test_a_palette_with_a_transparent_colour_is_white() -> None:
    image = Image.new("P", (8, 8), 0)
    image.putpalette([0, 0, 0, 255, 0, 0])
    found = opened(saved(image, "PNG", transparency=0), "a")
    assert found.getpixel((4, 4)) == (255, 255, 255)


def test_grey_and_16_bit_pictures_are_opened() -> None:
    assert opened(saved(Image.new("L", (8, 8), 128), "PNG"), "a").getpixel((1, 1)) == (128, 128, 128)
    for value in (0, 300, 32_896, 65_535):
        assert colour_at(opened(saved(Image.new("I;16", (8, 8), value), "PNG"), "a"), (1, 1)) == (value // 257,) * 3
    assert opened(saved(Image.new("CMYK", (8, 8)), "JPEG"), "a").mode == "RGB"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is no PNG, JPEG, WebP or GIF image"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "is no PNG, JPEG, WebP or GIF image"),
        (saved(Image.new("RGB", (8, 8)), "TIFF"), "is no PNG, JPEG, WebP or GIF image"),
        (saved(two_halves(), "PNG")[:60], "is damaged"),
        (saved(two_halves((640, 320)), "JPEG")[:900], "is damaged"),
        (saved(two_halves(), "WEBP")[:-20], "is damaged"),
        (png_head(65_535, 65_535), "is too large: 4294 million pixels"),
        (png_head(7_000, 7_000), "is too large: 49 million pixels"),
        (png_head(100, 100), "is damaged"),
        (b"\x89PNG" + bytes(MAX_FILE_BYTES), "is larger than 20 MB"),
    ],
)
def test_what_cannot_be_used_says_why(data: bytes, said: str) -> None:
    with pytest.raises(FileError, match=f"photo {said}"):
        opened(data, "photo")


def test_the_largest_pictures_are_opened_within_bounds() -> None:
    side = int(MAX_PIXELS**0.5)
    data = saved(Image.new("L", (side, side), 7), "PNG", compress_level=1)
    assert opened(data, "a").size == (side, side)
    jpeg = saved(Image.new("L", (side, side), 7), "JPEG")
    assert 2_048 <= opened(jpeg, "a").width < side  # unpacked no larger than it is of use


def test_files_are_read_whole_and_other_things_are_none(tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(saved(two_halves(), "PNG"))
    assert decoded(read_picture(file), "a").size == (64, 32)
    for name, said in ((".", "is no file"), ("gone.png", "cannot be read")):
        with pytest.raises(FileError, match=said):
            read_picture(tmp_path / name)
    lines = base64.encodebytes(file.read_bytes()).decode()  # as `base64` and e-mail write it
    assert decoded(lines, "a").size == decoded(lines.rstrip("=\n"), "a").size == size_of(lines, "a") == (64, 32)
    for text in ("no base64!", "QUJD", "Q", ""):
        with pytest.raises(FileError):
            decoded(text, "a")


def in_base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_size_is_known_by_the_head(kind: str, orientation: int, monkeypatch: pytest.MonkeyPatch) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = in_base64(saved(two_halves(), kind, exif=exif.tobytes()))
    expected = decoded(data, "a").size
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", None)  # nothing may be unpacked
    assert size_of(data, "a") == expected == ((64, 32) if orientation < 5 else (32, 64))


def test_sizes_are_those_of_the_unpacked_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    png = saved(two_halves(), "PNG", exif=exif.tobytes())
    at, end = png.index(b"eXIf") - 4, png.index(b"IEND") - 4
    length = 12 + struct.unpack(">I", png[at : at + 4])[0]
    late = png[:at] + png[at + length : end] + png[at : at + length] + png[end:]  # behind the pixels: not looked for
    for data in (late, saved(two_halves((9_000, 3_000)), "JPEG"), saved(two_halves(), "GIF")):
        assert size_of(in_base64(data), "a") == opened(data, "a").size
    assert opened(late, "a").size == (64, 32)


def test_a_size_needs_a_whole_file() -> None:
    for kind in ("PNG", "JPEG", "WEBP", "GIF"):
        data = saved(two_halves((640, 320)), kind)
        with pytest.raises(FileError, match="a is damaged"):
            size_of(in_base64(data[: len(data) // 2]), "a")
    with_more_behind_it = saved(two_halves(), "JPEG") + bytes(1_000)
    assert size_of(in_base64(with_more_behind_it), "a") == (64, 32)
    for data, said in ((b"", "is no PNG"), (png_head(7_000, 7_000), "too large"), (png_head(100, 100), "damaged")):
        with pytest.raises(FileError, match=said):
            size_of(in_base64(data), "a")
    with pytest.raises(FileError, match="damaged"):
        size_of("no base64!", "a")
