// What is left of a weight that only noise pulls at, by the size of that noise: Adam with L2 against AdamW. Nothing needs
// these weights, so a decay should take them all away at one pace. See experiments.h.
#include <math.h>
#include <stdlib.h>

#include "04-training/experiments.h"
#include "04-training/training.h"

enum { STEPS = 2000, SCALES = 13, COPIES = 64 };

// w (SCALES,COPIES) starts at 1; the gradients of scale s are normal with standard deviation scale[s].
static void shrink(float *w, enum optimizer kind, float lr, float decay, const float *scale, uint64_t seed) {
    const int n = SCALES * COPIES;
    float *state1 = alloc_floats(n), *state2 = alloc_floats(n), *dw = alloc_floats(n);
    struct rng r;
    rng_seed(&r, seed, 5);
    for (int i = 0; i < n; i++) w[i] = 1;
    for (int step = 0; step < STEPS; step++) {
        for (int i = 0; i < n; i++) dw[i] = scale[i / COPIES] * rng_normal(&r);
        optimizer_step(kind, w, state1, state2, dw, lr, decay, step + 1, n);
    }
    free(state1);
    free(state2);
    free(dw);
}

void decay_run(const struct lab *lab) {
    const float lr = 1e-3f, decay = 0.5f;
    const enum optimizer kinds[] = {OPTIMIZER_ADAM, OPTIMIZER_ADAM_L2, OPTIMIZER_ADAMW};
    const char *const names[] = {"adam", "adam_l2", "adamw"};
    float scale[SCALES], left[3][SCALES] = {{0}}, *curves[] = {left[0], left[1], left[2]};
    for (int s = 0; s < SCALES; s++) scale[s] = powf(10, (s - 6) / 2.0f);
    float *w = alloc_floats(SCALES * COPIES);
    for (int k = 0; k < COUNT(kinds); k++) {
        shrink(w, kinds[k], lr, decay, scale, lab->seed);
        for (int i = 0; i < SCALES * COPIES; i++) left[k][i / COPIES] += w[i] / COPIES;
    }
    free(w);
    write_curves(lab, "decay.csv", "scale", scale, names, curves, COUNT(kinds), SCALES);

    printf("What is left of weights that start at 1 and feel only noise: lr %g, decay %g, %d steps\n", lr, decay,
           STEPS);
    printf("  %-16s %10s %10s %10s\n", "gradient's size", "adam", "adam_l2", "adamw");
    for (int s = 0; s < SCALES; s += 2) {
        printf("  %-16g %10.3f %10.3f %10.3f\n", scale[s], left[0][s], left[1][s], left[2][s]);
    }
    printf("  (1 - lr * decay)^steps = %.3f\n", pow(1 - lr * decay, STEPS));
}
