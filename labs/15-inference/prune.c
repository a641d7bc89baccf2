// Pruning: the weights that matter least become 0.
#include <math.h>
#include <stdlib.h>

#include "15-inference/inference.h"

struct weight {
    float size;  // |w|
    size_t at;
};

// For qsort: negative if weight a is to go before weight b, positive if b is to go before a.
static int goes_first(const void *a, const void *b) {
    // TODO 15.10 prune_magnitude: the smaller one goes first; of equal ones the later
    todo("15.10 prune_magnitude");
}

void prune_magnitude(bool *keep, float *w, float share, size_t n) {
    struct weight *order = alloc_zeroed(n, sizeof *order);
    for (size_t i = 0; i < n; i++) order[i] = (struct weight){fabsf(w[i]), i};
    qsort(order, n, sizeof *order, goes_first);
    // TODO 15.10 prune_magnitude: the first round(share * n) of `order` become 0; keep says which stay
    todo("15.10 prune_magnitude");
    free(order);
}

// The same for four neighbours w, without a sort.
static void prune_four(bool *keep, float *w) {
    // TODO 15.10 prune_2_4: a number stays if fewer than two of the others are ahead of it: larger, or as
    //   large and earlier
    todo("15.10 prune_2_4");
}

void prune_2_4(bool *keep, float *w, size_t n) {
    for (size_t i = 0; i < n; i += 4) prune_four(keep + i, w + i);
}
