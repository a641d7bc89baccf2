// PPO on a language model: speak, judge, learn from it for a few passes, speak again.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "19-ppo/policy.h"

struct ppo_training ppo_training_defaults(void) {
    return (struct ppo_training){
        .iterations = 100,
        .rollouts = 128,
        .epochs = 2,
        .minibatch = 64,
        .lr = 5e-4f,
        .head_scale = 20,
        .warmup = 5,
        .clip = 0.2f,
        .value_clip = 0.2f,
        .value_weight = 0.5f,
        .rules = {.beta = 0.1f, .gamma = 1, .lambda = 0.95f, .missing = -2, .limit = 5},
        .horizon = 2000,
        .seed = 1,
        .label = "ppo",
    };
}

static double mean_masked(const float *x, const bool *mask, int N) {
    double sum = 0;
    int count = 0;
    for (int n = 0; n < N; n++)
        if (mask[n]) sum += x[n], count++;
    return count ? sum / count : 0;
}

static double mean(const float *x, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) sum += x[i];
    return sum / n;
}

// ---- one minibatch ----------------------------------------------------------------------------------------------------
struct minibatch {
    int B, T;
    int *inputs, *action;  // (B,T) rows of a rollout
    bool *mask;
    float *log_old, *value_old, *advantage, *returns;  // (B,T)
    float *log_prob, *value, *dlog_prob, *dvalue;      // (B,T)
};
struct health {
    double approximate_kl, clip_share, value_loss, policy_loss, gradient;
    int count;
};

static void minibatch_init(struct minibatch *b, int B) {
    const size_t most = (size_t)B * PAIR_T;
    float **array[] = {&b->log_old,  &b->value_old, &b->advantage, &b->returns,
                       &b->log_prob, &b->value,     &b->dlog_prob, &b->dvalue};
    b->inputs = alloc_zeroed(most, sizeof(int));
    b->action = alloc_zeroed(most, sizeof(int));
    b->mask = alloc_zeroed(most, sizeof(bool));
    for (int k = 0; k < COUNT(array); k++) *array[k] = alloc_floats(most);
}

static void minibatch_free(struct minibatch *b) {
    float *array[] = {b->log_old,  b->value_old, b->advantage, b->returns,
                      b->log_prob, b->value,     b->dlog_prob, b->dvalue};
    free(b->inputs);
    free(b->action);
    free(b->mask);
    for (int k = 0; k < COUNT(array); k++) free(array[k]);
}

static void gather(struct minibatch *b, const struct rollout *r, const int *which, int B) {
    b->B = B, b->T = r->T;
    for (int i = 0; i < B; i++) {
        const size_t to = (size_t)i * r->T, from = (size_t)which[i] * r->T, n = (size_t)r->T;
        memcpy(b->inputs + to, r->inputs + from, n * sizeof(int));
        memcpy(b->action + to, r->action + from, n * sizeof(int));
        memcpy(b->mask + to, r->mask + from, n * sizeof(bool));
        memcpy(b->log_old + to, r->log_prob + from, n * sizeof(float));
        memcpy(b->value_old + to, r->value + from, n * sizeof(float));
        memcpy(b->advantage + to, r->advantage + from, n * sizeof(float));
        memcpy(b->returns + to, r->returns + from, n * sizeof(float));
    }
}

static void learn(struct policy *p, struct minibatch *b, const struct ppo_training *how, struct health *h) {
    struct gpt *m = &p->gpt;
    const int N = b->B * b->T, V = m->config.V;
    gpt_forward(m, b->inputs, NULL, b->B, b->T);
    token_logs(b->log_prob, NULL, m->logits, b->action, 1, N, V);
    policy_values(b->value, p, N);
    h->policy_loss += ppo_policy_forward(b->log_prob, b->log_old, b->advantage, b->mask, how->clip, N);
    h->value_loss += ppo_value_forward(b->value, b->value_old, b->returns, b->mask, how->value_clip, N);
    h->approximate_kl += approximate_kl(b->log_prob, b->log_old, b->mask, N);
    h->clip_share += clip_share(b->log_prob, b->log_old, b->mask, how->clip, N);
    h->count++;
    memset(b->dlog_prob, 0, (size_t)N * sizeof(float));
    memset(b->dvalue, 0, (size_t)N * sizeof(float));
    ppo_policy_backward(b->dlog_prob, 1, b->log_prob, b->log_old, b->advantage, b->mask, how->clip, N);
    ppo_value_backward(b->dvalue, how->value_weight, b->value, b->value_old, b->returns, b->mask, how->value_clip, N);
    token_logs_backward(m->logits, b->dlog_prob, NULL, b->action, 1, N, V);
    policy_backward(p, b->dvalue, b->inputs, b->B, b->T);
}

