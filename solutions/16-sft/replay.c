// A few old examples in every batch, so that what was learned before is asked for again.
#include <math.h>

#include "16-sft/sft.h"

int replay_count(float share, int B, long step) {
    // BEGIN SOLUTION 16.7 replay_count: how many old ones after this batch, less how many before it
    const double each = (double)share * B;
    return (int)(floor(each * (double)(step + 1)) - floor(each * (double)step));
    // END SOLUTION
}

int replay_batch(int *which, float share, int B, long step, int old_examples, int new_examples, struct rng *r) {
    const int old = replay_count(share, B, step);
    for (int b = 0; b < B; b++) {
        // BEGIN SOLUTION 16.7 replay_batch: the first `old` places are for old examples, the others for new ones
        which[b] = b < old ? rng_below(r, old_examples) : old_examples + rng_below(r, new_examples);
        // END SOLUTION
    }
    return old;
}
