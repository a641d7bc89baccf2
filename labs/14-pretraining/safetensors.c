// Reading safetensors. Everything the header says is checked before anything is believed: a file may come from
// anywhere. JSON is read by Jansson.
#define _FILE_OFFSET_BITS 64
#define _POSIX_C_SOURCE 200809L
#include "14-pretraining/safetensors.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "datasets/source.h"

static const struct {
    const char *name;
    size_t size;
} types[] = {{"BOOL", 1}, {"U8", 1},  {"I8", 1},  {"F8_E5M2", 1}, {"F8_E4M3", 1}, {"U16", 2}, {"I16", 2}, {"F16", 2},
             {"BF16", 2}, {"U32", 4}, {"I32", 4}, {"F32", 4},     {"U64", 8},     {"I64", 8}, {"F64", 8}};

const char *safetensors_type_name(enum safetensors_type type) {
    return types[type].name;
}

size_t safetensors_type_size(enum safetensors_type type) {
    return types[type].size;
}

struct reader {
    struct safetensors *s;
    struct source fault;  // where faults are told
    size_t data_bytes;    // what the file holds after its header
};

// ---- One tensor of the header ---------------------------------------------------------------------------------------

static bool read_type(struct safetensors_tensor *t, struct reader *r, const json_t *dtype) {
    const char *name = json_string_value(dtype);
    for (int i = 0; name && i < COUNT(types); i++)
        if (strcmp(name, types[i].name) == 0) {
            t->type = (enum safetensors_type)i;
            return true;
        }
    return source_fault(&r->fault, "tensor \"%.60s\": expected a dtype such as \"F32\" or \"BF16\", found %s%.20s%s",
                        t->name, name ? "\"" : "", name ? name : "none", name ? "\"" : "");
}

static bool read_shape(struct safetensors_tensor *t, struct reader *r, const json_t *shape) {
    if (!json_is_array(shape) || json_array_size(shape) > SAFETENSORS_MAX_DIMS)
        return source_fault(&r->fault, "tensor \"%.60s\": expected a \"shape\" of 0 to %d numbers", t->name,
                            SAFETENSORS_MAX_DIMS);
    t->dims = (int)json_array_size(shape);
    t->count = 1;
    for (int i = 0; i < t->dims; i++) {
        const json_t *size = json_array_get(shape, (size_t)i);
        if (!json_is_integer(size) || json_integer_value(size) < 0)
            return source_fault(&r->fault, "tensor \"%.60s\": shape: expected whole numbers from 0 on", t->name);
        t->shape[i] = (size_t)json_integer_value(size);
        if (__builtin_mul_overflow(t->count, t->shape[i], &t->count))
            return source_fault(&r->fault, "tensor \"%.60s\": shape: the product of its sizes is too large", t->name);
    }
    if (__builtin_mul_overflow(t->count, types[t->type].size, &t->bytes))
        return source_fault(&r->fault, "tensor \"%.60s\": shape: the product of its sizes is too large", t->name);
    return true;
}

static bool read_offsets(struct safetensors_tensor *t, struct reader *r, const json_t *offsets) {
    const json_t *begin = json_array_get(offsets, 0), *end = json_array_get(offsets, 1);
    if (json_array_size(offsets) != 2 || !json_is_integer(begin) || !json_is_integer(end) ||
        json_integer_value(begin) < 0 || json_integer_value(end) < json_integer_value(begin))
        return source_fault(&r->fault,
                            "tensor \"%.60s\": expected \"data_offsets\", its first byte and the one after its last",
                            t->name);
    t->at = (size_t)json_integer_value(begin);
    size_t after = (size_t)json_integer_value(end);
    if (after - t->at != t->bytes)
        return source_fault(&r->fault, "tensor \"%.60s\": expected %zu bytes, as its shape and dtype say, found %zu",
                            t->name, t->bytes, after - t->at);
    if (after > r->data_bytes)
        return source_fault(&r->fault,
                            "tensor \"%.60s\": ends at byte %zu of the data, but the file has only %zu: cut short?",
                            t->name, after, r->data_bytes);
    return true;
}

// ---- The header -----------------------------------------------------------------------------------------------------

