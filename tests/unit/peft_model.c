// of 17-lora
// Tests of the frozen model with small things in it: every kind of plan, alone and together, in a tiny model.
#define _POSIX_C_SOURCE 200809L
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "17-lora/peft_model.h"
#include "datasets/micro_world.h"

enum { V = 19, LONGEST = 24, B = 3, T = 7, ALL = (1 << LORA_SITES) - 1 };

static const struct plan_case {
    const char *name;
    struct peft_plan plan;
} cases[] = {
    {"LoRA everywhere", {.rank = 2, .alpha = 4, .sites = ALL}},
    {"LoRA of queries and down", {.rank = 3, .alpha = 1, .sites = 1 << SITE_Q | 1 << SITE_DOWN}},
    {"LoRA with dropout", {.rank = 2, .alpha = 4, .dropout = 0.3f, .sites = ALL}},
    {"LoRA on NF4", {.rank = 2, .alpha = 4, .sites = ALL, .nf4 = true}},
    {"norms", {.norms = true}},
    {"rows of the table", {.row = 4, .rows = 3}},
    {"adapters", {.adapter = 5}},
    {"prompt", {.prompt = 3}},
    {"P-tuning", {.prompt = 3, .ptuning = true}},
    {"prefix", {.prefix = 4}},
    {"all at once",
     {.rank = 2,
      .alpha = 4,
      .dropout = 0.2f,
      .sites = ALL,
      .nf4 = true,
      .adapter = 3,
      .prompt = 2,
      .prefix = 3,
      .norms = true,
      .row = 2,
      .rows = 9}},
};

struct fixture {
    struct gpt base;
    struct peft_model m;
    struct tuner pieces;  // all that learns
    struct rng r;
    int tokens[B * T], targets[B * T];
};

// Grouped queries, and sizes that differ. All that learns is moved away from where it starts.
static void set_up(struct fixture *f, const struct peft_plan *plan) {
    struct gpt_config c = llama_config(V, LONGEST, 32, 2, 4, 2);
    c.F = 48;
    c.rope_base = 100;
    rng_seed(&f->r, 5, 1);
    gpt_init(&f->base, &c, 0.3f, &f->r);
    gpt_reserve(&f->base, B, LONGEST, false);
    peft_init(&f->m, &c, f->base.params, plan, 7);
    peft_reserve(&f->m, B, T, true);
    tuner_init(&f->pieces, 1e-3f, 10);
    peft_tune(&f->m, &f->pieces);
    for (int i = 0; i < f->pieces.pieces; i++)
        for (size_t k = 0; k < f->pieces.piece[i].n; k++) f->pieces.piece[i].w[k] += 0.2f * rng_normal(&f->r);
    for (int n = 0; n < B * T; n++) {
        f->tokens[n] = rng_below(&f->r, V);
        f->targets[n] = n % 3 ? rng_below(&f->r, V) : -1;
    }
}

static void tear_down(struct fixture *f) {
    tuner_free(&f->pieces);
    peft_free(&f->m);
    gpt_free(&f->base);
}

static double largest_difference(const float *a, const float *b, size_t n) {
    double largest = 0;
    for (size_t i = 0; i < n; i++) largest = fmax(largest, fabs((double)a[i] - b[i]));
    return largest;
}

// The same elements are dropped each time. A gradient is added; it is not what is looked for here.
static double loss_of(struct fixture *f) {
    struct rng r;
    rng_seed(&r, 3, 3);
    return (double)peft_backward(&f->m, 0, f->tokens, f->targets, &r, B, T);
}

// Moves w along `direction` by step.
static void move(struct tuned *p, const double *direction, double step, const float *from) {
    for (size_t k = 0; k < p->n; k++) p->w[k] = (float)(from[k] + step * direction[k]);
}

static void check_slope(struct fixture *f, const char *name, int piece, const double *direction) {
    struct tuned *p = &f->pieces.piece[piece];
    float *from = memcpy(alloc_floats(p->n), p->w, p->n * sizeof(float));
    double want[2], got = 0;
    for (size_t k = 0; k < p->n; k++) got += direction[k] * (double)p->g[k];
    for (int half = 0; half < 2; half++) {  // two steps: what is left of the error is of the fourth order
        const double step = half ? 0.01 : 0.02;
        move(p, direction, step, from);
        const double up = loss_of(f);
        move(p, direction, -step, from);
        want[half] = (up - loss_of(f)) / (2 * step);
    }
    memcpy(p->w, from, p->n * sizeof(float));
    free(from);
    const double slope = (4 * want[1] - want[0]) / 3;
    cr_assert(fabs(got - slope) < 5e-4 + 0.01 * fabs(slope), "%s: array %d of %d: the gradient says %g, the loss %g",
              name, piece, f->pieces.pieces, got, slope);
}

