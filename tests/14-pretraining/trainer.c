// Tests of trainer.c.
#include "14-pretraining/definitions.h"

// A trainer by definition: weights and moments in double, gradients from a twin of the model.
struct plain_trainer {
    struct gpt twin;
    struct gpt_tensor *tensor;
    int tensors;
    double *w, *m, *v;
};

static double plain_lr(const struct hyperparameters *h, int step) {
    if (step < h->warmup) return (double)h->lr_max * (step + 1) / h->warmup;
    const double part = (double)(step - h->warmup) / (h->total - h->warmup);
    return (double)h->lr_min + ((double)h->lr_max - (double)h->lr_min) * (1 + cos(acos(-1) * part)) / 2;
}

enum step_mistake { AS_DEFINED, NO_CLIP, BY_VALUE, DECAY_ALL, DECAY_NONE, TO_ONE, STEP_MISTAKES };

static const char *const step_mistakes[] = {"",
                                            "the gradient is not clipped",
                                            "clipped value by value, not by the length",
                                            "everything decays; vectors and biases should not",
                                            "nothing decays; matrices should",
                                            "the gradient is always brought to the limit, even if it is shorter"};

// One step on the gradient in twin.grads, in double; out (n) = the weights after it. With a mistake, the state stays.
static void plain_step(double *out, struct plain_trainer *p, const struct hyperparameters *h, int step,
                       enum step_mistake mistake) {
    const int n = (int)p->twin.parameters;
    double square = 0;
    for (int i = 0; i < n; i++) square += pow((double)p->twin.grads[i], 2);
    const double norm = sqrt(square), limit = (double)h->clip;
    double scale = norm > limit && mistake != NO_CLIP && mistake != BY_VALUE ? limit / (norm + 1e-6) : 1;
    if (mistake == TO_ONE) scale = limit / norm;
    for (int k = 0; k < p->tensors; k++) {
        const struct gpt_tensor *of = &p->tensor[k];
        const bool decays = mistake == DECAY_ALL || (mistake != DECAY_NONE && of->decays);
        const struct adamw a = {(float)plain_lr(h, step),     h->beta1, h->beta2,    h->eps,
                                decays ? h->weight_decay : 0, step + 1, (float)scale};
        for (size_t i = of->at; i < of->at + of->size; i++) {
            double s[3] = {p->w[i], p->m[i], p->v[i]}, g = p->twin.grads[i];
            adam_one(s, mistake == BY_VALUE ? fmax(-limit, fmin(limit, g)) : g, &a, RIGHT);
            out[i] = s[0];
            if (mistake != AS_DEFINED) continue;
            p->w[i] = s[0], p->m[i] = s[1], p->v[i] = s[2];
        }
    }
}

// Runs one trainer_step and its plain twin, and compares. Returns the report.
static struct step_report check_step(struct trainer *t, struct loader *l, struct plain_trainer *p, int step) {
    const struct hyperparameters *h = &t->hyper;
    const int n = (int)p->twin.parameters;
    const struct step_report report = trainer_step(t, l);
    double square = 0, *after[STEP_MISTAKES];
    for (int i = 0; i < n; i++) p->twin.params[i] = (float)p->w[i];
    gpt_zero_grads(&p->twin);
    gpt_forward(&p->twin, t->inputs, NULL, t->B, t->T);
    gpt_backward(&p->twin, 1, t->inputs, t->targets, NULL, t->B, t->T);
    for (int i = 0; i < n; i++) square += pow((double)p->twin.grads[i], 2);
    suspect_scalar("the length after clipping; the one before is asked for", fmin(sqrt(square), (double)h->clip));
    suspect_scalar("the squared length", square);
    grade_scalar("norm in the report", report.norm, sqrt(square), 1e-3);
    suspect_scalar("the learning rate of the next step: the schedule counts from 0", plain_lr(h, step + 1));
    if (step > 0) suspect_scalar("the learning rate of the step before: is t->step counted on?", plain_lr(h, 0));
    suspect_scalar("lr_max, where schedule_lr should say", (double)h->lr_max);
    grade_scalar("lr in the report", report.lr, plain_lr(h, step), 1e-6);
    for (int j = STEP_MISTAKES - 1; j >= 0; j--) {
        after[j] = grade_doubles(n);
        plain_step(after[j], p, h, step, (enum step_mistake)j);
    }
    for (int j = 1; j < STEP_MISTAKES; j++)
        if (memcmp(after[j], after[0], (size_t)n * sizeof(double)) != 0) suspect(step_mistakes[j], after[j]);
    grade_array("weights after the step", grade_copy(t->model->params, n), after[0], AXES("i", n), 5e-5);
    suspect_scalar("the step is not counted: t->step", step);
    grade_equal("t->step after the step", t->step, step + 1);
    return report;
}

EXERCISE(trainer_step, .number = "14.12", .points = 6, .seconds = 20,
         .needs = "loader_next trainer_gradient adamw_update bf16_round") {
    struct gpt model;
    struct trainer t;
    struct loader l;
    struct rows r = random_rows(TINY_B * 5, TINY_T, TINY_V, -1);
    struct hyperparameters h = tiny_hyper(1);
    tiny_model(&model, 0.4f);
    // Far from 0, so that decay shows, and biases that have something to lose.
    for (size_t i = 0; i < model.parameters; i++) model.params[i] += 0.3f;
    h.clip = 0.5f;
    trainer_init(&t, &model, &h, TINY_B, TINY_T);
    loader_init(&l, &r, TINY_B, rng_u32(grade_rng()));
    const int n = (int)model.parameters;
    struct plain_trainer p = {.w = grade_doubles(n), .m = grade_doubles(n), .v = grade_doubles(n)};
    twin_of(&p.twin, &model, TINY_B);
    p.tensor = gpt_tensors(&model.config, &p.tensors);
    for (int i = 0; i < n; i++) p.w[i] = model.params[i];
    check_step(&t, &l, &p, 0);
    check_step(&t, &l, &p, 1);
    t.hyper.clip = 20;  // no gradient is that long
    const struct step_report report = check_step(&t, &l, &p, 2);
    grade_true(report.finite && report.where[0] == '\0', "the report of a sound step says \"%s\"", report.where);

    t.hyper.bf16 = true;
    trainer_step(&t, &l);
    for (int i = 0; i < n; i++)
        grade_true((bits_of(model.params[i]) & 0xFFFF) == 0, "with hyper.bf16, weight %d is %.9g, no bfloat16", i,
                   (double)model.params[i]);
    // A weight that is no number: nothing else may change.
    model.weights.block[0].up[3] = NAN;
    float *before = malloc((size_t)n * sizeof *before);
    memcpy(before, model.params, (size_t)n * sizeof *before);
    const struct step_report bad = trainer_step(&t, &l);
    grade_true(!bad.finite, "a weight is NaN, and the report says that all is well");
    grade_true(strcmp(bad.where, "weights of block.0.up") == 0, "the report says \"%s\"", bad.where);
    grade_true(memcmp(before, model.params, (size_t)n * sizeof *before) == 0,
               "a step without a number changed weights");
    grade_equal("t->step after a step that failed", t.step, 4);
    free(before);
    free(p.tensor);
    trainer_free(&t);
    loader_free(&l);
    rows_free(&r);
    gpt_free(&p.twin);
    gpt_free(&model);
}
