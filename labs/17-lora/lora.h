// Fine-tuning with few parameters: the pretrained weights stay as they are, and something small learns beside them.
// Sections follow the files of this chapter.
//
// Letters: N rows of numbers, I inputs and O outputs of a matrix, R the rank of an update, M the width of an adapter,
// P tokens of a prompt or positions of a prefix, B texts of T tokens, C channels, G heads of keys and values, D
// numbers of a head. Gradients d<x> are ADDED to, unless the comment says "written".
#pragma once
#include "09-matmul-cpu/matmul.h"
#include "13-transformer/transformer.h"
#include "common/common.h"

// ==== LoRA (Hu et al. 2022) ==========================================================================================

// ---- lora.c: a thin road beside a matrix ----------------------------------------------------------------------------
// The update of a weight matrix W (O,I), as a product of two thin ones: W + scale * B A, scale = alpha / R.
struct lora {
    int O, I, R;
    float alpha;
    float dropout;   // the share of x's elements that the thin road does not see while it learns; 0: none
    float *A, *B;    // (R,I), (O,R)
    float *dA, *dB;  // their gradients
};
float lora_scale(const struct lora *l);  // alpha / R (given, in lora_memory.c)
// Room, zeros (given, in lora_memory.c).
void lora_alloc(struct lora *l, int O, int I, int R, float alpha, float dropout);
void lora_free(struct lora *l);  // (given)
// x' of lora_forward (N,I), in memory that the caller frees; NULL where dropped is: x itself (given, in lora_memory.c).
float *lora_kept(const float *x, const bool *dropped, const struct lora *l, int N);
// A: uniform in [-b, b), b = 1/sqrt(I), as (2*rng_uniform - 1) * b, row by row: what Kaiming's rule with a = sqrt(5)
// amounts to (PEFT's default). B: zeros, so that the first forward pass is that of the pretrained model.
void lora_init(struct lora *l, struct rng *r);

// Given, in thin.c: chapter 09's matmul, argument for argument, for products in which one of M, N and K is small: there
// it takes a fraction of matmul's time.
void thin_matmul(enum matmul_form form, int M, int N, int K, float alpha, const float *A, int lda, const float *B,
                 int ldb, float beta, float *C, int ldc);
// out (N,O), with row n at out + n*out_row, += scale * (x' A^T) B^T, x (N,I). x' is x, or, where dropped (N,I) is not
// NULL, x with the elements for which dropped is true left out and the others divided by 1 - l->dropout.
// mid (N,R), WRITTEN: x' A^T, which the backward pass needs.
void lora_forward(float *out, int out_row, float *mid, const float *x, const bool *dropped, const struct lora *l,
                  int N);
// The gradients of A and B, added to l->dA and l->dB, and dx (N,I) += (NULL: not wanted). dout as out: rows out_row
// apart. mid and dropped as in the forward pass.
void lora_backward(float *dx, struct lora *l, const float *dout, int out_row, const float *mid, const float *x,
                   const bool *dropped, int N);

// ---- merge.c: two roads become one ----------------------------------------------------------------------------------
// w (O,I) += scale * B A: from then on the matrix alone does what both did. And back.
void lora_merge(float *w, const struct lora *l);
void lora_unmerge(float *w, const struct lora *l);

// ==== QLoRA (Dettmers et al. 2023) ===================================================================================

// ---- nf4.c: four bits for numbers that are normally distributed ----------------------------------------------------
// The 16 levels of NF4, from -1 over 0 to 1: quantiles of a normal distribution, eight of either sign, of which the
// two zeros are one. levels (16), ascending. With offset = 0.9677083 and q the quantile function of the standard
// normal distribution: the positive ones are q(p) for 8 values p in equal steps from offset down towards 0.5 (9
// values, the last, 0.5, left out), the negative ones -q(p) for 7 values p in equal steps from offset towards 0.5 (8
// values, the last left out), then 0; all divided by the largest. (As the authors' code has it.) normal_quantile is
// given, in normal_quantile.c.
void nf4_levels(float *levels);
double normal_quantile(double p);  // 0 < p < 1: the x below which a share p of a standard normal distribution lies
enum { NF4_BLOCK = 64 };
struct nf4 {
    float scale;  // the largest |x| of the block
    // number i: levels[q[i/2] & 15] * scale for even i, levels[q[i/2] >> 4] * scale for odd i
    uint8_t q[NF4_BLOCK / 2];
};
// x (n) -> out (n/64), n a multiple of 64: of each number x / scale the nearest level, of two equally near ones the
// smaller. A block of zeros: scale 0, all levels 0 (q = 7).
void nf4_quantize(struct nf4 *out, const float *x, size_t n);
void nf4_dequantize(float *out, const struct nf4 *in, size_t n);

