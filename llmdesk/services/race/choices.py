"""What a race can be made of on this machine, and the usual one (a thread for files)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from llmdesk.datatypes.model import ModelSpec, Precision
from llmdesk.engine.backends.choice import ipex_obstacle
from llmdesk.engine.networks.fused.library import best_isa, isas_here
from llmdesk.engine.processor.hardware import installed_version
from llmdesk.services.race.race import Kernels, Lane

if TYPE_CHECKING:
    from llmdesk.models.catalogue import Catalogue

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
PRECISIONS: tuple[Precision, ...] = ("int4", "int8", "bf16")


@dataclass(frozen=True, slots=True)
class Choices:
    """Models that can race, those on servers last; kernels besides the usual ones."""

    models: tuple[ModelSpec, ...] = ()
    kernels: tuple[Kernels, ...] = ("auto",)


def choices(catalogue: Catalogue) -> Choices:
    """What is installed, and servers. Raises LlmdeskError."""
    chat = [spec for spec in catalogue.specs() if spec.purpose == "chat"]
    here = [spec for spec in chat if spec.source.kind != "server" and catalogue.is_installed(spec)]
    servers = [spec for spec in chat if spec.source.kind == "server"]
    return Choices((*here, *servers), kernel_choices())


def kernel_choices() -> tuple[Kernels, ...]:
    """Without those that this processor lacks; the best ones run by themselves."""
    best, here = best_isa(), isas_here()
    names: list[Kernels] = ["auto"]
    for name in ("amx", "avx512-vnni", "avx-vnni", "avx2"):
        if best not in (None, name) and name in here:
            names.append(name)
    if installed_version("torch") is not None:
        names += ["native"] if ipex_obstacle() else ["ipex", "native"]
    return tuple(names)


def lane_of(spec: ModelSpec, precision: Precision | None = None, kernels: Kernels = "auto") -> Lane:
    """A lane of a model; a server's has no precision."""
    if spec.source.kind != "server":
        return Lane(spec.id, spec.title, precision or spec.precision, kernels)
    host = spec.source.host
    return Lane(spec.id, spec.title.removesuffix(f" on {host}"), None, is_remote=True, server=host)


def is_own_server(spec: ModelSpec, own_urls: Sequence[str]) -> bool:
    """Whether a model is served by this very program, whose engine a race has for itself: it could never answer."""
    if spec.source.kind != "server":
        return False
    wanted, own = urlsplit(spec.source.location), [urlsplit(url) for url in own_urls]
    hosts = {*_LOOPBACK, *(each.hostname for each in own)}
    return wanted.hostname in hosts and wanted.port in {each.port for each in own}


def usual_lanes(models: Sequence[ModelSpec], current_id: str = "") -> tuple[Lane, ...]:
    """The model in use in 4 bits and in 16; of a server's model beside it, whatever is on this machine."""
    here = [spec for spec in models if spec.source.kind != "server"]
    current = next((spec for spec in models if spec.id == current_id), models[0] if models else None)
    if current is None:
        return ()
    if current.source.kind == "server":
        return (lane_of(current), *(lane_of(spec) for spec in here[:1]))
    return lane_of(current, "int4"), lane_of(current, "bf16")
