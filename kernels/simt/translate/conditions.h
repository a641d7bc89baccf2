// #if and its like: which lines of a file the compiler will take. What the translator cannot know (a macro of the system's
// headers, perhaps) is MAYBE; lines that are certainly not taken are left as they are, so a GPU's branch may hold anything.
#pragma once
#include "tokens.h"

enum truth { NO, MAYBE, YES };

struct macro {
    char *name;
    enum truth defined;
    bool number;  // its body is one
    long long value;
    struct {
        bool global, device, host;  // its body has __global__ and so on
    } says;
};
struct macros {
    struct macro *macro;
    int count;
};
// What is defined before the first line: __SIMT_SIM__, and the -D and -U among the flags (a list that ends with NULL, or NULL).
void macros_start(struct macros *m, char *const *flags);
const struct macro *macros_find(const struct macros *m, const char *name, int length);
void macros_free(struct macros *m);

// Walks through the directives of s in order. Code that is not taken goes out of s->code, and tokens are marked that may not be;
// directives that are not taken are marked dead. include() is called for every #include that may be taken.
void conditions_walk(struct source *s, struct macros *m, void (*include)(void *context, const struct directive *d),
                     void *context);
// The value of a condition: tokens first.. of a line.
enum truth condition_holds(const struct macros *m, const struct stream *line, int first);
