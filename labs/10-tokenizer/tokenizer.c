// A byte-level BPE tokenizer: training, encoding and special tokens.
#include "10-tokenizer/tokenizer.h"

#include <stdlib.h>
#include <string.h>

#include "common/common.h"

// The 256 bytes as tokens 0..255.
static void add_bytes(struct tokenizer *t) {
    int code[256];
    byte_table(code, t->byte_id);
    char sorted[256];
    for (int b = 0; b < 256; b++) sorted[t->byte_id[b]] = (char)b;
    for (int id = 0; id < 256; id++) vocab_add(&t->vocab, &sorted[id], 1);
}

// The strings of two tokens, one after the other.
static struct bytes join(const struct vocab *v, int left, int right) {
    struct bytes both = {0};
    const int parts[] = {left, right};
    for (int i = 0; i < 2; i++) {
        size_t size;
        const char *string = vocab_string(v, parts[i], &size);
        bytes_push(&both, string, size);
    }
    return both;
}

// Makes merge[0..n-1] the merges of t, whose vocabulary is the bytes, and adds what they make. Training tells symbols
// apart by the way they were made; here two that spell the same (a + bc, ab + c) become one token.
static void add_merges(struct tokenizer *t, const struct merge *merge, int n) {
    t->merge = alloc_zeroed((size_t)n + 1, sizeof *t->merge);
    int *token = alloc_zeroed((size_t)n + 256, sizeof *token);  // of every symbol of the training
    for (int i = 0; i < 256; i++) token[i] = i;
    for (int k = 0; k < n; k++) {
        struct merge m = {token[merge[k].left], token[merge[k].right], 0};
        struct bytes both = join(&t->vocab, m.left, m.right);
        int added = vocab_add(&t->vocab, both.data, both.count);
        m.made = added >= 0 ? added : vocab_find(&t->vocab, both.data, both.count);
        bytes_free(&both);
        token[merge[k].made] = m.made;
        if (pair_map_get(&t->rank, m.left, m.right) >= 0) continue;
        pair_map_set(&t->rank, m.left, m.right, t->merges);
        t->merge[t->merges++] = m;
    }
    free(token);
}

void tokenizer_train(struct tokenizer *t, const char *text, size_t size, int merges) {
    *t = (struct tokenizer){.regex = regex_gpt2()};
    add_bytes(t);
    struct words words = {0};
    words_count(&words, t->regex, text, size);
    struct merge *merge = alloc_zeroed((size_t)merges + 1, sizeof *merge);
    int found = bpe_train(merge, &words, 256, merges);
    add_merges(t, merge, found);
    free(merge);
    words_free(&words);
}

void tokenizer_first_merges(struct tokenizer *out, const struct tokenizer *t, int merges) {
    *out = (struct tokenizer){.regex = regex_gpt2()};
    add_bytes(out);
    add_merges(out, t->merge, merges < t->merges ? merges : t->merges);
}

int tokenizer_add_special(struct tokenizer *t, const char *name) {
    for (const char *c = name; *c; c++)
        if (*c < 33 || *c > 126) die("the special token \"%s\" must be printable ASCII without spaces", name);
    int id = vocab_add(&t->vocab, name, strlen(name));
    if (id < 0) die("the vocabulary has a token \"%s\" already: choose another name for the special one", name);
    return id;
}

void tokenizer_encode(struct ids *out, const struct tokenizer *t, const char *text, size_t size) {
    struct cuts cuts = {0};
    split_text(&cuts, t->regex, text, size);
    struct ids piece = {0};
    for (size_t k = 0, start = 0; k < cuts.count; start = cuts.end[k++]) {
        piece.count = 0;
        for (size_t i = start; i < cuts.end[k]; i++) ids_push(&piece, t->byte_id[(unsigned char)text[i]]);
        int n = bpe_encode_word(piece.id, (int)piece.count, t);
        for (int i = 0; i < n; i++) ids_push(out, piece.id[i]);
    }
    ids_free(&piece);
    cuts_free(&cuts);
}

void tokenizer_free(struct tokenizer *t) {
    vocab_free(&t->vocab);
    free(t->merge);
    pair_map_free(&t->rank);
    regex_free(t->regex);
    *t = (struct tokenizer){0};
}
