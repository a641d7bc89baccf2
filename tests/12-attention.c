// Chapter 12, attention. Expected values: the chapter's example, worked by hand; the definition in double, written
// here, in which known mistakes can be made on purpose; central differences; and PyTorch (tests/golden/12-attention.h).
// Between the rows of queries, keys and values stands NaN, so whoever reads there finds out.
#include "12-attention/attention.h"

#include <stdlib.h>
#include <sys/resource.h>

#include "12-attention/flash_work.h"
#include "golden/12-attention.h"
#include "grade/grade.h"

// ---- mistakes that the definition below can make --------------------------------------------------------------------
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
static double *zeros(int n) {
    enum { PIECE = 1 << 20 };
    static double *piece;
    static int left;
    if (n > left) piece = alloc_doubles(n > PIECE ? n : PIECE), left = n > PIECE ? n : PIECE;
    double *x = piece;
    piece += n, left -= n;
    return x;
}

// ---- one attention, and what it should give -------------------------------------------------------------------------
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
static float *random_rows(int rows, int row, int used) {
    float *x = grade_floats(rows * row);
    for (int i = 0; i < rows; i++)
        for (int j = used; j < row; j++) x[i * row + j] = NAN;
    return grade_copy(x, rows * row);
}

// Without options everything is dense.
static struct problem random_problem(int T, int S, int G, int group, int D, int options) {
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
static struct attention *use(struct problem *p, int options) {
    p->a.length = options & PADDED ? p->length : NULL;
    p->a.slope = options & ALIBI ? p->slope : NULL;
    return &p->a;
}

static const char *described(const char *what, const struct attention *a) {
    static char text[8][160];
    static int turn;
    char *s = text[turn++ % 8];
    snprintf(s, 160, "%s (T=%d, S=%d, %d heads on %d of D=%d%s%s%s)", what, a->T, a->S, a->H, a->G, a->D,
             a->causal ? ", causal" : "", a->length ? ", padded" : "", a->slope ? ", ALiBi" : "");
    return s;
}

static bool sees(const struct attention *a, enum mistake m, int b, int t, int s) {
    int last = m == NO_OFFSET ? t : t + a->S - a->T;
    if (m == BLIND_TO_SELF) last--;
    if (m == ONE_AHEAD) last++;
    if (a->causal && m != NOT_CAUSAL && s > last) return false;
    return !a->length || m == NO_LENGTH || s < a->length[m == FIRST_LENGTH ? 0 : b];
}

static int kv_head(const struct attention *a, enum mistake m, int h) {
    return m == FIRST_HEAD ? 0 : m == HEAD_MODULO ? h % a->G : h / (a->H / a->G);
}

static float *floats_of(const double *x, int n) {
    return grade_copy_doubles(x, n);
}

static double *doubles_of(const float *x, int n) {
    double *y = zeros(n);
    for (int i = 0; i < n; i++) y[i] = (double)x[i];
    return y;
}

// The operands in double; the gradients lie as they do.
struct operands {
    double *q, *k, *v, *dout;
};
static struct operands operands_of(const struct problem *p) {
    return (struct operands){doubles_of(p->q, p->n_q), doubles_of(p->k, p->n_kv), doubles_of(p->v, p->n_kv),
                             doubles_of(p->dout, p->n_out)};
}

static double score(const struct attention *a, const struct operands *x, enum mistake m, int b, int h, int t, int s) {
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
static struct result attend(const struct attention *a, const struct operands *x, enum mistake m) {
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
static struct gradients attend_backward(const struct attention *a, const struct operands *x, enum mistake m, int n_q,
                                        int n_kv) {
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

static double *suspected(const struct attention *a, const struct operands *x, enum mistake m, bool probs) {
    const struct result r = attend(a, x, m);
    return probs ? r.probs : r.out;
}

// Mistakes that can show in this attention, for the next check of out or probs.
static void suspect_forward(const struct attention *a, const struct operands *x, bool probs) {
    const enum mistake always[] = {NO_SCALE, SCALE_D, OVER_QUERIES, NO_SOFTMAX_SUM};
    const enum mistake causal[] = {NOT_CAUSAL, BLIND_TO_SELF, ONE_AHEAD, NO_OFFSET},
                       heads[] = {HEAD_MODULO, FIRST_HEAD};
    const enum mistake alibi[] = {NO_ALIBI, ALIBI_UP, ALIBI_SLOPE_0}, padded[] = {NO_LENGTH, FIRST_LENGTH};
    const enum mistake masked[] = {MASK_AFTER, MASK_ZERO};
    const struct {
        bool on;
        const enum mistake *list;
        int n;
    } sets[] = {{true, always, 4},    {a->causal, causal, 4}, {a->G > 1, heads, 2}, {a->causal || a->length, masked, 2},
                {a->slope, alibi, 3}, {a->length, padded, 2}};
    int count = 0;
    for (int i = 0; i < COUNT(sets); i++)
        for (int j = 0; sets[i].on && j < sets[i].n && count < 16; j++, count++)
            suspect(mistake_names[sets[i].list[j]], suspected(a, x, sets[i].list[j], probs));
}

// ==== One query ======================================================================================================
static const float example_q[] = {2, 1}, example_keys[] = {2, 0, 0, 1, -1, 1}, example_values[] = {10, 0, 0, 10, 5, 5};
static const double example_probs[] = {0.8703096, 0.1043268, 0.0253636}, example_out[] = {8.8299136, 1.1700864};

// What the mistakes make of one query: (n) probabilities, or (D) out.
static double *one_query(const float *q, const float *keys, const float *values, int n, int D, enum mistake m,
                         bool probs) {
    struct attention a = {.B = 1, .T = 1, .S = n, .H = 1, .G = 1, .D = D, .q_row = D, .kv_row = D, .kv_seq = n * D};
    struct operands x = {doubles_of(q, D), doubles_of(keys, n * D), doubles_of(values, n * D), NULL};
    return suspected(&a, &x, m, probs);
}

static void suspect_one_query(const float *q, const float *keys, const float *values, int n, int D, bool probs) {
    const enum mistake mistakes[] = {NO_SCALE, SCALE_D, NO_SOFTMAX_SUM};
    for (int i = 0; i < COUNT(mistakes); i++)
        suspect(mistake_names[mistakes[i]], one_query(q, keys, values, n, D, mistakes[i], probs));
}

EXERCISE(one_query_attention, .number = "12.1", .points = 7) {
    float *probs = grade_output(3), *out = grade_output(2);
    one_query_attention(out, probs, example_q, example_keys, example_values, 3, 2);
    suspect_one_query(example_q, example_keys, example_values, 3, 2, true);
    grade_array("probs of \"it\" for animal, street and cross", probs, example_probs, AXES("s", 3), 1e-5);
    suspect("out is made of the keys; it is the values that are added up",
            one_query(example_q, example_keys, example_keys, 3, 2, RIGHT, false));
    grade_array("out of \"it\"", out, example_out, AXES("d", 2), 1e-5);

    const int n = grade_int(5, 11), D = grade_int(3, 4) * 2 - 1;
    float *q = grade_floats(D), *keys = grade_floats(n * D), *values = grade_floats(n * D);
    probs = grade_output(n), out = grade_output(D);
    one_query_attention(out, probs, q, keys, values, n, D);
    suspect_one_query(q, keys, values, n, D, true);
    grade_array("probs", probs, one_query(q, keys, values, n, D, RIGHT, true), AXES("s", n), 1e-5);
    suspect("out is made of the keys; it is the values that are added up",
            one_query(q, keys, keys, n, D, RIGHT, false));
    grade_array("out", out, one_query(q, keys, values, n, D, RIGHT, false), AXES("d", D), 1e-5);
    grade_unchanged("keys", keys);

    float *large = grade_copy(q, D);  // the first key scores 200, more than e^x can take
    double square = 0;
    for (int d = 0; d < D; d++) square += (double)keys[d] * keys[d];
    for (int d = 0; d < D; d++) large[d] = (float)(200 * sqrt(D) / square * keys[d]);
    one_query_attention(out, probs, large, keys, values, n, D);
    bool finite = true;
    for (int s = 0; s < n; s++) finite = finite && isfinite(probs[s]);
    grade_true(finite,
               "a score of 200 gives probabilities that are no numbers\nlooks like: e^200 overflows: subtract the "
               "largest score first");
    grade_array("probs with a score of 200", probs, one_query(large, keys, values, n, D, RIGHT, true), AXES("s", n),
                1e-4);
}

// ==== Masks ==========================================================================================================
static int count_seen(const struct attention *a, enum mistake m, int b, int t) {
    int n = 0;
    for (int s = 0; s < a->S; s++) n += sees(a, m, b, t, s);
    return n;
}

static void check_visible(const struct attention *a) {
    const enum mistake mistakes[] = {NOT_CAUSAL, BLIND_TO_SELF, ONE_AHEAD, NO_OFFSET, NO_LENGTH, FIRST_LENGTH};
    bool possible[COUNT(mistakes)];
    for (int i = 0; i < COUNT(mistakes); i++) possible[i] = true;
    int wrong_b = -1, wrong_t = -1, got = 0;
    for (int b = 0; b < a->B; b++) {
        for (int t = 0; t < a->T; t++) {
            const int n = visible_keys(a, b, t);
            for (int i = 0; i < COUNT(mistakes); i++) possible[i] &= n == count_seen(a, mistakes[i], b, t);
            if (n != count_seen(a, RIGHT, b, t) && wrong_b < 0) wrong_b = b, wrong_t = t, got = n;
        }
    }
    if (wrong_b < 0) return;
    const char *looks = got < 0 ? "less than nothing: where no key is seen the answer is 0" : NULL;
    for (int i = 0; i < COUNT(mistakes) && !looks; i++)
        if (possible[i]) looks = mistake_names[mistakes[i]];
    grade_true(false, "%s is %d at b=%d, t=%d; expected %d%s%s", described("visible_keys", a), got, wrong_b, wrong_t,
               count_seen(a, RIGHT, wrong_b, wrong_t), looks ? "\nlooks like: " : "", looks ? looks : "");
}

EXERCISE(visible_keys, .number = "12.2", .points = 5) {
    const int T = grade_int(5, 8);
    for (int more = 0; more <= 3; more += 3) {
        for (int options = 0; options < 4; options++) {
            struct problem p = random_problem(T, T + more, 1, 1, 1, options);
            p.length[2] = options == 3 ? 0 : p.length[2];
            check_visible(use(&p, options));
        }
    }
    struct problem fewer = random_problem(T, T - 3, 1, 1, 1, CAUSAL);  // the first queries see nothing
    check_visible(use(&fewer, CAUSAL));
    check_visible(use(&fewer, CAUSAL | PADDED));
}

// ==== The whole matrix ===============================================================================================
static void check_forward(struct problem p, int options) {
    struct attention *a = use(&p, options);
    const struct operands x = operands_of(&p);
    const struct result want = attend(a, &x, RIGHT);
    float *out = grade_output(p.n_out), *probs = grade_output(a->B * a->H * a->T * a->S);
    attention_forward(out, probs, p.q, p.k, p.v, a);
    suspect_forward(a, &x, true);
    grade_array(described("probs", a), probs, want.probs, AXES("bhts", a->B, a->H, a->T, a->S), 1e-5);
    suspect_forward(a, &x, false);
    grade_array(described("out", a), out, want.out, AXES("bthd", a->B, a->T, a->H, a->D), 1e-5);
    grade_unchanged("k", p.k);
}

// PyTorch's scaled_dot_product_attention: 2 sequences of 3 positions, 4 heads on 2, D = 4, causal.
static struct problem golden_problem(void) {
    struct problem p = {.a = {.B = 2, .T = 3, .S = 3, .H = 4, .G = 2, .D = 4, .q_row = 16, .kv_row = 8, .kv_seq = 24}};
    p.a.causal = true;
    p.room = 3, p.n_q = p.n_out = 96, p.n_kv = 48;
    p.q = floats_of(golden_q, 96), p.k = floats_of(golden_k, 48), p.v = floats_of(golden_v, 48);
    p.dout = floats_of(golden_dout, 96);
    return p;
}

EXERCISE(attention_forward, .number = "12.3", .points = 10, .needs = "visible_keys") {
    struct attention one = {.B = 1, .T = 1, .S = 3, .H = 1, .G = 1, .D = 2, .q_row = 2, .kv_row = 2, .kv_seq = 6};
    float *out = grade_output(2), *probs = grade_output(3);
    attention_forward(out, probs, example_q, example_keys, example_values, &one);
    suspect_one_query(example_q, example_keys, example_values, 3, 2, true);
    suspect("the softmax goes over the queries; it is over the keys of one query", (double[]){1, 1, 1});
    grade_array("probs of the chapter's example", probs, example_probs, AXES("s", 3), 1e-5);
    grade_array("out of the chapter's example", out, example_out, AXES("d", 2), 1e-5);

    const int T = grade_int(4, 7), D = 2 * grade_int(1, 3) + 1;
    check_forward(random_problem(T, T + grade_int(1, 3), 1, 1, D, 0), 0);
    check_forward(random_problem(T, T, 1, 1, D, CAUSAL), CAUSAL);
    check_forward(random_problem(T, T + 2, 3, 1, D, PADDED), PADDED);
    check_forward(random_problem(T, T, 2, 3, D, CAUSAL), CAUSAL);
    check_forward(random_problem(T, T, 1, 3, D, CAUSAL | ALIBI), CAUSAL | ALIBI);
    check_forward(random_problem(T, T + 3, 2, 2, D, 7), 7);
    struct problem p = random_problem(T, T + 1, 1, 2, D, PADDED);
    p.length[0] = 0;  // a sequence without a single key
    check_forward(p, PADDED);

    p = golden_problem();
    out = grade_output(96), probs = grade_output(72);
    attention_forward(out, probs, p.q, p.k, p.v, &p.a);
    grade_array("out, as PyTorch's", out, golden_out, AXES("bthd", 2, 3, 4, 4), 1e-5);
}

// ---- the backward pass ----------------------------------------------------------------------------------------------
// Sum of dout * out as a function of one of the operands: its gradient is what the backward pass must give.
struct loss {
    const struct problem *p;
    struct operands x;
    int which;  // q, k, v
};
static double loss_of(const double *values, void *context) {
    struct loss *l = context;
    struct operands x = l->x;
    *(l->which == 0 ? &x.q : l->which == 1 ? &x.k : &x.v) = (double *)values;
    const struct result r = attend(&l->p->a, &x, RIGHT);
    double sum = 0;
    for (int i = 0; i < l->p->n_out; i++) sum += r.out[i] * x.dout[i];
    return sum;
}

// Where nothing belongs, between the rows, the NaN of x becomes 0, so that differences can be taken there, too.
static double *without_nan(const float *x, int n) {
    double *y = zeros(n);
    for (int i = 0; i < n; i++) y[i] = isnan(x[i]) ? 0 : (double)x[i];
    return y;
}

struct backward {
    float *dq, *dk, *dv;
};
typedef struct backward run_backward(const struct problem *p);

static struct backward new_gradients(const struct problem *p) {
    return (struct backward){grade_grad(p->n_q), grade_grad(p->n_kv), grade_grad(p->n_kv)};
}

// The backward functions get the forward results from here: they do not depend on the learner's own.
static struct backward by_attention(const struct problem *p) {
    const struct attention *a = &p->a;
    const struct operands x = operands_of(p);
    const struct result r = attend(a, &x, RIGHT);
    struct backward d = new_gradients(p);
    attention_backward(d.dq, d.dk, d.dv, p->dout, floats_of(r.probs, a->B * a->H * a->T * a->S), p->q, p->k, p->v, a);
    return d;
}

static struct backward by_flash(const struct problem *p) {
    const struct attention *a = &p->a;
    const struct operands x = operands_of(p);
    const struct result r = attend(a, &x, RIGHT);
    float *lse = floats_of(r.lse, a->B * a->H * a->T);
    for (int i = 0; i < a->B * a->H * a->T; i++)
        if (r.lse[i] == 0) lse[i] = -INFINITY;  // nothing was seen
    struct backward d = new_gradients(p);
    flash_backward(d.dq, d.dk, d.dv, p->dout, floats_of(r.out, p->n_out), lse, p->q, p->k, p->v, a);
    return d;
}

static void suspect_backward(const struct problem *p, const struct operands *x, int which) {
    enum mistake mistakes[] = {NO_ROW_SUM,  ROW_SUM_FLAT, NO_SCALE_BACK,  LAST_QUERY, LAST_OF_GROUP, DK_FROM_K,
                               HEAD_MODULO, FIRST_HEAD,   DV_FROM_SCORES, NO_LSE,     DV_TRANSPOSED};
    for (int i = 0; i < COUNT(mistakes) - (p->a.T != p->a.S); i++) {
        const struct gradients g = attend_backward(&p->a, x, mistakes[i], p->n_q, p->n_kv);
        suspect(mistake_names[mistakes[i]], which == 0 ? g.dq : which == 1 ? g.dk : g.dv);
    }
}

static void check_backward(run_backward *run, struct problem p, int options, double tolerance) {
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
static void check_differences(run_backward *run, struct problem p, int options) {
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

static void check_golden_backward(run_backward *run) {
    struct problem p = golden_problem();
    const struct backward got = run(&p);
    grade_gradient("dq, as PyTorch's", got.dq, golden_dq, AXES("bthd", 2, 3, 4, 4), 1e-5);
    grade_gradient("dk, as PyTorch's", got.dk, golden_dk, AXES("bsgd", 2, 3, 2, 4), 1e-5);
    grade_gradient("dv, as PyTorch's", got.dv, golden_dv, AXES("bsgd", 2, 3, 2, 4), 1e-5);
}

EXERCISE(attention_backward, .number = "12.4", .points = 11, .needs = "visible_keys", .seconds = 10) {
    const int T = grade_int(4, 7), D = 2 * grade_int(1, 3) + 1;
    check_backward(by_attention, random_problem(T, T, 1, 1, D, 0), 0, 2e-5);
    check_backward(by_attention, random_problem(T, T + 2, 1, 1, D, CAUSAL), CAUSAL, 2e-5);
    check_backward(by_attention, random_problem(T, T, 3, 2, D, CAUSAL | PADDED), CAUSAL | PADDED, 2e-5);
    check_backward(by_attention, random_problem(T, T + 1, 2, 1, D, ALIBI), ALIBI, 2e-5);
    check_differences(by_attention, random_problem(3, 4, 2, 2, 3, 7), 7);
    check_golden_backward(by_attention);
}

// ==== Positions ======================================================================================================
enum wave { WAVES, HALVES, EXPONENT_I, FROM_ONE, COSINE_FIRST, BASE_1000 };
static double *waves(int T, int C, enum wave m) {
    double *table = zeros(T * C);
    for (int t = 0; t < T; t++) {
        for (int c = 0; c < C; c++) {
            const int i = m == HALVES ? c % (C / 2) : c / 2;
            bool sine = m == HALVES ? c < C / 2 : c % 2 == 0;
            if (m == COSINE_FIRST) sine = !sine;
            const double base = m == BASE_1000 ? 1000 : 10000;
            const double angle = (m == FROM_ONE ? t + 1 : t) / pow(base, (m == EXPONENT_I ? i : 2.0 * i) / C);
            table[t * C + c] = sine ? sin(angle) : cos(angle);
        }
    }
    return table;
}

static void suspect_waves(int T, int C) {
    suspect("all sines stand before all cosines; they alternate", waves(T, C, HALVES));
    suspect("the exponent is i/C where it is 2i/C", waves(T, C, EXPONENT_I));
    suspect("positions count from 1; the first is 0", waves(T, C, FROM_ONE));
    suspect("the cosine stands first", waves(T, C, COSINE_FIRST));
    suspect("the base is 1000 where it is 10000", waves(T, C, BASE_1000));
}

EXERCISE(sinusoidal_positions, .number = "12.5", .points = 3) {
    float *table = grade_output(8);
    sinusoidal_positions(table, 2, 4);
    suspect_waves(2, 4);
    const double by_hand[] = {0, 1, 0, 1, 0.841471, 0.540302, 0.0099998, 0.99995};
    grade_array("the table of 2 positions and 4 channels", table, by_hand, AXES("tc", 2, 4), 1e-5);
    const int T = grade_int(30, 60), C = 2 * grade_int(4, 9);
    table = grade_output(T * C);
    sinusoidal_positions(table, T, C);
    suspect_waves(T, C);
    grade_array("table", table, waves(T, C, WAVES), AXES("tc", T, C), 1e-6);
    table = grade_output(4);
    sinusoidal_positions(table, 2, 2);
    grade_array("the table of 2 channels", table, waves(2, 2, WAVES), AXES("tc", 2, 2), 1e-6);
}

EXERCISE(positions_forward, .number = "12.5", .points = 2) {
    const int B = grade_int(2, 4), T = grade_int(5, 8), C = grade_int(3, 9), longer = T + 2;
    const float *start = grade_floats(B * T * C);
    float *x = grade_copy(start, B * T * C), *table = grade_floats(longer * C);
    positions_forward(x, table, B, T, C);
    double *want = zeros(B * T * C), *stored = zeros(B * T * C), *first = zeros(B * T * C);
    for (int i = 0; i < B * T * C; i++) {
        stored[i] = (double)table[i % (T * C)];
        want[i] = (double)start[i] + stored[i];
        first[i] = i < T * C ? want[i] : (double)start[i];
    }
    suspect("the positions replace x; they are added", stored);
    suspect("only the first sequence gets its positions", first);
    grade_array("x", x, want, AXES("btc", B, T, C), 1e-6);
    grade_unchanged("table", table);
}

EXERCISE(positions_backward, .number = "12.5", .points = 2) {
    const int B = grade_int(2, 4), T = grade_int(5, 8), C = grade_int(3, 9);
    float *dx = grade_floats(B * T * C), *dtable = grade_grad(T * C);
    double *last = doubles_of(dtable, T * C);
    for (int i = 0; i < T * C; i++) last[i] = (double)dx[(B - 1) * T * C + i] - last[i];  // as a change of dtable
    positions_backward(dtable, dx, B, T, C);
    double *want = zeros(T * C);
    for (int i = 0; i < B * T * C; i++) want[i % (T * C)] += (double)dx[i];
    suspect("only the last sequence is left: = where += is needed", last);
    suspect("only the first sequence counts", doubles_of(dx, T * C));
    suspect_factor("divided by B: the loss has done that already", 1.0 / B);
    grade_gradient("dtable", dtable, want, AXES("tc", T, C), 1e-5);
    grade_unchanged("dx", dx);
}

// ==== RoPE ===========================================================================================================
enum turn { TURNED, BACK, NEIGHBOURS, NOT_FIRST, FROM_FLAT, FIRST_HEAD_ONLY, OVERWRITTEN, UNTURNED };

// x (B,T,H,D) with rows apart, turned by the angles (first + t) * base^(-2i/D).
static double *turned(const float *x, int row, double base, int first, int B, int T, int H, int D, enum turn m) {
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
static double *angles(int T, int D, double base, enum angle m, bool sine) {
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

static void suspect_angles(int T, int D, double base, bool sine) {
    suspect("the exponent is -i/D where it is -2i/D", angles(T, D, base, ANGLE_I, sine));
    suspect("the exponent is -2i/(D/2) where it is -2i/D", angles(T, D, base, ANGLE_HALF, sine));
    suspect("positions count from 1; the first is 0", angles(T, D, base, ANGLE_FROM_1, sine));
    suspect("the exponent's sign: later pairs turn slower", angles(T, D, base, ANGLE_UP, sine));
    suspect("cosine and sine are swapped", angles(T, D, base, ANGLE, !sine));
}

EXERCISE(rope_table, .number = "12.6", .points = 3) {
    const int T = grade_int(20, 40), D = 2 * grade_int(3, 6);
    const double base = grade_int(2, 20) * 50;
    float *c = grade_output(T * (D / 2)), *s = grade_output(T * (D / 2));
    rope_table(c, s, T, D, (float)base);
    suspect_angles(T, D, base, false);
    grade_array("cos", c, angles(T, D, base, ANGLE, false), AXES("ti", T, D / 2), 1e-6);
    suspect_angles(T, D, base, true);
    grade_array("sin", s, angles(T, D, base, ANGLE, true), AXES("ti", T, D / 2), 1e-6);
}

static void suspect_turns(const float *x, int row, int first, int B, int T, int H, int D, bool forward) {
    const struct {
        const char *mistake;
        enum turn turn;
    } mistakes[] = {
        {"neighbours (2i, 2i+1) are paired, as in the paper; here i pairs with i + D/2", NEIGHBOURS},
        {"position t of x uses row t of the tables; it is row first + t", NOT_FIRST},
        {"the position is counted on through all sequences; each starts anew", FROM_FLAT},
        {"only the first head is turned", FIRST_HEAD_ONLY},
        {"the pair's second number is made from the first after its turn: keep the old one", OVERWRITTEN},
        {"nothing is turned", UNTURNED},
    };
    for (int i = 0; i < COUNT(mistakes) && forward; i++)
        suspect(mistakes[i].mistake, turned(x, row, 100, first, B, T, H, D, mistakes[i].turn));
    suspect(forward ? "turned the other way round: the sines have the wrong sign"
                    : "turned the same way as in the forward pass; the gradient is turned back",
            turned(x, row, 100, first, B, T, H, D, forward ? BACK : TURNED));
}

typedef void rope(float *x, size_t row, const float *cos, const float *sin, int first, int B, int T, int H, int D);
static void check_rope(rope *run, bool forward) {
    const int B = 2, T = grade_int(3, 6), H = grade_int(2, 3), D = 2 * grade_int(2, 4), first = grade_int(1, 4);
    const int row = H * D + grade_int(1, 4), n = B * T * row;
    float *start = grade_floats(n), *x = grade_copy(start, n);
    float *c = floats_of(angles(T + first, D, 100, ANGLE, false), (T + first) * (D / 2));
    float *s = floats_of(angles(T + first, D, 100, ANGLE, true), (T + first) * (D / 2));
    run(x, row, c, s, first, B, T, H, D);
    suspect_turns(start, row, first, B, T, H, D, forward);
    grade_array(forward ? "x" : "dx", x, turned(start, row, 100, first, B, T, H, D, forward ? TURNED : BACK),
                AXES("btj", B, T, row), 1e-5);
    grade_unchanged("cos", c);
}

EXERCISE(rope_forward, .number = "12.6", .points = 5) {
    float *x = grade_copy((float[]){3, 4}, 2), *c = grade_copy((float[]){1, 0.8f}, 2),
          *s = grade_copy((float[]){0, 0.6f}, 2);
    rope_forward(x, 2, c, s, 1, 1, 1, 1, 2);  // at position 1: (3 * 0.8 - 4 * 0.6, 3 * 0.6 + 4 * 0.8)
    suspect("turned the other way round: the sines have the wrong sign", (double[]){4.8, 1.4});
    suspect("position t of x uses row t of the tables; it is row first + t", (double[]){3, 4});
    suspect("the pair's second number is made from the first after its turn: keep the old one", (double[]){0, 3.2});
    grade_array("(3,4) turned by cos 0.8, sin 0.6", x, (double[]){0, 5}, AXES("d", 2), 1e-6);
    check_rope(rope_forward, true);

    float *hf = grade_copy_doubles(golden_x, 48);  // (2,3,2,4), as a Llama of Hugging Face turns it
    float *cos_hf = floats_of(angles(3, 4, 10000, ANGLE, false), 6),
          *sin_hf = floats_of(angles(3, 4, 10000, ANGLE, true), 6);
    rope_forward(hf, 8, cos_hf, sin_hf, 0, 2, 3, 2, 4);
    grade_array("x, as Hugging Face's Llama turns it", hf, golden_rope, AXES("bthd", 2, 3, 2, 4), 1e-5);
}

EXERCISE(rope_backward, .number = "12.6", .points = 4) {
    check_rope(rope_backward, false);
}

// ==== ALiBi ==========================================================================================================
enum slope_mistake { SLOPES, ANY_H, FROM_0, EVERY_OTHER_FROM_2, MORE_OF_P, PLAIN_2P };
static double *slopes(int H, enum slope_mistake m) {
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

static void check_slopes(int H) {
    float *list = grade_output(H);
    alibi_slopes(list, H);
    suspect("2^(-8(h+1)/H) is used where H is no power of two", slopes(H, ANY_H));
    suspect("the exponents start at 0; they start at -8/H", slopes(H, FROM_0));
    suspect("the further slopes are the second, fourth ... of 2P; they are the first, third ...",
            slopes(H, EVERY_OTHER_FROM_2));
    suspect("the further slopes go on where those of P heads end; they lie between them", slopes(H, MORE_OF_P));
    suspect("the further slopes are the first of 2P; they are every other one", slopes(H, PLAIN_2P));
    char what[32];
    snprintf(what, sizeof what, "slopes of %d heads", H);
    grade_array(what, list, slopes(H, SLOPES), AXES("h", H), 1e-7);
}

EXERCISE(alibi_slopes, .number = "12.7", .points = 4) {
    for (int H = 8; H >= 1; H /= 2) check_slopes(H);
    float *list = grade_output(12);
    alibi_slopes(list, 12);
    suspect("2^(-8(h+1)/H) is used where H is no power of two", slopes(12, ANY_H));
    grade_array("slopes of 12 heads, as published", list, golden_slopes, AXES("h", 12), 1e-7);
    check_slopes(grade_int(5, 7));
    check_slopes(grade_int(17, 31));
    check_slopes(3);
}

// ==== The layer ======================================================================================================
enum { LB = 2, LT = 4, LH = 2, LD = 4, LC = LH * LD };
enum layer_mistake { LAYER, NO_ROPE, ROPE_ON_Q, ROPE_ON_V, NO_PROJ, PROJ_TRANSPOSED, NO_ROPE_BACK, ROPE_BACK_V };
struct layer_problem {
    struct attention_layer l;
    int O, n_x, n_y, n_qkv, n_proj;
    int length[LB];
    float slope[LH];
    float *x, *qkv, *proj, *dout;
    double *x_d, *qkv_d, *proj_d, *dout_d;
    const int *use_length;
};

// out (N,O) = x (N,I) w^T with w (O,I); transposed: x w with w (I,O)
static double *times(const double *x, const double *w, int N, int I, int O, bool transposed) {
    double *out = zeros(N * O);
    for (int n = 0; n < N; n++)
        for (int o = 0; o < O; o++)
            for (int i = 0; i < I; i++) out[n * O + o] += x[n * I + i] * (transposed ? w[i * O + o] : w[o * I + i]);
    return out;
}

// sum (O,I) of dout (N,O) and x (N,I)
static double *outer(const double *dout, const double *x, int N, int O, int I) {
    double *sum = zeros(O * I);
    for (int n = 0; n < N; n++)
        for (int o = 0; o < O; o++)
            for (int i = 0; i < I; i++) sum[o * I + i] += dout[n * O + o] * x[n * I + i];
    return sum;
}

static struct layer_problem layer_problem(int G, bool rope, bool alibi, bool padded) {
    struct layer_problem p = {.l = {.C = LC, .H = LH, .G = G, .causal = true}, .O = LC + 2 * G * LD};
    p.n_x = LB * LT * LC, p.n_y = LB * LT * p.O, p.n_qkv = p.O * LC, p.n_proj = LC * LC;
    p.x = grade_floats(p.n_x), p.qkv = grade_floats(p.n_qkv), p.proj = grade_floats(p.n_proj);
    p.dout = grade_floats(p.n_x);
    p.x_d = doubles_of(p.x, p.n_x), p.qkv_d = doubles_of(p.qkv, p.n_qkv), p.proj_d = doubles_of(p.proj, p.n_proj);
    p.dout_d = doubles_of(p.dout, p.n_x);
    p.l.qkv = p.qkv, p.l.proj = p.proj;
    if (rope) {
        p.l.cos = floats_of(angles(LT, LD, 100, ANGLE, false), LT * (LD / 2));
        p.l.sin = floats_of(angles(LT, LD, 100, ANGLE, true), LT * (LD / 2));
    }
    static int length[LB] = {LT - 1, LT};
    static float slope[LH] = {0.5f, 0.25f};
    if (alibi) p.l.slope = slope;
    if (padded) p.use_length = length;
    return p;
}

// Turns heads [from, to) of y (N,O), whose rows hold q, k and v, one after the other.
static void turn_heads(double *y, int O, int from, int to, int sign) {
    for (int n = 0; n < LB * LT; n++) {
        for (int h = from; h < to; h++) {
            for (int i = 0; i < LD / 2; i++) {
                double *a = y + n * O + h * LD + i, *b = a + LD / 2, old = *a;
                const double angle = sign * (n % LT) * pow(100, -2.0 * i / LD);
                *a = old * cos(angle) - *b * sin(angle);
                *b = old * sin(angle) + *b * cos(angle);
            }
        }
    }
}

struct layer_result {
    struct attention a;
    struct operands y;  // slices of the turned qkv; dout: the gradient of the heads' answers
    double *heads, *probs, *out;
};
static struct layer_result layer_define(const struct layer_problem *p, const double *x, const double *qkv,
                                        const double *proj, enum layer_mistake m) {
    const int N = LB * LT, G = p->l.G;
    struct layer_result r = {.a = attention_self(LB, LT, LH, G, LD)};
    r.a.causal = true, r.a.slope = p->l.slope, r.a.length = p->use_length;
    double *y = times(x, qkv, N, LC, p->O, false);
    const int turned_heads = m == ROPE_ON_Q ? LH : m == ROPE_ON_V ? LH + 2 * G : LH + G;
    if (p->l.cos && m != NO_ROPE) turn_heads(y, p->O, 0, turned_heads, 1);
    r.y = (struct operands){y, y + LC, y + LC + G * LD, times(p->dout_d, proj, N, LC, LC, true)};
    const struct result attended = attend(&r.a, &r.y, RIGHT);
    r.heads = attended.out, r.probs = attended.probs;
    r.out = m == NO_PROJ ? r.heads : times(r.heads, proj, N, LC, LC, m == PROJ_TRANSPOSED);
    return r;
}

static void check_layer_forward(struct layer_problem p) {
    struct attention_state s = {grade_output(p.n_y), grade_output(LB * LH * LT * LT), grade_output(p.n_x)};
    float *out = grade_output(p.n_x);
    attention_layer_forward(out, &s, p.x, &p.l, p.use_length, LB, LT);
    const struct layer_result want = layer_define(&p, p.x_d, p.qkv_d, p.proj_d, LAYER);
    const struct {
        const char *mistake;
        enum layer_mistake which;
    } mistakes[] = {{"queries and keys are not turned by RoPE", NO_ROPE},
                    {"only the queries are turned by RoPE; the keys must be, too", ROPE_ON_Q},
                    {"the values are turned, too; RoPE is for queries and keys", ROPE_ON_V}};
    struct layer_result wrong[3];
    for (int i = 0; i < 3; i++) wrong[i] = layer_define(&p, p.x_d, p.qkv_d, p.proj_d, mistakes[i].which);
    for (int i = 0; i < 3; i++) suspect(mistakes[i].mistake, wrong[i].y.q);
    grade_array("s->qkv", s.qkv, want.y.q, AXES("btj", LB, LT, p.O), 1e-4);
    for (int i = 0; i < 3; i++) suspect(mistakes[i].mistake, wrong[i].probs);
    grade_array("s->probs", s.probs, want.probs, AXES("bhts", LB, LH, LT, LT), 1e-4);
    grade_array("s->heads", s.heads, want.heads, AXES("btc", LB, LT, LC), 1e-4);
    suspect("proj is left out: out is the heads' answers", want.heads);
    suspect("proj is read as its transpose", layer_define(&p, p.x_d, p.qkv_d, p.proj_d, PROJ_TRANSPOSED).out);
    grade_array("out", out, want.out, AXES("btc", LB, LT, LC), 1e-4);
    grade_unchanged("x", p.x);
}

EXERCISE(attention_layer_forward, .number = "12.8", .points = 5, .needs = "attention_forward rope_forward") {
    check_layer_forward(layer_problem(2, false, false, false));
    check_layer_forward(layer_problem(2, true, false, true));
    check_layer_forward(layer_problem(1, true, false, false));
    check_layer_forward(layer_problem(1, false, true, true));
}

struct layer_gradients {
    double *dx, *dqkv, *dproj;
};
static struct layer_gradients layer_backward(const struct layer_problem *p, enum layer_mistake m) {
    const int N = LB * LT, G = p->l.G;
    const struct layer_result r = layer_define(p, p->x_d, p->qkv_d, p->proj_d, LAYER);
    const struct gradients g = attend_backward(&r.a, &r.y, RIGHT, p->n_y, p->n_y - LC);
    double *dy = zeros(p->n_y);  // dq, dk and dv fall into their slices
    for (int i = 0; i < p->n_y; i++) {
        const int j = i % p->O;
        dy[i] = j < LC ? g.dq[i] : j < LC + G * LD ? g.dk[i - LC] : g.dv[i - LC - G * LD];
    }
    if (p->l.cos && m != NO_ROPE_BACK) turn_heads(dy, p->O, 0, LH + G, m == ROPE_ON_Q ? 1 : -1);
    return (struct layer_gradients){times(dy, p->qkv_d, N, p->O, LC, true), outer(dy, p->x_d, N, p->O, LC),
                                    outer(p->dout_d, r.heads, N, LC, LC)};
}

struct layer_loss {
    const struct layer_problem *p;
    int which;  // x, qkv, proj
};
static double layer_loss(const double *values, void *context) {
    const struct layer_loss *l = context;
    const struct layer_problem *p = l->p;
    const struct layer_result r = layer_define(p, l->which == 0 ? values : p->x_d, l->which == 1 ? values : p->qkv_d,
                                               l->which == 2 ? values : p->proj_d, LAYER);
    double sum = 0;
    for (int i = 0; i < p->n_x; i++) sum += r.out[i] * p->dout_d[i];
    return sum;
}

static void suspect_layer(const struct layer_problem *p, bool dx) {
    const struct layer_gradients none = layer_backward(p, NO_ROPE_BACK), same = layer_backward(p, ROPE_ON_Q);
    suspect("the gradients of queries and keys are not turned back", dx ? none.dx : none.dqkv);
    suspect("the gradients of queries and keys are turned the same way as in the forward pass",
            dx ? same.dx : same.dqkv);
}

static void check_layer_backward(struct layer_problem p) {
    const struct layer_result r = layer_define(&p, p.x_d, p.qkv_d, p.proj_d, LAYER);
    const struct attention_state s = {floats_of(r.y.q, p.n_y), floats_of(r.probs, LB * LH * LT * LT),
                                      floats_of(r.heads, p.n_x)};
    float *dx = grade_grad(p.n_x), *dqkv = grade_grad(p.n_qkv), *dproj = grade_grad(p.n_proj);
    attention_layer_backward(dx, dqkv, dproj, p.dout, &s, p.x, &p.l, p.use_length, LB, LT);
    struct layer_loss l = {&p, 2};
    suspect("dproj is made from x; proj was given the heads' answers", outer(p.dout_d, p.x_d, LB * LT, LC, LC));
    grade_gradient_check("dproj", dproj, p.proj, AXES("oc", LC, LC), layer_loss, &l, 1e-4);
    l.which = 1;
    suspect_layer(&p, false);
    grade_gradient_check("dqkv", dqkv, p.qkv, AXES("oc", p.O, LC), layer_loss, &l, 1e-4);
    l.which = 0;
    suspect_layer(&p, true);
    grade_gradient_check("dx", dx, p.x, AXES("btc", LB, LT, LC), layer_loss, &l, 1e-4);
    float *alone = grade_grad(p.n_qkv);
    dproj = grade_grad(p.n_proj);
    attention_layer_backward(NULL, alone, dproj, p.dout, &s, p.x, &p.l, p.use_length, LB, LT);
    grade_gradient("dqkv without dx", alone, layer_backward(&p, LAYER).dqkv, AXES("oc", p.O, LC), 1e-4);
}

EXERCISE(attention_layer_backward, .number = "12.8", .points = 5, .needs = "attention_backward rope_backward",
         .seconds = 10) {
    check_layer_backward(layer_problem(2, false, false, false));
    check_layer_backward(layer_problem(1, true, false, true));
    check_layer_backward(layer_problem(1, false, true, false));
}

// ==== Flash ==========================================================================================================
EXERCISE(online_softmax, .number = "12.9", .points = 6) {
    float max = -INFINITY, sum = 0, factor, *piece = grade_copy((float[]){1, 3}, 2);
    factor = online_softmax(piece, 2, &max, &sum);
    grade_scalar("*max after the scores 1, 3", max, 3, 1e-6);
    grade_array("the scores 1, 3 after it", piece, (double[]){0.135335, 1}, AXES("j", 2), 1e-5);
    grade_scalar("*sum after the scores 1, 3", sum, 1.135335, 1e-5);
    grade_true(!isnan(factor), "the first factor is no number\nlooks like: -INFINITY minus itself");
    suspect_scalar("at the start nothing has been gathered: 0", 1);
    grade_scalar("the first factor", factor, 0, 1e-5);

    piece = grade_copy((float[]){2}, 1);
    factor = online_softmax(piece, 1, &max, &sum);
    suspect_scalar("the largest of this piece alone; a maximum never falls", 2);
    grade_scalar("*max after a further score 2", max, 3, 1e-6);
    grade_array("the score 2 after it", piece, (double[]){0.367879}, AXES("j", 1), 1e-5);
    suspect_scalar("this piece's sum alone: = where += is needed", 0.367879);
    grade_scalar("*sum after the score 2", sum, 1.503215, 1e-5);
    grade_scalar("the factor where the maximum stays", factor, 1, 1e-6);

    piece = grade_copy((float[]){5, 0}, 2);
    factor = online_softmax(piece, 2, &max, &sum);
    grade_scalar("*max after the scores 5, 0", max, 5, 1e-6);
    suspect("the old maximum is taken away; it is the new one", (double[]){7.389056, 0.049787});
    grade_array("the scores 5, 0 after it", piece, (double[]){1, 0.006738}, AXES("j", 2), 1e-5);
    suspect_scalar("the old sum is not multiplied by the factor", 2.509953);
    suspect_scalar("the factor is applied to the new terms, too", (1.503215 + 1.006738) * 0.135335);
    grade_scalar("*sum after the scores 5, 0", sum, 1.210175, 1e-5);
    suspect_scalar("e^(new - old); it is e^(old - new)", 7.389056);
    suspect_scalar("always 1: what was gathered would keep the old maximum", 1);
    grade_scalar("the factor where the maximum grows from 3 to 5", factor, 0.135335, 1e-5);

    const int n = grade_int(120, 160);  // in pieces, a row becomes what it becomes at once
    float *row = grade_floats(n);
    for (int i = 0; i < n; i++) row[i] = 30 * row[i] + (float)i;
    double top = -INFINITY, total = 0;
    for (int i = 0; i < n; i++) top = fmax(top, (double)row[i]);
    for (int i = 0; i < n; i++) total += exp((double)row[i] - top);
    max = -INFINITY, sum = 0;
    for (int from = 0, size; from < n; from += size) {
        size = grade_int(1, 37);
        if (size > n - from) size = n - from;
        online_softmax(grade_copy(row + from, size), size, &max, &sum);
    }
    grade_scalar("*max after many pieces", max, top, 1e-6);
    grade_scalar("*sum after many pieces", sum, total, 1e-4);
}

// Flash attention in tiles of KEYS keys, as it goes wrong without its factors. lse is 0 where nothing is seen.
static struct result flash_wrong(const struct attention *a, const struct operands *x, enum mistake m) {
    const int H = a->H, T = a->T, D = a->D;
    struct result r = {zeros(a->B * T * H * D), NULL, zeros(a->B * H * T)};
    for (int bht = 0; bht < a->B * H * T; bht++) {
        const int b = bht / (H * T), h = bht / T % H, t = bht % T;
        const int end_of_tile = (t / QUERIES + 1) * QUERIES, last = (end_of_tile < T ? end_of_tile : T) - 1;
        double max = -INFINITY, sum = 0, *out = r.out + ((b * T + t) * H + h) * D;
        for (int s0 = 0; s0 < a->S; s0 += KEYS) {
            const int end = s0 + KEYS < a->S ? s0 + KEYS : a->S;
            double top = max;
            for (int s = s0; s < end; s++)
                if (sees(a, RIGHT, b, t, s)) top = fmax(top, score(a, x, RIGHT, b, h, t, s));
            if (!isfinite(top) && m != SCORES_STAY) continue;
            const double factor = isfinite(max) ? exp(max - top) : 0;
            if (m != SUM_NOT_RESCALED && m != NOTHING_RESCALED) sum *= factor;
            for (int d = 0; d < D && m != OUT_NOT_RESCALED && m != NOTHING_RESCALED; d++) out[d] *= factor;
            for (int s = s0; s < end; s++) {
                const bool seen = sees(a, RIGHT, b, t, s);
                if (!seen && (m != SCORES_STAY || !sees(a, RIGHT, b, last, s))) continue;
                const double score_s = score(a, x, RIGHT, b, h, t, s), p = seen ? exp(score_s - top) : score_s;
                const double *v = x->v + b * a->kv_seq + s * a->kv_row + kv_head(a, RIGHT, h) * D;
                sum += seen ? p : 0;
                for (int d = 0; d < D; d++) out[d] += p * v[d];
            }
            max = top;
        }
        for (int d = 0; d < D && m != NO_SOFTMAX_SUM; d++) out[d] = sum > 0 ? out[d] / sum : 0;
        if (sum > 0) r.lse[bht] = m == LSE_WITHOUT_MAX ? log(sum) : m == LSE_IS_MAX ? max : max + log(sum);
    }
    return r;
}

static const enum mistake flash_mistakes[] = {OUT_NOT_RESCALED, SUM_NOT_RESCALED, NOTHING_RESCALED, NO_SOFTMAX_SUM,
                                              LSE_WITHOUT_MAX,  LSE_IS_MAX,       SCORES_STAY};
static const enum mistake seen_mistakes[] = {NO_SCALE,    NOT_CAUSAL, BLIND_TO_SELF, ONE_AHEAD, NO_LENGTH,
                                             HEAD_MODULO, FIRST_HEAD, MASK_ZERO,     NO_ALIBI};

static void suspect_flash(const struct attention *a, const struct operands *x, bool lse) {
    for (int i = 0; i < COUNT(flash_mistakes); i++) {
        const struct result r = flash_wrong(a, x, flash_mistakes[i]);
        suspect(mistake_names[flash_mistakes[i]], lse ? r.lse : r.out);
    }
    for (int i = 0; i < COUNT(seen_mistakes); i++) {
        const struct result r = attend(a, x, seen_mistakes[i]);
        suspect(mistake_names[seen_mistakes[i]], lse ? r.lse : r.out);
    }
}

static void check_flash(struct problem p, int options) {
    const struct attention *a = use(&p, options);
    const struct operands x = operands_of(&p);
    const struct result want = attend(a, &x, RIGHT);
    const int rows = a->B * a->H * a->T;
    float *out = grade_output(p.n_out), *lse = grade_output(rows);
    flash_forward(out, lse, p.q, p.k, p.v, a);
    suspect_flash(a, &x, false);
    grade_array(described("out", a), out, want.out, AXES("bthd", a->B, a->T, a->H, a->D), 2e-5);
    for (int i = 0; i < rows; i++) {
        if (sees(a, RIGHT, i / (a->H * a->T), i % a->T, 0)) continue;
        grade_true(lse[i] == -INFINITY, "lse of a query that sees no key is %g; expected -INFINITY", (double)lse[i]);
        lse[i] = 0;
    }
    suspect_flash(a, &x, true);
    grade_array(described("lse", a), lse, want.lse, AXES("bht", a->B, a->H, a->T), 2e-5);
    grade_unchanged("q", p.q);
}

// Kilobytes that this process has had at most.
static long peak_memory(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

EXERCISE(flash_forward, .number = "12.10", .points = 8, .needs = "visible_keys online_softmax", .seconds = 10) {
    struct attention one = {.B = 1, .T = 1, .S = 3, .H = 1, .G = 1, .D = 2, .q_row = 2, .kv_row = 2, .kv_seq = 6};
    float *out = grade_output(2), *lse = grade_output(1);
    flash_forward(out, lse, example_q, example_keys, example_values, &one);
    suspect("what was gathered is not divided by the sum", (double[]){10.1457160, 1.3444485});
    grade_array("out of the chapter's example", out, example_out, AXES("d", 2), 1e-5);
    suspect("the maximum is missing in lse: log(sum) + max", (double[]){0.1389064});
    suspect("lse is the maximum alone: log(sum) is missing", (double[]){2.8284271});
    grade_array("lse of the chapter's example", lse, (double[]){2.9673334}, AXES("t", 1), 1e-5);

    const int T = grade_int(70, 90), D = 2 * grade_int(1, 9) + 1;
    check_flash(random_problem(5, 7, 1, 1, D, 0), 0);
    check_flash(random_problem(T, T, 1, 1, D, CAUSAL), CAUSAL);
    check_flash(random_problem(3, 2 * T, 2, 2, D, PADDED), PADDED);
    check_flash(random_problem(T, T + 70, 2, 1, 2 * D, CAUSAL | ALIBI), CAUSAL | ALIBI);
    struct problem p = random_problem(T, T, 1, 3, D, 7);
    p.length[0] = 0, p.length[2] = T / 2;
    check_flash(p, 7);
    p = random_problem(T, T - 60, 1, 1, D, CAUSAL);  // the first queries see nothing
    check_flash(p, CAUSAL);

    const int long_text = 3000;  // its probabilities would fill 36 megabytes
    struct attention a = attention_self(1, long_text, 1, 1, 1);
    float *qkv = grade_floats(3 * long_text), *long_out = grade_output(long_text), *long_lse = grade_output(long_text);
    const long before = peak_memory();
    flash_forward(long_out, long_lse, qkv, qkv + 1, qkv + 2, &a);
    grade_true(peak_memory() - before < 12000,
               "flash_forward took %ld MB for %d queries and keys; expected less than 12 MB\n"
               "looks like: the whole matrix of scores is kept",
               (peak_memory() - before) / 1000, long_text);
}

EXERCISE(flash_backward, .number = "12.11", .points = 8, .needs = "visible_keys", .seconds = 15) {
    const int T = grade_int(70, 90), D = 2 * grade_int(1, 9) + 1;
    check_backward(by_flash, random_problem(5, 5, 1, 1, D, 0), 0, 2e-5);
    check_backward(by_flash, random_problem(T, T, 1, 2, D, CAUSAL), CAUSAL, 1e-4);
    check_backward(by_flash, random_problem(T, T + 70, 2, 1, D, ALIBI), ALIBI, 1e-4);
    struct problem p = random_problem(T, T, 2, 2, D, 7);
    p.length[0] = 0, p.length[2] = T / 2;
    check_backward(by_flash, p, 7, 1e-4);
    check_differences(by_flash, random_problem(3, 4, 2, 2, 3, 7), 7);
    check_golden_backward(by_flash);
}

// ==== The cache ======================================================================================================
enum append { APPENDED, AT_START, CLOSE_SEQUENCES, ROWS_CLOSE, FIRST_SEQUENCE, KEYS_TWICE };

// What the cache's array holds after T positions were appended to those that are there. The mistakes: see check_append.
static double *appended(const double *old, const struct kv_cache *c, const float *x, int row, int T, enum append m) {
    const int floats = c->G * c->D;
    double *after = zeros(c->B * c->capacity * floats);
    memcpy(after, old, (size_t)(c->B * c->capacity * floats) * sizeof *after);
    for (int b = 0; b < (m == FIRST_SEQUENCE ? 1 : c->B); b++) {
        for (int t = 0; t < T; t++) {
            const int place = m == AT_START ? t : c->length + t;
            const int to = m == CLOSE_SEQUENCES ? (b * T + place) * floats : (b * c->capacity + place) * floats;
            for (int i = 0; i < floats; i++)
                after[to + i] = (double)x[(b * T + t) * (m == ROWS_CLOSE ? floats : row) + i];
        }
    }
    return after;
}

static void check_append(struct kv_cache *c, int T) {
    const int floats = c->G * c->D, row = 2 * floats + 3, n = c->B * c->capacity * floats;
    float *both = grade_floats(c->B * T * row), *k = both, *v = both + floats;
    const double *old_k = doubles_of(c->k, n), *old_v = doubles_of(c->v, n);
    const int length = c->length;
    double *want_k = appended(old_k, c, k, row, T, APPENDED), *want_v = appended(old_v, c, v, row, T, APPENDED);
    double *start = appended(old_k, c, k, row, T, AT_START), *close = appended(old_k, c, k, row, T, CLOSE_SEQUENCES);
    double *dense = appended(old_k, c, k, row, T, ROWS_CLOSE), *first = appended(old_k, c, k, row, T, FIRST_SEQUENCE);
    double *keys = appended(old_v, c, k, row, T, APPENDED);
    kv_cache_append(c, k, v, row, T);
    const struct axes axes = AXES("bsgd", c->B, c->capacity, c->G, c->D);
    suspect("the new positions overwrite the first ones; they belong behind c->length", start);
    suspect("a sequence of the cache is c->capacity positions from the next", close);
    suspect("the new positions are `row` floats apart", dense);
    suspect("only the first sequence is appended to", first);
    grade_array("c->k", c->k, want_k, axes, 0);
    suspect("the keys are stored as values, too", keys);
    grade_array("c->v", c->v, want_v, axes, 0);
    suspect_scalar("c->length was not raised", length);
    suspect_scalar("c->length was raised by 1; it is T", length + 1);
    grade_scalar("c->length", c->length, length + T, 0);
}

EXERCISE(kv_cache_append, .number = "12.12", .points = 3) {
    struct kv_cache c;
    kv_cache_init(&c, 3, 9, 2, grade_int(2, 5));
    check_append(&c, 4);
    check_append(&c, 1);
    check_append(&c, 3);
    kv_cache_free(&c);
}

enum step { STEP, STEP_NOT_CAUSAL, WHOLE_CAPACITY, SEQUENCES_CLOSE, NO_OLD };

// The definition on the cache's contents.
static double *step_result(const struct kv_cache *c, const double *qkv, const float *slope, int T, int H, enum step m) {
    const int row = (H + 2 * c->G) * c->D, floats = c->G * c->D, S = m == WHOLE_CAPACITY ? c->capacity : c->length;
    struct attention a = {
        .B = c->B, .T = T, .S = m == NO_OLD ? T : S, .H = H, .G = c->G, .D = c->D, .q_row = row, .kv_row = floats};
    a.kv_seq = (size_t)(m == SEQUENCES_CLOSE ? c->length : c->capacity) * floats;
    a.causal = m != STEP_NOT_CAUSAL;
    a.slope = slope;
    const int n = c->B * c->capacity * floats;
    const struct operands x = {(double *)qkv, doubles_of(c->k, n), doubles_of(c->v, n), NULL};
    return attend(&a, &x, RIGHT).out;
}

static void check_steps(const int *steps, int count, int G, int group, const float *slope) {
    const int B = 2, H = G * group, D = grade_int(2, 4) * 2 + 1, row = (H + 2 * G) * D;
    int T = 0;
    for (int i = 0; i < count; i++) T += steps[i];
    struct attention whole = attention_self(B, T, H, G, D);
    whole.causal = true, whole.slope = slope;
    float *text = grade_floats(B * T * row);
    double *qkv = doubles_of(text, B * T * row);
    const struct operands x = {qkv, qkv + H * D, qkv + (H + G) * D, NULL};
    const double *want = attend(&whole, &x, RIGHT).out;
    struct kv_cache c;
    kv_cache_init(&c, B, T + 3, G, D);
    for (int i = 0, at = 0; i < count; at += steps[i++]) {
        const int t = steps[i];
        float *piece = grade_output(B * t * row), *out = grade_output(B * t * H * D);
        double *want_piece = zeros(B * t * H * D);
        for (int b = 0; b < B; b++) {
            memcpy(piece + b * t * row, text + (b * T + at) * row, (size_t)(t * row) * sizeof(float));
            memcpy(want_piece + b * t * H * D, want + (b * T + at) * H * D, (size_t)(t * H * D) * sizeof(double));
        }
        cached_attention(out, &c, piece, slope, t, H);
        grade_equal("c->length", c.length, at + t);
        const double *piece_d = doubles_of(piece, B * t * row);
        suspect("new positions see later ones: the step must be causal",
                step_result(&c, piece_d, slope, t, H, STEP_NOT_CAUSAL));
        suspect("S is the capacity; only c->length positions are filled",
                step_result(&c, piece_d, slope, t, H, WHOLE_CAPACITY));
        suspect("kv_seq: the sequences of the cache are c->capacity positions apart",
                step_result(&c, piece_d, slope, t, H, SEQUENCES_CLOSE));
        suspect("S is T: the old positions are not looked at", step_result(&c, piece_d, slope, t, H, NO_OLD));
        char what[80];
        snprintf(what, sizeof what, "out of positions %d to %d of %d", at, at + t - 1, T);
        grade_array(what, out, want_piece, AXES("bthd", B, t, H, D), 1e-5);
    }
    kv_cache_free(&c);
}

EXERCISE(cached_attention, .number = "12.12", .points = 5, .needs = "kv_cache_append attention_forward") {
    const float slope[] = {0.5f, 0.25f, 0.125f, 0.0625f};
    check_steps((int[]){4, 1, 1, 2}, 4, 2, 2, NULL);
    check_steps((int[]){1, 1, 1}, 3, 1, 1, NULL);
    check_steps((int[]){3, 2, 1}, 3, 2, 2, slope);
}

// ==== Counts =========================================================================================================
EXERCISE(attention_counts, .number = "12.13", .points = 4, .needs = "visible_keys") {
    struct attention two = attention_self(1, 2, 1, 1, 4);  // two words, all four pairs
    suspect_scalar("half: a pair has two products, and each of their terms a multiplication and an addition", 32);
    grade_scalar("flops of 2 queries on 2 keys of 4 numbers", attention_flops(&two), 64, 0);
    two.causal = true;  // three pairs
    suspect_scalar("pairs that the causal mask hides are counted", 64);
    grade_scalar("the same, causal", attention_flops(&two), 48, 0);

    const int T = grade_int(20, 40), options = CAUSAL | PADDED;
    struct problem p = random_problem(T, T + 3, 2, 3, 5, options);
    struct attention *a = use(&p, options);
    double pairs = 0, no_length = 0;
    for (int i = 0; i < a->B * T; i++) {
        pairs += count_seen(a, RIGHT, i / T, i % T);
        no_length += count_seen(a, NO_LENGTH, i / T, i % T);
    }
    suspect_scalar("pairs with padding are counted", 4.0 * a->D * a->H * no_length);
    suspect_scalar("every pair costs 4*D in each of the H heads, not of the G", 4.0 * a->D * a->G * pairs);
    suspect_factor("half: a pair has two products, and each of their terms a multiplication and an addition", 0.5);
    grade_scalar(described("attention_flops", a), attention_flops(a), 4.0 * a->D * a->H * pairs, 1e-9);

    struct attention large = attention_self(8, 30001, 96, 8, 128);  // more bytes than an int counts
    suspect_scalar("the product is made in int, which ends at 2147483647: make it in double",
                   (int32_t)(uint32_t)(4LL * 8 * 96 * 30001 * 30001));
    suspect_factor("floats are counted; each has 4 bytes", 0.25);
    suspect_scalar("each head of queries has probabilities of its own: H, not G", 4.0 * 8 * 8 * 30001 * 30001);
    grade_scalar("attention_bytes, B=8, T=30001, H=96", attention_bytes(&large), 4.0 * 8 * 96 * 30001 * 30001, 1e-9);
    suspect_factor("floats are counted; each has 4 bytes", 0.25);
    suspect_scalar("lse is one number for each query of each head", 4.0 * 8 * 96 * 30001 * 30001);
    grade_scalar("flash_bytes of the same", flash_bytes(&large), 4.0 * 8 * 96 * 30001, 1e-9);
    suspect_factor("keys and values: twice as much", 0.5);
    suspect_factor("floats are counted; each has 4 bytes", 0.25);
    grade_scalar("kv_cache_bytes, 80 layers, B=8, S=30001, G=8, D=128", kv_cache_bytes(80, 8, 30001, 8, 128),
                 2 * 4.0 * 80 * 8 * 30001 * 8 * 128, 1e-9);
}
