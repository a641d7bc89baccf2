"""BLEU by SacreBLEU (Post 2018), for chapter 18:
python3 tests/golden/18-bleu.py | clang-format > tests/golden/18-bleu.h

For maintainers only; no learner runs it. Corpora of random texts; a word is a number.
"""
import random

import sacrebleu

random.seed(18)


def text(words):
    return " ".join(str(w) for w in words)


def altered(words):
    out = []
    for w in words:
        kind = random.random()
        if kind < 0.12:
            w = random.randrange(1, 9)
        if kind < 0.2 and kind > 0.12:
            continue
        out += [w, w] if kind > 0.93 else [w]
    return out


print("// Made by tests/golden/18-bleu.py with SacreBLEU. Do not edit.")
print("#pragma once")
corpora = []
for texts, shorter in [(5, False), (8, True), (3, False)]:
    lines = []
    for _ in range(texts):
        reference = [random.randrange(1, 9) for _ in range(random.randrange(6, 14))]
        candidate = altered(reference)
        lines.append((candidate[: -3] if shorter else candidate, reference))
    corpora.append(lines)
corpora.append([([1, 2, 3, 4, 6, 7], [1, 2, 3, 4, 5, 7])])
corpora.append([([8, 9, 1, 2, 3, 4, 5, 7, 10, 7], [1, 2, 3, 4, 5, 7])])
lengths, ids, results = [], [], []
for lines in corpora:
    bleu = sacrebleu.corpus_bleu([text(c) for c, _ in lines], [[text(r) for _, r in lines]], tokenize="none", smooth_method="none")
    lengths += [f"{len(c)}, {len(r)}" for c, r in lines]
    ids += [w for c, r in lines for w in c + r]
    counts = ", ".join(str(n) for n in bleu.counts + bleu.totals + [bleu.sys_len, bleu.ref_len])
    results.append(f"{{{len(lines)}, {{{counts}}}, {bleu.score / 100!r}}}")
print("// For each text the words of the candidate and of the reference; then their ids, one text after the other.")
print(f"static const int golden_lengths[][2] = {{{', '.join('{' + l + '}' for l in lengths)}}};")
print(f"static const int golden_ids[] = {{{', '.join(map(str, ids))}}};")
print("// Corpora: texts; matches, totals, words of the candidates and of the references; BLEU.")
print(f"static const struct golden_bleu {{ int texts; long count[10]; double bleu; }} golden_bleu[] = {{{', '.join(results)}}};")
