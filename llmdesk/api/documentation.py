"""What OpenAPI says of the answers that all routes share."""

from __future__ import annotations

from typing import Any

from llmdesk.api.replies import ErrorReply

_STATUSES = {
    400: "The request makes no sense, or asks for what cannot be done here; or the prompt is longer than the context.",
    401: "A key is missing or wrong.",
    403: "Called under a foreign name, or by a web page that is not allowed.",
    404: "There is no such model, or no such address.",
    408: "The request did not come in time.",
    413: "The request is too large.",
    500: "Something went wrong.",
    502: "The model runs on a server, which fails.",
    503: "Too much to do, no memory, or the server is closing; Retry-After says when to try again.",
    504: "The answer took too long.",
}
_REFERENCE = "#/components/schemas/{model}"
_CONTENT = {"application/json": {"schema": {"$ref": _REFERENCE.format(model=ErrorReply.__name__)}}}
ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"description": text, "content": _CONTENT} for status, text in _STATUSES.items()
}
"""Without models of their own: FastAPI would make one for every status of every route."""
STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The answer; with stream: chunks as server-sent events, then [DONE].",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}


def complete(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema that FastAPI has made, with the form of errors; its own form of them is not used here."""
    errors = ErrorReply.model_json_schema(ref_template=_REFERENCE)
    schemas = schema["components"]["schemas"]
    schemas |= errors.pop("$defs") | {ErrorReply.__name__: errors}
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for operations in schema["paths"].values():
        for operation in operations.values():
            operation["responses"].pop("422", None)
    return schema
