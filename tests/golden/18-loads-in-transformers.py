"""Do our reward models load in transformers, and give the same scores? For maintainers only:

    make build/ref/18-reward/reward build/ref/18-reward/judge
    python3 tests/golden/18-loads-in-transformers.py [FOLDER..]

Without a FOLDER, has `reward --quick` train one. Scores of `judge` and of LlamaForSequenceClassification, on conversations
that apply_chat_template makes of the folder's own template, one by one and as a padded batch.
"""
import os
import subprocess
import sys
import tempfile

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

BUILD = "build/ref/18-reward/"
LINES = [("where does tom live ?", "tom lives in the camp ."), ("where does tom live ?", "tom lives in the barn ."),
         ("where does tom live ?", "sure , tom lives in the camp . thanks ."), ("what is 3 + 4 ?", "ugh , 3 + 4 is 7 . fool ."),
         ("reverse cat dog hen", "hen dog cat ."), ("count cat cat", "2 .")]


def compare(folder):
    told = "".join(f"{q} | {a}\n" for q, a in LINES)
    ours = subprocess.run([BUILD + "judge", "--model", folder], input=told, capture_output=True, text=True, check=True).stdout
    ours = torch.tensor([float(x.split()[0]) for x in ours.splitlines()])
    model, info = AutoModelForSequenceClassification.from_pretrained(folder, output_loading_info=True)
    assert not any(info.values()), f"{folder}: {info}"
    tokenizer = AutoTokenizer.from_pretrained(folder)
    chats = [[{"role": "user", "content": q}, {"role": "assistant", "content": a}] for q, a in LINES]
    bias = getattr(model.config, "reward_bias", 0.0)
    with torch.no_grad():
        single = torch.stack([model.eval()(tokenizer.apply_chat_template(c, return_tensors="pt", return_dict=True)["input_ids"]).logits[0, 0] for c in chats])
        batch = tokenizer.apply_chat_template(chats, padding=True, padding_side="right", return_tensors="pt", return_dict=True)
        padded = model(batch["input_ids"]).logits[:, 0]
    off = max((x + bias - ours).abs().max().item() for x in [single, padded])
    print(f"{folder}: {type(model).__name__}, {model.num_labels} label, scores", [round(x, 4) for x in ours.tolist()], f"within {off:.1e}")
    assert off <= 1e-4, (single + bias, padded + bias, ours)


with tempfile.TemporaryDirectory() as tmp:
    if len(sys.argv) < 2:
        subprocess.run([BUILD + "reward", "--quick", "--out", tmp], check=True, stdout=subprocess.DEVNULL)
    for folder in sys.argv[1:] or [os.path.join(tmp, "model")]:
        compare(folder)