// ---- frozen.c: a matrix that does not learn -------------------------------------------------------------------------
// Floats, or NF4 turned to floats on the fly, a strip of rows at a time: the whole matrix never exists as floats.
// A block may go on from one row to the next, but not from one strip to the next: 128 rows are 128*I numbers.
struct frozen {
    int O, I;
    const float *w;       // (O,I), or NULL:
    const struct nf4 *q;  // (O*I/64) blocks of its numbers row by row; O*I a multiple of 64
};
enum { FROZEN_STRIP = 128 };                  // rows that are turned to floats at a time
size_t frozen_bytes(const struct frozen *f);  // of its numbers (given, in frozen_memory.c)
// out (N,O) = x (N,I) w^T (+ bias (O), if not NULL).
void frozen_forward(float *out, const float *x, const struct frozen *f, const float *bias, int N);
// dx (N,I) = dout (N,O) w, WRITTEN. There is no gradient of w: that is what is saved.
void frozen_backward(float *dx, const float *dout, const struct frozen *f, int N);

// ==== Other small things that learn ==================================================================================

// ---- adapter.c: a bottleneck behind a layer (Houlsby et al. 2019) ---------------------------------------------------
// y = x + up gelu(down x + down_bias) + up_bias, in place. down (M,C), up (C,M). up starts as zeros.
struct adapter {
    int C, M;
    float *down, *down_bias, *up, *up_bias;      // (M,C), (M), (C,M), (C)
    float *ddown, *ddown_bias, *dup, *dup_bias;  // their gradients
};
// Room; down normal with deviation 1/sqrt(C) from r, all else zeros (given, in adapter_memory.c).
void adapter_alloc(struct adapter *a, int C, int M, struct rng *r);
void adapter_free(struct adapter *a);  // (given)
// x (N,C) becomes y. in (N,C), before (N,M), after (N,M), WRITTEN, are kept for the backward pass: x as it came, and
// what is before and after the gelu (chapter 13's gelu_rows_forward).
void adapter_forward(float *x, float *in, float *before, float *after, const struct adapter *a, int N);
// dx (N,C): on entry the gradient of y, on return that of x, in place. scratch: N*(2*M + C) floats.
void adapter_backward(float *dx, struct adapter *a, float *scratch, const float *in, const float *before,
                      const float *after, int N);

// ---- prompt.c: tokens that no vocabulary has (prompt tuning: Lester et al. 2021) ------------------------------------
// out (B,P+T,C): in each text first the P rows of prompt (P,C), then the T rows of x (B,T,C).
void prompt_forward(float *out, const float *prompt, const float *x, int B, int P, int T, int C);
// dprompt (P,C) += ; dx (B,T,C) WRITTEN (NULL: not wanted).
void prompt_backward(float *dprompt, float *dx, const float *dout, int B, int P, int T, int C);

// ---- prefix.c: keys and values that no token has (prefix tuning: Li and Liang 2021) ---------------------------------
// What attention needs to look at P positions before a text, in one layer: k (B,P+T,G,D) and v alike, WRITTEN: first
// the prefix of keys prefix_k (P,G,D), the same in each text, then the text's own, which lie in qkv (B,T,(H + 2*G)*D)
// behind its H*D queries (keys already turned by RoPE; a prefix is not turned).
void prefix_forward(float *k, float *v, const float *prefix_k, const float *prefix_v, const float *qkv, int B, int P,
                    int T, int H, int G, int D);
// dprefix_k, dprefix_v (P,G,D) +=; the keys' and values' places of dqkv (B,T,(H + 2*G)*D) are WRITTEN, its queries
// left alone.
void prefix_backward(float *dprefix_k, float *dprefix_v, float *dqkv, const float *dk, const float *dv, int B, int P,
                     int T, int H, int G, int D);

// ---- ptuning.c: a small network writes the prompt (P-tuning: Liu et al. 2021) ---------------------------------------
// prompt (P,C) = out_w tanh(in_w e + in_b) + out_b for each row e of seeds (P,M): what learns is all five. in_w
// (M,M), out_w (C,M).
struct ptuning {
    int P, C, M;
    float *seeds, *in_w, *in_b, *out_w, *out_b;       // (P,M), (M,M), (M), (C,M), (C)
    float *dseeds, *din_w, *din_b, *dout_w, *dout_b;  // their gradients
};
// Room; seeds normal, in_w normal with deviation 1/sqrt(M), out_w with deviation/sqrt(M): the prompt's numbers are then
// a bit smaller than `deviation`. Biases zeros (given, in adapter_memory.c).
void ptuning_alloc(struct ptuning *t, int P, int C, int M, float deviation, struct rng *r);
void ptuning_free(struct ptuning *t);  // (given)
// hidden (P,M), WRITTEN: the tanh's results, for the backward pass.
void ptuning_forward(float *prompt, float *hidden, const struct ptuning *t);
// scratch: P*M floats.
void ptuning_backward(struct ptuning *t, float *scratch, const float *dprompt, const float *hidden);
