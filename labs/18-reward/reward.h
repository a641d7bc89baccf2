// Reward models: what people prefer, as a number. Sections follow the files of this chapter.
//
// Letters: n pairs or scores, B texts of a batch of T tokens, C channels, K bins. Gradients d<x> are ADDED to, unless
// the comment says "written".
#pragma once
#include "16-sft/sft.h"
#include "common/common.h"

// ---- head.c: one number from many rows ------------------------------------------------------------------------------
// score (B): score[b] = rows[b, last[b], :] . w + bias. rows (B,T,C), as gpt_rows gives them; last (B): where each
// text ends (its last real token, 0..T-1); w (C).
void head_forward(float *score, const float *rows, const int *last, const float *w, float bias, int B, int T, int C);
// drows (B,T,C), WRITTEN: zero but at the last tokens; dw (C) +=; *dbias += (NULL: not wanted).
void head_backward(float *drows, float *dw, float *dbias, const float *dscore, const float *rows, const int *last,
                   const float *w, int B, int T, int C);

// ---- pair_batch.c: two answers side by side -------------------------------------------------------------------------
// Pair i of a list is its conversations 2i (the chosen one) and 2i + 1 (the rejected one). inputs (2n,T): the chosen
// ones of the n pairs that which[] names, in order, then the rejected ones, without marks, 0 behind each end; last
// (2n): where each ends. T is the length of the longest; returns it. Room for 2n*T_max; dies if T would be above
// T_max. (Chapter 16's conversations.)
int pair_batch(int *inputs, int *last, const struct documents *conversations, const int *which, int n, int T_max);

// ---- bradley_terry.c: who wins? (Bradley and Terry 1952) ------------------------------------------------------------
// The probability that the chosen one is preferred: sigmoid(chosen - rejected).
double win_probability(float chosen, float rejected);
// The mean over n pairs of -log sigmoid(chosen[i] - rejected[i] - margin) + center * (chosen[i] + rejected[i])^2. The
// second part holds the scores near 0, which the first does not care about. No overflow, and no infinity, at any
// difference.
float bradley_terry_forward(const float *chosen, const float *rejected, float margin, float center, int n);
// dchosen, drejected (n) += dloss * its gradient.
void bradley_terry_backward(float *dchosen, float *drejected, float dloss, const float *chosen, const float *rejected,
                            float margin, float center, int n);

// ---- normalize.c: scores with a zero and a unit ---------------------------------------------------------------------
// Changes a head (w (C), *bias) so that its scores on the sample become mean 0 and standard deviation 1 (of the
// sample: divided by n): every score s becomes (s - mean) / deviation. score (n), what the head gave, n >= 2. Returns
// the deviation that was; if it is 0, only the mean is taken away.
double head_normalize(float *w, float *bias, const float *score, int n, int C);

// ---- calibration.c: does 80% mean 80%? ------------------------------------------------------------------------------
// Predictions p (n) in 0..1 that something holds, and whether it did. K bins of equal width; bin k holds p in
// [k/K, (k+1)/K), the last one also 1. An empty bin: all 0.
struct calibration_bin {
    int count;
    double predicted;  // mean p
    double observed;   // the share that held
};
// Fills bins (K) and returns the expected calibration error: the mean over all predictions of |predicted - observed|
// of their bins (Naeini et al. 2015).
double calibration(struct calibration_bin *bins, const double *p, const bool *held, int n, int K);
// Of a pair the order is chance: for each of n pairs p = win_probability(chosen, rejected) and held = true, or, where
// swap[i], 1 - p and false. (Otherwise `held` would always be true.)
void calibration_pairs(double *p, bool *held, const float *chosen, const float *rejected, const bool *swap, int n);

// ---- bleu.c: how many words are the same? (Papineni et al. 2002) ----------------------------------------------------
// Of a candidate (n) and one reference (m): matches[k-1] and total[k-1], k = 1..4, += how many n-grams of length k of
// the candidate are in the reference, each at most as often as it is there; and how many it has.
void bleu_count(long matches[4], long total[4], const int *candidate, int n, const int *reference, int m);
// From counts over a whole corpus, the lengths of all candidates and of all references: brevity penalty * (p1 p2 p3
// p4)^(1/4), p_k = matches/total; the penalty is e^(1 - reference/candidate) if the candidate is shorter, else 1. 0
// if any p_k is 0 or has no total.
double bleu(const long matches[4], const long total[4], long candidate_length, long reference_length);
