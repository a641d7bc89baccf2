"""Golden GGUF files of chapter 15 by llama.cpp's own package: python3 tests/golden/15-gguf.py

For maintainers only (pip install gguf cyllama tokenizers safetensors); no learner runs it. Writes tests/golden/gguf/:
    mixed.gguf              a Llama with tensors of every type that we read, at multiples of 64 bytes
    mixed/                  the same as a Hugging Face folder of floats, by gguf.quants
    bpe.gguf, scored.gguf, words.gguf      tiny models, each with a tokenizer of another kind
    bpe.jsonl, scored.jsonl, words.jsonl   texts and what llama.cpp makes of them (and, for bpe, Hugging Face's tokenizers)
"""
import json
import os
import shutil

import gguf
import numpy as np
from cyllama.llama import llama_cpp as ll
from gguf import GGMLQuantizationType as Q, TokenType as Type
from safetensors.numpy import save_file
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "gguf")
shutil.rmtree(HERE, ignore_errors=True)
os.makedirs(os.path.join(HERE, "mixed"))
rng = np.random.default_rng(1)


def normal(*shape):
    return (rng.standard_normal(shape) * 0.3 + (len(shape) == 1)).astype(np.float32)


def to_pairs(w, heads):  # convert_hf_to_gguf.py: halves of a head become neighbours
    return w.reshape(heads, 2, w.shape[0] // heads // 2, *w.shape[1:]).swapaxes(1, 2).reshape(w.shape)


def to_halves(w, heads):
    return w.reshape(heads, w.shape[0] // heads // 2, 2, *w.shape[1:]).swapaxes(1, 2).reshape(w.shape)


def put(w, name, x, kind):
    data = gguf.quants.quantize(x, kind)
    w.add_tensor(name, data, raw_dtype=kind)
    return gguf.quants.dequantize(data, kind).astype(np.float32)


def llama_sizes(w, V, C, L, H, G, F, T, eps, base):
    w.add_vocab_size(V)
    w.add_context_length(T)
    w.add_embedding_length(C)
    w.add_block_count(L)
    w.add_feed_forward_length(F)
    w.add_head_count(H)
    w.add_head_count_kv(G)
    w.add_layer_norm_rms_eps(eps)
    w.add_rope_freq_base(base)
    w.add_rope_dimension_count(C // H)


def close(w):
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()


def mixed():
    V, C, H, G, F, T = 13, 32, 2, 1, 32, 11
    w = gguf.GGUFWriter(os.path.join(HERE, "mixed.gguf"), "llama")
    w.add_custom_alignment(64)
    w.add_name("every type")
    llama_sizes(w, V, C, 1, H, G, F, T, 1e-3, 50.0)
    w.add_tokenizer_model("no_vocab")
    D, out = C // H, {}
    kinds = [("self_attn.q_proj", "attn_q", (C, C), H, Q.Q4_0), ("self_attn.k_proj", "attn_k", (G * D, C), G, Q.Q8_0),
             ("self_attn.v_proj", "attn_v", (G * D, C), 0, Q.F16), ("self_attn.o_proj", "attn_output", (C, C), 0, Q.BF16),
             ("mlp.gate_proj", "ffn_gate", (F, C), 0, Q.Q4_0), ("mlp.up_proj", "ffn_up", (F, C), 0, Q.Q8_0),
             ("mlp.down_proj", "ffn_down", (C, F), 0, Q.F32)]
    for theirs, ours, shape, heads, kind in kinds:
        x = normal(*shape)
        x = put(w, f"blk.0.{ours}.weight", to_pairs(x, heads) if heads else x, kind)
        out[f"model.layers.0.{theirs}.weight"] = to_halves(x, heads) if heads else x
    for theirs, ours in [("input_layernorm", "attn_norm"), ("post_attention_layernorm", "ffn_norm")]:
        out[f"model.layers.0.{theirs}.weight"] = put(w, f"blk.0.{ours}.weight", normal(C), Q.F32)
    out["model.norm.weight"] = put(w, "output_norm.weight", normal(C), Q.F32)
    out["model.embed_tokens.weight"] = put(w, "token_embd.weight", normal(V, C), Q.Q8_0)
    out["lm_head.weight"] = put(w, "output.weight", normal(V, C), Q.F16)
    close(w)
    save_file({k: np.ascontiguousarray(v) for k, v in out.items()}, os.path.join(HERE, "mixed", "model.safetensors"),
              metadata={"format": "pt"})
    os.chmod(os.path.join(HERE, "mixed", "model.safetensors"), 0o644)
    config = dict(model_type="llama", architectures=["LlamaForCausalLM"], vocab_size=V, hidden_size=C, num_hidden_layers=1,
                  num_attention_heads=H, num_key_value_heads=G, intermediate_size=F, max_position_embeddings=T,
                  rms_norm_eps=1e-3, rope_theta=50.0, tie_word_embeddings=False, hidden_act="silu", bos_token_id=None,
                  eos_token_id=None)
    with open(os.path.join(HERE, "mixed", "config.json"), "w") as f:
        json.dump(config, f, indent=2)


def lists(w, model, tokens, types, scores=None):
    w.add_tokenizer_model(model)
    w.add_token_list(tokens)
    w.add_token_types(types)
    if scores is not None:
        w.add_token_scores(scores)


def tiny_llama(name, V):
    """A Llama of 4 channels, whose tokenizer matters."""
    w = gguf.GGUFWriter(os.path.join(HERE, name + ".gguf"), "llama")
    llama_sizes(w, V, 4, 1, 1, 1, 4, 16, 1e-5, 10000.0)
    put(w, "token_embd.weight", normal(V, 4), Q.F16)
    for part in ["attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"]:
        put(w, f"blk.0.{part}.weight", normal(4, 4), Q.F32)
    for part in ["blk.0.attn_norm", "blk.0.ffn_norm", "output_norm"]:
        put(w, part + ".weight", normal(4), Q.F32)
    return w


def tiny_gpt2(name, V):
    w = gguf.GGUFWriter(os.path.join(HERE, name + ".gguf"), "gpt2")
    w.add_context_length(16)
    w.add_embedding_length(4)
    w.add_block_count(1)
    w.add_feed_forward_length(16)
    w.add_head_count(1)
    w.add_layer_norm_eps(1e-5)
    table = normal(V, 4)
    put(w, "token_embd.weight", table, Q.F16)
    put(w, "output.weight", table, Q.F16)  # as older converters did: the head is the table
    put(w, "position_embd.weight", normal(16, 4), Q.F32)
    for part, O, I in [("attn_qkv", 12, 4), ("attn_output", 4, 4), ("ffn_up", 16, 4), ("ffn_down", 4, 16)]:
        put(w, f"blk.0.{part}.weight", normal(O, I), Q.F32)
        put(w, f"blk.0.{part}.bias", normal(O), Q.F32)
    for part in ["blk.0.attn_norm", "blk.0.ffn_norm", "output_norm"]:
        put(w, part + ".weight", normal(4), Q.F32)
        put(w, part + ".bias", normal(4), Q.F32)
    return w


def expect(name, texts, special, other=None):
    """What llama.cpp makes of the texts."""
    model = ll.LlamaModel(os.path.join(HERE, name + ".gguf"), ll.LlamaModelParams(), False)
    vocab = model.get_vocab()
    with open(os.path.join(HERE, name + ".jsonl"), "w") as f:
        for text in texts:
            ids = list(vocab.tokenize(text, False, special))
            assert other is None or ids == other(text), (text, ids, other(text))
            f.write(json.dumps({"text": text, "ids": ids}, ensure_ascii=False) + "\n")


POEM = "Once upon a time there was a cat. The cat sat on the mat, and the cat's hat sat on the cat; 12 cats, 34 hats. naïve café 猫"
TEXTS = ["the cat sat on the mat", "", " ", "  two  spaces", "Once upon a time, there was 1 cat's hat.", "naïve café 猫 は\n\tI'm\n\n", "x" * 40,
         "cat\u2019s \u00a0 \U0001F600 é\u0301", "a  \n b ", "12345 ..!!"]


def bpe():
    t = Tokenizer(models.BPE())
    t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    t.train_from_iterator([POEM] * 3, trainers.BpeTrainer(
        vocab_size=300, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    t.add_special_tokens(["<|endoftext|>"])
    model = json.loads(t.to_str())["model"]
    vocab = dict(model["vocab"], **{"<|endoftext|>": t.token_to_id("<|endoftext|>")})
    tokens = sorted(vocab, key=vocab.get)
    V = len(tokens) + 3  # as models are that round V up
    w = tiny_gpt2("bpe", V)
    lists(w, "gpt2", tokens + [f"[PAD{i}]" for i in range(V - 3, V)],
          [Type.NORMAL] * (len(tokens) - 1) + [Type.CONTROL] + [Type.UNUSED] * 3)
    w.add_tokenizer_pre("gpt-2")
    w.add_token_merges([" ".join(m) for m in model["merges"]])
    w.add_bos_token_id(len(tokens) - 1)
    w.add_eos_token_id(len(tokens) - 1)
    close(w)
    expect("bpe", TEXTS, False, lambda text: t.encode(text).ids)


def scored():
    pieces = list("▁abcdehimnopstuw.,'1é猫") + ["▁t", "he", "▁the", "at", "▁c", "▁cat", "cat", "▁s", "▁sat", "on", "▁on", "▁m", "▁a", "th", "▁▁", "ti",
                                               "me", "time", "▁time", "was", "▁w", "▁was"]
    tokens = ["<unk>", "<s>", "</s>"] + [f"<0x{b:02X}>" for b in range(256)] + pieces
    types = [Type.UNKNOWN, Type.CONTROL, Type.CONTROL] + [Type.BYTE] * 256 + [Type.NORMAL] * len(pieces)
    scores = [0.0] * 259 + [-float(i) - 100 * (len(p) == 1) for i, p in enumerate(pieces)]
    w = tiny_llama("scored", len(tokens))
    lists(w, "llama", tokens, types, scores)
    w.add_bos_token_id(1)
    w.add_eos_token_id(2)
    close(w)
    expect("scored", [t for t in TEXTS if t], False)


def words():
    names = "<unk> <bos> <eos> tom lives in barn . 破 é".split()
    tokens = names[:3] + ["▁" + n for n in names[3:]]
    w = tiny_llama("words", len(tokens))
    lists(w, "t5", tokens, [Type.UNKNOWN, Type.CONTROL, Type.CONTROL] + [Type.NORMAL] * (len(tokens) - 3), [0.0] * len(tokens))
    w.add_unk_token_id(0)
    w.add_bos_token_id(1)
    w.add_eos_token_id(2)
    w.add_add_space_prefix(True)
    w.add_remove_extra_whitespaces(True)
    w.add_add_bos_token(True)
    w.add_add_eos_token(False)
    close(w)
    expect("words", ["tom lives in barn .", "", "  tom   lives ", "<bos>tom in<eos> .", "破 é .", "<bos><eos>", "tom"], True)


mixed()
bpe()
scored()
words()
