// A bandit: machines to choose from, each of which pays by chance.
#pragma once
#include "19-ppo/ppo.h"

enum { BANDIT_ARMS = 5 };
extern const float bandit_pays[BANDIT_ARMS];  // what each pays in the long run; a single time it is that + normal(0, 1)
enum { BANDIT_BEST = 3 };                     // the one that pays most

struct bandit_learning {
    int steps;
    float lr;
    bool baseline;  // the mean of all pay so far is taken from each pay
};
// REINFORCE: one choice a step. best (steps): how likely the best machine was to be chosen, before each step.
void bandit_learn(float *best, const struct bandit_learning *how, uint64_t seed);
// The gradient of one step is drawn, as the pay is. Its length, squared, less that of its mean: how far it strays, at
// equal chances for all machines, where `baseline` is taken from each pay; over `draws` of them.
double bandit_spread(float baseline, int draws, uint64_t seed);
