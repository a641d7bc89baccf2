// Tests of neuron.c.
#include "03-backprop/definitions.h"

static int fires(const float *x, const float *weight, float bias, int n) {
    double sum = (double)bias;
    for (int i = 0; i < n; i++) sum += (double)weight[i] * x[i];
    return sum >= 0;
}

EXERCISE(threshold_unit, .number = "03.1", .points = 3) {
    // the chapter's first example: "and" with weights 1, 1 and bias -1.5
    const float weight[2] = {1, 1};
    static const float corner[4][2] = {{0, 0}, {0, 1}, {1, 0}, {1, 1}};
    for (int k = 0; k < 4; k++) {
        int got = threshold_unit(corner[k], weight, -1.5f, 2);
        if (k < 3) suspect_scalar("the bias is not added to the sum", 1);
        char what[64];
        snprintf(what, sizeof what, "weights 1, 1, bias -1.5, inputs %g, %g", (double)corner[k][0],
                 (double)corner[k][1]);
        grade_equal(what, got, k == 3);
    }
    suspect_scalar("the unit fires above 0 only; at exactly 0 it fires too (>=)", 0);
    grade_equal("weight 1, bias -1, input 1: the sum is exactly 0", threshold_unit(weight, weight, -1, 1), 1);
    for (int trial = 0; trial < 40; trial++) {
        int n = grade_int(0, 9);
        float x[9], w[9], bias = (float)grade_int(-3, 3);
        for (int i = 0; i < n; i++) x[i] = (float)grade_int(-2, 2), w[i] = (float)grade_int(-3, 3);
        char what[64];
        snprintf(what, sizeof what, "a unit with %d inputs, trial %d", n, trial);
        grade_equal(what, threshold_unit(x, w, bias, n), fires(x, w, bias, n));
    }
}

static void check_gate(const char *name, struct gate gate, const int want[4]) {
    for (int k = 0; k < 4; k++) {
        const float in[2] = {(float)(k / 2), (float)(k % 2)};
        int got = fires(in, gate.weight, gate.bias, 2);
        grade_true(got == want[k], "%s: weights %g, %g and bias %g %s for inputs %d, %d, and should %s", name,
                   (double)gate.weight[0], (double)gate.weight[1], (double)gate.bias, got ? "fire" : "do not fire",
                   k / 2, k % 2, want[k] ? "fire" : "not");
    }
}

EXERCISE(gate_xor, .number = "03.1", .points = 3, .needs = "threshold_unit") {
    check_gate("gate_and", gate_and(), (const int[]){0, 0, 0, 1});
    check_gate("gate_or", gate_or(), (const int[]){0, 1, 1, 1});
    check_gate("gate_not", gate_not(), (const int[]){1, 1, 0, 0});
    for (int k = 0; k < 4; k++) {
        char what[32];
        snprintf(what, sizeof what, "gate_xor(%d, %d)", k / 2, k % 2);
        if (k == 3) suspect_scalar("this is OR: the case that both are 1 is not taken out", 1);
        if (k == 0) suspect_scalar("this is NAND: the case that neither is 1 is not taken out", 1);
        grade_equal(what, gate_xor(k / 2, k % 2), (k / 2) != (k % 2));
    }
}
