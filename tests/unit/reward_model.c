// of 18-reward
// The reward model: its scores, its gradients, the pairs it learns from, and the stage that trains it.
#include "18-reward/reward_model.h"

#include <criterion/criterion.h>
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/micro_world.h"

// ---- what the tests share -------------------------------------------------------------------------------------------
static struct gpt_config sizes(void) {
    struct gpt_config c = llama_config(MW_V, 64, 32, 2, 4, 2);
    c.rope_base = 100;
    return c;
}

static void random_params(struct gpt *m, uint64_t seed) {
    const struct gpt_config c = sizes();
    struct rng r;
    rng_seed(&r, seed, 1);
    gpt_init(m, &c, 0.1f, &r);
}

static void random_model(struct reward_model *m, uint64_t seed) {
    struct gpt base;
    struct rng r;
    random_params(&base, seed);
    rng_seed(&r, seed, 2);
    reward_init(m, &base.config, base.params, &r);
    m->bias = 0.3f;
    gpt_free(&base);
}

static const int *conversation(int *n, const struct documents *d, size_t i) {
    const size_t start = i > 0 ? d->ends.end[i - 1] : 0;
    *n = (int)(d->ends.end[i] - start);
    return d->tokens.id + start;
}

// The score of one conversation, read by itself, by definition.
static double score_alone(struct reward_model *m, const int *id, int n) {
    int tokens[PAIR_T];
    double score = m->bias;
    for (int t = 0; t < n; t++) tokens[t] = id[t] & ~LEARN;
    gpt_reserve(&m->gpt, 1, PAIR_T, m->gpt.grads != NULL);
    const float *rows = gpt_rows(&m->gpt, tokens, NULL, 1, n);
    for (int c = 0; c < m->gpt.config.C; c++) score += (double)rows[(size_t)(n - 1) * m->gpt.config.C + c] * m->head[c];
    return score;
}

// ---- the model ------------------------------------------------------------------------------------------------------
Test(reward_model, begins_as_a_copy_with_a_small_random_head) {
    struct gpt base;
    double squares = 0;
    const int models = 200;
    random_params(&base, 3);
    for (int i = 0; i < models; i++) {
        struct reward_model m;
        struct rng r;
        rng_seed(&r, (uint64_t)i, 2);
        reward_init(&m, &base.config, base.params, &r);
        cr_assert(memcmp(m.gpt.params, base.params, base.parameters * sizeof(float)) == 0);
        cr_assert(m.gpt.params != base.params && m.bias == 0);
        for (int c = 0; c < 32; c++) squares += m.head[c] * m.head[c];
        reward_free(&m);
    }
    // The variance of 6400 numbers is off by 1.8% as a rule.
    const double variance = squares / (32 * models), wanted = 1.0 / 33;
    cr_assert(fabs(variance / wanted - 1) < 0.08, "variance %g, not %g", variance, wanted);
    gpt_free(&base);
}

Test(reward_model, padding_and_neighbours_do_not_change_a_score) {
    struct reward_model m;
    struct reward_pairs p;
    random_model(&m, 4);
    reward_pairs_draw(&p, 150, false, false, 9, PAIRS_FOR_TESTING);
    reward_pairs_score(&p, &m);
    for (int i = 0; i < p.count; i++) {
        int n;
        const int *id = conversation(&n, &p.conversations, 2 * (size_t)i);
        const double chosen = score_alone(&m, id, n);
        cr_assert(fabs(p.chosen[i] - chosen) < 1e-4, "pair %d: %g, alone %g", i, (double)p.chosen[i], chosen);
        id = conversation(&n, &p.conversations, 2 * (size_t)i + 1);
        const double rejected = score_alone(&m, id, n);
        cr_assert(fabs(p.rejected[i] - rejected) < 1e-4, "pair %d: %g, alone %g", i, (double)p.rejected[i], rejected);
    }
    reward_pairs_free(&p);
    reward_free(&m);
}

