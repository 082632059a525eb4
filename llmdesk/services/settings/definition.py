"""What can be set: the form of settings.toml, with default, unit and a sentence for every setting (pure)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator
from pydantic.fields import FieldInfo

from llmdesk.datatypes.chat import ContextPolicy, SamplingParams
from llmdesk.datatypes.model import Precision
from llmdesk.services.presets import CUSTOM, DEFAULT_PRESET, PRESETS
from llmdesk.services.settings.desktop_groups import DesktopGroup, UpdatesGroup
from llmdesk.services.settings.group import Group
from llmdesk.services.settings.group import setting as _setting
from llmdesk.toml_file import KeyMistake
from llmdesk.words import say

Auto = Literal["auto"]
ThemeName = Literal["system", "light", "dark"]
LanguageName = Literal["auto", "en", "de", "zh_CN"]
ContrastName = Literal["system", "usual", "high"]
MotionName = Literal["auto", "on", "off"]
_USUAL = SamplingParams()
_ADDRESS = re.compile(r"https?://[^\s/@]+(/[^\s@]*)?")


class ModelGroup(Group):
    """``[model]``"""

    id: str = _setting("", "The model that is loaded at the start, the one used last; empty: the first one here.")
    precisions: Mapping[str, Precision] = _setting(
        {}, "How the weights of a model are held (bf16, int8, int4), by its id; other models have their own way."
    )
    idle_unload_s: float = _setting(
        0.0, "A model is unloaded after so long without use; 0: never.", "s", ge=0, allow_inf_nan=False
    )


class SamplingValues(Group):
    """How the next token is chosen."""

    temperature: float = _setting(_USUAL.temperature, "0 always takes the likeliest token.", ge=0, le=2)
    top_k: int = _setting(_USUAL.top_k, "Only so many of the likeliest tokens are drawn from; 0: all.", ge=0, le=1000)
    top_p: float = _setting(_USUAL.top_p, "Only the likeliest tokens that make up this share; 1: all.", gt=0, le=1)
    min_p: float = _setting(_USUAL.min_p, "Only tokens of this share of the likeliest one's; 0: all.", ge=0, le=1)
    repetition_penalty: float = _setting(
        _USUAL.repetition_penalty, "What was said is this much less likely to come again; 1: off.", gt=0, le=2
    )
    max_new_tokens: int = _setting(
        _USUAL.max_new_tokens, "No answer gets longer than this.", "tokens", ge=1, le=100_000
    )
    seed: int | None = _setting(
        None, "The same seed and prompt give the same answer; not set: another each time.", ge=0, lt=2**63
    )

    def params(self) -> SamplingParams:
        """For a request."""
        return SamplingParams(**self.model_dump())


class SamplingGroup(Group):
    """``[sampling]``"""

    preset: str = _setting(
        DEFAULT_PRESET, "How tokens are chosen: a preset of llmdesk's or of your own, or the values of Custom."
    )
    custom: SamplingValues = SamplingValues.model_construct()
    presets: Mapping[str, SamplingValues] = _setting(
        {}, "Presets of your own, each a table [sampling.presets.NAME] with the keys of sampling.custom."
    )

    @model_validator(mode="after")
    def _names_are_known(self) -> SamplingGroup:
        taken = (*PRESETS, CUSTOM)
        if found := next((name for name in self.presets if name in taken or not name.strip()), None):
            raise KeyMistake(
                f"presets.{found}",
                say("expected a name other than {names}, found {found!r}", names=", ".join(taken), found=found),
            )
        if self.preset not in self.names:
            words = say("expected one of {names}, found {preset!r}", names=", ".join(self.names), preset=self.preset)
            raise KeyMistake("preset", words)
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """All presets, those of llmdesk first, and ``Custom``."""
        return (*PRESETS, *self.presets, CUSTOM)

    def without(self, name: str) -> dict[Any, Any]:
        """What is to be set so that a preset of the user's is gone: chats that begin with it go on with its values."""
        changes: dict[Any, Any] = {("sampling", "presets", name): None}
        if self.preset == name:
            changes |= {f"sampling.custom.{field}": value for field, value in self.presets[name].model_dump().items()}
            changes["sampling.preset"] = CUSTOM
        return changes

    def params(self) -> SamplingParams:
        """What the chosen preset stands for."""
        return self.named(self.preset) or self.custom.params()

    def named(self, name: str) -> SamplingParams | None:
        """What a preset stands for; None for ``Custom``, and for one that is not there (any more)."""
        if name in self.presets:
            return self.presets[name].params()
        return PRESETS.get(name)

    def name_of(self, preset: str, sampling: SamplingParams) -> str:
        """How values are called that were taken from a preset, maybe long ago."""
        if preset == CUSTOM or self.named(preset) == sampling:
            return preset
        return next((name for name in (*PRESETS, *self.presets) if self.named(name) == sampling), CUSTOM)


