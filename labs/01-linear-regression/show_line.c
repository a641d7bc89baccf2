// Three descents on a noisy line, and the surface that they go down.
#include "01-linear-regression/show.h"

#include <math.h>
#include <stdlib.h>

#include "01-linear-regression/linreg.h"
#include "common/common.h"
#include "datasets/generators.h"

struct line {
    int n;
    float *x, *y;
    double w, b, loss;  // the best fit, and its MSE
    double curvature;   // the largest second slope of the MSE in any direction
};

// MSE of w, b on the line, in double: for the surface, and for telling how far from the best fit a descent is.
static double line_loss(const struct line *line, double w, double b) {
    double sum = 0;
    for (int i = 0; i < line->n; i++) {
        double error = w * line->x[i] + b - line->y[i];
        sum += error * error;
    }
    return sum / line->n;
}

static void line_make(struct line *line, int seed) {
    struct rng r;
    rng_seed(&r, (uint64_t)seed, STREAM_LINE);
    line->n = 100;
    line->x = alloc_floats(line->n);
    line->y = alloc_floats(line->n);
    make_line(line->x, line->y, line->n, 2, 1, 0.5f, &r);
    double x = 0, y = 0, xx = 0, xy = 0;  // means
    for (int i = 0; i < line->n; i++) {
        x += (double)line->x[i] / line->n;
        y += (double)line->y[i] / line->n;
        xx += (double)line->x[i] * line->x[i] / line->n;
        xy += (double)line->x[i] * line->y[i] / line->n;
    }
    line->w = (xy - x * y) / (xx - x * x);  // with one feature the closed form is this short
    line->b = y - line->w * x;
    line->loss = line_loss(line, line->w, line->b);
    line->curvature = (xx + 1) + sqrt((xx - 1) * (xx - 1) + 4 * x * x);  // larger eigenvalue of 2 [xx x; x 1]
}

// Runs one of the descents, batch examples a step (n: batch descent; 1: stochastic), and logs every step.
static void line_descend(const struct line *line, const char *name, int batch, const struct options *o,
                         struct live_plot *live) {
    char file[64];
    snprintf(file, sizeof file, "%s.csv", name);
    struct csv_log log;
    csv_open(&log, o->out, file, "epoch,w,b,loss,excess");
    struct rng r;
    rng_seed(&r, (uint64_t)o->seed, STREAM_ORDER);
    int *order = alloc_zeroed(line->n, sizeof *order);
    for (int i = 0; i < line->n; i++) order[i] = i;

    float w = 0, b = 0, loss = (float)line_loss(line, w, b);
    const float first_loss = loss;
    long steps = 0;
    csv_row(&log, "0,%g,%g,%g,%g", w, b, loss, loss - line->loss);
    for (int epoch = 0; epoch < o->epochs && !diverged(loss, first_loss); epoch++) {
        rng_shuffle(&r, order, line->n);
        for (int done = 0; done < line->n && !diverged(loss, first_loss);) {
            int size = batch < line->n - done ? batch : line->n - done;
            if (batch == line->n) descent_batch_step(&w, &b, line->x, line->y, line->n, 1, o->lr);
            else if (batch == 1) descent_stochastic_epoch(&w, &b, line->x, line->y, order + done, 1, 1, o->lr);
            else descent_minibatch_epoch(&w, &b, line->x, line->y, order + done, size, 1, size, o->lr);
            done += size;
            steps++;
            loss = (float)line_loss(line, w, b);
            double passed = epoch + (double)done / line->n;
            csv_row(&log, "%g,%g,%g,%g,%g", passed, w, b, loss, line_loss(line, w, b) - line->loss);
            live_point(live, name, (float)passed, loss);
        }
    }
    if (diverged(loss, first_loss)) printf("  %-11s diverged at step %ld: loss %.3g, and growing\n", name, steps, loss);
    else
        printf("  %-11s %6ld  %7.4f  %7.4f  %8.5f  %.1e\n", name, steps, w, b, loss,
               line_loss(line, w, b) - line->loss);
    csv_close(&log);
    free(order);
}

static void line_surface(const struct line *line, const char *dir) {
    struct csv_log points;
    csv_open(&points, dir, "line.csv", "x,y,best");
    for (int i = 0; i < line->n; i++)
        csv_row(&points, "%g,%g,%g", line->x[i], line->y[i], line->w * line->x[i] + line->b);
    csv_close(&points);
    struct out_file grid;  // no csv_log: gnuplot wants an empty line after every row of the surface
    out_open(&grid, dir, "surface.csv");
    fprintf(grid.f, "w,b,loss\n");
    for (double w = -1; w <= 5; w += 0.125) {
        for (double b = -2; b <= 4; b += 0.125) fprintf(grid.f, "%g,%g,%g\n", w, b, line_loss(line, w, b));
        fprintf(grid.f, "\n");
    }
    out_close(&grid);
}

void show_line(const struct options *o) {
    struct line line;
    line_make(&line, o->seed);
    if (o->batch > line.n) die_usage("--batch %d: the line has only %d points", o->batch, line.n);
    line_surface(&line, o->out);
    struct live_plot live;
    live_open(&live, "Three descents", "epoch", "mean squared error");
    printf("\nA line of %d points (w 2, b 1, noise 0.5), %d epochs with learning rate %g:\n", line.n, o->epochs, o->lr);
    printf("  descent      steps        w        b      loss  above the minimum\n");
    line_descend(&line, "batch", line.n, o, &live);
    line_descend(&line, "mini-batch", o->batch, o, &live);
    line_descend(&line, "stochastic", 1, o, &live);
    printf("  best fit          -  %7.4f  %7.4f  %8.5f\n", line.w, line.b, line.loss);
    if (o->lr > 2 / line.curvature)
        printf("Batch descent on this line needs a learning rate below %.3f (2 / the largest curvature): try LR=0.1\n",
               2 / line.curvature);
    live_close(&live);
    free(line.x), free(line.y);
}
