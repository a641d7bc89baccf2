// Chapter 12, attention. Expected values: the chapter's example, worked by hand; the definition in double, written
// here, in which known mistakes can be made on purpose; central differences; and PyTorch (tests/golden/12-attention.h).
// Between the rows of queries, keys and values stands NaN, so whoever reads there finds out.
// This file has what several of the tests use.
#pragma once
#include <stdlib.h>
#include <sys/resource.h>

#include "12-attention/attention.h"
#include "12-attention/flash_work.h"
#include "golden/12-attention.h"
#include "grade/grade.h"

// clang-format off
enum mistake {
    RIGHT,
    NO_SCALE, SCALE_D, OVER_QUERIES, NO_SOFTMAX_SUM,              // scores and softmax
    NOT_CAUSAL, BLIND_TO_SELF, ONE_AHEAD, NO_OFFSET,              // the causal mask
    NO_LENGTH, FIRST_LENGTH, MASK_AFTER, MASK_ZERO,               // padding, and where a mask belongs
    HEAD_MODULO, FIRST_HEAD,                                      // which head of keys
    NO_ALIBI, ALIBI_UP, ALIBI_SLOPE_0,                            // the price on distance
    NO_ROW_SUM, ROW_SUM_FLAT, NO_SCALE_BACK, NO_LSE,              // backward, scores
    DV_TRANSPOSED, DV_FROM_SCORES, DK_FROM_K,                     // backward, who gathers what
    LAST_QUERY, LAST_OF_GROUP,                                    // backward, = for +=
    OUT_NOT_RESCALED, SUM_NOT_RESCALED, NOTHING_RESCALED,         // flash
    LSE_WITHOUT_MAX, LSE_IS_MAX, SCORES_STAY
};

// clang-format on
static const char *const mistake_names[] = {
    [NO_SCALE] = "scores are not divided by sqrt(D)",
    [SCALE_D] = "scores are divided by D; it is its square root",
    [NOT_CAUSAL] = "queries see the future: the causal mask is missing",
    [BLIND_TO_SELF] = "the causal mask is off by one: a query does not see its own position",
    [ONE_AHEAD] = "the causal mask is off by one: a query sees the next position",
    [NO_OFFSET] = "the last query stands at the last key: the causal mask is off by S - T",
    [NO_LENGTH] = "padding is seen: length[b] is not used",
    [FIRST_LENGTH] = "every sequence has the length of the first: length[b]",
    [MASK_AFTER] = "the mask comes after the softmax: the row no longer sums to 1",
    [MASK_ZERO] = "masked scores are 0, and e^0 = 1: they must not enter the softmax at all",
    [OVER_QUERIES] = "the softmax goes over the queries; it is over the keys of one query",
    [NO_SOFTMAX_SUM] = "e^score is not divided by its sum",
    [HEAD_MODULO] = "head h of queries uses head h % G of keys; heads that share keys are neighbours: h / (H/G)",
    [FIRST_HEAD] = "every head of queries uses the first head of keys and values",
    [NO_ALIBI] = "ALiBi's slopes are not used",
    [ALIBI_UP] = "ALiBi's sign: distance must lower the score",

    [ALIBI_SLOPE_0] = "every head uses the first slope: slope[h]",
    [NO_ROW_SUM] = "the softmax's backward pass: the sum of probs * dprobs is not taken away",
    [ROW_SUM_FLAT] = "the softmax's backward pass: the sum of dprobs is taken away; it must be weighted with probs",
    [NO_SCALE_BACK] = "the gradient of the scores is not divided by sqrt(D)",
    [DV_TRANSPOSED] = "dv uses probs the wrong way round: probs[s,t] for probs[t,s]",
    [DV_FROM_SCORES] = "dv is made with the gradient of the scores; it needs the probabilities",
    [LAST_QUERY] = "only the last query counts: = where += is needed",
    [LAST_OF_GROUP] = "only the last head of a group counts: heads that share keys and values add up in dk and dv",
    [DK_FROM_K] = "dq gathers queries and dk keys; it is the other way round",
    [OUT_NOT_RESCALED] = "what was gathered is not multiplied by the factor when the maximum grows",
    [SUM_NOT_RESCALED] = "the running sum is not multiplied by the factor when the maximum grows",
    [NOTHING_RESCALED] = "neither the running sum nor what was gathered is brought to the new maximum",
    [LSE_WITHOUT_MAX] = "the maximum is missing in lse: log(sum) + max",
    [LSE_IS_MAX] = "lse is the maximum alone: log(sum) is missing",
    [SCORES_STAY] = "keys that are not seen still have their scores in the row; zeros belong there",
    [NO_LSE] = "the probabilities are e^score; they are e^(score - lse)",
};

