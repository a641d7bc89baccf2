// Chapter 03's linear layer again. Its three products are the three forms of chapter 09's matmul.
#include <string.h>

#include "09-matmul-cpu/matmul.h"
#include "13-transformer/transformer.h"

// out (N,O) starts as the bias, to which the product is then added.
void projection_forward(float *out, const float *x, const float *weight, const float *bias, int N, int I, int O) {
    // TODO 13.1 projection_forward: out = x weight^T + bias, with one call of matmul
    todo("13.1 projection_forward");
}

// A residual connection: what stands in out stays, and the layer's answer comes on top.
void projection_add(float *out, const float *x, const float *weight, const float *bias, int N, int I, int O) {
    // TODO 13.1 projection_add: out += x weight^T + bias
    todo("13.1 projection_add");
}

// dx is written: in a transformer each array has one reader, and the residual road is added by whoever owns it. A thread
// of the bias gradient owns columns, so that every sum runs down the rows in order.
void projection_backward(float *dx, float *dweight, float *dbias, const float *dout, const float *x,
                         const float *weight, int N, int I, int O) {
    // TODO 13.2 projection_backward: dx = dout weight; dweight += dout^T x; dbias += the rows of dout
    todo("13.2 projection_backward");
}
