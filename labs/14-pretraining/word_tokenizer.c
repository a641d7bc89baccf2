// Words and their ids.
#include "14-pretraining/word_tokenizer.h"

#include <string.h>

// Bytes of the white space character that starts here, or 0: Unicode's property White_Space.
static size_t space_at(const char *text, size_t size) {
    const unsigned char *c = (const unsigned char *)text;
    if (size >= 1 && (c[0] == ' ' || (c[0] >= '\t' && c[0] <= '\r'))) return 1;
    if (size >= 2 && c[0] == 0xC2 && (c[1] == 0x85 || c[1] == 0xA0)) return 2;  // next line, no-break space
    if (size < 3) return 0;
    int code = (c[0] & 0x0F) << 12 | (c[1] & 0x3F) << 6 | (c[2] & 0x3F);
    bool three = c[0] >> 4 == 0xE && c[1] >> 6 == 2 && c[2] >> 6 == 2;
    bool space = code == 0x1680 || (code >= 0x2000 && code <= 0x200A) || code == 0x2028 || code == 0x2029 ||
                 code == 0x202F || code == 0x205F || code == 0x3000;
    return three && space ? 3 : 0;
}

bool word_has_space(const char *word, size_t size) {
    for (size_t i = 0; i < size; i++)
        if (space_at(word + i, size - i) > 0) return true;
    return false;
}

int word_tokenizer_add(struct word_tokenizer *t, const char *word, bool special) {
    size_t size = strlen(word);
    if (size == 0 || word_has_space(word, size)) die("\"%s\" is no word: it is empty or has white space in it", word);
    int id = vocab_add(&t->words, word, size);
    if (id < 0) die("the word \"%s\" is in the vocabulary already", word);
    if (special) ids_push(&t->special, id);
    return id;
}

int word_tokenizer_add_unknown(struct word_tokenizer *t) {
    t->unknown = word_tokenizer_add(t, "<unk>", true);
    return t->unknown;
}

void word_tokenizer_free(struct word_tokenizer *t) {
    vocab_free(&t->words);
    ids_free(&t->special);
    t->unknown = -1;
}

// The longest special token that starts here, or -1; its size.
static int special_at(size_t *size, const struct word_tokenizer *t, const char *text, size_t left) {
    int found = -1;
    *size = 0;
    for (size_t i = 0; i < t->special.count; i++) {
        size_t n;
        const char *name = vocab_string(&t->words, t->special.id[i], &n);
        if (n > left || n <= *size || memcmp(name, text, n) != 0) continue;
        found = t->special.id[i];
        *size = n;
    }
    return found;
}

size_t word_tokenizer_encode(struct ids *out, const struct word_tokenizer *t, const char *text, size_t size) {
    size_t start = 0, at = 0, skip = 0;  // start: of the word that is being read
    for (;;) {
        int special = at < size ? special_at(&skip, t, text + at, size - at) : -1;
        if (special < 0) skip = at < size ? space_at(text + at, size - at) : 0;
        if (skip == 0 && at < size) {  // inside a word
            at++;
            continue;
        }
        if (at > start) {
            int id = vocab_find(&t->words, text + start, at - start);
            if (id < 0) id = t->unknown;
            if (id < 0) return start;
            ids_push(out, id);
        }
        if (special >= 0) ids_push(out, special);
        if (at == size) return size;
        start = at += skip;
    }
}

void word_tokenizer_decode(struct bytes *out, const struct word_tokenizer *t, const int *ids, size_t n) {
    for (size_t i = 0; i < n; i++) {
        size_t size;
        const char *word = vocab_string(&t->words, ids[i], &size);
        if (i > 0) bytes_push(out, " ", 1);
        bytes_push(out, word, size);
    }
}
