// Tests of groupnorm.c.
#include "04-training/definitions.h"

static const char wrong_channel[] =
    "weight and bias of the wrong channel: a channel's S positions lie side by side, so it changes every S numbers";

static const char first_group[] =
    "every group takes the weight and bias of the first; group g starts at channel g * C/G";

static void call_groupnorm_forward(const struct norm_outputs *o, const struct norm_case *k) {
    groupnorm_forward(o->out, o->mean, o->rstd, k->x, k->weight, k->bias, (float)k->eps, k->B, k->C, k->S, k->G);
}

EXERCISE(groupnorm_forward, .number = "04.10", .points = 3) {
    const int G = grade_int(2, 3), per_group = 5 - G;  // never as many groups as channels in a group
    struct norm_case k = random_norm(PER_GROUP, grade_int(3, 5), G * per_group, grade_int(4, 7), G);
    const struct norm_outputs o = run_forward(call_groupnorm_forward, &k);
    suspect_all_forward(&k);
    struct norm_case wrong = k;
    wrong.G = k.C;
    suspect_forward("every channel has its own mean: this is instance norm", wrong);
    wrong.G = 1;
    suspect_forward("the whole row has one mean: this is layer norm", wrong);
    wrong = k, wrong.G = per_group;
    suspect_forward("C/G groups of G channels; there are G groups of C/G", wrong);
    wrong = k, wrong.channel = CHANNEL_EVERY_NUMBER;
    suspect_forward(wrong_channel, wrong);
    wrong.channel = CHANNEL_OF_FIRST_GROUP;
    suspect_forward(first_group, wrong);
    check_forward(&k, &o);
    check_golden_forward(call_groupnorm_forward, golden_norm(PER_GROUP, 2, 4, 3, 2), golden_groupnorm_out);
}

static void call_groupnorm_backward(const struct norm_grads *g, const struct norm_case *k) {
    groupnorm_backward(g->dx, g->dweight, g->dbias, k->dout, k->x, g->mean, g->rstd, k->weight, k->B, k->C, k->S, k->G);
}

EXERCISE(groupnorm_backward, .number = "04.10", .points = 3) {
    const int G = grade_int(2, 3), per_group = 5 - G;
    struct norm_case k = random_norm(PER_GROUP, grade_int(2, 3), G * per_group, grade_int(3, 5), G);
    struct norm_case strided = k, first = k;
    strided.channel = CHANNEL_EVERY_NUMBER, first.channel = CHANNEL_OF_FIRST_GROUP;
    define_backward(&strided), define_backward(&first);
    suspect(wrong_channel, strided.dbias);
    suspect(first_group, first.dbias);
    check_backward(call_groupnorm_backward, &k);
    check_golden_backward(call_groupnorm_backward, golden_norm(PER_GROUP, 2, 4, 3, 2), golden_groupnorm_dx,
                          golden_groupnorm_dweight);
}

static void call_instancenorm_forward(const struct norm_outputs *o, const struct norm_case *k) {
    instancenorm_forward(o->out, o->mean, o->rstd, k->x, k->weight, k->bias, (float)k->eps, k->B, k->C, k->S);
}

EXERCISE(instancenorm_forward, .number = "04.10", .points = 1, .needs = "groupnorm_forward") {
    const int C = grade_int(3, 5);
    struct norm_case k = random_norm(PER_GROUP, grade_int(2, 4), C, grade_int(6, 9), C);
    const struct norm_outputs o = run_forward(call_instancenorm_forward, &k);
    struct norm_case wrong = k;
    wrong.G = 1;
    suspect_forward("the whole row has one mean (G = 1, layer norm); every channel needs its own", wrong);
    check_forward(&k, &o);
    check_golden_forward(call_instancenorm_forward, golden_norm(PER_GROUP, 2, 4, 3, 4), golden_instancenorm_out);
}

static void call_instancenorm_backward(const struct norm_grads *g, const struct norm_case *k) {
    instancenorm_backward(g->dx, g->dweight, g->dbias, k->dout, k->x, g->mean, g->rstd, k->weight, k->B, k->C, k->S);
}

EXERCISE(instancenorm_backward, .number = "04.10", .points = 1, .needs = "groupnorm_backward") {
    const int C = grade_int(3, 5);
    struct norm_case k = random_norm(PER_GROUP, grade_int(2, 4), C, grade_int(6, 9), C);
    check_backward(call_instancenorm_backward, &k);
    check_golden_backward(call_instancenorm_backward, golden_norm(PER_GROUP, 2, 4, 3, 4), golden_instancenorm_dx,
                          golden_instancenorm_dweight);
}
