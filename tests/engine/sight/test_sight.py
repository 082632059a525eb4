"""In float32 a model that sees gives transformers' own logits and texts for a picture; caches know pictures apart."""

from __future__ import annotations

import base64
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from llmdesk.datatypes.chat import ChatMessage, Finished, GenerationRequest, PromptProgress, SamplingParams, TokenEvent
from llmdesk.datatypes.model import Origin
from llmdesk.datatypes.pictures import Picture
from llmdesk.engine.generation.given import FIRST_GIVEN
from llmdesk.errors import FileError, ModelDamaged, PromptError
from tests.engine.oracle import build, local_model
from tests.engine.tiny_seeing import SIDE_PX, TILE_TOKENS, image, picture, processing, save_seeing_model

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.model

SIZES = [(96, 64), (64, 96), (40, 40), (200, 50), (33, 500), (1, 1), (640, 479), (64, 64), (31, 32)]


def form_of(**changes: Any) -> Any:
    from llmdesk.engine.sight.tiles import TileForm

    vision = {"image_size": SIDE_PX, "patch_size": 8}
    return TileForm.of({"vision_config": vision, "scale_factor": 2}, processing(**changes))


@pytest.mark.parametrize("changes", [{}, {"do_image_splitting": False}, {"size": {"longest_edge": 50}}])
def test_tiles_and_their_text_are_those_of_transformers(changes: dict[str, Any]) -> None:
    import numpy as np
    from transformers.models.smolvlm.image_processing_pil_smolvlm import SmolVLMImageProcessorPil
    from transformers.models.smolvlm.processing_smolvlm import get_image_prompt_string

    theirs, form = SmolVLMImageProcessorPil(**processing(**changes)), form_of(**changes)
    for seed, size in enumerate(SIZES):
        expected = theirs(image(seed, size), return_row_col_info=True, return_tensors="np")
        found = list(form.tiles(image(seed, size)))
        assert np.abs(np.stack(found) - expected["pixel_values"][0]).max() < 1e-6, size
        rows, columns = expected["rows"][0][0], expected["cols"][0][0]
        assert form.grid(*size) == (rows, columns), size
        frame, word, whole = "<fake_token_around_image>", "<image>", "<global-img>"
        assert form.text((rows, columns)) == get_image_prompt_string(rows, columns, TILE_TOKENS, frame, word, whole)


@pytest.mark.parametrize("change", [{"max_image_size": {"longest_edge": 48}}, {"size": {"longest_edge": 10**6}}])
def test_sizes_that_do_not_fit_are_damage(tmp_path: Path, change: dict[str, Any]) -> None:
    import json

    from llmdesk.engine.backends.torch_model import text_model_of

    folder = save_seeing_model(tmp_path / "model")
    (folder / "preprocessor_config.json").write_text(json.dumps(processing(**change)))
    network, prepared = build(folder)
    with pytest.raises(ModelDamaged, match=r"preprocessor_config\.json"):
        text_model_of(prepared, network, 512)


def seeing_model(folder: Path) -> Any:
    """In float32 on plain torch."""
    from llmdesk.engine.backends.torch_model import text_model_of

    network, prepared = build(folder)
    return text_model_of(prepared, network, 512)


def asked(*messages: ChatMessage, origin: Origin = "cli", max_new_tokens: int = 8) -> GenerationRequest:
    sampling = SamplingParams(max_new_tokens=max_new_tokens, temperature=0)
    return GenerationRequest("r", "tiny", messages, sampling, origin)


def events_of(model: Any, request: GenerationRequest) -> list[Any]:
    from llmdesk.engine.generation.generation import generate
    from llmdesk.engine.generation.step import by_itself

    return list(by_itself(generate(model, request, time.perf_counter(), threading.Event())))


def answered(model: Any, request: GenerationRequest) -> tuple[str, Any]:
    """(its text, its figures)"""
    events = events_of(model, request)
    assert isinstance(events[-1], Finished)
    return "".join(event.text for event in events if isinstance(event, TokenEvent)), events[-1].stats


def shown(text: str, *pictures: str) -> ChatMessage:
    return ChatMessage("user", text, pictures=tuple(Picture(data, name="a.png") for data in pictures))


def reference(folder: Path, ids: list[int], image_id: int, pictures: list[str]) -> tuple[Any, Any, dict[str, Any]]:
    """(transformers' model, the same tokens in its form, its other inputs)"""
    from transformers import AutoModelForImageTextToText

    from llmdesk.picture_files import decoded

    model = AutoModelForImageTextToText.from_pretrained(folder, dtype=torch.float32).eval()
    tiles = [torch.from_numpy(tile) for data in pictures for tile in form_of().tiles(decoded(data, "a"))]
    plain = torch.tensor([[image_id if token >= FIRST_GIVEN else token for token in ids]])
    return model, plain, {"pixel_values": torch.stack(tiles)[None]}


