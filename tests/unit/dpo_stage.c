// of 20-dpo
// The given code of chapter 20: batches of pairs, groups of answers, their gradients, and the stage that trains with
// them.
#include <criterion/criterion.h>
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "20-dpo/alignment.h"

// A policy that is not its reference any more.
static void stray(struct policy *p, struct teachers *t, uint64_t seed) {
    struct rng r;
    policy_init(p, &t->reference.config, t->reference.params, 16, PAIR_T);
    rng_seed(&r, seed, 9);
    for (size_t i = 0; i < p->gpt.parameters; i++) p->gpt.params[i] += 0.02f * rng_normal(&r);
}

// By definition: the log-probability of conversation `c` from the first marked token on, each read alone.
static double log_of(struct gpt *m, const struct documents *d, int c) {
    const size_t start = c > 0 ? d->ends.end[c - 1] : 0;
    const int n = (int)(d->ends.end[c] - start), V = m->config.V;
    int id[PAIR_T + 1];
    double sum = 0;
    for (int i = 0; i < n; i++) id[i] = d->tokens.id[start + (size_t)i] & ~LEARN;
    for (int i = 1; i < n; i++) {
        if (!(d->tokens.id[start + (size_t)i] & LEARN)) continue;
        const float *logits = gpt_forward(m, id, NULL, 1, i) + (size_t)(i - 1) * V;
        double total = 0;
        for (int v = 0; v < V; v++) total += exp((double)logits[v] - (double)logits[id[i]]);
        sum -= log(total);
    }
    return sum;
}

// ---- pairs ----------------------------------------------------------------------------------------------------------
Test(dpo_pairs, whole_answers_are_read_by_both_models) {
    struct teachers t;
    struct policy p;
    struct reward_pairs pairs;
    struct preferences b;
    const int which[5] = {3, 0, 7, 7, 4};
    const struct alignment how = {.method = METHOD_DPO, .beta = 0.3f};
    teachers_quick(&t, 3);
    stray(&p, &t, 3);
    reward_pairs_draw(&pairs, 8, false, false, 5, PAIRS_TO_LEARN);
    preferences_init(&b, 5);
    preferences_fill(&b, &pairs, which, 5, &t.reference);
    const double loss = (double)preferences_loss(&b, &p, &how);
    double wanted = 0;
    for (int i = 0; i < 5; i++) {
        double of[2][2];  // chosen, rejected: policy, reference
        for (int k = 0; k < 2; k++) {
            of[k][0] = log_of(&p.gpt, &pairs.conversations, 2 * which[i] + k);
            of[k][1] = log_of(&t.reference, &pairs.conversations, 2 * which[i] + k);
            cr_assert(fabs(of[k][0] - (double)b.policy[i + 5 * k]) < 1e-3);
            cr_assert(fabs(of[k][1] - (double)b.reference[i + 5 * k]) < 1e-3);
        }
        const double h = (of[0][0] - of[1][0]) - (of[0][1] - of[1][1]);
        cr_assert(fabs(h - (double)preferences_shift(&b, i)) < 2e-3);
        wanted += log1p(exp(-0.3 * h)) / 5;
    }
    cr_assert(fabs(loss - wanted) < 1e-3, "the loss is %g, not %g", loss, wanted);
    preferences_free(&b);
    reward_pairs_free(&pairs);
    policy_free(&p);
    teachers_free(&t);
}

Test(dpo_pairs, where_nothing_moved_the_loss_is_known) {
    struct teachers t;
    struct policy p;
    struct reward_pairs pairs;
    struct preferences b;
    const int which[4] = {0, 1, 2, 3};
    struct alignment how = {.method = METHOD_DPO, .beta = 0.2f};
    teachers_quick(&t, 4);
    policy_init(&p, &t.reference.config, t.reference.params, 8, PAIR_T);
    reward_pairs_draw(&pairs, 4, false, false, 6, PAIRS_TO_LEARN);
    preferences_init(&b, 4);
    preferences_fill(&b, &pairs, which, 4, &t.reference);
    cr_assert(fabsf(preferences_loss(&b, &p, &how) - logf(2)) < 1e-6f);
    how.method = METHOD_IPO;
    cr_assert(fabsf(preferences_loss(&b, &p, &how) - 6.25f) < 1e-5f, "(1 / (2 * 0.2))^2");
    preferences_free(&b);
    reward_pairs_free(&pairs);
    policy_free(&p);
    teachers_free(&t);
}

