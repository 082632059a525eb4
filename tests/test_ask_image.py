"""``llmdesk ask --image`` with a real network that sees, and what it says of files and models that do not go."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from llmdesk.cli import main
from tests.engine.tiny_models import save_model
from tests.engine.tiny_seeing import TILE_TOKENS, WHOLE, image, save_seeing_model
from tests.own_models import list_models

pytest.importorskip("torch")
pytestmark = pytest.mark.model

TEXT = {"lfm2_vl": {"layer_types": ["full_attention", "conv", "full_attention"], "tie_word_embeddings": False}}
"""The usual tiny one has one layer of attention, which takes pictures in any order for about the same, and repeats the
prompt's last token, as random weights do whose output layer is the embedding: no picture changes what it writes."""


@pytest.fixture(autouse=True)
def models(tmp_path: Path) -> None:
    kinds = {f"seer-{kind}": kind for kind in WHOLE}
    folders = {name: save_seeing_model(tmp_path / name, kind, **TEXT.get(kind, {})) for name, kind in kinds.items()}
    list_models({**folders, "blind": save_model(tmp_path / "blind")}, seeing=kinds)


def ask(*args: str) -> int:
    return main(["ask", "--json", "--temperature", "0", "--max-tokens", "6", *args])


@pytest.mark.parametrize("kind", ["smolvlm", "qwen3_5", "lfm2_vl", "gemma4"])
def test_images_are_seen_in_their_order(tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str) -> None:
    for seed, name in enumerate(("a.png", "b.jpg")):
        image(seed, (40, 40)).save(tmp_path / name)

    def asked(*names: str) -> dict[str, object]:
        images = [part for name in names for part in ("--image", str(tmp_path / name))]
        assert ask("--model", f"seer-{kind}", *images, "What differs?") == 0
        answer: dict[str, object] = json.loads(capsys.readouterr().out)
        return answer

    both, other, words = asked("a.png", "b.jpg"), asked("b.jpg", "a.png"), asked()
    assert both["text"] != other["text"]
    more = both["stats"]["prompt_tokens"] - words["stats"]["prompt_tokens"]  # type: ignore[index]
    assert more >= 2 * {"smolvlm": 5 * TILE_TOKENS, "qwen3_5": 25, "lfm2_vl": 16, "gemma4": 64}[kind]


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "cannot be read"), (b"", "is no PNG"), (b"GIF89a", "is no PNG"), (b"%PDF-1.7", "is no PNG")],
)
def test_a_file_that_is_no_image_is_refused_before_anything_is_loaded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, said: str
) -> None:
    file = tmp_path / "photo.png"
    if content is not None:
        file.write_bytes(content)
    assert ask("--model", "seer-smolvlm", "--image", str(file), "?") == 1
    error = json.loads(capsys.readouterr().out)["error"]
    assert (error["kind"], error["http_status"]) == ("FileError", 422)
    assert "photo.png" in error["message"]
    assert said in error["message"]


def test_a_model_that_does_not_see_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    image().save(tmp_path / "a.png")
    assert ask("--model", "blind", "--image", str(tmp_path / "a.png"), "?") == 1
    error = json.loads(capsys.readouterr().out)["error"]
    assert (error["kind"], error["message"]) == ("PromptError", "This model does not see images.")
