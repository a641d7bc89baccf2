// Rows of a data set, split, put on one scale, and judged.
#include <stdlib.h>

#include "01-linear-regression/linreg.h"
#include "01-linear-regression/show.h"
#include "common/common.h"

struct samples samples_pick(const struct samples *from, const int *rows, int n) {
    struct samples t = {n, from->features, alloc_floats((size_t)n * from->features), alloc_floats(n)};
    rows_gather(t.x, t.y, from->x, from->y, rows, n, t.features);
    return t;
}

void samples_free(struct samples *t) {
    free(t->x), free(t->y);
    *t = (struct samples){0};
}

void standardise_both(struct samples *train, struct samples *held) {
    float *mean = alloc_floats(train->features), *std = alloc_floats(train->features);
    standardise_fit(mean, std, train->x, train->n, train->features);
    standardise_apply(train->x, mean, std, train->n, train->features);
    standardise_apply(held->x, mean, std, held->n, held->features);
    free(mean), free(std);
}

struct score score(const struct samples *t, const float *w, float b) {
    float *pred = alloc_floats(t->n);
    linreg_forward(pred, t->x, w, b, t->n, t->features);
    struct score s = {mse_forward(pred, t->y, t->n), r_squared(pred, t->y, t->n)};
    free(pred);
    return s;
}

void patients_load(struct patients *p, int seed, bool raw) {
    diabetes_load(&p->file);
    p->raw = (struct samples){p->file.n, p->file.features, p->file.x, p->file.y};
    p->order = alloc_zeroed(p->raw.n, sizeof *p->order);
    for (int i = 0; i < p->raw.n; i++) p->order[i] = i;
    struct rng r;
    rng_seed(&r, (uint64_t)seed, STREAM_SPLIT);
    rng_shuffle(&r, p->order, p->raw.n);
    int n = p->raw.n * 4 / 5;
    p->train = samples_pick(&p->raw, p->order, n);
    p->held = samples_pick(&p->raw, p->order + n, p->raw.n - n);
    if (!raw) standardise_both(&p->train, &p->held);
}

void patients_free(struct patients *p) {
    samples_free(&p->train), samples_free(&p->held);
    regression_free(&p->file);  // raw borrowed from it
    free(p->order);
}

bool diverged(float loss, float first_loss) {
    return !(loss <= 1000 * first_loss);
}
