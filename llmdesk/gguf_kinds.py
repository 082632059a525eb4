"""What kinds of GGUF files can be read, and what the others are (pure functions on their heads).

One judgement for the catalogue, which refuses a file when it is added, and for the engine, which reads it.
"""

from __future__ import annotations

import re

from llmdesk.embedding_folder import Pooling
from llmdesk.errors import UnsupportedModel
from llmdesk.gguf_header import GgufHeader
from llmdesk.words import say

ARCHITECTURES = {
    "llama": "llama",
    "smollm3": "smollm3",
    "qwen2": "qwen2",
    "qwen3": "qwen3",
    "qwen3moe": "qwen3_moe",
    "olmo2": "olmo2",
    "olmoe": "olmoe",
    "gpt-oss": "gpt_oss",
    "granite": "granite",
    "mistral3": "ministral3",
    "gemma2": "gemma2",
    "gemma3": "gemma3_text",
    "gemma4": "gemma4_text",
    "phi3": "phi3",
    "bitnet": "bitnet",
    "lfm2": "lfm2",
    "lfm2moe": "lfm2_moe",
    "qwen35": "qwen3_5_text",
    "qwen35moe": "qwen3_5_moe_text",
    "qwen3next": "qwen3_next",
    "granitehybrid": "granitemoehybrid",
    "granitemoe": "granitemoe",
}
"""GGUF's architectures that can be read, and transformers' names for them."""

MIXTURES = frozenset(
    {"qwen3moe", "olmoe", "gpt-oss", "lfm2moe", "gemma4", "qwen35moe", "qwen3next", "granitehybrid", "granitemoe"}
)
"""Those of them that are mixtures of experts."""

EMBEDDERS = {"bert": "bert", "nomic-bert": "nomic_bert"}
"""Those that make vectors out of texts and can be read, likewise."""

POOLINGS: dict[int, Pooling] = {1: "mean", 2: "cls", 3: "lasttoken"}
"""GGUF's numbers of the ways in which the vectors of a text's tokens become one."""

READABLE_TYPES = frozenset({0, 1, 2, 3, 6, 7, 8, 10, 11, 12, 13, 14, *range(16, 24), 29, 30, 34, 35, 39, 40})
"""ggml's numbers of the types that the gguf package turns into numbers."""

OF_PICTURES_AND_SOUND = ("v.", "mm.", "a.")
"""How names of tensors begin that a model for pictures or sound has beside its text part."""

_PARTS = (
    "attn_norm", "ffn_norm", "post_attention_norm", "post_ffw_norm", "attn_q", "attn_k", "attn_v", "attn_qkv",
    "attn_output",
    "attn_q_norm", "attn_k_norm", "attn_sub_norm", "ffn_sub_norm", "ffn_gate", "ffn_up", "ffn_down",
    "ffn_gate_inp", "ffn_gate_exps", "ffn_up_exps", "ffn_down_exps", "attn_sinks",
)  # fmt: skip
_CONVOLUTION = ("shortconv.conv", "shortconv.in_proj", "shortconv.out_proj")
_SHARED = ("ffn_gate_shexp", "ffn_up_shexp", "ffn_down_shexp")
_QWEN35 = (
    "attn_gate", "ssm_conv1d", "ssm_alpha", "ssm_beta", "ssm_dt", "ssm_norm", "ssm_out", "nextn.eh_proj",
    "nextn.enorm", "nextn.hnorm", "nextn.shared_head_norm", "nextn.shared_head_head", "nextn.embed_tokens",
)  # fmt: skip
_PARTS_OF = {
    "lfm2": _CONVOLUTION,
    "lfm2moe": (*_CONVOLUTION, "exp_probs_b"),
    "qwen35": _QWEN35,
    "qwen35moe": (*_QWEN35, *_SHARED, "ffn_gate_inp_shexp", "ffn_gate_up_exps"),
    "qwen3next": (
        "attn_gate", "ssm_conv1d", "ssm_ba", "ssm_in", "ssm_dt", "ssm_norm", "ssm_out", *_SHARED, "ffn_gate_inp_shexp",
        "ffn_gate_up_exps",
    ),
    "granitehybrid": ("ssm_in", "ssm_conv1d", "ssm_dt", "ssm_norm", "ssm_out", *_SHARED),
    "gemma4": (
        "inp_gate", "proj", "post_norm", "layer_output_scale",
        "ffn_gate_up_exps", "pre_ffw_norm_2", "post_ffw_norm_1", "post_ffw_norm_2",
    ),
}  # fmt: skip
_WHOLE_NAMES_OF = {
    "lfm2": r"|token_embd_norm\.weight",
    "lfm2moe": r"|token_embd_norm\.weight",
    "qwen35": r"|blk\.\d+\.ssm_a",
    "qwen35moe": r"|blk\.\d+\.ssm_a",
    "qwen3next": r"|blk\.\d+\.ssm_a",
    "granitehybrid": r"|blk\.\d+\.ssm_[ad]",
    "gemma4": r"|per_layer_(token_embd|model_proj|proj_norm)\.(weight|bias)|blk\.\d+\.ffn_(gate_inp|down_exps)\.scale",
}


