// Copy and reverse, learned with five kinds of positions; and texts longer than any in training.
#include <stdlib.h>

#include "12-attention/show.h"

enum { LONGEST = 10, FARTHEST = 2 * LONGEST, POINTS = 20, RUNS = 2 * TOY_POSITIONS };

struct repeat_run {
    struct toy model;
    enum toy_task task;
    double curve[POINTS];          // accuracy at length LONGEST during training
    double lengths[FARTHEST + 1];  // and after it, by length
};

// The mean of a few batches.
static double accuracy(struct toy *m, struct toy_batch *batch, enum toy_task task, int n, int batches, struct rng *r) {
    double sum = 0.0;
    for (int i = 0; i < batches; i++) {
        toy_repeat_batch(batch, task, n, r);
        sum += toy_accuracy(m, batch);
    }
    return sum / batches;
}

static void train(struct repeat_run *run, enum toy_positions positions, const struct options *o) {
    const struct toy_config c = {
        .V = TOY_VOCABULARY, .T = 2 * FARTHEST + 1, .C = 64, .H = 4, .L = 2, .positions = positions, .causal = true};
    struct toy_batch batch;
    struct rng texts, tests;
    rng_seed(&texts, o->seed, 6);
    rng_seed(&tests, o->seed, 7);
    toy_init(&run->model, &c, o->batch, o->seed);
    toy_batch_init(&batch, o->batch, c.T);
    for (int s = 0, point = 0; s < o->steps; s++) {
        toy_repeat_batch(&batch, run->task, 2 + rng_below(&texts, LONGEST - 1), &texts);
        toy_step(&run->model, &batch, toy_lr(o->lr, s, o->steps));
        while (point < POINTS && (s + 1) * POINTS >= (point + 1) * o->steps) {
            run->curve[point++] = accuracy(&run->model, &batch, run->task, LONGEST, 1, &tests);
        }
    }
    for (int n = 2; n <= FARTHEST; n++) {
        run->lengths[n] = accuracy(&run->model, &batch, run->task, n, o->quick ? 1 : 4, &tests);
    }
    toy_batch_free(&batch);
}

static void write_header(struct csv_log *log, const struct options *o, const char *name, const char *first) {
    char header[400];
    int at = snprintf(header, sizeof header, "%s", first);
    for (int i = 0; i < RUNS; i++) {
        at += snprintf(header + at, sizeof header - at, ",%s %s", i < TOY_POSITIONS ? "copy" : "reverse",
                       toy_position_names[i % TOY_POSITIONS]);
    }
    csv_open(log, o->out, name, header);
}

static void write_row(struct csv_log *log, int x, const double values[RUNS]) {
    char row[400];
    int at = snprintf(row, sizeof row, "%d", x);
    for (int i = 0; i < RUNS; i++) {
        at += snprintf(row + at, sizeof row - at, ",%.4f", values[i]);
    }
    csv_row(log, "%s", row);
}

// How much of a head's attention lies on the input symbol that is written next, or `off` places beside it.
static double mass_at(const float *probs, const struct toy_batch *batch, enum toy_task task, int off) {
    double mass = 0.0;
    for (int i = 0; i < LONGEST; i++) {
        int next = task == TOY_COPY ? 1 + i : LONGEST - i;
        mass += (double)probs[batch->rows[i] * batch->T + next + off] / LONGEST;
    }
    return mass;
}

static const char *symbol_name(int token) {
    static const char *const names[TOY_VOCABULARY] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j",
                                                      "k", "l", "m", "n", "o", "p", "q", "r", "s", "t",
                                                      "u", "v", "w", "x", "y", "z", "[", "]"};
    return names[token];
}

