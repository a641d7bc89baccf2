// Tests of mix.c.
#include "16-sft/small.h"

// The text's example: a model whose weights are all 0 gives each of 8 words the probability 1/8, so every loss is
// ln 8 = 2.0794, and with the weights 1 and 0.5 the sum is 1.5 * 2.0794 = 3.1192.
static void check_example(void) {
    struct gpt m;
    const struct gpt_config c = gpt2_config(8, 4, 4, 1, 1);
    gpt_init(&m, &c, 0, grade_rng());
    gpt_reserve(&m, 1, 4, true);
    const int inputs[4] = {1, 2, 3, 4}, one[4] = {-1, -1, 5, 6}, other[4] = {2, 3, 4, 7};
    const struct part part[2] = {{inputs, one, 1, 4, 1}, {inputs, other, 1, 4, 0.5f}};
    float *losses = grade_output(2);
    const double sum = (double)mixed_gradient(&m, losses, part, 2), ln8 = log(8);
    suspect("the losses are those after weighting; each part's own mean is asked for", (double[]){ln8, ln8 / 2});
    grade_array("losses of a model that knows nothing, ln 8 each", losses, (double[]){ln8, ln8}, AXES("k", 2), 1e-5);
    suspect_scalar("the losses are added without their weights", 2 * ln8);
    suspect_scalar("a mean; the sum is asked for", ln8);
    grade_scalar("the sum of 1 * ln 8 and 0.5 * ln 8", sum, 1.5 * ln8, 1e-5);
    gpt_free(&m);
}

enum { PARTS = 3 };

// grad = the sum over the parts of share[k] times the gradient of the mean loss of part k.
static double *weighted(struct gpt *twin, const struct part *part, const double *share) {
    const int n = (int)twin->parameters;
    double *grad = grade_doubles(n);
    for (int k = 0; k < PARTS; k++) {
        gpt_zero_grads(twin);
        gpt_forward(twin, part[k].inputs, NULL, part[k].B, part[k].T);
        gpt_backward(twin, 1, part[k].inputs, part[k].targets, NULL, part[k].B, part[k].T);
        for (int i = 0; i < n; i++) grad[i] += share[k] * (double)twin->grads[i];
    }
    return grad;
}

static double mean_loss(struct gpt *twin, const struct part *p) {
    return (double)gpt_loss(twin, p->inputs, p->targets, NULL, p->B, p->T);
}

// Random parts of unequal sizes. row: memory for their ids.
static void random_parts(struct part *part, int row[PARTS][2][SMALL_B * SMALL_T]) {
    const int sizes[PARTS][2] = {{SMALL_B, SMALL_T - 2}, {1, SMALL_T}, {2, 3}};
    for (int k = 0; k < PARTS; k++) {
        const int n = sizes[k][0] * sizes[k][1];
        for (int i = 0; i < n; i++) {
            row[k][0][i] = grade_int(0, SMALL_V - 1);
            row[k][1][i] = i > 0 && grade_int(0, 2) == 0 ? -1 : grade_int(0, SMALL_V - 1);
        }
        const float weight = 0.3f + 0.5f * (float)k + 0.1f * rng_uniform(grade_rng());
        part[k] = (struct part){row[k][0], row[k][1], sizes[k][0], sizes[k][1], weight};
    }
}

// What a learner's gradient may be instead: suspicions for the next check. was: what stood in the gradients before.
static void suspect_gradients(struct gpt *twin, const struct part *part, const double *was) {
    double one[PARTS], mean[PARTS], last[PARTS] = {0}, tokens[PARTS], share[PARTS], sum = 0, all = 0;
    for (int k = 0; k < PARTS; k++) {
        share[k] = (double)part[k].weight;
        sum += share[k];
        tokens[k] = share[k] * counted(part[k].targets, part[k].B * part[k].T);
        all += counted(part[k].targets, part[k].B * part[k].T);
    }
    for (int k = 0; k < PARTS; k++) {
        one[k] = 1;
        mean[k] = share[k] / sum;
        tokens[k] /= all;
    }
    last[PARTS - 1] = share[PARTS - 1];
    suspect("the parts are added without their weights", weighted(twin, part, one));
    suspect("the weights are divided by their sum; they count as they are", weighted(twin, part, mean));
    suspect("only the last part is left: the gradients are set to zero before each", weighted(twin, part, last));
    suspect("a part counts by how many of its positions count; its weight alone is asked for",
            weighted(twin, part, tokens));
    double *on_top = weighted(twin, part, share);
    for (size_t i = 0; i < twin->parameters; i++) on_top[i] += was[i];
    suspect("the gradients were not set to zero first: what was there before is still in them", on_top);
}

