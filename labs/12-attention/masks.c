// Who may see whom.
#include "09-matmul-cpu/matmul.h"
#include "12-attention/attention.h"

int visible_keys(const struct attention *a, int b, int t) {
    // TODO 12.2 visible_keys: all S keys, or fewer: the sequence's length, and what lies behind the query
    todo("12.2 visible_keys");
}
