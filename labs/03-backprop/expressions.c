// This chapter's functions once more, as tape expressions: five operations and their combinations are enough for all.
#include <stdlib.h>

#include "03-backprop/show.h"

int express_sigmoid(struct tape *t, int x) {
    int one = tape_leaf(t, 1.0);
    return tape_div(t, one, tape_add(t, one, tape_exp(t, tape_scale(t, x, -1.0))));
}

// relu(x) - alpha relu(-x)
int express_leaky_relu(struct tape *t, int x, double alpha) {
    int negative_part = tape_relu(t, tape_scale(t, x, -1.0));
    return tape_sub(t, tape_relu(t, x), tape_scale(t, negative_part, alpha));
}

// relu(x) + alpha (e^-relu(-x) - 1): the exponent is x where x is negative, and 0 elsewhere
int express_elu(struct tape *t, int x, double alpha) {
    int exponent = tape_scale(t, tape_relu(t, tape_scale(t, x, -1.0)), -1.0);
    int below = tape_scale(t, tape_sub(t, tape_exp(t, exponent), tape_leaf(t, 1.0)), alpha);
    return tape_add(t, tape_relu(t, x), below);
}

int express_silu(struct tape *t, int x) {
    return tape_mul(t, x, express_sigmoid(t, x));
}

int express_gelu(struct tape *t, int x) {
    int inner = tape_add(t, x, tape_scale(t, tape_pow(t, x, 3.0), 0.044715));
    int squashed = tape_tanh(t, tape_scale(t, inner, 0.79788456080286535588));  // sqrt(2/pi)
    return tape_mul(t, tape_scale(t, x, 0.5), tape_add(t, tape_leaf(t, 1.0), squashed));
}

// Sum of e^x over a row. In double, and for the small scores of the checks, nothing overflows.
static int express_exp_sum(struct tape *t, int *exps, const int *x, int C) {
    int sum = -1;
    for (int c = 0; c < C; c++) {
        exps[c] = tape_exp(t, x[c]);
        sum = c == 0 ? exps[c] : tape_add(t, sum, exps[c]);
    }
    return sum;
}

void express_softmax(struct tape *t, int *out, const int *x, int C) {
    int sum = express_exp_sum(t, out, x, C);
    for (int c = 0; c < C; c++) out[c] = tape_div(t, out[c], sum);
}

int express_cross_entropy(struct tape *t, const int *logits, int target, int C) {
    int *exps = alloc_zeroed(C, sizeof *exps);
    int sum = express_exp_sum(t, exps, logits, C);
    free(exps);
    return tape_sub(t, tape_log(t, sum), logits[target]);
}

void express_linear(struct tape *t, int *out, const int *x, int weight, int bias, int I, int O) {
    for (int o = 0; o < O; o++) {
        out[o] = bias + o;
        for (int i = 0; i < I; i++) out[o] = tape_add(t, out[o], tape_mul(t, weight + o * I + i, x[i]));
    }
}

int express_weighted_sum(struct tape *t, const int *x, const float *weight, int n) {
    int sum = tape_leaf(t, 0.0);
    for (int i = 0; i < n; i++) sum = tape_add(t, sum, tape_scale(t, x[i], (double)weight[i]));
    return sum;
}

// The logits of one point. here and next (widest layer) are scratch; the logits are left in here.
static void express_mlp(struct tape *t, int *here, int *next, const int *sizes, int layers) {
    int at = 0;
    for (int l = 0; l < layers; l++) {
        int I = sizes[l], O = sizes[l + 1];
        express_linear(t, next, here, at, at + I * O, I, O);
        for (int o = 0; o < O; o++) here[o] = l + 1 < layers ? tape_tanh(t, next[o]) : next[o];
        at += (I + 1) * O;
    }
}

int express_mlp_loss(struct tape *t, const int *sizes, int layers, const float *xy, const int *labels, int n) {
    int widest = 0;
    for (int l = 0; l <= layers; l++) widest = sizes[l] > widest ? sizes[l] : widest;
    int *here = alloc_zeroed(widest, sizeof *here), *next = alloc_zeroed(widest, sizeof *next);
    int sum = tape_leaf(t, 0.0);
    for (int k = 0; k < n; k++) {
        for (int i = 0; i < sizes[0]; i++) here[i] = tape_leaf(t, (double)xy[k * sizes[0] + i]);
        express_mlp(t, here, next, sizes, layers);
        sum = tape_add(t, sum, express_cross_entropy(t, here, labels[k], sizes[layers]));
    }
    free(here);
    free(next);
    return tape_scale(t, sum, 1.0 / n);
}
