"""What a model takes in any precision and context, and how it is loaded so that it fits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from llmdesk.datatypes.model import LoadChoice, ModelSize, ModelSource, ModelSpec
from llmdesk.errors import NotEnoughMemory, SetupError
from llmdesk.memory_need import GB, PROGRAM_BYTES, fitting_load, limit_bytes, memory_need, weights_bytes

SPEC = ModelSpec("x", "X", ModelSource("hub", "a/b"), precision="int8", context_tokens=32768)
SIZE = ModelSize(100_000_000, 100_000_000, 1_000_000_000, cache_bytes_per_token=100_000)


def total(spec: ModelSpec, size: ModelSize | None, precision: str, context_tokens: int) -> int:
    need = memory_need(spec, size, precision, context_tokens)  # type: ignore[arg-type]
    assert need is not None
    return need.total_bytes


def test_weights_by_precision_and_the_cache_by_context() -> None:
    assert total(SPEC, SIZE, "bf16", 0) == PROGRAM_BYTES + 2_400_000_000
    assert total(SPEC, SIZE, "int8", 0) == PROGRAM_BYTES + 200_000_000 + 1_168_750_000
    assert total(SPEC, SIZE, "int4", 0) == PROGRAM_BYTES + 200_000_000 + 106_250_000 + 625_000_000
    assert total(SPEC, SIZE, "int4", 10_000) - total(SPEC, SIZE, "int4", 0) == GB


def test_weights_in_tables_keep_their_form() -> None:
    size = ModelSize(0, 0, 0, table_weights=16 * GB)
    assert [weights_bytes(size, precision) / GB for precision in ("int4", "int8", "bf16")] == [9, 9, 32]
    assert weights_bytes(replace(size, own_kernels=False), "int4") / GB == 18


def test_blocks_of_five_and_six_bits_count_as_they_are_kept() -> None:
    size = ModelSize(0, 0, 0, block_weights=16 * GB, block_bytes=11 * GB, block_int4_bytes=9 * GB)
    assert [weights_bytes(size, precision) / GB for precision in ("int4", "int8", "bf16")] == [9, 11, 32]
    assert weights_bytes(replace(size, own_kernels=False), "int4") / GB == 10
    elsewhere = replace(size, own_kernels=False, blocks_stay_in_int4=True)
    assert [weights_bytes(elsewhere, precision) / GB for precision in ("int4", "int8", "bf16")] == [17, 17, 32]


def test_ternary_weights_keep_their_form() -> None:
    bitnet = replace(SIZE, other_weights=0, ternary_weights=1_000_000_000)
    for precision, bytes_of_them in (("bf16", 250_000_000), ("int8", 250_000_000), ("int4", 250_000_000)):
        none = replace(SIZE, other_weights=0)
        assert total(SPEC, bitnet, precision, 0) - total(SPEC, none, precision, 0) == bytes_of_them


def test_the_form_of_the_embedding_counts() -> None:
    packed, head = replace(SIZE, embedding="packed"), replace(SIZE, embedding="head")
    assert total(SPEC, SIZE, "int4", 0) - total(SPEC, packed, "int4", 0) == 93_750_000
    assert total(SPEC, SIZE, "int4", 0) - total(SPEC, head, "int4", 0) == 200_000_000
    assert total(SPEC, packed, "bf16", 0) == total(SPEC, SIZE, "bf16", 0)
    assert total(SPEC, SIZE, "bf16", 0) - total(SPEC, head, "bf16", 0) == 200_000_000
    elsewhere = replace(head, own_kernels=False)
    assert total(SPEC, elsewhere, "bf16", 0) == total(SPEC, SIZE, "bf16", 0)


def test_the_catalogues_figure_is_converted_to_another_precision() -> None:
    spec = replace(SPEC, memory_bytes=PROGRAM_BYTES + 1_062_500_000)
    assert total(spec, None, "int8", 4096) == spec.memory_bytes
    assert total(spec, None, "bf16", 4096) == PROGRAM_BYTES + 2 * GB
    assert total(spec, None, "int4", 4096) == PROGRAM_BYTES + 625_000_000


def test_a_measured_figure_goes_before_the_files_in_its_own_precision_only() -> None:
    spec = replace(SPEC, memory_bytes=2 * GB, memory_measured=True)
    assert total(spec, SIZE, "int8", 0) == 2 * GB
    assert total(spec, SIZE, "bf16", 0) == PROGRAM_BYTES + 2_400_000_000
    assert total(replace(spec, memory_measured=False), SIZE, "int8", 0) == PROGRAM_BYTES + 1_368_750_000


def test_what_sees_takes_the_same_in_every_precision() -> None:
    spec = replace(SPEC, memory_bytes=PROGRAM_BYTES + 1_000_000_000, sight_bytes=400_000_000)
    assert total(spec, None, "int8", 0) == spec.memory_bytes
    assert total(spec, None, "bf16", 0) == PROGRAM_BYTES + 400_000_000 + round(600_000_000 * 2 / 1.0625)


def test_what_is_not_known_is_tried() -> None:
    assert memory_need(SPEC, None, "int8", 4096) is None
    assert fitting_load(SPEC, None, "int8", None, 1) == LoadChoice("int8", 32768, 0)


@pytest.mark.parametrize(("room_gb", "context_tokens"), [(6, 32768), (5, 16384), (3.2, 8192), (2.6, 2048)])
def test_a_context_that_nobody_asked_for_shrinks_to_what_fits(room_gb: float, context_tokens: int) -> None:
    choice = fitting_load(SPEC, SIZE, "int8", None, round(room_gb * GB))
    assert (choice.precision, choice.context_tokens) == ("int8", context_tokens)
    assert choice.memory_bytes == total(SPEC, SIZE, "int8", context_tokens)


def test_a_context_that_was_asked_for_is_refused_with_what_would_fit() -> None:
    with pytest.raises(
        NotEnoughMemory, match=r"X as int8 needs about 5\.6 GB .* 32,768 tokens, but only 5\.3 GB"
    ) as caught:
        fitting_load(SPEC, SIZE, "int8", 32768, round(5.3 * GB))
    choices = caught.value.info().choices
    assert [(choice.precision, choice.context_tokens) for choice in choices] == [("int8", 16384), ("int4", 32768)]
    assert all(choice.memory_bytes <= 5.3 * GB for choice in choices)
    assert caught.value.hint == (
        "It would fit with a context of 16,384 tokens (4.0 GB) or as int4 with a context of 32,768 tokens (5.2 GB)."
    )


def test_a_lower_precision_is_offered_where_no_context_helps() -> None:
    with pytest.raises(NotEnoughMemory) as caught:
        fitting_load(SPEC, SIZE, "bf16", None, round(2.6 * GB))
    assert [choice.precision for choice in caught.value.choices] == ["int8", "int4"]


def test_nothing_fits() -> None:
    with pytest.raises(NotEnoughMemory) as caught:
        fitting_load(SPEC, SIZE, "int4", None, GB)
    assert caught.value.choices == ()
    assert "Close other programs" in caught.value.hint
    with pytest.raises(NotEnoughMemory) as caught:
        fitting_load(SPEC, SIZE, "int4", None, GB, is_limit=True)
    assert "raise engine.memory_limit_gb" in caught.value.hint


def test_a_short_context_is_not_made_longer() -> None:
    spec = replace(SPEC, context_tokens=512)
    assert fitting_load(spec, SIZE, "int8", None, 60 * GB).context_tokens == 512
    with pytest.raises(NotEnoughMemory):
        fitting_load(spec, SIZE, "int8", None, GB)


def test_the_limit_is_12_gb_or_three_quarters(monkeypatch: pytest.MonkeyPatch) -> None:
    assert limit_bytes(8 * GB) == 6 * GB
    assert limit_bytes(64 * GB) == 12 * GB
    monkeypatch.setenv("LLMDESK_MEMORY_LIMIT_GB", " 2.5 ")
    assert limit_bytes(64 * GB) == 2_500_000_000


@pytest.mark.parametrize("text", ["8GB", "0", "-1", "nan", "inf", "all"])
def test_a_limit_that_is_no_number_is_a_clear_error(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLMDESK_MEMORY_LIMIT_GB", text)
    with pytest.raises(SetupError, match=f"LLMDESK_MEMORY_LIMIT_GB={text} is not a number") as caught:
        limit_bytes(GB)
    assert caught.value.hint
