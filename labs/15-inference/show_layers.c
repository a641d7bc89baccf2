// Q4_0 three ways: every number to the nearest level, GPTQ, AWQ. First one layer, with the inputs that it really meets;
// then all of them, and what the model loses.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "15-inference/show.h"

enum method { NEAREST, GPTQ, AWQ, METHODS };
static const char *const method_name[] = {"nearest level", "GPTQ", "AWQ"};
enum part { QKV, PROJ, UP, PARTS };  // down has F columns, which no block of 32 may divide: it stays as it is

// One matrix of the model, w (O,I), and where its inputs lie after gpt_forward.
struct layer {
    float *w;
    const float *inputs;  // (N,I)
    int O, I;
};

static struct layer layer_of(const struct gpt *m, int number, enum part part) {
    const struct gpt_config *c = &m->config;
    const struct block_weights *w = &m->weights.block[number];
    const struct block_state *s = &m->block[number];
    switch (part) {
        case QKV:
            return (struct layer){w->qkv, s->norm1, c->C + 2 * c->G * (c->C / c->H), c->C};
        case PROJ:
            return (struct layer){w->proj, s->att, c->C, c->C};
        default:
            return (struct layer){w->up, s->norm2, gpt_up_rows(c), c->C};
    }
}

// `count` rows, no more than gpt_reserve made room for, evenly from all of them: packing puts the longest documents
// first.
struct sample {
    const struct rows *rows;
    int count;
};

// What the layer meets where the model reads the sample: returns (*n,I), without padding.
static float *collect(int *n, struct gpt *m, int number, enum part part, const struct sample *sample) {
    const int T = sample->rows->T, N = sample->count * T;
    int *inputs = alloc_zeroed((size_t)N, sizeof(int)), *targets = alloc_zeroed((size_t)N, sizeof(int));
    for (int b = 0; b < sample->count; b++)
        row_example(inputs + b * T, targets + b * T,
                    sample->rows->token + sample->rows->count * b / sample->count * (T + 1), T);
    gpt_forward(m, inputs, NULL, sample->count, T);
    const struct layer l = layer_of(m, number, part);
    float *x = alloc_floats((size_t)N * l.I);
    *n = 0;
    for (int i = 0; i < N; i++)
        if (targets[i] >= 0) memcpy(x + (size_t)(*n)++ * l.I, l.inputs + (size_t)i * l.I, (size_t)l.I * sizeof(float));
    free(inputs);
    free(targets);
    return x;
}

static void round_awq(float *q, const struct layer *l, const float *x, int n, float alpha) {
    float *scales = alloc_floats((size_t)l->I);
    awq_scales(scales, x, alpha, n, l->I);
    awq_quantize(q, l->w, scales, l->O, l->I);
    free(scales);
}

static void round_gptq(float *q, const struct layer *l, const float *x, int n) {
    float *hessian = alloc_floats((size_t)l->I * l->I), *U = alloc_floats((size_t)l->I * l->I);
    float *w = alloc_floats((size_t)l->O * l->I);
    memcpy(w, l->w, (size_t)l->O * l->I * sizeof(float));
    layer_hessian(hessian, x, 0.01f, n, l->I);
    hessian_factor(U, hessian, l->I);
    gptq_quantize(q, w, U, l->O, l->I);
    free(hessian);
    free(U);
    free(w);
}

static void round_nearest(float *q, const struct layer *l) {
    const size_t size = (size_t)l->O * l->I;
    struct block_q4_0 *blocks = alloc_zeroed(size / QUANT_BLOCK, sizeof *blocks);
    q4_0_quantize(blocks, l->w, size);
    q4_0_dequantize(q, blocks, size);
    free(blocks);
}

enum { ALPHAS = 21 };  // 0, 0.05, ..., 1
static float alpha_number(int i) {
    return (float)i / (ALPHAS - 1);
}

