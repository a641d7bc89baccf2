// Four ways to learn in a world of twelve cells; then what the critic and the policy came to, beside the best there is.
#include <stdlib.h>

#include "19-ppo/grid.h"
#include "19-ppo/policy.h"

struct curve {
    int rounds;
    float *mean, *low, *high;  // (rounds) over runs; of ten runs one is below low, one above high
};

static int by_size(const void *a, const void *b) {
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static void learn(struct curve *c, const struct grid_learning *how, int runs, uint64_t seed) {
    struct progress bar;
    const int rounds = how->rounds;
    float *returns = alloc_floats((size_t)runs * (size_t)rounds), *column = alloc_floats((size_t)runs);
    struct grid_agent a;
    *c = (struct curve){rounds, alloc_floats((size_t)rounds), alloc_floats((size_t)rounds),
                        alloc_floats((size_t)rounds)};
    progress_start(&bar, grid_method_name[how->method], runs, "runs");
    for (int i = 0; i < runs; i++) {
        grid_learn(&a, returns + (size_t)i * rounds, how, seed * 1000 + (uint64_t)i);
        progress_update(&bar, i + 1, "learning");
    }
    progress_end(&bar, "done");
    for (int t = 0; t < rounds; t++) {
        for (int i = 0; i < runs; i++) column[i] = returns[(size_t)i * rounds + t];
        qsort(column, (size_t)runs, sizeof(float), by_size);
        for (int i = 0; i < runs; i++) c->mean[t] += column[i] / (float)runs;
        c->low[t] = column[runs / 10];
        c->high[t] = column[runs - 1 - runs / 10];
    }
    free(returns);
    free(column);
}

static double mean_of(const float *x, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) sum += (double)x[i];
    return sum / n;
}

static void write_curves(const char *out, const struct curve *c, int episodes, double best) {
    struct csv_log csv;
    csv_open(&csv, out, "grid.csv", "walks,reinforce,actor_critic,many_passes,ppo,best");
    for (int t = 0; t < c[0].rounds; t++)
        csv_row(&csv, "%d,%.5g,%.5g,%.5g,%.5g,%.5g", (t + 1) * episodes, (double)c[0].mean[t], (double)c[1].mean[t],
                (double)c[2].mean[t], (double)c[3].mean[t], best);
    csv_close(&csv);
}

// ---- what was learned -----------------------------------------------------------------------------------------------
static enum grid_move likeliest(const float *logits) {
    int best = 0;
    for (int move = 1; move < GRID_MOVES; move++)
        if (logits[move] > logits[best]) best = move;
    return (enum grid_move)best;
}

static void print_row(int row, const double *value, const enum grid_move *move) {
    static const char arrow[GRID_MOVES + 1] = ">^<v";
    for (int column = 0; column < GRID_COLUMNS; column++) {
        const int cell = row * GRID_COLUMNS + column;
        if (grid_map[cell] == '#') printf("   ##   ");
        else if (grid_ends(cell)) printf("   %c1   ", grid_map[cell]);
        else printf(" %5.2f %c", value[cell], arrow[move[cell]]);
    }
}

static int east(enum grid_move m) {
    return (m == GRID_EAST) - (m == GRID_WEST);
}
static int north(enum grid_move m) {
    return (m == GRID_NORTH) - (m == GRID_SOUTH);
}

static void write_world(const char *out, const double *value, const enum grid_move *move, const double *solved,
                        const enum grid_move *best) {
    struct csv_log csv;
    csv_open(&csv, out, "grid_world.csv", "column,row,cell,value,east,north,best,best_east,best_north");
    for (int cell = 0; cell < GRID_CELLS; cell++) {
        const char mark = grid_map[cell];
        const int row = GRID_ROWS - 1 - cell / GRID_COLUMNS, column = cell % GRID_COLUMNS;
        if (mark == '#') csv_row(&csv, "%d,%d,wall,0,0,0,0,0,0", column, row);
        else if (grid_ends(cell))
            csv_row(&csv, "%d,%d,%s,0,0,%d,0,0", column, row, mark == '+' ? "goal,1" : "pit,-1", mark == '+' ? 1 : -1);
        else
            csv_row(&csv, "%d,%d,free,%.4f,%d,%d,%.4f,%d,%d", column, row, value[cell], east(move[cell]),
                    north(move[cell]), solved[cell], east(best[cell]), north(best[cell]));
    }
    csv_close(&csv);
}

static void show_world(const char *out, const struct grid_agent *a) {
    double value[GRID_CELLS], solved[GRID_CELLS];
    enum grid_move move[GRID_CELLS], best[GRID_CELLS] = {0};
    grid_solve(solved, best);
    for (int cell = 0; cell < GRID_CELLS; cell++) {
        value[cell] = (double)a->value[cell];
        move[cell] = likeliest(a->logits[cell]);
    }
    write_world(out, value, move, solved, best);
    printf("\n  %-38s%s\n", "PPO's critic, and its likeliest moves", "The best there is, computed");
    for (int row = 0; row < GRID_ROWS; row++) {
        printf("  ");
        print_row(row, value, move);
        printf("      ");
        print_row(row, solved, best);
        printf("\n");
    }
}

void show_grid(const struct ppo_show *s) {
    const int runs = s->quick ? 2 : 60;
    double solved[GRID_CELLS];
    enum grid_move best[GRID_CELLS] = {0};
    struct curve curve[GRID_METHODS];
    struct grid_learning how = grid_learning_defaults(GRID_PPO);
    const int tenth = how.rounds / 10;
    grid_solve(solved, best);
    printf("\nA slippery world. What a walk comes to, the mean of %d runs of %d walks (the best policy: %.2f)\n", runs,
           how.rounds * how.episodes, solved[grid_start()]);
    printf("  %-18s %12s %12s %12s   %s\n", "", "first tenth", "third tenth", "last tenth", "last: 8 of 10 runs");
    for (int m = 0; m < GRID_METHODS; m++) {
        how = grid_learning_defaults((enum grid_method)m);
        learn(&curve[m], &how, runs, s->seed);
        const struct curve *c = &curve[m];
        const int last = c->rounds - tenth;
        printf("  %-18s %12.2f %12.2f %12.2f   %.2f to %.2f\n", grid_method_name[m], mean_of(c->mean, tenth),
               mean_of(c->mean + 2 * tenth, tenth), mean_of(c->mean + last, tenth), mean_of(c->low + last, tenth),
               mean_of(c->high + last, tenth));
    }
    write_curves(s->out, curve, how.episodes, solved[grid_start()]);
    struct grid_agent a;
    float *returns = alloc_floats((size_t)how.rounds);
    how = grid_learning_defaults(GRID_PPO);
    grid_learn(&a, returns, &how, s->seed);
    show_world(s->out, &a);
    free(returns);
    for (int m = 0; m < GRID_METHODS; m++) {
        free(curve[m].mean);
        free(curve[m].low);
        free(curve[m].high);
    }
}
