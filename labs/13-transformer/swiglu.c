// SwiGLU: half of the hidden numbers are gates that open or close the other half.
#include "13-transformer/transformer.h"
#include "common/exp_float.h"

void swiglu_forward(float *out, const float *x, int N, int F) {
    // TODO 13.5 swiglu_forward: out[n,f] = gate * sigmoid(gate) * value
    todo("13.5 swiglu_forward");
}

void swiglu_backward(float *dx, const float *dout, const float *x, int N, int F) {
    // TODO 13.5 swiglu_backward: the gate's gradient sees the value, the value's sees silu(gate)
    todo("13.5 swiglu_backward");
}
