// Tests of weightnorm.c.
#include "04-training/definitions.h"

struct weightnorm_case {
    int O, I;
    const float *g, *dweight;
};

// weight (O,I) of the definition.
static void define_weightnorm(double *weight, double *norm, const double *v, const float *g, int O, int I) {
    for (int o = 0; o < O; o++) {
        double square = 0;
        for (int i = 0; i < I; i++) square += v[o * I + i] * v[o * I + i];
        norm[o] = sqrt(square);
        for (int i = 0; i < I; i++) weight[o * I + i] = g[o] * v[o * I + i] / norm[o];
    }
}

static double weightnorm_loss(const double *v, void *context) {
    const struct weightnorm_case *k = context;
    double *weight = alloc_doubles((size_t)k->O * k->I), *norm = alloc_doubles(k->O), loss = 0;
    define_weightnorm(weight, norm, v, k->g, k->O, k->I);
    for (int i = 0; i < k->O * k->I; i++) loss += k->dweight[i] * weight[i];
    free(weight), free(norm);
    return loss;
}

EXERCISE(weightnorm_forward, .number = "04.11", .points = 2) {
    float *row = grade_output(2), *length = grade_output(1);
    weightnorm_forward(row, length, grade_copy((float[]){3, 4}, 2), grade_copy((float[]){2}, 1), 1, 2);
    grade_array("weight of the text's example", row, (double[]){1.2, 1.6}, AXES("oi", 1, 2), 1e-6);
    grade_array("norm of the text's example", length, (double[]){5}, AXES("o", 1), 1e-6);

    const int O = grade_int(3, 7), I = grade_int(8, 13);
    const float *v = grade_floats(O * I), *g = grade_floats(O);
    float *weight = grade_output(O * I), *norm = grade_output(O);
    double *want = grade_doubles(O * I), *want_norm = grade_doubles(O), *no_g = grade_doubles(O * I);
    weightnorm_forward(weight, norm, v, g, O, I);
    define_weightnorm(want, want_norm, in_double(v, O * I), g, O, I);
    double all = 0, *whole = grade_doubles(O * I), *squared = grade_doubles(O * I);
    for (int o = 0; o < O; o++) all += want_norm[o] * want_norm[o];
    for (int i = 0; i < O * I; i++) {
        no_g[i] = v[i] / want_norm[i / I];
        whole[i] = g[i / I] * v[i] / sqrt(all);
        squared[i] = want[i] / want_norm[i / I];
    }
    suspect("g is left out", no_g);
    suspect("one length for the whole matrix; every row has its own", whole);
    suspect("divided by the squared length", squared);
    grade_array("weight", weight, want, AXES("oi", O, I), 1e-5);
    grade_array("norm", norm, want_norm, AXES("o", O), 1e-5);
}

EXERCISE(weightnorm_backward, .number = "04.11", .points = 3) {
    const int O = grade_int(3, 6), I = grade_int(7, 11);
    const float *v = grade_floats(O * I), *g = grade_floats(O), *dweight = grade_floats(O * I);
    double *weight = grade_doubles(O * I), *norm = grade_doubles(O);
    define_weightnorm(weight, norm, in_double(v, O * I), g, O, I);
    double *want_dg = grade_doubles(O), *want_dv = grade_doubles(O * I), *constant = grade_doubles(O * I);
    double *undivided = grade_doubles(O);
    for (int i = 0; i < O * I; i++) want_dg[i / I] += dweight[i] * v[i] / norm[i / I];
    for (int i = 0; i < O * I; i++) {
        const int o = i / I;
        constant[i] = g[o] / norm[o] * dweight[i];
        want_dv[i] = constant[i] - g[o] / norm[o] * want_dg[o] * v[i] / norm[o];
    }
    float *dv = grade_grad(O * I), *dg = grade_grad(O);
    weightnorm_backward(dv, dg, dweight, v, g, grade_copy_doubles(norm, O), O, I);
    for (int o = 0; o < O; o++) undivided[o] = want_dg[o] * norm[o];
    suspect("not divided by the length of v", undivided);
    grade_gradient("dg", dg, want_dg, AXES("o", O), 1e-4);
    suspect("the length is treated as a constant; v moves it too", constant);
    grade_gradient("dv", dv, want_dv, AXES("oi", O, I), 1e-4);
    struct weightnorm_case k = {O, I, g, dweight};
    grade_gradient_check("dv against central differences", dv, v, AXES("oi", O, I), weightnorm_loss, &k, 1e-3);

    float *dv_p = grade_grad(24), *dg_p = grade_grad(4), *v_p = grade_copy_doubles(golden_x, 24);
    float *g_p = grade_copy_doubles(golden_weight, 4);
    double *weight_p = grade_doubles(24), *norm_p = grade_doubles(4);
    define_weightnorm(weight_p, norm_p, golden_x, g_p, 4, 6);
    weightnorm_backward(dv_p, dg_p, grade_copy_doubles(golden_dout, 24), v_p, g_p, grade_copy_doubles(norm_p, 4), 4, 6);
    grade_gradient("dv of PyTorch's example", dv_p, golden_weightnorm_dv, AXES("oi", 4, 6), 1e-4);
    grade_gradient("dg of PyTorch's example", dg_p, golden_weightnorm_dg, AXES("o", 4), 1e-4);
}