// Zeros, until the process ends, which a test has to itself: more arrays than grade_doubles keeps track of.
static inline double *zeros(int n) {
    enum { PIECE = 1 << 20 };
    static double *piece;
    static int left;
    if (n > left) piece = alloc_doubles(n > PIECE ? n : PIECE), left = n > PIECE ? n : PIECE;
    double *x = piece;
    piece += n, left -= n;
    return x;
}

struct problem {
    struct attention a;
    int room;              // positions between one sequence's keys and the next's
    int n_q, n_kv, n_out;  // floats of q, of k or v, and of out
    float *q, *k, *v, *dout;
    int length[4];
    float slope[16];
};

enum { CAUSAL = 1, PADDED = 2, ALIBI = 4 };

// rows x row random numbers of which the first `used` of each row count; the others are NaN.
static inline float *random_rows(int rows, int row, int used) {
    float *x = grade_floats(rows * row);
    for (int i = 0; i < rows; i++)
        for (int j = used; j < row; j++) x[i * row + j] = NAN;
    return grade_copy(x, rows * row);
}

// Without options everything is dense.
static inline struct problem random_problem(int T, int S, int G, int group, int D, int options) {
    const int B = 3, H = G * group;
    struct problem p = {.a = {.B = B, .T = T, .S = S, .H = H, .G = G, .D = D},
                        .room = options ? S + grade_int(1, 3) : S};
    p.a.q_row = H * D + (options ? grade_int(1, 5) : 0);
    p.a.kv_row = G * D + (options ? grade_int(1, 5) : 0);
    p.a.kv_seq = p.room * p.a.kv_row;
    p.a.causal = options & CAUSAL;
    p.n_q = B * T * (int)p.a.q_row, p.n_kv = B * (int)p.a.kv_seq, p.n_out = B * T * H * D;
    p.q = random_rows(B * T, (int)p.a.q_row, H * D);
    p.k = random_rows(B * p.room, (int)p.a.kv_row, G * D);
    p.v = random_rows(B * p.room, (int)p.a.kv_row, G * D);
    p.dout = grade_floats(p.n_out);
    for (int b = 0; b < B; b++) p.length[b] = b == 1 ? S : grade_int(1, S - 1);
    for (int h = 0; h < H; h++) p.slope[h] = 0.2f + 0.5f * rng_uniform(grade_rng());
    return p;
}

// The problem may move in memory, so its pointers are set last.
static inline struct attention *use(struct problem *p, int options) {
    p->a.length = options & PADDED ? p->length : NULL;
    p->a.slope = options & ALIBI ? p->slope : NULL;
    return &p->a;
}

static inline const char *described(const char *what, const struct attention *a) {
    static char text[8][160];
    static int turn;
    char *s = text[turn++ % 8];
    snprintf(s, 160, "%s (T=%d, S=%d, %d heads on %d of D=%d%s%s%s)", what, a->T, a->S, a->H, a->G, a->D,
             a->causal ? ", causal" : "", a->length ? ", padded" : "", a->slope ? ", ALiBi" : "");
    return s;
}

static inline bool sees(const struct attention *a, enum mistake m, int b, int t, int s) {
    int last = m == NO_OFFSET ? t : t + a->S - a->T;
    if (m == BLIND_TO_SELF) last--;
    if (m == ONE_AHEAD) last++;
    if (a->causal && m != NOT_CAUSAL && s > last) return false;
    return !a->length || m == NO_LENGTH || s < a->length[m == FIRST_LENGTH ? 0 : b];
}

