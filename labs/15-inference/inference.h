// Inference: a trained model at work. Sections follow the files of this chapter.
//
// Letters: B texts that grow side by side, T new tokens of each, N = B*T rows, S tokens that a cache holds, V tokens of
// the vocabulary, C channels, H heads of queries, G heads of keys and values, D = C/H, L layers, as in chapter 13; O
// rows of a matrix (outputs), I its columns (inputs).
#pragma once
#include "13-transformer/transformer.h"
#include "14-pretraining/pretraining.h"
#include "common/common.h"

// ==== How large is it? ===============================================================================================

// The types in which files and this chapter keep numbers. Q8_0 and Q4_0 are blocks of 32 numbers with one scale.
enum number_type { TYPE_F32, TYPE_F16, TYPE_BF16, TYPE_Q8_0, TYPE_Q4_0, NUMBER_TYPES };
extern const char *const number_type_name[NUMBER_TYPES];  // "F32", "F16", "BF16", "Q8_0", "Q4_0" (given, in matrix.c)

// ---- memory.c: bytes ------------------------------------------------------------------------------------------------
// Bytes of n numbers: 4, 2, 2 for each; 34 for every 32 (Q8_0), 18 for every 32 (Q4_0).
double type_bytes(enum number_type type, double n);
// Bytes that a decoder of configuration c reads of its weights to make one token for each of its texts: the blocks'
// matrices and the head in `type`, norms and biases in F32. The token table counts only where it is the head, too
// (tied): of it and of the positions' table only a row is looked up, and that is left out.
double decode_bytes(const struct gpt_config *c, enum number_type type);

// ==== Fewer bits =====================================================================================================

// ---- quantize.c: blocks of 32 numbers that share a scale ------------------------------------------------------------
// The formats of ggml and its files (GGUF). Scales are F16 (half.h has half_to_float and float_to_half, given).
enum { QUANT_BLOCK = 32 };
struct block_q8_0 {
    uint16_t scale;
    int8_t q[QUANT_BLOCK];  // number i is scale * q[i]
};
struct block_q4_0 {
    uint16_t scale;
    uint8_t q[QUANT_BLOCK / 2];  // number i: scale * ((q[i] & 15) - 8) for i < 16, scale * ((q[i-16] >> 4) - 8) above
};
// x (n), finite -> out (n/32); n is a multiple of 32. Of each block:
//     scale = (largest |x|) / 127, q = x / scale rounded to the nearest (halves away from 0); scale 0: all q are 0.
//     q is computed with the scale before it is rounded to F16.
void q8_0_quantize(struct block_q8_0 *out, const float *x, size_t n);
void q8_0_dequantize(float *out, const struct block_q8_0 *in, size_t n);
//     scale = m / -8, where m is the number with the largest |x| (the first of equal ones), sign and all: m itself
//     becomes -8, the end of the range that has one more; the nibble is floor(x / scale + 8.5), at most 15; scale 0:
//     nibble 8.
void q4_0_quantize(struct block_q4_0 *out, const float *x, size_t n);
void q4_0_dequantize(float *out, const struct block_q4_0 *in, size_t n);

// ---- dot.c: products of blocks --------------------------------------------------------------------------------------
// The sum of w[i] * x[i] over n numbers: within a block in integers, which are exact; then times both scales; the
// blocks' sums are added in float, in order or in a fixed number of running sums. n is a multiple of 32.
float dot_q8_0(const struct block_q8_0 *w, const struct block_q8_0 *x, size_t n);
float dot_q4_0(const struct block_q4_0 *w, const struct block_q8_0 *x, size_t n);
// Given, in dot_rows.c: out[r] = row r of w times the one row x, for r < rows; row r starts at block w + r * step. In
// vectors where the processor has AVX2 (dot_avx2.c), else by the functions above. A row's result does not depend on the
// others.
void dot_rows_q8_0(float *out, const struct block_q8_0 *w, size_t step, const struct block_q8_0 *x, size_t n, int rows);
void dot_rows_q4_0(float *out, const struct block_q4_0 *w, size_t step, const struct block_q8_0 *x, size_t n, int rows);
// The same for floats, in dot_f32.c; step in floats.
void dot_rows_f32(float *out, const float *w, size_t step, const float *x, size_t n, int rows);