Test(reward_model, answers_are_scored_with_their_questions_and_with_eos_if_they_came_to_it) {
    struct reward_model m;
    struct answers a;
    const int count = 130;
    float score[130];
    int open = 0;
    random_model(&m, 5);
    answers_init(&a, count);
    answers_ask(&a, -1, true, 7);
    answers_draw(&a, &m.gpt.config, m.gpt.params, 1, 7);  // of a model that has learned nothing: many go on to the end
    reward_answers(score, &m, &a);
    for (int i = 0; i < count; i++) {
        int id[PAIR_T], n = a.question[i].prompt_count;
        memcpy(id, a.question[i].prompt, (size_t)n * sizeof(int));
        for (int t = 0; t < a.length[i]; t++) id[n++] = a.id[i * (MW_RESPONSE_LONGEST + 1) + t];
        cr_assert((id[n - 1] == MW_EOS) == a.ended[i]);
        open += !a.ended[i];
        const double wanted = score_alone(&m, id, n);
        cr_assert(fabs(score[i] - wanted) < 1e-4, "answer %d: %g, not %g", i, (double)score[i], wanted);
    }
    cr_assert(open > 10 && open < count);
    answers_free(&a);
    reward_free(&m);
}

// ---- gradients ------------------------------------------------------------------------------------------------------
struct batch {
    int inputs[12 * PAIR_T], last[12], n, T;
};

static void draw_batch(struct batch *b, uint64_t seed) {
    struct reward_pairs p;
    const int which[6] = {4, 0, 3, 5, 1, 2};
    reward_pairs_draw(&p, 6, false, false, seed, PAIRS_TO_LEARN);
    b->n = 6;
    b->T = pair_batch(b->inputs, b->last, &p.conversations, which, 6, PAIR_T);
    reward_pairs_free(&p);
}

// By definition, in double from the scores on.
static double loss_of(struct reward_model *m, const struct batch *b, double center) {
    float score[12];
    double loss = 0;
    reward_score(score, m, b->inputs, b->last, 2 * b->n, b->T);
    for (int i = 0; i < b->n; i++) {
        const double difference = (double)score[i] - score[b->n + i], sum = (double)score[i] + score[b->n + i];
        loss += log1p(exp(-difference)) + center * sum * sum;
    }
    return loss / b->n;
}

// The loss along the gradient of n numbers rises by the gradient's length.
static void check_slope(struct reward_model *m, const struct batch *b, float *w, const float *g, size_t n,
                        double center, const char *name) {
    float *keep = alloc_floats(n), *direction = alloc_floats(n);
    double length = 0;
    for (size_t i = 0; i < n; i++) length += (double)g[i] * g[i];
    length = sqrt(length);
    cr_assert(length > 1e-5, "%s: no gradient", name);
    memcpy(keep, w, n * sizeof(float));
    for (size_t i = 0; i < n; i++) direction[i] = (float)(g[i] / length);
    const double h = 4e-3;
    double loss[2];
    for (int side = 0; side < 2; side++) {
        for (size_t i = 0; i < n; i++) w[i] = keep[i] + (float)(side ? h : -h) * direction[i];
        loss[side] = loss_of(m, b, center);
    }
    memcpy(w, keep, n * sizeof(float));
    const double slope = (loss[1] - loss[0]) / (2 * h);
    cr_assert(fabs(slope - length) < 0.02 * length + 2e-5, "%s: slope %g, gradient %g", name, slope, length);
    free(keep);
    free(direction);
}

