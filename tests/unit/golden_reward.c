// of 18-reward
// Pairs, loss and gradients beside TRL's and PyTorch's (tests/golden/18-reward.py).
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "18-reward/reward_model.h"
#include "golden/18-reward.h"

enum { PAIRS = GOLDEN_PAIRS, ROWS = 2 * PAIRS, T = GOLDEN_COLUMNS, C = GOLDEN_C, P = GOLDEN_P };

static void golden_model(struct reward_model *m) {
    struct gpt_config c = llama_config(GOLDEN_V, GOLDEN_T, GOLDEN_C, GOLDEN_L, GOLDEN_H, GOLDEN_G);
    float params[P];
    c.F = GOLDEN_F;
    c.eps = golden_eps;
    c.rope_base = golden_rope_base;
    cr_assert(gpt_parameters(&c) == P);
    for (int i = 0; i < P; i++) params[i] = (float)golden_params[i];
    reward_init(m, &c, params, &(struct rng){0});
    for (int i = 0; i < C; i++) m->head[i] = (float)golden_head[i];
    m->bias = 0;  // transformers' head has none
    gpt_reserve(&m->gpt, ROWS, T, true);
}

static void read_pairs(int *inputs, int *last) {
    struct documents d = {0};
    const int *said = golden_said;
    for (int k = 0; k < ROWS; k++) {
        for (int i = 0; i < golden_length[k]; i++) ids_push(&d.tokens, *said++);
        cuts_push(&d.ends, d.tokens.count);
    }
    const int longest = pair_batch(inputs, last, &d, (int[]){0, 1, 2, 3}, PAIRS, T);
    cr_assert(longest == T, "T is %d, not %d", longest, T);
    documents_free(&d);
}

static void same(const char *what, const float *got, const double *want, int n, double tolerance) {
    for (int i = 0; i < n; i++)
        cr_assert(fabs((double)got[i] - want[i]) <= tolerance * (1 + fabs(want[i])), "%s: number %d is %.9g, not %.9g",
                  what, i, (double)got[i], want[i]);
}

Test(golden_reward, pairs_lie_as_trl_has_them) {
    int inputs[ROWS * T], last[ROWS];
    read_pairs(inputs, last);
    cr_assert(memcmp(inputs, golden_inputs, sizeof inputs) == 0);
    cr_assert(memcmp(last, golden_last, sizeof last) == 0);
}

Test(golden_reward, scores_loss_and_gradients_are_trls) {
    struct reward_model m;
    int inputs[ROWS * T], last[ROWS];
    float score[ROWS];
    golden_model(&m);
    read_pairs(inputs, last);
    reward_score(score, &m, inputs, last, ROWS, T);
    same("score", score, golden_score, ROWS, 1e-5);
    const float loss = reward_gradient(&m, inputs, last, (float)golden_center, PAIRS, T);
    same("loss", &loss, &golden_loss, 1, 1e-5);
    same("gradient of the model", m.gpt.grads, golden_gradient, P, 2e-5);
    same("gradient of the head", m.dhead, golden_head_gradient, C, 1e-5);
    same("gradient of its bias", &m.dbias, &golden_bias_gradient, 1, 1e-5);
    reward_free(&m);
}

Test(golden_reward, a_margin_too) {
    float score[ROWS], dscore[ROWS] = {0};
    for (int i = 0; i < ROWS; i++) score[i] = (float)golden_score[i];
    const float loss = bradley_terry_forward(score, score + PAIRS, 0.7f, (float)golden_center, PAIRS);
    bradley_terry_backward(dscore, dscore + PAIRS, 1, score, score + PAIRS, 0.7f, (float)golden_center, PAIRS);
    same("loss", &loss, &golden_margin_loss, 1, 1e-6);
    same("gradient of the scores", dscore, golden_margin_gradient, ROWS, 1e-6);
    memset(dscore, 0, sizeof dscore);
    bradley_terry_backward(dscore, dscore + PAIRS, 1, score, score + PAIRS, 0, (float)golden_center, PAIRS);
    same("gradient of the scores without a margin", dscore, golden_score_gradient, ROWS, 1e-6);
}
