"""Newer versions: signatures as RFC 8032 has them, files that are changed on the way, and a real server over TLS."""

from __future__ import annotations

import hashlib
import json
import os
import ssl
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import release as release_script

from llmdesk import __version__, cli, paths
from llmdesk.errors import NotEnoughDisk, UpdateError
from llmdesk.services.updates import looking, version_file
from llmdesk.services.updates.ed25519 import is_signed
from llmdesk.services.updates.version_file import Publisher, Release, ReleaseFile
from tests.services.updates.site import Site, release, running_site

# RFC 8032, 7.1: public key, message, signature.
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.mark.parametrize(("key", "message", "signature"), VECTORS)
def test_the_vectors_of_the_standard(key: str, message: str, signature: str) -> None:
    given = bytes.fromhex(message), bytes.fromhex(signature), bytes.fromhex(key)
    assert is_signed(*given)
    for place in range(3):
        for bit in (0, 7):
            spoiled = [bytearray(each) for each in given]
            if spoiled[place]:
                spoiled[place][-1] ^= 1 << bit
                assert not is_signed(*map(bytes, spoiled))


def test_it_agrees_with_cryptography() -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    for length in (0, 1, 63, 64, 1000):
        secret, message = Ed25519PrivateKey.generate(), os.urandom(length)
        key, signature = secret.public_key().public_bytes_raw(), secret.sign(message)
        assert is_signed(message, signature, key)
        assert not is_signed(message + b"x", signature, key)
        other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
        assert not is_signed(message, signature, other)


def test_what_is_no_signature_is_none() -> None:
    order = 2**252 + 27742317777372353535851937790883648493
    key, message, signature = (bytes.fromhex(each) for each in VECTORS[1])
    again = int.from_bytes(signature[32:], "little") + order  # the same to who does not look: RFC 8032, 5.1.7
    assert not is_signed(message, signature[:32] + again.to_bytes(32, "little"), key)
    for wrong in (b"", signature[:63], signature + b"x", bytes(64), b"\xff" * 64):
        assert not is_signed(message, wrong, key)
    for wrong in (b"", bytes(31), b"\xff" * 32, (2).to_bytes(32, "little")):
        assert not is_signed(message, signature, wrong)


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    return tmp_path / "secret"


@pytest.fixture
def publisher(secret: Path) -> Publisher:
    return Publisher("https://localhost:1/versions.json", release_script.new_key(secret))


def test_a_signed_file_is_believed(publisher: Publisher, secret: Path) -> None:
    assert secret.stat().st_mode & 0o777 == 0o600
    found = version_file.read(release_script.signed(json.dumps(release()), secret).encode(), publisher)
    assert (found.version, found.news) == ("99.1", ("Everything is better.",))
    assert found.is_newer_than(__version__)
    assert not found.is_newer_than("99.1.0")
    assert not found.is_newer_than("100.0")
    assert found.is_newer_than("99.0.9+local")


def test_any_other_is_not(publisher: Publisher, secret: Path, tmp_path: Path) -> None:
    content = release_script.signed(json.dumps(release()), secret)
    changed = json.loads(content)
    changed["signed"] = changed["signed"].replace("99.1", "99.2")
    other = release_script.signed(json.dumps(release()), tmp_path / "other") if _new(tmp_path / "other") else ""
    for wrong in (json.dumps(changed), other, "", "{}", "null", content[:-20], '{"signed": 1, "signature": ""}'):
        with pytest.raises(UpdateError):
            version_file.read(wrong.encode(), publisher)
    with pytest.raises(UpdateError, match="out of date"):
        version_file.read(content.encode(), publisher, now_s=time.time() + 2000)


def _new(file: Path) -> str:
    return release_script.new_key(file)


