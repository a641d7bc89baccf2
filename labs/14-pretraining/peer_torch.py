"""A GPT-2-shaped training step in PyTorch, the peer of `make bench-14`; nothing else of the course runs Python.

    python3 peer_torch.py LAYERS CHANNELS HEADS VOCABULARY BATCH TIME SECONDS THREADS

prints the best time of a step in seconds, measured for about SECONDS, and PyTorch's version. A step is what ours is: forward, backward,
clipping, AdamW, in float32.
"""
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F


class Block(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.norm1, self.norm2 = nn.LayerNorm(C), nn.LayerNorm(C)
        self.qkv, self.proj = nn.Linear(C, 3 * C), nn.Linear(C, C)
        self.up, self.down = nn.Linear(C, 4 * C), nn.Linear(4 * C, C)

    def attention(self, x):
        B, T, C = x.shape
        q, k, v = (y.view(B, T, self.H, C // self.H).transpose(1, 2) for y in self.qkv(x).split(C, dim=2))
        if hasattr(F, "scaled_dot_product_attention"):
            y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        else:
            mask = torch.full((T, T), float("-inf")).triu(1)
            y = torch.softmax(q @ k.transpose(-1, -2) / (C // self.H) ** 0.5 + mask, dim=-1) @ v
        return self.proj(y.transpose(1, 2).reshape(B, T, C))

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        return x + self.down(F.gelu(self.up(self.norm2(x)), **GELU))


class GPT(nn.Module):
    def __init__(self, L, C, H, V, T):
        super().__init__()
        self.tokens, self.positions = nn.Embedding(V, C), nn.Embedding(T, C)
        self.blocks = nn.ModuleList(Block(C, H) for _ in range(L))
        self.norm, self.head = nn.LayerNorm(C), nn.Linear(C, V, bias=False)
        self.head.weight = self.tokens.weight

    def forward(self, x, y):
        h = self.tokens(x) + self.positions.weight[: x.shape[1]]
        for block in self.blocks:
            h = block(h)
        return F.cross_entropy(self.head(self.norm(h)).flatten(0, 1), y.flatten())


def optimizer(model):
    settings = dict(lr=1e-4, betas=(0.9, 0.95), weight_decay=0.1)
    try:  # one pass over the weights, where this version has it for CPUs
        return torch.optim.AdamW(model.parameters(), fused=True, **settings)
    except (TypeError, RuntimeError):
        return torch.optim.AdamW(model.parameters(), **settings)


L, C, H, V, B, T, SECONDS, THREADS = (int(a) for a in sys.argv[1:9])
GELU = {"approximate": "tanh"} if tuple(int(n) for n in torch.__version__.split("+")[0].split(".")[:2]) >= (1, 12) else {}
torch.set_num_threads(THREADS)
torch.manual_seed(1)
model = GPT(L, C, H, V, T)
adamw = optimizer(model)
x, y = torch.randint(V, (B, T)), torch.randint(V, (B, T))
best, began, steps = float("inf"), time.perf_counter(), 0
while steps < 3 or time.perf_counter() - began < SECONDS:
    start = time.perf_counter()
    adamw.zero_grad(set_to_none=True)
    model(x, y).backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    adamw.step()
    best = min(best, time.perf_counter() - start)
    steps += 1
print(best, torch.__version__)
