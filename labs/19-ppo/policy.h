// A language model that acts: what it says, what that is worth, and how it learns from it.
#pragma once
#include "18-reward/reward_model.h"
#include "19-ppo/ppo.h"

// ---- policy.c: a model that speaks, and guesses what that will be worth -----------------------------------------------
struct policy {
    struct gpt gpt;
    float *head, *dhead;  // (C) the critic: the value of a position is its row times head, plus bias; zeros at first
    float bias, dbias;
};
// A model of its own with these weights; room for B x T tokens, with training.
void policy_init(struct policy *p, const struct gpt_config *c, const float *params, int B, int T);
void policy_free(struct policy *p);
// After gpt_forward: value (N) of the positions whose rows lie in p->gpt.norm.
void policy_values(float *value, const struct policy *p, int N);
// After gpt_forward with the same inputs (B,T): p->gpt.logits holds the gradient of the logits, dvalue (B,T) that of the
// values. All gradients are WRITTEN.
void policy_backward(struct policy *p, const float *dvalue, const int *inputs, int B, int T);

// ---- rollout.c: a batch of answers, and what came of each token ---------------------------------------------------------
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

// ---- ppo_training.c: the stage ----------------------------------------------------------------------------------------
struct ppo_training {
    int iterations, rollouts, epochs, minibatch;
    float lr, head_scale;  // the critic's head learns head_scale times as fast
    int warmup;            // iterations; then linearly to 0
    float clip, value_clip, value_weight;
    struct rollout_rules rules;
    double target, horizon;  // of kl_control; target 0: beta stays
    uint64_t seed;
    const char *out;  // ppo.csv; NULL: none
    const char *label;
};
struct ppo_training ppo_training_defaults(void);
// What a policy is worth, on questions for testing.
struct policy_exam {
    struct exam drawn, greedy;
    double proxy, kl, entropy;  // of drawn answers
};
struct policy_exam policy_examine(struct policy *p, struct gpt *reference, struct reward_model *judge,
                                  const struct rollout_rules *rules, int questions, uint64_t seed);
void ppo_train(struct policy *p, struct gpt *reference, struct reward_model *judge, const struct ppo_training *how);
