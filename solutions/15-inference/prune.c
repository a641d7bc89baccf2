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
    // BEGIN SOLUTION 15.10 prune_magnitude: the smaller one goes first; of equal ones the later
    const struct weight *x = a, *y = b;
    if (x->size != y->size) return x->size < y->size ? -1 : 1;
    return x->at > y->at ? -1 : 1;
    // END SOLUTION
}

void prune_magnitude(bool *keep, float *w, float share, size_t n) {
    struct weight *order = alloc_zeroed(n, sizeof *order);
    for (size_t i = 0; i < n; i++) order[i] = (struct weight){fabsf(w[i]), i};
    qsort(order, n, sizeof *order, goes_first);
    // BEGIN SOLUTION 15.10 prune_magnitude: the first round(share * n) of `order` become 0; keep says which stay
    const size_t gone = (size_t)lround((double)share * (double)n);
    for (size_t i = 0; i < n; i++) {
        keep[order[i].at] = i >= gone;
        if (i < gone) w[order[i].at] = 0;
    }
    // END SOLUTION
    free(order);
}

// The same for four neighbours w, without a sort.
static void prune_four(bool *keep, float *w) {
    // BEGIN SOLUTION 15.10 prune_2_4: a number stays if fewer than two of the others are ahead of it: larger, or as
    //   large and earlier
    for (int i = 0; i < 4; i++) {
        int ahead = 0;
        for (int j = 0; j < 4; j++) ahead += fabsf(w[j]) > fabsf(w[i]) || (j < i && fabsf(w[j]) == fabsf(w[i]));
        keep[i] = ahead < 2;
    }
    for (int i = 0; i < 4; i++)
        if (!keep[i]) w[i] = 0;
    // END SOLUTION
}

void prune_2_4(bool *keep, float *w, size_t n) {
    for (size_t i = 0; i < n; i += 4) prune_four(keep + i, w + i);
}
