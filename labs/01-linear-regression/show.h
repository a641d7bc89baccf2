// The experiments that the program of chapter 01 runs on the learner's functions. Given code: nothing to fill in here.
#pragma once
#include <stdbool.h>

#include "datasets/tables.h"

struct options {
    const char *out;    // where the CSV files go
    float lr, wide_lr;  // learning rates: of the descents; of the 65 features in show_stopping
    int epochs, batch;  // of the descents on the line
    int steps;          // of the descent on the patients
    int wide_epochs, patience;
    int folds, seed;
};

enum stream { STREAM_LINE, STREAM_ORDER, STREAM_SPLIT };  // each user of random numbers has a stream of its own

// ---- samples.c: rows of a data set ----------------------------------------------------------------------------------
struct samples {
    int n, features;
    float *x, *y;  // (n, features), (n)
};
struct samples samples_pick(const struct samples *from, const int *rows, int n);  // copies; the caller frees
void samples_free(struct samples *t);

// Puts both on the scale of the training rows: what is held out must not be looked at.
void standardise_both(struct samples *train, struct samples *held);

struct score {
    float mse, r2;
};
struct score score(const struct samples *t, const float *w, float b);  // of the model w, b on t

// A run is given up once its loss is no number, or a thousand times what it was at the start.
bool diverged(float loss, float first_loss);

// The 442 patients, shuffled once. raw is all of them in their own units; train (80%) and held (20%) are standardised.
struct patients {
    struct regression file;
    struct samples raw, train, held;
    int *order;  // (raw.n): the first train.n are for training
};
void patients_load(struct patients *p, int seed, bool raw);  // raw: train and held keep their units too
void patients_free(struct patients *p);

// ---- one experiment per file ----------------------------------------------------------------------------------------
void show_line(const struct options *o);                                 // three descents, the loss surface
void show_diabetes(const struct options *o, const struct patients *p);   // descent against the closed form
void show_shrinkage(const struct options *o, const struct patients *p);  // ridge and lasso paths, lambda by folds
void show_stopping(const struct options *o, const struct patients *p);   // 65 features, and when to stop
void show_learning_curve(const struct options *o, const struct patients *p);
