// Texts to learn language from: files as they are, and the two that `make datasets` fetches.
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct text {
    char *data;  // size bytes, any; a zero follows, for those who print it
    size_t size;
};

// Reads the file at path, plain or compressed by gzip, at most 1 GiB. On a fault returns false, with out empty and the
// reason in error (error_size bytes at most).
bool text_read(struct text *out, const char *path, char *error, size_t error_size);

// "king-james": the King James Bible (1611), one verse a line, without their numbers. "tang": about 300 poems of the
// Tang dynasty, each with its title and poet, a blank line between them. Any other name is the path of a file. Dies,
// and says what to do, where it cannot be read.
struct text text_load(const char *name);

void text_free(struct text *t);
