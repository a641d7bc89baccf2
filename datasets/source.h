// What both readers (idx.c, csv.c) stand on: bytes from a file, plain or compressed by gzip, and memory that grows with
// what has really arrived. A fault is reported to the caller, who decides whether the program goes on.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <zlib.h>

enum { READ_LIMIT = 1 << 30 };  // bytes of data that one file may bring

struct source {
    gzFile file;
    const char *path;
    char *error;  // where a fault is told, error_size bytes
    size_t error_size;
};

// Opens path. On a fault (no such file, a folder, no permission) returns false and tells it.
bool source_open(struct source *s, const char *path, char *error, size_t error_size);

void source_close(struct source *s);

// Reads up to size bytes to out. Returns their number, less than size only at the end of the file; -1 on a fault.
int source_read(struct source *s, void *out, int size);

// Tells a fault, "PATH: MESSAGE". Returns false, so that a reader can return it.
bool source_fault(struct source *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

// Does name end so? What a file holds is told by ".json", and which tensor it is by ".bias".
bool ends_with(const char *name, const char *end);

struct buffer {
    unsigned char *data;
    size_t size, capacity;
};

// Appends size bytes. Returns false, with the fault told, when that would pass READ_LIMIT or memory is short.
bool buffer_append(struct buffer *b, const void *bytes, size_t size, struct source *s);
