// Two weights in a long valley, L = (x^2 + 20 y^2) / 2: the paths of five optimizers from (1, 1). See experiments.h.
#include <math.h>
#include <stdlib.h>

#include "04-training/experiments.h"

enum { STEPS = 40, RACERS = 5 };

static float loss_at(const float *w) {
    return (w[0] * w[0] + 20 * w[1] * w[1]) / 2;
}

void valley_run(const struct lab *lab) {
    static const struct {
        enum optimizer optimizer;
        float lr;
    } racers[RACERS] = {{OPTIMIZER_SGD, 0.09f},
                        {OPTIMIZER_MOMENTUM, 0.01f},
                        {OPTIMIZER_ADAGRAD, 0.3f},
                        {OPTIMIZER_RMSPROP, 0.02f},
                        {OPTIMIZER_ADAM, 0.1f}};
    struct csv_log log;
    csv_open(&log, lab->out, "valley.csv",
             "step,sgd_x,sgd_y,momentum_x,momentum_y,adagrad_x,adagrad_y,rmsprop_x,rmsprop_y,adam_x,adam_y");
    float w[RACERS][2], state1[RACERS][2] = {{0}}, state2[RACERS][2] = {{0}};
    for (int r = 0; r < RACERS; r++) w[r][0] = w[r][1] = 1;
    for (int step = 0; step <= STEPS; step++) {
        csv_row(&log, "%d,%g,%g,%g,%g,%g,%g,%g,%g,%g,%g", step, w[0][0], w[0][1], w[1][0], w[1][1], w[2][0], w[2][1],
                w[3][0], w[3][1], w[4][0], w[4][1]);
        for (int r = 0; r < RACERS && step < STEPS; r++) {
            const float slope[] = {w[r][0], 20 * w[r][1]};
            optimizer_step(racers[r].optimizer, w[r], state1[r], state2[r], slope, racers[r].lr, 0, step + 1, 2);
        }
    }
    csv_close(&log);

    printf("A valley of two weights: L = (x^2 + 20 y^2) / 2, from (1, 1), %d steps\n", STEPS);
    printf("  %-10s %8s %10s %10s %10s\n", "optimizer", "lr", "x", "y", "loss");
    for (int r = 0; r < RACERS; r++) {
        printf("  %-10s %8g %10.4f %10.4f %10.5f\n", optimizer_names[racers[r].optimizer], racers[r].lr, w[r][0],
               w[r][1], loss_at(w[r]));
    }
}
