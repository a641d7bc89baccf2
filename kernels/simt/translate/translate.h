// A .cu file with the headers of its own folder, as C++ for the simulator: copies in a temporary folder, whose lines say (#line)
// where they come from.
#pragma once
#include "calls.h"
#include "shared.h"

struct copy {
    char *name;  // as the learner's program names the file: messages, debug information
    char *real;  // the same file has one copy, whatever its names
    char *path;  // of the copy
};

struct translation {
    const char *folder;          // temporary
    const char *const *include;  // folders of -I
    int includes;
    const char *headers;   // the simulator's own, which stay as they are; real path
    struct macros macros;  // what is defined so far
    struct callees callees;
    struct outer_list outer;
    struct copy *copy;
    int copies;
    int errors;  // messages that were printed
};

// Translates the file and what it includes; the macros are to be started. Returns the copy's path, or NULL: the reason was printed.
const char *translate_file(struct translation *t, const char *name);
void translation_free(struct translation *t);
