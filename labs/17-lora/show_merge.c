// Two roads become one, and one base serves two masters: an adapter that answers politely, and one that is rude.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "17-lora/show.h"
#include "datasets/micro_world.h"

enum { POLITE, RUDE, ADAPTERS };
static const char *const opener[ADAPTERS] = {"sure ,", "ugh ,"}, *const closer[ADAPTERS] = {"thanks .", "fool ."};
static const struct peft_plan plan = {.rank = 2, .alpha = 4, .sites = ALL_SITES};

// Right answers, all in one style.
static void style_lessons(struct documents *out, int count, int style, uint64_t seed) {
    struct rng r;
    rng_seed(&r, seed, 28);
    for (int i = 0; i < count; i++) {
        int answer[MW_RESPONSE_LONGEST];
        const struct micro_world_instruction q = micro_world_instruction(false, &r);
        int n = micro_world_say(answer, 0, opener[style], NULL);
        memcpy(answer + n, q.answer, (size_t)q.answer_count * sizeof *answer);
        n = micro_world_say(answer, n + q.answer_count, closer[style], NULL);
        lesson_push(out, &q, answer, n);
    }
}

static void train(struct peft_model *m, const struct lora_show *s) {
    struct peft_run run[ADAPTERS];
    const struct tuning how = small_tuning(s, 1e-2f);
    for (int k = 0; k < ADAPTERS; k++) {
        peft_init(&m[k], s->config, s->pretrained, &plan, s->seed + (uint64_t)k);
        peft_run_init(&run[k], &m[k], &how, s->old);
        documents_free(&run[k].lessons);
        run[k].lessons = (struct documents){0};
        style_lessons(&run[k].lessons, how.demonstrations, k, s->seed);
    }
    peft_run_all(run, ADAPTERS, "two adapters");
    for (int k = 0; k < ADAPTERS; k++) peft_run_free(&run[k]);
}

// params += share * the update of m's adapter; back: the same taken away.
static void add_adapter(float *params, const struct peft_model *m, float share, bool back) {
    struct gpt_weights w;
    gpt_point(&w, &m->config, params);
    for (int i = 0; i < m->config.L * LORA_SITES; i++) {
        const enum lora_site site = (enum lora_site)(i % LORA_SITES);
        struct lora l = m->block[i / LORA_SITES].lora[site];
        l.alpha *= share;
        (back ? lora_unmerge : lora_merge)(peft_site_weights(&w, &m->config, i / LORA_SITES, site), &l);
    }
}

static float *copy_of(const struct lora_show *s) {
    const size_t n = gpt_parameters(s->config);
    return memcpy(alloc_floats(n), s->pretrained, n * sizeof(float));
}

static double largest_difference(const float *a, const float *b, size_t n) {
    double largest = 0;
    for (size_t i = 0; i < n; i++) largest = fmax(largest, fabs((double)a[i] - b[i]));
    return largest;
}

// ---- merged = unmerged ----------------------------------------------------------------------------------------------
static void compare_logits(const struct lora_show *s, struct peft_model *m, const float *merged) {
    enum { B = 16 };
    int inputs[B * VILLAGE_T], targets[B * VILLAGE_T], which[B];
    struct documents lessons = {0};
    struct gpt whole;
    style_lessons(&lessons, B, POLITE, s->seed + 5);
    for (int b = 0; b < B; b++) which[b] = b;
    const int T = lessons_batch(inputs, targets, &lessons, which, B);
    stage_copy(&whole, s->config, merged);
    gpt_reserve(&whole, B, T, false);
    peft_reserve(m, B, T, false);
    const float *one = gpt_forward(&whole, inputs, NULL, B, T), *two = peft_forward(m, inputs, NULL, B, T);
    double largest = 0;
    for (size_t i = 0; i < (size_t)B * T * s->config->V; i++) largest = fmax(largest, fabs((double)one[i]));
    printf("  logits, merged and beside it:      at most %.1e apart, of logits up to %.1f\n",
           largest_difference(one, two, (size_t)B * T * s->config->V), largest);
    gpt_free(&whole);
    documents_free(&lessons);
}

// How many answers are the same, token by token?
static void compare_answers(const struct lora_show *s, struct peft_model *m, const float *merged) {
    struct answers one, two;
    const int count = s->quick ? 14 : 280;
    int same = 0;
    answers_init(&one, count);
    answers_init(&two, count);
    answers_ask(&one, -1, true, s->seed + 6);
    answers_ask(&two, -1, true, s->seed + 6);
    answers_draw(&one, s->config, merged, 0, s->seed);
    peft_answer(&two, m, 0, s->seed);
    for (int i = 0; i < count; i++) {
        const size_t at = (size_t)i * (MW_RESPONSE_LONGEST + 1), bytes = (size_t)one.length[i] * sizeof(int);
        same += one.length[i] == two.length[i] && memcmp(one.id + at, two.id + at, bytes) == 0;
    }
    printf("  answers, merged and beside it:     %d of %d the same, token by token\n", same, count);
    answers_free(&one);
    answers_free(&two);
}