static inline int kv_head(const struct attention *a, enum mistake m, int h) {
    return m == FIRST_HEAD ? 0 : m == HEAD_MODULO ? h % a->G : h / (a->H / a->G);
}

static inline float *floats_of(const double *x, int n) {
    return grade_copy_doubles(x, n);
}

static inline double *doubles_of(const float *x, int n) {
    double *y = zeros(n);
    for (int i = 0; i < n; i++) y[i] = (double)x[i];
    return y;
}

// The operands in double; the gradients lie as they do.
struct operands {
    double *q, *k, *v, *dout;
};

static inline struct operands operands_of(const struct problem *p) {
    return (struct operands){doubles_of(p->q, p->n_q), doubles_of(p->k, p->n_kv), doubles_of(p->v, p->n_kv),
                             doubles_of(p->dout, p->n_out)};
}

static inline double score(const struct attention *a, const struct operands *x, enum mistake m, int b, int h, int t,
                           int s) {
    const double *q = x->q + ((size_t)b * a->T + t) * a->q_row + h * a->D;
    const double *k = x->k + b * a->kv_seq + s * a->kv_row + kv_head(a, m, h) * a->D;
    double sum = 0;
    for (int d = 0; d < a->D; d++) sum += q[d] * k[d];
    if (m == SCALE_D) sum /= a->D;
    else if (m != NO_SCALE) sum /= sqrt(a->D);
    if (!a->slope || m == NO_ALIBI) return sum;
    const double slope = (double)a->slope[m == ALIBI_SLOPE_0 ? 0 : h];
    return sum - (m == ALIBI_UP ? -1 : 1) * slope * (t + a->S - a->T - s);
}

struct result {
    double *out, *probs, *lse;  // (B,T,H,D), (B,H,T,S), (B,H,T)
};

// The definition. lse is 0 where a query sees nothing.
static inline struct result attend(const struct attention *a, const struct operands *x, enum mistake m) {
    const int B = a->B, T = a->T, S = a->S, H = a->H, D = a->D;
    struct result r = {zeros(B * T * H * D), zeros(B * H * T * S), zeros(B * H * T)};
    for (int bh = 0; bh < B * H; bh++) {
        const int b = bh / H, h = bh % H;
        double *e = r.probs + (size_t)bh * T * S, *column = zeros(S);
        for (int t = 0; t < T; t++) {
            double sum = 0;
            for (int s = 0; s < S; s++) {
                const bool seen = sees(a, m, b, t, s);
                if (seen || m == MASK_AFTER) e[t * S + s] = exp(score(a, x, m, b, h, t, s));
                else e[t * S + s] = m == MASK_ZERO ? 1 : 0;
                sum += e[t * S + s], column[s] += e[t * S + s];
                if (!seen && m == MASK_AFTER) e[t * S + s] = 0;
            }
            if (sum > 0) r.lse[bh * T + t] = log(sum);
            for (int s = 0; s < S && sum > 0 && m != OVER_QUERIES && m != NO_SOFTMAX_SUM; s++) e[t * S + s] /= sum;
        }
        for (int t = 0; t < T; t++) {
            for (int s = 0; s < S; s++) {
                if (m == OVER_QUERIES && column[s] > 0) e[t * S + s] /= column[s];
                const double *v = x->v + b * a->kv_seq + s * a->kv_row + kv_head(a, m, h) * D;
                for (int d = 0; d < D; d++) r.out[((b * T + t) * H + h) * D + d] += e[t * S + s] * v[d];
            }
        }
    }
    return r;
}

struct gradients {
    double *dq, *dk, *dv;
};

