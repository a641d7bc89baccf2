"""Golden values of chapter 20 from TRL and PyTorch:
    python3 tests/golden/20-dpo.py | clang-format > tests/golden/20-dpo.h

For maintainers only; no learner runs it. The log-probabilities are made up; the losses are what the functions of TRL's
DPOTrainer and GRPOTrainer make of them, in double, and the gradients are PyTorch's. Two differences, which are met
here: TRL's IPO takes the mean log-probability of each answer's tokens, and its DPO has no labels that are wrong
(`smooth`): those values are PyTorch's alone. So are the advantages of a group, which TRL computes inside of its sampling.
"""
import sys
from types import SimpleNamespace
from unittest.mock import MagicMock

import torch
import trl
from torch.nn import functional as F
from trl.trainer.dpo_trainer import DPOTrainer
from trl.trainer.grpo_trainer import GRPOTrainer

torch.manual_seed(20)
torch.set_default_dtype(torch.float64)
PAIRS, ANSWERS, TOKENS = 5, 6, 7
BETA, SMOOTH, CLIP, PRICE = 0.3, 0.15, 0.2, 0.08


def floats(x):
    """Values that floats of four bytes hold too."""
    return x.float().double()


def counted(rows):
    """A mask of texts with different lengths that do not begin at once."""
    at = torch.arange(TOKENS)
    start, length = torch.randint(0, 3, (rows, 1)), torch.randint(1, 5, (rows, 1))
    return (at >= start) & (at < start + length)


def accelerator():
    same = lambda x, **_: x
    return MagicMock(device="cpu", gather=same, gather_for_metrics=same, reduce=same)


def trl_dpo(kind, logs, ref, mask):
    """The loss of DPOTrainer; logs (2*PAIRS,TOKENS), the chosen ones first."""
    trainer = MagicMock(
        accelerator=accelerator(), aux_loss_enabled=False, ld_alpha=None, precompute_ref_logps=True, beta=BETA,
        f_divergence_type="reverse_kl", loss_types=[kind], loss_weights=[1.0], use_weighting=False,
        _total_train_tokens=0, _tp_size=1)
    trainer.model.training = False
    blank = torch.zeros(2 * PAIRS, TOKENS)
    model = lambda **_: SimpleNamespace(
        log_probs=logs * mask, entropy=blank, mean_logits=blank, is_top1=blank.bool(), log_sum_sq_probs=blank)
    completion = F.pad(mask, (1, 0)).long()
    ref_chosen, ref_rejected = (ref * mask).sum(1).chunk(2)
    inputs = dict(input_ids=completion, attention_mask=completion, completion_mask=completion,
                  ref_chosen_logps=ref_chosen, ref_rejected_logps=ref_rejected)
    return DPOTrainer._compute_loss(trainer, model, inputs, False)


def trl_grpo(logs, old, ref, mask, advantage):
    trainer = MagicMock(
        accelerator=accelerator(), aux_loss_enabled=False, top_entropy_quantile=1.0, off_policy_mask_threshold=None,
        importance_sampling_level="token", beta=PRICE, loss_type="grpo", epsilon_low=CLIP, epsilon_high=CLIP,
        use_vllm=False, _entropy_bonus_enabled=False)
    trainer.args = SimpleNamespace(use_bias_correction_kl=False, delta=None)
    trainer.model.training = False
    trainer._get_per_token_logps_and_entropies = lambda *_, **__: (logs, torch.zeros_like(logs), None)
    blank = mask.long()
    inputs = dict(prompt_ids=blank, prompt_mask=blank, completion_ids=blank, completion_mask=blank,
                  advantages=advantage, old_per_token_logps=old, ref_per_token_logps=ref)
    return GRPOTrainer._compute_loss(trainer, None, inputs)


def emit(name, values, kind="double"):
    print(f"static const {kind} golden_{name}[] = {{{', '.join(f'{v:.9g}' for v in values.flatten().tolist())}}};")


def emit_loss(name, loss, of):
    (slope,) = torch.autograd.grad(loss, of)
    print(f"static const double golden_{name}_loss = {loss.item():.12g};")
    emit(f"{name}_gradient", slope)


mask = counted(2 * PAIRS)
ref = floats(-2 * torch.rand(2 * PAIRS, TOKENS) - 0.1)
logs = floats(ref + torch.randn(2 * PAIRS, TOKENS)).requires_grad_()
length = mask.sum(1)
h = ((logs - ref) * mask).sum(1)
h = h[:PAIRS] - h[PAIRS:]
smoothed = -((1 - SMOOTH) * F.logsigmoid(BETA * h) + SMOOTH * F.logsigmoid(-BETA * h)).mean()
assert (-F.logsigmoid(BETA * h).mean() - trl_dpo("sigmoid", logs, ref, mask)).abs() < 1e-12

print("// Made by tests/golden/20-dpo.py with TRL and PyTorch. Do not edit.")
print("#pragma once")
print(f"enum {{ GOLDEN_PAIRS = {PAIRS}, GOLDEN_ANSWERS = {ANSWERS}, GOLDEN_TOKENS = {TOKENS} }};")
print(f"static const float golden_beta = {BETA}f, golden_smooth = {SMOOTH}f, golden_clip = {CLIP}f;")
print(f"static const float golden_price = {PRICE}f;")
print("// (2*PAIRS,TOKENS), the chosen ones first; gradients of all tokens")
emit("pair_mask", mask.long(), "int")
emit("pair_logs", logs)
emit("pair_ref", ref)
emit_loss("dpo", trl_dpo("sigmoid", logs, ref, mask), logs)
emit_loss("smooth", smoothed, logs)
emit_loss("ipo", trl_dpo("ipo", logs, ref, mask), logs)

mask = counted(ANSWERS)
old = floats(-2 * torch.rand(ANSWERS, TOKENS) - 0.1)
ref = floats(old + 0.5 * torch.randn(ANSWERS, TOKENS))
logs = floats(old + 0.4 * torch.randn(ANSWERS, TOKENS)).requires_grad_()
score = floats(torch.randn(2, ANSWERS // 2))
centred = score - score.mean(1, keepdim=True)
advantage = centred / (score.std(1, keepdim=True) + 1e-4)
print("// two groups of answers: (2,ANSWERS/2)")
emit("score", score)
emit("centred", centred)
emit("advantage", advantage)
print("// (ANSWERS,TOKENS)")
emit("mask", mask.long(), "int")
emit("logs", logs)
emit("old", old)
emit("ref", ref)
emit_loss("grpo", trl_grpo(logs, old, ref, mask, advantage.flatten()), logs)
print(f"// trl {trl.__version__}, torch {torch.__version__}", file=sys.stderr)