class ChatGroup(Group):
    """``[chat]``"""

    context_policy: ContextPolicy = _setting(
        "drop_oldest", "What a new chat does when the context is full: leave out the oldest turns, stop, or refuse."
    )
    system_prompt: str = _setting("", "What every new chat tells the model before all else; empty: nothing.")
    keep: bool = _setting(
        True, "Chats are kept on this machine; off: what is written from then on is gone when the window is closed."
    )
    model_titles: bool = _setting(
        True, "A chat gets its title from the model, when that has nothing else to do; off: from its first words."
    )
    answer_cache: bool = _setting(
        True, "The same question in the same words, with greedy sampling, gets the same answer at once."
    )


class UsageGroup(Group):
    """``[usage]``"""

    show: bool = _setting(True, "The page about usage adds up what the kept chats hold; off: nothing is added up.")


class StandGroup(Group):
    """``[stand]``"""

    idle_s: float = _setting(
        90.0, "Stand mode starts over when nobody has touched the machine for so long.", "s", ge=15, le=3600,
        allow_inf_nan=False,
    )  # fmt: skip
    prompts: Mapping[str, str] = _setting(
        {}, "What visitors are offered in stand mode: prompts by their titles, as text or /NAME of the library."
    )
    system_prompt: str = _setting("", "What the model is told before all else in stand mode; empty: nothing.")
    attract: bool = _setting(True, "While nobody is there, stand mode plays a recording, marked as a replay.")
    recording: str = _setting("", "The recording that stand mode plays: a file; empty: the one of llmdesk's own.")


class EngineGroup(Group):
    """``[engine]``"""

    backend: Literal["auto", "ipex", "native", "scripted"] = _setting(
        "auto", "The stack that models run on, from the next start on.", variable="LLMDESK_BACKEND"
    )
    kernels: Literal["auto", "off", "amx", "avx512-vnni", "avx-vnni", "avx2"] = _setting(
        "auto", "Which of llmdesk's own kernels run, from the next load on.", variable="LLMDESK_KERNELS"
    )
    device: Literal["auto", "cpu", "xpu"] = _setting(
        "auto", "Processor or Intel GPU, from the next load on.", variable="LLMDESK_DEVICE"
    )
    threads: Auto | Annotated[int, Field(ge=1)] = _setting(
        "auto", "How many threads compute, from the next load on; auto: as many as were measured to be best.",
        variable="LLMDESK_THREADS",
    )  # fmt: skip
    memory_limit_gb: Auto | Annotated[float, Field(gt=0, allow_inf_nan=False)] = _setting(
        "auto", "The most that llmdesk may take with its model; auto: 12 GB or 75 % of the memory, the smaller.",
        "GB", "LLMDESK_MEMORY_LIMIT_GB",
    )  # fmt: skip
    prompt_lookup: bool = _setting(
        True, "What followed the same words before is drafted and verified together.", variable="LLMDESK_PROMPT_LOOKUP"
    )
    draft_models: bool = _setting(
        True, "Where a small model of the same tokens is on this machine, and there is memory for both, it drafts for "
        "the large one, which verifies; texts stay the same.", variable="LLMDESK_DRAFT_MODELS",
    )  # fmt: skip