// The alpha with the smallest error on x; q is left as this alpha makes it.
static float best_alpha(float *q, const struct layer *l, const float *x, int n) {
    float best = 0;
    double least = INFINITY;
    for (int i = 0; i < ALPHAS; i++) {
        round_awq(q, l, x, n, alpha_number(i));
        const double error = layer_error(q, l->w, x, n, l->O, l->I);
        if (error < least) least = error, best = alpha_number(i);
    }
    round_awq(q, l, x, n, best);
    return best;
}

// q (O,I) from w and inputs x (n,I). Returns AWQ's alpha.
static float round_layer(float *q, enum method method, const struct layer *l, const float *x, int n) {
    if (method == AWQ) return best_alpha(q, l, x, n);
    if (method == GPTQ) round_gptq(q, l, x, n);
    else round_nearest(q, l);
    return 0;
}

// What a long run shows: one unit is one way to round one matrix.
struct work {
    struct progress bar;
    int done;
};

static void work_done(struct work *w, int count, const char *what) {
    w->done += count;
    progress_update(&w->bar, w->done, "%s", what);
}

static int work_of(enum method method) {
    return method == AWQ ? ALPHAS : 1;
}

// ---- one layer ------------------------------------------------------------------------------------------------------

// Errors are shares of the mean square of what the layer gives: that is the error of a layer of zeros.
struct test {
    struct layer layer;
    float *x[2];  // inputs that were looked at, and others
    int n[2];
    double square[2];
};

static struct test test_make(struct gpt *m, int number, enum part part, const struct sample sample[2]) {
    struct test t;
    for (int i = 0; i < 2; i++) t.x[i] = collect(&t.n[i], m, number, part, &sample[i]);
    const struct layer l = t.layer = layer_of(m, number, part);
    float *zeros = alloc_floats((size_t)l.O * l.I);
    for (int i = 0; i < 2; i++) t.square[i] = layer_error(zeros, l.w, t.x[i], t.n[i], l.O, l.I);
    free(zeros);
    return t;
}

static double relative(const struct test *t, int which, const float *q) {
    const struct layer *l = &t->layer;
    return layer_error(q, l->w, t->x[which], t->n[which], l->O, l->I) / t->square[which];
}

// Some inputs become much larger, and their weights as much smaller: the outputs stay what they are. Large language
// models have such inputs (Dettmers et al. 2022); this one is too small.
enum { EVERY = 16, OUTLIER = 20 };
static void make_outliers(struct test *t) {
    const struct layer *l = &t->layer;
    for (int i = EVERY / 3; i < l->I; i += EVERY) {
        for (int o = 0; o < l->O; o++) l->w[(size_t)o * l->I + i] /= OUTLIER;
        for (int k = 0; k < 2; k++)
            for (int n = 0; n < t->n[k]; n++) t->x[k][(size_t)n * l->I + i] *= OUTLIER;
    }
}

// error (ALPHAS + 1): on inputs that were not looked at, of AWQ by alpha, and of GPTQ.
static void show_rounding(double *error, const struct test *t, struct work *work) {
    const struct layer *l = &t->layer;
    float *q = alloc_floats((size_t)l->O * l->I);
    for (int method = 0; method < METHODS; method++) {
        char name[40];
        const float alpha = round_layer(q, method, l, t->x[0], t->n[0]);
        snprintf(name, sizeof name, method == AWQ ? "%s, alpha %.2f" : "%s", method_name[method], (double)alpha);
        printf("    %-18s %11.3f%% %11.3f%%\n", name, 100 * relative(t, 0, q), 100 * relative(t, 1, q));
        if (method == GPTQ) error[ALPHAS] = relative(t, 1, q);
        work_done(work, work_of(method), method_name[method]);
    }
    for (int i = 0; i < ALPHAS; i++) {
        round_awq(q, l, t->x[0], t->n[0], alpha_number(i));
        error[i] = relative(t, 1, q);
        work_done(work, 1, "AWQ by alpha");
    }
    free(q);
}

