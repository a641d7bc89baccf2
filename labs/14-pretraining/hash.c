// Words as numbers: hashes that look like random ones, and lists of them.
#include <stdlib.h>
#include <string.h>

#include "14-pretraining/pretraining.h"

// Room for one more object of this size; the capacity doubles.
static void *with_room(void *data, size_t count, size_t *capacity, size_t size) {
    if (count < *capacity) return data;
    *capacity = *capacity > 0 ? 2 * *capacity : 16;
    void *moved = alloc_zeroed(*capacity, size);
    if (count > 0) memcpy(moved, data, count * size);
    free(data);
    return moved;
}

void hashes_push(struct hashes *list, uint64_t hash) {
    list->hash = with_room(list->hash, list->count, &list->capacity, sizeof *list->hash);
    list->hash[list->count++] = hash;
}

void hashes_free(struct hashes *list) {
    free(list->hash);
    *list = (struct hashes){0};
}

void pairs_push(struct pairs *list, int first, int second) {
    list->pair = with_room(list->pair, list->count, &list->capacity, sizeof *list->pair);
    list->pair[list->count++] = (struct document_pair){first, second};
}

void pairs_free(struct pairs *list) {
    free(list->pair);
    *list = (struct pairs){0};
}

// Every bit of x changes about half of the bits of the result (from SplitMix64: Steele, Lea and Flood 2014).
static uint64_t mix(uint64_t x) {
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

uint64_t hash_join(uint64_t a, uint64_t b) {
    return mix(mix(a) + b);
}

uint32_t hash_family(uint64_t hash, int k) {
    return (uint32_t)(mix(hash + (uint64_t)k * 0x9E3779B97F4A7C15u) >> 32);
}

uint64_t hash_numbers(const uint32_t *number, int n) {
    uint64_t hash = 0;
    for (int i = 0; i < n; i++) hash = hash_join(hash, number[i]);
    return hash;
}

static bool is_space(unsigned char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_letter(unsigned char c) {  // or a digit, or a byte of an accented, Greek or Cyrillic letter
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= 0x80 && c < 0xE0);
}

// Bytes of the word that starts at text[0], 1 or more: letters in a row, or one other character.
static size_t word_bytes(const unsigned char *text, size_t size) {
    size_t n = 1;
    if (text[0] >= 0xE0)
        while (n < size && n < 4 && text[n] >= 0x80 && text[n] < 0xC0) n++;
    else if (is_letter(text[0]))
        while (n < size && is_letter(text[n])) n++;
    return n;
}

// FNV-1a (Fowler, Noll and Vo 1991), mixed.
static uint64_t hash_word(const unsigned char *word, size_t n) {
    uint64_t h = 0xCBF29CE484222325u;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = word[i];
        if (c >= 'A' && c <= 'Z') c = (unsigned char)(c - 'A' + 'a');
        h = (h ^ c) * 0x100000001B3u;
    }
    return mix(h);
}

void word_hashes(struct hashes *out, const char *text, size_t size) {
    const unsigned char *bytes = (const unsigned char *)text;
    for (size_t at = 0; at < size;) {
        if (is_space(bytes[at])) {
            at++;
            continue;
        }
        size_t n = word_bytes(bytes + at, size - at);
        hashes_push(out, hash_word(bytes + at, n));
        at += n;
    }
}
