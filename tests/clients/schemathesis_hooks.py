"""Half of what schemathesis makes up names a model that is there, so that it reaches what lies behind that."""

from __future__ import annotations

import zlib
from typing import Any

import schemathesis

from tests.clients.checks import MODEL

_LONGEST_NAME = 500


@schemathesis.hook  # type: ignore[untyped-decorator]
def map_body(_context: Any, body: Any) -> Any:
    """A body without a name that is wrong means the model that is loaded. A name that is too long is meant to be."""
    name = body.get("model") if isinstance(body, dict) else None
    if isinstance(name, str) and len(name) <= _LONGEST_NAME and _chosen(name):
        return body | {"model": ""}
    return body


@schemathesis.hook  # type: ignore[untyped-decorator]
def map_path_parameters(_context: Any, parameters: Any) -> Any:
    """The same in addresses."""
    if isinstance(parameters, dict) and _chosen(str(parameters.get("model_id"))):
        return parameters | {"model_id": MODEL}
    return parameters


def _chosen(name: str) -> bool:
    return zlib.crc32(name.encode(errors="replace")) % 4 > 0
