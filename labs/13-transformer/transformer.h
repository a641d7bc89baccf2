// The transformer: attention and a small network, again and again, with a road past each. Sections follow the files of
// this chapter.
//
// Letters: B texts of a batch, T tokens of each, N = B*T rows of numbers, C channels of a row, H heads of queries, G heads
// of keys and values, D = C/H numbers of a head, F hidden channels of the small network, L layers (blocks), V tokens of
// the vocabulary. Gradients d<x> are ADDED to, unless the comment says "written".
#pragma once
#include "12-attention/attention.h"
#include "common/common.h"

// How many numbers a loop must have for a second thread to be worth waking.
enum { WORTH_THREADS = 1 << 14 };

// ==== The parts ======================================================================================================

// ---- projection.c: chapter 03's linear layer on chapter 09's matmul --------------------------------------------------
// out (N,O) = x (N,I) weight^T + bias. weight (O,I), bias (O) or NULL.
void projection_forward(float *out, const float *x, const float *weight, const float *bias, int N, int I, int O);
// The same, added: out (N,O) += x weight^T + bias. What a residual connection needs.
void projection_add(float *out, const float *x, const float *weight, const float *bias, int N, int I, int O);
// dx (N,I) = dout weight, WRITTEN (NULL: not wanted);  dweight (O,I) += dout^T x;  dbias (O) += dout summed over the rows
// (NULL: no bias).
void projection_backward(float *dx, float *dweight, float *dbias, const float *dout, const float *x,
                         const float *weight, int N, int I, int O);

// ---- embedding.c: tokens and positions become rows --------------------------------------------------------------------
// out (B,T,C): out[b,t,:] = token_table[tokens[b,t],:] + position_table[t,:]. token_table (V,C), position_table (at least
// T,C) or NULL; tokens (B,T) in 0..V-1.
void embedding_forward(float *out, const int *tokens, const float *token_table, const float *position_table, int B,
                       int T, int C);
void embedding_backward(float *dtoken_table, float *dposition_table, const float *dout, const int *tokens, int B, int T,
                        int C);

// ---- gelu_mlp.c, swiglu.c: the bend in the small network ----------------------------------------------------------------
// out (n) = gelu(x), the tanh form, as chapter 03's, for large arrays.
void gelu_rows_forward(float *out, const float *x, size_t n);
// dx (n) = dout * gelu'(x), WRITTEN. dx may be dout.
void gelu_rows_backward(float *dx, const float *dout, const float *x, size_t n);
// SwiGLU (Shazeer 2020): a row of x (N,2F) holds F gates and then F values: out (N,F) = silu(gate) * value.
void swiglu_forward(float *out, const float *x, int N, int F);
// dx (N,2F), WRITTEN.
void swiglu_backward(float *dx, const float *dout, const float *x, int N, int F);

// ---- masked_loss.c: cross-entropy over the positions that count ---------------------------------------------------------
// logits (N,V), targets (N) in 0..V-1, or -1: this position does not count. Returns the mean of -log softmax(logits)[target] over
// those that count (0 if none does). If losses (N) is not NULL, each position's own, 0 where it does not count.
float masked_loss_forward(float *losses, const float *logits, const int *targets, int N, int V);
// Turns logits (N,V) into their gradient, IN PLACE, and returns the loss as above: logits[n,v] becomes
// dloss * (softmax(logits)[n,v] - (v == targets[n])) / (how many count), and 0 in rows that do not count. One array of N*V
// is the largest of a small model: it should not exist twice.
float masked_loss_backward(float *logits, float dloss, const int *targets, int N, int V);

// ---- norms.c (given): the norm of either shape --------------------------------------------------------------------------
// Chapter 04's layer norm, or, where there is no bias (NULL), its RMS norm, which leaves mean alone. Sizes as there: x, out (N,C); mean, rstd (N).
void norm_forward(float *out, float *mean, float *rstd, const float *x, const float *weight, const float *bias,
                  float eps, int N, int C);
// ADDS to dx, dweight and dbias (NULL: RMS norm).
void norm_backward(float *dx, float *dweight, float *dbias, const float *dout, const float *x, const float *mean,
                   const float *rstd, const float *weight, int N, int C);

// ==== The model ======================================================================================================

