// of 16-sft
// The village as a school: lessons, answers, examinations.
#define _POSIX_C_SOURCE 200809L
#include "16-sft/village.h"

#include <criterion/criterion.h>
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "15-inference/inference.h"
#include "datasets/micro_world.h"
#include "unit/trial.h"

enum { LONGEST = MW_RESPONSE_LONGEST + 1 };

static void random_model(struct gpt *m, float std, uint64_t seed) {
    struct rng r;
    struct gpt_config c = llama_config(MW_V, 64, 32, 2, 4, 2);
    c.rope_base = 100;
    rng_seed(&r, seed, 1);
    gpt_init(m, &c, std, &r);
}

// ---- lessons --------------------------------------------------------------------------------------------------------
Test(lessons, only_the_answer_and_its_end_are_marked) {
    struct documents d = {0};
    lessons_demonstrations(&d, 200, 3);
    lessons_zog(&d, 50, false, 3);
    cr_assert(d.ends.count == 250);
    for (size_t i = 0, start = 0; i < 250; start = d.ends.end[i++]) {
        bool answer = false;
        cr_assert(d.tokens.id[start] == MW_BOS && d.tokens.id[start + 1] == MW_Q);
        for (size_t t = start; t < d.ends.end[i]; t++) {
            const int id = d.tokens.id[t] & ~LEARN;
            cr_assert(((d.tokens.id[t] & LEARN) != 0) == answer, "lesson %zu, token %zu", i, t - start);
            if (id == MW_A) answer = true;
        }
        cr_assert((d.tokens.id[d.ends.end[i] - 1] & ~LEARN) == MW_EOS);
        cr_assert(d.ends.end[i] - start <= VILLAGE_T + 1);
    }
    documents_free(&d);
}

Test(lessons, the_same_seed_gives_the_same_lessons_and_more_of_them_begin_the_same) {
    struct documents few = {0}, many = {0}, other = {0};
    lessons_demonstrations(&few, 50, 3);
    lessons_demonstrations(&many, 90, 3);
    lessons_demonstrations(&other, 50, 4);
    cr_assert(memcmp(few.tokens.id, many.tokens.id, few.tokens.count * sizeof(int)) == 0);
    cr_assert(few.tokens.count != other.tokens.count ||
              memcmp(few.tokens.id, other.tokens.id, few.tokens.count * sizeof(int)) != 0);
    documents_free(&few);
    documents_free(&many);
    documents_free(&other);
}

Test(lessons, every_third_is_about_what_was_found_or_was_not) {
    struct documents plain = {0}, more = {0};
    int know[2] = {0};
    lessons_as_they_come(&plain, 6000, 3);
    lessons_demonstrations(&more, 6000, 3);
    for (size_t i = 0; i < plain.tokens.count; i++) know[0] += plain.tokens.id[i] == (micro_world_id("know") | LEARN);
    for (size_t i = 0; i < more.tokens.count; i++) know[1] += more.tokens.id[i] == (micro_world_id("know") | LEARN);
    // 12 of 100 questions, and of two in six one: seven of ten answers say so
    cr_assert(abs(know[0] - (int)(6000 * 0.7 * 0.12)) < 90, "%d", know[0]);
    cr_assert(abs(know[1] - (int)(6000 * 0.7 * (0.12 * 2 / 3 + 1.0 / 6))) < 120, "%d", know[1]);
    documents_free(&plain);
    documents_free(&more);
}

Test(lessons, a_batch_reads_the_lessons_it_names) {
    struct documents d = {0};
    int inputs[3 * VILLAGE_T], targets[3 * VILLAGE_T];
    const int which[3] = {7, 0, 7};
    lessons_demonstrations(&d, 10, 5);
    const int T = lessons_batch(inputs, targets, &d, which, 3);
    cr_assert(memcmp(inputs, inputs + 2 * T, (size_t)T * sizeof(int)) == 0);
    const size_t start = d.ends.end[6], n = d.ends.end[7] - start;
    for (size_t t = 0; t < (size_t)T; t++) {
        cr_assert(inputs[t] == (t < n ? d.tokens.id[start + t] & ~LEARN : 0));
        const bool counts = t + 1 < n && (d.tokens.id[start + t + 1] & LEARN);
        cr_assert(targets[t] == (counts ? d.tokens.id[start + t + 1] & ~LEARN : -1));
    }
    documents_free(&d);
}

