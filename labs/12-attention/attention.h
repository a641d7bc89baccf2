// Attention: every position of a text looks at others and takes a weighted average of what they hold. Sections follow
// the files of this chapter.
//
// Letters: B sequences of a batch, T queries of each, S keys of each (S = T where a text looks at itself), H heads of
// queries, G heads of keys and values (H is a multiple of G; G < H is grouped-query attention), D numbers of a head,
// C = H*D channels.
#pragma once
#include "common/common.h"

// The sizes of one attention, where its operands lie, and who may see whom.
//     q    (B,T,H,D): q[(b*T + t)*q_row + h*D + d]; the same for its gradient dq
//     k, v (B,S,G,D): k[b*kv_seq + s*kv_row + g*D + d]; the same for dk and dv
// so that queries, keys and values may be slices of one array (B,T,C + 2*G*D), as one linear layer makes them, and keys
// and values may lie in a cache with room for more. Results are dense: out (B,T,H,D), probs (B,H,T,S), lse (B,H,T).
struct attention {
    int B, T, S, H, G, D;
    size_t q_row, kv_row;  // floats from one position to the next
    size_t kv_seq;         // floats from one sequence's keys to the next sequence's
    bool causal;           // query t sees the keys up to its own position: the last query stands at the last key
    const int *length;     // (B): how many of the S keys are real, the rest is padding at the end; NULL: all
    const float *slope;    // (H): ALiBi's slopes; NULL: none
};

// A text that looks at itself, q, k and v in one array qkv (B,T,(H + 2*G)*D): q at its start, k at qkv + H*D, v at
// qkv + (H + G)*D. No mask. (Given, in layouts.c.)
struct attention attention_self(int B, int T, int H, int G, int D);

// ---- one_query.c: one question, a few candidates --------------------------------------------------------------------
// q (D), keys and values (n,D)  ->  probs (n) = softmax over the keys of (q . key) / sqrt(D); out (D) = the sum of the
// values, each times its probability. n >= 1.
void one_query_attention(float *out, float *probs, const float *q, const float *keys, const float *values, int n,
                         int D);

// ---- masks.c: who may see whom --------------------------------------------------------------------------------------
// How many keys, from the first on, query t of sequence b sees: all S; only length[b]; with causal at most t + 1 + S - T
// (with T = S that is t + 1). 0 where it sees none.
int visible_keys(const struct attention *a, int b, int t);

// ---- attention.c: the whole matrix ----------------------------------------------------------------------------------
// Scaled dot-product attention (Vaswani et al. 2017, equation 1), all heads of all sequences. With g = h / (H/G):
//     score(s) = (q[b,t,h] . k[b,s,g]) / sqrt(D) - slope[h] * (distance from the query to key s)     for visible s
//     probs[b,h,t,:] = softmax of them; 0 for keys that are not visible
//     out[b,t,h,:]   = sum over s of probs[b,h,t,s] * v[b,s,g,:]
// The distance is (t + S - T) - s. A query that sees no key gives zeros.
void attention_forward(float *out, float *probs, const float *q, const float *k, const float *v,
                       const struct attention *a);
// ADDS to dq, dk and dv, which lie as q, k and v do. dout lies as out does.
void attention_backward(float *dq, float *dk, float *dv, const float *dout, const float *probs, const float *q,
                        const float *k, const float *v, const struct attention *a);

// ---- flash.c: the same without the matrix ---------------------------------------------------------------------------
// Memory linear in T (Milakov and Gimelshein 2018; Rabe and Staats 2021; Dao et al. 2022): the softmax is taken while the
// keys go by, and the backward pass computes each score again.
// out (B,T,H,D) as attention_forward; lse (B,H,T) = log(sum over visible keys of e^score), -INFINITY if there are none.
void flash_forward(float *out, float *lse, const float *q, const float *k, const float *v, const struct attention *a);
// ADDS to dq, dk and dv. out and lse are what flash_forward gave.
void flash_backward(float *dq, float *dk, float *dv, const float *dout, const float *out, const float *lse,
                    const float *q, const float *k, const float *v, const struct attention *a);

// ---- rope.c: rotary positions (Su et al. 2021) ----------------------------------------------------------------------
// cos, sin (T,D/2): cos(t * base^(-2i/D)) and its sine. D is even. Computed in double.
void rope_table(float *cos, float *sin, int T, int D, float base);
// Turns, in place, the pairs (x[i], x[i + D/2]) of every head of x by their position's angles: (a,b) becomes
// (a cos - b sin, a sin + b cos). x (B,T,H,D), positions `row` floats apart; position t of x uses row first + t of the
// tables. (The pairing is that of Llama in Hugging Face's files; the paper and llama2.c pair neighbours.)
void rope_forward(float *x, size_t row, const float *cos, const float *sin, int first, int B, int T, int H, int D);
// In place too: the gradient dx is turned back.
void rope_backward(float *dx, size_t row, const float *cos, const float *sin, int first, int B, int T, int H, int D);