Test(reward_model, every_tensor_has_its_gradient) {
    struct reward_model m;
    struct batch b;
    int tensors;
    random_model(&m, 6);
    draw_batch(&b, 6);
    for (int round = 0; round < 2; round++) {  // what the first left behind does not count in the second
        const float center = round ? 0.05f : 0;
        const float loss = reward_gradient(&m, b.inputs, b.last, center, b.n, b.T);
        cr_assert(fabs(loss - loss_of(&m, &b, center)) < 1e-5);
        struct gpt_tensor *t = gpt_tensors(&m.gpt.config, &tensors);
        float *grads = alloc_floats(m.gpt.parameters), *dhead = alloc_floats(32), dbias = m.dbias;
        memcpy(grads, m.gpt.grads, m.gpt.parameters * sizeof(float));
        memcpy(dhead, m.dhead, 32 * sizeof(float));
        for (int i = 0; i < tensors; i++)
            check_slope(&m, &b, m.gpt.params + t[i].at, grads + t[i].at, t[i].size, center, t[i].name);
        check_slope(&m, &b, m.head, dhead, 32, center, "head");
        // The bias moves both scores of a pair: the order does not care, the centre does.
        if (round == 0) cr_assert(fabsf(dbias) < 1e-6f);
        else check_slope(&m, &b, &m.bias, &dbias, 1, center, "bias");
        free(t);
        free(grads);
        free(dhead);
    }
    reward_free(&m);
}

// ---- pairs ----------------------------------------------------------------------------------------------------------
Test(reward_pairs, the_chosen_answer_is_worth_more_and_testing_pairs_are_others) {
    struct reward_pairs learn, test;
    int same = 0;
    reward_pairs_draw(&learn, 400, false, false, 3, PAIRS_TO_LEARN);
    reward_pairs_draw(&test, 400, false, false, 3, PAIRS_FOR_TESTING);
    for (size_t i = 0; i < 400; i++) {
        int n, m;
        const int *a = conversation(&n, &learn.conversations, 2 * i);
        cr_assert((a[0] & ~LEARN) == MW_BOS && (a[n - 1] & ~LEARN) == MW_EOS);
        const int *b = conversation(&m, &test.conversations, 2 * i);
        same += n == m && memcmp(a, b, (size_t)n * sizeof(int)) == 0;
    }
    cr_assert(same < 20, "%d of 400 chosen conversations are the same", same);
    reward_pairs_free(&learn);
    reward_pairs_free(&test);
}

Test(reward_pairs, near_misses_alone_answer_what_was_asked) {
    // A wrong answer to "what is red ?" is then always "the red ...": never the thing that was found.
    for (int only_near = 0; only_near < 2; only_near++) {
        struct reward_pairs p;
        int other = 0;
        reward_pairs_draw(&p, 6000, false, only_near, 5, PAIRS_TO_LEARN);
        for (int i = 0; i < p.count; i++) {
            int n, the = micro_world_id("the");
            if (p.task[i] != MW_TASK_UNKNOWN || p.kind[i] != MW_PAIR_CONTENT) continue;
            const int *id = conversation(&n, &p.conversations, 2 * (size_t)i + 1);
            for (int t = 13; t + 1 < n; t++)  // the answer begins behind <a>
                if ((id[t] & ~LEARN) == the && (id[t + 1] & ~LEARN) != id[10]) other++;
        }
        cr_assert(only_near ? other == 0 : other > 20, "%d", other);
        reward_pairs_free(&p);
    }
}

Test(reward_pairs, are_sorted_by_the_longer_conversation) {
    struct reward_pairs p;
    int order[50], seen[40] = {0}, before = 0;
    reward_pairs_draw(&p, 40, false, false, 8, PAIRS_TO_LEARN);
    reward_pairs_by_length(order, &p, 30, 50);  // 30 to 39, then all, from 0 on
    for (int i = 0; i < 50; i++) {
        int a, b;
        conversation(&a, &p.conversations, 2 * (size_t)order[i]);
        conversation(&b, &p.conversations, 2 * (size_t)order[i] + 1);
        const int longer = a > b ? a : b;
        cr_assert(longer >= before);
        before = longer;
        seen[order[i]]++;
    }
    for (int i = 0; i < 40; i++) cr_assert(seen[i] == (i < 30 ? 1 : 2), "pair %d comes %d times", i, seen[i]);
    reward_pairs_free(&p);
}

