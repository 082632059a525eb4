"""What clients send, as OpenAI's API has it. Unknown fields are ignored, nonsense values are refused."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, Field, StrictBool, ValidationInfo, field_validator

from llmdesk.words import is_text

MAX_STOPS = 16
MAX_BIASES = 1024
MAX_TOOLS = 128
MAX_TEMPLATE_VALUES = 16

TokenId = Annotated[int, Field(strict=True, ge=0, lt=2**31)]
TokenKey = Annotated[int, Field(ge=0, lt=2**31)]
"""The same as JSON's objects have it: as text."""
TemplateName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,63}$")]
TemplateValue = Annotated[str, Field(max_length=1000)] | bool | float | None
StopText = Annotated[str, Field(max_length=1000)]
T = TypeVar("T")
Listed: TypeAlias = Annotated[list[T], Field(fail_fast=True)]
"""A list that is refused at its first wrong entry: telling all of a million takes minutes, for everybody."""


class Lenient(BaseModel):
    """Fields that are not known here are of other servers, or of later versions."""

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _refuse_truth_for_numbers(cls, value: Any, info: ValidationInfo) -> Any:
        """To Python, and so to pydantic, true is the number 1; to JSON it is none."""
        if isinstance(value, bool) and not _takes_truth(cls.model_fields[str(info.field_name)].annotation):
            raise ValueError("should not be true or false")
        return value

    @field_validator("*", mode="before")
    @classmethod
    def _refuse_half_characters(cls, value: Any) -> Any:
        """JSON can name half a character (a lone surrogate), which no text can hold."""
        texts = value if isinstance(value, list) else (value,)
        if not all(is_text(text) for text in texts if isinstance(text, str)):
            raise ValueError("holds half a character (a lone surrogate)")
        return value


def _takes_truth(annotation: Any) -> bool:
    parts = get_args(annotation)
    return annotation in (Any, bool) or any(map(_takes_truth, parts))


class ImageUrl(Lenient):
    """Where a picture is: a data: URL, for nothing is fetched."""

    url: str


class ContentPart(Lenient):
    """A part of a message: text, or a picture (of the Responses API as a URL by itself)."""

    type: str
    text: str | None = None
    refusal: str | None = None
    image_url: ImageUrl | str | None = None


ToolName = Annotated[str, Field(pattern=r"^[a-zA-Z0-9_-]{1,64}$")]
"""As OpenAI has them."""


class CalledFunction(Lenient):
    """A function that an assistant called. ``arguments`` is JSON as text, or an object."""

    name: str = Field(max_length=256)
    arguments: str | dict[str, Any] | None = None


class PastCall(Lenient):
    """A call in an assistant's turn."""

    id: str = Field(default="", max_length=256)
    function: CalledFunction


class FunctionDefinition(Lenient):
    """``parameters`` is the JSON Schema of the arguments; ``strict``: they are held to it in every call."""

    name: ToolName
    description: str | None = None
    parameters: dict[str, Any] | None = None
    strict: StrictBool | None = None


class ToolDefinition(Lenient):
    """A tool that may be called: a function of the client."""

    type: Literal["function"] = "function"
    function: FunctionDefinition


class NamedFunction(Lenient):
    """The name of a tool."""

    name: str


class NamedTool(Lenient):
    """The one tool that must be called."""

    type: Literal["function"] = "function"
    function: NamedFunction


ToolChoice = Literal["none", "auto", "required"] | NamedTool
Effort = Literal["none", "minimal", "low", "medium", "high", "xhigh"]


