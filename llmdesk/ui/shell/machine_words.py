"""What this machine can do, for the empty conversation."""

from __future__ import annotations

import psutil

from llmdesk.ui.kit.numbers import digits
from llmdesk.ui.kit.words import tr


def machine_summary() -> str:
    """What this machine can do, in one line (reads a few system files: file thread)."""
    from llmdesk.memory_need import GB, limit_bytes
    from llmdesk.services import machine

    processor = machine.processor()
    total_bytes = psutil.virtual_memory().total
    name = processor.name.replace("(R)", "").replace("(TM)", "")
    cores = tr("%n core(s)", n=processor.physical_cores)
    words = tr("{processor}, {cores}, {memory} GB of memory. Models of up to {most} GB fit.")
    memory, most = (digits(size / GB, ".0f") for size in (total_bytes, limit_bytes(total_bytes)))
    return words.format(processor=name, cores=cores, memory=memory, most=most)
