"""Do the folders that `convert` writes load in transformers, and say the same? For maintainers only:

    make build/ref/15-inference/convert build/ref/14-pretraining/files build/ref/10-tokenizer/encode
    python3 tests/golden/15-loads-in-transformers.py

Converts the golden folders, chapter 14's model and llama2.c's to Hugging Face folders in F32, F16 and BF16, in one file and
in several, and compares the logits there with those of our own program on the same folder; and the ids that SentencePiece's
vocabulary gives as a tokenizer.json with those that it gives as llama2.c's file.
"""
import json
import os
import subprocess
import tempfile

import torch
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoTokenizer

BUILD = "build/ref/"
DATA = next(d for d in ["shared/data", "../shared/data"] if os.path.isdir(d))


def run(program, *args):
    return subprocess.run([BUILD + program, *args], check=True, stdout=subprocess.PIPE, text=True).stdout


def compare(source, folder, *args):
    run("15-inference/convert", source, folder, *args)
    run("14-pretraining/files", "--load", folder, "--logits", folder)
    model, info = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, output_loading_info=True)
    assert not any(info.values()), f"{folder}: {info}"
    said = load_file(os.path.join(folder, "logits.safetensors"))
    with torch.no_grad():
        logits = model.eval()(said["inputs"].long()).logits
    off = (logits - said["logits"]).abs().max().item()
    files = len([f for f in os.listdir(folder) if f.startswith("model") and f.endswith(".safetensors")])
    dtype = json.load(open(os.path.join(folder, "config.json")))["dtype"]
    print(f"{source} {' '.join(args)}: {files} files, {dtype}, logits up to {logits.abs().max().item():.2f}, within {off:.1e}")
    assert off <= 1e-4, "too far"
    return model


with tempfile.TemporaryDirectory() as tmp:
    for name in ["tiny-gpt2", "tiny-llama", "tiny-llama-tied", "tiny-llama-shards", "build/demo/14-pretraining/model"]:
        source = name if "/" in name else "tests/golden/" + name
        if not os.path.exists(source):
            continue
        for number, (type_, shard) in enumerate([("F32", "0"), ("F16", "0"), ("BF16", "2000"), ("F16", "4000")]):
            compare(source, os.path.join(tmp, os.path.basename(name) + str(number)), "--type", type_, "--shard-bytes", shard)
    folder = os.path.join(tmp, "llama2c")
    model = compare(DATA + "/llama2c/tiny.bin", folder)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    texts = ["The sea", "A gentle", "two  spaces", "破 é", " leading", "vectors, \"Echoes\"\nnew line\ttab", "XYZ!? 123", "the the the"]
    for text in texts:
        ids = [int(i) for i in run("10-tokenizer/encode", "--llama", DATA + "/llama2c/tok512.bin", text).split("\n")[0].split()]
        assert tokenizer(text, add_special_tokens=False)["input_ids"] == ids, (text, ids, tokenizer(text)["input_ids"])
        assert tokenizer.decode(ids) == text, (text, tokenizer.decode(ids))
    print(f"{type(tokenizer).__name__}: the ids of {len(texts)} texts are the same")
    for line in map(json.loads, open(DATA + "/llama2c/expected.jsonl")):
        ids = torch.tensor([[1] + tokenizer(line["prompt"], add_special_tokens=False)["input_ids"]])
        out = model.generate(ids, max_new_tokens=line["steps"] + 1 - ids.shape[1], do_sample=False, eos_token_id=1)
        text = tokenizer.decode(out[0], skip_special_tokens=True)
        assert text == line["text"], (text, line["text"])
    print("transformers continues llama2.c's prompts as llama2.c does")