// ---- config.c (given): sizes ------------------------------------------------------------------------------------------------
// Two shapes that the world uses:
//     GPT-2  (Radford et al. 2019): learned positions, layer norm, biases, GELU, F = 4C, G = H
//     Llama  (Touvron et al. 2023): RoPE, RMS norm, no biases, SwiGLU, grouped queries (Llama 2 and 3)
enum gpt_shape { GPT2, LLAMA };
struct gpt_config {
    enum gpt_shape shape;
    int V, T, C, L, H, G, F;  // T: the longest text
    float eps;                // of the norms
    float rope_base;          // Llama only
    bool tied;                // the logits are made by the token table itself
};
struct gpt_config gpt2_config(int V, int T, int C, int L, int H);
// F = 8C/3 rounded up to a multiple of 16; tied.
struct gpt_config llama_config(int V, int T, int C, int L, int H, int G);
// NULL, or what is wrong: a size below 1, C not a multiple of H, H not of G, an odd head in a Llama, ...
const char *gpt_config_fault(const struct gpt_config *c);

// ---- weights.c (given): one array, many names ---------------------------------------------------------------------------------
// Every parameter of the model lies in one array; these point into it. A second such struct points into the gradients.
// What a shape does not have is NULL.
struct block_weights {
    float *norm1, *norm1_bias;  // (C)
    float *qkv, *qkv_bias;      // (C + 2*G*D, C): queries, keys, values, one below the other
    float *proj, *proj_bias;    // (C,C)
    float *norm2, *norm2_bias;  // (C)
    float *up, *up_bias;        // GPT-2 (F,C); Llama (2F,C): gates, then values
    float *down, *down_bias;    // (C,F)
};
enum { GPT_MAX_LAYERS = 96 };
struct gpt_weights {
    float *token_table;     // (V,C)
    float *position_table;  // (T,C), GPT-2
    struct block_weights block[GPT_MAX_LAYERS];
    float *norm, *norm_bias;  // (C)
    float *head;              // (V,C); the token table, if tied
};
// One named piece of the array, for whoever goes through all of them: optimizers, checkpoints, counts.
struct gpt_tensor {
    char name[48];    // "block.3.qkv"
    int layer;        // 3, or -1
    int rows, cols;   // cols 0: a vector of `rows` numbers
    size_t at, size;  // the piece starts at params[at]
    bool decays;      // a matrix: weight decay is for these (vectors and biases are left alone)
    size_t field;     // where struct gpt_weights keeps the pointer to it
};
// All of them in order of `at`, *count pieces, in memory that the caller frees.
struct gpt_tensor *gpt_tensors(const struct gpt_config *c, int *count);
size_t gpt_parameters(const struct gpt_config *c);
void gpt_point(struct gpt_weights *w, const struct gpt_config *c, float *params);

// ---- block.c: one layer ---------------------------------------------------------------------------------------------
// What the forward pass of one block keeps for the backward pass.
struct block_state {
    float *x;      // (N,C) what came in
    float *norm1;  // (N,C)
    float *mean1, *rstd1;
    float *qkv;  // (N, C + 2*G*D), after RoPE
    float *att;  // (N,C) the heads' answers
    float *lse;  // (B,H,T)
    float *mid;  // (N,C) x + attention's contribution
    float *norm2;
    float *mean2, *rstd2;
    float *up;   // (N,F) or (N,2F)
    float *act;  // (N,F) after the bend
};
// Memory that the backward pass of all blocks shares.
struct block_scratch {
    float *dnorm;  // (N,C)
    float *datt;   // (N,C)
    float *dqkv;   // (N, C + 2*G*D)
    float *dact;   // (N,F)
    float *dup;    // (N,F) or (N,2F)
};
// What all blocks of a batch share: sizes, who sees whom, and the angles of RoPE.
struct block_context {
    const struct gpt_config *config;
    int B, T;
    bool causal;
    const int *length;       // (B) or NULL
    const float *cos, *sin;  // (T,D/2), Llama
};
// Given, in roads.c: the attention of a text on itself, q, k and v in one array, with this context's mask;
struct attention block_attention(const struct block_context *c);
// RoPE, in place, on the queries and keys of qkv (the first H + G heads of a row), or back on their gradient; nothing in
// a GPT-2;
void block_turn(float *qkv, const struct block_context *c, bool back);
// the rows of `up`: F numbers for GELU, F gates and F values for SwiGLU.
int gpt_up_rows(const struct gpt_config *c);

// The attention's road: s->mid = x + attention(norm1(x)); x is s->x.
void block_attend(struct block_state *s, const struct block_weights *w, const struct block_context *c);
// The small network's: out (N,C) = mid + mlp(norm2(mid)); mid is s->mid.
void block_mlp(float *out, struct block_state *s, const struct block_weights *w, const struct block_context *c);
// One after the other (given).
void block_forward(float *out, struct block_state *s, const struct block_weights *w, const struct block_context *c);