// probs are the definition's, so mistakes of the forward pass are not made here.
static inline struct gradients attend_backward(const struct attention *a, const struct operands *x, enum mistake m,
                                               int n_q, int n_kv) {
    const int T = a->T, S = a->S, H = a->H, D = a->D;
    const struct result r = attend(a, x, m == FIRST_HEAD || m == HEAD_MODULO ? RIGHT : m);
    struct gradients g = {zeros(n_q), zeros(n_kv), zeros(n_kv)};
    double *dprobs = zeros(S);
    for (int bht = 0; bht < a->B * H * T; bht++) {
        const int b = bht / (H * T), h = bht / T % H, t = bht % T, kv = kv_head(a, m, h) * D;
        const double *probs = r.probs + (size_t)bht * S, *dout = x->dout + ((b * T + t) * H + h) * D;
        const size_t q_at = ((size_t)b * T + t) * a->q_row + h * D;
        double sum = 0;
        for (int s = 0; s < S; s++) {
            const double *v = x->v + b * a->kv_seq + s * a->kv_row + kv;
            dprobs[s] = 0;
            for (int d = 0; d < D; d++) dprobs[s] += probs[s] == 0 ? 0 : dout[d] * v[d];
            sum += m == NO_ROW_SUM ? 0 : m == ROW_SUM_FLAT ? dprobs[s] : probs[s] * dprobs[s];
        }
        for (int s = 0; s < S; s++) {
            if (!sees(a, RIGHT, b, t, s)) continue;
            const size_t at = b * a->kv_seq + s * a->kv_row + kv;
            double share = m == NO_LSE ? probs[s] * exp(r.lse[bht]) : probs[s];
            const double dscore = share * (dprobs[s] - sum) / (m == NO_SCALE_BACK ? 1 : sqrt(D));
            if (m == DV_TRANSPOSED) share = r.probs[((size_t)(b * H + h) * T + s) * S + t];
            if (m == DV_FROM_SCORES) share = dscore;
            const bool forgets = m == LAST_QUERY || (m == LAST_OF_GROUP && h % (H / a->G) > 0 && t == 0);
            for (int d = 0; d < D; d++) {
                if (forgets) g.dk[at + d] = g.dv[at + d] = 0;
                g.dv[at + d] += share * dout[d];
                g.dk[at + d] += dscore * (m == DK_FROM_K ? x->k[at + d] : x->q[q_at + d]);
                g.dq[q_at + d] += dscore * (m == DK_FROM_K ? x->q[q_at + d] : x->k[at + d]);
            }
        }
    }
    return g;
}

static inline double *suspected(const struct attention *a, const struct operands *x, enum mistake m, bool probs) {
    const struct result r = attend(a, x, m);
    return probs ? r.probs : r.out;
}

static const float example_q[] = {2, 1}, example_keys[] = {2, 0, 0, 1, -1, 1}, example_values[] = {10, 0, 0, 10, 5, 5};

static const double example_probs[] = {0.8703096, 0.1043268, 0.0253636}, example_out[] = {8.8299136, 1.1700864};

// What the mistakes make of one query: (n) probabilities, or (D) out.
static inline double *one_query(const float *q, const float *keys, const float *values, int n, int D, enum mistake m,
                                bool probs) {
    struct attention a = {.B = 1, .T = 1, .S = n, .H = 1, .G = 1, .D = D, .q_row = D, .kv_row = D, .kv_seq = n * D};
    struct operands x = {doubles_of(q, D), doubles_of(keys, n * D), doubles_of(values, n * D), NULL};
    return suspected(&a, &x, m, probs);
}

static inline void suspect_one_query(const float *q, const float *keys, const float *values, int n, int D, bool probs) {
    const enum mistake mistakes[] = {NO_SCALE, SCALE_D, NO_SOFTMAX_SUM};
    for (int i = 0; i < COUNT(mistakes); i++)
        suspect(mistake_names[mistakes[i]], one_query(q, keys, values, n, D, mistakes[i], probs));
}

static inline int count_seen(const struct attention *a, enum mistake m, int b, int t) {
    int n = 0;
    for (int s = 0; s < a->S; s++) n += sees(a, m, b, t, s);
    return n;
}

