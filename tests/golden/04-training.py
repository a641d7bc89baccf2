"""Golden values of chapter 04 from PyTorch: python3 tests/golden/04-training.py | clang-format > tests/golden/04-training.h

For maintainers only; no learner runs it. Inputs are small fixed numbers, so that the header can be read.
"""
import torch
from torch.nn import functional as F

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


print("// Made by tests/golden/04-training.py with PyTorch. Do not edit.")
print("#pragma once")

# Three steps of every optimizer, lr 0.1, decay 0.5.
w, gradients = numbers(5, 1), numbers(15, 2).reshape(3, 5)
emit("w", w)
emit("dw", gradients)
optimizers = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.1),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
    "adagrad": lambda p: torch.optim.Adagrad(p, lr=0.1),
    "rmsprop": lambda p: torch.optim.RMSprop(p, lr=0.1),
    "adam": lambda p: torch.optim.Adam(p, lr=0.1),
    "adam_l2": lambda p: torch.optim.Adam(p, lr=0.1, weight_decay=0.5),
    "adamw": lambda p: torch.optim.AdamW(p, lr=0.1, weight_decay=0.5),
}
for name, make in optimizers.items():
    p = torch.nn.Parameter(w.clone())
    optimizer = make([p])
    for g in gradients:
        p.grad = g.clone()
        optimizer.step()
    emit(name, p)

# Norms of x (4,6), or (2,4,3) for group (2 groups) and instance norm.
x, dout = numbers(24, 3), numbers(24, 4)
weight, bias = numbers(6, 5), numbers(6, 6)
for name, tensor in {"x": x, "dout": dout, "weight": weight, "bias": bias}.items():
    emit(name, tensor)


def norm(name, shape, forward):
    channels = shape[1]
    xs = x.reshape(shape).clone().requires_grad_()
    ws, bs = weight[:channels].clone().requires_grad_(), bias[:channels].clone().requires_grad_()
    out = forward(xs, ws, bs)
    out.backward(dout.reshape(shape))
    emit(name + "_out", out)
    emit(name + "_dx", xs.grad)
    emit(name + "_dweight", ws.grad)
    if bs.grad is not None:
        emit(name + "_dbias", bs.grad)


mean, var = torch.zeros(6), torch.ones(6)
norm("batchnorm", (4, 6), lambda x, w, b: F.batch_norm(x, mean, var, w, b, training=True, momentum=0.1))
emit("batchnorm_running_mean", mean)
emit("batchnorm_running_var", var)
emit("batchnorm_eval", F.batch_norm(x.reshape(4, 6), mean, var, weight, bias, training=False))
norm("layernorm", (4, 6), lambda x, w, b: F.layer_norm(x, (6,), w, b))
norm("rmsnorm", (4, 6), lambda x, w, b: F.rms_norm(x, (6,), w, eps=1e-5))
norm("groupnorm", (2, 4, 3), lambda x, w, b: F.group_norm(x, 2, w, b))
norm("instancenorm", (2, 4, 3), lambda x, w, b: F.instance_norm(x, weight=w, bias=b))

# Weight norm of v (4,6) with g = weight[:4].
v, g = x.reshape(4, 6).clone().requires_grad_(), weight[:4].clone().requires_grad_()
out = torch._weight_norm(v, g.reshape(4, 1), 0)
out.backward(dout.reshape(4, 6))
emit("weightnorm_out", out)
emit("weightnorm_dv", v.grad)
emit("weightnorm_dg", g.grad)

# x and weight as one gradient, clipped to length 1.5.
parts = [torch.nn.Parameter(torch.zeros(24)), torch.nn.Parameter(torch.zeros(6))]
parts[0].grad, parts[1].grad = x.clone(), weight.clone()
emit("clip_length", torch.nn.utils.clip_grad_norm_(parts, 1.5))
emit("clip_x", parts[0].grad)
emit("clip_weight", parts[1].grad)