// dx (N,C): on entry the gradient of the road's result, on return that of its input: WRITTEN in place. Add to the gradients
// dw.
void block_mlp_backward(float *dx, struct block_weights *dw, struct block_scratch *scratch, const struct block_state *s,
                        const struct block_weights *w, const struct block_context *c);
void block_attend_backward(float *dx, struct block_weights *dw, struct block_scratch *scratch,
                           const struct block_state *s, const struct block_weights *w, const struct block_context *c);
// Both, in reverse order (given).
void block_backward(float *dx, struct block_weights *dw, struct block_scratch *scratch, const struct block_state *s,
                    const struct block_weights *w, const struct block_context *c);

// ---- gpt.c: all layers ------------------------------------------------------------------------------------------------
struct gpt {
    struct gpt_config config;
    size_t parameters;
    float *params, *grads;  // grads NULL until gpt_reserve with training
    struct gpt_weights weights, dweights;
    bool causal;  // true; false makes an encoder of it
    // memory for one batch
    int B, T;  // its largest size
    struct block_state block[GPT_MAX_LAYERS];
    struct block_scratch scratch;
    float *x;                   // (N,C) what the last block gives
    float *norm, *mean, *rstd;  // (N,C), (N), (N)
    float *logits;              // (N,V)
    float *dx;                  // (N,C)
    float *cos, *sin;
    float *memory;  // all of the above in one piece
    size_t memory_floats;
};
// gpt_init, gpt_reserve, gpt_check_batch and gpt_free are given, in memory.c.
// A model with random weights from r: normal with standard deviation `std`, the projections onto the residual stream
// (proj, down) divided by sqrt(2L) (Radford et al. 2019); biases 0, norms 1. Dies if the configuration has a fault.
void gpt_init(struct gpt *m, const struct gpt_config *c, float std, struct rng *r);
// Makes room for batches of up to B x T tokens; with training, also for gradients and the backward pass. May be called
// again.
void gpt_reserve(struct gpt *m, int B, int T, bool training);
// Dies if the batch is larger than what gpt_reserve made room for, or a token is outside of the vocabulary.
void gpt_check_batch(const struct gpt *m, const int *tokens, int B, int T);
void gpt_free(struct gpt *m);
// What block_forward and block_backward want to know of a batch (given, in memory.c).
struct block_context gpt_context(const struct gpt *m, const int *length, int B, int T);
// tokens (B,T) -> the final norm's rows (B,T,C), in m->norm until the next call: what heads of any kind start from. length (B): how
// many tokens of each text are real, or NULL.
const float *gpt_rows(struct gpt *m, const int *tokens, const int *length, int B, int T);
// The same, and the head on top: logits (B,T,V), in m->logits until the next call.
const float *gpt_forward(struct gpt *m, const int *tokens, const int *length, int B, int T);
// gpt_forward and the loss. targets (B,T), -1 where a position does not count; position t is to predict targets[t].
float gpt_loss(struct gpt *m, const int *tokens, const int *targets, const int *length, int B, int T);
// The backward pass after gpt_forward or gpt_loss with the same arguments: adds the gradient of dloss * loss to m->grads. Uses
// up m->logits. Returns the loss.
float gpt_backward(struct gpt *m, float dloss, const int *tokens, const int *targets, const int *length, int B, int T);
// Its parts, for losses of other kinds. m->logits holds the gradient of the logits;
void gpt_backward_logits(struct gpt *m, const int *tokens, const int *length, int B, int T);
// drows (B,T,C) is the gradient of what gpt_rows gave. It may be m->scratch.dnorm.
void gpt_backward_rows(struct gpt *m, const float *drows, const int *tokens, const int *length, int B, int T);
void gpt_zero_grads(struct gpt *m);

// ---- counts.c: parameters, operations, bytes --------------------------------------------------------------------------
// Floating point operations of a training step, per token: 6 * (parameters) + 12 * L * C * T, as in Chowdhery et al. 2022 (PaLM),
// appendix B. The position table, whose rows are only looked up, does not count; a token table that also makes the logits does.
double gpt_flops_per_token(const struct gpt_config *c, int T);
// Bytes that a training step needs: parameters, gradients, AdamW's two moments, and the memory of gpt_reserve.
struct gpt_bytes {
    double params, grads, moments;  // 4 bytes for each parameter, 4, and 8
    double activations;             // what the forward pass keeps
    double logits;                  // (B,T,V)
    double scratch;                 // what the backward pass passes on from block to block
    double total;
};
struct gpt_bytes gpt_training_bytes(const struct gpt_config *c, int B, int T);