static void show_one(const struct show *s, struct gpt *m, const struct sample sample[2], struct work *work) {
    const int number = m->config.L / 2;
    struct test t = test_make(m, number, UP, sample);
    double error[2][ALPHAS + 1];
    printf("\nOne layer, block.%d.up (%d x %d): %d inputs to look at, %d others\n", number, t.layer.O, t.layer.I,
           t.n[0], t.n[1]);
    printf("  %-20s %12s %12s   (of the output's mean square)\n", "rounding to Q4_0", "error seen", "on others");
    show_rounding(error[0], &t, work);
    make_outliers(&t);
    printf("  the same where every %dth input is %d times as large and its weights %d times as small\n", EVERY, OUTLIER,
           OUTLIER);
    show_rounding(error[1], &t, work);
    struct csv_log log;
    csv_open(&log, s->out, "layer_alpha.csv", "alpha,awq,gptq,awq_outliers,gptq_outliers");
    for (int i = 0; i < ALPHAS; i++)
        csv_row(&log, "%.2f,%.6g,%.6g,%.6g,%.6g", (double)alpha_number(i), error[0][i], error[0][ALPHAS], error[1][i],
                error[1][ALPHAS]);
    csv_close(&log);
    for (int i = 0; i < 2; i++) free(t.x[i]);
}

// ---- all layers -----------------------------------------------------------------------------------------------------

// From the first layer to the last, each with the inputs that it meets behind those that are rounded already.
static void round_all(struct gpt *m, enum method method, const struct sample *sample, struct work *work) {
    for (int number = 0; number < m->config.L; number++)
        for (int part = 0; part < PARTS; part++) {
            int n;
            float *x = collect(&n, m, number, part, sample);
            const struct layer l = layer_of(m, number, part);
            float *q = alloc_floats((size_t)l.O * l.I);
            round_layer(q, method, &l, x, n);
            memcpy(l.w, q, (size_t)l.O * l.I * sizeof(float));
            free(q);
            free(x);
            work_done(work, work_of(method), method_name[method]);
        }
}

static void show_all(const struct show *s, struct gpt *m, const struct sample *sample, struct work *work) {
    const size_t tests = s->quick && s->test->count > 64 ? 64 : s->test->count;
    memcpy(m->params, s->params, m->parameters * sizeof(float));  // show_one has changed a layer
    const double before = evaluate(m, s->test, 0, tests, sample->count, NULL).loss;
    printf("\nAll layers, the matrices qkv, proj and up of %d blocks: loss on %zu documents\n", m->config.L, tests);
    printf("  %-20s %12s %12s %12s\n", "rounding", "loss", "more by", "perplexity");
    printf("  %-20s %12.4f %12s %12.3f\n", "none", before, "", exp(before));
    for (int method = 0; method < METHODS; method++) {
        memcpy(m->params, s->params, m->parameters * sizeof(float));
        round_all(m, method, sample, work);
        const double loss = evaluate(m, s->test, 0, tests, sample->count, NULL).loss;
        printf("  %-20s %12.4f %12.4f %12.3f\n", method_name[method], loss, loss - before, exp(loss));
    }
}

void show_layers(const struct show *s) {
    if (s->config->C % QUANT_BLOCK) {
        printf("\nlayer: left out, as %d columns are no multiple of %d\n", s->config->C, QUANT_BLOCK);
        return;
    }
    struct gpt m;
    const int most = s->quick ? 4 : 64;
    const struct sample sample[2] = {{s->train, most}, {s->test, most}};
    show_copy(&m, s);
    gpt_reserve(&m, most, s->test->T, true);  // for training, only because every block then keeps its inputs
    const int each = 2 + ALPHAS;              // nearest, GPTQ, AWQ
    struct work work = {.done = 0};
    progress_start(&work.bar, "layers", 2 * (each + ALPHAS) + m.config.L * PARTS * each, "roundings");
    show_one(s, &m, sample, &work);
    show_all(s, &m, &sample[0], &work);
    progress_end(&work.bar, "done");
    gpt_free(&m);
}
