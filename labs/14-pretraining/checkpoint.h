// A training run on disk: everything that the next step depends on, so that a run which was stopped, by whatever, goes on as
// if it had not been: the same losses, bit for bit. One file, whole or absent (labs/common/out_file.c).
#pragma once
#include "14-pretraining/pretraining.h"
#include "datasets/micro_world.h"

// The losses so far, and what the model knew, for the curves.
struct history {
    struct curve {
        float *row;  // (count,width)
        int width, count, capacity;
    } train, test,
        probes;  // train: step, loss, norm, lr; test: step, loss; probes: step, share of each kind that is right
};
enum { TRAIN_COLUMNS = 4, TEST_COLUMNS = 2, PROBE_COLUMNS = 1 + MW_PROBES };
void history_init(struct history *h);
void history_free(struct history *h);
void curve_push(struct curve *c, const float *row);  // row (width)

// Writes dir/name: weights, moments, step, the loader's place, the state of r, the curves, and `settings`, the text that says
// which run this is. Dies where it cannot; then the previous file is as it was.
void checkpoint_save(const char *dir, const char *name, const struct trainer *t, const struct loader *data,
                     const struct rng *r, const struct history *h, const char *settings);
// Brings all of that back into a trainer, a loader and so on that were made as they were before. Dies, and says why, if the
// file is missing or damaged, or is of another run: then it names the first setting that differs.
void checkpoint_load(struct trainer *t, struct loader *data, struct rng *r, struct history *h, const char *settings,
                     const char *dir, const char *name);
