"""Golden values of chapter 12 from PyTorch and transformers:
python3 tests/golden/12-attention.py | clang-format > tests/golden/12-attention.h

For maintainers only; no learner runs it. Inputs are small fixed numbers, so that the header can be read.
"""
import torch
from torch.nn import functional as F
from transformers.models.bloom.modeling_bloom import build_alibi_tensor
from transformers.models.llama.modeling_llama import apply_rotary_pos_emb

torch.set_default_dtype(torch.float64)


def numbers(count, seed):
    """Irregular numbers in about [-2, 2], with two decimals: easy to read, hard to guess."""
    state, out = seed, []
    for _ in range(count):
        state = (state * 1103515245 + 12345) % 2**31
        out.append(round((state >> 8) % 401 / 100 - 2, 2))
    return torch.tensor(out)


def emit(name, tensor):
    values = ", ".join(f"{v:.9g}" for v in tensor.detach().flatten().tolist())
    print(f"static const double golden_{name}[] = {{{values}}};")


print("// Made by tests/golden/12-attention.py with PyTorch and transformers. Do not edit.")
print("#pragma once")

# Grouped, causal attention: 2 sequences of 3 positions, 4 heads of queries on 2 of keys, D = 4; (B,T,H,D) here.
q, k, v = numbers(96, 1).reshape(2, 3, 4, 4), numbers(48, 2).reshape(2, 3, 2, 4), numbers(48, 3).reshape(2, 3, 2, 4)
dout = numbers(96, 4).reshape(2, 3, 4, 4)
for x in (q, k, v):
    x.requires_grad_()
heads = lambda x: x.transpose(1, 2)
shared = lambda x: heads(x).repeat_interleave(2, dim=1)
out = heads(F.scaled_dot_product_attention(heads(q), shared(k), shared(v), is_causal=True))
(out * dout).sum().backward()
for name, tensor in dict(q=q, k=k, v=v, dout=dout, out=out, dq=q.grad, dk=k.grad, dv=v.grad).items():
    emit(name, tensor)

# Rotary positions as Llama of Hugging Face applies them: (2,3,2,4), base 10000.
x = numbers(48, 5).reshape(2, 3, 2, 4)
angles = torch.arange(3.0)[:, None] / 10000 ** (torch.arange(0, 4, 2) / 4)
angles = torch.cat([angles, angles], dim=-1)[None]
turned, _ = apply_rotary_pos_emb(heads(x), heads(x), angles.cos(), angles.sin())
emit("x", x)
emit("rope", heads(turned))

# ALiBi's slopes of 12 heads as Bloom has them: the bias at distance 1.
bias = build_alibi_tensor(torch.ones(1, 2), 12, torch.float64)
emit("slopes", bias.reshape(12, 2)[:, 1] - bias.reshape(12, 2)[:, 0])
