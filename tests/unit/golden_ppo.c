// of 19-ppo
// A batch of texts from logits to gradients beside TRL's PPOTrainer and PyTorch (tests/golden/19-ppo.py).
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "19-ppo/ppo.h"
#include "golden/19-ppo.h"

enum { B = GOLDEN_B, T = GOLDEN_T, V = GOLDEN_V, N = B * T };

static void same(const char *what, const float *got, const double *want, int n, double tolerance) {
    for (int i = 0; i < n; i++)
        cr_assert(fabs((double)got[i] - want[i]) <= tolerance * (1 + fabs(want[i])), "%s: number %d is %.9g, not %.9g",
                  what, i, (double)got[i], want[i]);
}

static const float *floats(const double *x, int n) {
    static float pool[8][N * V];
    static int next;
    float *y = pool[next++ % 8];
    for (int i = 0; i < n; i++) y[i] = (float)x[i];
    return y;
}

Test(golden_ppo, rewards_and_advantages_are_trls) {
    float old[N], ref[N], reward[N], advantage[N], returns[N], around[N];
    const float *value = floats(golden_value, N), *score = floats(golden_score, B);
    token_logs(old, NULL, floats(golden_old_logits, N * V), golden_action, 1, N, V);
    token_logs(ref, NULL, floats(golden_ref_logits, N * V), golden_action, 1, N, V);
    same("log_prob", old, golden_old, N, 1e-5);
    same("log_ref", ref, golden_ref, N, 1e-5);
    token_rewards(reward, old, ref, golden_mask, score, golden_beta, B, T);
    same("reward", reward, golden_reward, N, 1e-5);
    batch_advantages(advantage, returns, reward, value, golden_mask, golden_gamma, golden_lambda, B, T);
    same("advantage", advantage, golden_advantage, N, 1e-5);
    same("returns", returns, golden_returns, N, 1e-5);
    memcpy(around, advantage, sizeof around);
    whiten(advantage, golden_mask, false, N);
    whiten(around, golden_mask, true, N);
    same("whitened advantage", advantage, golden_white, N, 1e-5);
    same("whitened advantage, mean kept", around, golden_white_around_mean, N, 1e-5);
}

Test(golden_ppo, losses_and_gradients_are_trls) {
    float log_prob[N], dlog_prob[N] = {0}, dvalue[N] = {0}, logits[N * V], loss[2];
    const float *old = floats(golden_old, N), *advantage = floats(golden_white, N),
                *returns = floats(golden_returns, N);
    const float *value = floats(golden_value, N), *guess = floats(golden_guess, N);
    memcpy(logits, floats(golden_logits, N * V), sizeof logits);
    token_logs(log_prob, NULL, logits, golden_action, 1, N, V);
    loss[0] = ppo_policy_forward(log_prob, old, advantage, golden_mask, golden_clip, N);
    loss[1] = ppo_value_forward(guess, value, returns, golden_mask, golden_value_clip, N);
    same("losses", loss, golden_loss, 2, 1e-5);
    ppo_policy_backward(dlog_prob, 1, log_prob, old, advantage, golden_mask, golden_clip, N);
    ppo_value_backward(dvalue, golden_value_weight, guess, value, returns, golden_mask, golden_value_clip, N);
    token_logs_backward(logits, dlog_prob, NULL, golden_action, 1, N, V);
    same("gradient of the logits", logits, golden_dlogits, N * V, 1e-5);
    same("gradient of the values", dvalue, golden_dvalue, N, 1e-5);
    const float health[] = {(float)approximate_kl(log_prob, old, golden_mask, N),
                            (float)clip_share(log_prob, old, golden_mask, golden_clip, N),
                            (float)explained_variance(value, returns, golden_mask, N),
                            (float)sequence_kl(old, floats(golden_ref, N), golden_mask, B, T)};
    same("health", health, golden_health, 4, 1e-5);
}

Test(golden_ppo, a_temperature_and_entropy_are_pytorchs) {
    float log_prob[N], entropy[N], logits[N * V];
    const float *up = floats(golden_up, N), *more = floats(golden_more, N);
    memcpy(logits, floats(golden_old_logits, N * V), sizeof logits);
    token_logs(log_prob, entropy, logits, golden_action, golden_temperature, N, V);
    same("log_prob", log_prob, golden_warm_log, N, 1e-5);
    same("entropy", entropy, golden_warm_entropy, N, 1e-5);
    token_logs_backward(logits, up, more, golden_action, golden_temperature, N, V);
    same("gradient of the logits", logits, golden_warm_slopes, N * V, 1e-5);
}

Test(golden_ppo, the_price_goes_trls_way) {
    float beta = 0.2f;
    for (int i = 0; i < COUNT(golden_kls); i++) {
        beta = kl_control(beta, golden_kls[i], 6, 64, 1000);
        same("beta", &beta, &golden_betas[i], 1, 1e-6);
    }
}