Test(reward_pairs, an_examination_counts_the_pairs_in_the_right_order) {
    struct reward_model m;
    struct reward_pairs p;
    int all = 0, style = 0, styles = 0, sums = 0, of_sums = 0;
    random_model(&m, 9);
    const struct reward_exam e = reward_examine(&m, true, false, 300, 12);
    reward_pairs_draw(&p, 300, true, false, 12, PAIRS_FOR_TESTING);
    reward_pairs_score(&p, &m);
    for (int i = 0; i < 300; i++) {
        const bool right = p.chosen[i] > p.rejected[i];
        all += right;
        style += right && p.kind[i] == MW_PAIR_STYLE;
        styles += p.kind[i] == MW_PAIR_STYLE;
        sums += right && p.task[i] == MW_TASK_SUM;
        of_sums += p.task[i] == MW_TASK_SUM;
    }
    cr_assert(fabs(e.all - all / 300.0) < 1e-12);
    cr_assert(fabs(e.kind[MW_PAIR_STYLE] - (double)style / styles) < 1e-12);
    cr_assert(fabs(e.task[MW_TASK_SUM] - (double)sums / of_sums) < 1e-12);
    cr_assert(e.ece >= 0 && e.ece <= 1);
    reward_pairs_free(&p);
    reward_free(&m);
}

// ---- the stage ------------------------------------------------------------------------------------------------------
Test(reward_training, gives_the_same_bits_with_any_number_of_threads) {
    struct reward_training how = reward_training_quick();
    float *params[2], head[2][32], bias[2];
    how.batch = 16;
    how.seed = 21;
    for (int k = 0; k < 2; k++) {
        struct reward_model m;
        omp_set_num_threads(k ? 3 : 1);
        random_model(&m, 10);
        reward_train(&m, &how);
        params[k] = alloc_floats(m.gpt.parameters);
        memcpy(params[k], m.gpt.params, m.gpt.parameters * sizeof(float));
        memcpy(head[k], m.head, sizeof head[k]);
        bias[k] = m.bias;
        if (k) cr_assert(memcmp(params[0], params[1], m.gpt.parameters * sizeof(float)) == 0);
        reward_free(&m);
    }
    cr_assert(memcmp(head[0], head[1], sizeof head[0]) == 0 && bias[0] == bias[1]);
    free(params[0]);
    free(params[1]);
}

// Which answer is polite and which is rude even a tiny model learns in a moment.
Test(reward_training, learns_what_people_prefer) {
    struct reward_training how = reward_training_quick();
    struct reward_model m;
    how.steps = 150;
    how.batch = 16;
    how.pairs = 2400;
    how.lr = 3e-3f;
    random_model(&m, 11);
    const struct reward_exam before = reward_examine(&m, false, false, 400, 2);
    reward_train(&m, &how);
    const struct reward_exam after = reward_examine(&m, false, false, 400, 2);
    cr_assert(after.kind[MW_PAIR_STYLE] > 0.75 && after.kind[MW_PAIR_STYLE] > before.kind[MW_PAIR_STYLE] + 0.1,
              "style pairs %.2f, before %.2f", after.kind[MW_PAIR_STYLE], before.kind[MW_PAIR_STYLE]);
    reward_free(&m);
}

Test(reward_training, normalised_scores_have_mean_0_and_deviation_1) {
    struct reward_model m;
    struct answers a;
    enum { N = 300 };
    float before[N], after[N];
    double mean = 0, square = 0;
    random_model(&m, 12);
    answers_init(&a, N);
    answers_ask(&a, -1, false, 5);
    answers_draw(&a, &m.gpt.config, m.gpt.params, 1, 5);
    reward_answers(before, &m, &a);
    const double deviation = reward_normalize(&m, &m.gpt.config, m.gpt.params, N, 5);  // on the same answers
    reward_answers(after, &m, &a);
    for (int i = 0; i < N; i++) mean += after[i] / N;
    for (int i = 0; i < N; i++) square += (after[i] - mean) * (after[i] - mean) / N;
    cr_assert(fabs(mean) < 1e-4 && fabs(sqrt(square) - 1) < 1e-4, "mean %g, deviation %g", mean, sqrt(square));
    // one line for all: score differences shrink by the deviation
    for (int i = 1; i < N; i++) cr_assert(fabs((after[i] - after[0]) * deviation - (before[i] - before[0])) < 1e-4);
    answers_free(&a);
    reward_free(&m);
}
