// The reward model: chapter 13's rows, chapter 18's head on the last of them.
#include "18-reward/reward_model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void reward_init(struct reward_model *m, const struct gpt_config *c, const float *params, struct rng *r) {
    struct rng unused = {0};
    *m = (struct reward_model){0};
    gpt_init(&m->gpt, c, 0, &unused);
    memcpy(m->gpt.params, params, m->gpt.parameters * sizeof(float));
    m->head = alloc_floats((size_t)c->C);
    m->dhead = alloc_floats((size_t)c->C);
    const float deviation = 1 / sqrtf((float)c->C + 1);
    for (int i = 0; i < c->C; i++) m->head[i] = deviation * rng_normal(r);
}

void reward_free(struct reward_model *m) {
    gpt_free(&m->gpt);
    free(m->head);
    free(m->dhead);
    *m = (struct reward_model){0};
}

// The model is read causally: what stands behind the last token, padding, cannot be seen from there.
void reward_score(float *score, struct reward_model *m, const int *inputs, const int *last, int B, int T) {
    if (T > m->gpt.T || (size_t)B * T > (size_t)m->gpt.B * m->gpt.T) gpt_reserve(&m->gpt, B, T, m->gpt.grads != NULL);
    const float *rows = gpt_rows(&m->gpt, inputs, NULL, B, T);
    head_forward(score, rows, last, m->head, m->bias, B, T, m->gpt.config.C);
}

float reward_gradient(struct reward_model *m, const int *inputs, const int *last, float center, int n, int T) {
    const int B = 2 * n, C = m->gpt.config.C;
    float *score = alloc_floats((size_t)B), *dscore = alloc_floats((size_t)B);
    if (!m->gpt.grads) gpt_reserve(&m->gpt, B, T, true);
    reward_score(score, m, inputs, last, B, T);
    const float loss = bradley_terry_forward(score, score + n, 0, center, n);
    bradley_terry_backward(dscore, dscore + n, 1, score, score + n, 0, center, n);
    gpt_zero_grads(&m->gpt);
    memset(m->dhead, 0, (size_t)C * sizeof(float));
    m->dbias = 0;
    float *drows = m->gpt.scratch.dnorm;
    head_backward(drows, m->dhead, &m->dbias, dscore, m->gpt.norm, last, m->head, B, T, C);
    gpt_backward_rows(&m->gpt, drows, inputs, NULL, B, T);
    free(score);
    free(dscore);
    return loss;
}

// ---- the answers of a model -----------------------------------------------------------------------------------------
enum { AT_ONCE = 64 };

static int length_of(const struct answers *a, int i) {
    return a->question[i].prompt_count + a->length[i];
}

// One answer, as it was read and written: question, answer, <eos> if it came to that; 0 behind it.
static void lay(int *row, const struct answers *a, int i, int T) {
    const struct micro_world_instruction *q = &a->question[i];
    memset(row, 0, (size_t)T * sizeof(int));
    memcpy(row, q->prompt, (size_t)q->prompt_count * sizeof(int));
    memcpy(row + q->prompt_count, a->id + (size_t)i * (MW_RESPONSE_LONGEST + 1), (size_t)a->length[i] * sizeof(int));
}

void reward_answers(float *score, struct reward_model *m, const struct answers *a) {
    int *inputs = alloc_zeroed((size_t)AT_ONCE * PAIR_T, sizeof(int)), last[AT_ONCE];
    for (int first = 0; first < a->count; first += AT_ONCE) {
        const int B = a->count - first < AT_ONCE ? a->count - first : AT_ONCE;
        int T = 0;
        for (int b = 0; b < B; b++) {
            last[b] = length_of(a, first + b) - 1;
            if (last[b] >= T) T = last[b] + 1;
        }
        for (int b = 0; b < B; b++) lay(inputs + (size_t)b * T, a, first + b, T);
        reward_score(score + first, m, inputs, last, B, T);
    }
    free(inputs);
}
