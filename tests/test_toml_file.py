"""Where a key stands in a TOML file, and writing that is never half done."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmdesk.toml_file import Key, line_of, replace_file

TEXT = """\
# engine.threads = 1
top = 1
dotted."a b".c = 2
[engine]  # a comment
threads = 3
text = '''
[nonsense
device = 4
'''
inline = { x = 1, y = 2 }
[model."x.y"]
id = 5
[[model2]]
id = "a"
[model2.more]
deep = 1
[[model2]]
  id = "b"
"""


@pytest.mark.parametrize(
    ("key", "line"),
    [
        (("top",), 2),
        (("dotted", "a b", "c"), 3),
        (("engine", "threads"), 5),
        (("engine", "missing"), 4),
        (("engine", "inline", "y"), 10),
        (("model", "x.y", "id"), 12),
        (("model2", 0, "id"), 14),
        (("model2", 0, "more", "deep"), 16),
        (("model2", 1, "id"), 18),
        (("model2", 1, "title"), 17),
        (("nowhere",), 1),
    ],
)
def test_the_line_of_a_key(key: Key, line: int) -> None:
    assert line_of(TEXT, key) == line


def test_a_file_is_replaced_whole_and_a_link_stays_one(tmp_path: Path) -> None:
    real, link = tmp_path / "dotfiles" / "real.toml", tmp_path / "link.toml"
    real.parent.mkdir()
    real.write_text("old")
    real.chmod(0o644)
    link.symlink_to(real)
    replace_file(link, "new")
    assert link.is_symlink()
    assert real.read_text() == "new"
    assert real.stat().st_mode & 0o777 == 0o644
    assert [file.name for file in real.parent.iterdir()] == ["real.toml"]


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "folder.toml").mkdir()
    with pytest.raises(OSError, match="directory"):
        replace_file(tmp_path / "folder.toml", "new")
    assert [file.name for file in tmp_path.iterdir()] == ["folder.toml"]
