// Rollouts: the policy speaks, and every token is written down with what was thought of it at that moment.
#include <stdlib.h>
#include <string.h>

#include "19-ppo/policy.h"

void rollout_init(struct rollout *r, int B) {
    const size_t most = (size_t)B * PAIR_T;
    float **array[] = {&r->log_prob, &r->log_ref, &r->entropy, &r->value, &r->reward, &r->advantage, &r->returns};
    *r = (struct rollout){.B = B};
    answers_init(&r->answers, B);
    r->inputs = alloc_zeroed(most, sizeof(int));
    r->action = alloc_zeroed(most, sizeof(int));
    r->mask = alloc_zeroed(most, sizeof(bool));
    r->score = alloc_floats((size_t)B);
    for (int k = 0; k < COUNT(array); k++) *array[k] = alloc_floats(most);
}

void rollout_free(struct rollout *r) {
    float *array[] = {r->log_prob, r->log_ref, r->entropy, r->value, r->reward, r->advantage, r->returns, r->score};
    answers_free(&r->answers);
    free(r->inputs);
    free(r->action);
    free(r->mask);
    for (int k = 0; k < COUNT(array); k++) free(array[k]);
    *r = (struct rollout){0};
}

// Questions with their answers as rows of inputs, and the tokens that were chosen.
static void lay_out(struct rollout *r) {
    const struct answers *a = &r->answers;
    r->T = 0;
    for (int b = 0; b < r->B; b++) {
        const int length = a->question[b].prompt_count + a->length[b] - 1;
        if (length > r->T) r->T = length;
    }
    for (int b = 0; b < r->B; b++) {
        const struct micro_world_instruction *q = &a->question[b];
        const int *answer = a->id + (size_t)b * (MW_RESPONSE_LONGEST + 1), first = q->prompt_count - 1;
        for (int t = 0; t < r->T; t++) {
            const size_t at = (size_t)b * r->T + t;
            const int said = t - first;  // of the answer: its number at the next position
            r->mask[at] = said >= 0 && said < a->length[b];
            r->action[at] = r->mask[at] ? answer[said] : -1;
            r->inputs[at] = t <= first ? q->prompt[t] : said - 1 < a->length[b] ? answer[said - 1] : 0;
        }
    }
}

// The model's logs of what was said; with it the policy's values, or NULL.
static void read_logs(float *log_prob, float *entropy, float *value, struct gpt *m, const struct policy *p,
                      const struct rollout *r) {
    for (int first = 0; first < r->B; first += ROLLOUT_AT_ONCE) {
        const int B = r->B - first < ROLLOUT_AT_ONCE ? r->B - first : ROLLOUT_AT_ONCE, N = B * r->T;
        const size_t at = (size_t)first * r->T;
        const float *logits = gpt_forward(m, r->inputs + at, NULL, B, r->T);
        token_logs(log_prob + at, entropy ? entropy + at : NULL, logits, r->action + at, 1, N, m->config.V);
        if (p) policy_values(value + at, p, N);
    }
}

void rollout_draw(struct rollout *r, struct policy *p, struct gpt *reference, struct reward_model *judge,
                  const struct rollout_rules *rules, bool held, uint64_t seed) {
    answers_ask(&r->answers, -1, held, seed);
    rollout_answer(r, p, reference, judge, rules, seed);
}

void rollout_answer(struct rollout *r, struct policy *p, struct gpt *reference, struct reward_model *judge,
                    const struct rollout_rules *rules, uint64_t seed) {
    answers_draw(&r->answers, &p->gpt.config, p->gpt.params, 1, seed);
    lay_out(r);
    read_logs(r->log_prob, r->entropy, r->value, &p->gpt, p, r);
    read_logs(r->log_ref, NULL, NULL, reference, NULL, r);
    reward_answers(r->score, judge, &r->answers);
    for (int b = 0; b < r->B; b++)
        r->score[b] = final_score(r->score[b], r->answers.ended[b], rules->missing, rules->limit);
    token_rewards(r->reward, r->log_prob, r->log_ref, r->mask, r->score, rules->beta, r->B, r->T);
    batch_advantages(r->advantage, r->returns, r->reward, r->value, r->mask, rules->gamma, rules->lambda, r->B, r->T);
    whiten(r->advantage, r->mask, false, r->B * r->T);
}

double rollout_proxy(const struct rollout *r) {
    double sum = 0;
    for (int b = 0; b < r->B; b++) sum += (double)r->score[b];
    return sum / r->B;
}

double rollout_entropy(const struct rollout *r) {
    double sum = 0;
    int count = 0;
    for (int n = 0; n < r->B * r->T; n++)
        if (r->mask[n]) sum += (double)r->entropy[n], count++;
    return count > 0 ? sum / count : 0;
}