// The head that follows the input most faithfully, and its map for one text of LONGEST symbols.
static void write_map(struct repeat_run *run, const struct options *o) {
    struct toy *m = &run->model;
    struct csv_log log;
    struct toy_batch batch;
    struct rng r;
    rng_seed(&r, o->seed, 8);
    toy_batch_init(&batch, 1, m->config.T);
    toy_repeat_batch(&batch, run->task, LONGEST, &r);
    toy_loss(m, &batch);
    int T = batch.T, layer = 0, head = 0, off = 0;
    double most = -1.0;
    for (int i = 0; i < 3 * m->config.H * m->config.L; i++) {
        int l = i / 3 / m->config.H, h = i / 3 % m->config.H;
        double mass = mass_at(m->state[l].probs + (size_t)h * T * T, &batch, run->task, i % 3 - 1);
        if (mass > most) most = mass, layer = l, head = h, off = i % 3 - 1;
    }
    const char *task = run->task == TOY_COPY ? "copy" : "reverse";
    const float *probs = m->state[layer].probs + (size_t)head * T * T;
    printf("  %s, %s: layer %d head %d gives %.2f of its attention to the symbol %s\n", task,
           toy_position_names[m->config.positions], layer + 1, head + 1, most,
           off < 0    ? "before the one to write"
           : off == 0 ? "that is to be written"
                      : "after the one to write");
    csv_open(&log, o->out, run->task == TOY_COPY ? "map_copy.csv" : "map_reverse.csv", "t,s,p,query,key");
    for (int i = 0; i < T * T; i++) {
        csv_row(&log, "%d,%d,%.4f,%s,%s", i / T, i % T, (double)probs[i], symbol_name(batch.tokens[i / T]),
                symbol_name(batch.tokens[i % T]));
    }
    csv_close(&log);
    toy_batch_free(&batch);
}

void show_repeat(const struct options *o) {
    struct repeat_run *runs = alloc_zeroed(RUNS, sizeof *runs);
    struct progress progress;
    int done = 0;
    progress_start(&progress, "copy and reverse", RUNS, "models");
#pragma omp parallel for schedule(dynamic)
    for (int i = 0; i < RUNS; i++) {  // every model in a thread of its own
        runs[i].task = i < TOY_POSITIONS ? TOY_COPY : TOY_REVERSE;
        train(&runs[i], i % TOY_POSITIONS, o);
#pragma omp critical
        progress_update(&progress, ++done, " ");
    }
    progress_end(&progress, " ");

    struct csv_log curves, lengths;
    write_header(&curves, o, "curves.csv", "step");
    write_header(&lengths, o, "lengths.csv", "n");
    double row[RUNS];
    for (int p = 0; p < POINTS; p++) {
        for (int i = 0; i < RUNS; i++) row[i] = runs[i].curve[p];
        write_row(&curves, (p + 1) * o->steps / POINTS, row);
    }
    for (int n = 2; n <= FARTHEST; n++) {
        for (int i = 0; i < RUNS; i++) row[i] = runs[i].lengths[n];
        write_row(&lengths, n, row);
    }
    csv_close(&curves);
    csv_close(&lengths);

    printf("\nCopy and reverse: %d parameters, %d steps, trained on 2 to %d symbols; accuracy\n",
           runs[0].model.parameters, o->steps, LONGEST);
    printf("  %-11s  %20s  %20s\n", "", "copy", "reverse");
    printf("  %-11s  %6s %6s %6s  %6s %6s %6s\n", "positions", "5", "10", "20", "5", "10", "20");
    for (int p = 0; p < TOY_POSITIONS; p++) {
        printf("  %-11s", toy_position_names[p]);
        for (int task = 0; task < 2; task++) {
            const double *by_length = runs[task * TOY_POSITIONS + p].lengths;
            printf("  %6.2f %6.2f %6.2f", by_length[5], by_length[10], by_length[20]);
        }
        printf("\n");
    }
    write_map(&runs[TOY_ROPE], o);
    write_map(&runs[TOY_POSITIONS + TOY_ROPE], o);
    for (int i = 0; i < RUNS; i++) toy_free(&runs[i].model);
    free(runs);
}
