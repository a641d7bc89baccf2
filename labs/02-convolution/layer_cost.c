// What one layer sees (receptive field), stores (parameters) and computes (multiply-accumulates).
#include "02-convolution/conv.h"

void receptive_field_step(double *field, double *jump, int64_t kernel, int64_t stride, int64_t dilation) {
    // TODO 02.3 receptive_field_step: first *field by the reach of the window, then *jump by the stride
    todo("02.3 receptive_field_step");
}

void layer_cost(int64_t *params, int64_t *macs, const struct layer *l, struct feature_map in, struct feature_map out) {
    *params = *macs = 0;
    // TODO 02.4 layer_cost: weights and biases; one MAC for every use of a weight
    todo("02.4 layer_cost");
}
