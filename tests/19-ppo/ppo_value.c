// Tests of the second half of ppo_loss.c.
#include "19-ppo/ppo_batch.h"

enum value_habit {
    VALUE_RIGHT,
    VALUE_SMALLER,
    VALUE_FREE,
    VALUE_HELD,
    WHOLE,
    DISTANCE,
    AROUND_0,
    RELATIVE,
    ONE_SIDED,
    VALUE_ALL,
    VALUE_SUM,
    VALUE_HABITS
};
static const char *const value_mistake[VALUE_HABITS] = {
    [VALUE_SMALLER] = "the smaller square of the two: the larger one is asked for",
    [VALUE_FREE] =
        "nothing is held back: W is left out, or it is held near the returns, where it never is the farther one",
    [VALUE_HELD] = "W alone: the value itself may be farther from the returns",
    [WHOLE] = "the squares are not halved",
    [DISTANCE] = "the distances are not squared",
    [AROUND_0] = "the value itself is cut to -clip .. clip: its change is, value - old",
    [RELATIVE] = "the value is cut to old * (1 - clip) .. old * (1 + clip): old - clip .. old + clip is asked for",
    [ONE_SIDED] = "the value is held back above its old guess, not below",
    [VALUE_ALL] = "positions outside of the mask count too",
    [VALUE_SUM] = "the sum: the mean over those that count is asked for",
};

static double value_part(double V, double old, double R, double clip, int habit) {
    const double around = habit == AROUND_0 ? 0 : old;
    const double wide = habit == RELATIVE ? clip * fabs(old) : clip;
    const double W = squeeze(V, habit == ONE_SIDED ? -INFINITY : around - wide, around + wide);
    const double free = (V - R) * (V - R), held = (W - R) * (W - R), larger = fmax(free, held);
    if (habit == VALUE_SMALLER) return fmin(free, held) / 2;
    if (habit == DISTANCE) return sqrt(larger) / 2;
    return habit == VALUE_FREE ? free / 2 : habit == VALUE_HELD ? held / 2 : habit == WHOLE ? larger : larger / 2;
}

static double value_of(const void *batch, int habit) {
    const struct batch *x = batch;
    double loss = 0;
    for (int n = 0; n < x->N; n++)
        if (x->mask[n] || habit == VALUE_ALL) loss += value_part(x->now[n], x->old[n], x->target[n], x->clip, habit);
    const int count = habit == VALUE_ALL ? x->N : habit == VALUE_SUM ? 1 : count_masked(x->mask, x->N);
    return loss / (count > 0 ? count : 1);
}

static void check_value(const char *what, const struct batch *x, double right) {
    suspect_scalar_habits(value_mistake, VALUE_HABITS, value_of, x);
    grade_scalar(what, ppo_value_forward(x->now, x->old, x->target, x->mask, x->clip, x->N), right, 1e-5);
    unchanged(x, "value", "old", "returns");
}

// The text's example: the old guess is 1. 2 for 3, right but too far; 2 for 1, wrong; 1.1 for 3, not far; one that
// does not count.
static struct batch value_example(void) {
    struct batch x = {.N = 4, .clip = 0.2f, .dloss = 1};
    x.now = grade_copy((float[]){2, 2, 1.1f, -4}, 4);
    x.old = grade_copy((float[]){1, 1, 1, 1}, 4);
    x.target = grade_copy((float[]){3, 1, 3, 8}, 4);
    x.mask = alloc_zeroed(4, sizeof *x.mask);
    for (int n = 0; n < 3; n++) x.mask[n] = true;
    return x;
}

EXERCISE(ppo_value_forward, .number = "19.6", .points = 4) {
    // (1.8^2 / 2 + 1^2 / 2 + 1.9^2 / 2) / 3
    struct batch x = value_example();
    check_value("loss of the text's example", &x, (1.62 + 0.5 + 1.805) / 3);
    free(x.mask);
    for (int i = 0; i < 3; i++) {
        x = random_batch(0.4f);
        check_value("loss of random values", &x, value_of(&x, VALUE_RIGHT));
    }
    x.now = grade_copy(x.old, x.N);
    check_value("loss of the first minibatch, where nothing has moved", &x, value_of(&x, VALUE_RIGHT));
    for (int n = 0; n < x.N; n++) x.mask[n] = false;
    check_value("loss of nothing", &x, 0);
    free(x.mask);
}

