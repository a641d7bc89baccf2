// Bytes from a file, plain or gzip.
#include "datasets/source.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool source_open(struct source *s, const char *path, char *error, size_t error_size) {
    *s = (struct source){.path = path, .error = error, .error_size = error_size};
    if (error_size > 0) error[0] = '\0';
    errno = 0;
    s->file = gzopen(path, "rb");
    if (s->file) return true;
    return source_fault(s, "cannot be opened: %s", errno ? strerror(errno) : "memory is short");
}

void source_close(struct source *s) {
    if (s->file) gzclose_r(s->file);
    s->file = NULL;
}

int source_read(struct source *s, void *out, int size) {
    errno = 0;
    int got = gzread(s->file, out, (unsigned)size);
    if (got == size) return got;
    int code = Z_OK;
    const char *message = gzerror(s->file, &code);
    if (code == Z_OK || code == Z_STREAM_END) return got;
    if (code == Z_ERRNO) source_fault(s, "cannot be read: %s", strerror(errno));
    else
        source_fault(s, "byte %lld of the unpacked data: the gzip stream is damaged or cut short (zlib: %s)",
                     (long long)gztell(s->file), message);
    return -1;
}

bool source_fault(struct source *s, const char *format, ...) {
    if (s->error_size == 0) return false;
    int start = snprintf(s->error, s->error_size, "%s: ", s->path);
    if (start < 0 || (size_t)start >= s->error_size) return false;
    va_list args;
    va_start(args, format);
    vsnprintf(s->error + start, s->error_size - (size_t)start, format, args);
    va_end(args);
    return false;
}

bool ends_with(const char *name, const char *end) {
    size_t n = strlen(name), m = strlen(end);
    return n >= m && strcmp(name + n - m, end) == 0;
}

bool buffer_append(struct buffer *b, const void *bytes, size_t size, struct source *s) {
    if (size > READ_LIMIT - b->size)
        return source_fault(s, "expected at most %d bytes of data, found more", READ_LIMIT);
    if (b->size + size > b->capacity) {
        size_t capacity = b->capacity > 0 ? b->capacity : 4096;
        while (capacity < b->size + size) capacity *= 2;
        // Not alloc_zeroed, which ends the program: a reader reports.
        unsigned char *data = realloc(b->data, capacity);
        if (!data) return source_fault(s, "no memory for %zu bytes of data", capacity);
        b->data = data;
        b->capacity = capacity;
    }
    memcpy(b->data + b->size, bytes, size);
    b->size += size;
    return true;
}