// Along the gradient itself, and along a direction at random.
static void check_gradients(const struct plan_case *c) {
    struct fixture f;
    struct rng r;
    set_up(&f, &c->plan);
    rng_seed(&r, 3, 3);
    peft_zero_grads(&f.m);
    peft_backward(&f.m, 2, f.tokens, f.targets, &r, B, T);
    rng_seed(&r, 3, 3);
    peft_backward(&f.m, -1, f.tokens, f.targets, &r, B, T);  // they add up: 2 - 1
    for (int i = 0; i < f.pieces.pieces; i++) {
        const struct tuned *p = &f.pieces.piece[i];
        double *direction = alloc_doubles(p->n), along = 0, across = 0;
        for (size_t k = 0; k < p->n; k++) along += (double)p->g[k] * p->g[k];
        cr_assert(along > 0, "%s: array %d has no gradient", c->name, i);
        for (size_t k = 0; k < p->n; k++) direction[k] = p->g[k] / sqrt(along);
        check_slope(&f, c->name, i, direction);
        for (size_t k = 0; k < p->n; k++) {
            direction[k] = rng_normal(&f.r);
            across += direction[k] * direction[k];
        }
        for (size_t k = 0; k < p->n; k++) direction[k] /= sqrt(across);
        check_slope(&f, c->name, i, direction);
        free(direction);
    }
    tear_down(&f);
}

Test(peft_model, every_plan_has_the_gradient_of_its_loss) {
    for (int i = 0; i < (int)(sizeof cases / sizeof *cases); i++) check_gradients(&cases[i]);
}

Test(peft_model, the_base_is_never_written) {
    struct fixture f;
    set_up(&f, &cases[sizeof cases / sizeof *cases - 1].plan);
    const size_t n = f.base.parameters;
    float *before = memcpy(alloc_floats(n), f.base.params, n * sizeof(float));
    for (int step = 0; step < 3; step++) {
        peft_zero_grads(&f.m);
        peft_backward(&f.m, 1, f.tokens, f.targets, &f.r, B, T);
        tuner_step(&f.pieces);
    }
    cr_assert(memcmp(before, f.base.params, n * sizeof(float)) == 0);
    free(before);
    tear_down(&f);
}

Test(peft_model, what_begins_at_zero_changes_nothing) {
    const struct peft_plan plan = {.rank = 4, .alpha = 8, .sites = ALL, .adapter = 6, .norms = true};
    struct fixture f;
    struct peft_model fresh;
    set_up(&f, &plan);
    peft_init(&fresh, &f.base.config, f.base.params, &plan, 9);
    peft_reserve(&fresh, B, T, false);
    const float *want = gpt_forward(&f.base, f.tokens, NULL, B, T), *got = peft_forward(&fresh, f.tokens, NULL, B, T);
    cr_assert(largest_difference(want, got, B * T * V) < 1e-5);
    peft_free(&fresh);
    tear_down(&f);
}

Test(peft_model, merged_is_unmerged) {
    const struct peft_plan plans[] = {{.rank = 2, .alpha = 4, .sites = ALL, .norms = true, .row = 3, .rows = 2},
                                      {.rank = 2, .alpha = 4, .sites = ALL, .nf4 = true}};
    for (int i = 0; i < 2; i++) {
        struct fixture f;
        set_up(&f, &plans[i]);
        float *merged = peft_merged(&f.m);
        memcpy(f.base.params, merged, f.base.parameters * sizeof(float));
        const float *one = gpt_forward(&f.base, f.tokens, NULL, B, T);
        float *kept = memcpy(alloc_floats(B * T * V), one, B * T * V * sizeof(float));
        // the frozen model reads its base from the same array: give it back what it was
        struct gpt again;
        struct rng r;
        rng_seed(&r, 5, 1);
        gpt_init(&again, &f.base.config, 0.3f, &r);
        memcpy(f.base.params, again.params, f.base.parameters * sizeof(float));
        gpt_free(&again);
        const float *two = peft_forward(&f.m, f.tokens, NULL, B, T);
        cr_assert(largest_difference(kept, two, B * T * V) < 1e-4, "plan %d", i);
        free(kept);
        free(merged);
        tear_down(&f);
    }
}

