// tokenizer.json, as Hugging Face's `tokenizers` reads it. JSON is written by Jansson.
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "10-tokenizer/tokenizer.h"
#include "common/common.h"

static void push_visible(struct bytes *out, const struct tokenizer *t, int token, const int *code) {
    size_t size;
    const char *string = vocab_string(&t->vocab, token, &size);
    for (size_t i = 0; i < size; i++) bytes_push_utf8(out, code[(unsigned char)string[i]]);
}

static json_t *checked(json_t *value) {
    if (!value) die("no memory for the JSON of a tokenizer");
    return value;
}

static json_t *merges_json(const struct tokenizer *t, const int *code) {
    json_t *merges = checked(json_array());
    for (int i = 0; i < t->merges; i++) {
        struct bytes line = {0};
        push_visible(&line, t, t->merge[i].left, code);
        bytes_push(&line, " ", 1);
        push_visible(&line, t, t->merge[i].right, code);
        json_array_append_new(merges, checked(json_stringn(line.data, line.count)));
        bytes_free(&line);
    }
    return merges;
}

// The tokens by their visible strings; those that are special also in a list of their own.
static void tokens_json(json_t *vocab, json_t *specials, const struct tokenizer *t, const int *code) {
    bool *made = alloc_zeroed((size_t)t->vocab.count, sizeof *made);
    for (int b = 0; b < 256; b++) made[t->byte_id[b]] = true;
    for (int i = 0; i < t->merges; i++) made[t->merge[i].made] = true;
    for (int id = 0; id < t->vocab.count; id++) {
        struct bytes name = {0};
        if (made[id]) push_visible(&name, t, id, code);
        else {
            size_t size;
            const char *string = vocab_string(&t->vocab, id, &size);
            bytes_push(&name, string, size);
            json_t *special = json_pack("{s:i, s:s%, s:b, s:b, s:b, s:b, s:b}", "id", id, "content", string, size,
                                        "single_word", 0, "lstrip", 0, "rstrip", 0, "normalized", 0, "special", 1);
            json_array_append_new(specials, checked(special));
        }
        bytes_push(&name, "", 1);  // Jansson's keys end at a zero
        json_object_set_new(vocab, name.data, checked(json_integer(id)));
        bytes_free(&name);
    }
    free(made);
}

void tokenizer_save(const struct tokenizer *t, const char *dir, const char *name) {
    int code[256], id[256];
    byte_table(code, id);
    json_t *vocab = checked(json_object()), *specials = checked(json_array());
    tokens_json(vocab, specials, t, code);
    json_t *bytes = checked(json_pack("{s:s, s:b, s:b, s:b}", "type", "ByteLevel", "add_prefix_space", 0,
                                      "trim_offsets", 1, "use_regex", 1));
    json_t *model = checked(json_pack("{s:s, s:n, s:n, s:n, s:n, s:b, s:b, s:o, s:o}", "type", "BPE", "dropout",
                                      "unk_token", "continuing_subword_prefix", "end_of_word_suffix", "fuse_unk", 0,
                                      "byte_fallback", 0, "vocab", vocab, "merges", merges_json(t, code)));
    json_t *root = checked(json_pack("{s:s, s:n, s:n, s:o, s:n, s:O, s:n, s:o, s:o}", "version", "1.0", "truncation",
                                     "padding", "added_tokens", specials, "normalizer", "pre_tokenizer", bytes,
                                     "post_processor", "decoder", bytes, "model", model));
    struct out_file out;
    out_open(&out, dir, name);
    if (json_dumpf(root, out.f, JSON_INDENT(1)) != 0) die("%s/%s cannot be written", dir, name);
    fputc('\n', out.f);
    out_close(&out);
    json_decref(root);
}
