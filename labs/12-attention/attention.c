// Attention by the book: every query of every head has its row of probabilities, and all rows are kept.
#include <math.h>
#include <stdlib.h>

#include "12-attention/attention.h"
#include "12-attention/rows.h"
#include "common/exp_float.h"

// Query t of head h of sequence b: q_t (D) -> out_t (D), probs_t (S). Key s starts at k + s * a->kv_row, value s at v +
// the same.
static void attend(float *out_t, float *probs_t, const float *q_t, const float *k, const float *v,
                   const struct attention *a, int b, int h, int t) {
    // TODO 12.3 attention_forward: scores of the n keys that it sees; their softmax, 0 from n on; out_t
    todo("12.3 attention_forward");
}

void attention_forward(float *out, float *probs, const float *q, const float *k, const float *v,
                       const struct attention *a) {
#pragma omp parallel for collapse(2) if (attention_worth_threads(a))
    for (int b = 0; b < a->B; b++) {
        for (int h = 0; h < a->H; h++) {
            for (int t = 0; t < a->T; t++) {
                const size_t bt = (size_t)b * a->T + t, bht = ((size_t)b * a->H + h) * a->T + t;
                size_t kv = b * a->kv_seq;  // where the keys and values of head h start
                // TODO 12.3 attention_forward: kv moves on to the head of keys that head h of queries uses
                todo("12.3 attention_forward");
                attend(out + (bt * a->H + h) * a->D, probs + bht * a->S, q + bt * a->q_row + (size_t)h * a->D, k + kv,
                       v + kv, a, b, h, t);
            }
        }
    }
}

// One query: adds to dq_t (D) and to the gradients dk and dv of the n keys and values that it sees, which lie as k and
// v do: key s starts at k + s * kv_row. dprobs has room for n numbers.
static void attend_backward(float *dq_t, float *dk, float *dv, float *dprobs, const float *dout_t, const float *probs_t,
                            const float *q_t, const float *k, const float *v, size_t kv_row, int n, int D) {
    // TODO 12.4 attention_backward: dprobs and dv from dout; the softmax backward; then dq and dk
    todo("12.4 attention_backward");
}

// Heads that share keys add to the same dk and dv: one thread does them all.
void attention_backward(float *dq, float *dk, float *dv, const float *dout, const float *probs, const float *q,
                        const float *k, const float *v, const struct attention *a) {
    const int D = a->D, group = a->H / a->G;
#pragma omp parallel for collapse(2) if (attention_worth_threads(a))
    for (int b = 0; b < a->B; b++) {
        for (int g = 0; g < a->G; g++) {
            const size_t kv = b * a->kv_seq + (size_t)g * D;
            float *dprobs = alloc_floats(a->S);
            for (int h = g * group; h < (g + 1) * group; h++) {
                for (int t = 0; t < a->T; t++) {
                    const size_t bt = (size_t)b * a->T + t, at = bt * a->q_row + (size_t)h * D;
                    const size_t bht = ((size_t)b * a->H + h) * a->T + t;
                    attend_backward(dq + at, dk + kv, dv + kv, dprobs, dout + (bt * a->H + h) * D, probs + bht * a->S,
                                    q + at, k + kv, v + kv, a->kv_row, visible_keys(a, b, t), D);
                }
            }
            free(dprobs);
        }
    }
}