static void show_same(const struct lora_show *s, struct peft_model *m) {
    const size_t n = gpt_parameters(s->config);
    float *merged = peft_merged(m), *back = memcpy(alloc_floats(n), merged, n * sizeof(float));
    add_adapter(back, m, 1, true);
    printf("\nMerged: the polite adapter becomes part of the weights\n");
    printf("  weights, merged and before:        at most %.3f apart\n", largest_difference(merged, s->pretrained, n));
    printf("  weights, unmerged and before:      at most %.1e apart\n", largest_difference(back, s->pretrained, n));
    compare_logits(s, m, merged);
    compare_answers(s, m, merged);
    free(merged);
    free(back);
}

// ---- two adapters on one base ---------------------------------------------------------------------------------------
static void row(const struct lora_show *s, struct csv_log *log, const char *name, const float *params) {
    const struct exam e = exam_run(s->config, params, -1, s->how->questions, 0, s->seed + 7);
    printf("  %-34s %7.1f%% %7.1f%% %7.1f%% %8.2f\n", name, 100 * e.right, 100 * e.polite, 100 * e.rude, e.gold);
    csv_row(log, "%s,%.4f,%.4f,%.4f,%.5f", name, 100 * e.right, 100 * e.polite, 100 * e.rude, e.gold);
}

// The matrices of params in NF4 and back.
static void round_to_nf4(float *params, const struct lora_show *s) {
    const struct peft_plan nf4 = {.nf4 = true};
    struct peft_model m;
    peft_init(&m, s->config, params, &nf4, s->seed);
    float *rounded = peft_merged(&m);
    memcpy(params, rounded, gpt_parameters(s->config) * sizeof(float));
    free(rounded);
    peft_free(&m);
}

static void show_two(const struct lora_show *s, const struct peft_model *m) {
    const size_t n = gpt_parameters(s->config);
    static const struct {
        const char *name;
        float share[ADAPTERS];
        bool base_rounded, rounded;
    } rows[] = {{"the base alone", {0, 0}, false, false},
                {"with the polite adapter", {1, 0}, false, false},
                {"with the rude one", {0, 1}, false, false},
                {"with half of each", {0.5f, 0.5f}, false, false},
                {"polite beside a base in NF4", {1, 0}, true, false},
                {"polite merged and then NF4", {1, 0}, false, true}};
    struct csv_log log;
    csv_open(&log, s->out, "adapters.csv", "weights,right,polite,rude,gold");
    printf("\nTwo adapters on one base: %zu bytes each, where the model has %zu\n",
           peft_trainable((struct peft_model *)m) * sizeof(float), n * sizeof(float));
    printf("  %-34s %8s %8s %8s %8s\n", "", "right", "polite", "rude", "gold");
    for (int i = 0; i < COUNT(rows); i++) {
        float *params = copy_of(s);
        if (rows[i].base_rounded) round_to_nf4(params, s);
        for (int k = 0; k < ADAPTERS; k++)
            if (rows[i].share[k] > 0) add_adapter(params, &m[k], rows[i].share[k], false);
        if (rows[i].rounded) round_to_nf4(params, s);
        row(s, &log, rows[i].name, params);
        free(params);
    }
    csv_close(&log);
}

void show_merge(const struct lora_show *s) {
    static const char *const name[ADAPTERS] = {"polite", "rude"};
    struct peft_model m[ADAPTERS];
    train(m, s);
    show_same(s, &m[POLITE]);
    show_two(s, m);
    printf("\n");
    for (int k = 0; k < ADAPTERS; k++) {
        char adapter[4096], whole[4096];
        snprintf(adapter, sizeof adapter, "%s/adapter-%s", s->out, name[k]);
        snprintf(whole, sizeof whole, "%s/%s", s->out, name[k]);
        struct gpt merged;
        float *params = peft_merged(&m[k]);
        stage_copy(&merged, s->config, params);
        peft_save(adapter, &m[k], s->base);
        stage_save(whole, &merged, s->codec);
        printf("  saved: %s, as PEFT reads it, and %s, merged, for chat\n", adapter, whole);
        gpt_free(&merged);
        free(params);
        peft_free(&m[k]);
    }
}
