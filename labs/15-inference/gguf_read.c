// Reading GGUF. A file may come from anywhere: a number is believed once the bytes it promises have been seen.
#define _FILE_OFFSET_BITS 64
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "15-inference/gguf_cursor.h"

// How many entries follow: at most `most`, and each takes `least` bytes or more.
static bool take_count(int *count, struct gguf_cursor *r, const char *what, int most, size_t least) {
    uint64_t n;
    if (!gguf_take_u64(&n, r, what)) return false;
    size_t left = r->g->size - r->at;
    if (n > (uint64_t)most)
        return source_fault(&r->fault, "byte %zu: expected at most %d %s, found %llu", r->at - 8, most, what,
                            (unsigned long long)n);
    if (n * least > left)
        return source_fault(&r->fault,
                            "byte %zu: expected %llu %s, of %zu bytes or more each, found only %zu bytes: cut short?",
                            r->at - 8, (unsigned long long)n, what, least, left);
    *count = (int)n;
    return true;
}

static bool read_header(struct gguf_cursor *r, int *pairs, int *tensors) {
    struct gguf *g = r->g;
    const unsigned char *magic = gguf_take(r, 4, "the letters GGUF");
    if (!magic) return false;
    if (memcmp(magic, "GGUF", 4) != 0)
        return source_fault(&r->fault, "byte 0: expected the letters GGUF, found others: is this a GGUF file?");
    if (!gguf_take_u32(&g->version, r, "the version")) return false;
    if (g->version > 0xFFFF)
        return source_fault(&r->fault,
                            "byte 4: expected version 2 or 3, found %u: a file for machines that put the highest "
                            "byte first; convert it there",
                            g->version);
    if (g->version != 2 && g->version != 3)
        return source_fault(&r->fault,
                            "byte 4: expected version 2 or 3, found %u: make the file again with a newer (or, "
                            "for 4 and more, an older) llama.cpp",
                            g->version);
    return take_count(tensors, r, "tensors", GGUF_MAX_TENSORS, 32) &&
           take_count(pairs, r, "pairs of metadata", GGUF_MAX_PAIRS, 13);
}

static bool map_file(struct gguf_cursor *r) {
    struct gguf *g = r->g;
    struct stat st;
    int file = open(g->path, O_RDONLY);
    if (file < 0) return source_fault(&r->fault, "cannot be opened: %s", strerror(errno));
    bool ok = fstat(file, &st) == 0;
    if (!ok) source_fault(&r->fault, "cannot be read: %s", strerror(errno));
    else if (!S_ISREG(st.st_mode)) ok = source_fault(&r->fault, "expected a file, found a folder or a device");
    else if (st.st_size == 0)  // and nothing cannot be mapped
        ok = source_fault(&r->fault, "byte 0: expected the letters GGUF, found an empty file: cut short?");
    else {
        void *bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, file, 0);
        ok = bytes != MAP_FAILED;
        if (!ok) source_fault(&r->fault, "cannot be mapped into memory: %s", strerror(errno));
        else g->bytes = bytes, g->size = (size_t)st.st_size;
    }
    close(file);
    return ok;
}

bool gguf_open(struct gguf *g, const char *path, char *error, size_t error_size) {
    struct gguf_cursor r = {
        .g = g, .fault = {.path = path, .error = error, .error_size = error_size}, .what = "the header"};
    int pairs = 0, tensors = 0;
    *g = (struct gguf){0};
    g->path = alloc_zeroed(strlen(path) + 1, 1);
    strcpy(g->path, path);
    bool ok =
        map_file(&r) && read_header(&r, &pairs, &tensors) && gguf_read_pairs(&r, pairs) && gguf_read_table(&r, tensors);
    if (!ok) gguf_close(g);
    return ok;
}

void gguf_close(struct gguf *g) {
    if (g->bytes) munmap(g->bytes, g->size);
    free(g->path);
    free(g->pair);
    free(g->tensor);
    *g = (struct gguf){0};
}

const struct gguf_pair *gguf_find_pair(const struct gguf *g, const char *key) {
    for (int i = 0; i < g->pairs; i++)
        if (gguf_is(g->pair[i].key, key)) return &g->pair[i];
    return NULL;
}

const struct gguf_tensor *gguf_find_tensor(const struct gguf *g, const char *name) {
    for (int i = 0; i < g->tensors; i++)
        if (gguf_is(g->tensor[i].name, name)) return &g->tensor[i];
    return NULL;
}
