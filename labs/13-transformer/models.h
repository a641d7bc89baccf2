// What else is made of the transformer's parts: an encoder that fills gaps and sorts texts, an encoder with a decoder
// that translates, and layers of experts of which each row asks a few. Sections follow the files of this chapter.
//
// Letters as in transformer.h; S tokens of a source text, M = B*S of its rows, K classes or experts asked, E experts.
// Gradients d<x> are ADDED to, unless the comment says "written".
#pragma once
#include "13-transformer/transformer.h"

// ==== Encoder only: a text is read from both sides ===================================================================
// A struct gpt with causal = false.

// ---- mlm.c: hide words and have them guessed (BERT: Devlin et al. 2018) --------------------------------------------
// tokens (n) -> input (n), what the model is shown, and targets (n) for masked_loss_forward. Tokens below `special`
// stand for no word (padding, the mask token itself, a mark for the start ...): they are never hidden. In order, for
// each token that is a word:
//     it is chosen if rng_uniform(r) < share (BERT: 0.15). Then targets[i] = tokens[i]; everywhere else it is -1.
//     A chosen one draws u = rng_uniform(r) again: u < 0.8 shows `mask`; u < 0.9 shows a word at random,
//     special + rng_below(r, V - special); the rest shows the word itself.
// Returns how many were chosen. special < V.
int mlm_corrupt(int *input, int *targets, const int *tokens, int n, int V, int special, int mask, float share,
                struct rng *r);

// ---- pool.c: one row for a whole text ------------------------------------------------------------------------------
enum pooling { POOL_FIRST, POOL_MEAN };
// x (B,T,C) -> out (B,C): the row of the first token, or the mean over the real tokens. length (B): how many those are,
// at least 1 each; NULL: all T.
void pool_forward(float *out, const float *x, enum pooling pooling, const int *length, int B, int T, int C);
// dx (B,T,C) is WRITTEN: zeros where a row was not looked at.
void pool_backward(float *dx, const float *dout, enum pooling pooling, const int *length, int B, int T, int C);

// ---- classifier.c: which of K kinds is this text? ------------------------------------------------------------------
struct classifier {
    struct gpt encoder;
    int K;
    enum pooling pooling;
    size_t parameters;     // of the head alone; the encoder has its own
    float *params;         // weight (K,C), then bias (K)
    float *grads;          // the same, NULL until classifier_reserve with training
    float *weight, *bias;  // into params
    float *dweight, *dbias;
    float *pooled, *logits;  // (B,C), (B,K)
    float *dpooled, *drows;  // (B,C), (N,C)
    float *memory;
};
// Given, in classifier_memory.c: an encoder as gpt_init makes it, and a head with weights of deviation std, biases 0.
void classifier_init(struct classifier *m, const struct gpt_config *c, int K, enum pooling pooling, float std,
                     struct rng *r);
void classifier_reserve(struct classifier *m, int B, int T, bool training);
void classifier_zero_grads(struct classifier *m);
void classifier_free(struct classifier *m);
// tokens (B,T), length (B) or NULL -> logits (B,K), in m->logits until the next call: the encoder's final rows
// (gpt_rows), pooled, and the head on them.
const float *classifier_forward(struct classifier *m, const int *tokens, const int *length, int B, int T);
// After classifier_forward with the same arguments; labels (B) in 0..K-1, or -1: does not count. Adds the gradient of
// dloss * (mean cross-entropy) to m->grads and m->encoder.grads and returns that mean. m->logits become their gradient.
float classifier_backward(struct classifier *m, float dloss, const int *tokens, const int *length, const int *labels,
                          int B, int T);

// ==== Encoder and decoder: one text becomes another (Vaswani et al. 2017; T5: Raffel et al. 2020) ====================
// The encoder is a struct gpt with causal = false, whose final rows are the memory. The decoder is a struct gpt whose
// blocks look at the memory too, between their attention and their small network. Shape GPT2 only.

