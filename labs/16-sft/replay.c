// A few old examples in every batch, so that what was learned before is asked for again.
#include <math.h>

#include "16-sft/sft.h"

int replay_count(float share, int B, long step) {
    // TODO 16.7 replay_count: how many old ones after this batch, less how many before it
    todo("16.7 replay_count");
}

int replay_batch(int *which, float share, int B, long step, int old_examples, int new_examples, struct rng *r) {
    const int old = replay_count(share, B, step);
    for (int b = 0; b < B; b++) {
        // TODO 16.7 replay_batch: the first `old` places are for old examples, the others for new ones
        todo("16.7 replay_batch");
    }
    return old;
}