@pytest.mark.parametrize("kind", ["smolvlm", "idefics3"])
def test_logits_and_texts_are_those_of_transformers(tmp_path: Path, kind: str) -> None:
    folder = save_seeing_model(tmp_path / "model", kind)
    model = seeing_model(folder)
    pictures = [picture(1), picture(2, (200, 50))]
    request = asked(shown("What differs?", *pictures), max_new_tokens=12)
    ids = model.chats.encode(request.messages).ids
    assert sum(token >= FIRST_GIVEN for token in ids) == (5 + 3) * TILE_TOKENS
    image_id = model.tokenizer.backend_tokenizer.token_to_id("<image>")
    theirs, plain, inputs = reference(folder, ids, image_id, pictures)
    with torch.inference_mode():
        expected = theirs(input_ids=plain, **inputs).logits[0].float()
        text = theirs.generate(input_ids=plain, **inputs, max_new_tokens=12, do_sample=False)[0, len(ids) :]
    glance = model.sight.glance(ids)
    assert list(glance.look(ids))[-1] == ((5 + 3) * TILE_TOKENS,) * 2
    for step in (len(ids), 7, 1):
        cache, found = model.network.new_cache(), []
        for start in range(0, len(ids), step):
            chunk = ids[start : start + step]
            given = glance.rows(chunk) if max(chunk) >= FIRST_GIVEN else None
            found.append(model.network.forward(chunk, cache, last=len(chunk), given=given))
        distance = (torch.cat(found) - expected).norm() / (expected - expected.mean(dim=-1, keepdim=True)).norm()
        assert distance < 1e-4, step
    end = model.tokenizer.eos_token_id
    written = [token for token in text.tolist() if token != end]
    assert answered(model, request)[0] == model.tokenizer.backend_tokenizer.decode(written)


def test_a_picture_is_looked_at_once_and_pictures_are_not_confused(tmp_path: Path) -> None:
    model = seeing_model(save_seeing_model(tmp_path / "model"))
    looked: list[int] = []
    look = model.sight.look

    def noted(seen: Any) -> Any:
        looked.append(seen.first)
        return look(seen)

    model.sight.look = noted
    first, stats = answered(model, asked(shown("What is it?", picture(1))))
    assert len(looked) == 1
    assert stats.cached_tokens == 0
    assert stats.prompt_tokens == len(model.chats.encode((shown("What is it?", picture(1)),)).ids)
    more = (shown("What is it?", picture(1)), ChatMessage("assistant", first), ChatMessage("user", "And now?"))
    alone = answered(seeing_model(tmp_path / "model"), asked(*more))[0]
    model.sight._seen.clear()  # what was seen is forgotten, what was computed of it is not
    again, stats = answered(model, asked(*more))
    assert again == alone
    assert len(looked) == 1
    assert stats.cached_tokens > 60  # the picture and the question
    other, stats = answered(model, asked(shown("What is it?", picture(2))))
    assert len(looked) == 2
    assert stats.cached_tokens < 30
    assert other == answered(seeing_model(tmp_path / "model"), asked(shown("What is it?", picture(2))))[0] != first
    assert answered(model, asked(shown("What is it?", picture(1))))[1].from_response_cache


def test_progress_is_told_and_a_stop_ends_the_looking(tmp_path: Path) -> None:
    from llmdesk.engine.generation.generation import generate
    from llmdesk.engine.generation.step import by_itself

    model = seeing_model(save_seeing_model(tmp_path / "model"))
    shares = [
        event.looked
        for event in events_of(model, asked(shown("?", picture(1))))
        if isinstance(event, PromptProgress) and event.looked is not None
    ]
    assert shares == pytest.approx([index / 5 for index in range(6)])
    cancel, seen = threading.Event(), 0
    for event in by_itself(generate(model, asked(shown("?", picture(3))), time.perf_counter(), cancel)):
        seen += isinstance(event, PromptProgress) and event.looked is not None
        if seen == 2:
            cancel.set()
        last = event
    assert isinstance(last, Finished)
    assert (last.reason, seen) == ("cancelled", 2)
    assert answered(model, asked(shown("?", picture(3))))[1].new_tokens > 0


