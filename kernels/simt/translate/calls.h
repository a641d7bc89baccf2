// Who may call whom: a kernel no function of the host, the host no function of the GPU, and kernels only by <<<>>>. nvcc says so;
// here everything is one program and would run. Only what is certain is refused.
#pragma once
#include "functions.h"
#include "rewrite.h"

// All functions of one name, in the file and the headers it includes so far
struct callee {
    char *name;
    bool global, device, host,
        other;  // there is a kernel, one only for the GPU, one only for the host, one that may be anything
    bool defined;
};
struct callees {
    struct callee *callee;
    int count;
};
void callees_add(struct callees *c, const struct functions *f);
void callees_free(struct callees *c);

void calls_check(struct rewrite *w, const struct functions *f, const struct callees *callees, const struct macros *m);
