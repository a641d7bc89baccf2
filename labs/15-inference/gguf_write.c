// Writing GGUF. Both tables are made in memory; the numbers go straight to the file.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "15-inference/gguf_file.h"

static const char zeros[GGUF_ALIGNMENT];

void gguf_begin(struct gguf_writer *w, const char *path) {
    *w = (struct gguf_writer){.planned = alloc_zeroed(GGUF_MAX_TENSORS, sizeof *w->planned)};
    out_open_path(&w->out, path);
}

// ---- Pairs ----------------------------------------------------------------------------------------------------------

static void push_u32(struct bytes *out, uint32_t value) {
    bytes_push(out, (const char *)&value, sizeof value);
}

static void push_u64(struct bytes *out, uint64_t value) {
    bytes_push(out, (const char *)&value, sizeof value);
}

static void push_string(struct bytes *out, const char *string, size_t size) {
    push_u64(out, size);
    bytes_push(out, string, size);
}

static void push_key(struct gguf_writer *w, const char *key, enum gguf_kind kind) {
    push_string(&w->pairs, key, strlen(key));
    push_u32(&w->pairs, kind);
    w->pair_count++;
}

static void push_array(struct gguf_writer *w, const char *key, enum gguf_kind kind, size_t count) {
    push_key(w, key, GGUF_ARRAY);
    push_u32(&w->pairs, kind);
    push_u64(&w->pairs, count);
}

void gguf_put_u32(struct gguf_writer *w, const char *key, uint32_t value) {
    push_key(w, key, GGUF_U32);
    push_u32(&w->pairs, value);
}

void gguf_put_f32(struct gguf_writer *w, const char *key, float value) {
    push_key(w, key, GGUF_F32);
    bytes_push(&w->pairs, (const char *)&value, sizeof value);
}

void gguf_put_bool(struct gguf_writer *w, const char *key, bool value) {
    push_key(w, key, GGUF_BOOL);
    bytes_push(&w->pairs, value ? "\1" : "\0", 1);
}

void gguf_put_text(struct gguf_writer *w, const char *key, const char *text) {
    push_key(w, key, GGUF_STRING);
    push_string(&w->pairs, text, strlen(text));
}

void gguf_put_texts(struct gguf_writer *w, const char *key, const struct bytes *text, const struct cuts *ends) {
    push_array(w, key, GGUF_STRING, ends->count);
    for (size_t i = 0, start = 0; i < ends->count; start = ends->end[i++])
        push_string(&w->pairs, text->data + start, ends->end[i] - start);
}

void gguf_put_floats(struct gguf_writer *w, const char *key, const float *x, size_t count) {
    push_array(w, key, GGUF_F32, count);
    bytes_push(&w->pairs, (const char *)x, count * sizeof *x);
}

void gguf_put_ints(struct gguf_writer *w, const char *key, const int *x, size_t count) {
    push_array(w, key, GGUF_I32, count);
    for (size_t i = 0; i < count; i++) push_u32(&w->pairs, (uint32_t)x[i]);
}

// ---- Tensors --------------------------------------------------------------------------------------------------------

static size_t padding(size_t size) {
    return (GGUF_ALIGNMENT - size % GGUF_ALIGNMENT) % GGUF_ALIGNMENT;
}

void gguf_announce(struct gguf_writer *w, const char *name, enum number_type type, int dims, const size_t *shape) {
    const struct gguf_type *t = gguf_type_of(type);
    size_t count = 1;
    if (w->tensor_count == GGUF_MAX_TENSORS || shape[dims - 1] % t->numbers != 0)
        die("%s: tensor %s is one of too many, or its rows are no whole blocks", w->out.path, name);
    push_string(&w->tensors, name, strlen(name));
    push_u32(&w->tensors, (uint32_t)dims);
    for (int d = dims - 1; d >= 0; d--) {
        push_u64(&w->tensors, shape[d]);
        count *= shape[d];
    }
    push_u32(&w->tensors, t->id);
    push_u64(&w->tensors, w->data_bytes);
    w->planned[w->tensor_count++] = (struct gguf_planned){type, count};
    size_t bytes = gguf_type_bytes(t, count);
    w->data_bytes += bytes + padding(bytes);
}

// A disk that is full is seen here or in out_close, which removes what was written and says so.
static void write_bytes(struct gguf_writer *w, const void *bytes, size_t size) {
    errno = 0;
    if (fwrite(bytes, 1, size, w->out.f) != size) out_close(&w->out);
}

static void write_tables(struct gguf_writer *w) {
    struct bytes header = {0};
    bytes_push(&header, "GGUF", 4);
    push_u32(&header, 3);
    push_u64(&header, w->tensor_count);
    push_u64(&header, w->pair_count);
    write_bytes(w, header.data, header.count);
    write_bytes(w, w->pairs.data, w->pairs.count);
    write_bytes(w, w->tensors.data, w->tensors.count);
    write_bytes(w, zeros, padding(header.count + w->pairs.count + w->tensors.count));
    bytes_free(&header);
    bytes_free(&w->pairs);
    bytes_free(&w->tensors);
}

void gguf_write_floats(struct gguf_writer *w, const float *values) {
    if (w->written == 0) write_tables(w);
    if (w->written == w->tensor_count) die("%s: a tensor that was not announced", w->out.path);
    struct gguf_planned t = w->planned[w->written++];
    size_t bytes = gguf_type_bytes(gguf_type_of(t.type), t.count);
    void *numbers = alloc_zeroed(bytes, 1);
    gguf_from_floats(numbers, t.type, values, t.count);
    write_bytes(w, numbers, bytes);
    write_bytes(w, zeros, padding(bytes));
    free(numbers);
}

void gguf_end(struct gguf_writer *w) {
    if (w->written != w->tensor_count || w->written == 0)
        die("%s: %llu tensors were announced, and %llu written", w->out.path, (unsigned long long)w->tensor_count,
            (unsigned long long)w->written);
    out_close(&w->out);
    free(w->planned);
    *w = (struct gguf_writer){0};
}