def test_16_bits_are_near(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import numpy as np

    folder = save_seeing_model(tmp_path / "model")
    rows = []
    for dtype in (torch.float32, torch.bfloat16):
        monkeypatch.setattr("llmdesk.engine.sight.tower.number_type", lambda dtype=dtype: dtype)
        model = seeing_model(folder)
        ids = model.chats.encode((shown("?", picture(1)),)).ids
        glance = model.sight.glance(ids)
        assert list(glance.look(ids))
        rows.append(glance.rows(ids))
    assert rows[1].dtype == np.float32
    assert 0 < np.linalg.norm(rows[1] - rows[0]) / np.linalg.norm(rows[0]) < 0.03


def test_the_time_of_looking_is_in_no_speed(tmp_path: Path) -> None:
    model = seeing_model(save_seeing_model(tmp_path / "model"))
    look = model.sight.look

    def slow(seen: Any) -> Any:
        for done in look(seen):
            time.sleep(0.05)
            yield done

    model.sight.look = slow
    stats = answered(model, asked(shown("?", picture(1))))[1]
    assert stats.ttft_s > 0.25 > stats.prefill_s > 0


def test_where_pictures_stand_and_words_that_look_like_them(tmp_path: Path) -> None:
    model = seeing_model(save_seeing_model(tmp_path / "model"))
    decode = model.tokenizer.backend_tokenizer.decode
    message = ChatMessage("user", "a <image> b \ufdd10\ufdd1", pictures=(Picture(picture(1), at=2),))
    ids = model.chats.encode((message,)).ids
    kinds = [token >= FIRST_GIVEN for token in ids]
    assert sum(kinds) == 5 * TILE_TOKENS
    before, after = ids[: kinds.index(True)], ids[len(kinds) - kinds[::-1].index(True) :]
    assert decode(before, skip_special_tokens=True).endswith("User: a ")
    assert decode(after, skip_special_tokens=True).startswith("<image> b \ufffd0\ufffd")


def test_models_that_do_not_see_are_told_names_or_refuse(tmp_path: Path) -> None:
    from llmdesk.engine.backends.torch_model import text_model_of
    from tests.engine.tiny_models import save_model

    network, prepared = build(save_model(tmp_path / "blind"))
    blind = text_model_of(prepared, network, 512)
    assert blind.sight is None
    message = shown("What is it?", picture(1))
    told = ChatMessage("user", '[The image "a.png" is attached, but only its name is known to you.]\n\nWhat is it?')
    assert blind.chats.encode((message,)).ids == blind.chats.encode((told,)).ids
    assert answered(blind, asked(message, origin="gui"))[1].new_tokens
    for origin in ("cli", "api"):
        with pytest.raises(PromptError, match="does not see images"):
            answered(blind, asked(message, origin=origin))


def test_a_damaged_picture_is_refused_but_does_not_end_the_chat_that_it_is_in(tmp_path: Path) -> None:
    model = seeing_model(save_seeing_model(tmp_path / "model"))
    whole = base64.b64decode(picture(1))
    for broken in (whole[: len(whole) // 2], b"no picture"):
        message = shown("?", base64.b64encode(broken).decode())
        with pytest.raises(FileError, match=r"a\.png"):
            answered(model, asked(message))
        later = (message, ChatMessage("assistant", "No."), ChatMessage("user", "Go on."))
        assert answered(model, asked(*later))[1].new_tokens
    with pytest.raises(FileError, match="damaged"):
        answered(model, asked(shown("?", "no base64!")))


def test_what_sees_is_planned_and_texts_go_as_without_it(tmp_path: Path) -> None:
    from llmdesk.memory_need import weights_bytes
    from llmdesk.models.checks import check
    from llmdesk.models.memory import size_of

    folder = save_seeing_model(tmp_path / "model")
    checked = check(folder)
    assert (checked.sees, checked.own_decoder) == (True, True)
    assert checked.cache_bytes_per_token == 3 * 2 * 2 * 16 * 2 + 64  # keys and values, and angles
    size = size_of(checked)
    assert size.sight_weights == sum(
        tensor.elements for tensor in checked.tensors if "text_model" not in tensor.name
    ) - (size.head_weights)
    network, _ = build(folder)
    assert network.weights_bytes / 2 <= weights_bytes(size, "bf16") - 4 * size.sight_weights  # float32 here


@pytest.mark.parametrize("precision", ["int8", "int4"])
def test_our_own_kernels_take_given_rows_for_tokens(tmp_path: Path, precision: Any) -> None:
    """Bit by bit what the tokens themselves give, whatever the chunks, beside another text in the same step."""
    import numpy as np

    from llmdesk.engine.generation.step import Step
    from llmdesk.engine.networks.fused import decoder as fused
    from llmdesk.engine.weights.loading import prepare

    folder = save_seeing_model(tmp_path / "model")
    prepared = prepare(local_model(folder, precision), precision, lambda phase, done: None)
    if (reason := fused.obstacle(prepared.config)) is not None:
        pytest.skip(reason)
    network = fused.FusedDecoder(prepared.config, prepared.weights, 512)
    bits = prepared.weights.bfloat16_bits("model.embed_tokens.weight")
    assert bits is not None
    table = (bits.astype(np.uint32) << 16).view(np.float32)
    words = [(7 * index + 3) % 250 for index in range(300)]
    mixed = [FIRST_GIVEN + index if index % 3 == 1 else token for index, token in enumerate(words)]
    given = table[[token for index, token in enumerate(words) if index % 3 == 1]]
    expected = network.forward(words, network.new_cache(), last=20).copy()
    assert (network.forward(mixed, network.new_cache(), last=20, given=given) == expected).all()
    steps = [
        Step(network, words[:40], network.new_cache(), 1, is_prompt=True),
        Step(network, mixed[:40], network.new_cache(), 1, is_prompt=True, given=given),
    ]
    network.forward_many(steps)
    assert (steps[0].logits == steps[1].logits).all()
    with pytest.raises(AssertionError, match="refuse"):
        network.forward(mixed[:40], network.new_cache(), given=given[:3])
