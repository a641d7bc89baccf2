// Whole words in GGUF. llama.cpp has no tokenizer of that kind, but one that finds the most probable pieces (unigram,
// chapter 10, "t5" there), after it has put U+2581 before every word and in the place of spaces. If every piece is
// U+2581 and a word, a text of known words can be cut in one way only: between them. All scores are 0. (White space
// other than a space is a letter there, so write a text with spaces.)
#include <stdlib.h>
#include <string.h>

#include "15-inference/gguf.h"
#include "15-inference/scored_names.h"

// ---- Reading --------------------------------------------------------------------------------------------------------

// The word of a token, without its mark; size 0 on a fault.
static struct gguf_string word_of(struct gguf_fields *f, const struct gguf_tokens *tokens, int id) {
    struct gguf_string word = tokens->text[id];
    if (tokens->type[id] == TOKEN_NORMAL) {
        bool marked = word.size > SPACE_MARK_SIZE && memcmp(word.data, space_mark, SPACE_MARK_SIZE) == 0;
        if (!marked) gguf_refuse_token(f, tokens, id, "U+2581 and a word, for tokens are whole words here");
        word = marked ? (struct gguf_string){word.data + SPACE_MARK_SIZE, word.size - SPACE_MARK_SIZE}
                      : (struct gguf_string){"", 0};
    } else if (tokens->type[id] == TOKEN_BYTE || tokens->type[id] == TOKEN_UNUSED)
        gguf_refuse_token(f, tokens, id, "a word, or a special token");
    if (f->ok && (word.size == 0 || word_has_space(word.data, word.size) || memchr(word.data, 0, word.size) ||
                  has_space_mark(word.data, word.size)))
        gguf_refuse_token(f, tokens, id, "a word without white space in it");
    return word;
}

static void add_word(struct word_tokenizer *t, struct gguf_fields *f, const struct gguf_tokens *tokens, int id) {
    struct gguf_string word = word_of(f, tokens, id);
    if (f->ok && vocab_find(&t->words, word.data, word.size) >= 0)
        gguf_refuse_token(f, tokens, id, "a word that was not there before");
    if (!f->ok) return;
    char *name = alloc_zeroed(word.size + 1, 1);
    memcpy(name, word.data, word.size);
    word_tokenizer_add(t, name, tokens->type[id] != TOKEN_NORMAL);
    free(name);
}

void gguf_read_words(struct word_tokenizer *t, struct gguf_fields *f, const struct gguf_tokens *tokens) {
    *t = (struct word_tokenizer){.unknown = -1};
    const struct gguf_pair *map = gguf_find_pair(f->file, "tokenizer.ggml.precompiled_charsmap");
    if (map) gguf_refuse_pair(f, map, "no such key, for text is encoded as it is");
    if (!gguf_bool(f, "tokenizer.ggml.add_space_prefix", true))
        gguf_refuse_pair(f, gguf_find_pair(f->file, "tokenizer.ggml.add_space_prefix"),
                         "true, for the first word is a word like the others");
    for (int id = 0; id < tokens->count && f->ok; id++) {
        add_word(t, f, tokens, id);
        if (tokens->type[id] == TOKEN_UNKNOWN) t->unknown = id;
    }
    if (!f->ok) word_tokenizer_free(t);
}

// ---- Writing --------------------------------------------------------------------------------------------------------

void gguf_push_words(struct gguf_texts *list, const struct word_tokenizer *t) {
    bool *special = alloc_zeroed((size_t)t->words.count, sizeof *special);
    struct bytes text = {0};
    for (size_t i = 0; i < t->special.count; i++) special[t->special.id[i]] = true;
    for (int id = 0; id < t->words.count; id++) {
        size_t size;
        const char *word = vocab_string(&t->words, id, &size);
        bool bare = special[id] || id == t->unknown;
        text.count = 0;
        if (!bare) bytes_push(&text, space_mark, SPACE_MARK_SIZE);
        bytes_push(&text, word, size);
        gguf_push_token(list, text.data, text.count,
                        id == t->unknown ? TOKEN_UNKNOWN
                        : special[id]    ? TOKEN_CONTROL
                                         : TOKEN_NORMAL,
                        0);
    }
    bytes_free(&text);
    free(special);
}
