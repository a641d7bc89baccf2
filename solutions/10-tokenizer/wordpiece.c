// WordPiece: the longest piece that fits.
#include "10-tokenizer/tokenizer.h"

#include <stdlib.h>
#include <string.h>

#include "common/common.h"

// The longest piece that the rest of a word, n bytes from word, starts with, and its length, without the ##, in *length.
// Returns -1 if there is none. inside: the rest does not start the word.
static int longest_piece(const struct vocab *v, const char *word, size_t n, bool inside, size_t *length) {
    size_t mark = inside ? 2 : 0;
    char *piece = alloc_zeroed(n + 2, 1);
    piece[0] = piece[1] = '#';
    memcpy(piece + mark, word, n);
    int found = -1;
    // BEGIN SOLUTION 10.9 wordpiece_encode_word: look up the first mark + n bytes of piece, then one byte fewer, ...
    for (*length = n; *length > 0; --*length) {
        found = vocab_find(v, piece, mark + *length);
        if (found >= 0) break;
    }
    // END SOLUTION
    free(piece);
    return found;
}

void wordpiece_encode_word(struct ids *out, const struct vocab *v, int unknown, const char *word, size_t n) {
    size_t before = out->count;  // where this word's pieces start
    for (size_t at = 0, length = 0; at < n; at += length) {
        int piece = longest_piece(v, word + at, n - at, out->count > before, &length);
        if (piece >= 0) {
            ids_push(out, piece);
            continue;
        }
        // BEGIN SOLUTION 10.9 wordpiece_encode_word: nothing fits: take back this word's pieces, append unknown, end
        out->count = before;
        ids_push(out, unknown);
        return;
        // END SOLUTION
    }
}
