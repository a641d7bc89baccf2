// Three ways to teach a model what people prefer: two from pairs alone, one from groups of its own answers.
#pragma once
#include "19-ppo/policy.h"
#include "20-dpo/dpo.h"

// ---- alignment_how.c ------------------------------------------------------------------------------------------------
enum method { METHOD_DPO, METHOD_IPO, METHOD_GRPO, METHODS };
extern const char *const method_name[METHODS];

struct alignment {
    enum method method;
    int steps;            // of the tuner; of GRPO: rounds of answering and learning from it
    int batch;            // DPO, IPO: pairs of a step
    int pairs;            // DPO, IPO: to learn from
    bool own;             // DPO, IPO: pairs of the reference's own answers, as the judge has them
    int groups, answers;  // GRPO: questions of a round, and answers to each
    int passes;           // GRPO: over the answers of a round
    int minibatch;        // GRPO: answers of a step; whole groups
    float lr, beta;
    float smooth;                // DPO: the share of labels that may be wrong
    float clip;                  // GRPO
    bool divide;                 // GRPO: by the group's deviation
    struct rollout_rules rules;  // what answers are worth to the judge
    uint64_t seed;
    const char *out;       // a folder for the curves, LABEL.csv and LABEL_exam.csv, and the checkpoint; NULL: none
    const char *label;     // of the progress line and the curves
    bool resume;           // go on from out/checkpoint.safetensors if it is there
    int checkpoint_every;  // steps; 0: never
    int questions;         // of the examinations before and after; on the way there are fewer
};
struct alignment alignment_defaults(enum method method);
struct alignment alignment_quick(enum method method);

// ---- preference_step.c: from pairs (DPO, IPO) -----------------------------------------------------------------------
// A batch of n pairs as 2n texts: the chosen ones, then the rejected ones.
struct preferences {
    int n, T;
    int *inputs, *action;                   // (2n,T)
    bool *mask;                             // (2n,T) action >= 0
    float *log_prob, *log_ref, *dlog_prob;  // (2n,T)
    float *policy, *reference, *slope;      // (2n) of whole answers: their logs, and the loss's slope
};
void preferences_init(struct preferences *b, int n);
void preferences_free(struct preferences *b);
// The pairs which[] (n) as a batch, and what the reference thinks of them: it never changes.
void preferences_fill(struct preferences *b, const struct reward_pairs *pairs, const int *which, int n,
                      struct gpt *reference);
// The loss of the batch for p. Fills log_prob and policy.
float preferences_loss(struct preferences *b, struct policy *p, const struct alignment *how);
// The same, and its gradients, WRITTEN into p.
float preferences_gradient(struct preferences *b, struct policy *p, const struct alignment *how);
// After either, of pair i: h of dpo.h.
float preferences_shift(const struct preferences *b, int i);

// ---- own_pairs.c ----------------------------------------------------------------------------------------------------
// `count` pairs to training questions: two answers that the reference gives at temperature 1, in the judge's order.
void own_pairs_draw(struct reward_pairs *p, int count, struct teachers *t, uint64_t seed);

// ---- group_step.c: from groups of answers (GRPO) --------------------------------------------------------------------
// Fills a->question: one question for every G answers in a row.
void group_ask(struct answers *a, int G, bool held, uint64_t seed);
struct group_health {  // sums over `count` gradients
    double loss, clip_share;
    int count;
};
// The gradients, WRITTEN into p, of B texts of a rollout, from `first` on. advantage (r->B). Buffers (B,r->T).
void group_gradient(struct policy *p, const struct rollout *r, const float *advantage, int first, int B,
                    const struct alignment *how, float *log_prob, float *dlog_prob, struct group_health *h);

// ---- alignment.c: the stage -----------------------------------------------------------------------------------------
// Trains p, with a progress line and the curves. judge: for GRPO, and for the examinations on the way.
void alignment_train(struct policy *p, struct teachers *t, const struct alignment *how);

// ---- alignment_stage.c: what both programs do -----------------------------------------------------------------------
// From chapter 16's model to one that was taught by `how`; with a table on stdout. Examines before and after, writes
// folder as a Hugging Face folder. before: what the reference is worth, or NULL: is examined.
void alignment_stage(struct policy *p, struct teachers *t, const struct alignment *how, const char *folder,
                     const struct policy_exam *before);
struct policy_exam alignment_reference(struct teachers *t, const struct alignment *how);  // what it is worth
// gold (a->count) of the answers, one by one, by the hidden rule.
void answers_gold(double *gold, const struct answers *a);

// ---- show_*.c: the parts of `main` ----------------------------------------------------------------------------------
struct dpo_show {
    const char *out;
    bool quick;
    uint64_t seed;
    int steps;  // of every training; 0: the defaults
    struct teachers *teachers;
    const char *ppo;  // chapter 19's model; "": the learner's or the demo's, if there is one
    struct policy_exam before;
};
struct alignment show_how(const struct dpo_show *s, enum method method);
void show_dpo(const struct dpo_show *s);    // DPO, and the policy as a reward model
void show_far(const struct dpo_show *s);    // DPO, too long and too fast
void show_own(const struct dpo_show *s);    // DPO on pairs of its own answers
void show_ipo(const struct dpo_show *s);    // IPO, and how far pairs are pushed apart
void show_grpo(const struct dpo_show *s);   // a group and its advantages; GRPO
void show_kl(const struct dpo_show *s);     // three estimators of the same distance; out/ipo and out/grpo are there
void show_table(const struct dpo_show *s);  // who is better, and at what price; all of out's folders are there
