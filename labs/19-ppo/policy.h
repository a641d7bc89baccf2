// A language model that acts: what it says, what that is worth, and how it learns from it.
#pragma once
#include "18-reward/reward_model.h"
#include "19-ppo/ppo.h"

// ---- teachers.c: who is learned from --------------------------------------------------------------------------------
struct teachers {
    struct gpt reference;  // chapter 16's model: where a policy begins, and what it is held to
    struct codec codec;
    struct reward_model judge;  // chapter 18's
    struct corpus corpus;       // of teachers_quick: whose words the codec's are
};
// Opens both folders; "": the learner's, or else the demo's. Dies, saying what to run, if one is missing or damaged.
void teachers_open(struct teachers *t, const char *model, const char *reward);
// A model that has learned next to nothing and a judge that judges at random, in a moment: for --quick and tests.
void teachers_quick(struct teachers *t, uint64_t seed);
void teachers_free(struct teachers *t);

// ---- policy.c: a model that speaks, and guesses what that will be worth ---------------------------------------------
struct policy {
    struct gpt gpt;
    float *head, *dhead;  // (C) the critic: the value of a position is its row times head, plus bias; zeros at first
    float bias, dbias;
};
// A model of its own with these weights; room for B x T tokens, and for what a rollout reads at once, with training.
void policy_init(struct policy *p, const struct gpt_config *c, const float *params, int B, int T);
void policy_free(struct policy *p);
// After gpt_forward: value (N) of the positions whose rows lie in p->gpt.norm.
void policy_values(float *value, const struct policy *p, int N);
// After gpt_forward with the same inputs (B,T): p->gpt.logits holds the gradient of the logits, dvalue (B,T) that of
// the values. All gradients are WRITTEN.
void policy_backward(struct policy *p, const float *dvalue, const int *inputs, int B, int T);

// ---- rollout.c: a batch of answers, and what came of each token -----------------------------------------------------
enum { ROLLOUT_AT_ONCE = 64 };  // texts of a forward pass
struct rollout {
    struct answers answers;
    int B, T;     // T: of the longest text, less its last token
    int *inputs;  // (B,T)
    int *action;  // (B,T) the token that was said at the next position, -1 where it was the question's or there is none
    bool *mask;   // (B,T) action >= 0
    float *log_prob, *log_ref, *entropy, *value;  // (B,T) when it was said
    float *reward, *advantage, *returns;          // (B,T)
    float *score;                                 // (B) final_score
};
struct rollout_rules {
    float beta, gamma, lambda;
    float missing, limit;  // final_score
};
void rollout_init(struct rollout *r, int B);
void rollout_free(struct rollout *r);
// Asks questions (held: those for testing), lets p answer at temperature 1, has `judge` score the answers, and compares
// with `reference`, a model that stays as it is. Fills everything; advantages are whitened.
void rollout_draw(struct rollout *r, struct policy *p, struct gpt *reference, struct reward_model *judge,
                  const struct rollout_rules *rules, bool held, uint64_t seed);
// The same with the questions that are in r->answers already.
void rollout_answer(struct rollout *r, struct policy *p, struct gpt *reference, struct reward_model *judge,
                    const struct rollout_rules *rules, uint64_t seed);
double rollout_proxy(const struct rollout *r);    // the mean score
double rollout_entropy(const struct rollout *r);  // the mean of all tokens

// ---- ppo_learning.c: what is learned from a rollout -----------------------------------------------------------------
struct ppo_training {
    int iterations, rollouts, epochs, minibatch;
    float lr, head_scale;  // the critic's head learns head_scale times as fast
    int warmup;            // iterations; then linearly to 0
    float clip, value_clip, value_weight;
    struct rollout_rules rules;
    double target, horizon;  // of kl_control; target 0: beta stays
    uint64_t seed;
    const char *out;       // a folder for the curve, LABEL.csv, and the checkpoint; NULL: none
    const char *label;     // of the progress line and the curve
    bool resume;           // go on from out/checkpoint.safetensors if it is there
    int checkpoint_every;  // iterations; 0: never
    int questions;         // of the examinations before and after
};
struct minibatch {
    int B, T;
    int *inputs, *action;  // (B,T) rows of a rollout
    bool *mask;
    float *log_old, *value_old, *advantage, *returns;  // (B,T)
    float *log_prob, *value, *dlog_prob, *dvalue;      // (B,T)
};
void minibatch_init(struct minibatch *b, int B);
void minibatch_free(struct minibatch *b);
// The rows which[] (B) of a rollout.
void minibatch_gather(struct minibatch *b, const struct rollout *r, const int *which, int B);
// Of steps, to be divided by count.
struct ppo_health {
    double approximate_kl, clip_share, value_loss, policy_loss;
    int count;
};
// The gradients of a minibatch, WRITTEN into p; what it saw is added to h.
void minibatch_gradient(struct policy *p, struct minibatch *b, const struct ppo_training *how, struct ppo_health *h);

// ---- ppo_training.c: the stage --------------------------------------------------------------------------------------
struct ppo_training ppo_training_defaults(void);
struct ppo_training ppo_training_quick(void);
// Trains p, with a progress line and out/LABEL.csv: a row for each iteration.
void ppo_train(struct policy *p, struct gpt *reference, struct reward_model *judge, const struct ppo_training *how);

// ---- policy_exam.c: what a policy is worth, on questions for testing ------------------------------------------------
struct policy_exam {
    struct exam drawn, greedy;
    double proxy, kl, entropy;  // of drawn answers
};
struct policy_exam policy_examine(struct policy *p, struct gpt *reference, struct reward_model *judge,
                                  const struct rollout_rules *rules, int questions, uint64_t seed);
// A table: a line of heads, and one for each policy.
void policy_exam_heads(const char *title);
void policy_exam_print(const char *name, const struct policy_exam *e);
// And what each of n of them (name (n), e (n)) answers right, task by task.
void policy_exam_tasks(const char *const *name, const struct policy_exam *e, int n);

// ---- ppo_stage.c: what both programs do -----------------------------------------------------------------------------
// From chapter 16's model to one that was taught by chapter 18's: examine, train, examine, write how->out/model; with a
// table on stdout.
void ppo_stage(struct policy *p, struct teachers *t, const struct ppo_training *how);

// ---- show_*.c: the parts of `main` ----------------------------------------------------------------------------------
struct ppo_show {
    const char *out;
    bool quick;
    uint64_t seed;
    struct teachers *teachers;  // NULL for show_bandit and show_grid
    const struct ppo_training *how;
};
void show_bandit(const struct ppo_show *s);    // REINFORCE with and without a baseline
void show_grid(const struct ppo_show *s);      // REINFORCE, actor and critic, PPO, in a world of twelve cells
void show_free(const struct ppo_show *s);      // nothing is paid for leaving the reference
void show_adaptive(const struct ppo_show *s);  // a price that follows a target
void show_talk(const struct ppo_show *s);      // ten questions, before and after; out/model is there