// PyTorch's scaled_dot_product_attention: 2 sequences of 3 positions, 4 heads on 2, D = 4, causal.
static inline struct problem golden_problem(void) {
    struct problem p = {.a = {.B = 2, .T = 3, .S = 3, .H = 4, .G = 2, .D = 4, .q_row = 16, .kv_row = 8, .kv_seq = 24}};
    p.a.causal = true;
    p.room = 3, p.n_q = p.n_out = 96, p.n_kv = 48;
    p.q = floats_of(golden_q, 96), p.k = floats_of(golden_k, 48), p.v = floats_of(golden_v, 48);
    p.dout = floats_of(golden_dout, 96);
    return p;
}

// Sum of dout * out as a function of one of the operands: its gradient is what the backward pass must give.
struct loss {
    const struct problem *p;
    struct operands x;
    int which;  // q, k, v
};

static inline double loss_of(const double *values, void *context) {
    struct loss *l = context;
    struct operands x = l->x;
    *(l->which == 0 ? &x.q : l->which == 1 ? &x.k : &x.v) = (double *)values;
    const struct result r = attend(&l->p->a, &x, RIGHT);
    double sum = 0;
    for (int i = 0; i < l->p->n_out; i++) sum += r.out[i] * x.dout[i];
    return sum;
}

// Where nothing belongs, between the rows, the NaN of x becomes 0, so that differences can be taken there, too.
static inline double *without_nan(const float *x, int n) {
    double *y = zeros(n);
    for (int i = 0; i < n; i++) y[i] = isnan(x[i]) ? 0 : (double)x[i];
    return y;
}

struct backward {
    float *dq, *dk, *dv;
};

typedef struct backward run_backward(const struct problem *p);

static inline struct backward new_gradients(const struct problem *p) {
    return (struct backward){grade_grad(p->n_q), grade_grad(p->n_kv), grade_grad(p->n_kv)};
}

static inline void suspect_backward(const struct problem *p, const struct operands *x, int which) {
    enum mistake mistakes[] = {NO_ROW_SUM,  ROW_SUM_FLAT, NO_SCALE_BACK,  LAST_QUERY, LAST_OF_GROUP, DK_FROM_K,
                               HEAD_MODULO, FIRST_HEAD,   DV_FROM_SCORES, NO_LSE,     DV_TRANSPOSED};
    for (int i = 0; i < COUNT(mistakes) - (p->a.T != p->a.S); i++) {
        const struct gradients g = attend_backward(&p->a, x, mistakes[i], p->n_q, p->n_kv);
        suspect(mistake_names[mistakes[i]], which == 0 ? g.dq : which == 1 ? g.dk : g.dv);
    }
}

static inline void check_backward(run_backward *run, struct problem p, int options, double tolerance) {
    const struct attention *a = use(&p, options);
    const struct operands x = operands_of(&p);
    const struct gradients want = attend_backward(a, &x, RIGHT, p.n_q, p.n_kv);
    const struct backward got = run(&p);
    suspect_backward(&p, &x, 2);
    grade_gradient(described("dv", a), got.dv, want.dv, AXES("bsj", a->B, p.room, (int)a->kv_row), tolerance);
    suspect_backward(&p, &x, 0);
    grade_gradient(described("dq", a), got.dq, want.dq, AXES("btj", a->B, a->T, (int)a->q_row), tolerance);
    suspect_backward(&p, &x, 1);
    grade_gradient(described("dk", a), got.dk, want.dk, AXES("bsj", a->B, p.room, (int)a->kv_row), tolerance);
    grade_unchanged("dout", p.dout);
}

// Against differences, which know nothing of the formulas.
static inline void check_differences(run_backward *run, struct problem p, int options) {
    const struct attention *a = use(&p, options);
    struct loss l = {.p = &p, .x = operands_of(&p)};
    const struct backward got = run(&p);
    float *q = floats_of(without_nan(p.q, p.n_q), p.n_q), *k = floats_of(without_nan(p.k, p.n_kv), p.n_kv);
    float *v = floats_of(without_nan(p.v, p.n_kv), p.n_kv);
    const struct axes axes = AXES("bsj", a->B, p.room, (int)a->kv_row);
    l.which = 2;
    grade_gradient_check("dv", got.dv, v, axes, loss_of, &l, 2e-5);
    l.which = 0;
    grade_gradient_check("dq", got.dq, q, AXES("btj", a->B, a->T, (int)a->q_row), loss_of, &l, 2e-5);
    l.which = 1;
    grade_gradient_check("dk", got.dk, k, axes, loss_of, &l, 2e-5);
}

