"""The window names what really runs a model."""

from __future__ import annotations

from dataclasses import replace

import pytest

from llmdesk.datatypes.model import ModelInfo, ModelStatus, Precision
from llmdesk.ui.models.engine_words import engine_explanation, engine_title
from tests.ui.conftest import Window


def info(backend: str, kernels: str = "", precision: Precision = "int8", server: str = "", why: str = "") -> ModelInfo:
    return ModelInfo(
        "a", "Alpha", backend, precision, 2, 4096, 10**9, 1.0, kernels=kernels, server=server, fallback_reason=why
    )


@pytest.mark.parametrize(
    ("model", "title"),
    [
        (info("ipex", "llmdesk AVX512-VNNI"), "llmdesk AVX512-VNNI"),
        (info("ipex", "ipex", "bf16"), "IPEX"),
        (info("native", "native"), "Native"),
        (info("native", "Intel(R) Arc(TM) B580 Graphics", "bf16"), "Intel Arc B580 Graphics"),
        (info("scripted"), "Scripted"),
        (info("remote", server="gpu-box:8000"), "Remote"),
    ],
)
def test_the_title_is_of_what_multiplies(model: ModelInfo, title: str) -> None:
    assert engine_title(model) == title


def test_the_explanation_has_kernels_stack_and_reason() -> None:
    own = engine_explanation(info("ipex", "llmdesk AVX2", "int4"))
    assert "own for AVX2; the weights are int4" in own
    assert "Stack: IPEX" in own
    modules = engine_explanation(info("ipex", "ipex", why="Slow is the only way for Zamba."))
    assert modules == "Kernels and stack: IPEX\nSlow is the only way for Zamba."
    plain = replace(info("ipex", "ipex", "bf16"), kernels_reason="its layers have unusual sizes")
    assert engine_explanation(plain).endswith("\nllmdesk's own kernels are not used: its layers have unusual sizes")
    assert engine_explanation(info("remote", server="gpu-box:8000")) == "Answers come from gpu-box:8000"


def test_the_window_does_not_claim_the_stack_for_our_own_kernels(window: Window) -> None:
    own = info("ipex", "llmdesk AVX512-VNNI")
    status = ModelStatus("ready", own.model_id, own.title, "ready", 1.0, own)
    window.main.top_bar.show_status(status)
    window.main.status_line.show_status(status)
    assert window.main.top_bar.engine_tag.text() == "llmdesk AVX512-VNNI"
    assert "Stack: IPEX" in window.main.top_bar.engine_tag.toolTip()
    assert window.main.top_bar.threads_tag.text() == "2 threads"
    assert window.main.status_line.text == ""  # each fact stands in one place