// ---- cross.c: questions from one text, keys and values from another ------------------------------------------------
struct cross_weights {
    float *norm, *norm_bias;  // (C)
    float *q, *q_bias;        // (C,C), (C)
    float *kv, *kv_bias;      // (2C,C), (2C): keys, then values
    float *proj, *proj_bias;  // (C,C), (C)
};
struct cross_state {
    const float *x;       // (N,C) what came in from the decoder's side: not the state's own
    const float *memory;  // (M,C) the encoder's rows: not its own either
    float *norm;          // (N,C)
    float *mean, *rstd;   // (N)
    float *q;             // (N,C)
    float *kv;            // (M,2C)
    float *att;           // (N,C)
    float *lse;           // (B,H,T)
    float *out;           // (N,C) x + what the memory answered
};
struct cross_scratch {
    float *dnorm, *dq, *datt;  // (N,C)
    float *dkv;                // (M,2C)
    float *dmemory;            // (M,C) what one layer adds to the memory's gradient
};
struct cross_context {
    const struct gpt_config *config;
    int B, T, S;
    const int *length;  // (B): how many tokens of each SOURCE are real, or NULL
};
// T queries and S keys of each text, no mask but the sources' lengths; q dense, a row of kv holds keys and then values.
struct attention cross_attention(const struct cross_context *c);
// s->out = x + projection(attention(q, k, v)): q from norm(x), k and v from the memory, which its encoder has normed.
// Every query sees every real key.
void cross_forward(struct cross_state *s, const struct cross_weights *w, const struct cross_context *c);
// dx (N,C): on entry the gradient of s->out, on return that of s->x: WRITTEN in place. dmemory (M,C) and dw: added.
void cross_backward(float *dx, float *dmemory, struct cross_weights *dw, struct cross_scratch *scratch,
                    const struct cross_state *s, const struct cross_weights *w, const struct cross_context *c);

// ---- decoder.c, seq2seq.c: the decoder's block, and the two halves together ----------------------------------------
struct seq2seq {
    struct gpt encoder, decoder;
    size_t parameters;  // of the cross-attentions; encoder and decoder have their own
    float *params, *grads;
    struct cross_weights weights[GPT_MAX_LAYERS], dweights[GPT_MAX_LAYERS];
    struct cross_state cross[GPT_MAX_LAYERS];
    struct cross_scratch scratch;
    float *dmemory;  // (M,C) the gradient of the encoder's rows, from all layers
    float *memory;
};
// Given, in seq2seq_memory.c. Both configurations are of shape GPT2 and have the same C and H; their V, T and L may
// differ.
void seq2seq_init(struct seq2seq *m, const struct gpt_config *encoder, const struct gpt_config *decoder, float std,
                  struct rng *r);
void seq2seq_reserve(struct seq2seq *m, int B, int S, int T, bool training);
void seq2seq_zero_grads(struct seq2seq *m);
void seq2seq_free(struct seq2seq *m);
// What cross_forward and cross_backward want to know of a batch (as gpt_context).
struct cross_context seq2seq_context(const struct seq2seq *m, const int *length, int B, int S, int T);

// The decoder's block l: attention to itself (block_attend), then to the memory (cross_forward), then the small network
// (block_mlp, with a copy of the block's state whose mid is the cross-attention's out). out (N,C); the block's x and
// m->cross[l].memory are set.
void decoder_block_forward(float *out, struct seq2seq *m, int l, const struct block_context *c,
                           const struct cross_context *cross);
// dx as in block_backward; the gradient of the memory is added to m->dmemory, the rest to m's gradients.
void decoder_block_backward(float *dx, struct seq2seq *m, int l, const struct block_context *c,
                            const struct cross_context *cross);

// Teacher forcing: while it learns, the decoder is shown the right words, one place late. targets (B,T) ->
// input (B,T): input[b,0] = start, input[b,t] = targets[b,t-1]; `start` too where targets[b,t-1] is -1.
void teacher_forcing(int *input, const int *targets, int start, int B, int T);
// source (B,S) with length (B) or NULL, input (B,T) -> logits (B,T,V), in m->decoder.logits until the next call.
const float *seq2seq_forward(struct seq2seq *m, const int *source, const int *length, const int *input, int B, int S,
                             int T);
// After seq2seq_forward with the same arguments: adds the gradient of dloss * loss to the three arrays of gradients and
// returns the loss, masked_loss_forward's of targets (B,T).
float seq2seq_backward(struct seq2seq *m, float dloss, const int *source, const int *length, const int *input,
                       const int *targets, int B, int S, int T);
// Given: out (B,T), word by word the likeliest, each shown what it said before, beginning with `start`.
void seq2seq_greedy(int *out, struct seq2seq *m, const int *source, const int *length, int start, int B, int S, int T);

