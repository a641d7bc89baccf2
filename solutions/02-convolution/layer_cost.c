// What one layer sees (receptive field), stores (parameters) and computes (multiply-accumulates).
#include "02-convolution/conv.h"

void receptive_field_step(double *field, double *jump, int64_t kernel, int64_t stride, int64_t dilation) {
    // BEGIN SOLUTION 02.3 receptive_field_step: first *field by the reach of the window, then *jump by the stride
    *field += (double)dilation * (double)(kernel - 1) * *jump;
    *jump *= (double)stride;
    // END SOLUTION
}

void layer_cost(int64_t *params, int64_t *macs, const struct layer *l, struct feature_map in, struct feature_map out) {
    *params = *macs = 0;
    // BEGIN SOLUTION 02.4 layer_cost: weights and biases; one MAC for every use of a weight
    if (l->kind != LAYER_CONV && l->kind != LAYER_TCONV && l->kind != LAYER_LINEAR) return;
    int64_t in_values = count_times(in.channels, count_times(in.height, in.width));
    int64_t in_pixels = count_times(in.height, in.width), out_pixels = count_times(out.height, out.width);

    int64_t joined = l->kind == LAYER_LINEAR ? in_values : count_times(in.channels, count_times(l->kernel, l->kernel));
    int64_t weights = count_times(out.channels, joined);
    int64_t uses = l->kind == LAYER_CONV ? out_pixels : l->kind == LAYER_TCONV ? in_pixels : 1;
    *params = count_plus(weights, l->bias ? out.channels : 0);
    *macs = count_times(weights, uses);
    // END SOLUTION
}
