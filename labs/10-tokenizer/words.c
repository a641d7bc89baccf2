// Every different piece of a text once.
#include <stdlib.h>
#include <string.h>

#include "10-tokenizer/tokenizer.h"
#include "common/common.h"

static void add_word(struct words *w, const char *string, size_t size, const int *byte_id) {
    if (w->count == w->capacity) {
        w->capacity = w->capacity > 0 ? 2 * w->capacity : 1024;
        struct word *moved = alloc_zeroed((size_t)w->capacity, sizeof *moved);
        if (w->count > 0) memcpy(moved, w->word, (size_t)w->count * sizeof *moved);
        free(w->word);
        w->word = moved;
    }
    struct word *word = &w->word[w->count++];
    *word = (struct word){.id = alloc_zeroed(size, sizeof *word->id), .length = (int)size};
    for (size_t i = 0; i < size; i++) word->id[i] = byte_id[(unsigned char)string[i]];
}

void words_count(struct words *w, const struct regex *r, const char *text, size_t size) {
    int code[256], byte_id[256];
    byte_table(code, byte_id);
    struct cuts cuts = {0};
    split_text(&cuts, r, text, size);
    for (size_t k = 0, start = 0; k < cuts.count; start = cuts.end[k++]) {
        size_t length = cuts.end[k] - start;
        int index = vocab_find(&w->strings, text + start, length);
        if (index < 0) {
            index = vocab_add(&w->strings, text + start, length);
            add_word(w, text + start, length, byte_id);
        }
        w->word[index].count++;
    }
    cuts_free(&cuts);
}

void words_free(struct words *w) {
    for (int i = 0; i < w->count; i++) free(w->word[i].id);
    free(w->word);
    vocab_free(&w->strings);
    *w = (struct words){0};
}
