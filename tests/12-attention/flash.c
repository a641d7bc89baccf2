// Tests of flash.c.
#include "12-attention/definitions.h"

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
