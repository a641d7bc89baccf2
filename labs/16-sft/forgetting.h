// A second task after the first: what a model learns of the one and keeps of the other, by method.
#pragma once
#include "16-sft/tuning.h"

struct second_task {
    const char *name;
    bool curve;      // looks at the model before and on the way, not only after
    float share;     // of the places of a batch for old lessons (replay); 0: none
    bool two_parts;  // old lessons and new ones in batches of their own, half of the places each
    bool dynamic;    // and their losses weighed by dynamic_weights
    float lambda;    // of the springs; 0: none
};
enum { SECOND_STEPS = 150, SECOND_POINTS = 6, BALANCE_EVERY = 10 };
struct second_result {
    int points;
    struct second_point {
        int step;
        double first, second;  // the share of held-out questions that is right: of the first six tasks, of zog
        double old_loss;       // on text that was not trained on
    } point[SECOND_POINTS + 1];
    int balances;  // of two parts: a row for every BALANCE_EVERY steps
    struct balance {
        int step;
        float loss[2], weight[2];  // old lessons, zog: means of these steps; what they counted
    } balance[SECOND_STEPS / BALANCE_EVERY];
};

// ---- forgetting.c ---------------------------------------------------------------------------------------------------
// Trains a copy of s->tuned. fisher: of the first lessons, for springs; NULL: not wanted.
struct second_result second_task_learn(const struct show *s, const struct second_task *how, const float *fisher);
// The Fisher information of s->tuned on some first lessons, in memory that the caller frees.
float *second_task_fisher(const struct show *s);
