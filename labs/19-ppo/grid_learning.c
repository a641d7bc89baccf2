// Walks about the world, and what is learned from them: the same functions that teach a language model.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "19-ppo/grid.h"

enum { STREAM_WALKS = 71, MOST_EPISODES = 64 };  // of the seed
static const float GAMMA = 1;

const char *const grid_method_name[GRID_METHODS] = {"REINFORCE", "actor and critic", "many passes", "PPO"};

struct grid_learning grid_learning_defaults(enum grid_method method) {
    return (struct grid_learning){.method = method,
                                  .rounds = 300,
                                  .episodes = 4,
                                  .passes = 8,
                                  .lr = 1,
                                  .value_lr = 0.1f,
                                  .lambda = 0.95f,
                                  .clip = 0.2f};
}

// The walks of a round, one behind the other.
struct walks {
    int n;  // steps
    int cell[MOST_EPISODES * GRID_LONGEST], action[MOST_EPISODES * GRID_LONGEST];
    bool mask[MOST_EPISODES * GRID_LONGEST];  // all of them count
    float reward[MOST_EPISODES * GRID_LONGEST], value[MOST_EPISODES * GRID_LONGEST];
    float advantage[MOST_EPISODES * GRID_LONGEST], returns[MOST_EPISODES * GRID_LONGEST];
    float logits[MOST_EPISODES * GRID_LONGEST * GRID_MOVES];
    float log_old[MOST_EPISODES * GRID_LONGEST], log_prob[MOST_EPISODES * GRID_LONGEST];
    float dlog_prob[MOST_EPISODES * GRID_LONGEST], dvalue[MOST_EPISODES * GRID_LONGEST];
};

static int choose(const float *logits, struct rng *r) {
    float u = rng_uniform(r);
    for (int a = 0; a < GRID_MOVES - 1; a++) {
        const float p = expf(log_policy(logits, a, GRID_MOVES));
        if (u < p) return a;
        u -= p;
    }
    return GRID_MOVES - 1;
}

// One walk, from the start to an end or till it has been too long; returns the sum of its rewards.
static float walk(struct walks *w, const struct grid_agent *a, const struct grid_learning *how, struct rng *r) {
    const int first = w->n;
    int cell = grid_start();
    float sum = 0;
    while (!grid_ends(cell) && w->n < first + GRID_LONGEST) {
        const int t = w->n++;
        w->cell[t] = cell;
        w->value[t] = a->value[cell];
        w->mask[t] = true;
        w->action[t] = choose(a->logits[cell], r);
        w->reward[t] = grid_step(&cell, (enum grid_move)w->action[t], r);
        sum += w->reward[t];
    }
    if (how->method == GRID_REINFORCE) {
        discounted_returns(w->returns + first, w->reward + first, GAMMA, w->n - first);
        memcpy(w->advantage + first, w->returns + first, (size_t)(w->n - first) * sizeof(float));
    } else {
        gae(w->advantage + first, w->returns + first, w->reward + first, w->value + first, GAMMA, how->lambda,
            w->n - first);
    }
    return sum;
}

// log_prob of all steps by the policy as it is now.
static void read_policy(float *log_prob, struct walks *w, const struct grid_agent *a) {
    for (int t = 0; t < w->n; t++)
        memcpy(w->logits + (size_t)t * GRID_MOVES, a->logits[w->cell[t]], GRID_MOVES * sizeof(float));
    token_logs(log_prob, NULL, w->logits, w->action, 1, w->n, GRID_MOVES);
}

// A step of the policy's table against the gradient, which is summed over the walks and divided by their number.
static void move_policy(struct grid_agent *a, struct walks *w, const struct grid_learning *how) {
    token_logs_backward(w->logits, w->dlog_prob, NULL, w->action, 1, w->n, GRID_MOVES);
    for (int t = 0; t < w->n; t++)
        for (int move = 0; move < GRID_MOVES; move++)
            a->logits[w->cell[t]][move] -= how->lr * w->logits[t * GRID_MOVES + move];
}

static void learn_policy(struct grid_agent *a, struct walks *w, const struct grid_learning *how) {
    const bool many = how->method == GRID_MANY_PASSES || how->method == GRID_PPO;
    const float clip = how->method == GRID_PPO ? how->clip : INFINITY;
    read_policy(w->log_old, w, a);
    for (int pass = 0; pass < (many ? how->passes : 1); pass++) {
        read_policy(w->log_prob, w, a);
        memset(w->dlog_prob, 0, (size_t)w->n * sizeof(float));
        // the loss is a mean over steps; a walk's worth of it: as many steps as a walk has
        ppo_policy_backward(w->dlog_prob, (float)w->n / (float)how->episodes, w->log_prob, w->log_old, w->advantage,
                            w->mask, clip, w->n);
        move_policy(a, w, how);
    }
}

// Towards what came of each visit, one after the other.
static void learn_values(struct grid_agent *a, const struct walks *w, float rate) {
    for (int t = 0; t < w->n; t++) a->value[w->cell[t]] += rate * (w->returns[t] - a->value[w->cell[t]]);
}

void grid_learn(struct grid_agent *a, float *returns, const struct grid_learning *how, uint64_t seed) {
    struct walks *w = alloc_zeroed(1, sizeof *w);
    struct rng r;
    *a = (struct grid_agent){0};
    rng_seed(&r, seed, STREAM_WALKS);
    for (int round = 0; round < how->rounds; round++) {
        float sum = 0;
        w->n = 0;
        for (int e = 0; e < how->episodes; e++) sum += walk(w, a, how, &r);
        returns[round] = sum / (float)how->episodes;
        learn_policy(a, w, how);
        learn_values(a, w, how->value_lr);
    }
    free(w);
}
