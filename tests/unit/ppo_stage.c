// of 19-ppo
// The given code of chapter 19: the small worlds, a policy with its rollouts, and the stage that trains it.
#include <criterion/criterion.h>
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "19-ppo/bandit.h"
#include "19-ppo/grid.h"
#include "19-ppo/policy.h"
#include "datasets/micro_world.h"

// ---- the small worlds -----------------------------------------------------------------------------------------------
// At equal chances p = 1/5 a step's gradient is -(pay - baseline) * (onehot - p), and |onehot - p|^2 = 1 - p.
static double spread_by_definition(double baseline) {
    double squares = 0, mean[BANDIT_ARMS] = {0};
    const double p = 1.0 / BANDIT_ARMS;
    for (int a = 0; a < BANDIT_ARMS; a++) {
        const double pay = (double)bandit_pays[a] - baseline;
        squares += p * (1 - p) * (pay * pay + 1);
        for (int k = 0; k < BANDIT_ARMS; k++) mean[k] += p * pay * ((k == a) - p);
    }
    for (int k = 0; k < BANDIT_ARMS; k++) squares -= mean[k] * mean[k];
    return squares;
}

Test(ppo_bandit, a_step_strays_as_far_as_computed) {
    for (int k = 0; k < 2; k++) {
        const double wanted = spread_by_definition(4.0 * k), got = bandit_spread(4.0f * (float)k, 200000, 5);
        cr_assert(fabs(got / wanted - 1) < 0.02, "baseline %d: %g, not %g", 4 * k, got, wanted);
    }
}

Test(ppo_bandit, a_baseline_finds_the_best_machine) {
    enum { RUNS = 100, STEPS = 400 };
    float best[STEPS];
    int found[2] = {0};
    for (int baseline = 0; baseline < 2; baseline++) {
        const struct bandit_learning how = {STEPS, 0.1f, baseline};
        for (int i = 0; i < RUNS; i++) {
            bandit_learn(best, &how, (uint64_t)i);
            cr_assert(fabsf(best[0] - 0.2f) < 1e-6f);
            found[baseline] += best[STEPS - 1] > 0.5f;
        }
    }
    cr_assert(found[1] >= 95 && found[0] <= 80, "found without %d, with a baseline %d of %d", found[0], found[1], RUNS);
}

Test(ppo_grid, has_the_published_values) {
    // Russell and Norvig, figure "The utilities of the states in the 4 x 3 world".
    static const double published[GRID_CELLS] = {0.812, 0.868, 0.918, 0,     0.762, 0,
                                                 0.660, 0,     0.705, 0.655, 0.611, 0.388};
    double value[GRID_CELLS];
    enum grid_move best[GRID_CELLS] = {0};
    grid_solve(value, best);
    for (int cell = 0; cell < GRID_CELLS; cell++)
        cr_assert(fabs(value[cell] - published[cell]) < 6e-4, "cell %d: %g, not %g", cell, value[cell],
                  published[cell]);
    cr_assert(best[0] == GRID_EAST && best[4] == GRID_NORTH && best[11] == GRID_WEST);
}

Test(ppo_grid, walks_as_its_rules_say) {
    // From the start to the north: 8 of 10 arrive, 1 slips east, 1 stays at the wall in the west.
    enum { TRIES = 20000 };
    int arrived[GRID_CELLS] = {0};
    struct rng r;
    rng_seed(&r, 3, 1);
    for (int i = 0; i < TRIES; i++) {
        int cell = grid_start();
        cr_assert(grid_step(&cell, GRID_NORTH, &r) == -0.04f);
        arrived[cell]++;
    }
    cr_assert(abs(arrived[4] - 16000) < 300 && abs(arrived[9] - 2000) < 200 && abs(arrived[8] - 2000) < 200);
    cr_assert(grid_beside(4, GRID_EAST) == 4 && grid_beside(9, GRID_NORTH) == 9, "the wall is in the way");
    cr_assert(grid_ends(3) && grid_ends(7) && !grid_ends(8));
}

