// The metadata of a GGUF file: keys, each with a value that says of which kind it is.
#include <stdlib.h>
#include <string.h>

#include "15-inference/gguf_cursor.h"

static const struct {
    const char *name;
    size_t size;
} kinds[GGUF_KINDS] = {
    [GGUF_U8] = {"u8", 1},         [GGUF_I8] = {"i8", 1},       [GGUF_U16] = {"u16", 2}, [GGUF_I16] = {"i16", 2},
    [GGUF_U32] = {"u32", 4},       [GGUF_I32] = {"i32", 4},     [GGUF_F32] = {"f32", 4}, [GGUF_BOOL] = {"bool", 1},
    [GGUF_STRING] = {"string", 0}, [GGUF_ARRAY] = {"array", 0}, [GGUF_U64] = {"u64", 8}, [GGUF_I64] = {"i64", 8},
    [GGUF_F64] = {"f64", 8}};

const char *gguf_kind_name(enum gguf_kind kind) {
    return kinds[kind].name;
}

size_t gguf_kind_size(enum gguf_kind kind) {
    return kinds[kind].size;
}

struct gguf_string gguf_next_string(const unsigned char **at) {
    uint64_t size;
    memcpy(&size, *at, sizeof size);
    struct gguf_string s = {(const char *)*at + sizeof size, (size_t)size};
    *at += sizeof size + size;
    return s;
}

static bool take_kind(enum gguf_kind *kind, struct gguf_cursor *r, const char *expected) {
    uint32_t id;
    if (!gguf_take_u32(&id, r, expected)) return false;
    *kind = (enum gguf_kind)id;
    return id < GGUF_KINDS || source_fault(&r->fault, "byte %zu: %s: expected %s, 0 to %d, found %u", r->at - 4,
                                           r->what, expected, GGUF_KINDS - 1, id);
}

// The items themselves: p says of which kind and how many.
static bool take_items(struct gguf_pair *p, struct gguf_cursor *r) {
    size_t least = p->kind == GGUF_STRING ? 8 : kinds[p->kind].size, left = r->g->size - r->at;
    p->data = r->g->bytes + r->at;
    p->at = r->at;
    if (p->count > left / least)
        return source_fault(&r->fault, "byte %zu: %s: expected %zu items of kind %s, found only %zu bytes: cut short?",
                            r->at, r->what, p->count, kinds[p->kind].name, left);
    if (p->kind != GGUF_STRING) gguf_take(r, p->count * least, "items");
    struct gguf_string s;
    for (size_t i = 0; p->kind == GGUF_STRING && i < p->count; i++)
        if (!gguf_take_string(&s, r, "a string")) return false;
    for (size_t i = 0; p->kind == GGUF_BOOL && i < p->count; i++)
        if (p->data[i] > 1)
            return source_fault(&r->fault, "byte %zu: %s: expected a bool, 0 or 1, found %d", p->at + i, r->what,
                                p->data[i]);
    return true;
}

static bool take_pair(struct gguf_pair *p, struct gguf_cursor *r) {
    if (!gguf_take_string(&p->key, r, "a key")) return false;
    if (p->key.size == 0) return source_fault(&r->fault, "byte %zu: %s: expected a key, found \"\"", r->at, r->what);
    snprintf(r->what, sizeof r->what, "metadata %s", gguf_show(p->key).text);
    if (!take_kind(&p->kind, r, "the kind of its value")) return false;
    p->array = p->kind == GGUF_ARRAY;
    p->count = 1;
    if (p->array) {
        uint64_t count;
        if (!take_kind(&p->kind, r, "the kind of its items") || !gguf_take_u64(&count, r, "the number of its items"))
            return false;
        p->count = (size_t)count;
        if (p->kind == GGUF_ARRAY)
            return source_fault(&r->fault, "byte %zu: %s: expected items that are no arrays themselves", r->at - 12,
                                r->what);
    }
    return take_items(p, r);
}

bool gguf_read_pairs(struct gguf_cursor *r, int count) {
    struct gguf *g = r->g;
    g->pair = alloc_zeroed((size_t)count, sizeof *g->pair);
    for (; g->pairs < count; g->pairs++) {
        snprintf(r->what, sizeof r->what, "pair %d of %d of the metadata", g->pairs + 1, count);
        if (!take_pair(&g->pair[g->pairs], r)) return false;
    }
    struct gguf_string *name = alloc_zeroed((size_t)count, sizeof *name);
    for (int i = 0; i < count; i++) name[i] = g->pair[i].key;
    bool ok = gguf_check_names(r, name, count, "metadata");
    free(name);
    return ok;
}
