// of 19-ppo
// What must hold between a rollout and the steps that learn from it, with exercises and given code together.
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "19-ppo/policy.h"

enum { TEXTS = 70, PART = 24 };  // more than ROLLOUT_AT_ONCE; a part that is no multiple of it

static const struct rollout_rules rules = {.beta = 0.1f, .gamma = 1, .lambda = 0.95f, .missing = -2, .limit = 5};

struct scene {
    struct teachers teachers;
    struct policy policy;
    struct rollout rollout;
};

static void open_scene(struct scene *s) {
    teachers_quick(&s->teachers, 3);
    policy_init(&s->policy, &s->teachers.reference.config, s->teachers.reference.params, TEXTS, PAIR_T);
    for (int i = 0; i < s->policy.gpt.config.C; i++) s->policy.head[i] = 0.1f * (float)(i % 5 - 2);
    rollout_init(&s->rollout, TEXTS);
    rollout_draw(&s->rollout, &s->policy, &s->teachers.reference, &s->teachers.judge, &rules, false, 7);
}

static void close_scene(struct scene *s) {
    rollout_free(&s->rollout);
    policy_free(&s->policy);
    teachers_free(&s->teachers);
}

// Reads texts of a rollout again, in another order and company: the first minibatch. log_prob, value (PART,T).
static void read_again(float *log_prob, float *value, struct scene *s, const int *which) {
    const struct rollout *r = &s->rollout;
    struct gpt *m = &s->policy.gpt;
    int *inputs = alloc_zeroed((size_t)PART * r->T, sizeof *inputs);
    int *action = alloc_zeroed((size_t)PART * r->T, sizeof *action);
    for (int i = 0; i < PART; i++) {
        memcpy(inputs + i * r->T, r->inputs + which[i] * r->T, (size_t)r->T * sizeof *inputs);
        memcpy(action + i * r->T, r->action + which[i] * r->T, (size_t)r->T * sizeof *action);
    }
    const float *logits = gpt_forward(m, inputs, NULL, PART, r->T);
    token_logs(log_prob, NULL, logits, action, 1, PART * r->T, m->config.V);
    policy_values(value, &s->policy, PART * r->T);
    free(inputs);
    free(action);
}

Test(ppo_rollout, the_ratio_of_the_first_minibatch_is_exactly_1) {
    struct scene s;
    int which[PART];
    open_scene(&s);
    const int T = s.rollout.T;
    float *log_prob = alloc_floats((size_t)PART * T), *value = alloc_floats((size_t)PART * T);
    for (int i = 0; i < PART; i++) which[i] = (i * 29 + 5) % TEXTS;
    read_again(log_prob, value, &s, which);
    for (int i = 0; i < PART; i++)
        for (int t = 0; t < T; t++) {
            const int now = i * T + t, then = which[i] * T + t;
            if (!s.rollout.mask[then]) continue;
            cr_assert(log_prob[now] == s.rollout.log_prob[then], "text %d, place %d: log %.9g, at the rollout %.9g",
                      which[i], t, (double)log_prob[now], (double)s.rollout.log_prob[then]);
            cr_assert(value[now] == s.rollout.value[then], "text %d, place %d: value %.9g, at the rollout %.9g",
                      which[i], t, (double)value[now], (double)s.rollout.value[then]);
        }
    free(log_prob);
    free(value);
    close_scene(&s);
}

Test(ppo_rollout, a_policy_that_is_its_reference_pays_nothing) {
    struct scene s;
    open_scene(&s);
    const struct rollout *r = &s.rollout;
    cr_assert(sequence_kl(r->log_prob, r->log_ref, r->mask, r->B, r->T) == 0);
    for (int b = 0; b < r->B; b++) {
        double sum = 0;
        for (int t = 0; t < r->T; t++) sum += r->reward[b * r->T + t];
        cr_assert(sum == (double)r->score[b], "text %d: rewards %g, score %g", b, sum, (double)r->score[b]);
    }
    close_scene(&s);
}

// The mask, from the text itself: it begins where the question ends, and has as many places as the answer has tokens.
Test(ppo_rollout, each_token_of_the_answer_counts_once_where_it_was_chosen) {
    struct scene s;
    open_scene(&s);
    const struct rollout *r = &s.rollout;
    for (int b = 0; b < r->B; b++) {
        const int begin = r->answers.question[b].prompt_count - 1, n = r->answers.length[b];
        for (int t = 0; t < r->T; t++) {
            const bool counts = t >= begin && t < begin + n;
            const int at = b * r->T + t;
            cr_assert(r->mask[at] == counts && (r->action[at] >= 0) == counts, "text %d, place %d", b, t);
            if (counts && t + 1 < r->T) cr_assert(r->inputs[at + 1] == r->action[at]);
            if (!counts) cr_assert(r->reward[at] == 0 && r->advantage[at] == 0 && r->returns[at] == 0);
        }
    }
    close_scene(&s);
}

// Places outside of the mask have a slope of exactly 0, whatever advantage and returns stand there.
Test(ppo_rollout, only_masked_places_have_a_gradient) {
    struct scene s;
    open_scene(&s);
    struct rollout *r = &s.rollout;
    struct gpt *m = &s.policy.gpt;
    const int N = r->B * r->T, V = m->config.V;
    float *log_prob = alloc_floats((size_t)N), *dlog_prob = alloc_floats((size_t)N), *dvalue = alloc_floats((size_t)N);
    const float *logits = gpt_forward(m, r->inputs, NULL, r->B, r->T);
    token_logs(log_prob, NULL, logits, r->action, 1, N, V);
    for (int n = 0; n < N; n++)
        if (!r->mask[n]) r->advantage[n] = 1e6f, r->returns[n] = -1e6f;
    ppo_policy_backward(dlog_prob, 1, log_prob, r->log_prob, r->advantage, r->mask, 0.2f, N);
    ppo_value_backward(dvalue, 1, r->value, r->value, r->returns, r->mask, 0.2f, N);
    token_logs_backward(m->logits, dlog_prob, NULL, r->action, 1, N, V);
    int moved = 0;
    for (int n = 0; n < N; n++)
        for (int v = 0; v < V; v++) {
            const float slope = m->logits[(size_t)n * V + v];
            cr_assert(r->mask[n] || (slope == 0 && dvalue[n] == 0), "place %d, token %d: %g", n, v, (double)slope);
            moved += slope != 0;
        }
    cr_assert(moved > 0);
    free(log_prob);
    free(dlog_prob);
    free(dvalue);
    close_scene(&s);
}