def known_names(architecture: str) -> re.Pattern[str]:
    """Of the tensors of one of ARCHITECTURES."""
    parts = "|".join(map(re.escape, (*_PARTS, *_PARTS_OF.get(architecture, ()))))
    return re.compile(
        r"(token_embd|output_norm|output)\.(weight|bias)|rope_freqs\.weight|rope_factors_(long|short)\.weight"
        rf"|blk\.\d+\.({parts})\.(weight|bias){_WHOLE_NAMES_OF.get(architecture, '')}"
    )


_OF_ENCODERS = re.compile(
    r"token_types\.weight|position_embd\.weight|token_embd\.weight|token_embd_norm\.(weight|bias)"
    r"|blk\.\d+\.((attn_[qkv]|attn_output|attn_output_norm|ffn_up|ffn_down|layer_output_norm)\.(weight|bias)"
    r"|(attn_qkv|ffn_gate)\.weight)"
)
_EXPERTS = re.compile(r"blk\.\d+\.ffn_(\w+_exps|gate_inp|(gate|up|down)\.\d+)\b.*")

_OTHER_ARCHITECTURES = (
    ("bert llama-embed nomic-bert nomic-bert-moe jina-bert-v2 jina-bert-v3 modern-bert neo-bert eurobert"
     " gemma-embedding t5encoder roberta xlm-roberta", say("makes vectors out of texts (embeddings) and writes none")),
    ("t5 bart", say("translates from one text to another (encoder and decoder) and does not chat")),
    ("whisper wavtokenizer-dec parakeet moonshine outetts csm kokoro qwen3-tts", say("hears or makes speech")),
    ("flux sd sd1 sd2 sd3 sdxl aura auraflow ltxv hyvid wan cosmos lumina2 hidream qwen_image pixart kandinsky chroma"
     " z_image lens omnigen diffusion", say("makes pictures or films")),
    ("dream llada llada-moe rnd1", say("writes texts by diffusion, not word by word")),
)  # fmt: skip
_OTHER_TYPES = {
    "adapter": say("is a LoRA adapter, not a model"),
    "imatrix": say("is an importance matrix, a by-product of quantising, not a model"),
    "mmproj": say("is the part of a model that sees or hears (mmproj), not the model"),
}
_GET_THE_MODEL = say("Open the model's own GGUF file instead; it lies beside this one where that was published.")
_GET_AN_EMBEDDER = say(
    "For vectors get a file of the architecture bert or nomic-bert, or the model's safetensors folder; to chat, a model"
    " that was made to write."
)
_GET_A_CHAT_MODEL = say("Get a model that was made to write or chat, for example Qwen3 or Llama as GGUF.")


