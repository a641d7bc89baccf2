// Masked language modelling: a reader who may look both ways could copy the answer, so the answer is hidden.
#include "13-transformer/models.h"

// If a chosen word were always shown as the mask, the model would learn nothing about texts that have none: so one in
// ten is shown as a wrong word, and one in ten as it is.
int mlm_corrupt(int *input, int *targets, const int *tokens, int n, int V, int special, int mask, float share,
                struct rng *r) {
    int chosen = 0;
    for (int i = 0; i < n; i++) {
        input[i] = tokens[i];
        targets[i] = -1;
        // BEGIN SOLUTION 13.13 mlm_corrupt: is this a word, and is it chosen? Then its target, and what is shown; count it
        if (tokens[i] < special || rng_uniform(r) >= share) continue;
        targets[i] = tokens[i];
        chosen++;
        float u = rng_uniform(r);
        if (u < 0.8f) input[i] = mask;
        else if (u < 0.9f) input[i] = special + rng_below(r, V - special);
        // END SOLUTION
    }
    return chosen;
}
