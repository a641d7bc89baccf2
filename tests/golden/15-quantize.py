"""Golden values of chapter 15's blocks from llama.cpp's own Python package (pip install gguf):
python3 tests/golden/15-quantize.py > tests/golden/15-quantize.h

For maintainers only; no learner runs it. Of random blocks only those are taken whose bytes do not hang on the last bit of a
product: x * (1 / scale), x / scale and a fused multiply-add give the same.
"""
import textwrap

import numpy as np
from gguf import GGMLQuantizationType
from gguf.quants import dequantize, quantize

TYPES = {"q8_0": GGMLQuantizationType.Q8_0, "q4_0": GGMLQuantizationType.Q4_0}


def steady(block):
    """No number is within a ten-thousandth of a step of where rounding changes its mind."""
    largest = np.abs(block).max()
    if largest == 0:
        return True
    x = block.astype(np.float64)
    half = lambda y: np.abs(y - np.floor(y) - 0.5).min() > 1e-4
    return half(x / (largest / 127)) and half(x / (largest / 8))


def spread(rng, size):
    while True:
        block = (rng.standard_normal(32) * size).astype(np.float32)
        if steady(block):
            return block


rng = np.random.default_rng(15)
# ordinary weights; activations; scales that are small in F16, have no leading 1 there, or are lost; a few large ones; nothing
blocks = [spread(rng, size) for size in (0.02, 0.02, 0.15, 1, 1, 30, 2e-3, 4e-5, 1e-6, 1e-9, 2e4)]
outlier = spread(rng, 0.02)
outlier[17] = -3
blocks += [outlier, np.zeros(32, np.float32)]
# halves, with a scale of exactly 1 (Q8_0), and of two equal ones the first, with a scale of exactly 1 (Q4_0)
ties = np.array([127, 0.5, -0.5, 1.5, -1.5, 2.5, -2.5, 63.5, -63.5, 126.5, -126.5] + [0.25] * 21, np.float32)
equal = np.array([3, -8, 8, 7.25, -7.25, 7.75] + [0.25, -0.75] * 13, np.float32)
blocks += [ties, equal, -equal]
x = np.concatenate(blocks)


def emit(kind, name, values):
    print(f"static const {kind} golden_{name}[] = {{")
    print("\n".join(textwrap.wrap(", ".join(values), 120)) + "};")


print("// Made by tests/golden/15-quantize.py with the Python package gguf. Do not edit.")
print("// clang-format off")
print("#pragma once")
print("#include <stdint.h>")
print(f"enum {{ GOLDEN_BLOCKS = {len(blocks)} }};")
emit("float", "x", [f"{v:.9g}" for v in x.tolist()])
for name, kind in TYPES.items():
    packed = quantize(x, kind)
    emit("uint8_t", name, [str(b) for b in packed.tobytes()])
    emit("float", f"{name}_back", [f"{v:.9g}" for v in dequantize(packed, kind).astype(np.float32).tolist()])