class ServerGroup(Group):
    """``[server]``"""

    host: str = _setting(
        "127.0.0.1", "The address that the local server listens at; any other than this machine's own takes a key."
    )
    port: int = _setting(8765, "The port of the local server.", ge=1, le=65535)
    with_window: bool = _setting(False, "The local server starts with the window.")
    allowed_hosts: str = _setting(
        "", "What clients may call this machine besides localhost and its address: names, with commas between them."
    )
    allowed_origins: str = _setting(
        "", "Web pages that may use the local server, as https://chat.example, with commas between them; empty: none."
    )
    max_body_mb: float = _setting(4.0, "No request to the server may be larger.", "MB", gt=0, le=1024)
    max_messages: int = _setting(1000, "No chat that is sent to the server may have more messages.", ge=1, le=100_000)
    max_connections: int = _setting(100, "The server talks to so many clients at once.", ge=2, le=10_000)
    max_request_s: float = _setting(
        3600.0, "An answer that the server gives is stopped after so long.", "s", gt=0, allow_inf_nan=False
    )


class HubGroup(Group):
    """``[hub]``"""

    endpoint: str = _setting(
        "", "The address of a mirror of the hub, as https://hub.example; empty: huggingface.co, or HF_ENDPOINT if set."
    )
    proxy: str = _setting("", "The proxy for models from the hub, as http://proxy.example:3128; empty: the system's.")
    offline: bool = _setting(
        False, "Offline mode: no model is searched for or fetched, and nobody is asked.", variable="HF_HUB_OFFLINE"
    )
    token_in_keyring: bool = _setting(
        False, "The hub is told the token that `llmdesk models login` has put into the system's keyring."
    )

    @model_validator(mode="after")
    def _addresses_are_some(self) -> HubGroup:
        for key in ("endpoint", "proxy"):
            if (found := getattr(self, key)) and not _ADDRESS.fullmatch(found):
                raise KeyMistake(key, say("expected an address as http://name:3128, without user and password"))
        return self


class CollectionsGroup(Group):
    """``[collections]``"""

    model: str = _setting(
        "minilm-l6", "The model that finds passages of folders by their meaning; empty: they are found by words only."
    )
    passages: int = _setting(6, "A prompt is told so many passages of folders at most.", "passages", ge=1, le=40)
    passage_tokens: int = _setting(
        2000, "The passages that a prompt is told have so many tokens at most.", "tokens", ge=200, le=100_000
    )


class AppearanceGroup(Group):
    """``[appearance]``"""

    theme: ThemeName = _setting("system", "Light, dark, or as the system.")
    contrast: ContrastName = _setting("system", "How much words and lines stand out; system: as it asks.")
    reduce_motion: MotionName = _setting("auto", "Nothing in the window moves; auto: where the system asks for that.")
    zoom_percent: int = _setting(100, "Size of everything in the window.", "%", ge=70, le=250)
    language: LanguageName = _setting(
        "auto", "The language of the window, from the next start on; auto: the system's, else English."
    )


class Values(Group):
    """All settings in force: plain, frozen data."""

    model: ModelGroup = ModelGroup.model_construct()
    sampling: SamplingGroup = SamplingGroup.model_construct()
    chat: ChatGroup = ChatGroup.model_construct()
    usage: UsageGroup = UsageGroup.model_construct()
    stand: StandGroup = StandGroup.model_construct()
    engine: EngineGroup = EngineGroup.model_construct()
    hub: HubGroup = HubGroup.model_construct()
    collections: CollectionsGroup = CollectionsGroup.model_construct()
    server: ServerGroup = ServerGroup.model_construct()
    appearance: AppearanceGroup = AppearanceGroup.model_construct()
    desktop: DesktopGroup = DesktopGroup.model_construct()
    updates: UpdatesGroup = UpdatesGroup.model_construct()


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. ``field`` knows what is accepted; ``variable`` may be empty."""

    key: str
    default: Any
    unit: str
    description: str
    variable: str
    field: FieldInfo


def _settings_of(group: type[Group], prefix: str = "") -> dict[str, Setting]:
    found: dict[str, Setting] = {}
    for name, field in group.model_fields.items():
        key = f"{prefix}{name}"
        if isinstance(field.annotation, type) and issubclass(field.annotation, Group):
            found |= _settings_of(field.annotation, f"{key}.")
            continue
        extra = field.json_schema_extra
        assert isinstance(extra, dict)
        assert field.description, key
        found[key] = Setting(key, field.default, str(extra["unit"]), field.description, str(extra["variable"]), field)
    return found


SETTINGS = _settings_of(Values)
"""Every setting by its key (``engine.threads``), in the order of the tables."""
