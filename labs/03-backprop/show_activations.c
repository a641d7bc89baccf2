// The seven curves and their slopes, as the learner's forward and backward passes draw them; and softmax at its limits.
#include <math.h>
#include <stdlib.h>

#include "03-backprop/show.h"

enum { CURVES = 7, SAMPLES = 321 };
static const float leaky_alpha = 0.1f;  // large, to be seen in the figure
static const float elu_alpha = 1.0f;

static void leaky_forward(float *out, const float *x, int n) {
    leaky_relu_forward(out, x, leaky_alpha, n);
}
static void leaky_backward(float *dx, const float *dout, const float *x, int n) {
    leaky_relu_backward(dx, dout, x, leaky_alpha, n);
}
static void elu1_forward(float *out, const float *x, int n) {
    elu_forward(out, x, elu_alpha, n);
}
static void elu1_backward(float *dx, const float *dout, const float *x, int n) {
    elu_backward(dx, dout, x, elu_alpha, n);
}

static const struct activation curves[CURVES] = {
    {"sigmoid", sigmoid_forward, sigmoid_backward}, {"tanh", tanh_forward, tanh_backward},
    {"relu", relu_forward, relu_backward},          {"leaky", leaky_forward, leaky_backward},
    {"elu", elu1_forward, elu1_backward},           {"silu", silu_forward, silu_backward},
    {"gelu", gelu_forward, gelu_backward},
};

// value and slope (CURVES, n) at x (n)
static void sample(float *value, float *slope, const float *x, int n) {
    float *ones = alloc_floats(n);
    for (int i = 0; i < n; i++) ones[i] = 1.0f;
    for (int k = 0; k < CURVES; k++) {
        curves[k].forward(value + k * n, x, n);
        curves[k].backward(slope + k * n, ones, x, n);
    }
    free(ones);
}

static void write_curves(const char *out, const float *x, const float *value, const float *slope) {
    struct csv_log log;
    csv_open(&log, out, "activations.csv",
             "x,sigmoid,tanh,relu,leaky,elu,silu,gelu,dsigmoid,dtanh,drelu,dleaky,delu,dsilu,dgelu");
    for (int i = 0; i < SAMPLES; i++) {
        char row[512];
        int used = snprintf(row, sizeof row, "%g", (double)x[i]);
        for (int k = 0; k < CURVES; k++)
            used += snprintf(row + used, sizeof row - used, ",%.7g", (double)value[k * SAMPLES + i]);
        for (int k = 0; k < CURVES; k++)
            used += snprintf(row + used, sizeof row - used, ",%.7g", (double)slope[k * SAMPLES + i]);
        csv_row(&log, "%s", row);
    }
    csv_close(&log);
}

static void print_gelu_forms(const float *x, const float *gelu) {
    double worst = 0.0, at = 0.0;
    for (int i = 0; i < SAMPLES; i++) {
        double difference = fabs((double)gelu[i] - 0.5 * (double)x[i] * (1.0 + erf((double)x[i] * sqrt(0.5))));
        if (difference > worst) worst = difference, at = (double)x[i];
    }
    printf("  GELU: tanh form and exact form differ by at most %.1e (at x = %.2f)\n", worst, at);
}

void show_activations(const struct options *o) {
    float *x = alloc_floats(SAMPLES), *value = alloc_floats(CURVES * SAMPLES), *slope = alloc_floats(CURVES * SAMPLES);
    for (int i = 0; i < SAMPLES; i++) x[i] = -4.0f + 8.0f * (float)i / (SAMPLES - 1);
    sample(value, slope, x, SAMPLES);
    write_curves(o->out, x, value, slope);

    const float few[] = {-8, -2, 0, 2, 8};
    enum { FEW = COUNT(few) };
    float few_value[CURVES * FEW], few_slope[CURVES * FEW] = {0};
    sample(few_value, few_slope, few, FEW);
    printf("\nSlopes:       x =");
    for (int i = 0; i < FEW; i++) printf("%9g", (double)few[i]);
    for (int k = 0; k < CURVES; k++) {
        printf("\n  %-14s  ", curves[k].name);
        for (int i = 0; i < FEW; i++) printf("%9.5f", (double)few_slope[k * FEW + i]);
    }
    printf("\n");
    print_gelu_forms(x, value + 6 * SAMPLES);
    free(x);
    free(value);
    free(slope);
}

static void print_softmax(const char *what, const float *probs, float loss) {
    printf("  %-23s  probabilities %.4f %.4f %.4f  loss %.4f\n", what, plain_nan(probs[0]), plain_nan(probs[1]),
           plain_nan(probs[2]), plain_nan(loss));
}

void show_softmax(void) {
    const float small[3] = {1, 2, 3}, large[3] = {1000, 1001, 1002};
    const int target = 0;
    float probs[3];
    printf("\nSoftmax and cross-entropy, target 0:\n");
    float loss = cross_entropy_forward(probs, small, &target, 1, 3);
    print_softmax("logits 1, 2, 3", probs, loss);
    loss = cross_entropy_forward(probs, large, &target, 1, 3);
    print_softmax("logits 1000, 1001, 1002", probs, loss);
    loss = naive_cross_entropy(probs, large, &target, 1, 3);
    print_softmax("the same, by definition", probs, loss);
}
