"""Each kind of model that sees gives transformers' own logits and texts in float32, for one picture and for two."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from llmdesk.datatypes.chat import ChatMessage, TokenEvent
from llmdesk.datatypes.pictures import Picture
from llmdesk.engine.generation.given import FIRST_GIVEN
from tests.engine.oracle import local_model
from tests.engine.sight.test_sight import answered, asked, events_of, seeing_model, shown
from tests.engine.tiny_seeing import WHOLE, picture, save_seeing_model

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.model

SIZES = [(96, 64), (64, 96), (40, 40), (200, 50), (33, 500), (7, 7), (640, 479), (64, 64), (31, 32), (1, 190)]
TOLD = {
    "one": (ChatMessage("user", "What is it? Say it.", pictures=(Picture(picture(1), name="a.png", at=12),)),),
    "two": (
        ChatMessage("system", "Be brief."),
        shown("What differs?", picture(1), picture(2, (200, 50))),
        ChatMessage("assistant", "Much."),
        shown("And here?", picture(3, (50, 130))),
        ChatMessage("assistant", "Less."),
        ChatMessage("user", "Go on."),
    ),
}


def reference(kind: str, folder: Path, ids: list[int], images: list[Any], image_id: int) -> tuple[Any, dict[str, Any]]:
    """(transformers' model, its inputs), of pictures that transformers' own processor has cut."""
    from transformers import AutoModelForImageTextToText

    model = AutoModelForImageTextToText.from_pretrained(folder, dtype=torch.float32).eval()
    plain = torch.tensor([[image_id if token >= FIRST_GIVEN else token for token in ids]])
    inputs = {"input_ids": plain, **INPUTS[kind](images)}
    if kind.startswith("qwen3_5"):
        inputs["mm_token_type_ids"] = (plain == image_id).long()
    return model, inputs


def _of_qwen(images: list[Any]) -> dict[str, Any]:
    from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil

    return dict(Qwen2VLImageProcessorPil(**WHOLE["qwen3_5"].processing)(images, return_tensors="pt"))


def _of_liquid(images: list[Any]) -> dict[str, Any]:
    """transformers' own way wants torchvision: of the patches that are held to it (test_liquid.py)."""
    from llmdesk.engine.sight.liquid import LiquidForm

    whole = WHOLE["lfm2_vl"]
    form = LiquidForm.of({"vision_config": whole.vision}, whole.processing)
    assert form is not None
    tiles = [torch.from_numpy(tile) for each in images for tile in form.tiles(each)]
    patches = [patches_of(tile) for tile in tiles]
    shape = (len(tiles), max(map(len, patches)))
    values, mask = torch.zeros(*shape, patches[0].shape[1]), torch.zeros(shape, dtype=torch.int32)
    for index, each in enumerate(patches):
        values[index, : len(each)], mask[index, : len(each)] = each, 1
    sizes = torch.tensor([[size // 4 for size in tile.shape[1:]] for tile in tiles])
    return {"pixel_values": values, "pixel_attention_mask": mask, "spatial_shapes": sizes}


def patches_of(tile: Any) -> Any:
    """(n, 4 * 4 * 3), a patch after the other."""
    rows, columns = (size // 4 for size in tile.shape[1:])
    places = [(4 * (place // columns), 4 * (place % columns)) for place in range(rows * columns)]
    return torch.stack([tile[:, y : y + 4, x : x + 4].permute(1, 2, 0).flatten() for y, x in places])


def _of_gemma(images: list[Any]) -> dict[str, Any]:
    from transformers.models.gemma4.image_processing_pil_gemma4 import Gemma4ImageProcessorPil

    made = Gemma4ImageProcessorPil(**WHOLE["gemma4"].processing)(images, return_tensors="pt")
    return {key: made[key] for key in ("pixel_values", "image_position_ids")}


INPUTS = {"qwen3_5": _of_qwen, "qwen3_5_moe": _of_qwen, "lfm2_vl": _of_liquid, "gemma4": _of_gemma}


@pytest.mark.parametrize("told", list(TOLD))
@pytest.mark.parametrize("kind", list(INPUTS))
def test_logits_and_texts_are_those_of_transformers(tmp_path: Path, kind: str, told: str) -> None:
    from llmdesk.picture_files import decoded

    folder = save_seeing_model(tmp_path / "model", kind)
    model = seeing_model(folder)
    request = asked(*TOLD[told], max_new_tokens=12)
    ids = model.chats.encode(request.messages).ids
    images = [decoded(each.data, "a") for message in request.messages for each in message.pictures]
    image_id = model.tokenizer.backend_tokenizer.token_to_id(WHOLE[kind].word)
    theirs, inputs = reference(kind, folder, ids, images, image_id)
    with torch.inference_mode():
        expected = theirs(**inputs).logits[0].float()
        written = theirs.generate(**inputs, max_new_tokens=12, do_sample=False)[0, len(ids) :].tolist()
    found = {step: logits_in_steps(model, model.network, ids, step) for step in (len(ids), 32, 7, 1)}
    spread = (expected - expected.mean(dim=-1, keepdim=True)).norm()
    for step, logits in found.items():
        assert (torch.cat(logits) - expected).norm() < 1e-4 * spread, step
    events = events_of(model, request)
    answer = [event.token_id for event in events if isinstance(event, TokenEvent) and event.token_id is not None]
    assert answer == [token for token in written if token != model.tokenizer.eos_token_id]


def logits_in_steps(model: Any, network: Any, ids: list[int], step: int) -> list[Any]:
    """Of a prompt, so many tokens at a time; what the answer would go on with is behind it."""
    from llmdesk.engine.generation.chat_pictures import PromptPictures

    pictures = PromptPictures(model.sight, ids)
    assert all(0 <= share <= 1 for share in pictures.look(ids))
    cache, found = network.new_cache(), []
    for start in range(0, len(ids), step):
        chunk = ids[start : start + step]
        given, places = pictures.rows_of(chunk), pictures.places_of(start, len(chunk))
        logits = network.forward(chunk, cache, last=len(chunk), given=given, places=places)
        found.append(torch.as_tensor(logits).clone())
    return found


@pytest.mark.parametrize("kind", list(INPUTS))
@pytest.mark.parametrize("precision", ["int8", "int4"])
def test_our_own_kernels_compute_what_torch_does(tmp_path: Path, kind: str, precision: Any) -> None:
    from llmdesk.engine.backends.native import NativeKernels
    from llmdesk.engine.networks.decoder import Decoder
    from llmdesk.engine.networks.fused import decoder as fused
    from llmdesk.engine.weights.loading import prepare

    folder = save_seeing_model(tmp_path / "model", kind)
    prepared = prepare(local_model(folder, precision), precision, lambda phase, done: None)
    if (reason := fused.obstacle(prepared.config)) is not None:
        pytest.skip(reason)
    model = seeing_model(folder)
    ids = model.chats.encode(TOLD["two"]).ids
    own = fused.FusedDecoder(prepared.config, prepared.weights, 512)
    plain = Decoder(prepared.config, prepared.weights, NativeKernels(torch.float32), 512)
    expected = torch.cat(logits_in_steps(model, plain, ids, len(ids)))
    spread = (expected - expected.mean(dim=-1, keepdim=True)).norm()
    for step in (len(ids), 32, 7, 1):
        found = torch.cat(logits_in_steps(model, own, ids, step))
        assert (found - expected).norm() < 0.02 * spread, step


@pytest.mark.parametrize("kind", list(INPUTS))
def test_what_was_computed_of_a_picture_is_not_computed_again(tmp_path: Path, kind: str) -> None:
    model = seeing_model(save_seeing_model(tmp_path / "model", kind))
    looked: list[int] = []
    look = model.sight.look

    def noted(seen: Any) -> Any:
        looked.append(seen.first)
        return look(seen)

    model.sight.look = noted
    first_turn = (shown("What is it?", picture(1)),)
    first, stats = answered(model, asked(*first_turn))
    assert stats.prompt_tokens == len(model.chats.encode(first_turn).ids)
    for words in ("And now?", "Or so?", "And now?"):  # a follow-up, edited, and as it was
        more = (*first_turn, ChatMessage("assistant", "Yes."), ChatMessage("user", words))
        alone = answered(seeing_model(tmp_path / "model"), asked(*more))[0]
        model.responses.clear()
        again, stats = answered(model, asked(*more))
        assert again == alone, words
        assert stats.cached_tokens > 0
    assert len(looked) == 1
    assert answered(model, asked(*first_turn, max_new_tokens=9))[0].startswith(first)  # again, from its beginning
    other = (*first_turn, ChatMessage("assistant", "Yes."), shown("And this?", picture(2, (60, 90))))
    assert answered(model, asked(*other))[0] == answered(seeing_model(tmp_path / "model"), asked(*other))[0]
    assert len(looked) == 2


@pytest.mark.parametrize("kind", list(INPUTS))
def test_16_bits_are_near(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """As what sees is computed where the processor multiplies such numbers."""
    from llmdesk.engine.generation.chat_pictures import PromptPictures

    folder, rows = save_seeing_model(tmp_path / "model", kind), []
    for dtype in (torch.float32, torch.bfloat16):
        monkeypatch.setattr("llmdesk.engine.sight.tower.number_type", lambda dtype=dtype: dtype)
        model = seeing_model(folder)
        ids = model.chats.encode((shown("?", picture(1)),)).ids
        pictures = PromptPictures(model.sight, ids)
        shares = list(pictures.look(ids))
        assert shares == sorted(shares)
        assert (shares[0], shares[-1]) == (0, 1)
        assert len(shares) > (3 if kind != "lfm2_vl" else 2)  # layer by layer, or tile by tile
        rows.append(torch.from_numpy(pictures.rows_of(ids)))
    assert 0 < (rows[1] - rows[0]).norm() < 0.05 * rows[0].norm()


@pytest.mark.parametrize("sections", ["11", [11, 11], [11, 11, -1], [11, 11, 1.5], {"time": 3}])
def test_axes_that_are_none_are_named(sections: Any) -> None:
    from transformers import AutoConfig

    from llmdesk.engine.networks.architecture import describe
    from llmdesk.errors import BadValue

    text = WHOLE["qwen3_5"].text
    rope = text["rope_parameters"] | {"mrope_section": sections}
    values = {key: value for key, value in text.items() if key != "model_type"} | {"rope_parameters": rope}
    with pytest.raises(BadValue, match="mrope_section"):
        describe(AutoConfig.for_model("qwen3_5_text", vocab_size=300, **values), 64)
