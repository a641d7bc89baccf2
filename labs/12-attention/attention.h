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

// More than a million multiply-adds: less is done before a second thread has woken up. (Given, in layouts.c.)
bool attention_worth_threads(const struct attention *a);

// ---- one_query.c: one question, a few candidates --------------------------------------------------------------------
// q (D), keys and values (n,D)  ->  probs (n) = softmax over the keys of (q . key) / sqrt(D); out (D) = the sum of the
// values, each times its probability. n >= 1.
void one_query_attention(float *out, float *probs, const float *q, const float *keys, const float *values, int n,
                         int D);

// ---- masks.c: who may see whom --------------------------------------------------------------------------------------
// How many keys, from the first on, query t of sequence b sees: all S; only length[b]; with causal at most
// t + 1 + S - T (with T = S that is t + 1). 0 where it sees none.
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
// Memory linear in T (Milakov and Gimelshein 2018; Rabe and Staats 2021; Dao et al. 2022): the softmax is taken while
// the keys go by, and the backward pass computes each score again.

// The softmax of a row that arrives piece by piece. *max is the largest score so far and *sum the sum of
// e^(score - *max) over them; at the start -INFINITY and 0. The next n scores become e^(score - *max), with the new
// *max, and enter *sum. Returns the factor e^(old *max - new *max), 0 at the start: what was added up before with the
// old *max must be multiplied by it. n >= 1, scores finite.
float online_softmax(float *scores, int n, float *max, float *sum);

// out (B,T,H,D) as attention_forward; lse (B,H,T) = log(sum over visible keys of e^score), -INFINITY if there are none.
// lse may be NULL: not wanted.
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

// ---- positions.c: positions that are added (Vaswani et al. 2017, section 3.5) ---------------------------------------
// table (T,C): table[t,2i] = sin(t / 10000^(2i/C)), table[t,2i+1] = cos of the same. C is even. Computed in double.
void sinusoidal_positions(float *table, int T, int C);
// Adds row t of the table, (T,C) or longer, to position t of every sequence of x (B,T,C), in place. The table holds the
// waves above, or numbers that are learned like any weight: then
void positions_forward(float *x, const float *table, int B, int T, int C);
// ADDS to dtable (T,C) what dx (B,T,C), the gradient of the sum, makes of it. (dx is the gradient of x before it, too.)
void positions_backward(float *dtable, const float *dx, int B, int T, int C);

// ---- alibi.c: a price on distance (Press, Smith and Lewis 2022) -----------------------------------------------------
// slopes (H). H a power of two: slopes[h] = 2^(-8(h+1)/H). Otherwise, with P the largest power of two below H: the P
// slopes of P heads, and then the first, third, fifth ... of the slopes of 2P heads. (As in the authors' published
// code.)
void alibi_slopes(float *slopes, int H);

// ---- layer.c: self-attention between two linear layers --------------------------------------------------------------
// Weights as chapter 03's linear layer has them, one row per output, without biases.
struct attention_layer {
    int C, H, G;  // D = C/H numbers of a head; even with RoPE
    bool causal;
    const float *slope;      // (H): ALiBi; NULL: none
    const float *cos, *sin;  // (at least T,D/2): RoPE's tables; NULL: none
    const float *qkv;        // (C + 2*G*D, C): rows for the queries of all heads, then keys, then values
    const float *proj;       // (C,C)
};
// What the forward pass keeps for the backward pass.
struct attention_state {
    float *qkv;    // (B,T,C + 2*G*D), queries and keys turned by RoPE
    float *probs;  // (B,H,T,T)
    float *heads;  // (B,T,C): the answers of the heads, side by side
};
// Room for the largest B and T (given, in layouts.c).
struct attention_state attention_state_alloc(const struct attention_layer *l, int B, int T);
void attention_state_free(struct attention_state *s);
// x (B,T,C) -> out (B,T,C) = proj of the heads' answers. length (B): how many positions of each text are real; NULL:
// all.
void attention_layer_forward(float *out, struct attention_state *s, const float *x, const struct attention_layer *l,
                             const int *length, int B, int T);
// ADDS to dx (B,T,C) (NULL: not wanted), to dqkv (C + 2*G*D, C) and dproj (C,C), the gradients of the weights. s, x, l
// and length as in the forward pass.
void attention_layer_backward(float *dx, float *dqkv, float *dproj, const float *dout, const struct attention_state *s,
                              const float *x, const struct attention_layer *l, const int *length, int B, int T);

// ---- kv_cache.c: a text that grows ----------------------------------------------------------------------------------
// The keys and values of the positions so far: a new position needs them all, and they never change.
struct kv_cache {
    int B, capacity, G, D;
    int length;    // positions that are filled, the same in every sequence
    float *k, *v;  // (B,capacity,G,D)
};
void kv_cache_init(struct kv_cache *c, int B, int capacity, int G, int D);  // given, in layouts.c: empty
void kv_cache_free(struct kv_cache *c);                                     // given
// Copies the keys and values of T new positions behind those that are there. k, v: position t of sequence b starts at
// (b*T + t)*row and holds (G,D). Dies if there is no room.
void kv_cache_append(struct kv_cache *c, const float *k, const float *v, size_t row, int T);
// One step of a text that grows by T positions: qkv (B,T,(H + 2*G)*D) holds their queries, keys and values (turned, if
// there is RoPE). Appends keys and values; the queries look, causally, at all that the cache then holds. out (B,T,H,D):
// what attention_forward on the whole text would give for its last T positions. slope (H) or NULL: ALiBi.
void cached_attention(float *out, struct kv_cache *c, const float *qkv, const float *slope, int T, int H);

// ---- counts.c: operations and bytes ---------------------------------------------------------------------------------
// Floating point operations of the two products of a forward pass: 2*D for a score and 2*D for its value's share, for
// every query of every head and every key that it sees. (The backward pass does 2.5 times as many.)
double attention_flops(const struct attention *a);
// Bytes that must be kept from the forward to the backward pass besides q, k, v and out: probs or lse.
double attention_bytes(const struct attention *a);
double flash_bytes(const struct attention *a);
// Bytes of the caches of L layers, for B sequences of S positions.
double kv_cache_bytes(int L, int B, int S, int G, int D);
