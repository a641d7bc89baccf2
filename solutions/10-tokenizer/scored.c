// Merges by score, as SentencePiece and llama2.c do.
#include "10-tokenizer/tokenizer.h"

#include <string.h>

#include "common/common.h"

void scored_start(struct ids *out, const struct scored *s, const char *text, size_t size) {
    if (size > 0) ids_push(out, vocab_find(&s->vocab, " ", 1));
    for (size_t at = 0, length = 0; at < size; at += length) {
        length = 1;  // of the character at text[at]: 1 to 4 bytes, or one that is not valid UTF-8
        while (length < 4 && at + length < size && ((unsigned char)text[at + length] & 0xC0) == 0x80) length++;
        // BEGIN SOLUTION 10.12 scored_start: the character's token, or a byte token (3 + byte) for each of its bytes
        int token = vocab_find(&s->vocab, text + at, length);
        if (token >= 0) ids_push(out, token);
        else
            for (size_t i = 0; i < length; i++) ids_push(out, 3 + (unsigned char)text[at + i]);
        // END SOLUTION
    }
}

int scored_merge(int *ids, int n, const struct scored *s) {
    for (;;) {
        int best = -1, made = -1;  // where the best pair starts, and its token
        // BEGIN SOLUTION 10.12 scored_merge: of all neighbours that scored_joined makes a token of, the highest score, leftmost
        for (int i = 0; i + 1 < n; i++) {
            int token = scored_joined(s, ids[i], ids[i + 1]);
            if (token >= 0 && (made < 0 || s->score[token] > s->score[made])) best = i, made = token;
        }
        // END SOLUTION
        if (best < 0) return n;
        ids[best] = made;
        memmove(ids + best + 1, ids + best + 2, (size_t)(n - best - 2) * sizeof *ids);
        n--;
    }
}