static bool check_metadata(struct reader *r, json_t *metadata) {
    if (!json_is_object(metadata)) return source_fault(&r->fault, "__metadata__: expected an object");
    const char *key;
    const json_t *value;
    json_object_foreach(metadata, key, value) {
        if (!json_is_string(value)) return source_fault(&r->fault, "__metadata__: \"%.60s\": expected a string", key);
    }
    return true;
}

static bool read_tensors(struct reader *r) {
    struct safetensors *s = r->s;
    size_t entries = json_object_size(s->header);
    if (entries > SAFETENSORS_MAX_TENSORS)
        return source_fault(&r->fault, "expected at most %d tensors, found %zu", SAFETENSORS_MAX_TENSORS, entries);
    s->tensor = alloc_zeroed(entries, sizeof *s->tensor);
    const char *name;
    json_t *entry;
    json_object_foreach(s->header, name, entry) {
        if (strcmp(name, "__metadata__") == 0) {
            if (!check_metadata(r, entry)) return false;
            continue;
        }
        struct safetensors_tensor *t = &s->tensor[s->count];
        t->name = name;
        if (!json_is_object(entry)) return source_fault(&r->fault, "tensor \"%.60s\": expected an object", name);
        if (!read_type(t, r, json_object_get(entry, "dtype")) || !read_shape(t, r, json_object_get(entry, "shape")) ||
            !read_offsets(t, r, json_object_get(entry, "data_offsets")))
            return false;
        s->count++;
    }
    return true;
}

static int by_place(const void *a, const void *b) {
    const struct safetensors_tensor *s = a, *t = b;
    if (s->at != t->at) return s->at < t->at ? -1 : 1;
    if (s->bytes != t->bytes) return s->bytes < t->bytes ? -1 : 1;  // those of no bytes first
    return strcmp(s->name, t->name);
}

// Every byte of the data belongs to one tensor.
static bool check_cover(struct reader *r) {
    struct safetensors *s = r->s;
    if (s->count > 0) qsort(s->tensor, (size_t)s->count, sizeof *s->tensor, by_place);
    size_t end = 0;
    for (int i = 0; i < s->count; i++) {
        const struct safetensors_tensor *t = &s->tensor[i];
        if (t->at < end)
            return source_fault(&r->fault, "tensor \"%.60s\": starts at byte %zu of the data, inside \"%.60s\"",
                                t->name, t->at, t[-1].name);
        if (t->at > end)
            return source_fault(&r->fault,
                                "tensor \"%.60s\": starts at byte %zu of the data, expected %zu, without a gap",
                                t->name, t->at, end);
        end = t->at + t->bytes;
    }
    if (end != r->data_bytes)
        return source_fault(&r->fault,
                            "expected the file to end at byte %zu of the data, as its header says, found %zu more", end,
                            r->data_bytes - end);
    return true;
}

// The number of bytes in the file, from its start to its end.
static bool file_size(size_t *size, struct reader *r) {
    struct stat st;
    if (fstat(fileno(r->s->file), &st) != 0) return source_fault(&r->fault, "cannot be read: %s", strerror(errno));
    if (!S_ISREG(st.st_mode)) return source_fault(&r->fault, "expected a file, found a folder or a device");
    *size = (size_t)st.st_size;
    return true;
}

static bool read_header(struct reader *r) {
    struct safetensors *s = r->s;
    unsigned char length[8];
    size_t size = 0, header = 0;
    if (!file_size(&size, r)) return false;
    if (size < sizeof length || fread(length, 1, sizeof length, s->file) != sizeof length)
        return source_fault(&r->fault, "expected 8 bytes, the length of the header, found %zu", size);
    for (int i = 7; i >= 0; i--) header = header << 8 | length[i];
    if (header > SAFETENSORS_MAX_HEADER || header < 2)
        return source_fault(&r->fault,
                            "byte 0: expected the length of the header, 2 to %d, found %zu: not safetensors?",
                            SAFETENSORS_MAX_HEADER, header);
    if (header > size - sizeof length)
        return source_fault(&r->fault, "expected a header of %zu bytes, found %zu: cut short?", header,
                            size - sizeof length);
    s->data_at = sizeof length + header;
    r->data_bytes = size - s->data_at;
    char *text = alloc_zeroed(header, 1);
    json_error_t e;
    bool ok = fread(text, 1, header, s->file) == header;
    if (!ok) source_fault(&r->fault, "the header cannot be read: %s", strerror(errno));
    else if (!(s->header = json_loadb(text, header, JSON_REJECT_DUPLICATES, &e)))
        ok = source_fault(&r->fault, "header, byte %d: expected JSON: %s", e.position, e.text);
    else if (!json_is_object(s->header)) ok = source_fault(&r->fault, "header: expected an object of tensors");
    free(text);
    return ok;
}

