"""Golden values of chapter 19 from TRL and PyTorch: python3 tests/golden/19-ppo.py | clang-format > tests/golden/19-ppo.h

For maintainers only; no learner runs it. A batch of texts goes through TRL's PPOTrainer of the 0.11 series (pip install
trl==0.11.4 tyro), the last one with a method for each step: rewards, advantages, losses, and their gradients for all
logits and values, in double. Two things TRL has otherwise, or not at all, and PyTorch gives: TRL divides the variance of
advantages by one less than their number, and it has no temperature here.
"""
import sys
from types import SimpleNamespace

import torch
import trl
from trl.core import entropy_from_logits, logprobs_from_logits, masked_whiten
from trl.trainer.ppo_trainer import PPOTrainer
from trl.trainer.utils import AdaptiveKLController

torch.manual_seed(19)
B, T, V = 4, 6, 5
BETA, GAMMA, LAMBDA, CLIP, VALUE_CLIP, VALUE_WEIGHT, TEMPERATURE = 0.125, 0.9375, 0.875, 0.1875, 0.25, 0.5, 0.75


def emit(name, values, kind="double"):
    if torch.is_tensor(values):
        values = values.detach().flatten().tolist()
    text = ", ".join(str(int(v)) if kind != "double" else f"{v:.9g}" for v in values)
    print(f"static const {kind} golden_{name}[] = {{{text}}};")


def normal(*shape, scale=1.0):
    """Floats of four bytes, held in eight."""
    return (torch.randn(*shape) * scale).float().double()


def trainer():
    options = SimpleNamespace(kl_penalty="kl", whiten_rewards=False, gamma=GAMMA, lam=LAMBDA, cliprange=CLIP,
                              cliprange_value=VALUE_CLIP, vf_coef=VALUE_WEIGHT, ratio_threshold=1e9)
    it = SimpleNamespace(config=options, kl_ctl=SimpleNamespace(value=BETA))
    it._kl_penalty = lambda a, b: PPOTrainer._kl_penalty(it, a, b)
    return it


def whitened(x, mask, keep_mean):
    chosen = x[mask.bool()]
    mean, variance = chosen.mean(), chosen.var(correction=0)
    return torch.where(mask.bool(), (x - mean) / (variance + 1e-8).sqrt() + (mean if keep_mean else 0), 0)


mask = torch.zeros(B, T)
for b, (first, last) in enumerate([(1, 4), (2, 5), (0, 3), (3, 3)]):
    mask[b, first:last + 1] = 1
action = torch.randint(0, V, (B, T))
old_logits, value, score = normal(B, T, V), normal(B, T), normal(B)
ref_logits = (old_logits + normal(B, T, V, scale=0.5)).float().double()
logits = (old_logits + normal(B, T, V, scale=0.3)).float().double().requires_grad_()
guess = (value + normal(B, T, scale=0.3)).float().double().requires_grad_()
it = trainer()

old, ref = logprobs_from_logits(old_logits, action), logprobs_from_logits(ref_logits, action)
reward, _, kl = PPOTrainer.compute_rewards(it, score, old, ref, mask.long())
_, trl_white, returns = PPOTrainer.compute_advantages(it, value, reward, mask)
advantage = returns - value * mask
white = whitened(advantage, mask, False)
count = mask.sum()
assert torch.allclose(trl_white * mask, masked_whiten(advantage, mask) * mask)
assert torch.allclose(trl_white * mask, white * ((count - 1) / count).sqrt(), atol=1e-6)
log_prob = logprobs_from_logits(logits, action)
policy, critic, stats = PPOTrainer.loss(it, old, value, logits, guess, log_prob, mask, white, returns)
(policy + critic).backward()
sides = (-white * (log_prob - old).exp(), -white * (log_prob - old).exp().clamp(1 - CLIP, 1 + CLIP))
assert 2 < ((sides[1] > sides[0]) & mask.bool()).sum() and abs(stats["loss/total"] - policy - critic) < 1e-12

warm = old_logits.clone().requires_grad_()
warm_log = torch.log_softmax(warm / TEMPERATURE, -1).gather(-1, action[..., None])[..., 0]
warm_entropy = entropy_from_logits(warm / TEMPERATURE)
up, more = normal(B, T), normal(B, T)
((warm_log * up + warm_entropy * more) * mask).sum().backward()

print("// Made by tests/golden/19-ppo.py with TRL and PyTorch. Do not edit.")
print("#pragma once")
print(f"enum {{ GOLDEN_B = {B}, GOLDEN_T = {T}, GOLDEN_V = {V} }};")
numbers = dict(beta=BETA, gamma=GAMMA, lambda_=LAMBDA, clip=CLIP, value_clip=VALUE_CLIP, value_weight=VALUE_WEIGHT,
               temperature=TEMPERATURE)
print("static const float " + ", ".join(f"golden_{k.rstrip('_')} = {v}f" for k, v in numbers.items()) + ";")
print("// the texts: (B,T), logits (B,T,V) at the rollout, of the reference, and at the step; scores (B)")
emit("mask", mask, "bool")
emit("action", torch.where(mask.bool(), action, -1), "int")
emit("old_logits", old_logits)
emit("ref_logits", ref_logits)
emit("logits", logits)
emit("value", value)
emit("guess", guess)
emit("score", score)
print("// compute_rewards and compute_advantages, where mask holds; advantages whitened, without and with their mean")
emit("old", old * mask)
emit("ref", ref * mask)
emit("reward", reward * mask)
emit("advantage", advantage * mask)
emit("returns", returns * mask)
emit("white", white)
emit("white_around_mean", whitened(advantage, mask, True))
print("// loss: of policy and critic, its weight taken out again; the slopes of their weighted sum")
emit("loss", [policy, critic / VALUE_WEIGHT])
emit("dlogits", logits.grad)
emit("dvalue", guess.grad)
clipped = (((log_prob - old).exp() - 1).abs() > CLIP).double()[mask.bool()].mean()
left = (returns - value)[mask.bool()].var(correction=0) / returns[mask.bool()].var(correction=0)
print("// approximate KL (TRL's), share outside of the clip, explained variance; KL of a text")
emit("health", [stats["policy/approxkl"], clipped, 1 - left, (kl * mask).sum(-1).mean()])
print("// at a temperature: log_prob, entropy, and the slopes of log_prob . up + entropy . more")
emit("up", up)
emit("more", more)
emit("warm_log", warm_log * mask)
emit("warm_entropy", warm_entropy * mask)
emit("warm_slopes", warm.grad)
controller = AdaptiveKLController(0.2, 6, 1000)
kls, betas = [4.0, 5.9, 6.0, 6.3, 7.0, 9.5, 30.0, 0.0], []
for k in kls:
    controller.update(k, 64)
    betas.append(controller.value)
print("// AdaptiveKLController(0.2, 6, 1000) after each of these, for 64 texts")
emit("kls", kls)
emit("betas", betas)
print(f"// trl {trl.__version__}, torch {torch.__version__}", file=sys.stderr)