Test(ppo_grid, clipping_keeps_many_passes_from_breaking) {
    double last[GRID_METHODS] = {0};
    enum { RUNS = 12 };
    for (int m = 0; m < GRID_METHODS; m++) {
        struct grid_learning how = grid_learning_defaults((enum grid_method)m);
        float *returns = alloc_floats((size_t)how.rounds);
        struct grid_agent a;
        for (int i = 0; i < RUNS; i++) {
            grid_learn(&a, returns, &how, (uint64_t)i);
            for (int t = how.rounds - 30; t < how.rounds; t++) last[m] += (double)returns[t] / (30 * RUNS);
        }
        free(returns);
    }
    cr_assert(last[GRID_PPO] > 0.6 && last[GRID_ACTOR_CRITIC] > 0.5, "%g, %g", last[GRID_PPO], last[GRID_ACTOR_CRITIC]);
    cr_assert(last[GRID_MANY_PASSES] < last[GRID_PPO] - 0.2, "%g", last[GRID_MANY_PASSES]);
}

// ---- rollouts -------------------------------------------------------------------------------------------------------
static const struct rollout_rules rules = {.beta = 0.3f, .gamma = 1, .lambda = 0.9f, .missing = -2, .limit = 5};

// A policy that is not its reference any more, and has a critic.
static void stray(struct policy *p, struct teachers *t, uint64_t seed) {
    struct rng r;
    policy_init(p, &t->reference.config, t->reference.params, 8, PAIR_T);
    rng_seed(&r, seed, 9);
    for (size_t i = 0; i < p->gpt.parameters; i++) p->gpt.params[i] += 0.02f * rng_normal(&r);
    for (int i = 0; i < p->gpt.config.C; i++) p->head[i] = 0.2f * rng_normal(&r);
    p->bias = 0.1f;
}

// By definition: the log of a token's probability where the texts so far are `id` (n), read alone.
static double log_of(struct gpt *m, const int *id, int n, int token, double *entropy) {
    const int V = m->config.V;
    const float *logits = gpt_forward(m, id, NULL, 1, n) + (size_t)(n - 1) * V;
    double most = -INFINITY, sum = 0;
    for (int v = 0; v < V; v++) most = fmax(most, (double)logits[v]);
    for (int v = 0; v < V; v++) sum += exp((double)logits[v] - most);
    *entropy = 0;
    for (int v = 0; v < V; v++) {
        const double l = (double)logits[v] - most - log(sum);
        *entropy -= exp(l) * l;
    }
    return (double)logits[token] - most - log(sum);
}

Test(ppo_rollout, every_token_is_written_down_as_it_was_said) {
    struct teachers t;
    struct policy p;
    struct rollout r;
    teachers_quick(&t, 4);
    stray(&p, &t, 4);
    rollout_init(&r, 70);
    rollout_draw(&r, &p, &t.reference, &t.judge, &rules, false, 11);
    for (int b = 0; b < r.B; b += 3) {
        const struct micro_world_instruction *q = &r.answers.question[b];
        const int *said = r.answers.id + (size_t)b * (MW_RESPONSE_LONGEST + 1), n = r.answers.length[b];
        int id[PAIR_T], counted = 0;
        memcpy(id, q->prompt, (size_t)q->prompt_count * sizeof(int));
        memcpy(id + q->prompt_count, said, (size_t)n * sizeof(int));
        for (int at = 0; at < r.T; at++) counted += r.mask[(size_t)b * r.T + at];
        cr_assert(counted == n, "text %d: %d tokens count, it has %d", b, counted, n);
        for (int i = 0; i < n; i += 2) {
            const int before = q->prompt_count + i;  // tokens
            const size_t at = (size_t)b * r.T + (size_t)before - 1;
            double entropy, unused;
            const double log_prob = log_of(&p.gpt, id, before, said[i], &entropy);
            const double log_ref = log_of(&t.reference, id, before, said[i], &unused);
            cr_assert(r.mask[at] && r.action[at] == said[i] && r.inputs[at] == id[before - 1]);
            cr_assert(fabs((double)r.log_prob[at] - log_prob) < 1e-4);
            cr_assert(fabs((double)r.log_ref[at] - log_ref) < 1e-4);
            cr_assert(fabs((double)r.entropy[at] - entropy) < 1e-4);
        }
    }
    rollout_free(&r);
    policy_free(&p);
    teachers_free(&t);
}