bool safetensors_open(struct safetensors *s, const char *path, char *error, size_t error_size) {
    struct reader r = {.s = s, .fault = {.path = path, .error = error, .error_size = error_size}};
    *s = (struct safetensors){.file = fopen(path, "rb")};
    if (!s->file) return source_fault(&r.fault, "cannot be opened: %s", strerror(errno));
    s->path = alloc_zeroed(strlen(path) + 1, 1);
    memcpy(s->path, path, strlen(path));
    bool ok = read_header(&r) && read_tensors(&r) && check_cover(&r);
    if (!ok) safetensors_close(s);
    return ok;
}

void safetensors_close(struct safetensors *s) {
    if (s->file) fclose(s->file);
    json_decref(s->header);
    free(s->tensor);
    free(s->path);
    *s = (struct safetensors){0};
}

const struct safetensors_tensor *safetensors_find(const struct safetensors *s, const char *name) {
    for (int i = 0; i < s->count; i++)
        if (strcmp(s->tensor[i].name, name) == 0) return &s->tensor[i];
    return NULL;
}

const char *safetensors_metadata(const struct safetensors *s, const char *key) {
    return json_string_value(json_object_get(json_object_get(s->header, "__metadata__"), key));
}

// ---- The numbers ----------------------------------------------------------------------------------------------------

static struct source fault_of(const struct safetensors *s, char *error, size_t error_size) {
    return (struct source){.path = s->path, .error = error, .error_size = error_size};
}

static bool read_bytes(void *out, const struct safetensors *s, const struct safetensors_tensor *t, size_t bytes,
                       struct source *fault) {
    if (fread(out, 1, bytes, s->file) == bytes) return true;
    return source_fault(fault, "tensor \"%.60s\": cannot be read: %s", t->name,
                        ferror(s->file) ? strerror(errno) : "the file was cut while it was read");
}

static bool seek(const struct safetensors *s, const struct safetensors_tensor *t, struct source *fault) {
    if (fseeko(s->file, (off_t)(s->data_at + t->at), SEEK_SET) == 0) return true;
    return source_fault(fault, "tensor \"%.60s\": cannot be read: %s", t->name, strerror(errno));
}

bool safetensors_read_raw(void *out, const struct safetensors *s, const struct safetensors_tensor *t, char *error,
                          size_t error_size) {
    struct source fault = fault_of(s, error, error_size);
    return seek(s, t, &fault) && read_bytes(out, s, t, t->bytes, &fault);
}

bool safetensors_read_floats(float *out, const struct safetensors *s, const struct safetensors_tensor *t, char *error,
                             size_t error_size) {
    struct source fault = fault_of(s, error, error_size);
    if (t->type == ST_F32) return safetensors_read_raw(out, s, t, error, error_size);
    if (t->type != ST_F16 && t->type != ST_BF16)
        return source_fault(&fault, "tensor \"%.60s\": expected dtype F32, F16 or BF16, found %s", t->name,
                            types[t->type].name);
    float (*to_float)(uint16_t) = t->type == ST_F16 ? f16_to_float : bf16_to_float;
    uint16_t chunk[4096];
    bool ok = seek(s, t, &fault);
    for (size_t done = 0; ok && done < t->count;) {
        size_t n = t->count - done < COUNT(chunk) ? t->count - done : COUNT(chunk);
        ok = read_bytes(chunk, s, t, n * sizeof *chunk, &fault);
        for (size_t i = 0; ok && i < n; i++) out[done + i] = to_float(chunk[i]);
        done += n;
    }
    return ok;
}
