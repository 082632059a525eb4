"""A client's request as one for the engine (pure): roles, parts, defaults, and refusals of what cannot be done."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TypeVar

from llmdesk.api.errors import Refusal
from llmdesk.api.requests import (
    MAX_STOPS,
    ChatRequest,
    CompletionRequest,
    ContentPart,
    ImageUrl,
    Message,
    ResponseFormat,
    Sampling,
)
from llmdesk.api.tools import past_calls, tool_use
from llmdesk.datatypes.chat import ChatMessage, GenerationRequest, Role, SamplingParams
from llmdesk.datatypes.model import MOST_CONTEXT_TOKENS
from llmdesk.datatypes.pictures import Picture
from llmdesk.engine.generation.constraint import ANY_OBJECT
from llmdesk.engine.generation.tools.dialects import thinking_values

N = TypeVar("N", int, float)

_USUAL = SamplingParams()
_ROLES: dict[str, Role] = {
    "system": "system", "developer": "system", "user": "user", "assistant": "assistant",
    "tool": "tool", "function": "tool",
}  # fmt: skip
_TEXTS = ("text", "input_text", "output_text")
_PICTURES = ("image_url", "input_image")
_DATA_URL = re.compile(r"data:image/(?:png|jpe?g|webp|gif);base64,", re.IGNORECASE)


def chat_request(
    request: ChatRequest, request_id: str, model_id: str, max_messages: int, answer_cache: bool
) -> GenerationRequest:
    """Raises Refusal."""
    check_chat(request, max_messages)
    logprobs = (request.top_logprobs or 0) if request.logprobs else None
    schema = json_schema_of(request.response_format)
    if schema and request.messages[-1].role == "assistant":
        raise _not_here("An answer that has begun cannot be made to be JSON.", "response_format")
    use = tool_use(request)
    if use.must_call and request.messages[-1].role == "assistant":
        raise _not_here("An answer that has begun cannot be made to call a tool.", "tool_choice")
    limit = request.max_tokens if request.max_completion_tokens is None else request.max_completion_tokens
    return GenerationRequest(
        request_id,
        model_id,
        chat_messages(request.messages),
        replace(sampling_of(request, limit, logprobs), json_schema=schema),
        origin="api",
        context_policy="stop",
        response_cache=answer_cache and request.cache_prompt is not False,
        tools=use,
        template_values=template_values(request),
        has_parts=True,
    )


def template_values(request: ChatRequest) -> tuple[tuple[str, str | float | bool | None], ...]:
    """What the model's template is given besides the chat."""
    effort = request.reasoning_effort
    values: dict[str, str | float | bool | None] = {}
    if effort == "none":
        values = dict(thinking_values(False))
    elif effort is not None:
        values = {"reasoning_effort": effort}
    return tuple(sorted((values | (request.chat_template_kwargs or {})).items()))


def completion_request(
    request: CompletionRequest, request_id: str, model_id: str, answer_cache: bool
) -> GenerationRequest:
    """Raises Refusal."""
    _check_single(request)
    if request.echo and request.logprobs is not None:
        raise _not_here("The log probabilities of a prompt are not computed.", "logprobs")
    if request.suffix:
        raise _not_here("Text cannot be inserted before a suffix.", "suffix")
    if (request.best_of or 1) > 1:
        raise _not_here("One answer is given to a request; best_of must be 1.", "best_of")
    return GenerationRequest(
        request_id,
        model_id,
        (),
        sampling_of(request, request.max_tokens, request.logprobs),
        origin="api",
        context_policy="stop",
        response_cache=answer_cache and request.cache_prompt is not False,
        prompt=prompt_of(request),
    )


def check_chat(request: ChatRequest, max_messages: int) -> None:
    """Raises Refusal for what is well-formed but not done here."""
    _check_single(request)
    if len(request.messages) > max_messages:
        raise Refusal(400, f"A chat may have {max_messages} messages here (server.max_messages).", None, "messages")
    if request.top_logprobs is not None and not request.logprobs:
        raise Refusal(400, "top_logprobs needs logprobs to be true.", None, "top_logprobs")
    if request.functions:
        raise _not_here("Functions are called as tools here; send them in tools.", "functions")


def json_schema_of(wanted: ResponseFormat | None) -> str:
    """The schema that the answer must fit, as JSON; empty: any text will do. Raises Refusal: it is missing."""
    if wanted is None or wanted.type == "text":
        return ""
    if wanted.type == "json_object":
        return json.dumps(wanted.object_schema) if wanted.object_schema else ANY_OBJECT
    if wanted.json_schema is None:
        raise Refusal(400, "There is no schema.", None, "response_format.json_schema")
    return json.dumps(wanted.json_schema.json_schema)