// ---- matrix.c (given): a weight matrix of some type -----------------------------------------------------------------
struct matrix {
    enum number_type type;  // TYPE_F32, TYPE_Q8_0 or TYPE_Q4_0
    int rows, cols;         // (O,I)
    void *data;             // rows one after the other
};
// A matrix of w (rows,cols) in `type`; in F32 where cols is not a multiple of 32.
struct matrix matrix_make(enum number_type type, const float *w, int rows, int cols);
void matrix_free(struct matrix *m);
size_t matrix_bytes(const struct matrix *m);
void matrix_row(float *out, const struct matrix *m, int row);  // out (cols): one row as floats

// ---- matvec.c: a few rows times a matrix ----------------------------------------------------------------------------
// The one product of decoding. out (N,O) = x (N,I) w^T + bias (O) (NULL: none), for few rows N: every row of w is read
// once and used for all rows of x. Threads share the rows of w. For Q8_0 and Q4_0 the rows of x are quantized to Q8_0
// first. The same bits with any number of threads.
void matvec(float *out, const float *x, const struct matrix *w, const float *bias, int N);
// Given, in matrix.c: the same for any N: where there are many rows, chapter 09's matmul, on rows of w turned to
// floats.
void matrix_forward(float *out, const float *x, const struct matrix *w, const float *bias, int N);

// ==== Text that grows ================================================================================================

// ---- decoder.c (given): weights without a backward pass -------------------------------------------------------------
// Chapter 13's model (causal) with its matrices in any type. Shapes as there; vectors are floats in `weights`, whose
// matrices are NULL.
struct decoder {
    struct gpt_config config;
    struct gpt_weights weights;       // norms, biases and the position table
    struct matrix token_table, head;  // (V,C); head.data is the token table's if tied
    struct decoder_block {
        struct matrix qkv, proj, up, down;
    } block[GPT_MAX_LAYERS];
    float *cos, *sin;  // (config.T,D/2), Llama
    float *vectors;    // what `weights` points into
};
// A copy of params, which lie as gpt_tensors says, with matrices in `type`; the token table and the head of a TYPE_Q4_0
// decoder are Q8_0: each logit depends on a whole row of them (llama.cpp keeps them larger too).
void decoder_init(struct decoder *d, const struct gpt_config *c, const float *params, enum number_type type);
void decoder_free(struct decoder *d);
size_t decoder_bytes(const struct decoder *d);  // of all weights

// What is remembered of B texts of equal length, and room for one step.
struct decode_state {
    const struct decoder *d;
    int B, most;                            // texts; new tokens of each in one step, at most
    int length;                             // tokens read so far
    struct kv_cache cache[GPT_MAX_LAYERS];  // capacity: the longest text
    float *x;                               // (N,C) the residual stream
    float *norm;                            // (N,C)
    float *mean, *rstd;                     // (N)
    float *qkv;                             // (N,C + 2*G*D)
    float *att;                             // (N,C)
    float *up, *act;                        // (N,F or 2F), (N,F)
    float *logits;                          // (N,V)
    float *memory;                          // all of these in one piece
};
// Given, in decoder.c. capacity: tokens of a text, at most config.T; `most` new ones in one step.
void decode_init(struct decode_state *s, const struct decoder *d, int B, int capacity, int most);
void decode_free(struct decode_state *s);
void decode_rewind(struct decode_state *s, int length);  // forgets all tokens from position `length` on
// Text b becomes a copy of what text from[b] was, for all B at once (from may repeat and leave out).
void decode_reorder(struct decode_state *s, const int *from);
// Given, in look.c: chapter 12's cached_attention, faster: keys and values of qkv (B,T,(H + 2*G)*D) go into the cache,
// and the queries look, causally, at all that it then holds. out (B,T,H,D).
void cache_attention(float *out, struct kv_cache *c, const float *qkv, int T, int H);

// ---- decode.c: one step ---------------------------------------------------------------------------------------------
// Layer `layer` for T new tokens of each text, at positions s->length ... : chapter 13's roads with a cache, in place
// on s->x (B,T,C). s->length does not change.
//     attend: norm1, qkv, RoPE from position s->length on, cache_attention, proj; x += the result
//     mlp:    norm2, up, the bend, down; x += the result
void decode_attend(struct decode_state *s, int layer, int T);
void decode_mlp(struct decode_state *s, int layer, int T);
// Reads tokens (B,T), T <= s->most, behind what was read before, and moves s->length on. Returns the logits of the last
// token of each text (B,V), in s->logits until the next call: what gpt_forward gives for the whole text, within
// rounding.
// Many tokens at once are "prefill", one at a time is "decode".
const float *decode(struct decode_state *s, const int *tokens, int T);
// The same, with the logits of all new tokens, (B,T,V).
const float *decode_all(struct decode_state *s, const int *tokens, int T);

