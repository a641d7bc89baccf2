// Reinforcement learning: what was said is judged, and what was judged well is said more often. Sections follow the
// files of this chapter.
//
// Letters: n actions or tokens, A actions to choose from, B texts of a batch, T positions of each, V tokens of the
// vocabulary. Position t of a text is where token t+1 is chosen: its action. mask (B,T): true where an action counts:
// from the last token of the question to the one before <eos>. Gradients d<x> are ADDED to, unless the comment says
// "written". Sources, by detail: Schulman et al. 2017 (PPO), Schulman et al. 2016 (GAE), Ziegler et al. 2019 and its
// code (language models), Huang et al. 2024 (the details).
#pragma once
#include "16-sft/sft.h"
#include "common/common.h"

// ==== One choice at a time: a bandit and a small world ===============================================================

// ---- policy_gradient.c: more of what was good (REINFORCE: Williams 1992) --------------------------------------------
// One choice among A actions by softmax(logits). log_policy: log of the chosen one's probability, no overflow.
float log_policy(const float *logits, int action, int A);
// dlogits (A) += the gradient of -advantage * log_policy(logits, action) - entropy * (entropy of the policy): a step
// against it makes an action with advantage > 0 more likely, and with entropy > 0 keeps others alive.
void policy_gradient(float *dlogits, const float *logits, int action, float advantage, float entropy, int A);

// ---- returns.c: what came of it -------------------------------------------------------------------------------------
// An episode of n steps. returns (n): returns[t] = reward[t] + gamma * returns[t+1], 0 behind the end.
void discounted_returns(float *returns, const float *reward, float gamma, int n);
// Generalised advantage estimation: value (n) is the critic's guess before each step, 0 behind the end.
//     delta[t]     = reward[t] + gamma * value[t+1] - value[t]
//     advantage[t] = delta[t] + gamma * lambda * advantage[t+1]
//     returns[t]   = advantage[t] + value[t]
void gae(float *advantage, float *returns, const float *reward, const float *value, float gamma, float lambda, int n);

// ==== A language model as a policy ===================================================================================

// ---- token_logs.c: how likely was what was said? --------------------------------------------------------------------
// logits (N,V), action (N): the token that was chosen, or -1: does not count. log_prob (N) = log softmax(logits /
// temperature)[action], entropy (N) of the same distribution (NULL: not wanted); 0 where action is -1.
void token_logs(float *log_prob, float *entropy, const float *logits, const int *action, float temperature, int N,
                int V);
// logits become their own gradient, IN PLACE, as in masked_loss_backward:
//     dlog_prob[n] * d log_prob[n] / d logits + dentropy[n] * d entropy[n] / d logits; 0 where action is -1.
// dentropy NULL: none.
void token_logs_backward(float *logits, const float *dlog_prob, const float *dentropy, const int *action,
                         float temperature, int N, int V);

// ---- token_rewards.c: a price on leaving the reference --------------------------------------------------------------
// reward (B,T): -beta * (log_prob - log_ref) where mask holds, and score[b] more at the last of them: the choice of
// <eos>, or where the text was cut. 0 elsewhere. log_prob, log_ref (B,T), score (B). (Ziegler et al. 2019.)
void token_rewards(float *reward, const float *log_prob, const float *log_ref, const bool *mask, const float *score,
                   float beta, int B, int T);
// What a text is worth that the reward model scored `score`: that, cut to -limit .. limit; or `missing` if it did not
// come to <eos>.
float final_score(float score, bool ended, float missing, float limit);

// ---- advantages.c: of a whole batch ---------------------------------------------------------------------------------
// gae over the masked positions of each text, which follow one another; advantage, returns (B,T): 0 elsewhere.
void batch_advantages(float *advantage, float *returns, const float *reward, const float *value, const bool *mask,
                      float gamma, float lambda, int B, int T);
// x (N), in place, where mask holds: (x - mean) / sqrt(variance + 1e-8), both over the masked ones (variance divided by
// their number, sums in double); with keep_mean the mean is added again. 0 elsewhere.
void whiten(float *x, const bool *mask, bool keep_mean, int N);

// ---- ppo_loss.c: not too far at once --------------------------------------------------------------------------------
// With ratio = exp(log_prob - log_old): the mean over the masked of max(-A * ratio, -A * clamp(ratio, 1-clip, 1+clip)),
// A = advantage. All (N).
float ppo_policy_forward(const float *log_prob, const float *log_old, const float *advantage, const bool *mask,
                         float clip, int N);
// dlog_prob (N) += dloss * its gradient: 0 where the clipped side is the larger one.
void ppo_policy_backward(float *dlog_prob, float dloss, const float *log_prob, const float *log_old,
                         const float *advantage, const bool *mask, float clip, int N);
// The mean over the masked of 0.5 * max((V - R)^2, (W - R)^2), W = old + clamp(V - old, -clip, clip): the critic is
// held back in the same way. value V, old (its guess at the rollout), returns R: (N).
float ppo_value_forward(const float *value, const float *old, const float *returns, const bool *mask, float clip,
                        int N);
void ppo_value_backward(float *dvalue, float dloss, const float *value, const float *old, const float *returns,
                        const bool *mask, float clip, int N);

// ---- kl_control.c: how high is the price? (Ziegler et al. 2019, section 2.2) ----------------------------------------
// error = clamp(kl / target - 1, -0.2, 0.2); returns beta * (1 + error * n / horizon), for n texts.
float kl_control(float beta, double kl, double target, int n, double horizon);
// Of a batch: the mean over texts of the sum over masked positions of log_prob - log_ref.
double sequence_kl(const float *log_prob, const float *log_ref, const bool *mask, int B, int T);

// ---- health.c: is it learning, or breaking? -------------------------------------------------------------------------
// Over masked positions (N): the mean of (log_prob - log_old)^2 / 2; the share whose ratio is farther than clip from 1;
// 1 - variance(returns - value) / variance(returns), 0 if returns do not vary.
double approximate_kl(const float *log_prob, const float *log_old, const bool *mask, int N);
double clip_share(const float *log_prob, const float *log_old, const bool *mask, float clip, int N);
double explained_variance(const float *value, const float *returns, const bool *mask, int N);
