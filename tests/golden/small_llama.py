"""A Llama of 312 weights, for golden values (16-sft.py, 18-reward.py)."""
import torch
from transformers import LlamaConfig

V, T, C, L, H, G, FF, EPS, BASE = 13, 20, 4, 2, 2, 1, 6, 1e-3, 50.0
PAD, BOS, EOS = 0, 1, 4


def config(**more):
    return LlamaConfig(
        vocab_size=V, hidden_size=C, num_hidden_layers=L, num_attention_heads=H, num_key_value_heads=G,
        intermediate_size=FF, max_position_embeddings=T, rms_norm_eps=EPS, tie_word_embeddings=True,
        rope_parameters={"rope_type": "default", "rope_theta": BASE}, pad_token_id=PAD, bos_token_id=BOS,
        eos_token_id=EOS, attn_implementation="eager", **more)


def shaken(model):
    """Random weights: norms around 1, all else around 0; floats of four bytes, held in eight."""
    for p in model.parameters():
        p.data = (torch.randn_like(p) * 0.6 + (p.data.mean() > 0.5)).float()
    return model.double()


def flat(model, of):
    """A model's weights, or what `of` makes of each, in the order of this course: queries, keys and values are one
    matrix, gates and values are one."""
    at = {name: of(p) for name, p in model.named_parameters()}
    pieces = [at["model.embed_tokens.weight"]]
    for layer in range(L):
        block = f"model.layers.{layer}."
        names = ["input_layernorm"] + ["self_attn." + n + "_proj" for n in "qkvo"]
        names += ["post_attention_layernorm"] + ["mlp." + n + "_proj" for n in ("gate", "up", "down")]
        pieces += [at[block + name + ".weight"] for name in names]
    pieces.append(at["model.norm.weight"])
    return torch.cat([p.detach().flatten() for p in pieces])


def gradient(model, loss):
    model.zero_grad()
    loss.backward()
    return flat(model, lambda p: p.grad)


def emit(name, values, kind="double"):
    if torch.is_tensor(values):
        values = values.detach().flatten().tolist()
    text = ", ".join(str(v) if kind == "int" else f"{v:.9g}" for v in values)
    print(f"static const {kind} golden_{name}[] = {{{text}}};")


def emit_sizes(**more):
    sizes = dict(V=V, T=T, C=C, L=L, H=H, G=G, F=FF) | more
    print("enum {" + ", ".join(f"GOLDEN_{k} = {v}" for k, v in sizes.items()) + "};")
    print(f"static const float golden_eps = {EPS}f, golden_rope_base = {BASE}f;")
