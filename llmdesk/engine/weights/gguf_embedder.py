"""Embedding models in GGUF files: configuration, tokenizer (WordPiece) and weights for transformers' own modules.

Engine thread only. Weights are computed in float32, whatever the file holds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmdesk import gguf_header
from llmdesk.embedding_folder import EmbeddingForm
from llmdesk.engine.networks.config_values import INTEGERS, check_integer, check_number
from llmdesk.engine.weights.gguf_file import GgufFile
from llmdesk.engine.weights.gguf_tokenizer import unique_names
from llmdesk.errors import ModelDamaged, UnsupportedModel
from llmdesk.file_errors import said_of_a_file
from llmdesk.gguf_kinds import EMBEDDERS, OF_PICTURES_AND_SOUND, POOLINGS, refuse_as_embedder
from llmdesk.words import say

if TYPE_CHECKING:
    import torch

_MOST = 1 << 20
_SIZES = {
    "block_count": "num_hidden_layers",
    "attention.head_count": "num_attention_heads",
    "embedding_length": "hidden_size",
    "feed_forward_length": "intermediate_size",
    "context_length": "max_position_embeddings",
}
_TOP = {
    "token_embd": "embeddings.word_embeddings",
    "token_types": "embeddings.token_type_embeddings",
    "position_embd": "embeddings.position_embeddings",
    "token_embd_norm": "embeddings.LayerNorm",
}
_LAYERS = {
    "bert": {
        "attn_q": "attention.self.query",
        "attn_k": "attention.self.key",
        "attn_v": "attention.self.value",
        "attn_output": "attention.output.dense",
        "attn_output_norm": "attention.output.LayerNorm",
        "ffn_up": "intermediate.dense",
        "ffn_down": "output.dense",
        "layer_output_norm": "output.LayerNorm",
    },
    "nomic-bert": {
        "attn_output": "self_attn.o_proj",
        "attn_output_norm": "post_attention_layernorm",
        "ffn_up": "mlp.up_proj",
        "ffn_gate": "mlp.gate_proj",
        "ffn_down": "mlp.down_proj",
        "layer_output_norm": "post_mlp_layernorm",
    },
}
"""transformers' names of a layer's parts by GGUF's."""
_PLACES = {"bert": "encoder.layer", "nomic-bert": "layers"}
_FUSED = ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj")
_LAYER = re.compile(r"blk\.(\d+)\.(\w+)\.(weight|bias)")
_CONTROL = 3
_MOST_CAPITALS = 0.01
"""The share of words with capitals up to which a vocabulary is one of small letters."""
_WORD = "\N{LOWER ONE EIGHTH BLOCK}"
"""Before what begins a word; what goes on with one has nothing, where WordPiece's own vocabularies have "##"."""
_SPECIALS = {"unk": ("unknown", 100), "cls": ("cls", 101), "sep": ("seperator", 102)}
"""As their keys are spelled in files, and their numbers where a file does not say (BERT's own vocabulary)."""
_USUAL_NAMES = {"[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]"}