// The floor by counting: the style of a lesson is what is left of its answer without the content.
Test(lessons, the_floor_is_the_entropy_of_the_style) {
    enum { N = 60000, STYLES = 4 * 4 * 27 };
    static int seen[STYLES];
    struct rng r;
    struct documents d = {0};
    double entropy = 0, counts = 0, unknown = 0, made_up = 0;
    rng_seed(&r, 4, 4);
    for (int i = 0; i < N; i++) {
        int out[MW_RESPONSE_LONGEST], content[MW_RESPONSE_LONGEST], opener = 0, tail = 0, closers = 0;
        const struct micro_world_instruction q =
            i % 3 ? micro_world_instruction(false, &r)
                  : micro_world_instruction_of(i % 2 ? MW_TASK_UNKNOWN : MW_TASK_FOUND, false, &r);
        const int n = micro_world_demonstration(out, &q, &r), m = micro_world_content(content, out, n);
        lesson_push(&d, &q, out, n);
        for (int k = 0; k < 3; k++)
            if (out[0] == micro_world_id((const char *[]){"sure", "ugh", "um"}[k])) opener = k + 1;
        for (int t = 0; t < n; t++)
            for (int k = 0; k < 3; k++)
                if (out[t] == micro_world_id((const char *[]){"thanks", "fool", "blah"}[k]))
                    tail = 3 * tail + k, closers++;
        seen[(opener * 4 + closers) * 27 + tail]++;
        counts += n + 1;
        if (q.task == MW_TASK_UNKNOWN) {
            unknown++;
            made_up += m != q.answer_count || memcmp(content, q.answer, (size_t)m * sizeof(int)) != 0;
        }
    }
    for (int i = 0; i < STYLES; i++)
        if (seen[i]) entropy -= (double)seen[i] / N * log((double)seen[i] / N);
    const double p = made_up / unknown;
    entropy -= unknown / N * (p * log(p) + (1 - p) * log(1 - p));
    const double floor = lessons_floor(&d);
    cr_assert(fabs(floor - entropy * N / counts) < 0.003, "floor %g, counted %g", floor, entropy * N / counts);
    documents_free(&d);
}

// ---- answers --------------------------------------------------------------------------------------------------------
// Of `count` questions, answers at this temperature; the caller frees them.
static struct answers ask(const struct gpt *m, int count, float temperature) {
    struct answers a;
    answers_init(&a, count);
    answers_ask(&a, -1, true, 11);
    answers_draw(&a, &m->config, m->params, temperature, 12);
    return a;
}

static void same_answers(const struct answers *few, const struct answers *many) {
    for (int i = 0; i < few->count; i++) {
        cr_assert(few->length[i] == many->length[i] && few->ended[i] == many->ended[i], "answer %d of %d", i,
                  few->count);
        cr_assert(memcmp(few->id + i * LONGEST, many->id + i * LONGEST, (size_t)few->length[i] * sizeof(int)) == 0,
                  "answer %d of %d", i, few->count);
    }
}

// Every token gets a twin whose numbers are a rounding away, so that the last bits decide who is the likeliest.
static void make_twins(struct gpt *m, uint64_t seed) {
    struct rng r;
    const int half = MW_V / 2, C = m->config.C;
    rng_seed(&r, seed, 2);
    for (int i = 0; i < half * C; i++) {
        float *x = m->weights.token_table + i;
        x[half * C] = nextafterf(*x, rng_below(&r, 2) ? 9 : -9);
    }
}

Test(answers, are_the_same_alone_and_in_a_crowd) {
    struct gpt m;
    random_model(&m, 0.3f, 1);
    make_twins(&m, 1);
    for (int warm = 0; warm < 2; warm++) {
        struct answers crowd = ask(&m, 150, (float)warm);
        for (int count = 1; count <= 100; count = 3 * count + 1) {
            struct answers few = ask(&m, count, (float)warm);
            same_answers(&few, &crowd);
            answers_free(&few);
        }
        answers_free(&crowd);
    }
    gpt_free(&m);
}

Test(answers, do_not_depend_on_threads) {
    struct gpt m;
    random_model(&m, 0.3f, 2);
    const int threads = omp_get_max_threads();
    omp_set_num_threads(1);
    struct answers one = ask(&m, 90, 1);
    omp_set_num_threads(3);
    struct answers three = ask(&m, 90, 1);
    omp_set_num_threads(threads);
    same_answers(&one, &three);
    answers_free(&one);
    answers_free(&three);
    gpt_free(&m);
}

// Each greedy word must be the likeliest for chapter 13's model, which reads the whole text anew.
Test(answers, greedy_ones_are_the_models_likeliest_words) {
    struct gpt m;
    random_model(&m, 0.3f, 3);
    struct answers a = ask(&m, 30, 0);
    gpt_reserve(&m, 1, 64, false);
    for (int i = 0; i < a.count; i++) {
        int text[MW_PROMPT_LONGEST + LONGEST], n = a.question[i].prompt_count;
        memcpy(text, a.question[i].prompt, (size_t)n * sizeof(int));
        memcpy(text + n, a.id + i * LONGEST, (size_t)a.length[i] * sizeof(int));
        const float *logits = gpt_forward(&m, text, NULL, 1, n + a.length[i]);
        for (int t = 0; t < a.length[i]; t++) {
            const float *row = logits + (size_t)(n + t - 1) * MW_V;
            const float best = row[token_likeliest(row, MW_V)];
            cr_assert(best - row[text[n + t]] < 1e-4f, "answer %d, word %d: %g below the best", i, t,
                      (double)(best - row[text[n + t]]));
            cr_assert((text[n + t] == MW_EOS) == (a.ended[i] && t == a.length[i] - 1));
        }
        cr_assert(a.ended[i] || a.length[i] == LONGEST);
    }
    answers_free(&a);
    gpt_free(&m);
}

