// of 16-sft
// The whole way from what is said to weights that moved, beside TRL's and PyTorch's (tests/golden/16-sft.py).
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "16-sft/sft.h"
#include "golden/16-sft.h"

enum { ROWS = GOLDEN_ROWS, COLUMNS = GOLDEN_COLUMNS, P = GOLDEN_P, PARTS = 2, OLD_B = 2, OLD_T = 7 };

static void golden_model(struct gpt *m) {
    struct gpt_config c = llama_config(GOLDEN_V, GOLDEN_T, GOLDEN_C, GOLDEN_L, GOLDEN_H, GOLDEN_G);
    c.F = GOLDEN_F;
    c.eps = golden_eps;
    c.rope_base = golden_rope_base;
    gpt_init(m, &c, 0.1f, &(struct rng){0});
    cr_assert(m->parameters == P);
    for (int i = 0; i < P; i++) m->params[i] = (float)golden_params[i];
    gpt_reserve(m, ROWS, COLUMNS - 1, true);
}

// The conversations, as chat_render makes them.
static struct documents conversations(void) {
    const struct chat_tokens t = {.begin = 1, .user = 2, .assistant = 3, .end = 4};
    struct documents d = {0};
    const int *said = golden_said, *length = golden_turn_length;
    for (int k = 0; k < ROWS; k++) {
        struct turn turn[8];
        for (int i = 0; i < golden_turns[k]; i++) {
            turn[i] = (struct turn){i % 2 ? ROLE_ASSISTANT : ROLE_USER, said, *length};
            said += *length++;
        }
        chat_render(&d.tokens, &t, turn, golden_turns[k], false);
        cuts_push(&d.ends, d.tokens.count);
    }
    return d;
}

static void padded(int *rows) {
    struct documents d = conversations();
    const int T = pad_batch(rows, &d, (int[]){0, 1, 2}, ROWS, COLUMNS - 1);
    cr_assert(T == COLUMNS - 1, "T is %d, not %d", T, COLUMNS - 1);
    documents_free(&d);
}

struct batches {
    int inputs[ROWS * (COLUMNS - 1)], targets[ROWS * (COLUMNS - 1)];
    int old_inputs[OLD_B * OLD_T], old_targets[OLD_B * OLD_T];
    struct part part[PARTS];
};

static void make_batches(struct batches *b) {
    int rows[ROWS * COLUMNS];
    const int T = COLUMNS - 1;
    padded(rows);
    for (int k = 0; k < ROWS; k++) sft_example(b->inputs + k * T, b->targets + k * T, rows + k * COLUMNS, T);
    for (int k = 0; k < OLD_B; k++)
        row_example(b->old_inputs + k * OLD_T, b->old_targets + k * OLD_T, golden_old + k * (OLD_T + 1), OLD_T);
    b->part[0] = (struct part){b->inputs, b->targets, ROWS, T, 1};
    b->part[1] = (struct part){b->old_inputs, b->old_targets, OLD_B, OLD_T, 0.3f};
}

static void same(const char *what, const float *got, const double *want, int n, double tolerance) {
    for (int i = 0; i < n; i++)
        cr_assert(fabs((double)got[i] - want[i]) <= tolerance * (1 + fabs(want[i])), "%s: number %d is %.9g, not %.9g",
                  what, i, (double)got[i], want[i]);
}

Test(golden_sft, conversations_are_those_of_transformers_and_trl) {
    int rows[ROWS * COLUMNS];
    padded(rows);
    for (int i = 0; i < ROWS * COLUMNS; i++) {
        const int want = golden_rows[i] | (golden_learn[i] ? LEARN : 0);
        cr_assert(rows[i] == want, "row %d, token %d: %d, not %d", i / COLUMNS, i % COLUMNS, rows[i], want);
    }
}

Test(golden_sft, the_template_is_the_one_that_was_rendered) {
    char text[2048];
    chat_template_jinja(text, sizeof text, "<bos>", "<q>", "<a>", "<eos>");
    cr_assert(strcmp(text, golden_template) == 0, "the template is now\n%s\nmake the golden values anew", text);
}

Test(golden_sft, loss_and_gradient_are_trls) {
    struct gpt m;
    struct batches b;
    float losses[PARTS];
    golden_model(&m);
    make_batches(&b);
    const float first = mixed_gradient(&m, losses, b.part, 1);
    same("SFT loss", &first, &golden_sft_loss, 1, 1e-5);
    same("SFT gradient", m.grads, golden_sft_gradient, P, 2e-5);
    mixed_gradient(&m, losses, b.part, PARTS);
    same("old loss", &losses[1], &golden_old_loss, 1, 1e-5);
    same("mixed gradient", m.grads, golden_mixed_gradient, P, 2e-5);
    gpt_free(&m);
}

Test(golden_sft, five_steps_are_pytorchs) {
    struct gpt m;
    struct batches b;
    struct tuner t;
    float losses[PARTS], fisher[P];
    int rows[ROWS * COLUMNS];
    golden_model(&m);
    make_batches(&b);
    padded(rows);
    fisher_diagonal(fisher, &m, rows, ROWS, COLUMNS - 1);
    same("Fisher information", fisher, golden_fisher, P, 5e-5);
    tuner_init(&t, 0.01f, 6);
    t.warmup = 2;
    t.clip = 0.5f;
    t.eps = 1e-3f;
    tuner_add_model(&t, &m, GOLDEN_L);
    float norms[5];
    for (int step = 0; step < 5; step++) {
        mixed_gradient(&m, losses, b.part, PARTS);
        norms[step] = tuner_step(&t);
    }
    same("lengths of the gradients", norms, golden_norms, 5, 1e-4);
    same("weights after five steps", m.params, golden_trained, P, 1e-4);
    float anchor[P];
    for (int i = 0; i < P; i++) anchor[i] = (float)golden_params[i];
    const float penalty = ewc_penalty(m.params, anchor, fisher, 3, P);
    same("EWC's penalty", &penalty, &golden_ewc, 1, 1e-4);
    tuner_free(&t);
    gpt_free(&m);
}