Test(ppo_rollout, rewards_are_the_score_less_the_price_of_the_way) {
    struct teachers t;
    struct policy p;
    struct rollout r;
    double distance = 0;
    int cut = 0;
    teachers_quick(&t, 5);
    stray(&p, &t, 5);
    rollout_init(&r, 60);
    rollout_draw(&r, &p, &t.reference, &t.judge, &rules, true, 12);
    float *score = alloc_floats(60);
    reward_answers(score, &t.judge, &r.answers);
    for (int b = 0; b < r.B; b++) {
        double sum = 0, way = 0;
        for (int at = b * r.T; at < (b + 1) * r.T; at++) {
            sum += (double)r.reward[at];
            if (r.mask[at]) way += (double)r.log_prob[at] - (double)r.log_ref[at];
        }
        const float wanted = r.answers.ended[b] ? score[b] : rules.missing;
        cut += !r.answers.ended[b];
        cr_assert(fabsf(r.score[b] - wanted) < 1e-6f);
        cr_assert(fabs(sum - ((double)wanted - (double)rules.beta * way)) < 1e-4);
        distance += way / r.B;
    }
    cr_assert(cut > 0 && cut < r.B);
    cr_assert(fabs(distance - sequence_kl(r.log_prob, r.log_ref, r.mask, r.B, r.T)) < 1e-6);
    free(score);
    rollout_free(&r);
    policy_free(&p);
    teachers_free(&t);
}

Test(ppo_rollout, the_first_minibatch_is_where_the_rollout_was) {
    struct teachers t;
    struct policy p;
    struct rollout r;
    struct minibatch b;
    struct ppo_training how = ppo_training_quick();
    struct ppo_health h = {0};
    int which[64];
    teachers_quick(&t, 6);
    policy_init(&p, &t.reference.config, t.reference.params, 64, PAIR_T);
    rollout_init(&r, 64);
    rollout_draw(&r, &p, &t.reference, &t.judge, &rules, false, 13);
    cr_assert(sequence_kl(r.log_prob, r.log_ref, r.mask, r.B, r.T) == 0, "a policy is at distance 0 from itself");
    for (int n = 0; n < r.B * r.T; n++) cr_assert(r.value[n] == 0, "the critic knows nothing yet");
    for (int i = 0; i < 64; i++) which[i] = i;
    minibatch_init(&b, 64);
    minibatch_gather(&b, &r, which, 64);
    minibatch_gradient(&p, &b, &how, &h);
    for (int n = 0; n < r.B * r.T; n++) cr_assert(expf(b.log_prob[n] - b.log_old[n]) == 1, "a ratio is not exactly 1");
    cr_assert(h.clip_share == 0 && h.approximate_kl == 0 && h.count == 1);
    minibatch_free(&b);
    rollout_free(&r);
    policy_free(&p);
    teachers_free(&t);
}

// ---- gradients ------------------------------------------------------------------------------------------------------
static double loss_of(struct policy *p, struct minibatch *b, const struct ppo_training *how) {
    const int N = b->B * b->T;
    gpt_forward(&p->gpt, b->inputs, NULL, b->B, b->T);
    token_logs(b->log_prob, NULL, p->gpt.logits, b->action, 1, N, p->gpt.config.V);
    policy_values(b->value, p, N);
    return (double)ppo_policy_forward(b->log_prob, b->log_old, b->advantage, b->mask, how->clip, N) +
           (double)how->value_weight *
               (double)ppo_value_forward(b->value, b->value_old, b->returns, b->mask, how->value_clip, N);
}

// The loss along the gradient of n numbers rises by the gradient's length.
static void check_slope(struct policy *p, struct minibatch *b, const struct ppo_training *how, float *w, const float *g,
                        size_t n, const char *name) {
    float *keep = alloc_floats(n);
    double length = 0, loss[2];
    const double h = 2e-3;
    for (size_t i = 0; i < n; i++) length += (double)g[i] * (double)g[i];
    length = sqrt(length);
    cr_assert(length > 1e-5, "%s: no gradient", name);
    memcpy(keep, w, n * sizeof(float));
    for (int side = 0; side < 2; side++) {
        for (size_t i = 0; i < n; i++) w[i] = keep[i] + (float)((side ? h : -h) * (double)g[i] / length);
        loss[side] = loss_of(p, b, how);
    }
    memcpy(w, keep, n * sizeof(float));
    const double slope = (loss[1] - loss[0]) / (2 * h);
    cr_assert(fabs(slope - length) < 0.03 * length + 1e-4, "%s: slope %g, gradient %g", name, slope, length);
    free(keep);
}

