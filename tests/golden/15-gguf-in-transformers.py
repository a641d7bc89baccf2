"""Does transformers read our GGUF files, and say the same? For maintainers only (pip install transformers accelerate gguf):

    make build/ref/15-inference/gguf && python3 tests/golden/15-gguf-in-transformers.py [FOLDER..]

FOLDERs hold Llamas (of a GPT-2 transformers reads from GGUF neither the vocabulary nor the longest text). Each is written as GGUF of every type; the logits of
that file are compared with those of a folder that `gguf` makes of it, where there should be no difference at all.
"""
import os
import subprocess
import sys
import tempfile

import torch
from transformers import AutoModelForCausalLM

GGUF = os.environ.get("GGUF", "build/ref/15-inference/gguf")
for source in sys.argv[1:] or ["build/demo/14-pretraining/model", "tests/golden/tiny-llama", "tests/golden/tiny-llama-tied"]:
    for kind in ["F32", "F16", "Q8_0", "Q4_0"]:
        with tempfile.TemporaryDirectory() as tmp:
            path, folder = os.path.join(tmp, "model.gguf"), os.path.join(tmp, "folder")
            subprocess.run([GGUF, "--from", source, "--write", path, "--type", kind], check=True, stdout=subprocess.DEVNULL)
            subprocess.run([GGUF, "--from", path, "--save", folder], check=True, stdout=subprocess.DEVNULL)
            theirs = AutoModelForCausalLM.from_pretrained(tmp, gguf_file="model.gguf", dtype=torch.float32).eval()
            ours = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
            torch.manual_seed(1)
            ids = torch.randint(ours.config.vocab_size, (3, ours.config.max_position_embeddings))
            with torch.no_grad():
                off, up = (theirs(ids).logits - ours(ids).logits).abs().max().item(), ours(ids).logits.abs().max().item()
            print(f"{source} as {kind}: {type(theirs).__name__}, logits up to {up:.1f}, within {off:.1e}")
            assert off <= 1e-5 * up, "too far"