// ---- groups ---------------------------------------------------------------------------------------------------------
Test(dpo_groups, the_same_question_and_other_answers) {
    enum { G = 6, N = 18 };
    struct teachers t;
    struct answers a, alone;
    int different = 0;
    teachers_quick(&t, 5);
    answers_init(&a, N);
    answers_init(&alone, N / G);
    group_ask(&a, G, false, 9);
    answers_ask(&alone, -1, false, 9);
    answers_draw(&a, &t.reference.config, t.reference.params, 1, 9);
    for (int i = 0; i < N; i++) {
        const struct micro_world_instruction *q = &a.question[i], *wanted = &alone.question[i / G];
        cr_assert(q->prompt_count == wanted->prompt_count &&
                  memcmp(q->prompt, wanted->prompt, (size_t)q->prompt_count * sizeof(int)) == 0);
        const int *said = a.id + (size_t)i * (MW_RESPONSE_LONGEST + 1),
                  *first = said - (size_t)(i % G) * (MW_RESPONSE_LONGEST + 1);
        different += i % G > 0 && (a.length[i] != a.length[i - i % G] ||
                                   memcmp(said, first, (size_t)a.length[i] * sizeof(int)) != 0);
    }
    cr_assert(different > N / 3, "%d of the answers differ from the first of their group", different);
    answers_free(&a);
    answers_free(&alone);
    teachers_free(&t);
}

Test(dpo_pairs, own_answers_in_the_judges_order) {
    enum { PAIRS = 30 };
    struct teachers t;
    struct reward_pairs pairs;
    teachers_quick(&t, 12);
    own_pairs_draw(&pairs, PAIRS, &t, 3);
    cr_assert(pairs.count == PAIRS && pairs.conversations.ends.count == 2 * PAIRS);
    reward_pairs_score(&pairs, &t.judge);
    for (int i = 0; i < PAIRS; i++)
        cr_assert(pairs.chosen[i] > pairs.rejected[i] - 1e-5f, "pair %d: %g and %g", i, (double)pairs.chosen[i],
                  (double)pairs.rejected[i]);
    reward_pairs_free(&pairs);
    teachers_free(&t);
}

// ---- gradients ------------------------------------------------------------------------------------------------------
struct batch {
    struct alignment how;
    struct preferences *pairs;  // or NULL, and then
    struct rollout *rollout;
    const float *advantage;
    float *log_prob, *dlog_prob;
};

static double loss_of(struct policy *p, struct batch *b) {
    const struct rollout *r = b->rollout;
    if (b->pairs) return (double)preferences_loss(b->pairs, p, &b->how);
    gpt_forward(&p->gpt, r->inputs, NULL, r->B, r->T);
    token_logs(b->log_prob, NULL, p->gpt.logits, r->action, 1, r->B * r->T, p->gpt.config.V);
    return (double)grpo_forward(b->log_prob, r->log_prob, r->log_ref, b->advantage, r->mask, b->how.clip, b->how.beta,
                                r->B, r->T);
}

static void gradient_of(struct policy *p, struct batch *b) {
    struct group_health h = {0};
    if (b->pairs) preferences_gradient(b->pairs, p, &b->how);
    else group_gradient(p, b->rollout, b->advantage, 0, b->rollout->B, &b->how, b->log_prob, b->dlog_prob, &h);
}

// Along each tensor's gradient the loss rises by the gradient's length.
static void check_slopes(struct policy *p, struct batch *b) {
    int tensors;
    const double h = 2e-3;
    struct gpt_tensor *tensor = gpt_tensors(&p->gpt.config, &tensors);
    float *g = alloc_floats(p->gpt.parameters), *keep = alloc_floats(p->gpt.parameters);
    gradient_of(p, b);
    gradient_of(p, b);  // what the first left behind does not count
    memcpy(g, p->gpt.grads, p->gpt.parameters * sizeof(float));
    memcpy(keep, p->gpt.params, p->gpt.parameters * sizeof(float));
    for (int k = 0; k < tensors; k++) {
        const size_t from = tensor[k].at, to = from + tensor[k].size;
        double length = 0, loss[2];
        for (size_t i = from; i < to; i++) length += (double)g[i] * (double)g[i];
        length = sqrt(length);
        cr_assert(length > 1e-5, "%s: no gradient", tensor[k].name);
        for (int side = 0; side < 2; side++) {
            for (size_t i = from; i < to; i++)
                p->gpt.params[i] = keep[i] + (float)((side ? h : -h) * (double)g[i] / length);
            loss[side] = loss_of(p, b);
        }
        memcpy(p->gpt.params + from, keep + from, tensor[k].size * sizeof(float));
        const double slope = (loss[1] - loss[0]) / (2 * h);
        cr_assert(fabs(slope - length) < 0.03 * length + 2e-4, "%s: slope %g, gradient %g", tensor[k].name, slope,
                  length);
    }
    free(tensor);
    free(g);
    free(keep);
}

Test(dpo_gradient, of_pairs) {
    struct teachers t;
    struct policy p;
    struct reward_pairs pairs;
    struct preferences b;
    const int which[4] = {1, 0, 2, 5};
    teachers_quick(&t, 7);
    stray(&p, &t, 7);
    reward_pairs_draw(&pairs, 6, false, false, 8, PAIRS_TO_LEARN);
    preferences_init(&b, 4);
    preferences_fill(&b, &pairs, which, 4, &t.reference);
    struct batch dpo = {.how = {.method = METHOD_DPO, .beta = 0.3f, .smooth = 0.1f}, .pairs = &b};
    check_slopes(&p, &dpo);
    struct batch ipo = {.how = {.method = METHOD_IPO, .beta = 0.5f}, .pairs = &b};
    check_slopes(&p, &ipo);
    preferences_free(&b);
    reward_pairs_free(&pairs);
    policy_free(&p);
    teachers_free(&t);
}

