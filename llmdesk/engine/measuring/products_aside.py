"""What this processor can multiply at most, measured by a process of its own (any thread).

torch takes seconds to import, which nothing can interrupt, and some hundred megabytes. A window whose model runs on our
own kernels does without, and shall not import it for the sake of this figure.
"""

from __future__ import annotations

import subprocess
import sys
import time

from llmdesk.engine.measuring.ceilings import Check, product_flops
from llmdesk.no_console import NO_CONSOLE

_POLL_S = 0.02
_PROGRAM = """
import sys
from llmdesk.engine.measuring.ceilings import product_flops
print(product_flops(int(sys.argv[1]), float(sys.argv[2])))
"""


def product_flops_aside(threads: int, duration_s: float, check: Check) -> float:
    """See ceilings.product_flops; here as well where torch is imported anyway (then: engine thread).

    What ``check`` raises passes; the process ends with this call.

    Raises:
        RuntimeError: the process failed.
    """
    if "torch" in sys.modules:
        return product_flops(threads, duration_s, check)
    command = [sys.executable, "-c", _PROGRAM, str(threads), str(duration_s)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, creationflags=NO_CONSOLE
    ) as process:
        try:
            while process.poll() is None:
                check()
                time.sleep(_POLL_S)
        except BaseException:
            process.kill()
            raise
        words, _ = process.communicate()
    if process.returncode != 0:
        raise RuntimeError(f"the measurement ended with {process.returncode}")
    return float(words)