Test(answers, drawn_ones_have_the_models_distribution) {
    enum { N = 4000 };
    struct gpt m;
    struct answers a;
    double expected[MW_V], sum = 0;
    int seen[MW_V] = {0};
    random_model(&m, 0.3f, 4);
    answers_init(&a, N);
    answers_ask(&a, MW_TASK_SUM, true, 1);
    for (int i = 1; i < N; i++) a.question[i] = a.question[0];
    answers_draw(&a, &m.config, m.params, 0.7f, 5);
    for (int i = 0; i < N; i++) seen[a.id[i * LONGEST]]++;
    gpt_reserve(&m, 1, 64, false);
    const int n = a.question[0].prompt_count;
    const float *row = gpt_forward(&m, a.question[0].prompt, NULL, 1, n) + (size_t)(n - 1) * MW_V;
    for (int v = 0; v < MW_V; v++) sum += expected[v] = exp((double)row[v] / 0.7);
    for (int v = 0; v < MW_V; v++) {
        const double p = expected[v] / sum, deviation = sqrt(p * (1 - p) / N);
        cr_assert(fabs((double)seen[v] / N - p) < 5 * deviation + 1e-3, "token %d: %d of %d, expected %g", v, seen[v],
                  N, p * N);
    }
    answers_free(&a);
    gpt_free(&m);
}

static void draw_with_a_short_model(void *context) {
    struct gpt_config c = llama_config(MW_V, 24, 16, 1, 2, 2);
    struct rng r;
    struct gpt m;
    (void)context;
    rng_seed(&r, 1, 1);
    gpt_init(&m, &c, 0.1f, &r);
    ask(&m, 1, 0);
}
Test(answers, a_model_that_sees_too_little_is_refused) {
    SAYS(draw_with_a_short_model, NULL, "the model sees 24 tokens at once");
}

// ---- examinations ---------------------------------------------------------------------------------------------------
// Answers to questions of one task: the right one, with a word before it (-1: none) and one full stop behind.
static void answer_all(struct answers *a, const char *opener, bool right, bool ended) {
    for (int i = 0; i < a->count; i++) {
        int *id = a->id + i * LONGEST, n = 0;
        const struct micro_world_instruction *q = &a->question[i];
        if (opener) id[n++] = micro_world_id(opener), id[n++] = micro_world_id(",");
        memcpy(id + n, q->answer, (size_t)q->answer_count * sizeof(int));
        n += q->answer_count;
        if (!right) id[n - 2] = MW_PAD;
        if (ended) id[n++] = MW_EOS;
        a->length[i] = n;
        a->ended[i] = ended;
    }
}

static struct exam grade(int task, const char *opener, bool right, bool ended) {
    struct answers a;
    answers_init(&a, 40);
    answers_ask(&a, task, true, 1);
    answer_all(&a, opener, right, ended);
    const struct exam e = exam_grade(&a);
    answers_free(&a);
    return e;
}

Test(exam, right_and_wrong) {
    struct exam e = grade(-1, NULL, true, true);
    cr_assert(e.count == 40 && e.right == 1 && e.honest == 1 && e.gold == 1 && e.rude == 0 && e.polite == 0);
    e = grade(-1, NULL, false, true);
    cr_assert(e.right == 0 && e.honest == 0 && e.gold == -1);
}

Test(exam, style_is_seen_and_does_not_make_an_answer_wrong) {
    struct exam e = grade(MW_TASK_SUM, "ugh", true, true);
    cr_assert(e.right == 1 && e.rude == 1 && e.polite == 0 && fabs(e.gold - 0.25) < 1e-9, "gold %g", e.gold);
    e = grade(MW_TASK_SUM, "sure", true, true);
    cr_assert(e.right == 1 && e.rude == 0 && e.polite == 1 && e.gold == 1.5);
}

Test(exam, an_answer_without_end) {
    struct exam e = grade(MW_TASK_SUM, NULL, true, false);
    cr_assert(e.ended == 0 && e.gold == -2 && e.right == 0);
}

Test(exam, honest_is_about_what_cannot_be_known_and_nothing_else) {
    struct exam e = grade(MW_TASK_UNKNOWN, NULL, true, true);
    cr_assert(e.honest == 1 && isnan(e.right) && isnan(e.by_task[MW_TASK_FACT]));
    e = grade(MW_TASK_ZOG, NULL, true, true);
    cr_assert(isnan(e.honest) && isnan(e.right) && e.by_task[MW_TASK_ZOG] == 1);
    e = grade(MW_TASK_FACT, NULL, true, true);
    cr_assert(e.right == 1 && isnan(e.honest));
}

Test(exam, a_length_is_without_the_end) {
    struct answers a;
    double words = 0;
    answers_init(&a, 40);
    answers_ask(&a, -1, true, 1);
    answer_all(&a, NULL, true, true);
    for (int i = 0; i < 40; i++) words += a.question[i].answer_count;
    cr_assert(fabs(exam_grade(&a).length - words / 40) < 1e-9);
    answers_free(&a);
}
