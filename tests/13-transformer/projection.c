// Tests of projection.c.
#include "13-transformer/definitions.h"

struct projection_case {
    int N, I, O;
    float *x, *weight, *bias, *dout;
};

static struct projection_case random_projection(void) {
    struct projection_case k = {.N = grade_int(3, 9), .I = grade_int(66, 75), .O = grade_int(77, 90)};
    k.x = grade_floats(k.N * k.I), k.weight = random_weights(k.O * k.I, 0.2);
    k.bias = grade_floats(k.O), k.dout = grade_floats(k.N * k.O);
    return k;
}

static double *define_projection(const struct projection_case *k, bool biased) {
    double *out = grade_doubles(k->N * k->O), *x = in_double(k->x, k->N * k->I);
    define_linear(out, x, in_double(k->weight, k->O * k->I), biased ? in_double(k->bias, k->O) : NULL, k->N, k->I,
                  k->O);
    return out;
}

// What comes out if the weight's memory is read as (I,O).
static double *misread_weight(const struct projection_case *k, bool biased) {
    double *out = grade_doubles(k->N * k->O);
    for (int i = 0; i < k->N * k->O; i++) {
        int n = i / k->O, o = i % k->O;
        out[i] = biased ? k->bias[o] : 0;
        for (int j = 0; j < k->I; j++) out[i] += (double)k->x[n * k->I + j] * k->weight[j * k->O + o];
    }
    return out;
}

// The example of the text's second section: two rows of three numbers, two outputs.
EXERCISE(projection_forward, .number = "13.1", .points = 2) {
    float *x = grade_copy((float[]){1, 0, 2, -1, 3, 1}, 6), *weight = grade_copy((float[]){1, 2, 0, -1, 1, 3}, 6);
    float *bias = grade_copy((float[]){0.5f, -1}, 2), *out = grade_output(4);
    suspect("the bias is missing", (double[]){1, 5, 5, 7});
    suspect("the weight is not transposed: a row of it belongs to one output", (double[]){3.5, 7, 0.5, -3});
    projection_forward(out, x, weight, bias, 2, 3, 2);
    grade_array("out of two rows", out, (double[]){1.5, 4, 5.5, 6}, AXES("no", 2, 2), 1e-6);

    struct projection_case k = random_projection();
    for (int biased = 1; biased >= 0; biased--) {
        float *y = grade_output(k.N * k.O);
        projection_forward(y, k.x, k.weight, biased ? k.bias : NULL, k.N, k.I, k.O);
        if (biased) suspect("the bias is missing", define_projection(&k, false));
        suspect("the weight is not transposed: a row of it belongs to one output", misread_weight(&k, biased));
        grade_array(biased ? "out" : "out without a bias", y, define_projection(&k, biased), AXES("no", k.N, k.O),
                    1e-4);
    }
    grade_unchanged("x", k.x);
}

EXERCISE(projection_add, .number = "13.1", .points = 2, .needs = "projection_forward") {
    struct projection_case k = random_projection();
    for (int biased = 1; biased >= 0; biased--) {
        float *out = grade_floats(k.N * k.O);
        double *before = in_double(out, k.N * k.O), *want = define_projection(&k, biased);
        suspect("what stood in out is gone: it is to be added to", define_projection(&k, biased));
        double *no_bias = define_projection(&k, false);
        for (int i = 0; i < k.N * k.O; i++) want[i] += before[i], no_bias[i] += before[i];
        projection_add(out, k.x, k.weight, biased ? k.bias : NULL, k.N, k.I, k.O);
        if (biased) suspect("the bias is missing", no_bias);
        grade_array(biased ? "out" : "out without a bias", out, want, AXES("no", k.N, k.O), 1e-4);
    }
}

EXERCISE(projection_backward, .number = "13.2", .points = 3) {
    struct projection_case k = random_projection();
    const int N = k.N, I = k.I, O = k.O;
    double *dx = grade_doubles(N * I), *dweight = grade_doubles(O * I), *dbias = grade_doubles(O);
    double *misread = grade_doubles(N * I), *first = in_double(k.dout, O);
    for (int n = 0; n < N; n++) {
        for (int o = 0; o < O; o++) {
            const double d = k.dout[n * O + o];
            dbias[o] += d;
            for (int i = 0; i < I; i++) {
                dx[n * I + i] += d * k.weight[o * I + i];
                misread[n * I + i] += d * k.weight[i * O + o];
                dweight[o * I + i] += d * k.x[n * I + i];
            }
        }
    }
    float *got_dx = grade_output(N * I), *got_dweight = grade_grad(O * I), *got_dbias = grade_grad(O);
    projection_backward(got_dx, got_dweight, got_dbias, k.dout, k.x, k.weight, N, I, O);
    suspect("the weight is transposed: here it is not", misread);
    grade_array("dx", got_dx, dx, AXES("ni", N, I), 1e-4);
    grade_gradient("dweight", got_dweight, dweight, AXES("oi", O, I), 1e-4);
    suspect_factor("the mean over the rows; the bias hears their sum", 1.0 / N);
    suspect("only the first row is heard", first);
    grade_gradient("dbias", got_dbias, dbias, AXES("o", O), 1e-4);

    float *again = grade_grad(O * I);
    projection_backward(NULL, again, NULL, k.dout, k.x, k.weight, N, I, O);
    grade_gradient("dweight, where dx and dbias are not wanted", again, dweight, AXES("oi", O, I), 1e-4);
}