// ---- distribution.c: from scores to the next token ------------------------------------------------------------------
struct choice {
    float temperature;    // 0: always the likeliest (of equal ones the smallest id)
    int top_k;            // 0: all
    float top_p;          // 1: all
    const bool *allowed;  // (V) or NULL: all. At least one is true.
};
// probs (V) = what the next token is drawn from. In this order: tokens that are not allowed are out; softmax(logits /
// temperature); the top_k most probable stay; of these, the fewest most probable whose probabilities (renormalised
// after top_k) add up to top_p or more stay, at least one (nucleus sampling: Holtzman et al. 2020); of equal ones the
// smaller ids stay. The sum is 1.
void token_distribution(float *probs, const float *logits, int V, const struct choice *c);
// Draws u = rng_uniform(r) and returns the first token at which the sum of probs from token 0 on is above u (given).
int token_draw(const float *probs, int V, struct rng *r);
// The token of the largest logit, of equal ones the smallest id (given, in continue.c).
int token_likeliest(const float *logits, int V);
// Continues tokens, n of them (n >= 1), until there are max or the stop token came (-1: none), which is kept. Returns
// how many there are. s has one text, read up to none of the tokens; where its capacity ends, it reads the last half
// again and goes on (given, in continue.c). After each new token calls seen(context, token), if seen is not NULL; false
// from it ends the text.
typedef bool token_seen(void *context, int token);
int continue_text(int *tokens, int n, int max, struct decode_state *s, const struct choice *c, int stop, struct rng *r,
                  token_seen *seen, void *context);

// ---- beam.c: the B most probable texts ------------------------------------------------------------------------------
// One step. score (B): log-probabilities of the texts so far, -INFINITY for one that does not exist (at the start all
// but the first); logits (B,V) of their next token; done (B): texts that ended, which go on only as themselves, at no
// cost. Writes the best B of all continuations, best first (of equal ones the smaller b, then the smaller token): from
// (B), token (B) (-1 for one that is done), next_score (B). Texts that do not exist have no continuations; a place that
// is left over gets score -INFINITY.
// B <= V.
void beam_step(int *from, int *token, double *next_score, const double *score, const float *logits, const bool *done,
               int B, int V);
// Given, in beam_search.c: the best text of B beams that begins with tokens (n), best by score / (new tokens)^penalty;
// score: the log-probability of the new tokens. Writes all of the text to out (max), returns how many. s has B texts
// and room for n tokens or more.
int beam_search(int *out, double *score, const int *tokens, int n, int max, struct decode_state *s, int stop,
                float penalty);

// ---- constrain.c: only what a pattern allows ------------------------------------------------------------------------
// A deterministic automaton over bytes: state 0 is the start; next[state*256 + byte] is a state or -1.
struct automaton {
    int states;
    int *next;        // (states,256)
    bool *accepting;  // (states): a text may end here
    bool *alive;      // (states): some text that goes on from here is accepted
};
// Given, in regex_parse.c and regex_automaton.c: regular expressions with . [a-z] [^a-z] ( ) | * + ? {2} {2,} {2,5} \d
// \w \s \n \t, and marks after a backslash. They are about bytes: . is any byte but a line's end; a UTF-8 character of
// several bytes is one thing to repeat, and may stand in [ ] but not in [^ ] or a range. Matches whole texts. Small
// limits keep a pattern from eating the memory (thousands of states).
// false, and what is wrong at which character, in error. Fills a->alive, by automaton_find_alive.
bool automaton_compile(struct automaton *a, const char *pattern, char *error, size_t error_size);
void automaton_free(struct automaton *a);
// The state after n bytes from `state`; -1 once there is none.
int automaton_run(const struct automaton *a, int state, const char *text, size_t n);
// Fills a->alive: the states from which an accepting one can be reached, those themselves included.
void automaton_find_alive(struct automaton *a);
// Given, in token_alive.c: the same for a vocabulary, whose bytes lie as below: only whole tokens lead on. After " to",
// the beginning of " tower", a vocabulary of words has no way to go on. (Where every byte is a token, nothing changes.)
// For after automaton_compile.
void automaton_find_alive_by_tokens(struct automaton *a, const char *text, const size_t *end, int V);
// Writes allowed (V): token v, whose bytes are text + end[v-1] .. text + end[v]-1 (end[-1] read as 0), may follow in
// `state` if all its bytes can be read and end in a state that is alive. A token without bytes may not follow, but for
// `stop` (-1: none), which may if and only if `state` is accepting. Returns how many may.
int automaton_allowed(bool *allowed, const struct automaton *a, int state, const char *text, const size_t *end, int V,
                      int stop);

