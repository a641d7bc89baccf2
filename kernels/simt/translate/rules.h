// What the simulator does not have, refused with what to do instead.
#pragma once
#include "calls.h"
#include "functions.h"
#include "rewrite.h"

void rules_check(struct rewrite *w, const struct functions *f, const struct callees *callees, const struct macros *m);
void rules_check_macro(struct rewrite *w, const struct region *macro);
// <thrust/sort.h> and its like: a header that only the CUDA toolkit has
void rules_check_include(struct rewrite *w, const struct token *where, const char *name);
