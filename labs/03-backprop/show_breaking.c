// What breaks it: the same MLP and data, one choice changed at a time.
#include <math.h>
#include <stdlib.h>

#include "03-backprop/show.h"

enum { WAYS = 6, LOG_EVERY = 10, TESTED = 2000 };

struct way {
    const char *name, *activation;
    float gain;
    bool naive_softmax;
};
static const struct way ways[WAYS] = {
    {"ReLU, gain 1.41", "relu", 1.41421356f, false},
    {"ReLU, all weights 0", "relu", 0.0f, false},
    {"sigmoid, gain 1.41", "sigmoid", 1.41421356f, false},
    {"sigmoid, gain 40", "sigmoid", 40.0f, false},
    {"ReLU, gain 20", "relu", 20.0f, false},
    {"the same, naive softmax", "relu", 20.0f, true},
};

// The size of the first layer's gradient: what is left of the loss's news when it gets there.
static double first_layer_norm(const struct mlp *m) {
    double sum = 0.0;
    size_t n = (size_t)m->sizes[0] * m->sizes[1];
    for (size_t i = 0; i < n; i++) sum += (double)m->dweight[0][i] * (double)m->dweight[0][i];
    return sqrt(sum);
}

// The mean size of the hidden units' slopes over the last batch: what their activation lets through.
static double mean_slope(const struct mlp *m, int B) {
    int n = B * m->sizes[1];
    float *ones = alloc_floats(n), *slope = alloc_floats(n);
    for (int i = 0; i < n; i++) ones[i] = 1.0f;
    m->activation.backward(slope, ones, m->z[0], n);
    double sum = 0.0;
    for (int i = 0; i < n; i++) sum += fabs((double)slope[i]);
    free(ones);
    free(slope);
    return sum / n;
}

// curve (steps / LOG_EVERY) gets mean losses. Prints one line of the table.
static void run_way(const struct way *way, const struct options *o, const struct images *train,
                    const struct images *test, float *curve) {
    struct options changed = *o;
    changed.activation = way->activation;
    changed.gain = way->gain;
    changed.naive_softmax = way->naive_softmax;
    struct trainer t;
    trainer_init(&t, &changed, train);
    double gradient = 0.0, slope = 0.0, sum = 0.0;
    float first = 0.0f;
    for (int s = 1; s <= o->breaking_steps; s++) {
        float loss = trainer_step(&t);
        sum += (double)loss;
        if (s == 1) first = loss, gradient = first_layer_norm(&t.mlp), slope = mean_slope(&t.mlp, t.batch);
        if (s % LOG_EVERY == 0) curve[s / LOG_EVERY - 1] = (float)(sum / LOG_EVERY), sum = 0.0;
    }
    struct evaluation e = evaluate(&t.mlp, test, test->n < TESTED ? test->n : TESTED, NULL, NULL);
    printf("  %-24s  %10.4g  %10.3g  %12.3g  %10.4g  %7.1f%%\n", way->name, plain_nan(first), slope,
           plain_nan(gradient), plain_nan(curve[o->breaking_steps / LOG_EVERY - 1]), 100.0 * (double)e.accuracy);
    trainer_free(&t);
}

void show_breaking(const struct options *o, const struct images *train, const struct images *test) {
    int rows = o->breaking_steps / LOG_EVERY;
    float *curves = alloc_floats((size_t)WAYS * rows);
    printf("\nWhat breaks it: %d steps each, learning rate %g\n", o->breaking_steps, (double)o->lr);
    printf("  %-24s  first loss  mean slope  1st gradient   last loss  accuracy\n", "");
    for (int k = 0; k < WAYS; k++) run_way(&ways[k], o, train, test, curves + k * rows);
    struct csv_log log;
    csv_open(&log, o->out, "breaking.csv", "step,healthy,zero,sigmoid,saturated,large,naive");
    for (int r = 0; r < rows; r++) {
        csv_row(&log, "%d,%.6g,%.6g,%.6g,%.6g,%.6g,%.6g", (r + 1) * LOG_EVERY, (double)curves[r],
                (double)curves[rows + r], (double)curves[2 * rows + r], (double)curves[3 * rows + r],
                (double)curves[4 * rows + r], (double)curves[5 * rows + r]);
    }
    csv_close(&log);
    free(curves);
}
