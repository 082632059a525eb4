"""Intel Extension for PyTorch as a library of operators: packed products and fused norms (engine thread only).

Only the operator library is loaded, not the Python package: that takes 0.4 s instead of 4 s, prints next to
nothing, and needs none of the package's patches of torch and transformers (docs/decisions/0001).
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch  # noqa: TID253  (imported by stacks.operators, on the engine thread)

from llmdesk.engine.backends.activations import gated
from llmdesk.engine.backends.aten_linear import in_kernel_groups, pack_for_aten, per_row
from llmdesk.engine.backends.stderr import native_stderr_to_log
from llmdesk.engine.matrices.forms import GROUP, Int4Matrix, Int8Matrix
from llmdesk.errors import SetupError
from llmdesk.words import say

if TYPE_CHECKING:
    from llmdesk.engine.matrices.forms import Matrix
    from llmdesk.engine.networks.linear import PackedLinear
    from llmdesk.own_decoders import Activation

# Numbers of intel_extension_for_pytorch.quantization.WoqWeightDtype and WoqLowpMode.
_WEIGHT_INT8 = 1
_LOWP_BF16 = 2
_PER_CHANNEL = -1


def load_operators() -> None:
    """Register IPEX's operators with torch. Idempotent.

    Raises:
        SetupError: the library is not there.
    """
    spec = importlib.util.find_spec("intel_extension_for_pytorch")
    library = Path(spec.origin).parent / "lib" / "libintel-ext-pt-cpu.so" if spec and spec.origin else None
    if library is None or not library.exists():
        raise SetupError(
            say("intel-extension-for-pytorch is not installed whole."), say("Install the ipex stack again.")
        )
    with native_stderr_to_log():
        torch.ops.load_library(str(library))


def _packs_matrices() -> bool:
    """True if IPEX has its fast products on this processor: only then does packing change a matrix's layout."""
    q = torch.zeros((64, 32), dtype=torch.uint8)
    ones = torch.ones((64, 64 // GROUP))
    context = torch.ops.ipex_prepack.weight_only_qlinear_prepack_int4(
        q, ones, ones, None, None, None, GROUP, _LOWP_BF16, 0, False, 0
    )
    return int(context.get_weight().dim()) == 4


class _Packed:
    """A matrix of 4 or 8 bits in IPEX's layout."""

    def __init__(self, context: Any) -> None:
        self._context = context  # owns the memory behind the handle, and the bias
        self._handle = context.get_data_handle()

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        y: torch.Tensor = torch.ops.torch_ipex.ipex_woq_linear(x, self._handle)
        return y

    def add(self, x: torch.Tensor, residual: torch.Tensor) -> torch.Tensor:
        y: torch.Tensor = torch.ops.torch_ipex.woq_linear_add(x, self._handle, [residual])
        return y


class IpexKernels:
    """See decoder.Kernels.

    IPEX's products of 4 and 8 bits exist for processors with AMX and AVX512-FP16 only (csrc/cpu/aten/kernels/
    WoqUtilKrnl.cpp); elsewhere it takes the matrix apart for each product, some 20 times slower. So there aten's
    kernels multiply, and IPEX's fused operators do the rest.
    """

    dtype = torch.bfloat16

    def __init__(self) -> None:
        self.has_packed_products = _packs_matrices()

    def pack(self, matrix: Matrix, bias: torch.Tensor | None) -> PackedLinear:
        """See decoder.Kernels."""
        if isinstance(matrix, Int4Matrix):
            matrix = in_kernel_groups(matrix) or matrix.dequantized()
        if not self.has_packed_products or not isinstance(matrix, Int4Matrix | Int8Matrix):
            return pack_for_aten(matrix, bias, self.dtype)
        prepack = torch.ops.ipex_prepack
        if isinstance(matrix, Int4Matrix):
            context = prepack.weight_only_qlinear_prepack_int4(
                matrix.q, matrix.scales, matrix.zeros, bias, None, None, matrix.group, _LOWP_BF16, 0, False, 0
            )
            return _Packed(context)
        whole = per_row(matrix)
        context = prepack.weight_only_qlinear_prepack(
            whole.q, _WEIGHT_INT8, list(whole.shape), whole.scales[:, 0], None, bias, None, None, _PER_CHANNEL,
            _LOWP_BF16, 0, False,
        )  # fmt: skip
        return _Packed(context)

    def rms_norm(self, x: torch.Tensor, weight: torch.Tensor, eps: float) -> torch.Tensor:
        """See decoder.Kernels."""
        y: torch.Tensor = torch.ops.torch_ipex.rmsnorm(x, weight, eps)
        return y

    def rotate(self, x: torch.Tensor, table: torch.Tensor, start: int) -> torch.Tensor:
        """See decoder.Kernels."""
        tokens, heads, dim = x.shape
        rotated_dims = table.shape[1]
        positions = torch.arange(start, start + tokens)[None]
        # Packed strides, whatever x is cut from: of a single token, wider ones make the kernel take x for queries, keys
        # and values in a row and read far beyond its end.
        packed = x.reshape(-1).view(1, tokens, heads, dim)
        rotated: torch.Tensor = torch.ops.torch_ipex.rotary_position_embedding(
            packed, table, positions, heads, dim, rotated_dims // 2, rotated_dims
        )[0]
        return rotated[0]

    def gated(self, gate_up: torch.Tensor, activation: Activation) -> torch.Tensor:
        """See decoder.Kernels."""
        return gated(gate_up, activation)