def sampling_of(request: Sampling, max_tokens: int | None, top_logprobs: int | None) -> SamplingParams:
    """What is not given is llmdesk's default; without a limit of its own an answer may fill the context."""
    stops = (request.stop,) if isinstance(request.stop, str) else tuple(request.stop or ())
    if len(stops) > MAX_STOPS:
        raise Refusal(400, f"There may be {MAX_STOPS} stop strings.", None, "stop")
    if max_tokens == 0:
        raise Refusal(400, "An answer has at least 1 token; -1 or null means as many as fit.", None, "max_tokens")
    penalty = request.repetition_penalty or request.repeat_penalty
    return SamplingParams(
        temperature=_given(request.temperature, _USUAL.temperature),
        top_k=max(0, _given(request.top_k, _USUAL.top_k)),
        top_p=_given(request.top_p, _USUAL.top_p),
        min_p=_given(request.min_p, _USUAL.min_p),
        repetition_penalty=_given(penalty, _USUAL.repetition_penalty),
        max_new_tokens=MOST_CONTEXT_TOKENS if max_tokens is None or max_tokens < 0 else max_tokens,
        seed=request.seed,
        stop=tuple(stop for stop in stops if stop),
        frequency_penalty=_given(request.frequency_penalty, 0.0),
        presence_penalty=_given(request.presence_penalty, 0.0),
        logit_bias=tuple(sorted((request.logit_bias or {}).items())),
        top_logprobs=top_logprobs,
    )


def chat_messages(messages: list[Message]) -> tuple[ChatMessage, ...]:
    """In the roles that chat templates know. Neighbours of one role become one message, but for the results of tools:
    many templates insist that roles alternate.
    """
    found: list[list[ChatMessage]] = []
    names: dict[str, str] = {}
    for index, message in enumerate(messages):
        told = _message(message, f"messages[{index}]", names)
        names |= {call.id: call.name for call in told.calls}
        if not found or found[-1][0].role != told.role or told.role == "tool":
            found.append([])
        found[-1].append(told)
    return tuple(map(_joined, found))


def _message(message: Message, place: str, names: dict[str, str]) -> ChatMessage:
    role = _ROLES[message.role]
    text, pictures = _content_of(message, place)
    if pictures and role != "user":
        raise Refusal(400, "Images are read in the user's messages only.", "unsupported_content", f"{place}.content")
    if role == "tool":
        call_id = message.tool_call_id or ""
        return ChatMessage(role, text, call_id=call_id, name=message.name or names.get(call_id, ""))
    if role == "assistant":
        return ChatMessage(role, text, past_calls(message), message.reasoning_content or "")
    return ChatMessage(role, text, pictures=pictures)


def _joined(told: list[ChatMessage]) -> ChatMessage:
    """Neighbours of one role as one message."""
    if len(told) == 1:
        return told[0]
    content, pictures = "", list[Picture]()
    for message in told:
        content += "\n\n" if content and message.content else ""
        pictures += [replace(picture, at=len(content) + picture.at) for picture in message.pictures]
        content += message.content
    reasoning = "\n\n".join(message.reasoning for message in told if message.reasoning)
    calls = tuple(call for message in told for call in message.calls)
    return ChatMessage(told[0].role, content, calls, reasoning, pictures=tuple(pictures))


def prompt_of(request: CompletionRequest) -> str | tuple[int, ...]:
    """The one prompt: text or token ids. Raises Refusal: there are several."""
    prompt = request.prompt
    if isinstance(prompt, str):
        return prompt
    if prompt and isinstance(prompt[0], int):
        return tuple(token for token in prompt if isinstance(token, int))
    if len(prompt) > 1:
        raise _not_here("One prompt is answered per request.", "prompt")
    only = prompt[0] if prompt else ""
    return only if isinstance(only, str) else tuple(only) if isinstance(only, list) else ()


def _content_of(message: Message, place: str) -> tuple[str, tuple[Picture, ...]]:
    """Text and pictures. Raises Refusal for other parts."""
    if not isinstance(message.content, list):
        return message.content or "", ()
    content, pictures = "", list[Picture]()
    for n, part in enumerate(message.content):
        if part.type in _PICTURES and part.image_url:
            number = len(pictures) + 1
            pictures.append(Picture(_picture_data(part, f"{place}.content[{n}]"), len(content), f"image {number}"))
        elif text := _part_text(part.type, part.text or part.refusal, f"{place}.content[{n}]"):
            content += f"\n{text}" if content else text
    return content, tuple(pictures)


def _picture_data(part: ContentPart, place: str) -> str:
    """What a picture's URL holds, in base64. Raises Refusal: it would have to be fetched."""
    url = part.image_url.url if isinstance(part.image_url, ImageUrl) else part.image_url or ""
    if (found := _DATA_URL.match(url)) is None:
        raise Refusal(
            400,
            "Images are taken as data: URLs in base64 (PNG, JPEG, WebP, GIF); nothing is fetched here.",
            "unsupported_content",
            f"{place}.image_url",
        )
    return url[found.end() :]


def _part_text(kind: str, text: str | None, place: str) -> str:
    if kind in _TEXTS or (kind == "refusal" and text):
        return text or ""
    what = {"input_audio": "Sounds cannot", "file": "Files cannot"}.get(kind, "Such parts cannot")
    what = "An image without its data cannot" if kind in ("image", *_PICTURES) else what
    raise Refusal(400, f"{what} be read by models here.", "unsupported_content", f"{place}.type")


def _check_single(request: Sampling) -> None:
    if (request.n or 1) > 1:
        raise _not_here("One answer is given to a request; n must be 1.", "n")


def _not_here(message: str, param: str) -> Refusal:
    return Refusal(400, message, "unsupported_parameter", param)


def _given(value: N | None, default: N) -> N:
    return default if value is None else value
