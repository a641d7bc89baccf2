"""Golden values of chapter 16 from TRL, transformers and PyTorch:
    python3 tests/golden/16-sft.py | clang-format > tests/golden/16-sft.h

For maintainers only; no learner runs it. A Llama of 312 weights and three conversations of words. The chat template
that chapter 16 writes is rendered by transformers; TRL's SFTTrainer cuts the conversations into batches, with the loss
on the assistant's words only, and computes the loss, in float. What is emitted is PyTorch's own in double, after it
was compared with that.
"""
import copy
import io
import math
import sys
import tempfile
from contextlib import redirect_stdout

import torch
from datasets import Dataset
from tokenizers import Tokenizer, models, pre_tokenizers
from torch.nn import functional as F
from small_llama import V, config, emit, emit_sizes, flat, gradient, shaken
from transformers import LlamaForCausalLM, PreTrainedTokenizerFast
from trl import SFTConfig, SFTTrainer

torch.manual_seed(1)
WORDS = "<pad> <bos> <q> <a> <eos> cat dog hen reverse count 1 2 .".split()
TEMPLATE = (
    "{{ '<bos>' }}{% for message in messages %}{% if message['role'] == 'user' %}{{ '<q>' + message['content'] }}"
    "{% elif message['role'] == 'assistant' %}{{ '<a>' }}{% generation %}{{ message['content'] + '<eos>' }}"
    "{% endgeneration %}{% else %}{{ raise_exception('this model knows a user and an assistant') }}{% endif %}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<a>' }}{% endif %}"
)
CONVERSATIONS = [
    ["reverse cat dog hen", "hen dog cat ."],
    ["count cat", "1 ."],
    ["count hen hen", "2 .", "reverse dog cat", "cat dog ."],
]


def tokenizer():
    words = Tokenizer(models.WordLevel({w: i for i, w in enumerate(WORDS)}, unk_token="<pad>"))
    words.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    words.add_special_tokens(WORDS[:5])
    return PreTrainedTokenizerFast(
        tokenizer_object=words, bos_token="<bos>", eos_token="<eos>", pad_token="<pad>", chat_template=TEMPLATE
    )


def roles(conversation):
    return [{"role": ["user", "assistant"][i % 2], "content": text} for i, text in enumerate(conversation)]


def trl_batch(model, words):
    """The trainer's own batch, loss and gradient."""
    messages = [roles(c) for c in CONVERSATIONS]
    options = SFTConfig(
        output_dir=tempfile.mkdtemp(), assistant_only_loss=True, per_device_train_batch_size=len(messages),
        report_to=[], use_cpu=True, bf16=False, max_length=None, train_sampling_strategy="sequential")
    with redirect_stdout(io.StringIO()):
        trainer = SFTTrainer(
            model=model, args=options, train_dataset=Dataset.from_dict({"messages": messages}), processing_class=words)
        batch = next(iter(trainer.get_train_dataloader()))
        loss = trainer.compute_loss(trainer.model, dict(batch))
    return batch["input_ids"], batch["labels"], loss.item(), gradient(trainer.model, loss)


def next_token_loss(model, ids, labels, reduction="mean"):
    logits = model(ids).logits[:, :-1]
    return F.cross_entropy(logits.reshape(-1, V), labels[:, 1:].reshape(-1), ignore_index=-100, reduction=reduction)


def train(model, loss_of, steps):
    """AdamW on all weights, matrices decay; a straight line up, half a cosine down; clipped. Returns the lengths."""
    lr, warmup, total = 0.01, 2, 6
    groups = [{"params": [p for p in model.parameters() if (p.dim() > 1) == decays], "weight_decay": 0.1 * decays}
              for decays in (True, False)]
    optimizer = torch.optim.AdamW(groups, lr=lr, betas=(0.9, 0.95), eps=1e-3)  # so that noise of floats is not a step
    lengths = []
    for step in range(steps):
        down = (1 + math.cos(math.pi * (step - warmup) / (total - warmup))) / 2
        for group in optimizer.param_groups:
            group["lr"] = lr * (step + 1) / warmup if step < warmup else lr / 10 + (lr - lr / 10) * down
        optimizer.zero_grad()
        loss_of(model).backward()
        lengths.append(torch.nn.utils.clip_grad_norm_(model.parameters(), 0.5).item())
        optimizer.step()
    return lengths


model, words = shaken(LlamaForCausalLM(config())), tokenizer()
params = flat(model, lambda p: p.data)
ids, labels, trl_loss, trl_gradient = trl_batch(copy.deepcopy(model), words)  # which changes the model that it gets
lengths = [len(words.apply_chat_template(roles(c))["input_ids"]) for c in CONVERSATIONS]
old = torch.randint(5, V, (2, 8))

loss = next_token_loss(model, ids, labels)
sft_gradient = gradient(model, loss)
assert abs(loss.item() - trl_loss) < 1e-6 and (sft_gradient - trl_gradient).abs().max() < 1e-6
fisher = torch.zeros_like(params)
for row, label in zip(ids, labels):
    fisher += gradient(model, next_token_loss(model, row[None], label[None], "sum")) ** 2 / len(ids)
old_loss = next_token_loss(model, old, old)


def mixed_of(m):
    return next_token_loss(m, ids, labels) + 0.3 * next_token_loss(m, old, old)


mixed_gradient = gradient(model, mixed_of(model))
trained = copy.deepcopy(model)
norms = train(trained, mixed_of, 5)
away = flat(trained, lambda p: p.data) - params

print("// Made by tests/golden/16-sft.py with TRL, transformers and PyTorch. Do not edit.")
print("#pragma once")
emit_sizes(P=len(params), ROWS=len(ids), COLUMNS=ids.shape[1])
print("// The chat template that transformers rendered, and what is said in each conversation: user, assistant, ...")
print(f'static const char golden_template[] = "{TEMPLATE}";')
said = [[[WORDS.index(w) for w in text.split()] for text in c] for c in CONVERSATIONS]
emit("turns", [len(c) for c in said], "int")
emit("turn_length", [len(t) for c in said for t in c], "int")
emit("said", [i for c in said for t in c for i in t], "int")
print("// (ROWS,COLUMNS): TRL's batch, -1 where it is padded; and 1 where its label is not -100")
emit("rows", [-1 if t >= n else i for r, n in zip(ids.tolist(), lengths) for t, i in enumerate(r)], "int")
emit("learn", [int(label >= 0) for r in labels.tolist() for label in r], "int")
emit("old", old.flatten().tolist(), "int")
print("// (P) in the order of gpt_tensors")
emit("params", params)
print("// the loss, which is SFTTrainer's; its gradient; that of loss + 0.3 * (loss of the old text)")
print(f"static const double golden_sft_loss = {loss.item():.12g}, golden_old_loss = {old_loss.item():.12g};")
emit("sft_gradient", sft_gradient)
emit("mixed_gradient", mixed_gradient)
print("// the mean over the conversations of the squared gradient of the summed loss")
emit("fisher", fisher)
print("// five steps of AdamW on the mixed loss: the gradients' lengths, and the weights after them")
emit("norms", norms)
emit("trained", flat(trained, lambda p: p.data))
print(f"static const double golden_ewc = {(0.5 * 3 * fisher * away**2).sum().item():.12g};  // of lambda 3")
print(f"// transformers {__import__('transformers').__version__}, trl {__import__('trl').__version__}, "
      f"torch {torch.__version__}", file=sys.stderr)
