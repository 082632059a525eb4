"""Another precision of a model that is a GGUF file (engine thread only).

The file keeps all that it says of itself, its order and its names; its blocks are made anew by the same rules as for
llmdesk's own use, so what needs no rounding is the same block again.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from llmdesk import gguf_header
from llmdesk.datatypes.model import Precision
from llmdesk.engine.matrices.forms import GROUP
from llmdesk.engine.networks.architecture import HEAD
from llmdesk.engine.networks.layers import is_router
from llmdesk.engine.networks.mixers import is_state_gate
from llmdesk.engine.weights.conversion import Rules
from llmdesk.engine.weights.exporting.plan import Plan, as_blocks, as_it_is
from llmdesk.engine.weights.gguf_blocks import PLAIN, type_name
from llmdesk.engine.weights.gguf_file import GgufFile
from llmdesk.engine.weights.gguf_names import hf_names

if TYPE_CHECKING:
    from llmdesk.engine.weights.source import SourceTensor
    from llmdesk.gguf_header import GgufTensor

_OF_ITS_BLOCKS = ("general.file_type", "general.quantization_version", "general.alignment", "split.", "quantize.")


def plan_of_file(path: Path, precision: Precision) -> Plan:
    """Raises ModelDamaged, UnsupportedModel."""
    gguf = GgufFile(path)
    stored = gguf_header.read_values(gguf.path)
    values = [value for key, value in stored.items() if not key.startswith(_OF_ITS_BLOCKS)]
    head = {name for name, of in hf_names(gguf.architecture, gguf.layers).items() if of == HEAD}
    rules = Rules(
        precision,
        tied=not any(gguf.has(name) for name in head),
        mostly_int4=gguf.header.int4,
        ternary=gguf.architecture == "bitnet",
        super_blocks=True,
    )
    tensors = []
    for tensor, found in gguf.stored():
        if found is None or _stays(tensor, found):
            raw = partial(gguf.raw, tensor)
            tensors.append(as_it_is(tensor.name, type_name(tensor.kind), tensor.shape, raw))
        else:
            tensors.append(as_blocks(tensor.name, tensor.shape, found, rules))
    return Plan(values, tensors)


def _stays(tensor: GgufTensor, found: SourceTensor) -> bool:
    """Vectors, taps of convolutions, and numbers that choose experts or what a state forgets."""
    if len(tensor.shape) == 1 or len(found.shape) == 1:
        return True
    is_plain = type_name(tensor.kind) in PLAIN
    return is_plain and bool(tensor.shape[-1] % GROUP or is_router(found.name) or is_state_gate(found.name))