static inline void check_golden_backward(run_backward *run) {
    struct problem p = golden_problem();
    const struct backward got = run(&p);
    grade_gradient("dq, as PyTorch's", got.dq, golden_dq, AXES("bthd", 2, 3, 4, 4), 1e-5);
    grade_gradient("dk, as PyTorch's", got.dk, golden_dk, AXES("bsgd", 2, 3, 2, 4), 1e-5);
    grade_gradient("dv, as PyTorch's", got.dv, golden_dv, AXES("bsgd", 2, 3, 2, 4), 1e-5);
}

enum turn { TURNED, BACK, NEIGHBOURS, NOT_FIRST, FROM_FLAT, FIRST_HEAD_ONLY, OVERWRITTEN, UNTURNED };

// x (B,T,H,D) with rows apart, turned by the angles (first + t) * base^(-2i/D).
static inline double *turned(const float *x, int row, double base, int first, int B, int T, int H, int D, enum turn m) {
    double *y = doubles_of(x, B * T * row);
    for (int bt = 0; bt < B * T; bt++) {
        for (int h = 0; h < (m == FIRST_HEAD_ONLY ? 1 : H) && m != UNTURNED; h++) {
            double *y_h = y + bt * row + h * D;
            for (int i = 0; i < D / 2; i++) {
                const int t = m == FROM_FLAT ? bt + first : m == NOT_FIRST ? bt % T : bt % T + first;
                const double angle = (m == BACK ? -t : t) * pow(base, -2.0 * i / D);
                const int ia = m == NEIGHBOURS ? 2 * i : i, ib = m == NEIGHBOURS ? 2 * i + 1 : i + D / 2;
                const double a = y_h[ia], b = y_h[ib];
                y_h[ia] = a * cos(angle) - b * sin(angle);
                y_h[ib] = (m == OVERWRITTEN ? y_h[ia] : a) * sin(angle) + b * cos(angle);
            }
        }
    }
    return y;
}

enum angle { ANGLE, ANGLE_I, ANGLE_FROM_1, ANGLE_UP, ANGLE_HALF };

static inline double *angles(int T, int D, double base, enum angle m, bool sine) {
    double *table = zeros(T * (D / 2));
    for (int t = 0; t < T; t++) {
        for (int i = 0; i < D / 2; i++) {
            const double exponent = (m == ANGLE_I ? -1.0 : m == ANGLE_UP ? 2.0 : m == ANGLE_HALF ? -4.0 : -2.0) * i / D;
            const double angle = (m == ANGLE_FROM_1 ? t + 1 : t) * pow(base, exponent);
            table[t * (D / 2) + i] = sine ? sin(angle) : cos(angle);
        }
    }
    return table;
}

typedef void rope(float *x, size_t row, const float *cos, const float *sin, int first, int B, int T, int H, int D);

enum slope_mistake { SLOPES, ANY_H, FROM_0, EVERY_OTHER_FROM_2, MORE_OF_P, PLAIN_2P };

static inline double *slopes(int H, enum slope_mistake m) {
    double *list = zeros(H);
    int P = 1;
    while (2 * P <= H) P *= 2;
    for (int h = 0; h < H; h++) {
        double exponent = h < P ? (h + 1.0) / P : (2 * (h - P) + 1.0) / (2 * P);
        if (m == ANY_H) exponent = (h + 1.0) / H;
        if (m == FROM_0 && h < P) exponent = (double)h / P;
        if (m == EVERY_OTHER_FROM_2 && h >= P) exponent = (2 * (h - P) + 2.0) / (2 * P);
        if (m == MORE_OF_P) exponent = (h + 1.0) / P;
        if (m == PLAIN_2P) exponent = h < P ? exponent : (h - P + 1.0) / (2 * P);
        list[h] = pow(2, -8 * exponent);
    }
    return list;
}
