"""Names and files that are not what one expects: added or refused in words; nothing hangs, nothing breaks."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from llmdesk import paths
from llmdesk.cli import main
from llmdesk.errors import LlmdeskError, ModelError, UnsupportedModel
from llmdesk.models.catalogue import Catalogue
from tests.models.builders import gguf, model_folder
from tests.other_users import open_to_all

ODD = [
    "with space.gguf", "#1 'best' \"model\".gguf", "a\\b.gguf", "[x] {y}.gguf", "モデル😀.gguf", "-.gguf", "x.GGUF",
    "%41.gguf", "$(touch x).gguf", "~.gguf", "n" * 250 + ".gguf", "ä" * 120 + ".gguf",
    ".gguf", "dots.in.it",
]  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_odd_names_are_added_listed_found_again_and_removed(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = gguf(tmp_path / name)
    assert main(["models", "add", str(path), "--json"]) == 0
    model_id = json.loads(capsys.readouterr().out)["id"]
    catalogue = Catalogue.load()
    assert catalogue.problems == ()
    assert catalogue.resolve(model_id).path == path
    assert main(["models", "list"]) == 0
    assert model_id in capsys.readouterr().out
    assert main(["models", "remove", model_id]) == 0
    assert path.exists()


def test_a_path_as_long_as_linux_lets_it_be(tmp_path: Path) -> None:
    folder = tmp_path
    while len(str(folder)) < 3000:
        folder = folder / ("d" * 200)
    folder.mkdir(parents=True)
    catalogue = Catalogue.load()
    spec = catalogue.add_path(gguf(folder / "x.gguf"))
    assert catalogue.resolve(spec.id).path == folder / "x.gguf"


@pytest.mark.parametrize(
    "name", [b"caf\xe9.gguf", b"\xff\xfe.gguf", b"new\nline.gguf", b"\x1b[31mred.gguf", b"a\tb.gguf"]
)
@pytest.mark.parametrize("as_folder", [True, False])
def test_a_name_that_models_toml_cannot_hold_is_refused(
    name: bytes, as_folder: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
    if as_folder:
        path.mkdir()
        gguf(path / "x.gguf")
    else:
        gguf(tmp_path / "x.gguf").rename(path)
    for options in ([], ["--json"]):
        assert main(["models", "add", str(path), *options]) == 1
        shown = capsys.readouterr()
        text = shown.out + shown.err
        text.encode()  # it can be written anywhere
        assert "Rename" in text
        assert "models.toml" in text or "terminal" in text
        assert "Traceback" not in text
        assert "\x1b" not in text
    assert not paths.user_catalogue().exists()


def test_names_that_are_no_text_in_a_list_of_several(tmp_path: Path) -> None:
    for name in (b"\xff.gguf", b"b.gguf"):
        gguf(tmp_path / "x.gguf").rename(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
    with pytest.raises(UnsupportedModel, match="several") as caught:
        Catalogue.load().add_path(tmp_path)
    assert "\\xff.gguf" in caught.value.hint.encode().decode()


@pytest.mark.parametrize("name", [b"caf\xe9.gguf", b"x.gguf", b"folder/"])
def test_who_gives_a_path_for_an_id_is_told_how_to_add_it(
    name: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + b"/" + name)
    for given in (path, Path(path).name if path.endswith(".gguf") else path):
        assert main(["ask", "--model", given, "hello"]) == 1
        told = capsys.readouterr().err
        told.encode()
        assert "llmdesk models add PATH" in told
        assert "Traceback" not in told
    assert main(["ask", "--model", "no-such-model", "hello"]) == 1
    assert "models add" not in capsys.readouterr().err


def test_a_shard_with_a_name_that_is_no_text(tmp_path: Path) -> None:
    folder = model_folder(tmp_path / "m")
    (folder / "model.safetensors.index.json").write_text('{"weight_map": {"a": "\\udcff.safetensors"}}')
    with pytest.raises(ModelError, match=r"\\xff\.safetensors") as caught:
        Catalogue.load().add_path(folder)
    caught.value.user_message.encode()


@pytest.mark.parametrize(
    "target", ["", "x", "m/config.json", "m/tokenizer.json", "m/model.safetensors", "m/chat_template.jinja"]
)
def test_pipes_are_not_waited_for(target: str, tmp_path: Path) -> None:
    """In a process of its own, which ends if it waits."""
    model_folder(tmp_path / "m")
    path = tmp_path / (target or "pipe.gguf")
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    code = (
        "import sys; from pathlib import Path; from llmdesk.errors import ModelError\n"
        "from llmdesk.models.catalogue import Catalogue\n"
        "try: Catalogue.load().add_path(Path(sys.argv[1]))\n"
        "except ModelError as error: print(error.user_message)\n"
    )
    given = path.parent if "/" in target else path
    done = subprocess.run(
        [sys.executable, "-c", code, str(given)], capture_output=True, text=True, timeout=20, check=True
    )
    assert "is no file but a named pipe" in done.stdout


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/null", "/dev/tty"])
def test_devices(path: str) -> None:
    with pytest.raises(UnsupportedModel):
        Catalogue.load().add_path(Path(path))


def test_links(tmp_path: Path) -> None:
    catalogue = Catalogue.load()
    (tmp_path / "round.gguf").symlink_to(tmp_path / "about.gguf")
    (tmp_path / "about.gguf").symlink_to(tmp_path / "round.gguf")
    with pytest.raises(UnsupportedModel, match="cannot be opened: Too many levels"):
        catalogue.add_path(tmp_path / "round.gguf")
    (tmp_path / "nowhere.gguf").symlink_to(tmp_path / "gone.gguf")
    with pytest.raises(UnsupportedModel, match="link to something that is not there"):
        catalogue.add_path(tmp_path / "nowhere.gguf")
    with pytest.raises(UnsupportedModel, match="is not a model"):
        catalogue.add_path(tmp_path)
    (tmp_path / "good.gguf").symlink_to(gguf(tmp_path / "data"))
    assert catalogue.add_path(tmp_path / "good.gguf").source.location == str(tmp_path / "good.gguf")
    (tmp_path / "self").symlink_to(tmp_path)
    assert catalogue.add_path(tmp_path / "self" / "self").source.location == str(
        tmp_path / "self" / "self" / "good.gguf"
    )


@pytest.mark.parametrize("path", ["~nobody-there/x.gguf", "a\0b", "/" + "x" * 300, "/" + "x/" * 3000, ""])
def test_paths_that_cannot_be(path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UnsupportedModel) as caught:
        Catalogue.load().add_path(Path(path))
    assert len(caught.value.user_message) < 600


def test_folders_with_the_name_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "x.gguf").mkdir()
    with pytest.raises(UnsupportedModel, match="is not a model"):
        Catalogue.load().add_path(tmp_path / "x.gguf")
    assert Catalogue.load().add_path(model_folder(tmp_path / "m.gguf")).source.kind == "folder"
    (tmp_path / "x.gguf" / "model.safetensors").mkdir()
    (tmp_path / "x.gguf" / "config.json").write_text("{}")
    with pytest.raises(ModelError):
        Catalogue.load().add_path(tmp_path / "x.gguf")


NOBODY = 65534


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody who may not read")
@pytest.mark.parametrize("closed", ["x.gguf", "m", "m/config.json", "m/model.safetensors", "."])
def test_what_one_may_not_read(closed: str, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    # The project itself may lie in a closed folder.
    ours = Path(shutil.copy(paths.shipped("models.toml"), tmp_path_factory.mktemp("ours")))
    open_to_all(ours.parent)
    gguf(tmp_path / "x.gguf")
    model_folder(tmp_path / "m")
    open_to_all(tmp_path)
    catalogue = Catalogue.load()
    given = tmp_path / ("x.gguf" if closed == "." else closed.partition("/")[0])
    spec = catalogue.add_path(given)
    (tmp_path / closed).chmod(0)
    os.seteuid(NOBODY)
    try:
        with pytest.raises(LlmdeskError) as added:
            Catalogue(ours, Path("/nowhere")).add_path(given)
        with pytest.raises(LlmdeskError) as resolved:
            catalogue.resolve(spec.id)
    finally:
        os.seteuid(0)
        (tmp_path / closed).chmod(0o755)
    assert "may not be read by you" in added.value.user_message
    assert "the right to read it" in added.value.hint
    assert "may not" in resolved.value.user_message
    assert catalogue.resolve(spec.id)


def test_a_folder_is_not_searched_for_ever(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b" / "c" / "d" / "e"
    deep.mkdir(parents=True)
    gguf(deep / "x.gguf")
    with pytest.raises(UnsupportedModel, match="is not a model"):
        Catalogue.load().add_path(tmp_path)
