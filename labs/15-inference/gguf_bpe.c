// Byte-level BPE in GGUF: tokens as visible strings (chapter 10's byte_table) and merges, as a tokenizer.json has them.
// So they are handed to chapter 10 as one.
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "15-inference/gguf.h"

// ---- Reading --------------------------------------------------------------------------------------------------------

// Tokens that are not normal are special: no text gives them.
static void add_token(json_t *vocab, json_t *specials, struct gguf_fields *f, const struct gguf_tokens *tokens,
                      int id) {
    struct gguf_string text = tokens->text[id];
    char *name = alloc_zeroed(text.size + 1, 1);  // Jansson's keys end at a zero
    memcpy(name, text.data, text.size);
    if (text.size == 0 || strlen(name) != text.size) gguf_refuse_token(f, tokens, id, "some text without a zero byte");
    else if (json_object_get(vocab, name)) gguf_refuse_token(f, tokens, id, "a token that was not there before");
    else if (json_object_set_new(vocab, name, json_integer(id)) != 0) gguf_refuse_token(f, tokens, id, "UTF-8");
    if (f->ok && tokens->type[id] != TOKEN_NORMAL)
        json_array_append_new(specials, json_pack("{s:i, s:s}", "id", id, "content", name));
    free(name);
}

static void add_merges(json_t *merges, struct gguf_fields *f) {
    const struct gguf_pair *p = gguf_array(f, "tokenizer.ggml.merges", GGUF_STRING, true);
    if (!p) return;
    const unsigned char *at = p->data;
    for (size_t i = 0; i < p->count && f->ok; i++) {
        struct gguf_string text = gguf_next_string(&at);
        if (json_array_append_new(merges, json_stringn(text.data, text.size)) != 0)
            gguf_refuse(f, "byte %zu: merge %zu: expected UTF-8, found %s", (size_t)(at - f->file->bytes) - text.size,
                        i + 1, gguf_show(text).text);
    }
}

void gguf_read_bpe(struct tokenizer *t, struct gguf_fields *f, const struct gguf_tokens *tokens) {
    json_t *vocab = json_object(), *specials = json_array(), *merges = json_array();
    struct gguf_string pre = gguf_text(f, "tokenizer.ggml.pre");
    if (f->ok && pre.size == 0)
        gguf_refuse(
            f, "expected \"tokenizer.ggml.pre\" among the metadata, found no such key: nothing says how text is cut");
    else if (f->ok && !gguf_is(pre, "gpt-2"))
        gguf_refuse_pair(f, gguf_find_pair(f->file, "tokenizer.ggml.pre"),
                         "\"gpt-2\", the way in which text is cut here");
    for (int id = 0; id < tokens->count && f->ok; id++) add_token(vocab, specials, f, tokens, id);
    add_merges(merges, f);
    json_t *root = json_pack("{s:{s:s}, s:o, s:{s:s, s:o, s:o}}", "pre_tokenizer", "type", "ByteLevel", "added_tokens",
                             specials, "model", "type", "BPE", "vocab", vocab, "merges", merges);
    if (!root) die("no memory for the tokenizer of %s", f->file->path);
    if (f->ok) f->ok = tokenizer_from_json(t, root, f->file->path, f->fault.error, f->fault.error_size);
    json_decref(root);
}

// ---- Writing --------------------------------------------------------------------------------------------------------

static void push_visible(struct bytes *out, const struct tokenizer *t, int token) {
    int code[256], id[256];
    byte_table(code, id);
    size_t size;
    const char *string = vocab_string(&t->vocab, token, &size);
    for (size_t i = 0; i < size; i++) bytes_push_utf8(out, code[(unsigned char)string[i]]);
}

// A token that is no byte and that no merge makes is special, as in tokenizer_save.
void gguf_push_bpe(struct gguf_texts *list, struct bytes *merges, struct cuts *merge_ends, const struct tokenizer *t) {
    bool *made = alloc_zeroed((size_t)t->vocab.count, sizeof *made);
    struct bytes text = {0};
    for (int b = 0; b < 256; b++) made[t->byte_id[b]] = true;
    for (int i = 0; i < t->merges; i++) made[t->merge[i].made] = true;
    for (int id = 0; id < t->vocab.count; id++) {
        size_t size;
        const char *string = vocab_string(&t->vocab, id, &size);
        text.count = 0;
        if (made[id]) push_visible(&text, t, id);
        else bytes_push(&text, string, size);
        gguf_push_token(list, text.data, text.count, made[id] ? TOKEN_NORMAL : TOKEN_CONTROL, 0);
    }
    for (int i = 0; i < t->merges; i++) {
        push_visible(merges, t, t->merge[i].left);
        bytes_push(merges, " ", 1);
        push_visible(merges, t, t->merge[i].right);
        cuts_push(merge_ends, merges->count);
    }
    bytes_free(&text);
    free(made);
}
