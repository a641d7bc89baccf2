"""Golden folders of chapter 14 from PyTorch and transformers: python3 tests/golden/14-pretraining.py

For maintainers only; no learner runs it. Writes tests/golden/tiny-*/: models as save_pretrained leaves them, with
    expected.safetensors    inputs and targets (B,T) I32, -1 where a position does not count; logits (B,T,V); loss
    gradients.safetensors   the gradient of the loss, under the names of the weights
and tests/golden/files/: what the readers should see in numbers of two bytes and in a tokenizer of whole words.
Sizes are odd and unequal, weights and biases large, the constants unusual: what is ignored or swapped shows.
"""
import json
import os
import shutil

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, models, pre_tokenizers
from torch.nn import functional as F
from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM

HERE = os.path.dirname(os.path.abspath(__file__))
B, T = 3, 7


def folder(name):
    path = os.path.join(HERE, name)
    shutil.rmtree(path, ignore_errors=True)
    os.makedirs(path)
    return path


def golden(name, model, seed):
    torch.manual_seed(seed)
    for p in model.parameters():  # norms around 1, all else around 0
        p.data = torch.randn_like(p) * 0.3 + (p.data.mean() > 0.5)
    path = folder(name)
    model.save_pretrained(path)
    expect(path, model)


def expect(path, model):
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
    gradients = {k: p.grad.float().contiguous() for k, p in model.named_parameters()}
    save_file(gradients, os.path.join(path, "gradients.safetensors"))


def bare(name, source):
    """The same weights as the published gpt2 has them: no "transformer." before the names, masks beside; and F16."""
    path = folder(name)
    tensors = load_file(os.path.join(HERE, source, "model.safetensors"))
    tensors = {k.removeprefix("transformer."): v.half() for k, v in tensors.items()}
    for layer in range(2):
        tensors[f"h.{layer}.attn.bias"] = torch.ones(1, 1, 9, 9).tril().bool()
        tensors[f"h.{layer}.attn.masked_bias"] = torch.tensor(-1e4)
    save_file(tensors, os.path.join(path, "model.safetensors"), metadata={"format": "pt"})
    config = json.load(open(os.path.join(HERE, source, "config.json")))
    for key in ["n_inner", "tie_word_embeddings", "dtype", "pad_token_id"]:
        config.pop(key)
    config["n_ctx"] = 9
    with open(os.path.join(path, "config.json"), "w") as f:
        json.dump(config, f, indent=2)
    torch.manual_seed(4)
    expect(path, GPT2LMHeadModel.from_pretrained(path, dtype=torch.float32, attn_implementation="eager"))


def two_bytes(path):
    torch.manual_seed(5)
    special = [0.0, -0.0, 1, -1, 65504, 6e-8, -6e-8, 6.1e-5, 6.0e-5, 3e-39, 3e38, float("inf"), -float("inf"), float("nan")]
    x = torch.cat([torch.tensor(special), torch.randn(20) * 10.0 ** torch.randint(-8, 5, (20,))])
    tensors = {"f16": x.half(), "bf16": x.bfloat16()}
    tensors |= {k + ".as_f32": v.float() for k, v in tensors.items()} | {"f32": x}
    save_file(tensors, os.path.join(path, "two-bytes.safetensors"))


def words(path):
    names = "<unk> <bos> <eos> tom lives in barn . 破 é <bos <eos>>".split()  # the last two: the longest is found
    tokenizer = Tokenizer(models.WordLevel({n: i for i, n in enumerate(names)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.add_special_tokens(names[:3] + names[-2:])
    tokenizer.save(os.path.join(path, "words.json"))
    texts = ["tom lives in barn .", "", "  tom\t\tlives\n", "<bos>tom in<eos> .", "barn. x", "tom\u00a0in\u3000barn", "破 é 破é",
             "<bos <eos>> <unk>", "<bos><eos>x"]
    with open(os.path.join(path, "words.jsonl"), "w") as f:
        for text in texts:
            f.write(json.dumps({"text": text, "ids": tokenizer.encode(text).ids}, ensure_ascii=False) + "\n")


golden("tiny-gpt2", GPT2LMHeadModel(GPT2Config(
    vocab_size=17, n_positions=9, n_embd=12, n_layer=2, n_head=3, layer_norm_epsilon=1e-3, bos_token_id=4, eos_token_id=6,
    attn_implementation="eager")), 1)
llama = dict(vocab_size=19, hidden_size=16, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
             intermediate_size=24, max_position_embeddings=10, rms_norm_eps=1e-3, bos_token_id=3, eos_token_id=5,
             rope_parameters={"rope_type": "default", "rope_theta": 50.0}, attn_implementation="eager")
golden("tiny-llama", LlamaForCausalLM(LlamaConfig(tie_word_embeddings=False, **llama)), 2)
golden("tiny-llama-tied", LlamaForCausalLM(LlamaConfig(tie_word_embeddings=True, **llama)), 3)
bare("tiny-gpt2-bare", "tiny-gpt2")
files = folder("files")
two_bytes(files)
words(files)
