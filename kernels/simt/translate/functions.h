// Which functions a file has, and for whom: __global__, __device__, __host__.
#pragma once
#include "conditions.h"
#include "tokens.h"

struct function {
    const struct token *name;
    int parameters, parameters_end;  // the brackets around them: tokens of the code
    int open, close;                 // the braces around its body; -1: it is only declared
    bool global, device, host;       // as it says; a function that says nothing is the host's
    bool constant;                   // constexpr: for both
    bool member;                     // of a class, or of a namespace by its full name
    bool unsure;                     // macros stand before its name
};
struct functions {
    struct function *function;
    int count;
    bool sound;  // every bracket has its partner
};
// Scopes are followed by their braces; where #if has two branches, the second goes on where the first began.
void functions_find(struct functions *f, const struct source *s, const struct macros *m);
void functions_free(struct functions *f);
// The function whose body holds token i of the code; NULL: none
const struct function *functions_around(const struct functions *f, int i);
bool function_on_gpu(const struct function *f);   // __global__ or __device__, and not __host__ as well
bool function_on_host(const struct function *f);  // for the host only
