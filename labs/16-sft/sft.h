// Supervised fine-tuning: from a model that goes on with a text to one that answers; and what it forgets on the way.
// Sections follow the files of this chapter.
//
// Letters: B rows of a batch, T tokens of a row that a model reads, N = B*T, V tokens of the vocabulary, P
// parameters, n numbers or tokens, K parts or tasks.
#pragma once
#include "14-pretraining/pretraining.h"
#include "15-inference/chat_template.h"
#include "common/common.h"

// ==== A conversation as tokens =======================================================================================

// ---- template.c: who speaks, and what is to be learned --------------------------------------------------------------
enum role { ROLE_USER, ROLE_ASSISTANT };
struct turn {
    enum role role;
    const int *ids;  // (n) what is said
    int n;
};
// The tokens around it are a struct chat_tokens (15-inference/chat_template.h): int begin, user, assistant, end. In the
// micro-world they are <bos>, <q>, <a> and <eos>; elsewhere <|user|>, <|assistant|>, <|end|> or the like. begin -1: none.
// In the ids of a conversation those that the model is to say are marked: id | LEARN.
enum { LEARN = 1 << 30 };
// Appends to out: `begin` (unless it is -1); for each of `count` turns its role's token and what is said, and after
// an assistant's turn `end`. Marked are what an assistant says and the `end` behind it, nothing else: not the token
// that tells the assistant to speak. open: then the assistant's token once more, unmarked, for the model to go on
// from.
void chat_render(struct ids *out, const struct chat_tokens *t, const struct turn *turn, int count, bool open);

// ---- examples.c: loss on the answer only ----------------------------------------------------------------------------
// What a model reads and what it is to predict, from a row (T+1) of ids, marked or not, and -1 for padding at its
// end:
//     inputs (T):  the id of row[t] without its mark, 0 where that is padding
//     targets (T): the id of row[t+1] where that is marked, else -1 (does not count)
void sft_example(int *inputs, int *targets, const int *row, int T);

// ---- batches.c: rectangles of conversations -------------------------------------------------------------------------
// Conversations one after the other, as chapter 14's documents: number i is tokens.id[ends.end[i-1] ..
// ends.end[i]-1]. The B of them that which[] (B) names, each in a row of its own: rows (B,T+1), -1 behind each one's
// end, where T is one less than the longest of them. Returns T. rows has room for B*(T_max + 1); dies if T would be
// above T_max.
int pad_batch(int *rows, const struct documents *conversations, const int *which, int B, int T_max);

// ==== One step, several aims =========================================================================================

// ---- mix.c: several texts in one gradient ---------------------------------------------------------------------------
// A batch, and how much its loss counts.
struct part {
    const int *inputs, *targets;  // (B,T)
    int B, T;
    float weight;
};
// m->grads = the gradient of the sum over k of part[k].weight * (mean loss of part k), WRITTEN: what was there before
// does not count. losses (K): the mean losses, 0 for a part of weight 0, which is not read. Returns the sum.
float mixed_gradient(struct gpt *m, float *losses, const struct part *part, int K);

// ---- freeze.c: which weights may move -------------------------------------------------------------------------------
// moves (tensors): true for what learns when only the last `layers` blocks do, and with them the final norm, and the
// head where it is not tied; with layers = c->L all tensors, the tables too. Returns how many numbers that are.
size_t freeze_below(bool *moves, const struct gpt_config *c, const struct gpt_tensor *tensor, int tensors, int layers);

// ---- tuner.c: AdamW on what may move --------------------------------------------------------------------------------
// A list of arrays that learn together; all that are not in it stay as they are. (Chapters 17 to 20 use it too.)
struct tuned {
    float *w;        // (n) the caller's
    const float *g;  // (n) the caller's: its gradient
    size_t n;
    float *m, *v;    // (n) AdamW's moments
    bool decays;     // weight decay is for matrices (gpt_tensor.decays)
    float lr_scale;  // 1; a new head may learn faster
};
struct tuner {
    struct tuned *piece;
    int pieces, capacity;
    float lr_max, lr_min;  // schedule_lr of chapter 04
    int warmup, total;     // steps
    float beta1, beta2, eps, weight_decay;
    float clip;  // longest gradient; 0: no limit
    int step;    // steps done
};
// lr_min = lr/10, warmup 20 (or total/2, if that is less), beta 0.9 and 0.95, eps 1e-8, weight_decay 0.1, clip 1; the
// caller may change them. (These four are given, in tuner_memory.c.)
void tuner_init(struct tuner *t, float lr, int total);
void tuner_add(struct tuner *t, float *w, const float *g, size_t n, bool decays, float lr_scale);
void tuner_add_model(struct tuner *t, struct gpt *m, int layers);  // what freeze_below lets move. Needs m->grads
void tuner_free(struct tuner *t);
// One step with the gradients as they are now. Their length is over all pieces together, and over nothing else
// (squares added in double); where clip > 0 and it is above clip, all are scaled by clip / (length + 1e-6); then
// chapter 14's adamw_update, piece by piece, with lr_scale * schedule_lr(lr_max, lr_min, step, warmup, total), decay
// only where `decays`, and the bias correction of step + 1. Returns the length before clipping. If that is not finite
// (infinite, or NaN) nothing changes, not even step; a length of 0 is a step like any other.
float tuner_step(struct tuner *t);

// ==== Forgetting =====================================================================================================

// ---- replay.c: a few old examples in every batch --------------------------------------------------------------------
// How many of the B places of batch number `step` (from 0) go to the old task: as many as make it
// floor(share * B * (step + 1)) in all batches so far, so that a tenth of 4 places is not rounded away.
// share in 0..1; the product in double.
int replay_count(float share, int B, long step);
// which (B): first replay_count(share, B, step) old examples, each rng_below(r, old_examples); then new ones, each
// old_examples + rng_below(r, new_examples). Returns how many are old.
int replay_batch(int *which, float share, int B, long step, int old_examples, int new_examples, struct rng *r);

// ---- fisher.c: which weights mattered? ------------------------------------------------------------------------------
// The diagonal of the empirical Fisher information (Kirkpatrick et al. 2017): fisher (P), WRITTEN = the mean over
// `count` examples of the squared gradient of each one's loss, which is summed, not averaged, over its positions that
// count. rows (count,T+1), as sft_example takes them. Each example's gradient is squared by itself: the square of the
// mean gradient would be something else. m has room for one row of T tokens, with training; m->grads is used up.
void fisher_diagonal(float *fisher, struct gpt *m, const int *rows, int count, int T);

// ---- ewc.c: a spring on every weight (elastic weight consolidation) -------------------------------------------------
// lambda/2 * sum over i of fisher[i] * (w[i] - anchor[i])^2; all (n). The sum in double.
float ewc_penalty(const float *w, const float *anchor, const float *fisher, float lambda, size_t n);
// dw (n) += its gradient.
void ewc_backward(float *dw, const float *w, const float *anchor, const float *fisher, float lambda, size_t n);

// ---- dynamic.c: who is learning too slowly? (dynamic weight average: Liu, Johns and Davison 2019) -------------------
// weight (K) = K * softmax(rate / temperature), where rate[k] = now[k] / before[k] is how much of loss k was left
// after a while. A task whose loss does not fall any more gets more. before[k] > 0; any rates, no overflow.
void dynamic_weights(float *weight, const float *now, const float *before, float temperature, int K);
