"""Golden folders of chapter 17 from PyTorch and PEFT: python3 tests/golden/17-lora.py

For maintainers only; no learner runs it. Writes tests/golden/*-lora*/: adapters for tests/golden/tiny-llama and
tiny-llama-tied (14-pretraining.py), as PEFT's save_pretrained leaves them, with
    expected.safetensors    inputs and targets (B,T) I32, -1 where a position does not count; logits (B,T,V); loss
    gradients/              a folder like the adapter's own, with the gradient of the loss in place of each number
"""
import json
import os
import shutil

import torch
from peft import LoraConfig, get_peft_model
from peft.utils import get_peft_model_state_dict
from safetensors.torch import save_file
from torch.nn import functional as F
from transformers import AutoModelForCausalLM

HERE = os.path.dirname(os.path.abspath(__file__))
B, T = 3, 7
ALL = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def golden(name, base, seed, dtype=torch.float32, **settings):
    torch.manual_seed(seed)
    path = os.path.join(HERE, name)
    shutil.rmtree(path, ignore_errors=True)
    model = AutoModelForCausalLM.from_pretrained(os.path.join(HERE, base), attn_implementation="eager")
    model = get_peft_model(model, LoraConfig(task_type="CAUSAL_LM", **settings))
    for key, p in model.named_parameters():
        if "lora_" in key:  # numbers that the file holds exactly
            p.data = (torch.randn_like(p) * 0.3).to(dtype).float()
    model.base_model.model.config._name_or_path = base
    model.peft_config["default"].base_model_name_or_path = base
    model.peft_config["default"].target_modules = sorted(settings["target_modules"])  # a set has an order of its own
    model.save_pretrained(path)
    os.remove(os.path.join(path, "README.md"))
    V = model.config.vocab_size
    inputs, targets = torch.randint(V, (B, T)), torch.randint(V, (B, T))
    targets[0, 2:5] = targets[2, 0] = -100
    model = model.double().eval()  # of these digits a float keeps half
    logits = model(inputs).logits
    loss = F.cross_entropy(logits.view(-1, V), targets.view(-1), ignore_index=-100)
    loss.backward()
    targets[targets < 0] = -1
    expected = {"inputs": inputs.int(), "targets": targets.int(), "logits": logits.float(), "loss": loss.float()}
    save_file({k: v.detach().contiguous() for k, v in expected.items()}, os.path.join(path, "expected.safetensors"))
    gradients = {k: p.grad for k, p in model.named_parameters() if p.grad is not None}
    gradients = get_peft_model_state_dict(model, state_dict=gradients)
    os.makedirs(os.path.join(path, "gradients"))
    save_file({k: g.float().contiguous() for k, g in gradients.items()},
              os.path.join(path, "gradients", "adapter_model.safetensors"))
    shutil.copy(os.path.join(path, "adapter_config.json"), os.path.join(path, "gradients"))
    if dtype != torch.float32:
        state = {k: v.to(dtype).contiguous() for k, v in get_peft_model_state_dict(model).items()}
        save_file(state, os.path.join(path, "adapter_model.safetensors"), metadata={"format": "pt"})
    config = json.load(open(os.path.join(path, "adapter_config.json")))
    print(name, "rank", config["r"], "alpha", config["lora_alpha"], config["target_modules"], f"loss {loss.item():.6f}")


golden("tiny-llama-lora", "tiny-llama", 11, r=3, lora_alpha=5, lora_dropout=0.25, target_modules=ALL)
golden("tiny-llama-lora-bf16", "tiny-llama-tied", 12, torch.bfloat16, r=2, lora_alpha=7, lora_dropout=0.0,
       target_modules=["v_proj", "q_proj", "down_proj"], init_lora_weights="gaussian")