Test(peft_model, an_adapter_cannot_be_merged, .exit_code = 1) {
    struct fixture f;
    set_up(&f, &cases[6].plan);
    free(peft_merged(&f.m));
}

// What PEFT's LoRA has no place for would be lost without a word: the rest of the model as saved says something else.
Test(peft_model, only_lora_alone_can_be_saved) {
    static const struct peft_plan beside[] = {{.rank = 2, .alpha = 4, .sites = ALL, .norms = true},
                                              {.rank = 2, .alpha = 4, .sites = ALL, .row = 4, .rows = 2},
                                              {.rank = 2, .alpha = 4, .sites = ALL, .adapter = 3},
                                              {.rank = 2, .alpha = 4, .sites = ALL, .prompt = 3},
                                              {.rank = 2, .alpha = 4, .sites = ALL, .prefix = 3},
                                              {.norms = true}};
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
        struct fixture f;
        set_up(&f, &beside[i]);
        FILE *said = tmpfile();
        const pid_t child = fork();
        if (child == 0) {
            dup2(fileno(said), STDERR_FILENO);
            peft_save("/there/is/no/such/folder", &f.m, "base");
            _exit(0);
        }
        int status = 0;
        char line[400] = "";
        waitpid(child, &status, 0);
        rewind(said);
        cr_assert(fgets(line, sizeof line, said) && strstr(line, "cannot save: only LoRA"), "plan %zu: %s", i, line);
        cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 1, "plan %zu: status %d", i, status);
        fclose(said);
        tear_down(&f);
    }
}

Test(peft_model, nf4_is_close_to_floats_and_a_fifth_as_large) {
    struct fixture f;
    struct peft_model small;
    const struct peft_plan plan = {.rank = 2, .alpha = 4, .sites = ALL, .nf4 = true};
    set_up(&f, &(struct peft_plan){.rank = 2, .alpha = 4, .sites = ALL});
    peft_init(&small, &f.base.config, f.base.params, &plan, 7);
    peft_reserve(&small, B, T, false);
    float *merged = peft_merged(&small);
    double error = 0, squares = 0;
    const float *w = f.base.params;
    for (size_t i = 0; i < f.base.parameters; i++) {
        error += ((double)merged[i] - w[i]) * ((double)merged[i] - w[i]);
        squares += (double)w[i] * w[i];
    }
    cr_assert(error > 0 && error < 0.02 * squares, "relative error %g", error / squares);
    // 2 layers of 64*32 + 32*32 + 96*32 + 32*48 numbers, the table, five norms
    const size_t matrices = 2 * (64 * 32 + 32 * 32 + 96 * 32 + 32 * 48), rest = V * 32 + 5 * 32;
    cr_assert_eq(peft_base_bytes(&f.m), 4 * (matrices + rest));
    cr_assert_eq(peft_base_bytes(&small), matrices / 64 * 36 + 4 * rest);
    free(merged);
    peft_free(&small);
    tear_down(&f);
}

Test(peft_model, so_many_numbers_learn) {
    // q 32+32, k and v 16+32, o 32+32, gate and up 48+32, down 32+48, times the rank
    const size_t sites = 64 + 48 + 48 + 64 + 80 + 80 + 80;
    const struct {
        struct peft_plan plan;
        size_t want;
    } count[] = {{{.rank = 3, .alpha = 1, .sites = ALL}, 2 * 3 * sites},
                 {{.norms = true}, 5 * 32},
                 {{.row = 1, .rows = 2}, 2 * 32},
                 {{.adapter = 5}, 2 * (2 * 5 * 32 + 5 + 32)},
                 {{.prompt = 3}, 3 * 32},
                 {{.prompt = 3, .ptuning = true}, 3 * 16 + 16 * 16 + 16 + 32 * 16 + 32},
                 {{.prefix = 4}, 2 * 2 * 4 * 16}};
    for (int i = 0; i < (int)(sizeof count / sizeof *count); i++) {
        struct fixture f;
        set_up(&f, &count[i].plan);
        cr_assert_eq(peft_trainable(&f.m), count[i].want, "plan %d: %zu", i, peft_trainable(&f.m));
        tear_down(&f);
    }
}

