// How much would the loss notice if a weight moved? The square of its slope, example by example.
#include <stdlib.h>
#include <string.h>

#include "16-sft/sft.h"

static int count_targets(const int *targets, int T) {
    int count = 0;
    for (int t = 0; t < T; t++) count += targets[t] >= 0;
    return count;
}

// m->grads = the gradient of one example's loss, summed over its `counted` positions.
static void example_gradient(struct gpt *m, const int *inputs, const int *targets, int counted, int T) {
    // BEGIN SOLUTION 16.8 fisher_diagonal: nothing of the last example; forward; backward, of the sum and not the mean
    gpt_zero_grads(m);
    gpt_forward(m, inputs, NULL, 1, T);
    gpt_backward(m, (float)counted, inputs, targets, NULL, 1, T);
    // END SOLUTION
}

void fisher_diagonal(float *fisher, struct gpt *m, const int *rows, int count, int T) {
    int *inputs = alloc_zeroed((size_t)T, sizeof(int)), *targets = alloc_zeroed((size_t)T, sizeof(int));
    memset(fisher, 0, m->parameters * sizeof *fisher);
    for (int i = 0; i < count; i++) {
        sft_example(inputs, targets, rows + (size_t)i * (size_t)(T + 1), T);
        example_gradient(m, inputs, targets, count_targets(targets, T), T);
        // BEGIN SOLUTION 16.8 fisher_diagonal: this example's part of the mean, for every weight
        for (size_t p = 0; p < m->parameters; p++) fisher[p] += m->grads[p] * m->grads[p] / (float)count;
        // END SOLUTION
    }
    free(inputs);
    free(targets);
}
