// The table of tensors of a GGUF file: names, shapes, types, and where the numbers are.
#include <stdlib.h>
#include <string.h>

#include "15-inference/gguf_cursor.h"

// The shape and what follows from it.
static bool take_shape(struct gguf_tensor *t, struct gguf_cursor *r) {
    uint32_t dims;
    if (!gguf_take_u32(&dims, r, "the number of dimensions")) return false;
    if (dims < 1 || dims > GGUF_MAX_DIMS)
        return source_fault(&r->fault, "byte %zu: %s: expected 1 to %d dimensions, found %u", r->at - 4, r->what,
                            GGUF_MAX_DIMS, dims);
    t->dims = (int)dims;
    t->count = 1;
    for (int d = t->dims - 1; d >= 0; d--) {
        uint64_t size;
        if (!gguf_take_u64(&size, r, "the size of a dimension")) return false;
        t->shape[d] = (size_t)size;
        if (size == 0 || __builtin_mul_overflow(t->count, t->shape[d], &t->count) || t->count > SIZE_MAX / 64)
            return source_fault(&r->fault,
                                "byte %zu: %s: expected sizes from 1 on whose product a file can hold, found "
                                "%zu",
                                r->at - 8, r->what, t->shape[d]);
    }
    return true;
}

static bool take_tensor(struct gguf_tensor *t, uint64_t *place, struct gguf_cursor *r) {
    uint32_t type;
    t->at = r->at;
    if (!gguf_take_string(&t->name, r, "a name")) return false;
    snprintf(r->what, sizeof r->what, "tensor %s", gguf_show(t->name).text);
    if (!take_shape(t, r) || !gguf_take_u32(&type, r, "the type of its numbers")) return false;
    t->type = gguf_type_of_id(type);
    if (!t->type)
        return source_fault(&r->fault, "byte %zu: %s: expected a type of numbers such as 0 (F32) or 8 (Q8_0), found %u",
                            r->at - 4, r->what, type);
    size_t row = t->shape[t->dims - 1];
    if (row % t->type->numbers != 0)
        return source_fault(&r->fault,
                            "byte %zu: %s: expected rows of whole blocks of %zu numbers, as type %s has, found "
                            "rows of %zu",
                            t->at, r->what, t->type->numbers, t->type->name, row);
    t->bytes = gguf_type_bytes(t->type, t->count);
    return gguf_take_u64(place, r, "the place of its numbers");
}

// Where the numbers are: in the file, and at a multiple of the alignment.
static bool place_tensor(struct gguf_tensor *t, uint64_t place, struct gguf_cursor *r) {
    struct gguf *g = r->g;
    char what[120];
    snprintf(what, sizeof what, "byte %zu: tensor %s", t->at, gguf_show(t->name).text);
    if (place % g->alignment != 0)
        return source_fault(&r->fault,
                            "%s: expected its numbers at a multiple of %zu, the alignment, found them at %zu", what,
                            g->alignment, (size_t)place);
    size_t room = g->size > g->data_at ? g->size - g->data_at : 0;
    if (place > room || t->bytes > room - place)
        return source_fault(&r->fault,
                            "%s: expected %zu bytes of numbers from byte %zu + %zu on, found only %zu in the "
                            "file: cut short?",
                            what, t->bytes, g->data_at, (size_t)place, place > room ? 0 : room - (size_t)place);
    t->data = g->bytes + g->data_at + place;
    return true;
}

struct place {
    const unsigned char *data;  // where a tensor's numbers are
    int tensor;
};

static int by_place(const void *a, const void *b) {
    const struct place *p = a, *q = b;
    if (p->data != q->data) return p->data < q->data ? -1 : 1;
    return p->tensor - q->tensor;
}

static bool check_overlap(struct gguf_cursor *r) {
    const struct gguf *g = r->g;
    struct place *place = alloc_zeroed((size_t)g->tensors, sizeof *place);
    for (int i = 0; i < g->tensors; i++) place[i] = (struct place){g->tensor[i].data, i};
    qsort(place, (size_t)g->tensors, sizeof *place, by_place);
    bool ok = true;
    for (int i = 1; ok && i < g->tensors; i++) {
        const struct gguf_tensor *before = &g->tensor[place[i - 1].tensor], *t = &g->tensor[place[i].tensor];
        if (t->data < before->data + before->bytes)
            ok = source_fault(&r->fault,
                              "byte %zu: tensor %s: expected bytes of its own, found them inside of tensor %s", t->at,
                              gguf_show(t->name).text, gguf_show(before->name).text);
    }
    free(place);
    return ok;
}

// general.alignment, and with it where the numbers start.
static bool find_data(struct gguf_cursor *r) {
    struct gguf *g = r->g;
    struct gguf_fields f = {.file = g, .fault = r->fault, .ok = true};
    g->alignment = (size_t)gguf_whole(&f, "general.alignment", 8, 1 << 30, GGUF_ALIGNMENT);
    if (f.ok && (g->alignment & (g->alignment - 1)) != 0)
        gguf_refuse_pair(&f, gguf_find_pair(g, "general.alignment"), "a power of two");
    g->data_at = (r->at + g->alignment - 1) / g->alignment * g->alignment;
    return f.ok;
}

bool gguf_read_table(struct gguf_cursor *r, int count) {
    struct gguf *g = r->g;
    g->tensor = alloc_zeroed((size_t)count, sizeof *g->tensor);
    uint64_t *place = alloc_zeroed((size_t)count, sizeof *place);
    struct gguf_string *name = alloc_zeroed((size_t)count, sizeof *name);
    bool ok = true;
    for (; ok && g->tensors < count; g->tensors++) {
        snprintf(r->what, sizeof r->what, "tensor %d of %d of the table", g->tensors + 1, count);
        ok = take_tensor(&g->tensor[g->tensors], &place[g->tensors], r);
        name[g->tensors] = g->tensor[g->tensors].name;
    }
    ok = ok && find_data(r) && gguf_check_names(r, name, count, "tensor");
    for (int i = 0; ok && i < count; i++) ok = place_tensor(&g->tensor[i], place[i], r);
    free(place);
    free(name);
    return ok && check_overlap(r);
}
