"""A reward model by transformers, for chapter 18: python3 tests/golden/18-reward-files.py

For maintainers only; no learner runs it. Writes tests/golden/tiny-reward/: a LlamaForSequenceClassification with one label, as
save_pretrained leaves it, over a vocabulary of the village's size; and expected.safetensors: inputs (B,T) I32 with padding (0)
behind the texts, and the scores (B). (The tokenizer is not in it: the test adds ours.)
"""
import os
import shutil

import torch
from safetensors.torch import save_file
from transformers import LlamaConfig, LlamaForSequenceClassification

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tiny-reward")
shutil.rmtree(PATH, ignore_errors=True)
torch.manual_seed(18)
model = LlamaForSequenceClassification(LlamaConfig(
    vocab_size=144, hidden_size=8, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, intermediate_size=12,
    max_position_embeddings=48, rms_norm_eps=1e-5, bos_token_id=1, eos_token_id=2, pad_token_id=0,
    rope_parameters={"rope_type": "default", "rope_theta": 100.0}, attn_implementation="eager",
    id2label={0: "reward"}, label2id={"reward": 0}))
for p in model.parameters():  # norms around 1, all else around 0
    p.data = torch.randn_like(p) * 0.3 + (p.data.mean() > 0.5)
model.save_pretrained(PATH)
inputs = torch.randint(5, 138, (5, 13))
for b, length in enumerate([13, 1, 7, 12, 4]):
    inputs[b, length - 1], inputs[b, length:] = 2, 0
with torch.no_grad():
    scores = model.double().eval()(inputs).logits[:, 0].float()
save_file({"inputs": inputs.int(), "scores": scores.contiguous()}, os.path.join(PATH, "expected.safetensors"))
print(scores)