def refuse_foreign(header: GgufHeader) -> None:
    """Raises UnsupportedModel for a whole file that is no model which can be read; says what it is, and what helps."""
    name, architecture = header.files[0].name, header.architecture
    _refuse_other_types(header, name)
    for names, what in _OTHER_ARCHITECTURES:
        if architecture in names.split():
            text = say(
                "{name} is a model ({architecture}) that {what}.", name=name, architecture=architecture, what=what
            )
            is_embedder = architecture in _OTHER_ARCHITECTURES[0][0].split()
            raise UnsupportedModel(text, _GET_AN_EMBEDDER if is_embedder else _GET_A_CHAT_MODEL)
    if not architecture:
        text = say("{name} does not say of which architecture it is, as files of models for pictures do.", name=name)
        raise UnsupportedModel(text, _GET_A_CHAT_MODEL)
    if architecture not in ARCHITECTURES:
        raise UnsupportedModel(
            say(
                "GGUF files of the architecture “{architecture}” cannot be read yet (only {known}).",
                architecture=architecture,
                known=", ".join(ARCHITECTURES),
            ),
            say("Open the model's safetensors folder instead."),
        )
    _refuse_tensors(header, name, known_names(architecture))


def refuse_as_embedder(header: GgufHeader) -> None:
    """Raises UnsupportedModel for a file of one of EMBEDDERS whose vectors cannot be computed here."""
    name, architecture = header.files[0].name, header.architecture
    _refuse_other_types(header, name)
    kind = header.values.get("tokenizer.ggml.model")
    if kind != "bert":
        raise UnsupportedModel(
            say("{name} has a vocabulary of the kind “{kind}”, which llmdesk cannot read yet.", name=name, kind=kind),
            say("Get the model's safetensors folder instead."),
        )
    if header.values.get(f"{architecture}.pooling_type") not in POOLINGS:
        raise UnsupportedModel(
            say("{name} does not say how the vectors of its tokens become one (or judges texts).", name=name),
            say("Get a newer file of this model, or its safetensors folder."),
        )
    _refuse_tensors(header, name, _OF_ENCODERS)


def _refuse_other_types(header: GgufHeader, name: str) -> None:
    kind = "mmproj" if header.architecture == "clip" else str(header.values.get("general.type", "model"))
    if kind in _OTHER_TYPES:
        raise UnsupportedModel(say("{name} {what}.", name=name, what=_OTHER_TYPES[kind]), _hint_for(kind, header))


def _hint_for(kind: str, header: GgufHeader) -> str:
    base = header.values.get("general.base_model.0.name") or header.values.get("general.name")
    if kind == "adapter" and isinstance(base, str):
        return say("Merge it into its model ({base}) with llama-export-lora, and open the result.", base=base[:100])
    return _GET_THE_MODEL


def _refuse_tensors(header: GgufHeader, name: str, known: re.Pattern[str]) -> None:
    if not header.tensors:
        text = say("{name} holds no weights, only a vocabulary.", name=name)
        raise UnsupportedModel(text, say("Get the model itself as a GGUF file."))
    experts = header.values.get(f"{header.architecture}.expert_count", 0)
    names = [tensor.name for tensor in header.tensors if not tensor.name.startswith(OF_PICTURES_AND_SOUND)]
    is_mixture = (isinstance(experts, int) and experts > 0) or any(map(_EXPERTS.fullmatch, names))
    if is_mixture and header.architecture not in MIXTURES:
        text = say("{name} is a mixture of experts of a kind that cannot be read out of GGUF files yet.", name=name)
        raise UnsupportedModel(text, say("Open the model's safetensors folder instead."))
    if unknown := next((tensor for tensor in names if not known.fullmatch(tensor)), None):
        raise UnsupportedModel(
            say("{name} has a tensor that llmdesk does not know: {tensor}.", name=name, tensor=unknown[:80]),
            say("Open the model's safetensors folder instead."),
        )
    if odd := next((tensor for tensor in header.tensors if tensor.kind not in READABLE_TYPES), None):
        raise UnsupportedModel(
            say("{name} holds weights of ggml's type {number}, which llmdesk cannot read.", name=name, number=odd.kind),
            say("Get this model in another quantisation, for example as Q4_K_M or Q8_0."),
        )