static void check_random(bool llama) {
    struct gpt m, twin;
    struct part part[PARTS];
    int row[PARTS][2][SMALL_B * SMALL_T];
    small_model(&m, llama);
    twin_of(&twin, &m);
    random_parts(part, row);
    const int n = (int)m.parameters;
    double *was = grade_doubles(n), share[PARTS], losses[PARTS], sum = 0, plain = 0;
    for (int i = 0; i < n; i++) was[i] = (double)(m.grads[i] = rng_normal(grade_rng()));
    float *got = grade_output(PARTS);
    const double total = (double)mixed_gradient(&m, got, part, PARTS);
    for (int k = 0; k < PARTS; k++) {
        share[k] = (double)part[k].weight;
        losses[k] = mean_loss(&twin, &part[k]);
        sum += share[k] * losses[k];
        plain += losses[k];
    }
    suspect_gradients(&twin, part, was);
    grade_array("gradient", grade_copy(m.grads, n), weighted(&twin, part, share), AXES("i", n), 1e-4);
    grade_array("losses", got, losses, AXES("k", PARTS), 1e-5);
    suspect_scalar("the losses are added without their weights", plain);
    grade_scalar("the weighted sum of the losses", total, sum, 1e-5);

    // A part of weight 0 is not read, so it may be missing; and a part without a position that counts has no gradient.
    part[1] = (struct part){NULL, NULL, 2, 3, 0};
    for (int i = 0; i < part[2].B * part[2].T; i++) row[2][1][i] = -1;
    const double first = (double)mixed_gradient(&m, got, part, PARTS);
    grade_array("losses, the second part of weight 0, the third with no position that counts", got,
                (double[]){losses[0], 0, 0}, AXES("k", PARTS), 1e-5);
    grade_scalar("the sum of them", first, share[0] * losses[0], 1e-5);
    gpt_free(&twin);
    gpt_free(&m);
}

// Beside PyTorch: a batch as TRL makes it, with the loss on answers only, and old text with the weight 0.3.
static void check_golden(void) {
    enum { ROWS = GOLDEN_ROWS, T = GOLDEN_COLUMNS - 1, OLD_B = 2, OLD_T = 7 };
    int inputs[ROWS * T], targets[ROWS * T], old_inputs[OLD_B * OLD_T], old_targets[OLD_B * OLD_T];
    struct gpt m;
    for (int i = 0; i < ROWS * T; i++) {
        const int at = i / T * GOLDEN_COLUMNS + i % T;
        inputs[i] = golden_rows[at] < 0 ? 0 : golden_rows[at];
        targets[i] = golden_learn[at + 1] ? golden_rows[at + 1] : -1;
    }
    for (int i = 0; i < OLD_B * OLD_T; i++) {
        old_inputs[i] = golden_old[i / OLD_T * (OLD_T + 1) + i % OLD_T];
        old_targets[i] = golden_old[i / OLD_T * (OLD_T + 1) + i % OLD_T + 1];
    }
    golden_model(&m, ROWS, T);
    float *losses = grade_output(2);
    mixed_gradient(&m, losses,
                   (struct part[]){{inputs, targets, ROWS, T, 1}, {old_inputs, old_targets, OLD_B, OLD_T, 0.3f}}, 2);
    grade_array("losses of a batch by TRL and of old text, beside PyTorch's", losses,
                (double[]){golden_sft_loss, golden_old_loss}, AXES("k", 2), 1e-5);
    grade_array("their gradient, beside PyTorch's", grade_copy(m.grads, GOLDEN_P), golden_mixed_gradient,
                AXES("i", GOLDEN_P), 5e-5);
    gpt_free(&m);
}

EXERCISE(mixed_gradient, .number = "16.4", .points = 12, .seconds = 10) {
    check_example();
    check_random(false);
    check_random(true);
    check_golden();
}
