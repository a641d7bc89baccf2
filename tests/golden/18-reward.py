"""Golden values of chapter 18 from TRL, transformers and PyTorch:
    python3 tests/golden/18-reward.py | clang-format > tests/golden/18-reward.h

For maintainers only; no learner runs it. A Llama of 312 weights with a head that gives one number, and pairs of
conversations. TRL's RewardTrainer lays the pairs side by side and computes the loss, in float. What is emitted is
PyTorch's own in double, after it was compared with that.
"""
import copy
import io
import sys
import tempfile
from contextlib import redirect_stdout

import torch
import transformers
import trl
from datasets import Dataset
from small_llama import BOS, EOS, V, config, emit, emit_sizes, flat, gradient, shaken
from tokenizers import Tokenizer, models
from torch.nn import functional as F
from transformers import LlamaForSequenceClassification, PreTrainedTokenizerFast
from trl import RewardConfig, RewardTrainer

torch.manual_seed(2)
CENTER = 0.01
PAIRS = 4


def conversation(length):
    return [BOS] + torch.randint(5, V, (length,)).tolist() + [EOS]


def tokenizer():
    words = Tokenizer(models.WordLevel({f"w{i}": i for i in range(V)}, unk_token="w0"))
    return PreTrainedTokenizerFast(tokenizer_object=words, bos_token="w1", eos_token="w4", pad_token="w0")


def trl_batch(model, chosen, rejected):
    """The trainer's own batch, loss, and the gradients of model and head."""
    options = RewardConfig(
        output_dir=tempfile.mkdtemp(), per_device_train_batch_size=PAIRS, center_rewards_coefficient=CENTER,
        report_to=[], use_cpu=True, bf16=False, max_length=None, train_sampling_strategy="sequential")
    with redirect_stdout(io.StringIO()):
        data = Dataset.from_dict({"chosen_ids": chosen, "rejected_ids": rejected})
        trainer = RewardTrainer(model=model, args=options, train_dataset=data, processing_class=tokenizer())
        batch = next(iter(trainer.get_train_dataloader()))
        loss = trainer.compute_loss(trainer.model, dict(batch))
    of_model = gradient(trainer.model, loss)
    return batch["input_ids"], batch["attention_mask"], loss.item(), of_model, trainer.model.score.weight.grad


def bradley_terry(score, margin, center):
    chosen, rejected = score.chunk(2)
    return -F.logsigmoid(chosen - rejected - margin).mean() + center * ((chosen + rejected) ** 2).mean()


chosen = [conversation(n) for n in (5, 9, 3, 7)]
rejected = [conversation(n) for n in (8, 4, 11, 7)]
model = shaken(LlamaForSequenceClassification(config(num_labels=1)))
ids, mask, trl_loss, trl_gradient, trl_head = trl_batch(copy.deepcopy(model), chosen, rejected)

score = model(input_ids=ids, attention_mask=mask).logits.squeeze(-1)
score.retain_grad()
loss = bradley_terry(score, 0, CENTER)
of_model = gradient(model, loss)
of_head = model.score.weight.grad
assert abs(loss.item() - trl_loss) < 1e-6
assert (of_model - trl_gradient).abs().max() < 1e-6 and (of_head - trl_head).abs().max() < 1e-6
with_margin = score.detach().clone().requires_grad_()
margin_loss = bradley_terry(with_margin, 0.7, CENTER)
margin_loss.backward()

print("// Made by tests/golden/18-reward.py with TRL, transformers and PyTorch. Do not edit.")
print("#pragma once")
emit_sizes(P=len(of_model), PAIRS=PAIRS, COLUMNS=ids.shape[1])
print("// the conversations, chosen and rejected in turn")
both = [c for pair in zip(chosen, rejected) for c in pair]
emit("length", [len(c) for c in both], "int")
emit("said", [i for c in both for i in c], "int")
print("// (2*PAIRS,COLUMNS): TRL's batch, and where each text ends")
emit("inputs", ids.flatten().tolist(), "int")
emit("last", (mask.sum(1) - 1).tolist(), "int")
print("// (P) in the order of gpt_tensors; (C)")
emit("params", flat(model, lambda p: p.data))
emit("head", model.score.weight)
print("// the loss, which is RewardTrainer's; the scores, and the gradients of scores, model, head and bias")
print(f"static const double golden_center = {CENTER}, golden_loss = {loss.item():.12g};")
emit("score", score)
emit("score_gradient", score.grad)
emit("gradient", of_model)
emit("head_gradient", of_head)
print(f"static const double golden_bias_gradient = {score.grad.sum().item():.12g};")
print("// the same scores with a margin of 0.7")
print(f"static const double golden_margin_loss = {margin_loss.item():.12g};")
emit("margin_gradient", with_margin.grad)
print(f"// transformers {transformers.__version__}, trl {trl.__version__}, torch {torch.__version__}", file=sys.stderr)
