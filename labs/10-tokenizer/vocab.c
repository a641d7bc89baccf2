// Strings of bytes and their ids: a list, and a hash table with open addressing that leads back to it.
#include <stdlib.h>
#include <string.h>

#include "10-tokenizer/tokenizer.h"
#include "common/common.h"

// FNV-1a (Fowler, Noll and Vo 1991).
static uint32_t hash_of(const char *string, size_t size) {
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < size; i++) hash = (hash ^ (unsigned char)string[i]) * 16777619u;
    return hash ^ hash >> 15;
}

// The slot that holds the string, or the empty one where it belongs.
static int slot_of(const struct vocab *v, const char *string, size_t size) {
    int at = (int)(hash_of(string, size) & (uint32_t)(v->slots - 1));
    for (; v->slot[at] >= 0; at = (at + 1) & (v->slots - 1)) {
        size_t length;
        const char *other = vocab_string(v, v->slot[at], &length);
        if (length == size && memcmp(other, string, size) == 0) break;
    }
    return at;
}

static void make_slots(struct vocab *v) {
    free(v->slot);
    v->slots = v->slots > 0 ? 2 * v->slots : 1024;
    v->slot = alloc_zeroed((size_t)v->slots, sizeof *v->slot);
    for (int i = 0; i < v->slots; i++) v->slot[i] = -1;
    for (int id = 0; id < v->count; id++) {
        size_t size;
        const char *string = vocab_string(v, id, &size);
        v->slot[slot_of(v, string, size)] = id;
    }
}

int vocab_add(struct vocab *v, const char *string, size_t size) {
    if (2 * v->count >= v->slots) make_slots(v);
    int at = slot_of(v, string, size);
    if (v->slot[at] >= 0) return -1;
    bytes_push(&v->bytes, string, size);
    cuts_push(&v->cuts, v->bytes.count);
    if ((int)size > v->longest) v->longest = (int)size;
    v->slot[at] = v->count;
    return v->count++;
}

int vocab_find(const struct vocab *v, const char *string, size_t size) {
    return v->count > 0 ? v->slot[slot_of(v, string, size)] : -1;
}

const char *vocab_string(const struct vocab *v, int id, size_t *size) {
    if (id < 0 || id >= v->count) die("there is no token %d: the vocabulary has %d, counted from 0", id, v->count);
    size_t start = id > 0 ? v->cuts.end[id - 1] : 0;
    *size = v->cuts.end[id] - start;
    return v->bytes.data + start;
}

void vocab_free(struct vocab *v) {
    bytes_free(&v->bytes);
    cuts_free(&v->cuts);
    free(v->slot);
    *v = (struct vocab){0};
}