// ==== Smaller, and still good ========================================================================================

// ---- qat.c: training with rounding in mind (Jacob et al. 2018) ------------------------------------------------------
// out (n) = x quantized to `type` (TYPE_Q8_0 or TYPE_Q4_0) and turned back, "fake quantization".
void fake_quantize_forward(float *out, const float *x, enum number_type type, size_t n);
// Rounding has slope 0 nearly everywhere, so the gradient goes straight through (Bengio, Leonard and Courville 2013):
// dx (n) += dout.
void fake_quantize_backward(float *dx, const float *dout, size_t n);

// ---- prune.c: weights that are not missed ---------------------------------------------------------------------------
// keep (n): false for the round(share * n) smallest |w| (of equal ones the later), which become 0 in w; true for the
// others.
void prune_magnitude(bool *keep, float *w, float share, size_t n);
// 2:4 sparsity, which tensor cores since Ampere use: of every four neighbours the two smaller |w| (of equal ones the
// later) become 0. n is a multiple of 4.
void prune_2_4(bool *keep, float *w, size_t n);

// ---- distill.c: a small model learns from a large one (Hinton, Vinyals and Dean 2015) -------------------------------
// The mean over N rows of tau^2 * KL(p || q), p = softmax(teacher / tau), q = softmax(student / tau); both logits
// (N,V).
float distill_loss_forward(const float *student, const float *teacher, float tau, int N, int V);
// dstudent (N,V) += dloss * its gradient.
void distill_loss_backward(float *dstudent, float dloss, const float *student, const float *teacher, float tau, int N,
                           int V);

// ---- gptq.c, awq.c: rounding that looks at the data -----------------------------------------------------------------
// Quantize one layer's w (O,I) given inputs x (n,I) it will meet, so that x w^T changes little. Error of an attempt
// (given, in layer_error.c): the mean of (x w^T - x q^T)^2 over all (n,O).
double layer_error(const float *q, const float *w, const float *x, int n, int O, int I);
// Given, in hessian.c: hessian (I,I) = (x^T x) / n + damp * (mean of its diagonal) on the diagonal; and the upper
// triangular U (I,I), inverse of the hessian = U^T U.
void layer_hessian(float *hessian, const float *x, float damp, int n, int I);
void hessian_factor(float *U, const float *hessian, int I);
// The scale that q4_0_quantize gives the 32 numbers of x, after F16 (given, in layer_error.c).
float q4_0_scale(const float *x);
// One number to the nearest level of a Q4_0 block with this scale: scale * (clamp(floor(x / scale + 8.5), 0, 15) - 8);
// 0 if scale is 0 (given, in layer_error.c).
float q4_0_nearest(float x, float scale);
// GPTQ (Frantar et al. 2023): columns are rounded from left to right, and each one's error is made up for by the
// columns that are still to come. q (O,I) = numbers of Q4_0, I a multiple of 32. A block's scale is q4_0_scale of its
// 32 numbers as they are when its first column is reached; q[j] is q4_0_nearest of w[j]. For every column j of every
// row: e = (w[j] - q[j]) / U[j,j]; then w[k] -= e * U[j,k] for k > j. w is used up.
void gptq_quantize(float *q, float *w, const float *U, int O, int I);
// AWQ (Lin et al. 2024): channels that carry large inputs are multiplied up before rounding and divided down after it.
// For an exponent alpha: s[i] = a[i]^alpha / sqrt(max over i of a^alpha * min over i of a^alpha), a[i] = mean |x[:,i]|,
// at least 1e-4.
// scales (I) written.
void awq_scales(float *scales, const float *x, float alpha, int n, int I);
// q (O,I): column i of w times scales[i], rounded as Q4_0, divided by scales[i].
void awq_quantize(float *q, const float *w, const float *scales, int O, int I);