@pytest.mark.parametrize(
    "file",
    [
        {"name": "../../evil.deb"},
        {"name": ".hidden"},
        {"url": "http://example.org/a.deb"},
        {"url": "file:///etc/passwd"},
        {"sha256": "0"},
        {"size_bytes": 0},
    ],
)
def test_a_publisher_signs_no_nonsense(secret: Path, publisher: Publisher, file: dict[str, object]) -> None:
    usual = {"kind": "deb", "name": "a.deb", "url": "https://x/a.deb", "size_bytes": 1, "sha256": 64 * "0"}
    Release.model_validate_json(json.dumps(release(files=[usual])))
    with pytest.raises(ValueError, match="files"):
        release_script.signed(json.dumps(release(files=[usual | file])), secret)


# -- over the network --------------------------------------------------------------------------------------------------


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with running_site(tmp_path, monkeypatch) as made:
        yield made


@pytest.fixture
def published(site: Site, secret: Path, publisher: Publisher, tmp_path: Path) -> tuple[Publisher, bytes]:
    """A version with a file for each kind of installation; the publisher, and what the file holds."""
    content = os.urandom(3_000_000)
    dist = tmp_path / "dist"
    dist.mkdir()
    for suffix in release_script.KINDS:
        (dist / f"llmdesk_99.1{suffix}").write_bytes(content)
        site.files[f"/files/llmdesk_99.1{suffix}"] = content
    files = release_script.files(dist, f"{site.address}/files/")
    site.files["/versions.json"] = release_script.signed(json.dumps(release(files=files)), secret).encode()
    return Publisher(f"{site.address}/versions.json", publisher.public_key), content


def test_it_is_looked_for_and_fetched(site: Site, published: tuple[Publisher, bytes], tmp_path: Path) -> None:
    who, content = published
    assert looking.is_due()
    found = looking.look(who)
    assert found is not None
    assert not looking.is_due()
    assert looking.is_due(time.time() + looking.EVERY_S + 1)
    assert looking.is_due(time.time() - 1000)  # the clock was wrong then
    file = found.file_for(version_file.own_kind())
    assert file is not None
    told: list[int] = []
    done = looking.fetch(file, tmp_path, told.append)
    assert done.read_bytes() == content
    assert told[-1] == len(content)
    path, headers = site.asked[0]
    assert (path, headers["User-Agent"]) == ("/versions.json", "llmdesk")  # and no more is told
    assert set(headers) == {"Accept-Encoding", "Host", "User-Agent", "Connection"}


@pytest.mark.skipif(sys.platform == "win32", reason="rights of POSIX")
def test_only_a_single_file_may_be_started(site: Site, published: tuple[Publisher, bytes], tmp_path: Path) -> None:
    found = looking.look(published[0])
    assert found is not None
    file = found.file_for(version_file.own_kind())
    assert file is not None
    assert not os.access(looking.fetch(file, tmp_path), os.X_OK)
    single = looking.fetch(file.model_copy(update={"kind": "one-file"}), tmp_path)
    assert single.stat().st_mode & 0o777 == 0o755


def test_the_same_version_is_no_news(site: Site, secret: Path, published: tuple[Publisher, bytes]) -> None:
    content = json.dumps(release(version="0.0.1"))
    site.files["/versions.json"] = release_script.signed(content, secret).encode()
    assert looking.look(published[0]) is None


def test_a_file_that_was_changed_is_not_kept(site: Site, published: tuple[Publisher, bytes], tmp_path: Path) -> None:
    found = looking.look(published[0])
    assert found is not None
    file = found.files[0]
    place = tmp_path / "downloads"
    place.mkdir()
    content = published[1]
    path = f"/files/{file.name}"
    for wrong in (content[:-1], content + b"x", b"y" + content[1:], content + bytes(20_000_000), b""):
        site.files[path] = wrong
        with pytest.raises(UpdateError, match="checksum"):
            looking.fetch(file, place)
        assert list(place.iterdir()) == []


def test_nobody_is_followed_out_of_https(site: Site, published: tuple[Publisher, bytes]) -> None:
    site.moved["/away"] = "http://localhost/versions.json"
    site.moved["/on"] = f"{site.address}/versions.json"
    key = published[0].public_key
    with pytest.raises(UpdateError, match="without HTTPS"):
        looking.look(Publisher(f"{site.address}/away", key))
    assert looking.look(Publisher(f"{site.address}/on", key)) is not None


