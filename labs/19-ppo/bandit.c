// Five machines, and who learns which one pays.
#include "19-ppo/bandit.h"

#include <math.h>

enum { STREAM_BANDIT = 61, STREAM_SPREAD };  // of the seed

const float bandit_pays[BANDIT_ARMS] = {4.0f, 4.5f, 3.0f, 5.0f, 3.5f};

static void chances(float *p, const float *logits) {
    for (int a = 0; a < BANDIT_ARMS; a++) p[a] = expf(log_policy(logits, a, BANDIT_ARMS));
}

static int choose(const float *p, struct rng *r) {
    float u = rng_uniform(r);
    for (int a = 0; a < BANDIT_ARMS - 1; a++) {
        if (u < p[a]) return a;
        u -= p[a];
    }
    return BANDIT_ARMS - 1;
}

static float pull(int arm, struct rng *r) {
    return bandit_pays[arm] + rng_normal(r);
}

void bandit_learn(float *best, const struct bandit_learning *how, uint64_t seed) {
    float logits[BANDIT_ARMS] = {0}, p[BANDIT_ARMS];
    double paid = 0;
    struct rng r;
    rng_seed(&r, seed, STREAM_BANDIT);
    for (int t = 0; t < how->steps; t++) {
        float dlogits[BANDIT_ARMS] = {0};
        chances(p, logits);
        best[t] = p[BANDIT_BEST];
        const int arm = choose(p, &r);
        const float pay = pull(arm, &r), expected = t > 0 ? (float)(paid / t) : 0;
        policy_gradient(dlogits, logits, arm, how->baseline ? pay - expected : pay, 0, BANDIT_ARMS);
        for (int a = 0; a < BANDIT_ARMS; a++) logits[a] -= how->lr * dlogits[a];
        paid += pay;
    }
}

double bandit_spread(float baseline, int draws, uint64_t seed) {
    const float logits[BANDIT_ARMS] = {0};
    double sum[BANDIT_ARMS] = {0}, squares = 0;
    float p[BANDIT_ARMS];
    struct rng r;
    rng_seed(&r, seed, STREAM_SPREAD);
    chances(p, logits);
    for (int i = 0; i < draws; i++) {
        float g[BANDIT_ARMS] = {0};
        const int arm = choose(p, &r);
        policy_gradient(g, logits, arm, pull(arm, &r) - baseline, 0, BANDIT_ARMS);
        for (int a = 0; a < BANDIT_ARMS; a++) {
            sum[a] += (double)g[a] / draws;
            squares += (double)g[a] * g[a] / draws;
        }
    }
    for (int a = 0; a < BANDIT_ARMS; a++) squares -= sum[a] * sum[a];
    return squares;
}
