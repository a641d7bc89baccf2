// Preferences without a reward model, and reinforcement without a critic. Sections follow the files of this chapter.
//
// Letters: n pairs or texts, B texts of a batch, T positions of each, N = B*T, K groups of G answers to one question.
// mask (B,T) as in chapter 19. Gradients d<x> are ADDED to.
#pragma once
#include "19-ppo/ppo.h"
#include "common/common.h"

// ---- sequence_logs.c: how likely is a whole answer? -----------------------------------------------------------------
// out (B): the sum, not the mean, over masked positions of log_prob (B,T) (chapter 19's token_logs).
void sequence_logs(float *out, const float *log_prob, const bool *mask, int B, int T);
// dlog_prob (B,T) += dout[b] where mask holds.
void sequence_logs_backward(float *dlog_prob, const float *dout, const bool *mask, int B, int T);

// ---- dpo.c: the policy is its own reward model (Rafailov et al. 2023) -----------------------------------------------
// log_prob of whole answers: the policy's on the chosen and the rejected, and the reference's; all (n). With
//     h = (chosen - rejected) - (ref_chosen - ref_rejected)
// the mean of -(1 - smooth) * log sigmoid(beta * h) - smooth * log sigmoid(-beta * h); smooth > 0: some labels are
// wrong (Mitchell 2023). ln 2 where policy and reference are the same. No overflow.
float dpo_forward(const float *chosen, const float *rejected, const float *ref_chosen, const float *ref_rejected,
                  float beta, float smooth, int n);
void dpo_backward(float *dchosen, float *drejected, float dloss, const float *chosen, const float *rejected,
                  const float *ref_chosen, const float *ref_rejected, float beta, float smooth, int n);
// What an answer is worth to it: beta * (log_prob - log_ref).
float implicit_reward(float log_prob, float log_ref, float beta);

// ---- ipo.c: a margin, and no more (Azar et al. 2024) ----------------------------------------------------------------
// The mean of (h - 1/(2 beta))^2: a pair that is told apart by the margin pulls no longer, and one by more is pulled
// back. (TRL divides each answer's log-probability by its tokens first, so that long answers do not weigh more.)
float ipo_forward(const float *chosen, const float *rejected, const float *ref_chosen, const float *ref_rejected,
                  float beta, int n);
void ipo_backward(float *dchosen, float *drejected, float dloss, const float *chosen, const float *rejected,
                  const float *ref_chosen, const float *ref_rejected, float beta, int n);

// ---- group.c: the others are the baseline (GRPO: Shao et al. 2024) --------------------------------------------------
// score (K,G) -> advantage (K,G): (score - mean) / (deviation + 1e-4) within each group; deviation divided by G - 1.
// divide = false: score - mean alone ("Dr. GRPO": Liu et al. 2025). A group of equal scores: 0.
void group_advantages(float *advantage, const float *score, bool divide, int K, int G);

// ---- kl_estimators.c: how far, from samples (Schulman 2020) ---------------------------------------------------------
// Of one token, drawn from the policy: k1 = log_prob - log_ref; k2 = k1^2 / 2; k3 = e^(-k1) - 1 + k1, never below 0.
enum kl_estimator { KL_1, KL_2, KL_3 };
double kl_estimate(enum kl_estimator which, float log_prob, float log_ref);

// ---- grpo.c: PPO without a critic -----------------------------------------------------------------------------------
// The mean over texts of the mean over each one's masked positions of
//     max(-A * ratio, -A * clamp(ratio, 1-clip, 1+clip)) + beta * k3,  A = advantage[b], ratio = e^(log_prob - log_old)
// log_prob, log_old, log_ref (B,T), advantage (B). A text without masked positions counts as 0.
float grpo_forward(const float *log_prob, const float *log_old, const float *log_ref, const float *advantage,
                   const bool *mask, float clip, float beta, int B, int T);
void grpo_backward(float *dlog_prob, float dloss, const float *log_prob, const float *log_old, const float *log_ref,
                   const float *advantage, const bool *mask, float clip, float beta, int B, int T);

// ---- win_rate.c: who is better? -------------------------------------------------------------------------------------
// The share of n questions where a scores more than b, a tie counting one half.
double win_rate(const double *a, const double *b, int n);
// How sure is that? Half the width of a 95% interval of a share p of n: 1.96 * sqrt(p (1 - p) / n).
double win_rate_error(double p, int n);
