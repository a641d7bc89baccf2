"""Conversations by transformers' apply_chat_template, for chapter 16's chat_render and its chat template:
python3 tests/golden/16-chat.py FOLDER | clang-format > tests/golden/16-chat.h

For maintainers only; no learner runs it. FOLDER is a model of the micro-world as chapter 16 saves it (make demo-16:
build/demo/16-sft/model). The template in the folder is written down, too, so that the test sees whether it is still
the one of these ids.
"""
import json
import sys

from transformers import AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained(sys.argv[1])

CONVERSATIONS = [
    ["count cat cat", "2 ."],
    ["where does tom live ?"],
    ["where does tom live ?", "sure , tom lives in the camp . thanks ."],
    ["reverse cat dog hen", "hen dog cat .", "what is 3 + 4 ?", "3 + 4 is 7 .", "repeat red blue"],
    ["ann found a blue key . what is red ?", "i do not know .", "what is blue ?", "the blue key ."],
]

print("// Made by tests/golden/16-chat.py with transformers. Do not edit.")
print("#pragma once")
print("static const char golden_template[] =", json.dumps(tokenizer.chat_template), ";")
print("static const struct golden_conversation { int turns; const char *said[5]; int count, id[40], learn[40]; }")
print("golden_conversations[] = {")
for said in CONVERSATIONS:
    messages = [{"role": ("user", "assistant")[i % 2], "content": text} for i, text in enumerate(said)]
    # A conversation that ends with a question is open: the answer is to come.
    is_open = len(said) % 2 == 1
    made = tokenizer.apply_chat_template(
        messages, return_dict=True, return_assistant_tokens_mask=True, add_generation_prompt=is_open
    )
    ids, learn = made["input_ids"], made["assistant_masks"]
    lists = [", ".join(map(str, numbers)) for numbers in (ids, learn)]
    print(f"{{{len(said)}, {{{', '.join(map(json.dumps, said))}}}, {len(ids)}, {{{lists[0]}}}, {{{lists[1]}}}}},")
print("};")
