"""Which backend is taken, and what is said about it."""

from __future__ import annotations

import pytest

from llmdesk.engine.backends import choice
from llmdesk.errors import SetupError

STACK = {"torch": "2.8.0", "intel-extension-for-pytorch": "2.8.0", "transformers": "5.23.0"}
LAPTOP = frozenset({"avx2", "avx_vnni"})


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Linux on x86-64 with the ipex stack and a laptop's processor; tests change what they are about."""
    installed = dict(STACK)
    monkeypatch.delenv("LLMDESK_BACKEND", raising=False)
    monkeypatch.delenv("LLMDESK_DEVICE", raising=False)
    monkeypatch.setattr(choice, "installed_version", installed.get)
    monkeypatch.setattr(choice, "processor_flags", lambda: LAPTOP)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    return installed


@pytest.mark.parametrize("variable", [None, "LLMDESK_BACKEND=native", "LLMDESK_BACKEND=ipex", "LLMDESK_DEVICE=xpu"])
def test_what_nobody_has_verified_is_said(monkeypatch: pytest.MonkeyPatch, variable: str | None) -> None:
    monkeypatch.setattr(choice, "best_isa", lambda: "amx")
    if variable:
        monkeypatch.setenv(*variable.split("="))
    assert "nobody has verified llmdesk's own kernels for amx on hardware" in choice.choose_backend_name()[1]


def test_it_is_said_on_the_native_stack(monkeypatch: pytest.MonkeyPatch, machine: dict[str, str]) -> None:
    machine.pop("intel-extension-for-pytorch")
    monkeypatch.setattr(choice, "best_isa", lambda: "amx")
    name, reason = choice.choose_backend_name()
    assert name == "native"
    assert "nobody has verified llmdesk's own kernels for amx on hardware" in reason


def test_the_reason_names_our_own_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "best_isa", lambda: "avx-vnni")
    name, reason = choice.choose_backend_name()
    assert name == "ipex"
    assert "llmdesk's own kernels for avx-vnni" in reason


def test_without_our_own_kernels_a_laptop_gets_atens_products(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "best_isa", lambda: None)
    name, reason = choice.choose_backend_name()
    assert name == "ipex"
    assert "aten" in reason
    assert "amx_int8" in reason


def test_without_our_own_kernels_a_server_gets_ipex_operators(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "best_isa", lambda: None)
    monkeypatch.setattr(choice, "processor_flags", lambda: LAPTOP | choice.PACKED_PRODUCT_FLAGS)
    assert choice.choose_backend_name()[1].endswith("run on IPEX's operators")


@pytest.mark.parametrize(
    ("torch", "ipex", "said"),
    [("2.13.0", "2.8.0", "needs torch 2.8"), ("2.8.0", None, "not installed"), ("2.8.0", "2.7.0", "2.7.0")],
)
def test_versions_that_do_not_fit_give_native(machine: dict[str, str], torch: str, ipex: str | None, said: str) -> None:
    machine["torch"] = torch
    machine.pop("intel-extension-for-pytorch")
    if ipex:
        machine["intel-extension-for-pytorch"] = ipex
    name, reason = choice.choose_backend_name()
    assert name == "native"
    assert said in reason


def test_no_avx2_gives_native(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "processor_flags", frozenset)
    assert choice.choose_backend_name()[0] == "native"


def test_another_platform_gives_native(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "arm64")
    assert choice.choose_backend_name()[0] == "native"


def test_no_torch_says_what_to_install(machine: dict[str, str]) -> None:
    machine.clear()
    with pytest.raises(SetupError) as caught:
        choice.choose_backend_name()
    assert "pip install" in caught.value.hint


@pytest.mark.parametrize("asked", ["native", "ipex", "scripted"])
def test_the_environment_decides(monkeypatch: pytest.MonkeyPatch, asked: str) -> None:
    monkeypatch.setenv("LLMDESK_BACKEND", asked)
    assert choice.choose_backend_name()[0] == asked


def test_who_asks_for_the_gpu_gets_the_stack_that_can_use_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLMDESK_DEVICE", "xpu")
    name, reason = choice.choose_backend_name()
    assert name == "native"
    assert "LLMDESK_DEVICE" in reason


def test_a_backend_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLMDESK_BACKEND", "cuda")
    with pytest.raises(SetupError, match="cuda"):
        choice.choose_backend_name()


def test_ipex_that_cannot_run_is_refused_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, machine: dict[str, str]
) -> None:
    machine["torch"] = "2.13.0"
    monkeypatch.setenv("LLMDESK_BACKEND", "ipex")
    with pytest.raises(SetupError, match="2\\.13"):
        choice.choose_backend_name()
