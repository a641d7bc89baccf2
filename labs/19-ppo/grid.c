// Twelve cells, a wall, a goal, a pit, and slippery ground.
#include "19-ppo/grid.h"

#include <math.h>
#include <string.h>

const char grid_map[GRID_CELLS + 1] =
    "   +"
    " # -"
    "S   ";

static const float STEP_REWARD = -0.04f, ASTRAY = 0.1f;  // to the left, and as much to the right

bool grid_ends(int cell) {
    return grid_map[cell] == '+' || grid_map[cell] == '-';
}

int grid_start(void) {
    return (int)(strchr(grid_map, 'S') - grid_map);
}

int grid_beside(int cell, enum grid_move move) {
    static const int across[GRID_MOVES] = {1, 0, -1, 0}, down[GRID_MOVES] = {0, -1, 0, 1};
    const int row = cell / GRID_COLUMNS + down[move], column = cell % GRID_COLUMNS + across[move];
    if (row < 0 || row >= GRID_ROWS || column < 0 || column >= GRID_COLUMNS) return cell;
    const int there = row * GRID_COLUMNS + column;
    return grid_map[there] == '#' ? cell : there;
}

static float reward_of(int cell) {
    return STEP_REWARD + (grid_map[cell] == '+' ? 1 : grid_map[cell] == '-' ? -1 : 0);
}

// Moves lie in a circle: the next one is to the left, the one before to the right.
static enum grid_move left_of(enum grid_move move) {
    return (enum grid_move)((move + 1) % GRID_MOVES);
}
static enum grid_move right_of(enum grid_move move) {
    return (enum grid_move)((move + GRID_MOVES - 1) % GRID_MOVES);
}

float grid_step(int *cell, enum grid_move move, struct rng *r) {
    const float u = rng_uniform(r);
    if (u < ASTRAY) move = left_of(move);
    else if (u < 2 * ASTRAY) move = right_of(move);
    *cell = grid_beside(*cell, move);
    return reward_of(*cell);
}

// What a move from `cell` is worth, where what comes behind it is worth `value`.
static double worth(const double *value, int cell, enum grid_move move) {
    const enum grid_move way[3] = {move, left_of(move), right_of(move)};
    const double chance[3] = {1 - 2.0 * ASTRAY, ASTRAY, ASTRAY};
    double sum = 0;
    for (int k = 0; k < 3; k++) {
        const int there = grid_beside(cell, way[k]);
        sum += chance[k] * ((double)reward_of(there) + (grid_ends(there) ? 0 : value[there]));
    }
    return sum;
}

void grid_solve(double *value, enum grid_move *best) {
    for (int cell = 0; cell < GRID_CELLS; cell++) value[cell] = 0;
    for (int pass = 0; pass < 200; pass++) {
        for (int cell = 0; cell < GRID_CELLS; cell++) {
            if (grid_ends(cell) || grid_map[cell] == '#') continue;
            double most = -INFINITY;
            for (int move = 0; move < GRID_MOVES; move++) {
                const double w = worth(value, cell, (enum grid_move)move);
                if (w > most) most = w, best[cell] = (enum grid_move)move;
            }
            value[cell] = most;
        }
    }
}
