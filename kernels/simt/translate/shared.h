// A block's shared memory.
//   __shared__ float a[N], b;    -> typedef float simt_t_a[N], simt_t_b; float (&a)[N] = simt::shared<simt_t_a>(...); ...
//   extern __shared__ float s[]; -> typedef float simt_t_s[]; float (&s)[] = simt::dynamic_shared<simt_t_s>(...);
// A variable outside of all functions is declared in every function that uses it: its address is a block's, not the program's.
#pragma once
#include "functions.h"
#include "rewrite.h"

struct outer_shared {
    char *name, *declaration;
    const char *file, *at;  // where it is declared
    const char *until;      // the end of its namespace; NULL: it is in none
};
struct outer_list {
    struct outer_shared *item;
    int count;
};
void outer_free(struct outer_list *list);

// Takes variables outside of functions into the list.
void shared_rewrite(struct rewrite *w, const struct region *r, struct outer_list *outer);
// Declares them in the functions of this file.
void shared_rewrite_users(struct rewrite *w, const struct functions *f, const struct outer_list *outer);
