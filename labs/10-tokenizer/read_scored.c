// llama2.c's tokenizer file: the length of the longest token; then for every token its score, a float, the length of
// its string, and the string. All numbers have 4 bytes, the lowest first.
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "10-tokenizer/tokenizer.h"
#include "common/common.h"
#include "datasets/source.h"

enum { FIRST_BYTE = 3, TOKEN_BYTES_MAX = 1 << 16, TOKENS_MAX = 1 << 22 };

static uint32_t low_first(const unsigned char *b) {
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

// Reads a number. Returns 1, 0 at the end of the file, -1 on a fault.
static int read_number(uint32_t *value, struct source *f, size_t *at) {
    unsigned char b[4];
    int got = source_read(f, b, 4);
    if (got <= 0) return got;
    if (got < 4) {
        source_fault(f, "byte %zu: expected a number of 4 bytes, found the end", *at);
        return -1;
    }
    *at += 4;
    *value = low_first(b);
    return 1;
}

// One token. Returns 1, 0 at the end of the file, -1 on a fault.
static int read_token(struct scored *s, int *capacity, uint32_t longest, struct source *f, size_t *at) {
    uint32_t bits = 0, size = 0;
    int got = read_number(&bits, f, at);
    if (got <= 0) return got;
    float score;
    memcpy(&score, &bits, 4);
    got = read_number(&size, f, at);
    if (got == 0) source_fault(f, "byte %zu: expected the length of token %d, found the end", *at, s->vocab.count);
    if (got <= 0) return -1;
    char string[TOKEN_BYTES_MAX];
    if (!isfinite(score))
        source_fault(f, "byte %zu: expected a finite score, token %d has another", *at - 8, s->vocab.count);
    else if (size == 0 || size > longest)
        source_fault(f, "byte %zu: expected a length in 1..%u, token %d has %u", *at - 4, longest, s->vocab.count,
                     size);
    else if (source_read(f, string, (int)size) != (int)size)
        source_fault(f, "byte %zu: expected the %u bytes of token %d, found the end", *at, size, s->vocab.count);
    else if (vocab_add(&s->vocab, string, size) < 0)
        source_fault(f, "byte %zu: token %d repeats an earlier one", *at, s->vocab.count);
    else {
        *at += size;
        if (s->vocab.count > *capacity) {
            *capacity *= 2;
            float *moved = alloc_floats((size_t)*capacity);
            memcpy(moved, s->score, (size_t)(s->vocab.count - 1) * sizeof *moved);
            free(s->score);
            s->score = moved;
        }
        s->score[s->vocab.count - 1] = score;
        return 1;
    }
    return -1;
}

bool scored_read(struct scored *s, const char *path, char *error, size_t error_size) {
    *s = (struct scored){0};
    struct source f;
    if (!source_open(&f, path, error, error_size)) return false;
    uint32_t longest = 0;
    size_t at = 0;
    int capacity = 1024, got = read_number(&longest, &f, &at);
    s->score = alloc_floats((size_t)capacity);
    if (got == 0) source_fault(&f, "byte 0: expected the length of the longest token, found the end");
    else if (got > 0 && (longest == 0 || longest > TOKEN_BYTES_MAX))
        got = source_fault(&f, "byte 0: expected the longest token to have 1 to %d bytes, found %u", TOKEN_BYTES_MAX,
                           longest);
    bool ok = false;
    if (got > 0) {
        while ((got = read_token(s, &capacity, longest, &f, &at)) > 0 && s->vocab.count < TOKENS_MAX) continue;
        if (got > 0) source_fault(&f, "expected at most %d tokens, found more", TOKENS_MAX);
        else if (got == 0 && s->vocab.count < FIRST_BYTE + 256)
            source_fault(&f, "byte %zu: expected %d tokens or more (3 special ones, 256 bytes), found the end after %d",
                         at, FIRST_BYTE + 256, s->vocab.count);
        else if (got == 0 && vocab_find(&s->vocab, " ", 1) < 0)
            source_fault(&f, "expected a token for the space, found none");
        else ok = got == 0;
    }
    source_close(&f);
    if (!ok) scored_free(s);
    return ok;
}

int scored_joined(const struct scored *s, int a, int b) {
    size_t size_a, size_b;
    const char *string_a = vocab_string(&s->vocab, a, &size_a), *string_b = vocab_string(&s->vocab, b, &size_b);
    char *both = alloc_zeroed(size_a + size_b, 1);
    memcpy(both, string_a, size_a);
    memcpy(both + size_a, string_b, size_b);
    int token = vocab_find(&s->vocab, both, size_a + size_b);
    free(both);
    return token;
}

void scored_encode(struct ids *out, const struct scored *s, const char *text, size_t size) {
    size_t before = out->count;
    scored_start(out, s, text, size);
    if (out->count == before) return;
    out->count = before + (size_t)scored_merge(out->id + before, (int)(out->count - before), s);
}

void scored_decode(struct bytes *out, const struct scored *s, const int *ids, size_t n) {
    bool first = true;
    for (size_t i = 0; i < n; i++) {
        if (ids[i] < FIRST_BYTE) continue;
        size_t size;
        const char *string = vocab_string(&s->vocab, ids[i], &size);
        char byte = (char)(ids[i] - FIRST_BYTE);
        if (ids[i] < FIRST_BYTE + 256) bytes_push(out, &byte, 1);
        else {
            size_t skipped = first && string[0] == ' ';
            bytes_push(out, string + skipped, size - skipped);
        }
        first = false;
    }
}

void scored_free(struct scored *s) {
    vocab_free(&s->vocab);
    free(s->score);
    *s = (struct scored){0};
}
