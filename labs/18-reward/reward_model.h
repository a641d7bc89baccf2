// A model that judges answers: chapter 16's model, with a head that gives one number. And the stage that trains it.
#pragma once
#include "16-sft/village.h"
#include "18-reward/reward.h"

// ---- reward_model.c -------------------------------------------------------------------------------------------------
struct reward_model {
    struct gpt gpt;
    float *head, *dhead;  // (C)
    float bias, dbias;
};
// A copy of a model's parameters, head normal with standard deviation 1/sqrt(C + 1), bias 0 (Ziegler et al. 2019).
void reward_init(struct reward_model *m, const struct gpt_config *c, const float *params, struct rng *r);
void reward_free(struct reward_model *m);
// score (B) of whole conversations (question, answer, <eos>), read at their last tokens. inputs (B,T).
void reward_score(float *score, struct reward_model *m, const int *inputs, const int *last, int B, int T);
// A step's gradients, WRITTEN: loss of n pairs that lie as pair_batch has them. Returns the loss.
float reward_gradient(struct reward_model *m, const int *inputs, const int *last, float center, int n, int T);
// The score of every answer of `a`, as one reads them: with <eos>. (count)
void reward_answers(float *score, struct reward_model *m, const struct answers *a);

// ---- reward_files.c: a folder as transformers' LlamaForSequenceClassification --------------------------------------
// score.weight (1,C); it has no bias there: `reward_bias` in config.json keeps ours.
void reward_save(const char *dir, const struct reward_model *m, const struct codec *codec);
// As stage_open: dies, saying what to run, if dir is missing, half-written, or no reward model of the village.
void reward_open(struct reward_model *m, struct codec *codec, const char *dir, const char *command);

// ---- reward_pairs.c: what to learn from, and what to be tested with ------------------------------------------------
enum { PAIR_T = MW_PROMPT_LONGEST + MW_RESPONSE_LONGEST + 1 };  // tokens of the longest conversation
enum { PAIRS_TO_LEARN = 31, PAIRS_FOR_TESTING };                // streams: other streams, other pairs
struct reward_pairs {
    struct documents conversations;  // 2*count: a chosen one, the rejected one, the next chosen one, ...
    int count;
    enum micro_world_pair_kind *kind;  // (count)
    enum micro_world_task *task;       // (count)
    float *chosen, *rejected;          // (count) scores, by reward_pairs_score
};
void reward_pairs_init(struct reward_pairs *p, int count);  // for `count` pairs; no conversations yet
// held: of questions for testing. only_near: all wrong answers are near misses.
void reward_pairs_draw(struct reward_pairs *p, int count, bool held, bool only_near, uint64_t seed, uint64_t stream);
void reward_pairs_free(struct reward_pairs *p);
// Pairs of about the same length share a batch, or half of it would be padding: order (n) = the pairs first,
// first + 1, ... first + n - 1 (from pair 0 again behind the last one), the shortest first.
void reward_pairs_by_length(int *order, const struct reward_pairs *p, int first, int n);
void reward_pairs_score(struct reward_pairs *p, struct reward_model *m);
// p (count), held (count): what calibration_pairs makes of their scores times `unit`; which of the two comes first is
// drawn.
void reward_pairs_predict(double *p, bool *held, const struct reward_pairs *pairs, double unit, uint64_t seed);

struct reward_exam {
    double all, kind[MW_PAIR_KINDS], task[MW_TASKS];  // share of pairs in the right order; NAN where there are none
    double ece;                                       // expected calibration error, 10 bins
};
struct reward_exam reward_examine(struct reward_model *m, bool held, bool only_near, int pairs, uint64_t seed);

// ---- reward_training.c: the stage -----------------------------------------------------------------------------------
struct reward_training {
    int steps, batch, pairs;
    float lr, weight_decay;
    float center;    // bradley_terry_forward's
    bool only_near;    // wrong answers are near misses alone: the failure of the text
    uint64_t seed;
    const char *out;  // checkpoints, reward.csv and reward_exam.csv; NULL: none
    const char *label;
    bool resume;           // go on from out/checkpoint.safetensors if it is there
    int checkpoint_every;  // steps; 0: never
    int tests;             // pairs of the examination at the end
    int answers;           // to normalise on
};
struct reward_training reward_training_defaults(void);
struct reward_training reward_training_quick(void);
// Trains m, with a progress line, out/reward.csv (step, loss, learning rate, gradient) and, every tenth of the way,
// out/reward_exam.csv (step, share in the right order: all, each kind, and of questions for testing). Returns what it
// is worth on fresh pairs.
struct reward_exam reward_train(struct reward_model *m, const struct reward_training *how);
// Normalises on answers of the model itself (params): `count` training questions, temperature 1. Returns the deviation
// that was.
double reward_normalize(struct reward_model *m, const struct gpt_config *c, const float *params, int count,
                        uint64_t seed);

// ---- reward_stage.c: what both programs do --------------------------------------------------------------------------
// name, or, if that is "", where chapter 16 left its model: the learner's, else the demo's. Dies if there is none.
const char *reward_find(const char *name);
// From chapter 16's model to a reward model: train, examine, normalise, write how->out/model; with a table on stdout.
void reward_stage(struct reward_model *m, const struct gpt_config *c, const float *params, const struct codec *codec,
                  const struct reward_training *how);

// ---- show_*.c -------------------------------------------------------------------------------------------------------
struct reward_show {
    const char *out;
    bool quick;
    uint64_t seed;
    const struct gpt_config *config;
    const float *tuned;  // chapter 16's model
    struct reward_model *model;
    const struct reward_training *how;
};
void show_pairs(const struct reward_show *s);        // a few pairs, and what the model gives them
void show_scores(const struct reward_show *s);       // histograms of right and wrong, polite and rude answers
void show_calibration(const struct reward_show *s);  // predicted against observed
void show_near(const struct reward_show *s);         // trained on near misses alone: what it never learned to see
void show_bleu(const struct reward_show *s);         // BLEU as a reward, beside the model and the hidden rule