class Message(Lenient):
    """One turn of a chat. ``content`` of an assistant may be null where it only called tools."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | Listed[ContentPart] | None = None
    name: str | None = None
    tool_calls: Listed[PastCall] | None = None
    tool_call_id: str | None = Field(default=None, max_length=256)
    reasoning_content: str | None = None


class StreamOptions(Lenient):
    """``include_usage``: a last chunk with the numbers of tokens."""

    include_usage: StrictBool = False


class JsonSchema(Lenient):
    """``schema`` is what the answer must fit; ``strict`` or not, it is enforced."""

    name: str | None = None
    json_schema: dict[str, Any] = Field(alias="schema")


class ResponseFormat(Lenient):
    """Text, any JSON object, or JSON of a schema (llama.cpp's json_object may have a ``schema``, too)."""

    type: Literal["text", "json_object", "json_schema"] = "text"
    json_schema: JsonSchema | None = None
    object_schema: dict[str, Any] | None = Field(default=None, alias="schema")


class Sampling(Lenient):
    """How the answer is chosen and where it ends. What is not given has llmdesk's own defaults."""

    max_tokens: int | None = Field(default=None, ge=-1, lt=2**31)
    temperature: float | None = Field(default=None, ge=0, le=2)
    top_p: float | None = Field(default=None, ge=0, le=1)
    top_k: int | None = Field(default=None, ge=-1, le=2**31)
    min_p: float | None = Field(default=None, ge=0, le=1)
    repetition_penalty: float | None = Field(default=None, gt=0, le=2)
    repeat_penalty: float | None = Field(default=None, gt=0, le=2)
    frequency_penalty: float | None = Field(default=None, ge=-2, le=2)
    presence_penalty: float | None = Field(default=None, ge=-2, le=2)
    logit_bias: dict[TokenKey, Annotated[float, Field(strict=True, ge=-100, le=100)]] | None = Field(
        default=None, max_length=MAX_BIASES
    )
    seed: int | None = Field(default=None, ge=-(2**63), lt=2**64)
    stop: StopText | Listed[StopText] | None = None
    n: int | None = Field(default=None, ge=1)
    stream: StrictBool | None = None
    stream_options: StreamOptions | None = None
    cache_prompt: StrictBool | None = Field(
        default=None, description="llama.cpp's: false computes an answer that is known anew."
    )
    user: str | None = None


class ChatRequest(Sampling):
    """POST /v1/chat/completions"""

    model: str = Field(default="", max_length=500)
    messages: Listed[Message] = Field(min_length=1)
    max_completion_tokens: int | None = Field(default=None, ge=-1, lt=2**31)
    logprobs: StrictBool | None = None
    top_logprobs: int | None = Field(default=None, ge=0, le=20)
    response_format: ResponseFormat | None = None
    tools: Listed[ToolDefinition] | None = Field(default=None, max_length=MAX_TOOLS)
    functions: Listed[dict[str, Any]] | None = None
    tool_choice: ToolChoice | None = None
    parallel_tool_calls: StrictBool | None = None
    reasoning_effort: Effort | None = None
    chat_template_kwargs: dict[TemplateName, TemplateValue] | None = Field(default=None, max_length=MAX_TEMPLATE_VALUES)


class CompletionRequest(Sampling):
    """POST /v1/completions"""

    model: str = Field(default="", max_length=500)
    prompt: str | Listed[TokenId] | Listed[str] | Listed[Listed[TokenId]]
    echo: StrictBool | None = None
    logprobs: int | None = Field(default=None, ge=0, le=20)
    best_of: int | None = Field(default=None, ge=1)
    suffix: str | None = None


class EmbeddingsRequest(Lenient):
    """POST /v1/embeddings"""

    model: str = Field(default="", max_length=500)
    input: str | list[TokenId] | list[str] | list[list[TokenId]]
    encoding_format: Literal["float", "base64"] = "float"
    dimensions: int | None = Field(default=None, ge=1, lt=2**31)
    user: str | None = None


class TokenizeRequest(Lenient):
    """POST /tokenize (llama.cpp's ``content``, vLLM's ``prompt``)."""

    model: str = Field(default="", max_length=500)
    content: str | None = None
    prompt: str | None = None


class DetokenizeRequest(Lenient):
    """POST /detokenize"""

    model: str = Field(default="", max_length=500)
    tokens: Listed[TokenId]
