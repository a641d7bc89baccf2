"""Golden folders of chapter 15 from transformers: python3 tests/golden/15-files.py

For maintainers only; no learner runs it. Writes tests/golden/tiny-gpt2-shards/ (F16) and tiny-llama-shards/ (BF16), as
save_pretrained leaves them when files may only be small: an index and several safetensors files; and beside them, as
tests/golden/14-pretraining.py does, expected.safetensors and gradients.safetensors of the rounded weights.
"""
import os
import shutil

import torch
from safetensors.torch import save_file
from torch.nn import functional as F
from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM

HERE = os.path.dirname(os.path.abspath(__file__))
B, T = 3, 7


def golden(name, model, dtype, seed):
    path = os.path.join(HERE, name)
    shutil.rmtree(path, ignore_errors=True)
    torch.manual_seed(seed)
    for p in model.parameters():  # norms around 1, all else around 0
        p.data = torch.randn_like(p) * 0.3 + (p.data.mean() > 0.5)
    model = model.to(dtype)
    model.save_pretrained(path, max_shard_size="3KB")
    V = model.config.vocab_size
    inputs, targets = torch.randint(V, (B, T)), torch.randint(V, (B, T))
    targets[0, 2:5] = targets[2, 0] = -100
    # read anew: .to(bfloat16) rounds RoPE's frequencies too, which no file holds
    model = type(model).from_pretrained(path, dtype=torch.float32, attn_implementation="eager").double().eval()
    logits = model(inputs).logits
    loss = F.cross_entropy(logits.view(-1, V), targets.view(-1), ignore_index=-100)
    loss.backward()
    targets[targets < 0] = -1
    expected = {"inputs": inputs.int(), "targets": targets.int(), "logits": logits.float(), "loss": loss.float()}
    save_file({k: v.detach().contiguous() for k, v in expected.items()}, os.path.join(path, "expected.safetensors"))
    gradients = {k: p.grad.float().contiguous() for k, p in model.named_parameters()}
    save_file(gradients, os.path.join(path, "gradients.safetensors"))


golden("tiny-gpt2-shards", GPT2LMHeadModel(GPT2Config(
    vocab_size=17, n_positions=9, n_embd=12, n_layer=2, n_head=3, layer_norm_epsilon=1e-3, bos_token_id=4, eos_token_id=6,
    attn_implementation="eager")), torch.float16, 11)
golden("tiny-llama-shards", LlamaForCausalLM(LlamaConfig(
    vocab_size=19, hidden_size=16, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, intermediate_size=24,
    max_position_embeddings=10, rms_norm_eps=1e-5, bos_token_id=3, eos_token_id=5, tie_word_embeddings=False,
    rope_parameters={"rope_type": "default", "rope_theta": 50.0}, attn_implementation="eager")), torch.bfloat16, 12)
