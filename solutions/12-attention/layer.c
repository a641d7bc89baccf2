// Self-attention as a layer: one linear layer makes queries, keys and values, another mixes the heads' answers.
#include <stdlib.h>

#include "03-backprop/backprop.h"
#include "12-attention/attention.h"

// An array (N,O), N = B*T, whose rows hold the queries of all heads, then keys, then values: O = C + 2*G*D numbers.
struct qkv {
    float *all, *q, *k, *v;
    int N, O;
};
static struct qkv slices(float *all, const struct attention *a) {
    float *k = all + (size_t)a->H * a->D, *v = k + (size_t)a->G * a->D;
    return (struct qkv){.all = all, .q = all, .k = k, .v = v, .N = a->B * a->T, .O = (int)a->q_row};
}

// How the layer's queries, keys and values lie, and who sees whom.
static struct attention layer_attention(const struct attention_layer *l, const int *length, int B, int T) {
    struct attention a = attention_self(B, T, l->H, l->G, l->C / l->H);
    a.causal = l->causal;
    a.slope = l->slope;
    a.length = length;
    return a;
}

// x (N,C) -> y (N,O) -> s->heads (N,C) -> out (N,C). y is s->qkv.
static void forward_steps(float *out, struct attention_state *s, struct qkv y, const float *x,
                          const struct attention_layer *l, const struct attention *a) {
    // BEGIN SOLUTION 12.8 attention_layer_forward: linear, RoPE on y.q and y.k (if l->cos), attention, linear
    linear_forward(y.all, x, l->qkv, NULL, y.N, l->C, y.O);
    if (l->cos) {
        rope_forward(y.q, y.O, l->cos, l->sin, 0, a->B, a->T, a->H, a->D);
        rope_forward(y.k, y.O, l->cos, l->sin, 0, a->B, a->T, a->G, a->D);
    }
    attention_forward(s->heads, s->probs, y.q, y.k, y.v, a);
    linear_forward(out, s->heads, l->proj, NULL, y.N, l->C, l->C);
    // END SOLUTION
}

void attention_layer_forward(float *out, struct attention_state *s, const float *x, const struct attention_layer *l,
                             const int *length, int B, int T) {
    const struct attention a = layer_attention(l, length, B, T);
    forward_steps(out, s, slices(s->qkv, &a), x, l, &a);
}

// dout (N,C) -> dheads (N,C) -> dy (N,O) -> dx (N,C), and the gradients of the weights. dheads and dy come as zeros.
static void backward_steps(float *dx, float *dqkv, float *dproj, float *dheads, struct qkv dy, const float *dout,
                           const struct attention_state *s, struct qkv y, const float *x,
                           const struct attention_layer *l, const struct attention *a) {
    // BEGIN SOLUTION 12.8 attention_layer_backward: the same four steps, the last one first
    linear_backward(dheads, dproj, NULL, dout, s->heads, l->proj, y.N, l->C, l->C);
    attention_backward(dy.q, dy.k, dy.v, dheads, s->probs, y.q, y.k, y.v, a);
    if (l->cos) {
        rope_backward(dy.q, y.O, l->cos, l->sin, 0, a->B, a->T, a->H, a->D);
        rope_backward(dy.k, y.O, l->cos, l->sin, 0, a->B, a->T, a->G, a->D);
    }
    linear_backward(dx, dqkv, NULL, dy.all, x, l->qkv, y.N, l->C, y.O);
    // END SOLUTION
}

void attention_layer_backward(float *dx, float *dqkv, float *dproj, const float *dout, const struct attention_state *s,
                              const float *x, const struct attention_layer *l, const int *length, int B, int T) {
    const struct attention a = layer_attention(l, length, B, T);
    const size_t N = (size_t)B * T;
    float *dheads = alloc_floats(N * l->C), *dy = alloc_floats(N * a.q_row);
    backward_steps(dx, dqkv, dproj, dheads, slices(dy, &a), dout, s, slices(s->qkv, &a), x, l, &a);
    free(dheads);
    free(dy);
}
