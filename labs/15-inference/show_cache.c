// The same text, with a cache and without: how much time it saves, and that it changes nothing.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "15-inference/show.h"

enum { MOST = 1024, TURNS = 3 };

// Largest difference between two rows of logits; *size grows to the largest |logit|.
static double difference(const float *a, const float *b, int V, double *size) {
    double most = 0;
    for (int v = 0; v < V; v++) {
        most = fmax(most, fabs((double)a[v] - (double)b[v]));
        *size = fmax(*size, fabs((double)b[v]));
    }
    return most;
}

static int likeliest(const float *logits, int V) {
    int best = 0;
    for (int v = 1; v < V; v++)
        if (logits[v] > logits[best]) best = v;
    return best;
}

// Writes greedily, with the cache and beside it by chapter 13's forward pass of the whole text.
static void compare_texts(const struct show *s, struct gpt *m) {
    const int V = m->config.V, longest = m->config.T, first = 4;
    const int *row = s->test->token;
    int *tokens = alloc_zeroed((size_t)longest, sizeof(int)), same = 0, written = 0;
    double most_apart = 0, size = 0;
    struct decoder d;
    struct decode_state state;
    decoder_init(&d, &m->config, m->params, TYPE_F32);
    decode_init(&state, &d, 1, longest, first);
    memcpy(tokens, row, (size_t)first * sizeof(int));
    gpt_reserve(m, 1, longest, false);
    const float *cached = decode(&state, tokens, first);
    for (int n = first; n < longest; n++, written++) {
        const float *whole = gpt_forward(m, tokens, NULL, 1, n) + (size_t)(n - 1) * V;
        most_apart = fmax(most_apart, difference(cached, whole, V, &size));
        tokens[n] = likeliest(cached, V);
        same += tokens[n] == likeliest(whole, V);
        cached = decode(&state, tokens + n, 1);
    }
    printf(
        "this model, %d tokens written greedily: %d the same with and without the cache; logits (up to %.1f) differ by "
        "%.1e at "
        "most\n\n",
        written, same, size, most_apart);
    decode_free(&state);
    decoder_free(&d);
    free(tokens);
}

// Seconds for one more token behind n-1, the best of some turns: from the cache, and by reading all n again.
static double cached_seconds(struct decode_state *state, const int *tokens, int n) {
    double best = 1e30;
    decode_rewind(state, 0);
    if (n > 1) decode(state, tokens, n - 1);
    for (int turn = 0; turn < TURNS; turn++) {
        decode_rewind(state, n - 1);
        double start = clock_seconds();
        decode(state, tokens + n - 1, 1);
        best = fmin(best, clock_seconds() - start);
    }
    return best;
}

static double whole_seconds(struct gpt *m, const int *tokens, int n) {
    double best = 1e30;
    for (int turn = 0; turn < TURNS; turn++) {
        double start = clock_seconds();
        gpt_forward(m, tokens, NULL, 1, n);
        best = fmin(best, clock_seconds() - start);
    }
    return best;
}

// A model large enough that time means something; what it says does not matter here.
static void compare_times(const struct show *s) {
    const int most = s->quick ? 64 : MOST, C = s->quick ? 32 : 256;
    const struct gpt_config c = gpt2_config(500, most, C, 4, C / 32);
    struct gpt m;
    struct rng r;
    struct decoder d;
    struct decode_state state;
    struct csv_log log;
    struct progress p;
    int *tokens = alloc_zeroed((size_t)most, sizeof(int));
    rng_seed(&r, s->seed, 20);
    gpt_init(&m, &c, 0.06f, &r);
    gpt_reserve(&m, 1, most, false);
    decoder_init(&d, &c, m.params, TYPE_F32);
    decode_init(&state, &d, 1, most, most);
    for (int i = 0; i < most; i++) tokens[i] = rng_below(&r, c.V);
    csv_open(&log, s->out, "cache_time.csv", "tokens,cached_per_second,whole_per_second,apart");
    progress_start(&p, "cache", 2.0 * most, "tokens");
    printf(
        "a random GPT-2, %.1f million parameters\ntext of   tokens/s with a cache   without   times   logits differ "
        "by\n",
        1e-6 * (double)m.parameters);
    for (int n = 16; n <= most; n *= 2) {
        double size = 0, cached = cached_seconds(&state, tokens, n), whole = whole_seconds(&m, tokens, n);
        double apart = difference(state.logits, m.logits + (size_t)(n - 1) * c.V, c.V, &size);
        printf("%7d   %21.0f   %7.0f   %5.0f   %.1e of up to %.1f\n", n, 1 / cached, 1 / whole, whole / cached, apart,
               size);
        csv_row(&log, "%d,%.1f,%.1f,%.3e", n, 1 / cached, 1 / whole, apart);
        progress_update(&p, 2.0 * n, "%d tokens", n);
    }
    progress_end(&p, "done");
    csv_close(&log);
    decode_free(&state);
    decoder_free(&d);
    gpt_free(&m);
    free(tokens);
}

void show_cache(const struct show *s) {
    struct gpt m;
    printf("\nWith a cache, and without\n");
    show_copy(&m, s);
    compare_texts(s, &m);
    gpt_free(&m);
    compare_times(s);
}
