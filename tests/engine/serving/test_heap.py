"""What a load froze is looked through again when the model goes (the tests' own processes thaw nothing: conftest)."""

from __future__ import annotations

import subprocess
import sys

_PROGRAM = """
import gc, weakref
from llmdesk.engine.serving.heap import exempt_from_collection, return_memory
gc.disable()
class Model:
    def __init__(self):
        self.part = self  # only the collector finds it
model = Model()
seen = weakref.ref(model)
exempt_from_collection()
assert gc.get_freeze_count() > 0
del model
gc.collect()
assert seen() is not None, "it was not frozen"
return_memory()
assert seen() is None, "it is still there"
assert gc.get_freeze_count() > 0, "what is left is walked through again"
"""


def test_what_a_load_froze_is_found_when_it_goes() -> None:
    result = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == 0, result.stderr