// ==== Many texts at once =============================================================================================

// ---- pages.c: caches in pages (Kwon et al. 2023, vLLM) --------------------------------------------------------------
// Keys and values of all texts lie in pages of P positions, handed out one by one; a text's table says which pages hold
// it.
struct page_pool {
    int pages, P, L, G, D;
    int *free_page;  // the pages that are free: free_page[0..free_count-1], the last one is handed out first
    int free_count;
    float *k, *v;  // (L,pages,P,G,D)
};
struct page_table {
    int *page;  // (capacity) page[i] holds positions i*P .. i*P + P-1
    int count, capacity;
    int length;  // positions that are filled
};
// Given, in pages_memory.c. Page 0 of a new pool is handed out first; a new table is empty, with room for `capacity`
// pages. Release a table's pages before it is freed.
void page_pool_init(struct page_pool *p, int pages, int P, int L, int G, int D);
void page_pool_free(struct page_pool *p);
void page_table_init(struct page_table *t, int capacity);
void page_table_free(struct page_table *t);
// Sees to it that table t has pages for `more` positions beyond its length. false, and nothing changes, if the pool has
// too few free pages or the table too little room.
bool pages_reserve(struct page_pool *p, struct page_table *t, int more);
void pages_release(struct page_pool *p, struct page_table *t);  // gives all of them back, last first; length 0
// Writes keys and values (G,D) of layer `layer` to position `position`, which is reserved.
void pages_write(struct page_pool *p, const struct page_table *t, int layer, int position, const float *k,
                 const float *v);
// One query (H,D) looks at positions 0..length-1 of layer `layer`: out (H,D), as attention_forward would.
void paged_attention(float *out, const float *q, const struct page_pool *p, const struct page_table *t, int layer,
                     int length, int H);

// ---- batching.c: who is served next (Yu et al. 2022, Orca) ----------------------------------------------------------
// Requests wait in order of arrival. Continuous batching decides anew before every step.
struct request {
    int arrival;         // the step from which on it is there
    int prompt, answer;  // tokens to read, tokens to write
    int done;            // tokens of the prompt and the answer so far; 0: the prompt is still to be read
    enum { WAITING, RUNNING, FINISHED } state;
    int admitted, finished;  // steps; -1: not yet (admitted: the last time)
    int preempted;           // how often it was sent back
    struct page_table table;
};
struct scheduler {
    struct request *request;  // (count), by arrival
    int count;
    int step;  // of this step
    int most;  // running at once, at most
    struct page_pool *pool;
};
// Before a step, in this order:
//   1. every running request, in order of the list, needs room for one more position. Where the pool has none left, the
//      last of the list that runs (it came last: nobody overtakes) is sent back: pages released, done 0, WAITING,
//      preempted + 1; again, until there is room or the request itself was sent back.
//   2. unless somebody was sent back: waiting requests that have arrived are admitted, in order of the list, while
//      fewer than `most` run and the pool has pages for the whole prompt and one more position; the first that does not
//      fit ends this.
//      admitted = step, RUNNING.
// Returns how many run.
int schedule(struct scheduler *s);
// Given, in serve.c: after the step: every running request has read its prompt and written a first token, or read its
// last token and written one more; those with all of their tokens are FINISHED and give their pages back. step + 1.
void schedule_advance(struct scheduler *s);

// ---- speculative.c: a small model runs ahead (Leviathan, Kalman and Matias 2023; Chen et al. 2023) ------------------
// draft (K): tokens that were drawn one after the other from q (K,V); p (K+1,V): what the large model says at the same
// places, and at the one behind them. Accepts draft[k], for k = 0, 1, ..., if rng_uniform(r) < p[k,draft[k]] /
// q[k,draft[k]]; at the first that is not, *next is drawn (token_draw) from max(0, p[k] - q[k]), divided by its sum (or
// from p[k], if rounding leaves nothing); if all are accepted, from p[K]. Returns how many were accepted. What comes
// out has the distribution of the large model.
int speculative_accept(int *next, const int *draft, const float *q, const float *p, int K, int V, struct rng *r);
// Given, in speculate.c: as continue_text, with a small model that runs K tokens ahead. counts (2): passes of the large
// model, tokens accepted.
int speculative_text(int *tokens, int n, int max, struct decode_state *large, struct decode_state *small, int K,
                     const struct choice *c, int stop, struct rng *r, int *counts);