// ==== Mixture of experts: more weights, not more work (Shazeer et al. 2017) ==========================================
// E small networks instead of one. A gate gives each of them a score, row by row; the K with the highest scores are
// asked, and their answers added, weighted. (GShard: Lepikhin et al. 2020, K = 2; Switch: Fedus et al. 2021, K = 1;
// Mixtral: Jiang et al. 2024, 2 of 8.)

// ---- moe_route.c: whom to ask --------------------------------------------------------------------------------------
// logits (N,E) -> chosen (N,K): the experts with the K highest logits, highest first, of equal ones the lower number;
// weight (N,K): the softmax over those K alone, which is the softmax over all, divided by its sum over the chosen.
// 1 <= K <= E. (With K = 1 the weight is always 1: then only the balance teaches the gate.)
void moe_route_forward(int *chosen, float *weight, const float *logits, int N, int E, int K);
// dlogits (N,E) += what dweight (N,K) makes of it; those not chosen get nothing.
void moe_route_backward(float *dlogits, const float *dweight, const float *weight, const int *chosen, int N, int E,
                        int K);
// The N*K pairs of a row and a choice, sorted by expert: pair i = n*K + k asks expert chosen[i]. order (N*K): the pairs
// of expert e are order[start[e]] .. order[start[e+1] - 1], in ascending order. start (E+1); expert e is asked
// start[e+1] - start[e] times.
void moe_dispatch(int *order, int *start, const int *chosen, int N, int E, int K);

// ---- moe_balance.c: so that no expert is asked by all --------------------------------------------------------------
// probs (N,E) = softmax(logits). Returns E * sum over e of f[e] * P[e]: f[e] the share of the N*K pairs that ask expert
// e, P[e] the mean over the rows of probs[n,e]. 1 if all are asked alike, up to E / K if all rows ask the same K.
// (Fedus et al. 2021, equation 4, for K = 1. Where f is divided by N alone, as for Mixtral in Hugging Face's code, it is
// K times that.)
float moe_balance_forward(float *probs, const float *logits, const int *start, int N, int E, int K);
// dlogits (N,E) += dloss * the gradient of that. f is counted, not computed: it has no slope.
void moe_balance_backward(float *dlogits, float dloss, const float *probs, const int *start, int N, int E, int K);

// ---- moe.c: the layer ----------------------------------------------------------------------------------------------
struct moe_config {
    int C, F, E, K;
};
// Every expert is a SwiGLU network without biases: down swiglu(up x).
struct moe_weights {
    float *gate;  // (E,C)
    float *up;    // (E,2F,C)
    float *down;  // (E,C,F)
};
struct moe_state {
    const float *x;               // (N,C) what came in: not the state's own
    float *logits, *probs;        // (N,E)
    float *weight;                // (N,K)
    int *chosen, *order, *start;  // (N,K), (N*K), (E+1)
    float *rows;                  // (N*K,C) x again, one row per pair, expert after expert: row j is for pair order[j]
    float *up, *act, *answer;     // (N*K,2F), (N*K,F), (N*K,C), in the same order
    float *dlogits, *dweight;     // (N,E), (N,K); this and the rest: scratch of the backward pass
    float *drows, *dup, *dact, *danswer;  // as rows, up, act, answer
    float *dgate;                         // (N,C) what the gate adds to dx
    float *memory;
};
// Given, in moe_memory.c.
size_t moe_parameters(const struct moe_config *c);
size_t moe_active_parameters(const struct moe_config *c);  // those that one row meets
void moe_point(struct moe_weights *w, const struct moe_config *c, float *params);
void moe_reserve(struct moe_state *s, const struct moe_config *c, int N);  // for up to N rows; s zero before the first
void moe_free(struct moe_state *s);
// out (N,C), written = for each row of s->x the sum over its K choices of weight * (answer of that expert). Returns the
// balance (moe_balance_forward). An expert that nobody asks does nothing.
float moe_forward(float *out, struct moe_state *s, const struct moe_weights *w, const struct moe_config *c, int N);
// Adds to dx (N,C) and dw the gradient of what dout (N,C) weighs, plus dbalance times that of the balance.
void moe_backward(float *dx, struct moe_weights *dw, float dbalance, const float *dout, struct moe_state *s,
                  const struct moe_weights *w, const struct moe_config *c, int N);
