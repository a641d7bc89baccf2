"""Does llama.cpp read our GGUF files, and say the same? For maintainers only (pip install cyllama gguf numpy):

    make build/ref/15-inference/gguf && python3 tests/golden/15-gguf-in-llama-cpp.py [MODEL..]

For each model (chapter 14's, or those named) and every type of numbers: has `gguf` write it, and compares
    - what gguf.GGUFReader and gguf.quants see of the tensors, with the numbers that we read back;
    - logits of random texts, and the ids of texts, with those of llama.cpp (cyllama brings it ready-made).
    - for Q8_0 and Q4_0, the bytes of the tensors with those that gguf.quants makes of our F32 file.
GPT-2's logits are a little off (1e-3): llama.cpp's GELU is a table of F16. So are those of F16 and BF16 files, where it rounds
what is multiplied to 16 bits too. In Q8_0 and Q4_0 both round activations alike, so that mostly nothing differs; but a sum in
another order can turn one rounding of an activation, which all later tokens of that text see.
"""
import json
import os
import struct
import subprocess
import sys
import tempfile

import gguf
import numpy as np
from cyllama.llama import llama_cpp as ll

GGUF = os.environ.get("GGUF", "build/ref/15-inference/gguf")
TYPES = ["F32", "F16", "BF16", "Q8_0", "Q4_0"]
TEXTS = ["", " ", "the cat sat on the mat", "It's  5 cm", "naïve café 破\n\tI'm\n\n", "\U0001F600 é\u0301 \u00a0x", "a  \n b ",
         "Once upon a time, there was a cat"]
# Of known words only: llama.cpp has no word for "there is no such word".
WORDS = ["", "tom lives in barn .", "  tom   lives ", "tom<eos>tom lives", "<bos> tom . <eos>"]


def run(*args):
    return subprocess.run([GGUF, *args], check=True, stdout=subprocess.PIPE, text=True).stdout


def safetensors(path):
    data = open(path, "rb").read()
    (n,) = struct.unpack("<Q", data[:8])
    header, kinds = json.loads(data[8:8 + n]), {"I32": np.int32, "F32": np.float32}
    return {k: np.frombuffer(data[8 + n:][slice(*v["data_offsets"])], kinds[v["dtype"]]).reshape(v["shape"])
            for k, v in header.items() if k != "__metadata__"}


class Model(ll.LlamaModel):
    n_vocab = 0  # cyllama 0.2 asks for it


def llama_logits(path, inputs):
    params = ll.LlamaModelParams()
    params.n_gpu_layers = 0
    params.use_extra_bufts = False
    model = Model(path, params, False)
    model.n_vocab = model.get_vocab().n_vocab
    c = ll.LlamaContextParams()
    c.n_ctx, c.n_batch, c.n_ubatch, c.n_threads, c.n_threads_batch = 256, 256, 256, 1, 1
    c.type_k = c.type_v = 0  # a cache of F32
    c.flash_attn_type = 0
    out = []
    for row in inputs:
        context = ll.LlamaContext(model, c, False)
        batch = ll.LlamaBatch(n_tokens=len(row), embd=0, n_seq_max=1)
        for i, token in enumerate(row):
            batch.add(int(token), i, [0], True)
        context.decode(batch)
        out.append([np.array(context.get_logits_ith(i), np.float32) for i in range(len(row))])
        context.close()
    return model, np.array(out)


def compare_ids(model, path, tmp):
    """Our tokenizer of a file gives the ids that llama.cpp's gives."""
    kind = gguf.GGUFReader(path).fields["tokenizer.ggml.model"].contents()
    if kind == "no_vocab":
        return print("  no tokenizer")
    vocab, lines = model.get_vocab(), os.path.join(tmp, "ids.jsonl")
    with open(lines, "w") as f:
        for text in WORDS if kind == "t5" else TEXTS:
            ids = list(vocab.tokenize(text, False, kind == "t5"))
            if kind == "llama" and not text:
                continue
            f.write(json.dumps({"text": text, "ids": ids}) + "\n")
    print(f"  tokenizer {kind}: {run('--from', path, '--ids', lines).splitlines()[-1]} by llama.cpp")


def tensors(path):
    return {t.name: t for t in gguf.GGUFReader(path).tensors}


for source in sys.argv[1:] or ["build/demo/14-pretraining/model"]:
    with tempfile.TemporaryDirectory() as tmp:
        print(source)
        whole = os.path.join(tmp, "F32.gguf")
        run("--from", source, "--write", whole, "--type", "F32")
        for name in TYPES:
            path, folder = os.path.join(tmp, name + ".gguf"), os.path.join(tmp, name)
            run("--from", source, "--write", path, "--type", name)
            run("--from", path, "--logits", folder)
            run("--from", path, "--write", os.path.join(tmp, "floats.gguf"), "--type", "F32")
            said, ours, back = safetensors(folder + "/logits.safetensors"), tensors(path), tensors(os.path.join(tmp, "floats.gguf"))
            model, logits = llama_logits(path, said["inputs"])
            off, scale = np.abs(logits - said["logits"]).max(), np.abs(logits).max()
            agree = (logits.argmax(-1) == said["logits"].argmax(-1)).mean()
            assert off <= {"F32": 1e-3, "BF16": 3e-2}.get(name, 1e-2) * scale, f"{name}: too far, {off}"
            for k, t in ours.items():
                assert np.array_equal(gguf.quants.dequantize(t.data, t.tensor_type), back[k].data), k
            kinds = sorted({t.tensor_type.name for t in ours.values()})
            print(f"  {name:4} {os.path.getsize(path):8} bytes {kinds}: logits up to {scale:.1f}, within {off:.1e}, the same best token"
                  f" {100 * agree:.1f}%, the same floats as gguf.quants", end="")
            if name in ("Q8_0", "Q4_0"):
                same = [k for k, t in ours.items() if t.tensor_type.name == name]
                floats = tensors(whole)
                for k in same:  # the package's own blocks, which are those of ggml's reference
                    theirs = gguf.quants.quantize(floats[k].data, ours[k].tensor_type)
                    assert np.array_equal(theirs, ours[k].data), k
                print(f", {len(same)} tensors have the bytes of gguf.quants", end="")
            print()
        compare_ids(model, path, tmp)
