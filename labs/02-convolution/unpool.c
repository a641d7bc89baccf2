// Max-unpooling: put maxima back where they stood.
#include "02-convolution/conv.h"

void max_unpool_forward(float *out, const float *y, const int *argmax, struct pool_shape s) {
    // TODO 02.11 max_unpool_forward: zeros, and in every plane each maximum at the place that argmax tells
    todo("02.11 max_unpool_forward");
}
