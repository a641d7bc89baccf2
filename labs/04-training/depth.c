// How far a signal gets: the spread of activations on the way forward and of gradients on the way back, in a net of 20
// hidden layers, for seven ways to start. See experiments.h.
#include <math.h>
#include <stdlib.h>

#include "04-training/experiments.h"

enum { HIDDEN = 20, WIDTH = 64, BATCH = 250, STEPS = 100, STARTS = 7 };

static const struct start {
    const char *name, *words;
    enum nonlinearity nonlinearity;
    enum norm norm;
    enum init init;
    float gain;
} starts[STARTS] = {
    {"small", "ReLU, N(0, 0.02^2)", NONLINEARITY_RELU, NORM_NONE, INIT_NORMAL, 0.02f},
    {"large", "ReLU, N(0, 0.5^2)", NONLINEARITY_RELU, NORM_NONE, INIT_NORMAL, 0.5f},
    {"xavier", "ReLU, Xavier", NONLINEARITY_RELU, NORM_NONE, INIT_XAVIER, 1},
    {"tanh", "tanh, Xavier", NONLINEARITY_TANH, NORM_NONE, INIT_XAVIER, 1},
    {"kaiming", "ReLU, Kaiming", NONLINEARITY_RELU, NORM_NONE, INIT_KAIMING, 1},
    {"orthogonal", "ReLU, orthogonal x sqrt 2", NONLINEARITY_RELU, NORM_NONE, INIT_ORTHOGONAL, 1.41421356f},
    {"small_norm", "ReLU, N(0, 0.02^2), batch norm", NONLINEARITY_RELU, NORM_BATCH, INIT_NORMAL, 0.02f},
};

static struct training deep_training(const struct lab *lab, const struct start *start) {
    struct training t = small_training(lab, start->name, lab_steps(lab, STEPS));
    t.net = (struct net_config){.layers = HIDDEN + 1,
                                .nonlinearity = start->nonlinearity,
                                .norm = start->norm,
                                .init = start->init,
                                .gain = start->gain};
    t.net.sizes[0] = 784;
    for (int k = 1; k <= HIDDEN; k++) t.net.sizes[k] = WIDTH;
    t.net.sizes[HIDDEN + 1] = 10;
    t.optimizer = OPTIMIZER_MOMENTUM;
    t.lr = 0.003f;
    t.batch = 64;
    return t;
}

// Root mean square: the distance from 0, not from the mean. Zero is written as NaN, which a logarithmic axis leaves out.
static float spread(const float *x, int n) {
    double square = 0;
    for (int i = 0; i < n; i++) square += (double)x[i] * x[i];
    return square > 0 ? (float)sqrt(square / n) : NAN;
}

// activations, gradients (HIDDEN): of one batch, before any training.
static void measure(float *activations, float *gradients, const struct lab *lab, const struct net_config *config) {
    struct net net;
    net_create(&net, config, BATCH, lab->seed);
    net_forward(&net, lab->train.x, BATCH, true);
    net_loss(&net, lab->train.labels, BATCH);
    net_backward(&net, lab->train.x, lab->train.labels, BATCH);
    for (int k = 0; k < HIDDEN; k++) {
        activations[k] = spread(net.layer[k].h, BATCH * WIDTH);
        gradients[k] = spread(net.layer[k].dh, BATCH * WIDTH);
    }
    net_free(&net);
}

void depth_run(const struct lab *lab) {
    const struct examples some = first_examples(&lab->train, STEPS * 64), few = first_examples(&lab->test, 100);
    float activations[STARTS][HIDDEN], gradients[STARTS][HIDDEN], *a[STARTS], *g[STARTS], layer[HIDDEN];
    const char *names[STARTS];
    for (int k = 0; k < HIDDEN; k++) layer[k] = (float)(k + 1);
    printf("%d hidden layers of %d: spread of one batch's activations and gradients, then %d steps of momentum\n",
           HIDDEN, WIDTH, lab_steps(lab, STEPS));
    printf("  %-30s %10s %10s %10s %10s %8s\n", "start", "act. 1", "act. 20", "grad. 20", "grad. 1", "loss");
    for (int s = 0; s < STARTS; s++) {
        struct training t = deep_training(lab, &starts[s]);
        a[s] = activations[s], g[s] = gradients[s], names[s] = starts[s].name;
        measure(a[s], g[s], lab, &t.net);
        struct record r = train_run(&t, &some, &few);
        printf("  %-30s %10.2g %10.2g %10.2g %10.2g %8.3f\n", starts[s].words, a[s][0], a[s][HIDDEN - 1],
               g[s][HIDDEN - 1], g[s][0], r.final_loss);
        record_free(&r);
    }
    write_curves(lab, "activations.csv", "layer", layer, names, a, STARTS, HIDDEN);
    write_curves(lab, "gradients.csv", "layer", layer, names, g, STARTS, HIDDEN);
}