enum value_slope {
    VALUE_SLOPE,
    NEVER_HELD,
    HELD_ALWAYS,
    VALUE_STRICT,
    MOVES_ANYWAY,
    TWICE,
    VALUE_UPHILL,
    VALUE_OTHER,
    OF_THE_SUM,
    VALUE_NO_DLOSS,
    VALUE_OUTSIDE,
    VALUE_SLOPES
};
static const char *const value_slope_mistake[VALUE_SLOPES] = {
    [NEVER_HELD] = "there is a slope where W is farther from the returns: W does not move with the value there",
    [HELD_ALWAYS] =
        "every value farther than clip from its old guess gets 0: where the value itself is farther from the "
        "returns than W, it is the loss, and it has a slope",
    [VALUE_STRICT] = "0 where both errors are equal: inside of the clip they are, and there the loss has a slope",
    [MOVES_ANYWAY] = "where W is farther from the returns, its error W - R is taken as the slope: W does not move",
    [TWICE] = "the slope of half a square has no factor 2",
    [VALUE_UPHILL] = "the sign: the slope of (V - R)^2 / 2 is V - R",
    [VALUE_OTHER] = "the slope of the smaller square: the larger one is the loss",
    [OF_THE_SUM] = "the slope of the sum: the mean brings 1 / count",
    [VALUE_NO_DLOSS] = "dloss is not used",
    [VALUE_OUTSIDE] = "tokens outside of the mask get a slope: theirs is exactly 0",
};

static double *value_slopes(const void *batch, int habit) {
    const struct batch *x = batch;
    double *d = grade_doubles(x->N);
    const int count = count_masked(x->mask, x->N);
    for (int n = 0; n < x->N; n++) {
        const double V = x->now[n], R = x->target[n],
                     W = squeeze(V, x->old[n] - (double)x->clip, x->old[n] + (double)x->clip);
        bool moves = fabs(V - R) >= fabs(W - R);
        if (!x->mask[n] && habit != VALUE_OUTSIDE) continue;
        d[n] = habit == MOVES_ANYWAY && !moves ? W - R : V - R;
        if (habit == NEVER_HELD || habit == MOVES_ANYWAY) moves = true;
        if (habit == HELD_ALWAYS) moves = W == V;
        if (habit == VALUE_STRICT) moves = fabs(V - R) > fabs(W - R);
        if (habit == VALUE_OTHER) moves = fabs(V - R) <= fabs(W - R);
        if (!moves) d[n] = 0;
        if (habit == VALUE_UPHILL) d[n] = -d[n];
        d[n] *=
            (habit == VALUE_NO_DLOSS ? 1 : x->dloss) * (habit == TWICE ? 2 : 1) / (habit == OF_THE_SUM ? 1.0 : count);
    }
    return d;
}

static double value_definition(const double *now, void *context) {
    const struct batch *x = context;
    double loss = 0;
    for (int n = 0; n < x->N; n++)
        if (x->mask[n]) loss += value_part(now[n], x->old[n], x->target[n], x->clip, VALUE_RIGHT);
    return x->dloss * loss / count_masked(x->mask, x->N);
}

// Where value and W are as far from the returns, on both sides of them, the loss has a kink: keep away.
static void leave_kinks(struct batch *x) {
    for (int n = 0; n < x->N; n++) {
        const double V = x->now[n], W = squeeze(V, x->old[n] - (double)x->clip, x->old[n] + (double)x->clip);
        if (V != W && fabs((V + W) / 2 - x->target[n]) < 0.02) x->target[n] += 0.05f;
    }
    x->target = grade_copy(x->target, x->N);
}

EXERCISE(ppo_value_backward, .number = "19.6", .points = 5, .needs = "ppo_value_forward") {
    // Held back, so 0; 1 / 3; -1.9 / 3; does not count.
    struct batch x = value_example();
    check_slopes("dvalue of the text's example", &x, ppo_value_backward, value_slope_mistake, VALUE_SLOPES,
                 value_slopes, (double[]){0, 1.0 / 3, -1.9 / 3, 0});
    free(x.mask);
    for (int i = 0; i < 3; i++) {
        x = random_batch(0.4f);
        leave_kinks(&x);
        x.dloss = i == 2 ? 3 : 1;
        check_slopes(i == 2 ? "dvalue with dloss 3" : "dvalue of random values", &x, ppo_value_backward,
                     value_slope_mistake, VALUE_SLOPES, value_slopes, NULL);
    }
    float *d = grade_grad(x.N);
    ppo_value_backward(d, x.dloss, x.now, x.old, x.target, x.mask, x.clip, x.N);
    suspect_habits(value_slope_mistake, VALUE_SLOPES, value_slopes, &x);
    grade_gradient_check("dvalue", d, x.now, AXES("n", x.N), value_definition, &x, 1e-5);
    x.now = grade_copy(x.old, x.N);
    check_slopes("dvalue of the first minibatch, where nothing has moved", &x, ppo_value_backward, value_slope_mistake,
                 VALUE_SLOPES, value_slopes, NULL);
    free(x.mask);
}