Test(ppo_policy, every_tensor_has_its_gradient) {
    struct teachers t;
    struct policy p;
    struct rollout r;
    struct minibatch b;
    struct ppo_training how = ppo_training_quick();
    struct ppo_health h = {0};
    int tensors;
    const int which[8] = {7, 0, 3, 5, 1, 2, 9, 8};
    how.clip = 10;  // nothing is held: where sides change, a slope is not one
    how.value_clip = 10;
    teachers_quick(&t, 7);
    stray(&p, &t, 7);
    rollout_init(&r, 10);
    rollout_draw(&r, &p, &t.reference, &t.judge, &rules, false, 14);
    minibatch_init(&b, 8);
    minibatch_gather(&b, &r, which, 8);
    minibatch_gradient(&p, &b, &how, &h);
    minibatch_gradient(&p, &b, &how, &h);  // what the first left behind does not count
    struct gpt_tensor *tensor = gpt_tensors(&p.gpt.config, &tensors);
    float *grads = alloc_floats(p.gpt.parameters), *dhead = alloc_floats((size_t)p.gpt.config.C), dbias = p.dbias;
    memcpy(grads, p.gpt.grads, p.gpt.parameters * sizeof(float));
    memcpy(dhead, p.dhead, (size_t)p.gpt.config.C * sizeof(float));
    for (int i = 0; i < tensors; i++)
        check_slope(&p, &b, &how, p.gpt.params + tensor[i].at, grads + tensor[i].at, tensor[i].size, tensor[i].name);
    check_slope(&p, &b, &how, p.head, dhead, (size_t)p.gpt.config.C, "head");
    check_slope(&p, &b, &how, &p.bias, &dbias, 1, "bias");
    free(tensor);
    free(grads);
    free(dhead);
    minibatch_free(&b);
    rollout_free(&r);
    policy_free(&p);
    teachers_free(&t);
}

// ---- the stage ------------------------------------------------------------------------------------------------------
Test(ppo_stage, the_same_bits_with_one_thread_and_with_two) {
    struct teachers t;
    struct policy p[2];
    teachers_quick(&t, 8);
    for (int k = 0; k < 2; k++) {
        struct ppo_training how = ppo_training_quick();
        how.target = 0.5;
        omp_set_num_threads(k + 1);
        policy_init(&p[k], &t.reference.config, t.reference.params, how.minibatch, PAIR_T);
        ppo_train(&p[k], &t.reference, &t.judge, &how);
    }
    cr_assert(memcmp(p[0].gpt.params, p[1].gpt.params, p[0].gpt.parameters * sizeof(float)) == 0);
    cr_assert(memcmp(p[0].head, p[1].head, (size_t)p[0].gpt.config.C * sizeof(float)) == 0);
    cr_assert(memcmp(p[0].gpt.params, t.reference.params, p[0].gpt.parameters * sizeof(float)) != 0);
    for (int k = 0; k < 2; k++) policy_free(&p[k]);
    teachers_free(&t);
}

Test(ppo_stage, says_more_often_what_its_judge_likes) {
    struct teachers t;
    struct policy p;
    struct ppo_training how = ppo_training_quick();
    teachers_quick(&t, 9);
    how.iterations = 8;
    how.rollouts = 32;
    how.minibatch = 16;
    how.lr = 4e-3f;
    how.rules.beta = 0.02f;
    policy_init(&p, &t.reference.config, t.reference.params, how.minibatch, PAIR_T);
    const struct policy_exam before = policy_examine(&p, &t.reference, &t.judge, &how.rules, 100, 3);
    ppo_train(&p, &t.reference, &t.judge, &how);
    const struct policy_exam after = policy_examine(&p, &t.reference, &t.judge, &how.rules, 100, 3);
    cr_assert(before.kl == 0 && after.kl > 0);
    cr_assert(after.proxy > before.proxy + 0.3, "%g before, %g after", before.proxy, after.proxy);
    policy_free(&p);
    teachers_free(&t);
}
