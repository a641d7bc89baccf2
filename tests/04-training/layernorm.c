// Tests of layernorm.c.
#include "04-training/definitions.h"

static void call_layernorm_forward(const struct norm_outputs *o, const struct norm_case *k) {
    layernorm_forward(o->out, o->mean, o->rstd, k->x, k->weight, k->bias, (float)k->eps, k->B, k->C);
}

EXERCISE(layernorm_forward, .number = "04.8", .points = 4) {
    const float x2[] = {1, 2, 6, 3, 3, 9}, ones[] = {1, 1, 1}, zeros[] = {0, 0, 0};
    float *out2 = grade_output(6), *mean2 = grade_output(2), *rstd2 = grade_output(2);
    layernorm_forward(out2, mean2, rstd2, grade_copy(x2, 6), grade_copy(ones, 3), grade_copy(zeros, 3), 0, 2, 3);
    suspect("the mean is taken down the column: layer norm goes along the row", (double[]){-1, -1, -1, 1, 1, 1});
    suspect_factor("the variance is divided by n - 1; what normalizes is divided by n", sqrt(2.0 / 3));
    grade_array("out of the text's example", out2,
                (double[]){-0.925820, -0.462910, 1.388730, -0.707107, -0.707107, 1.414214}, AXES("bc", 2, 3), 1e-5);

    struct norm_case k = random_norm(PER_ROW, grade_int(4, 8), grade_int(10, 17), 1, 1);
    const struct norm_outputs o = run_forward(call_layernorm_forward, &k);
    suspect_all_forward(&k);
    struct norm_case wrong = k;
    wrong.sharing = PER_CHANNEL;
    suspect_forward("the mean is taken down the column: layer norm goes along the row", wrong);
    wrong = k, wrong.centred = false;
    suspect_forward("the mean is not taken away: this is RMS norm", wrong);
    check_forward(&k, &o);
    check_golden_forward(call_layernorm_forward, golden_norm(PER_ROW, 4, 6, 1, 1), golden_layernorm_out);
}

static void call_layernorm_backward(const struct norm_grads *g, const struct norm_case *k) {
    layernorm_backward(g->dx, g->dweight, g->dbias, k->dout, k->x, g->mean, g->rstd, k->weight, k->B, k->C);
}

EXERCISE(layernorm_backward, .number = "04.8", .points = 5) {
    struct norm_case k = random_norm(PER_ROW, grade_int(3, 6), grade_int(7, 11), 1, 1);
    check_backward(call_layernorm_backward, &k);
    check_golden_backward(call_layernorm_backward, golden_norm(PER_ROW, 4, 6, 1, 1), golden_layernorm_dx,
                          golden_layernorm_dweight);
}

static struct norm_case rms_case(struct norm_case k) {
    k.centred = false;
    k.bias = NULL;
    define_forward(&k, in_double(k.x, k.B * k.C));
    return k;
}

static void call_rmsnorm_forward(const struct norm_outputs *o, const struct norm_case *k) {
    rmsnorm_forward(o->out, o->rstd, k->x, k->weight, (float)k->eps, k->B, k->C);
}

EXERCISE(rmsnorm_forward, .number = "04.9", .points = 2) {
    struct norm_case k = rms_case(random_norm(PER_ROW, grade_int(4, 8), grade_int(10, 17), 1, 1));
    const struct norm_outputs o = run_forward(call_rmsnorm_forward, &k);
    suspect_all_forward(&k);
    struct norm_case wrong = k;
    wrong.centred = true;
    suspect_forward("the mean is taken away: this is layer norm", wrong);
    check_forward(&k, &o);
    check_golden_forward(call_rmsnorm_forward, rms_case(golden_norm(PER_ROW, 4, 6, 1, 1)), golden_rmsnorm_out);
}

static void call_rmsnorm_backward(const struct norm_grads *g, const struct norm_case *k) {
    rmsnorm_backward(g->dx, g->dweight, k->dout, k->x, g->rstd, k->weight, k->B, k->C);
}

EXERCISE(rmsnorm_backward, .number = "04.9", .points = 3) {
    struct norm_case k = rms_case(random_norm(PER_ROW, grade_int(3, 6), grade_int(7, 11), 1, 1));
    check_backward(call_rmsnorm_backward, &k);
    check_golden_backward(call_rmsnorm_backward, rms_case(golden_norm(PER_ROW, 4, 6, 1, 1)), golden_rmsnorm_dx,
                          golden_rmsnorm_dweight);
}
