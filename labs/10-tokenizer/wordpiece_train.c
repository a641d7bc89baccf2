// A vocabulary for WordPiece. How BERT's own was chosen was never published in full; like most replacements, this one
// takes what byte-pair merges make of the words, with the bytes inside a word told apart from those that start it.
#include <stdlib.h>

#include "10-tokenizer/tokenizer.h"
#include "common/common.h"

// Symbols: b for the byte b at a word's start, 256 + b for the byte inside a word.
static void count_words(struct words *w, const char *text, size_t size) {
    struct regex *r = regex_gpt2();
    words_count(w, r, text, size);
    regex_free(r);
    for (int i = 0; i < w->count; i++) {
        struct word *word = &w->word[i];
        size_t length;
        const char *string = vocab_string(&w->strings, i, &length);
        int kept = 0;
        for (size_t k = 0; k < length; k++) {
            unsigned char byte = (unsigned char)string[k];
            if (byte > ' ') word->id[kept] = kept > 0 ? 256 + byte : byte, kept++;
        }
        word->length = kept;
    }
}

static void push_symbol(struct bytes *out, const struct merge *merge, int symbol) {
    if (symbol >= 512) {
        push_symbol(out, merge, merge[symbol - 512].left);
        push_symbol(out, merge, merge[symbol - 512].right);
    } else {
        char byte = (char)(symbol & 255);
        bytes_push(out, &byte, 1);
    }
}

// The piece of a symbol, with ## if it stands inside a word.
static void add_piece(struct vocab *v, const struct merge *merge, int symbol) {
    int first = symbol;
    while (first >= 512) first = merge[first - 512].left;
    struct bytes piece = {0};
    if (first >= 256) bytes_push(&piece, "##", 2);
    push_symbol(&piece, merge, symbol);
    vocab_add(v, piece.data, piece.count);
    bytes_free(&piece);
}

void wordpiece_train(struct vocab *v, const char *text, size_t size, int count) {
    struct words w = {0};
    count_words(&w, text, size);
    *v = (struct vocab){0};
    vocab_add(v, "[UNK]", 5);
    bool seen[512] = {0};
    for (int i = 0; i < w.count; i++)
        for (int k = 0; k < w.word[i].length; k++) seen[w.word[i].id[k]] = true;
    struct merge *merge = alloc_zeroed((size_t)count, sizeof *merge);
    int merges = bpe_train(merge, &w, 512, count);
    for (int symbol = 0; symbol < 512 && v->count < count; symbol++)
        if (seen[symbol]) add_piece(v, merge, symbol);
    for (int k = 0; k < merges && v->count < count; k++) add_piece(v, merge, 512 + k);
    free(merge);
    words_free(&w);
}
