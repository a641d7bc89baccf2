// Graded tests of chapter 14. Cleaning is tested against its definitions, packing against a plain simulation, the loader
// against the order that its header fixes, the trainer against one large batch and AdamW in double on tiny models.
// This file has what several of the tests use.
#pragma once
#include <stdlib.h>

#include "14-pretraining/pretraining.h"
#include "grade/grade.h"

static inline uint64_t random_hash(void) {
    uint64_t high = rng_u32(grade_rng());
    return high << 32 | rng_u32(grade_rng());
}

// n hashes, drawn from `kinds` different ones: words that come again. In memory of their own, exactly as long.
static inline uint64_t *random_words(int n, int kinds) {
    uint64_t *kind = malloc((size_t)kinds * sizeof *kind), *word = malloc((size_t)n * sizeof *word);
    for (int i = 0; i < kinds; i++) kind[i] = random_hash();
    for (int i = 0; i < n; i++) word[i] = kind[rng_below(grade_rng(), kinds)];
    free(kind);
    return word;
}

static inline double *divided(const double *x, int n, double by) {
    double *y = grade_doubles(n);
    for (int i = 0; i < n; i++) y[i] = x[i] / by;
    return y;
}

static inline double length(const double *x, int n) {
    double square = 0;
    for (int i = 0; i < n; i++) square += x[i] * x[i];
    return sqrt(square);
}

// As the test sees a shingle: words start..start+width-1, joined from the left, or from the right.
static inline uint64_t joined(const uint64_t *word, int start, int width, bool from_right) {
    uint64_t hash = word[from_right ? start + width - 1 : start];
    for (int i = 1; i < width; i++) hash = hash_join(hash, word[from_right ? start + width - 1 - i : start + i]);
    return hash;
}

enum { DOCS = 31 };

static inline bool same_numbers(const uint32_t *a, const uint32_t *b, int n) {
    return memcmp(a, b, (size_t)n * sizeof *a) == 0;
}

// Random tokens 1..V-1 with padding at the end; row i starts with first + i, if first is not negative.
static inline struct rows random_rows(int count, int T, int V, int first) {
    struct rows r;
    rows_init(&r, (size_t)count, T);
    for (int i = 0; i < count; i++) {
        const int real = grade_int(2, T + 1);
        for (int t = 0; t < real; t++) r.token[i * (T + 1) + t] = grade_int(1, V - 1);
        if (first >= 0) r.token[i * (T + 1)] = first + i;
    }
    return r;
}

enum habit { AS_ASKED, UNSHUFFLED, ALWAYS_EPOCH_0, ON_TOP, DROPS_REST };

static inline uint32_t bits_of(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

enum adam_mistake {
    RIGHT,
    NOT_SCALED,
    L2_INSIDE,
    DECAY_WITHOUT_LR,
    NO_DECAY,
    EPS_INSIDE,
    NOT_CORRECTED,
    V_NOT_SQUARED,
    ADAM_MISTAKES
};

// One weight, by definition, in double, or with a mistake. s: w, m, v.
static inline void adam_one(double s[3], double g, const struct adamw *a, enum adam_mistake mistake) {
    const double beta1 = a->beta1, beta2 = a->beta2, lr = a->lr, decay = a->weight_decay;
    double G = mistake == NOT_SCALED ? g : g * (double)a->scale;
    if (mistake == L2_INSIDE) G += decay * s[0];
    s[1] = beta1 * s[1] + (1 - beta1) * G;
    s[2] = beta2 * s[2] + (1 - beta2) * (mistake == V_NOT_SQUARED ? fabs(G) : G * G);
    const double m = mistake == NOT_CORRECTED ? s[1] : s[1] / (1 - pow(beta1, a->step));
    const double v = mistake == NOT_CORRECTED ? s[2] : s[2] / (1 - pow(beta2, a->step));
    const double decays = mistake == L2_INSIDE || mistake == NO_DECAY ? 0 : mistake == DECAY_WITHOUT_LR ? 1 : lr;
    const double eps = (double)a->eps;
    s[0] = s[0] * (1 - decays * decay) - lr * m / (mistake == EPS_INSIDE ? sqrt(v + eps) : sqrt(v) + eps);
}

enum { TINY_V = 11, TINY_T = 6, TINY_B = 3 };

static inline void tiny_model(struct gpt *m, float std) {
    const struct gpt_config c = gpt2_config(TINY_V, TINY_T, 8, 1, 2);
    gpt_init(m, &c, std, grade_rng());
}

// Another with the same weights, for batches of B.
static inline void twin_of(struct gpt *twin, const struct gpt *m, int B) {
    gpt_init(twin, &m->config, 0.1f, &(struct rng){0});
    gpt_reserve(twin, B, TINY_T, true);
    memcpy(twin->params, m->params, m->parameters * sizeof(float));
}

static inline int counted(const int *targets, int n) {
    int count = 0;
    for (int i = 0; i < n; i++) count += targets[i] >= 0;
    return count;
}

static inline struct hyperparameters tiny_hyper(int accumulate) {
    return (struct hyperparameters){.lr_max = 0.05f,
                                    .lr_min = 0.01f,
                                    .warmup = 2,
                                    .total = 6,
                                    .beta1 = 0.8f,
                                    .beta2 = 0.9f,
                                    .eps = 1e-3f,
                                    .weight_decay = 0.5f,
                                    .accumulate = accumulate};
}
