// The tape trains a 2-16-2 network on two moons. At every step the hand-written backward pass gets the same parameters,
// and must find the same gradient.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "03-backprop/show.h"
#include "datasets/generators.h"

enum { LAYERS = 2, GRID = 121 };
static const int sizes[LAYERS + 1] = {2, 16, 2};

struct moons_run {
    int n, *labels;
    float *xy;
    struct mlp mlp;
    struct tape tape;
    int nodes;                                 // of one step
    double tape_seconds, hand_seconds, worst;  // worst difference of the two gradients so far
};

static void moons_init(struct moons_run *run, const struct options *o) {
    *run = (struct moons_run){.n = o->points};
    run->xy = alloc_floats((size_t)2 * run->n);
    run->labels = alloc_zeroed(run->n, sizeof *run->labels);
    struct rng points, weights;
    rng_seed(&points, (uint64_t)o->seed, STREAM_MOONS);
    rng_seed(&weights, (uint64_t)o->seed, STREAM_WEIGHTS);
    make_moons(run->xy, run->labels, run->n, 0.15f, &points);
    mlp_init(&run->mlp, sizes, LAYERS, "tanh", 1.0f, run->n > GRID ? run->n : GRID, &weights);
    tape_init(&run->tape);
    for (size_t i = 0; i < run->mlp.num_params; i++) tape_leaf(&run->tape, (double)run->mlp.params[i]);
}

static void moons_free(struct moons_run *run) {
    free(run->xy);
    free(run->labels);
    mlp_free(&run->mlp);
    tape_free(&run->tape);
}

// The hand-written gradient, in run->mlp.grads, at the tape's parameters.
static void hand_gradient(struct moons_run *run) {
    struct mlp *m = &run->mlp;
    float *probs = alloc_floats((size_t)2 * run->n), *dlogits = alloc_floats((size_t)2 * run->n);
    for (size_t i = 0; i < m->num_params; i++) m->params[i] = (float)tape_value(&run->tape, (int)i);
    mlp_zero_grads(m);
    cross_entropy_forward(probs, mlp_forward(m, run->xy, run->n), run->labels, run->n, 2);
    cross_entropy_backward(dlogits, 1.0f, probs, run->labels, run->n, 2);
    mlp_backward(m, dlogits, run->xy, run->n);
    free(probs);
    free(dlogits);
}

// One step of descent by the tape's gradient; returns the loss before it.
static double moons_step(struct moons_run *run, double lr) {
    int params = (int)run->mlp.num_params;
    double start = clock_seconds();
    int output = express_mlp_loss(&run->tape, sizes, LAYERS, run->xy, run->labels, run->n);
    tape_backward(&run->tape, output);
    double loss = tape_value(&run->tape, output);
    double middle = clock_seconds();
    hand_gradient(run);
    run->hand_seconds += clock_seconds() - middle;
    run->tape_seconds += middle - start;
    for (int i = 0; i < params; i++) {
        run->worst = fmax(run->worst, fabs(tape_grad(&run->tape, i) - (double)run->mlp.grads[i]));
    }
    for (int i = 0; i < params; i++) run->tape.nodes[i].value -= lr * tape_grad(&run->tape, i);
    run->nodes = run->tape.count;
    tape_truncate(&run->tape, params);
    return loss;
}

static void write_points(const struct moons_run *run, const char *out) {
    struct csv_log log;
    csv_open(&log, out, "moons_points.csv", "x,y,label");
    for (int i = 0; i < run->n; i++) {
        csv_row(&log, "%.5f,%.5f,%d", (double)run->xy[2 * i], (double)run->xy[2 * i + 1], run->labels[i]);
    }
    csv_close(&log);
}

// The probability of the lower moon on a grid, row by row, by the hand-written network at the trained parameters.
static void write_boundary(struct moons_run *run, const char *out) {
    struct csv_log log;
    csv_open(&log, out, "moons_boundary.csv", "x,y,p");
    float xy[2 * GRID], probs[2 * GRID];
    for (int row = 0; row < GRID; row++) {
        for (int k = 0; k < GRID; k++) {
            xy[2 * k] = -1.6f + 4.2f * (float)k / (GRID - 1);
            xy[2 * k + 1] = -1.1f + 2.7f * (float)row / (GRID - 1);
        }
        softmax_forward(probs, mlp_forward(&run->mlp, xy, GRID), GRID, 2);
        for (int k = 0; k < GRID; k++) {
            csv_row(&log, "%.4f,%.4f,%.5f", (double)xy[2 * k], (double)xy[2 * k + 1], (double)probs[2 * k + 1]);
        }
    }
    csv_close(&log);
}

static double share_right(struct moons_run *run) {
    hand_gradient(run);  // brings the network to the tape's parameters
    const float *logits = run->mlp.z[LAYERS - 1];
    int right = 0;
    for (int i = 0; i < run->n; i++) right += (logits[2 * i + 1] > logits[2 * i]) == run->labels[i];
    return (double)right / run->n;
}

void show_moons(const struct options *o) {
    struct moons_run run;
    moons_init(&run, o);
    struct csv_log log;
    csv_open(&log, o->out, "moons.csv", "step,loss,difference");
    struct live_plot live;
    live_open(&live, "The tape trains on two moons", "step", "cross-entropy");
    struct progress progress;
    progress_start(&progress, "moons", o->steps, "steps");
    double first = 0.0, loss = 0.0;
    for (int s = 1; s <= o->steps; s++) {
        loss = moons_step(&run, (double)o->moons_lr);
        if (s == 1) first = loss;
        csv_row(&log, "%d,%.8g,%.3g", s, loss, run.worst);
        live_point(&live, "loss", (float)s, (float)loss);
        progress_update(&progress, s, "loss %.4f", loss);
    }
    progress_end(&progress, "loss %.4f", loss);
    live_close(&live);
    csv_close(&log);
    double accuracy = share_right(&run);
    write_points(&run, o->out);
    write_boundary(&run, o->out);
    printf("\nTwo moons, %d points, 2-16-2 with tanh, trained by the tape: %d steps, learning rate %g\n", run.n,
           o->steps, (double)o->moons_lr);
    printf("  loss %.4f -> %.4f  accuracy %.1f%%  nodes per step %d\n", first, loss, 100.0 * accuracy, run.nodes);
    printf("  largest difference between the tape's gradient and the hand-written one: %.1e\n", run.worst);
    printf("  time per gradient: tape %.2f ms, by hand %.3f ms\n", 1e3 * run.tape_seconds / o->steps,
           1e3 * run.hand_seconds / o->steps);
    moons_free(&run);
}
