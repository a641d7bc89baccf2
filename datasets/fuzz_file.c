// A file that is only in memory (Linux).
#define _GNU_SOURCE  // memfd_create
#include "datasets/fuzz_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct fuzz_file fuzz_file_make(const uint8_t *bytes, size_t size) {
    struct fuzz_file f = {.descriptor = memfd_create("fuzz", MFD_CLOEXEC)};
    fuzz_require(f.descriptor >= 0, "memory for the file");
    fuzz_require(write(f.descriptor, bytes, size) == (ssize_t)size, "room for the file");
    snprintf(f.path, sizeof f.path, "/proc/self/fd/%d", f.descriptor);
    return f;
}

void fuzz_file_close(struct fuzz_file *f) {
    close(f->descriptor);
}

void fuzz_require(int ok, const char *what) {
    if (ok) return;
    fprintf(stderr, "does not hold: %s\n", what);
    abort();
}
