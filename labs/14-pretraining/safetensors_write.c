// Writing safetensors. JSON is written by Jansson.
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "14-pretraining/safetensors.h"

static void put(json_t *object, const char *key, json_t *value) {
    if (!value || json_object_set_new(object, key, value) != 0)
        die("the header of a safetensors file: no memory, or \"%.60s\" is not UTF-8", key);
}

void safetensors_begin(struct safetensors_writer *w, const char *dir, const char *name) {
    *w = (struct safetensors_writer){.header = json_object()};
    w->tensor = alloc_zeroed(SAFETENSORS_MAX_TENSORS, sizeof *w->tensor);
    put(w->header, "__metadata__", json_pack("{s:s}", "format", "pt"));
    out_open(&w->out, dir, name);
}

void safetensors_put_metadata(struct safetensors_writer *w, const char *key, const char *value) {
    put(json_object_get(w->header, "__metadata__"), key, json_string(value));
}

void safetensors_announce(struct safetensors_writer *w, const char *name, enum safetensors_type type, int dims,
                          const size_t *shape) {
    if (w->started || w->count == SAFETENSORS_MAX_TENSORS || dims > SAFETENSORS_MAX_DIMS)
        die("%s: tensor %s is announced too late, is one of too many, or has %d dimensions", w->out.path, name, dims);
    if (json_object_get(w->header, name)) die("%s: tensor %s is announced twice", w->out.path, name);
    struct safetensors_tensor *t = &w->tensor[w->count++];
    *t = (struct safetensors_tensor){.type = type, .dims = dims, .count = 1, .at = w->bytes};
    json_t *sizes = json_array();
    for (int i = 0; i < dims; i++) {
        t->shape[i] = shape[i];
        t->count *= shape[i];
        json_array_append_new(sizes, json_integer((json_int_t)shape[i]));
    }
    t->bytes = t->count * safetensors_type_size(type);
    if (t->at % safetensors_type_size(type) != 0)
        die("%s: tensor %s would start at byte %zu: announce the larger types first", w->out.path, name, t->at);
    w->bytes += t->bytes;
    put(w->header, name,
        json_pack("{s:s, s:o, s:[I, I]}", "dtype", safetensors_type_name(type), "shape", sizes, "data_offsets",
                  (json_int_t)t->at, (json_int_t)w->bytes));
    t->name = json_object_iter_key(json_object_iter_at(w->header, name));  // lives as long as the header
}

// A disk that is full is seen here or in out_close, which removes what was written and says so.
static void write_bytes(struct safetensors_writer *w, const void *bytes, size_t size) {
    errno = 0;
    if (fwrite(bytes, 1, size, w->out.f) != size) out_close(&w->out);
}

static void write_header(struct safetensors_writer *w) {
    char *text = json_dumps(w->header, JSON_COMPACT);
    if (!text) die("%s: no memory for its header", w->out.path);
    size_t size = strlen(text), padded = (size + 7) / 8 * 8;  // the numbers start at a multiple of 8 bytes
    unsigned char length[8];
    for (int i = 0; i < 8; i++) length[i] = (unsigned char)(padded >> 8 * i);
    write_bytes(w, length, sizeof length);
    write_bytes(w, text, size);
    write_bytes(w, "       ", padded - size);
    free(text);
    w->started = true;
}

// The tensor that is to be written next, which must be `name`.
static const struct safetensors_tensor *next(struct safetensors_writer *w, const char *name) {
    if (!w->started) write_header(w);
    if (w->written == w->count) die("%s: tensor %s was not announced", w->out.path, name);
    const struct safetensors_tensor *t = &w->tensor[w->written++];
    if (strcmp(t->name, name) != 0) die("%s: expected tensor %s next, got %s", w->out.path, t->name, name);
    return t;
}

void safetensors_write_raw(struct safetensors_writer *w, const char *name, const void *values) {
    const struct safetensors_tensor *t = next(w, name);
    write_bytes(w, values, t->bytes);
}

void safetensors_write_floats(struct safetensors_writer *w, const char *name, const float *values) {
    const struct safetensors_tensor *t = next(w, name);
    if (t->type == ST_F32) {
        write_bytes(w, values, t->bytes);
        return;
    }
    if (t->type != ST_BF16 && t->type != ST_F16)
        die("%s: tensor %s: floats cannot become %s", w->out.path, name, safetensors_type_name(t->type));
    uint16_t chunk[4096];
    for (size_t done = 0; done < t->count;) {
        size_t n = t->count - done < COUNT(chunk) ? t->count - done : COUNT(chunk);
        if (t->type == ST_BF16) bf16_from_floats(chunk, values + done, n);
        else
            for (size_t i = 0; i < n; i++) chunk[i] = f16_from_float(values[done + i]);
        write_bytes(w, chunk, n * sizeof *chunk);
        done += n;
    }
}

void safetensors_end(struct safetensors_writer *w) {
    if (!w->started) write_header(w);
    if (w->written < w->count) die("%s: tensor %s was not written", w->out.path, w->tensor[w->written].name);
    out_close(&w->out);
    json_decref(w->header);
    free(w->tensor);
    *w = (struct safetensors_writer){0};
}
