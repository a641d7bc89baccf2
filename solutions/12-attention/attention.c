// Attention by the book: every query of every head has its row of probabilities, and all rows are kept.
#include <math.h>
#include <stdlib.h>

#include "12-attention/attention.h"
#include "12-attention/rows.h"
#include "common/exp_float.h"

// BEGIN SOLUTION 12.3 -
static void softmax(float *row, int n) {
    const float max = row_max(row, n);
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int s = 0; s < n; s++) {
        row[s] = exp_float(row[s] - max);
        sum += row[s];
    }
    for (int s = 0; s < n; s++) row[s] /= sum;
}
// END SOLUTION
// Query t of head h of sequence b: q_t (D) -> out_t (D), probs_t (S). Key s starts at k + s * a->kv_row, value s at v +
// the same.
static void attend(float *out_t, float *probs_t, const float *q_t, const float *k, const float *v,
                   const struct attention *a, int b, int h, int t) {
    // BEGIN SOLUTION 12.3 attention_forward: scores of the n keys that it sees; their softmax, 0 from n on; out_t
    const int D = a->D, n = visible_keys(a, b, t);
    const float scale = 1 / sqrtf((float)D), slope = a->slope ? a->slope[h] : 0;
    const int place = t + a->S - a->T;  // of the query, among the keys
    for (int s = 0; s < n; s++) probs_t[s] = row_dot(q_t, k + s * a->kv_row, D) * scale - slope * (float)(place - s);
    if (n > 0) softmax(probs_t, n);
    for (int s = n; s < a->S; s++) probs_t[s] = 0;
    for (int d = 0; d < D; d++) out_t[d] = 0;
    for (int s = 0; s < n; s++) row_add(out_t, probs_t[s], v + s * a->kv_row, D);
    // END SOLUTION
}

void attention_forward(float *out, float *probs, const float *q, const float *k, const float *v,
                       const struct attention *a) {
#pragma omp parallel for collapse(2) if (attention_worth_threads(a))
    for (int b = 0; b < a->B; b++) {
        for (int h = 0; h < a->H; h++) {
            for (int t = 0; t < a->T; t++) {
                const size_t bt = (size_t)b * a->T + t, bht = ((size_t)b * a->H + h) * a->T + t;
                size_t kv = b * a->kv_seq;  // where the keys and values of head h start
                // BEGIN SOLUTION 12.3 attention_forward: kv moves on to the head of keys that head h of queries uses
                kv += (size_t)(h / (a->H / a->G)) * a->D;
                // END SOLUTION
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
    // BEGIN SOLUTION 12.4 attention_backward: dprobs and dv from dout; the softmax backward; then dq and dk
    const float scale = 1 / sqrtf((float)D);
    for (int s = 0; s < n; s++) {
        dprobs[s] = row_dot(dout_t, v + s * kv_row, D);
        row_add(dv + s * kv_row, probs_t[s], dout_t, D);
    }
    const float mean = row_dot(probs_t, dprobs, n);
    for (int s = 0; s < n; s++) {
        const float dscore = probs_t[s] * (dprobs[s] - mean) * scale;
        row_add(dq_t, dscore, k + s * kv_row, D);
        row_add(dk + s * kv_row, dscore, q_t, D);
    }
    // END SOLUTION
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
