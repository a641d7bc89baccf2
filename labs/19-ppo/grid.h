// A slippery world of 4 x 3 cells (Russell and Norvig, "Artificial Intelligence: A Modern Approach"): from S to the
// goal, +1, and not into the pit, -1. A move goes astray, to the left or to the right, two times in ten.
#pragma once
#include "19-ppo/ppo.h"

enum { GRID_ROWS = 3, GRID_COLUMNS = 4, GRID_CELLS = GRID_ROWS * GRID_COLUMNS, GRID_LONGEST = 100 };
extern const char grid_map[GRID_CELLS + 1];  // row by row; '#' a wall, '+' the goal, '-' the pit, 'S' the start
enum grid_move { GRID_EAST, GRID_NORTH, GRID_WEST, GRID_SOUTH, GRID_MOVES };

// ---- grid.c: the world ----------------------------------------------------------------------------------------------
bool grid_ends(int cell);  // the goal or the pit
int grid_start(void);
int grid_beside(int cell, enum grid_move move);  // where a move leads: the same cell if there is a wall
// One step from *cell, which changes. Returns its reward: -0.04, and that of the goal or the pit if it comes there.
float grid_step(int *cell, enum grid_move move, struct rng *r);
// The value of each cell, (GRID_CELLS), for who always takes the best move, and that move: by going over all cells
// again and again (value iteration), which needs to know the world. Learners do not.
void grid_solve(double *value, enum grid_move *best);

// ---- grid_learning.c: who learns from walking about -----------------------------------------------------------------
struct grid_agent {
    float logits[GRID_CELLS][GRID_MOVES];  // the policy: softmax of a row
    float value[GRID_CELLS];               // the critic
};
enum grid_method {
    GRID_REINFORCE,     // discounted_returns, one step
    GRID_ACTOR_CRITIC,  // gae, one step
    GRID_MANY_PASSES,   // gae, many steps on the same walks, nothing clipped
    GRID_PPO,           // the same number of steps, clipped
    GRID_METHODS
};
extern const char *const grid_method_name[GRID_METHODS];
struct grid_learning {
    enum grid_method method;
    int rounds, episodes;  // of each round: walks, then learning from them
    int passes;            // of the last two methods
    float lr, value_lr, lambda, clip;
};
struct grid_learning grid_learning_defaults(enum grid_method method);
// From equal chances. returns (rounds): what a walk of each round came to, the mean.
void grid_learn(struct grid_agent *a, float *returns, const struct grid_learning *how, uint64_t seed);
