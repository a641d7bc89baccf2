// g++ or clang++, run by simtcc.
#pragma once
#include "options.h"

struct compiler {
    struct list command;  // of CXX, cut at spaces: "ccache" "g++"
    bool clang;
    char *headers;  // the simulator's, for -I
    char *library;  // the folder of libsimt.a
};

// Finds out about the compiler and about the simulator's files, which lie beside simtcc. False: the message was printed.
bool compiler_open(struct compiler *c);
void compiler_free(struct compiler *c);
// Each returns an exit status. `copy` is the translation of the file `name`.
int compiler_compile_cuda(const struct compiler *c, const struct options *o, const char *copy, const char *folder,
                          const char *name, const char *object, const char *dependencies);
int compiler_compile_other(const struct compiler *c, const struct options *o, const char *name, const char *object,
                           const char *dependencies);
int compiler_link(const struct compiler *c, const struct options *o, const struct list *objects, const char *program);
