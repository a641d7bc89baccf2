"""Do our adapters load in PEFT, and say the same? For maintainers only:

    make build/ref/17-lora/peft && python3 tests/golden/17-loads-in-peft.py [BASE ADAPTER]..

Has `peft` make adapters at random for the two golden Llamas, save and merge them, loads them here, and compares logits:
of base and adapter, of what PEFT merges, and of what we merged. An ADAPTER of ours for a BASE is merged and compared, too.
"""
import os
import subprocess
import sys
import tempfile

import torch
from peft import PeftModel
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM

PEFT = os.environ.get("PEFT", "build/ref/17-lora/peft")


def off(model, said):
    with torch.no_grad():
        return (model.eval()(said["inputs"].long()).logits - said["logits"]).abs().max().item()


def compare(base, folder, *ours):
    merged = os.path.join(folder, "merged")
    subprocess.run([PEFT, "--base", base, "--logits", folder, "--merge", merged, *ours], check=True,
                   stdout=subprocess.DEVNULL)
    said = load_file(os.path.join(folder, "logits.safetensors"))
    plain = off(AutoModelForCausalLM.from_pretrained(base), said)
    model = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(base), folder)
    config = model.peft_config["default"]
    found = off(model, said), off(model.merge_and_unload(), said), off(AutoModelForCausalLM.from_pretrained(merged), said)
    print(f"{base}: rank {config.r}, alpha {config.lora_alpha}, dropout {config.lora_dropout}, "
          f"{len(config.target_modules)} targets; logits within {found[0]:.1e}, merged there {found[1]:.1e}, "
          f"merged here {found[2]:.1e} (the base alone: {plain:.2f})")
    assert max(found) <= 1e-4 < plain, "too far"


with tempfile.TemporaryDirectory() as tmp:
    for i, (base, sites, settings) in enumerate([("tiny-llama", "all", ["--rank", "5", "--alpha", "7.5"]),
                                                 ("tiny-llama-tied", "q_proj,v_proj", ["--dropout", "0.05"]),
                                                 ("tiny-llama", "k_proj,o_proj,up_proj", ["--rank", "1"])]):
        folder = os.path.join(tmp, str(i))
        compare(os.path.join("tests/golden", base), folder, "--make", sites, "--save", folder, *settings)
    for i in range(1, len(sys.argv) - 1, 2):
        folder = os.path.join(tmp, f"given-{i}")
        compare(sys.argv[i], folder, "--adapter", sys.argv[i + 1], "--save", folder)
