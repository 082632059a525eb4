"""``llmdesk collections`` as a user meets it: real index, real core, by words only (no model is on this machine)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from llmdesk import cli, paths


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "tea.md").write_text("# Tea\n\nSteep it for two minutes.\n")
    return folder


@pytest.fixture(autouse=True)
def _by_words_only() -> None:
    (paths.config_dir() / "settings.toml").write_text('[collections]\nmodel = ""\n')


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output, standard error."""
    code = cli.main(["collections", *arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_from_adding_to_removing(notes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys)[1] == "There are no collections yet. `llmdesk collections add FOLDER` makes one.\n"
    assert run(capsys, "add", str(notes), "--name", "Mine") == (0, "Mine: 1 passage of 1 file.\n", "")
    code, out, _ = run(capsys, "list")
    assert code == 0
    assert out.split()[:5] == ["ID", "STATE", "FILES", "PASSAGES", "NAME"]
    assert out.split()[-1] == "Mine"
    code, out, _ = run(capsys, "search", "How", "long", "does", "tea", "steep?")
    assert code == 0
    assert out.startswith(f"[1] {notes / 'tea.md'}, lines 1-3  (Tea)\n    # Tea\n")
    (notes / "bad.pdf").write_bytes(b"%PDF-")
    code, out, err = run(capsys, "rescan", "Mine", "--json")
    assert code == 1
    assert json.loads(out)["collection"]["problem_count"] == 1
    assert "bad.pdf is damaged" in err
    found = json.loads(run(capsys, "search", "steep", "--in", "Mine", "--json")[1])
    assert [passage["place"] for passage in found["passages"]] == ["lines 1-3"]
    assert run(capsys, "remove", "Mine")[1] == "Mine is forgotten. Its files stay where they are.\n"
    assert json.loads(run(capsys, "list", "--json")[1]) == {"collections": []}
    assert (notes / "tea.md").exists()


def test_mistakes_are_told(notes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "add", str(notes / "nowhere"))
    assert code == 1
    assert "There is no folder" in err
    assert run(capsys, "add", str(notes))[0] == 0
    assert run(capsys, "remove", "")[0] == 1  # as a script's variable that is empty: not the only one there is
    assert len(json.loads(run(capsys, "list", "--json")[1])["collections"]) == 1
    with pytest.raises(SystemExit):
        run(capsys, "add", "")
    code, out, err = run(capsys, "remove", "nothing", "--json")
    assert code == 1
    assert json.loads(out)["error"]["message"] == "There is no collection nothing."