// A prompt of rows of the vocabulary is a text that begins with those words.
Test(peft_model, a_prompt_of_words_is_words) {
    struct fixture f;
    int text[B * (T + 2)];
    const int word[2] = {4, 11};
    set_up(&f, &(struct peft_plan){.prompt = 2});
    for (int p = 0; p < 2; p++)
        memcpy(f.m.prompt + (size_t)p * 32, f.base.weights.token_table + (size_t)word[p] * 32, 32 * sizeof(float));
    for (int b = 0; b < B; b++) {
        memcpy(text + b * (T + 2), word, sizeof word);
        memcpy(text + b * (T + 2) + 2, f.tokens + b * T, T * sizeof(int));
    }
    const float *whole = gpt_forward(&f.base, text, NULL, B, T + 2), *got = peft_forward(&f.m, f.tokens, NULL, B, T);
    for (int b = 0; b < B; b++)
        cr_assert(largest_difference(whole + (size_t)(b * (T + 2) + 2) * V, got + (size_t)b * T * V, T * V) < 1e-4);
    tear_down(&f);
}

Test(peft_model, only_what_is_asked_is_the_same) {
    for (int i = 0; i < (int)(sizeof cases / sizeof *cases); i++) {
        struct fixture f;
        const int which[] = {T - 1, T, 2 * T + 3};
        set_up(&f, &cases[i].plan);
        float *all = alloc_floats(B * T * V);
        memcpy(all, peft_forward(&f.m, f.tokens, NULL, B, T), B * T * V * sizeof(float));
        const float *asked = peft_forward_at(&f.m, f.tokens, which, 3, NULL, B, T);
        for (int k = 0; k < 3; k++)
            cr_assert(largest_difference(all + which[k] * V, asked + k * V, V) < 1e-5, "%s", cases[i].name);
        free(all);
        tear_down(&f);
    }
}

// ---- answers --------------------------------------------------------------------------------------------------------
static void ask(struct answers *a, int count) {
    answers_init(a, count);
    answers_ask(a, -1, false, 3);
}

static void check_same_answers(const struct answers *a, const struct answers *b, int count) {
    for (int i = 0; i < count; i++) {
        const size_t at = (size_t)i * (MW_RESPONSE_LONGEST + 1);
        cr_assert_eq(a->length[i], b->length[i], "answer %d: %d and %d tokens", i, a->length[i], b->length[i]);
        cr_assert_eq(a->ended[i], b->ended[i]);
        cr_assert(memcmp(a->id + at, b->id + at, (size_t)a->length[i] * sizeof(int)) == 0, "answer %d", i);
    }
}

// What the merged model says, with a cache; and in a crowd what it says alone.
Test(peft_model, answers_as_the_merged_model) {
    struct gpt_config c = llama_config(MW_V, 64, 32, 2, 4, 2);
    const struct peft_plan plan = {.rank = 2, .alpha = 4, .sites = ALL};
    struct gpt base;
    struct peft_model m;
    struct tuner pieces;
    struct rng r;
    rng_seed(&r, 8, 1);
    gpt_init(&base, &c, 0.3f, &r);
    peft_init(&m, &c, base.params, &plan, 1);
    tuner_init(&pieces, 1, 1);
    peft_tune(&m, &pieces);
    for (int i = 0; i < pieces.pieces; i++)
        for (size_t k = 0; k < pieces.piece[i].n; k++) pieces.piece[i].w[k] = 0.3f * rng_normal(&r);
    float *merged = peft_merged(&m);
    for (int warm = 0; warm < 2; warm++) {
        struct answers crowd, few, whole;
        ask(&crowd, 70);
        ask(&few, 5);
        peft_answer(&crowd, &m, (float)warm, 4);
        peft_answer(&few, &m, (float)warm, 4);
        check_same_answers(&few, &crowd, 5);
        if (!warm) {
            ask(&whole, 70);
            answers_draw(&whole, &c, merged, 0, 4);
            check_same_answers(&whole, &crowd, 70);
            answers_free(&whole);
        }
        answers_free(&crowd);
        answers_free(&few);
    }
    free(merged);
    tuner_free(&pieces);
    peft_free(&m);
    gpt_free(&base);
}
