// Tests of loss.c.
#include "03-backprop/definitions.h"

static double cross_entropy(const double *x, void *context) {
    const struct batch *k = context;
    double total = 0;
    for (int b = 0; b < k->B; b++) {
        double max = x[b * k->C], sum = 0;
        for (int c = 0; c < k->C; c++) max = fmax(max, x[b * k->C + c]);
        for (int c = 0; c < k->C; c++) sum += exp(x[b * k->C + c] - max);
        total += max + log(sum) - x[b * k->C + k->targets[b]];
    }
    return k->dloss * total / k->B;
}

EXERCISE(cross_entropy_forward, .number = "03.6", .points = 5) {
    const float three[3] = {1, 2, 3};
    const int last = 2, first = 0;
    float *probs = grade_output(3);
    const char *lost = "the maximum is subtracted in the exponents, but not added to the logarithm again";
    suspect_scalar(lost, 0.4076060 - 3);
    grade_scalar("logits 1, 2, 3, target 2", cross_entropy_forward(probs, three, &last, 1, 3), 0.4076060, 1e-6);
    suspect_scalar(lost, 2.4076060 - 3);
    grade_scalar("logits 1, 2, 3, target 0", cross_entropy_forward(probs, three, &first, 1, 3), 2.4076060, 1e-6);

    int B = grade_int(3, 8), C = grade_int(9, 14);
    float *x = grade_floats(B * C);
    int *targets = grade_ints(B, 0, C - 1);
    probs = grade_output(B * C);
    struct batch k = {.B = B, .C = C, .targets = targets, .dloss = 1};
    double want = cross_entropy(doubles_of(x, B * C), &k);
    double in_row_0 = want;
    for (int b = 0; b < B; b++) in_row_0 += ((double)x[b * C + targets[b]] - (double)x[targets[b]]) / B;
    float got = cross_entropy_forward(probs, x, targets, B, C);
    suspect_scalar("the target's score is read in row 0 every time: it lies at b * C + targets[b]", in_row_0);
    suspect_scalar("the sum over the batch: the 1/B is missing", want * B);
    suspect_scalar("the minus is missing: the loss is -log p", -want);
    suspect_scalar("divided by B C: the mean is over the B rows", want / C);
    grade_scalar("loss", (double)got, want, 1e-5);
    grade_array("probs", probs, softmax_of(x, B, C), AXES("bc", B, C), 1e-5);
    grade_unchanged("logits", x);

    x = large_scores(B, C);
    for (int b = 0; b < B; b++) targets[b] = b % 2 ? 0 : grade_int(1, C - 1);
    got = cross_entropy_forward(probs, x, targets, B, C);
    require_finite("probs of logits of thousands", probs, B, C);
    grade_true(isfinite(got), "the loss of logits of thousands is %g\nlooks like: %s", (double)got,
               "log of a probability that is 0: take the loss from the logits");
    grade_scalar("loss of logits of thousands", (double)got, cross_entropy(doubles_of(x, B * C), &k), 1e-5);
}

EXERCISE(cross_entropy_backward, .number = "03.6", .points = 5) {
    // the chapter's example: p = (0.0900, 0.2447, 0.6652), target 0
    const float p3[3] = {0.0900306f, 0.2447285f, 0.6652410f};
    const int first = 0;
    float *dx = grade_grad(3);
    cross_entropy_backward(dx, 1, p3, &first, 1, 3);
    suspect("the target's 1 is never subtracted", doubles_of(p3, 3));
    suspect("only the target's logit gets a gradient; the others get their probabilities",
            (const double[]){-0.9099694, 0, 0});
    grade_gradient("dlogits of logits 1, 2, 3, target 0", dx, (const double[]){-0.9099694, 0.2447285, 0.6652410},
                   AXES("c", 3), 1e-5);

    int B = grade_int(3, 7), C = grade_int(8, 12), n = B * C;
    float *x = grade_floats(n), dloss = 0.01f * (float)grade_int(31, 47);
    int *targets = grade_ints(B, 0, C - 1);
    double *p = softmax_of(x, B, C), *no_target = grade_doubles(n);
    double *in_row_0 = grade_doubles(n);
    float *probs = grade_copy_doubles(p, n);
    for (int i = 0; i < n; i++) in_row_0[i] = no_target[i] = (double)dloss * p[i] / B;
    for (int b = 0; b < B; b++) in_row_0[targets[b]] -= (double)dloss / B;
    dx = grade_grad(n);
    cross_entropy_backward(dx, dloss, probs, targets, B, C);
    suspect_factor("the 1/B is missing: the loss is a mean over the batch", B);
    suspect_factor("dloss is left out", 1 / (double)dloss);
    suspect_factor("divided by B C: the mean is over the B rows", 1.0 / C);
    suspect_factor("divided by C, not by B", (double)B / C);
    suspect("the target's 1 is never subtracted", no_target);
    suspect("the 1 is subtracted in row 0 every time: the target lies at b * C + targets[b]", in_row_0);
    struct batch k = {.B = B, .C = C, .targets = targets, .dloss = (double)dloss};
    grade_gradient_check("dlogits", dx, x, AXES("bc", B, C), cross_entropy, &k, 2e-5);
    grade_unchanged("probs", probs);
}
