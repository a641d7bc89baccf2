"""Do our folders load in transformers, and say the same? For maintainers only:

    make build/ref/14-pretraining/files && python3 tests/golden/14-loads-in-transformers.py [FOLDER..]

Makes a GPT-2 and a Llama at random and a tokenizer of words, has `files` save them, loads them here, and compares logits
and ids. A FOLDER that has a logits.safetensors too (files --load FOLDER --logits FOLDER) is compared in the same way.
"""
import json
import os
import subprocess
import sys
import tempfile

import torch
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoTokenizer

FILES = "build/ref/14-pretraining/files"


def run(*args):
    subprocess.run([os.environ.get("FILES", FILES), *args], check=True, stdout=subprocess.DEVNULL)


def compare(folder):
    model, info = AutoModelForCausalLM.from_pretrained(folder, output_loading_info=True)
    assert not any(info.values()), f"{folder}: {info}"
    said = load_file(os.path.join(folder, "logits.safetensors"))
    with torch.no_grad():
        logits = model.eval()(said["inputs"].long()).logits
    off = (logits - said["logits"]).abs().max().item()
    print(f"{folder}: {type(model).__name__}, logits up to {logits.abs().max().item():.2f}, within {off:.1e}")
    assert off <= 1e-4, "too far"
    print("  generates", model.generate(said["inputs"][:1, :3].long(), max_new_tokens=4, do_sample=False).tolist()[0])
    if os.path.exists(os.path.join(folder, "tokenizer.json")):
        tokenizer = AutoTokenizer.from_pretrained(folder)
        print(f"  {type(tokenizer).__name__} of {len(tokenizer)} tokens, begin {tokenizer.bos_token}, end {tokenizer.eos_token}")


with tempfile.TemporaryDirectory() as tmp:
    for shape in ["gpt2", "llama"]:
        folder = os.path.join(tmp, shape)
        run("--make", shape, "--save", folder, "--logits", folder)
        compare(folder)
    folder, golden = os.path.join(tmp, "words"), "tests/golden/files/words.json"
    run("--words", golden, "--save", folder)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    assert (tokenizer.bos_token, tokenizer.eos_token, tokenizer.unk_token) == ("<bos>", "<eos>", "<unk>")
    for line in map(json.loads, open(golden + "l")):
        assert tokenizer(line["text"])["input_ids"] == line["ids"], line
    print(f"words: {type(tokenizer).__name__}, the same ids; decodes to", repr(tokenizer.decode([1, 3, 4, 5, 6, 7, 2])))
for folder in sys.argv[1:]:
    compare(folder)