// ---- the whole run ------------------------------------------------------------------------------------------------------
void ppo_train(struct policy *p, struct gpt *reference, struct reward_model *judge, const struct ppo_training *how) {
    struct rollout r;
    struct minibatch b;
    struct tuner tuner;
    struct rollout_rules rules = how->rules;
    struct rng rng;
    struct csv_log csv;
    struct progress bar;
    const int steps = (how->rollouts + how->minibatch - 1) / how->minibatch * how->epochs * how->iterations;
    int *order = alloc_zeroed((size_t)how->rollouts, sizeof(int));
    rng_seed(&rng, how->seed, 41);
    rollout_init(&r, how->rollouts);
    minibatch_init(&b, how->minibatch);
    tuner_init(&tuner, how->lr, steps);
    tuner.weight_decay = 0, tuner.eps = 1e-5f, tuner.warmup = 0;
    tuner_add_model(&tuner, &p->gpt, p->gpt.config.L);
    tuner_add(&tuner, p->head, p->dhead, (size_t)p->gpt.config.C, false, how->head_scale);
    tuner_add(&tuner, &p->bias, &p->dbias, 1, false, how->head_scale);
    if (how->out)
        csv_open(&csv, how->out, "ppo.csv",
                 "iteration,proxy,gold,kl,entropy,clip_share,ended,beta,rude,polite,right,honest,length,explained,"
                 "approximate_kl,value_loss");
    progress_start(&bar, how->label, how->iterations, "rollouts");
    for (int it = 0; it < how->iterations; it++) {
        struct health h = {0};
        const float up = how->warmup > 0 ? (float)(it + 1) / (float)how->warmup : 1;
        const float rate = how->lr * (up < 1 ? up : 1) * (1 - (float)it / (float)how->iterations);
        tuner.lr_max = tuner.lr_min = rate;
        rollout_draw(&r, p, reference, judge, &rules, false, how->seed * 100003 + (uint64_t)it);
        const int N = r.B * r.T;
        for (int i = 0; i < r.B; i++) order[i] = i;
        for (int e = 0; e < how->epochs; e++) {
            rng_shuffle(&rng, order, r.B);
            for (int first = 0; first < r.B; first += how->minibatch) {
                gather(&b, &r, order + first, r.B - first < how->minibatch ? r.B - first : how->minibatch);
                learn(p, &b, how, &h);
                h.gradient += tuner_step(&tuner);
            }
        }
        const struct exam e = exam_grade(&r.answers);
        const double kl = sequence_kl(r.log_prob, r.log_ref, r.mask, r.B, r.T), proxy = mean(r.score, r.B);
        if (how->out)
            csv_row(&csv, "%d,%.6g,%.6g,%.6g,%.6g,%.6g,%.6g,%.6g,%.6g,%.6g,%.6g,%.6g,%.6g,%.6g,%.6g,%.6g", it + 1,
                    proxy, e.gold, kl, mean_masked(r.entropy, r.mask, N), h.clip_share / h.count, e.ended,
                    (double)rules.beta, e.rude, e.polite, e.right, e.honest, e.length,
                    explained_variance(r.value, r.returns, r.mask, N), h.approximate_kl / h.count,
                    h.value_loss / h.count);
        if (how->target > 0) rules.beta = kl_control(rules.beta, kl, how->target, r.B, how->horizon);
        progress_update(&bar, it + 1, "proxy %.2f  gold %.2f  kl %.2f", proxy, e.gold, kl);
    }
    progress_end(&bar, "done");
    if (how->out) csv_close(&csv);
    tuner_free(&tuner);
    minibatch_free(&b);
    rollout_free(&r);
    free(order);
}

struct policy_exam policy_examine(struct policy *p, struct gpt *reference, struct reward_model *judge,
                                  const struct rollout_rules *rules, int questions, uint64_t seed) {
    struct policy_exam e;
    struct rollout r;
    rollout_init(&r, questions);
    rollout_draw(&r, p, reference, judge, rules, true, seed);
    e.drawn = exam_grade(&r.answers);
    e.proxy = mean(r.score, r.B);
    e.kl = sequence_kl(r.log_prob, r.log_ref, r.mask, r.B, r.T);
    e.entropy = mean_masked(r.entropy, r.mask, r.B * r.T);
    e.greedy = exam_run(&p->gpt.config, p->gpt.params, -1, questions, 0, seed + 1);
    rollout_free(&r);
    return e;
}