class GgufEmbedder:
    """One file, opened. Raises ModelDamaged or UnsupportedModel, here and in what it gives."""

    def __init__(self, path: Path) -> None:
        self._file = GgufFile(path, refuse_as_embedder)
        self.title = self._file.path.name

    def form(self) -> EmbeddingForm:
        """How a text becomes one vector."""
        pooling = POOLINGS[self._file.field("pooling_type")]
        return EmbeddingForm(pooling, self._size("context_length"))

    def config(self) -> Any:
        """transformers' configuration."""
        from transformers import AutoConfig

        file, kind = self._file, EMBEDDERS[self._file.architecture]
        epsilon = file.field("attention.layer_norm_epsilon", 1e-12)
        check_number(epsilon, "attention.layer_norm_epsilon", (0.0, 1.0), self.title)
        values: dict[str, Any] = {name: self._size(key) for key, name in _SIZES.items()}
        self._check_shapes(values["num_hidden_layers"], values["hidden_size"], values["intermediate_size"])
        values |= {
            "vocab_size": file.vocabulary_size(),
            "type_vocab_size": self._rows("token_types.weight", 2),
            "layer_norm_eps": epsilon,
            "pad_token_id": 0,
        }
        if values["hidden_size"] % values["num_attention_heads"]:
            raise ModelDamaged(say("{name}: its heads do not share a vector evenly.", name=self.title))
        if kind == "nomic_bert":
            theta = file.field("rope.freq_base", 1000.0)
            check_number(theta, "rope.freq_base", (1.0, 1e9), self.title)
            values["rope_parameters"] = {"rope_type": "default", "rope_theta": theta}
        else:
            values["max_position_embeddings"] = self._rows("position_embd.weight", values["max_position_embeddings"])
        with said_of_a_file(say("“{kind}” is not known to the installed transformers", kind=kind), UnsupportedModel):
            return AutoConfig.for_model(kind, **values)

    def state(self) -> dict[str, torch.Tensor]:
        """All tensors in float32, under the names of transformers' modules."""
        found: dict[str, torch.Tensor] = {}
        for tensor in self._file.header.tensors:
            if tensor.name.startswith(OF_PICTURES_AND_SOUND):
                continue
            values = self._file.floats(tensor.name)
            match = _LAYER.fullmatch(tensor.name)
            if match is None:
                part, _, kind = tensor.name.rpartition(".")
                found[f"{_TOP[part]}.{kind}"] = values
                continue
            place = f"{_PLACES[self._file.architecture]}.{match[1]}"
            if match[2] == "attn_qkv":
                found |= {f"{place}.{name}.weight": rows for name, rows in zip(_FUSED, values.chunk(3), strict=True)}
            else:
                found[f"{place}.{self._part(match[2], tensor.name)}.{match[3]}"] = values
        return found

    def tokenizer(self) -> Any:
        """transformers' tokenizer with the file's vocabulary."""
        from transformers import PreTrainedTokenizerFast

        with said_of_a_file(say("The vocabulary in {name} cannot be read", name=self.title)):
            return PreTrainedTokenizerFast(tokenizer_object=self._word_piece(), clean_up_tokenization_spaces=False)

    def _word_piece(self) -> Any:
        from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

        words, control = self._words()
        special = {name: words[self._special(name, len(words))] for name in _SPECIALS}
        numbers = {word: number for number, word in enumerate(words)}
        tokenizer = Tokenizer(models.WordPiece(numbers, unk_token=special["unk"], max_input_chars_per_word=100))
        tokenizer.normalizer = normalizers.BertNormalizer(lowercase=self._is_in_small_letters(words, control))
        tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        tokenizer.decoder = decoders.WordPiece()
        ends = [(special[name], numbers[special[name]]) for name in ("cls", "sep")]
        tokenizer.post_processor = processors.TemplateProcessing(
            single=f"{special['cls']} $A {special['sep']}", special_tokens=ends
        )
        tokenizer.add_special_tokens([AddedToken(word, special=True) for word in sorted(control)])
        return tokenizer

    def _words(self) -> tuple[list[str], set[str]]:
        """The words as WordPiece has them, and those that are control tokens."""
        keys = ("tokenizer.ggml.tokens", "tokenizer.ggml.token_type")
        lists = gguf_header.read_arrays(self._file.path, keys)
        tokens, types = (lists.get(key) for key in keys)
        if not tokens or not all(isinstance(token, str) for token in tokens):
            raise ModelDamaged(say("{name} holds no words: “tokenizer.ggml.tokens” is missing.", name=self.title))
        tokens = tokens[: self._file.vocabulary_size()]
        is_control = _are_control(tokens, types)
        named = [
            token if control else token[1:] if token.startswith(_WORD) else f"##{token}"
            for token, control in zip(tokens, is_control, strict=True)
        ]
        words = unique_names(named)
        return words, {word for word, control in zip(words, is_control, strict=True) if control}

    def _special(self, name: str, words: int) -> int:
        key, usual = _SPECIALS[name]
        found = self._file.header.values.get(f"tokenizer.ggml.{key}_token_id", usual)
        check_integer(found, f"tokenizer.ggml.{key}_token_id", (0, words - 1), self.title)
        return int(found)

    def _is_in_small_letters(self, words: Sequence[str], control: set[str]) -> bool:
        """Texts become small letters; a file that does not say so has no large ones in its words then."""
        told = self._file.header.values.get("tokenizer.ggml.normalizer.lowercase")
        if isinstance(told, bool):
            return told
        own = [word for word in words if word not in control and word.isascii() and word.isalpha()]
        capitals = sum(word != word.lower() for word in own)  # a few names may have slipped in
        return capitals <= len(own) * _MOST_CAPITALS

    def _check_shapes(self, layers: int, hidden: int, inner: int) -> None:
        """What a file says of its sizes, beside its tensors: before memory is taken for sizes that nothing has."""
        shapes = {tensor.name: tensor.shape for tensor in self._file.header.tensors}
        wanted = {"token_embd.weight": (self._file.vocabulary_size(), hidden)}
        for layer in range(layers):
            wanted[f"blk.{layer}.ffn_up.weight"] = (inner, hidden)
            if f"blk.{layer}.attn_qkv.weight" in shapes:
                wanted[f"blk.{layer}.attn_qkv.weight"] = (3 * hidden, hidden)
        odd = [name for name, shape in wanted.items() if shapes.get(name) != shape]
        odd += [name for name in shapes if (match := _LAYER.fullmatch(name)) and int(match[1]) >= layers]
        if odd:
            raise ModelDamaged(say("{name} is not of the shape that the configuration says.", name=odd[0]))

    def _part(self, part: str, name: str) -> str:
        parts = _LAYERS[self._file.architecture]
        if part not in parts:
            raise UnsupportedModel(
                say("The GGUF file has a tensor that llmdesk does not know: {name}.", name=name),
                say("Open the model's safetensors folder instead."),
            )
        return parts[part]

    def _size(self, key: str) -> int:
        value, (least, most) = self._file.field(key), INTEGERS[_SIZES[key]]
        check_integer(value, f"{self._file.architecture}.{key}", (least, min(most, _MOST)), self.title)
        return int(value)

    def _rows(self, name: str, otherwise: int) -> int:
        """Of a tensor, if there is one."""
        found = next((each for each in self._file.header.tensors if each.name == name), None)
        return found.shape[0] if found else otherwise


def _are_control(tokens: Sequence[str], types: Sequence[Any] | None) -> list[bool]:
    """For each token; a file that does not say has BERT's own names."""
    if types is None or len(types) < len(tokens):
        return [token in _USUAL_NAMES for token in tokens]
    return [kind == _CONTROL or token in _USUAL_NAMES for token, kind in zip(tokens, types, strict=False)]
