// Given code: a small model of nothing but attention, and texts that it can learn. What it computes with is yours:
// attention_forward and attention_backward, the masks, RoPE, the tables of positions.
//
// Letters: B texts, T tokens of each, C channels, H heads of D = C/H numbers, L layers, V tokens of the vocabulary.
#pragma once
#include "12-attention/attention.h"

// ---- toy_model.c: embedding, L times (norm, attention, add), norm, logits -------------------------------------------
enum toy_positions { TOY_NONE, TOY_SINUSOIDAL, TOY_LEARNED, TOY_ROPE, TOY_ALIBI, TOY_POSITIONS };
extern const char *const toy_position_names[TOY_POSITIONS];

enum { TOY_MAX_LAYERS = 4 };
struct toy_config {
    int V, T, C, H, L;  // T: the longest text
    enum toy_positions positions;
    bool causal;
};
struct toy_weights {
    float *tokens, *positions;  // (V,C), (T,C): learned positions, else NULL
    float *norm[TOY_MAX_LAYERS], *qkv[TOY_MAX_LAYERS], *proj[TOY_MAX_LAYERS];  // (C), (3C,C), (C,C)
    float *last_norm, *head;                                                   // (C), (V,C)
};
struct toy {
    struct toy_config config;
    int parameters, steps;          // steps: those taken so far
    float *params, *grads, *m, *v;  // (parameters); AdamW's moments
    struct toy_weights w, dw;       // into params and grads
    float *sinusoidal, *cos, *sin, *slopes;
    struct attention_layer layer[TOY_MAX_LAYERS];
    struct attention_state state[TOY_MAX_LAYERS];  // state[l].probs (B,H,T,T): the heat maps
    // N = B*T rows of the largest batch
    float *x[TOY_MAX_LAYERS + 1], *normed[TOY_MAX_LAYERS], *rstd[TOY_MAX_LAYERS];  // (N,C), (N,C), (N)
    float *asked, *asked_normed, *asked_rstd;                                      // the rows that are asked for
    float *logits, *probs;                                                         // (N,V)
    float *dx, *dnormed, *dasked, *dasked_normed, *dlogits;
};
// Room for batches of B texts of up to c->T tokens.
void toy_init(struct toy *m, const struct toy_config *c, int B, uint64_t seed);
void toy_free(struct toy *m);

// Texts, and where the model is asked: at flat position rows[i] = b*T + t the right answer is targets[i].
struct toy_batch {
    int B, T, count;  // count: positions that are asked for
    int *tokens;      // (B,T)
    int *length;      // (B): tokens that are real
    int *rows, *targets;
};
void toy_batch_init(struct toy_batch *batch, int B, int T);  // room for B texts of up to T tokens
void toy_batch_free(struct toy_batch *batch);

// The logits at the positions asked for, m->logits (count,V); returns the mean cross-entropy of the targets.
float toy_loss(struct toy *m, const struct toy_batch *batch);
// One step of AdamW; returns the loss before it.
float toy_step(struct toy *m, const struct toy_batch *batch, float lr);
// The learning rate of step s of `steps`: constant for half of them, then down to 0 in a straight line.
float toy_lr(float lr, int s, int steps);
// The most probable token at the i-th position asked for, by m->logits.
int toy_answer(const struct toy *m, int i);
// The share of right answers.
double toy_accuracy(struct toy *m, const struct toy_batch *batch);

// ---- toy_texts.c: what it reads -------------------------------------------------------------------------------------
// Copy and reverse: START x1 ... xn TURN y1 ... yn, where y is x, or x from its end. Asked for are the n tokens after
// TURN, each from those before it. The x are different from each other.
enum { TOY_SYMBOLS = 26, TOY_START = TOY_SYMBOLS, TOY_TURN, TOY_VOCABULARY };
enum toy_task { TOY_COPY, TOY_REVERSE };
// batch->B texts with n symbols: T becomes 2n + 1, for the last y is asked for but not read.
void toy_repeat_batch(struct toy_batch *batch, enum toy_task task, int n, struct rng *r);

// Sentences like "the animal did not cross the street because it was too tired". Asked for is, at "it", what "it" stands
// for. Of the pairs (animal, place) every fifth is kept for testing.
enum { SENTENCE_TOKENS = 13 };
const char *sentence_word(int token);
int sentence_vocabulary(void);
void sentence_batch(struct toy_batch *batch, bool testing, struct rng *r);
// One sentence by hand: "the animal did ...", words of the vocabulary, with an "it" among them. Returns its token
// count.
void sentence_from_words(struct toy_batch *batch, const char *sentence);
