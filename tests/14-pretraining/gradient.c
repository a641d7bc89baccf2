// Tests of gradient.c.
#include "14-pretraining/definitions.h"

// weights[k] times the gradient of micro-batch k's mean loss, all together; returns the losses likewise.
static double weighted_gradient(double *grad, struct gpt *m, const int *inputs, const int *targets, int batches,
                                const double *weights) {
    const int N = TINY_B * TINY_T, n = (int)m->parameters;
    double loss = 0;
    for (int i = 0; i < n; i++) grad[i] = 0;
    for (int k = 0; k < batches; k++) {
        gpt_zero_grads(m);
        gpt_forward(m, inputs + k * N, NULL, TINY_B, TINY_T);
        loss += weights[k] * (double)gpt_backward(m, 1, inputs + k * N, targets + k * N, NULL, TINY_B, TINY_T);
        for (int i = 0; i < n; i++) grad[i] += weights[k] * (double)m->grads[i];
    }
    return loss;
}

EXERCISE(trainer_gradient, .number = "14.11", .points = 8, .seconds = 20, .needs = "loader_next") {
    enum { BATCHES = 4, ROWS = BATCHES * TINY_B };
    struct gpt model, twin;
    struct trainer t;
    struct loader l;
    struct rows r = random_rows(ROWS, TINY_T, TINY_V, -1);
    // The batches differ in how much of them counts; one is padding but for a token.
    for (int i = 1; i < ROWS * (TINY_T + 1) / 3; i++)
        if (i % (TINY_T + 1) > 1) r.token[i] = -1;
    tiny_model(&model, 0.4f);
    const struct hyperparameters h = tiny_hyper(BATCHES);
    trainer_init(&t, &model, &h, TINY_B, TINY_T);
    twin_of(&twin, &model, ROWS);
    loader_init(&l, &r, TINY_B, rng_u32(grade_rng()));
    const int n = (int)model.parameters, N = TINY_B * TINY_T;
    double *was = grade_doubles(n), *wrong[4];
    for (int i = 0; i < n; i++) was[i] = model.grads[i] = rng_normal(grade_rng());
    const double loss = (double)trainer_gradient(&t, &l);

    double share[BATCHES], mean[BATCHES], one[BATCHES], last[BATCHES] = {0}, losses[4];
    const double all = counted(t.targets, BATCHES * N);
    for (int k = 0; k < BATCHES; k++) {
        share[k] = counted(t.targets + k * N, N) / all;
        mean[k] = 1.0 / BATCHES;
        one[k] = 1;
    }
    last[BATCHES - 1] = share[BATCHES - 1];
    const double *weights[] = {mean, one, share, last};
    for (int i = 0; i < 4; i++) {
        wrong[i] = grade_doubles(n);
        losses[i] = weighted_gradient(wrong[i], &twin, t.inputs, t.targets, BATCHES, weights[i]);
    }
    for (int i = 0; i < n; i++) wrong[2][i] += was[i];
    // The definition: one large batch.
    gpt_zero_grads(&twin);
    gpt_forward(&twin, t.inputs, NULL, ROWS, TINY_T);
    const double want_loss = (double)gpt_backward(&twin, 1, t.inputs, t.targets, NULL, ROWS, TINY_T);
    double *want = grade_doubles(n);
    for (int i = 0; i < n; i++) want[i] = twin.grads[i];
    float *got = grade_copy(model.grads, n);
    suspect("every micro-batch has the weight 1 / accumulate, however few of its positions count", wrong[0]);
    suspect("micro-batches are added without a weight", wrong[1]);
    suspect("the gradients were not set to zero first: the last step's are still in them", wrong[2]);
    suspect("only the last micro-batch is left: the gradients are set to zero before each", wrong[3]);
    grade_array("gradient, beside that of one large batch", got, want, AXES("i", n), 1e-4);
    suspect_scalar("every micro-batch has the weight 1 / accumulate, however few of its positions count", losses[0]);
    suspect_scalar("the losses are added without a weight", losses[1]);
    suspect_scalar("the loss of the last micro-batch only", losses[3]);
    grade_scalar("loss, beside that of one large batch", loss, want_loss, 1e-5);
    trainer_free(&t);
    loader_free(&l);
    rows_free(&r);
    gpt_free(&twin);
    gpt_free(&model);
}
