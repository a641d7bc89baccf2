// Given code: the chapter's experiments. Each writes CSV files for one or two figures and prints a short table.
#pragma once
#include "04-training/train.h"

struct lab {
    const char *out;  // the folder of the CSV files
    uint64_t seed;
    struct examples train, test;  // all of Fashion-MNIST
    bool quick;                   // a few steps: to see that everything runs, not what it shows
};

void valley_run(const struct lab *lab);    // valley.c: five optimizers in a long valley of two weights
void race_run(const struct lab *lab);      // race.c: seven optimizers from one start
void rates_run(const struct lab *lab);     // race.c: each of the seven at five learning rates (not part of "all")
void decay_run(const struct lab *lab);     // decay.c: Adam with L2 against AdamW
void depth_run(const struct lab *lab);     // depth.c: activations and gradients through 20 layers
void norms_run(const struct lab *lab);     // norms.c: six norms and none
void schedule_run(const struct lab *lab);  // schedules.c: warm-up and cosine
void clipping_run(const struct lab *lab);  // schedules.c: clipping
void recipe_run(const struct lab *lab, int epochs, float lr, float dropout,
                int batch);  // recipe.c: one choice after the other, then all

// The first n training images: enough for a comparison, and quick.
struct examples first_examples(const struct examples *e, int n);

// The small net that most experiments compare with: 784-128-64-10, ReLU, Kaiming, no norm, no dropout; AdamW without
// decay, lr 1e-3, batches of 128.
struct training small_training(const struct lab *lab, const char *label, int steps);

// steps, or a fiftieth of them (3 at least) where the lab is quick.
int lab_steps(const struct lab *lab, int steps);

// CSV: a header "x_name,name0,name1,..." and one row per point. y[s][k] is curve s at x[k]; NaN and infinity stay empty.
void write_curves(const struct lab *lab, const char *file, const char *x_name, const float *x, const char *const *names,
                  float *const *y, int curves, int points);

// Means of `width` neighbours, for curves that a human should read: out (n/width).
void smooth(float *out, const float *y, int n, int width);