Test(dpo_gradient, of_groups) {
    enum { K = 2, G = 4 };
    struct teachers t;
    struct policy p;
    struct rollout r;
    float advantage[K * G];
    struct batch b = {.how = alignment_quick(METHOD_GRPO), .rollout = &r, .advantage = advantage};
    b.how.clip = 10;  // nothing is held: where sides change, a slope is not one
    teachers_quick(&t, 8);
    stray(&p, &t, 8);
    rollout_init(&r, K * G);
    group_ask(&r.answers, G, false, 4);
    rollout_answer(&r, &p, &t.reference, &t.judge, &b.how.rules, 4);
    group_advantages(advantage, r.score, true, K, G);
    b.log_prob = alloc_floats((size_t)r.B * PAIR_T);
    b.dlog_prob = alloc_floats((size_t)r.B * PAIR_T);
    check_slopes(&p, &b);
    free(b.log_prob);
    free(b.dlog_prob);
    rollout_free(&r);
    policy_free(&p);
    teachers_free(&t);
}

// ---- the stage ------------------------------------------------------------------------------------------------------
Test(dpo_stage, the_same_bits_with_one_thread_and_with_two) {
    struct teachers t;
    teachers_quick(&t, 9);
    for (int method = 0; method < METHODS; method++) {
        struct policy p[2];
        const struct alignment how = alignment_quick((enum method)method);
        for (int k = 0; k < 2; k++) {
            omp_set_num_threads(k + 1);
            policy_init(&p[k], &t.reference.config, t.reference.params, 16, PAIR_T);
            alignment_train(&p[k], &t, &how);
        }
        const size_t size = p[0].gpt.parameters * sizeof(float);
        cr_assert(memcmp(p[0].gpt.params, p[1].gpt.params, size) == 0, "%s", method_name[method]);
        cr_assert(memcmp(p[0].gpt.params, t.reference.params, size) != 0, "%s", method_name[method]);
        for (int k = 0; k < 2; k++) policy_free(&p[k]);
    }
    teachers_free(&t);
}

// The share of pairs in the right order, of those that were learned from.
static double in_order(struct policy *p, struct teachers *t, const struct alignment *how) {
    struct reward_pairs pairs;
    struct preferences b;
    int which[32], right = 0;
    reward_pairs_draw(&pairs, 32, false, false, how->seed, PAIRS_TO_LEARN);
    preferences_init(&b, 32);
    for (int i = 0; i < 32; i++) which[i] = i;
    preferences_fill(&b, &pairs, which, 32, &t->reference);
    preferences_loss(&b, p, how);
    for (int i = 0; i < 32; i++) right += preferences_shift(&b, i) > 0;
    preferences_free(&b);
    reward_pairs_free(&pairs);
    return right / 32.0;
}

Test(dpo_stage, pairs_come_into_order) {
    struct teachers t;
    teachers_quick(&t, 10);
    for (int method = METHOD_DPO; method <= METHOD_IPO; method++) {
        struct policy p;
        struct alignment how = alignment_quick((enum method)method);
        how.pairs = 32, how.batch = 16, how.steps = 40, how.lr = 3e-3f;
        policy_init(&p, &t.reference.config, t.reference.params, 2 * 32, PAIR_T);
        cr_assert(in_order(&p, &t, &how) == 0, "nothing moved yet");
        alignment_train(&p, &t, &how);
        const double share = in_order(&p, &t, &how);
        cr_assert(share > 0.85, "%s: %g", method_name[method], share);
        policy_free(&p);
    }
    teachers_free(&t);
}

Test(dpo_stage, groups_say_more_often_what_their_judge_likes) {
    struct teachers t;
    struct policy p;
    struct alignment how = alignment_quick(METHOD_GRPO);
    teachers_quick(&t, 11);
    how.steps = 8, how.groups = 8, how.minibatch = 16, how.lr = 4e-3f, how.beta = 0.02f;
    policy_init(&p, &t.reference.config, t.reference.params, how.minibatch, PAIR_T);
    const struct policy_exam before = policy_examine(&p, &t.reference, &t.judge, &how.rules, 100, 3);
    alignment_train(&p, &t, &how);
    const struct policy_exam after = policy_examine(&p, &t.reference, &t.judge, &how.rules, 100, 3);
    cr_assert(before.kl == 0 && after.kl > 0);
    cr_assert(after.proxy > before.proxy + 0.3, "%g before, %g after", before.proxy, after.proxy);
    policy_free(&p);
    teachers_free(&t);
}
