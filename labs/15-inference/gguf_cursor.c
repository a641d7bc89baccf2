// Bytes, one after the other, each only after it has been seen to be there.
#include "15-inference/gguf_cursor.h"

#include <stdlib.h>
#include <string.h>

const unsigned char *gguf_take(struct gguf_cursor *r, size_t size, const char *expected) {
    size_t left = r->g->size - r->at;
    const unsigned char *here = r->g->bytes + r->at;
    if (size > left) {
        source_fault(&r->fault, "byte %zu: %s: expected %s, %zu bytes, found only %zu: cut short?", r->at, r->what,
                     expected, size, left);
        return NULL;
    }
    r->at += size;
    return here;
}

bool gguf_take_u32(uint32_t *value, struct gguf_cursor *r, const char *expected) {
    const unsigned char *bytes = gguf_take(r, sizeof *value, expected);
    if (bytes) memcpy(value, bytes, sizeof *value);
    return bytes != NULL;
}

bool gguf_take_u64(uint64_t *value, struct gguf_cursor *r, const char *expected) {
    const unsigned char *bytes = gguf_take(r, sizeof *value, expected);
    if (bytes) memcpy(value, bytes, sizeof *value);
    return bytes != NULL;
}

bool gguf_take_string(struct gguf_string *s, struct gguf_cursor *r, const char *expected) {
    uint64_t size;
    if (!gguf_take_u64(&size, r, "the length of a string")) return false;
    s->size = (size_t)size;
    s->data = (const char *)gguf_take(r, s->size, expected);
    return s->data != NULL;
}

static int by_name(const void *a, const void *b) {
    const struct gguf_string *s = a, *t = b;
    int order = memcmp(s->data, t->data, s->size < t->size ? s->size : t->size);
    if (order != 0) return order;
    if (s->size != t->size) return s->size < t->size ? -1 : 1;
    return s->data < t->data ? -1 : 1;  // in order of the file
}

bool gguf_check_names(struct gguf_cursor *r, struct gguf_string *name, int count, const char *what) {
    qsort(name, (size_t)count, sizeof *name, by_name);
    for (int i = 1; i < count; i++)
        if (name[i].size == name[i - 1].size && memcmp(name[i].data, name[i - 1].data, name[i].size) == 0)
            return source_fault(&r->fault,
                                "byte %zu: %s %s: expected a name of its own, found a second one of that name",
                                (size_t)(name[i].data - (const char *)r->g->bytes), what, gguf_show(name[i]).text);
    return true;
}
