// Tokens per second by the number of texts that are written at once. The weights are read once for all of them.
#include <math.h>
#include <stdlib.h>

#include "15-inference/show_serving.h"

enum { SIZES = 6, MOST_TEXTS = 1 << (SIZES - 1) };     // 1, 2, 4, ... texts
enum { READ_BEFORE = 15, POSITIONS = 32, TIMED = 5 };  // tokens of a text before the first step; its room; steps

// The best of TIMED steps (fewer, where the machine is slow) with N texts, each at a position of its own.
static double step_seconds(struct server *server, struct page_table *table, int N) {
    struct server_row row[MOST_TEXTS];
    double best = INFINITY, spent = 0;
    for (int step = 0; step < TIMED && spent < 0.5; step++) {
        for (int n = 0; n < N; n++)
            row[n] = (struct server_row){.token = (step * MOST_TEXTS + n) % server->d->config.V,
                                         .position = READ_BEFORE + step + n % 4,
                                         .table = &table[n],
                                         .wanted = true};
        const double start = clock_seconds();
        server_step(server, row, N);
        const double seconds = clock_seconds() - start;
        best = fmin(best, seconds);
        spent += seconds;
    }
    return best;
}

// seconds[k] of a step with 1 << k texts, for a decoder in `type`; returns the bytes of its weights.
static double measure(double *seconds, const struct gpt *m, enum number_type type, struct progress *bar, int done) {
    const struct gpt_config *c = &m->config;
    struct decoder d;
    struct page_pool pool;
    struct server server;
    struct page_table table[MOST_TEXTS];
    decoder_init(&d, c, m->params, type);
    page_pool_init(&pool, MOST_TEXTS * POSITIONS / 16, 16, c->L, c->G, c->C / c->H);
    server_init(&server, &d, &pool, MOST_TEXTS);
    for (int n = 0; n < MOST_TEXTS; n++) {
        page_table_init(&table[n], POSITIONS / 16);
        pages_reserve(&pool, &table[n], POSITIONS);
    }
    for (int k = 0; k < SIZES; k++) {
        seconds[k] = step_seconds(&server, table, 1 << k);
        progress_update(bar, done + k + 1, "%s, %d texts", number_type_name[type], 1 << k);
    }
    const double bytes = (double)decoder_bytes(&d);
    for (int n = 0; n < MOST_TEXTS; n++) page_table_free(&table[n]);
    server_free(&server);
    page_pool_free(&pool);
    decoder_free(&d);
    return bytes;
}

void show_texts(const struct show *s) {
    static const enum number_type types[] = {TYPE_F32, TYPE_Q8_0, TYPE_Q4_0};
    enum { TYPES = COUNT(types) };
    const struct gpt_config c = s->quick ? gpt2_config(500, 64, 64, 2, 2) : gpt2_config(8192, 64, 512, 8, 8);
    struct gpt m = {0};
    struct rng r;
    struct csv_log log;
    struct progress bar;
    double seconds[TYPES][SIZES], bytes[TYPES];
    rng_seed(&r, s->seed, 153);
    gpt_init(&m, &c, 0.02f, &r);
    progress_start(&bar, "serving", TYPES * SIZES, "measurements");
    for (int t = 0; t < TYPES; t++) bytes[t] = measure(seconds[t], &m, types[t], &bar, t * SIZES);
    progress_end(&bar, " ");
    printf("\nA GPT-2 of %.1f million parameters, %.0f, %.0f and %.0f MB: tokens/s (ms a step) by texts at once\n",
           (double)m.parameters / 1e6, bytes[0] / 1e6, bytes[1] / 1e6, bytes[2] / 1e6);
    printf("  %5s", "texts");
    for (int t = 0; t < TYPES; t++) printf(" %20s", number_type_name[types[t]]);
    printf("\n");
    csv_open(&log, s->out, "texts_time.csv", "texts,f32,q8_0,q4_0");
    for (int k = 0; k < SIZES; k++) {
        const int N = 1 << k;
        printf("  %5d", N);
        for (int t = 0; t < TYPES; t++) printf("   %8.0f (%6.2f)", N / seconds[t][k], 1e3 * seconds[t][k]);
        printf("\n");
        csv_row(&log, "%d,%.2f,%.2f,%.2f", N, N / seconds[0][k], N / seconds[1][k], N / seconds[2][k]);
    }
    csv_close(&log);
    gpt_free(&m);
}