def test_who_is_not_known_is_not_asked(site: Site, published: tuple[Publisher, bytes]) -> None:
    for who in (Publisher(), Publisher(f"{site.address}/versions.json"), Publisher("", published[0].public_key)):
        with pytest.raises(UpdateError, match="Nobody publishes"):
            looking.look(who)
    assert site.asked == []
    with pytest.raises(UpdateError, match="does not answer"):
        looking.look(Publisher(f"{site.address}/missing", published[0].public_key))


def test_another_certificate_is_refused(published: tuple[Publisher, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "_context", ssl.create_default_context)
    with pytest.raises(UpdateError, match="does not answer"):
        looking.look(published[0])


def test_no_room(published: tuple[Publisher, bytes], tmp_path: Path) -> None:
    file = ReleaseFile(kind="deb", name="a.deb", url="https://localhost/a", size_bytes=1 << 40, sha256=64 * "0")
    with pytest.raises(NotEnoughDisk):
        looking.fetch(file, tmp_path)


def test_a_connection_that_breaks_off_is_told(site: Site, published: tuple[Publisher, bytes], tmp_path: Path) -> None:
    found = looking.look(published[0])
    assert found is not None
    site.breaks_off = True
    with pytest.raises(UpdateError, match="broke off"):
        looking.look(published[0])
    with pytest.raises(UpdateError, match="broke off"):
        looking.fetch(found.files[0], tmp_path / "downloads")
    assert list((tmp_path / "downloads").iterdir()) == []


def test_an_answer_that_is_not_believed_is_no_look(site: Site, published: tuple[Publisher, bytes]) -> None:
    good = site.files["/versions.json"]
    site.files["/versions.json"] = good.replace(b"99.1", b"99.2")
    with pytest.raises(UpdateError):
        looking.look(published[0])
    assert looking.is_due()


def test_a_folder_is_made_and_a_place_that_is_none_is_told(
    site: Site, published: tuple[Publisher, bytes], tmp_path: Path
) -> None:
    found = looking.look(published[0])
    assert found is not None
    assert looking.fetch(found.files[0], tmp_path / "new" / "folder").read_bytes() == published[1]
    (tmp_path / "file").write_text("x")
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(UpdateError, match="cannot be written"):
            looking.fetch(found.files[0], folder)


def test_offline_nobody_is_asked(
    site: Site,
    published: tuple[Publisher, bytes],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(looking, "publisher", lambda: published[0])
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert cli.main(["update"]) == 1
    assert "offline mode" in capsys.readouterr().err
    assert site.asked == []


def test_the_command(
    published: tuple[Publisher, bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(looking, "publisher", lambda: published[0])
    assert cli.main(["update", "--download", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "llmdesk 99.1 was published on 2026-12-01" in said
    assert "Everything is better." in said
    assert str(tmp_path / "llmdesk_99.1") in said


def test_this_build_says_that_nobody_publishes_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert looking.publisher() == Publisher()  # whoever publishes one fills it in
    assert cli.main(["update"]) == 1
    assert "Nobody publishes" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("/usr/lib/llmdesk/lib/python3/dist-packages/llmdesk/models.toml", "deb"),
        ("/home/me/llmdesk/lib/python3/dist-packages/llmdesk/models.toml", "linux-folder"),
        ("/home/me/.local/lib/python3.12/site-packages/llmdesk/models.toml", "wheel"),
    ],
)
def test_which_file_is_like_this_installation(place: str, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "shipped", lambda _: Path(place))
    assert version_file.own_kind() == kind


def test_sums_of_files(tmp_path: Path) -> None:
    (tmp_path / "a.deb").write_bytes(b"abc")
    (tmp_path / "notes.txt").write_bytes(b"abc")
    assert release_script.files(tmp_path, "https://x/") == [
        {
            "kind": "deb",
            "name": "a.deb",
            "url": "https://x/a.deb",
            "size_bytes": 3,
            "sha256": hashlib.sha256(b"abc").hexdigest(),
        }
    ]
