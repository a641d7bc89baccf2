"""Golden values of chapter 17's NF4 from the authors' own package (pip install bitsandbytes, 0.50.2 was used):
python3 tests/golden/17-nf4.py > tests/golden/17-nf4.h

For maintainers only; no learner runs it. Only blocks are taken in which no number is near the middle of two levels,
where the last bit of a division would decide. The package keeps the even number in the high half of a byte; here it
is in the low half, so the level of each number is written, not the bytes.
"""
import textwrap

import numpy as np
import torch
from bitsandbytes.functional import dequantize_4bit, quantize_4bit

BLOCK = 64


def both(block):
    packed, state = quantize_4bit(torch.tensor(block), blocksize=BLOCK, quant_type="nf4")
    byte = packed.flatten().numpy()
    levels = np.stack([byte >> 4, byte & 15], 1).flatten()
    return levels, state.absmax.item(), dequantize_4bit(packed, state).flatten().numpy(), state.code


def spread(rng, size):
    code = both(np.ones(BLOCK, np.float32))[3].numpy().astype(np.float64)
    middles = (code[1:] + code[:-1]) / 2
    while True:
        block = (rng.standard_normal(BLOCK) * size).astype(np.float32)
        at = block.astype(np.float64) / np.abs(block).max()
        if np.abs(at[:, None] - middles[None]).min() > 1e-5:
            return block


def numbers(name, values, form):
    text = ", ".join(form(v) for v in values)
    print(f"static const {name}[] = {{\n" + "\n".join(textwrap.wrap(text, 118)) + "\n};")


rng = np.random.default_rng(17)
blocks = [spread(rng, size) for size in (0.02, 1, 300)]
outlier = spread(rng, 0.02)
outlier[9] = -3
blocks += [outlier, np.zeros(BLOCK, np.float32)]
made = [both(b) for b in blocks]
print("// Made by tests/golden/17-nf4.py with the Python package bitsandbytes. Do not edit.\n// clang-format off\n#pragma once")
print(f"enum {{ GOLDEN_BLOCKS = {len(blocks)} }};")
exact = "{:.9g}".format
numbers("float golden_x", np.concatenate(blocks), exact)
numbers("float golden_scale", [m[1] for m in made], exact)
numbers("int golden_level", np.concatenate([m[0] for m in made]), str)
numbers("float golden_back", np.concatenate([m[2] for m in made]), exact)
