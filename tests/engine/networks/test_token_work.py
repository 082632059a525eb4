"""What a token costs, against what a network really holds and against counting by hand."""

from __future__ import annotations

from typing import Any

import pytest

from llmdesk.datatypes.token_work import TokenWork
from llmdesk.engine.measuring.synthetic import shape_config
from llmdesk.engine.networks.token_work import token_work


def tiny() -> Any:
    from transformers import LlamaConfig

    return LlamaConfig(
        hidden_size=64,
        intermediate_size=160,
        num_hidden_layers=3,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=16,
        vocab_size=1000,
        tie_word_embeddings=True,
    )


def test_counted_by_hand() -> None:
    work = token_work(tiny(), 12345, 2048)
    layer = 64 * 64 + 2 * 64 * 32 + 64 * 64 + 3 * 64 * 160  # query, key and value, output, gate up and down
    assert work.matrix_flops == 2 * 3 * layer  # neither the embedding nor the head: of a prompt one token needs it
    assert work.weights_read_bytes == 12345
    position = 3 * 2 * 2 * 16 * 2  # layers, keys and values, heads, numbers, bytes
    assert work.cache_bytes(100) == 100 * position
    in_bytes = token_work(tiny(), 12345, 2048, cache_number_bytes=18 / 16)
    assert in_bytes.cache_bytes(100) == 100 * position * 18 / 32
    assert in_bytes.prompt_flops(1, 99) == pytest.approx(work.prompt_flops(1, 99))
    # A query's 16 numbers meet each of 100 keys, and as many sums over values: 4 heads, 3 layers.
    attention = 4 * 100 * 16 * 4 * 3
    assert work.prompt_flops(1, 99) == pytest.approx(work.matrix_flops + attention, rel=0.01)


def test_matrices_agree_with_a_network_of_modules() -> None:
    """The 2-D weights of transformers' own model of that configuration, without embedding and head."""
    from transformers import AutoModelForCausalLM

    modules = AutoModelForCausalLM.from_config(tiny())
    weights = [value.numel() for name, value in modules.named_parameters() if value.dim() == 2 and "embed" not in name]
    assert token_work(tiny(), 0, 2048).matrix_flops == 2 * sum(weights)


def test_of_experts_those_that_a_token_chooses() -> None:
    config = shape_config("olmoe")
    attention = 4 * 2048 * 2048
    expert = 3 * 2048 * 1024
    assert token_work(config, 0, 2048).matrix_flops == 2 * 16 * (attention + 8 * expert + 64 * 2048)


def test_layers_with_a_window_read_no_more_than_that() -> None:
    config = shape_config("gemma-3-1b")
    work = token_work(config, 0, 32768)
    windows = [window for window, _ in work.cache_read]
    assert len(windows) == 2
    window = max(windows)
    growth = work.cache_bytes(4 * window) - work.cache_bytes(2 * window)
    assert growth == 2 * window * dict(work.cache_read)[0]  # only the others go on growing


def test_unknown_architectures_count_no_operations() -> None:
    from transformers import PretrainedConfig

    config = PretrainedConfig(num_attention_heads=4, hidden_size=64, num_hidden_layers=2, vocab_size=10)
    work = token_work(config, 7, 128)
    assert (work.weights_read_bytes, work.matrix_flops, work.prompt_flops(10, 0)) == (7, 0, 0.0)
    assert work.cache_bytes(10) == 10 * 2 * 2 * 2 * 64
    assert token_work(PretrainedConfig(), 7, 128) == TokenWork(7)
