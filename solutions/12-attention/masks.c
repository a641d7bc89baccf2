// Who may see whom.
#include "09-matmul-cpu/matmul.h"
#include "12-attention/attention.h"

int visible_keys(const struct attention *a, int b, int t) {
    // BEGIN SOLUTION 12.2 visible_keys: all S keys, or fewer: the sequence's length, and what lies behind the query
    int n = a->S;
    if (a->length) n = min_int(n, a->length[b]);
    if (a->causal) n = min_int(n, t + 1 + a->S - a->T);
    return n > 0 ? n : 0;
    // END SOLUTION
}
