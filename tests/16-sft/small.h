// A model small enough for a test, and what several tests of it use.
#pragma once
#include <stdlib.h>

#include "16-sft/sft.h"
#include "golden/16-sft.h"
#include "grade/grade.h"

enum { SMALL_V = 11, SMALL_T = 6, SMALL_B = 3 };

// A GPT-2 or a Llama of two blocks with random weights, and room for training.
static inline void small_model(struct gpt *m, bool llama) {
    const struct gpt_config c =
        llama ? llama_config(SMALL_V, SMALL_T, 8, 2, 2, 1) : gpt2_config(SMALL_V, SMALL_T, 8, 2, 2);
    gpt_init(m, &c, 0.4f, grade_rng());
    gpt_reserve(m, SMALL_B, SMALL_T, true);
}

// The same weights once more, for the test's own computation.
static inline void twin_of(struct gpt *twin, const struct gpt *m) {
    gpt_init(twin, &m->config, 0.1f, &(struct rng){0});
    gpt_reserve(twin, m->B, m->T, true);
    memcpy(twin->params, m->params, m->parameters * sizeof(float));
}

// A row of T + 1 ids, the last `answer` of its `real` ones marked, -1 behind them.
static inline void random_row(int *row, int T, int real, int answer) {
    for (int t = 0; t <= T; t++) {
        row[t] = t < real ? grade_int(1, SMALL_V - 1) : -1;
        if (t < real && t >= real - answer) row[t] |= LEARN;
    }
}

static inline int counted(const int *targets, int n) {
    int count = 0;
    for (int i = 0; i < n; i++) count += targets[i] >= 0;
    return count;
}

// The model of tests/golden/16-sft.py.
static inline void golden_model(struct gpt *m, int B, int T) {
    struct gpt_config c = llama_config(GOLDEN_V, GOLDEN_T, GOLDEN_C, GOLDEN_L, GOLDEN_H, GOLDEN_G);
    c.F = GOLDEN_F;
    c.eps = golden_eps;
    c.rope_base = golden_rope_base;
    gpt_init(m, &c, 0.1f, &(struct rng){0});
    for (int i = 0; i < GOLDEN_P; i++) m->params[i] = (float)golden_params[i];
    gpt_reserve(m, B, T, true);
}
