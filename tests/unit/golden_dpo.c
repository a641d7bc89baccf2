// of 20-dpo
// Losses and gradients beside TRL's and PyTorch's (tests/golden/20-dpo.py).
#include <criterion/criterion.h>
#include <math.h>

#include "20-dpo/dpo.h"
#include "golden/20-dpo.h"

enum { PAIRS = GOLDEN_PAIRS, ROWS = 2 * PAIRS, ANSWERS = GOLDEN_ANSWERS, T = GOLDEN_TOKENS };

static void same(const char *what, const float *got, const double *want, int n) {
    for (int i = 0; i < n; i++)
        cr_assert(fabs((double)got[i] - want[i]) <= 1e-5 * (1 + fabs(want[i])), "%s: number %d is %.9g, not %.9g", what,
                  i, (double)got[i], want[i]);
}

static void read_floats(float *x, const double *golden, int n) {
    for (int i = 0; i < n; i++) x[i] = (float)golden[i];
}

static void read_mask(bool *x, const int *golden, int n) {
    for (int i = 0; i < n; i++) x[i] = golden[i];
}

// Of whole answers, the chosen ones first, and what they are made of.
struct answers {
    float token[ROWS * T], log[ROWS], ref[ROWS];
    bool mask[ROWS * T];
};

// mean: each answer's log-probability is divided by its tokens, as TRL does for IPO.
static int over(const struct answers *x, int row, bool mean) {
    int count = 0;
    for (int t = 0; t < T; t++) count += x->mask[row * T + t];
    return mean ? count : 1;
}

static void read_answers(struct answers *x, bool mean) {
    read_mask(x->mask, golden_pair_mask, ROWS * T);
    read_floats(x->token, golden_pair_ref, ROWS * T);
    sequence_logs(x->ref, x->token, x->mask, ROWS, T);
    read_floats(x->token, golden_pair_logs, ROWS * T);
    sequence_logs(x->log, x->token, x->mask, ROWS, T);
    for (int r = 0; r < ROWS; r++) x->log[r] /= (float)over(x, r, mean), x->ref[r] /= (float)over(x, r, mean);
}

static void check_tokens(const char *what, float *dlog, const struct answers *x, bool mean, const double *want) {
    float dtoken[ROWS * T] = {0};
    for (int r = 0; r < ROWS; r++) dlog[r] /= (float)over(x, r, mean);
    sequence_logs_backward(dtoken, dlog, x->mask, ROWS, T);
    same(what, dtoken, want, ROWS * T);
}

static void check_dpo(const char *what, float smooth, double loss, const double *gradient) {
    struct answers x;
    float dlog[ROWS] = {0};
    read_answers(&x, false);
    const float got = dpo_forward(x.log, x.log + PAIRS, x.ref, x.ref + PAIRS, golden_beta, smooth, PAIRS);
    same(what, &got, &loss, 1);
    dpo_backward(dlog, dlog + PAIRS, 1, x.log, x.log + PAIRS, x.ref, x.ref + PAIRS, golden_beta, smooth, PAIRS);
    check_tokens(what, dlog, &x, false, gradient);
}

Test(golden_dpo, loss_and_gradients_are_trls) {
    check_dpo("dpo", 0, golden_dpo_loss, golden_dpo_gradient);
}

Test(golden_dpo, with_wrong_labels_as_pytorch_has_it) {
    check_dpo("smooth", golden_smooth, golden_smooth_loss, golden_smooth_gradient);
}

Test(golden_dpo, ipo_of_mean_logs_is_trls) {
    struct answers x;
    float dlog[ROWS] = {0};
    read_answers(&x, true);
    const float got = ipo_forward(x.log, x.log + PAIRS, x.ref, x.ref + PAIRS, golden_beta, PAIRS);
    same("ipo", &got, &golden_ipo_loss, 1);
    ipo_backward(dlog, dlog + PAIRS, 1, x.log, x.log + PAIRS, x.ref, x.ref + PAIRS, golden_beta, PAIRS);
    check_tokens("ipo", dlog, &x, true, golden_ipo_gradient);
}

Test(golden_dpo, grpo_loss_and_gradients_are_trls) {
    enum { N = ANSWERS * T };
    float score[ANSWERS], advantage[ANSWERS], now[N], old[N], ref[N], d[N] = {0};
    bool mask[N];
    read_floats(score, golden_score, ANSWERS);
    group_advantages(advantage, score, false, 2, ANSWERS / 2);
    same("centred", advantage, golden_centred, ANSWERS);
    group_advantages(advantage, score, true, 2, ANSWERS / 2);
    same("advantage", advantage, golden_advantage, ANSWERS);
    read_floats(now, golden_logs, N), read_floats(old, golden_old, N), read_floats(ref, golden_ref, N);
    read_mask(mask, golden_mask, N);
    const float got = grpo_forward(now, old, ref, advantage, mask, golden_clip, golden_price, ANSWERS, T);
    same("grpo", &got, &golden_grpo_loss, 1);
    grpo_backward(d, 1, now, old, ref, advantage, mask, golden_clip, golden_price, ANSWERS, T);
    same("grpo", d, golden_grpo_gradient, N);
}
