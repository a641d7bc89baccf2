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

// ---- reward_training.c: the stage -----------------------------------------------------------------------------------
struct reward_training {
    int steps, batch, pairs;
    float lr, center;
    bool only_near;  // wrong answers are near misses alone: the failure of the text
    uint64_t seed;
    const char *out;  // checkpoints and reward.csv; NULL: none
    const char *label;
    bool resume;
    int checkpoint_every;
};
struct reward_training reward_training_defaults(void);
struct reward_exam {
    double all, kind[MW_PAIR_KINDS], task[MW_TASKS];  // share of pairs in the right order
    double ece;                                       // expected calibration error
};
struct reward_exam reward_examine(struct reward_model *m, bool held, bool only_near, int pairs, uint64_t seed);
struct reward_exam reward_train(struct reward_model *m, const struct reward_training *how);
// Normalises on answers of the model itself (params): `count` training questions, temperature 1.
void reward_normalize(struct reward_model *m, const struct gpt_config *c, const float *params, int count,
                      uint64_t seed);

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
