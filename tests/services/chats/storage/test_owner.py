"""Who of the processes that use a file still lives."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from llmdesk.services.chats.storage.owner import Owner

_CHILD = """
import sys
from pathlib import Path
from llmdesk.services.chats.storage.owner import Owner
owner = Owner(Path(sys.argv[1]))
owner.acquire()
print(owner.id, flush=True)
sys.stdin.read()
"""


def test_a_process_lives_until_it_is_killed(file: Path) -> None:
    me = Owner(file)
    me.acquire()
    with subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        other = child.stdout.readline().strip()
        me.clean_up()
        assert me.lives(other)
        assert me.lives(me.id)
        child.kill()
    assert not me.lives(other)
    me.clean_up()
    assert [path.name for path in file.parent.iterdir()] == [f"{file.name}.{me.id}.owner"]
    me.release()
    assert list(file.parent.iterdir()) == []
    assert not me.lives("nobody")
