// REINFORCE at five machines, with and without a baseline: many runs, and how far they lie apart.
#include <math.h>
#include <stdlib.h>

#include "19-ppo/bandit.h"
#include "19-ppo/policy.h"

enum { STEPS = 400, EVERY = 4 };
static const float RATE = 0.1f;

static int by_size(const void *a, const void *b) {
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

struct band {
    double mean, low, high;  // of ten runs one is below low, one above high
};

static struct band band_of(float *x, int n) {
    struct band b = {0};
    qsort(x, (size_t)n, sizeof(float), by_size);
    for (int i = 0; i < n; i++) b.mean += (double)x[i] / n;
    b.low = (double)x[n / 10];
    b.high = (double)x[n - 1 - n / 10];
    return b;
}

// band (STEPS) of the chance of the best machine; found: the share of runs where it is above one half at the end.
static double learn(struct band *band, int runs, bool baseline, uint64_t seed) {
    const struct bandit_learning how = {.steps = STEPS, .lr = RATE, .baseline = baseline};
    float *best = alloc_floats((size_t)runs * STEPS), *column = alloc_floats((size_t)runs);
    int found = 0;
    for (int i = 0; i < runs; i++) bandit_learn(best + (size_t)i * STEPS, &how, seed * 1000 + (uint64_t)i);
    for (int t = 0; t < STEPS; t++) {
        for (int i = 0; i < runs; i++) column[i] = best[(size_t)i * STEPS + t];
        band[t] = band_of(column, runs);
    }
    for (int i = 0; i < runs; i++) found += best[(size_t)i * STEPS + STEPS - 1] > 0.5f;
    free(best);
    free(column);
    return (double)found / runs;
}

static void write_bands(const char *out, const struct band *without, const struct band *with) {
    struct csv_log csv;
    csv_open(&csv, out, "bandit.csv", "step,without,without_low,without_high,with,with_low,with_high");
    for (int t = 0; t < STEPS; t += EVERY)
        csv_row(&csv, "%d,%.5g,%.5g,%.5g,%.5g,%.5g,%.5g", t, without[t].mean, without[t].low, without[t].high,
                with[t].mean, with[t].low, with[t].high);
    csv_close(&csv);
}

void show_bandit(const struct ppo_show *s) {
    static struct band without[STEPS], with[STEPS];
    const int runs = s->quick ? 20 : 500, draws = s->quick ? 1000 : 200000;
    double mean = 0;
    for (int a = 0; a < BANDIT_ARMS; a++) mean += (double)bandit_pays[a] / BANDIT_ARMS;
    const double found[2] = {learn(without, runs, false, s->seed), learn(with, runs, true, s->seed)};
    printf("\nFive machines pay");
    for (int a = 0; a < BANDIT_ARMS; a++) printf(" %.1f%s", (double)bandit_pays[a], a + 1 < BANDIT_ARMS ? "," : "");
    printf(" and a normal deviation of 1. REINFORCE, %d runs, learning rate %.1f\n", runs, (double)RATE);
    printf("  %-22s %28s   %16s   %15s\n", "chance of the best one", "after 100 steps: mean, 8 of 10",
           "after 400 steps", "spread of a step");
    for (int k = 0; k < 2; k++) {
        const struct band *b = k ? with : without, *end = &b[STEPS - 1];
        printf("  %-22s %10.2f   %.2f to %.2f %4s %6.2f   %.2f to %.2f   %12.2f\n", k ? "with a baseline" : "without",
               b[100].mean, b[100].low, b[100].high, "", end->mean, end->low, end->high,
               bandit_spread(k ? (float)mean : 0, draws, s->seed));
    }
    printf("  runs that found it: %.0f%% without, %.0f%% with a baseline\n", 100 * found[0], 100 * found[1]);
    write_bands(s->out, without, with);
}
