// The gradient-check report: every backward pass of the chapter against the tape and against central differences. And
// which step to nudge by, in float and in double.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "01-linear-regression/linreg.h"
#include "03-backprop/show.h"
#include "datasets/generators.h"

// A check has n inputs, an expression that makes one number of them, and the learner's gradient of that number.
enum { ROWS = 3, CLASSES = 4, INPUTS = 5, MOST_INPUTS = 160 };
struct check {
    const char *name;
    int n;
    int (*express)(struct tape *t, const struct check *c);           // of the nodes 0..n-1
    void (*hand)(float *dx, const float *x, const struct check *c);  // adds to dx (n)
    const float *dout;                                               // weights of the outputs
};

static const float check_alpha = 0.3f;
static const int check_targets[ROWS] = {2, 0, 3};
static const int moons_sizes[] = {2, 16, 2};
enum { MOONS_LAYERS = 2, MOONS_POINTS = 8 };
struct moons {
    float xy[2 * MOONS_POINTS];
    int labels[MOONS_POINTS];
};

// ---- activations: sum_i dout[i] f(x[i])
static int express_each(struct tape *t, const struct check *c, int (*f)(struct tape *t, int x)) {
    int *out = alloc_zeroed(c->n, sizeof *out);
    for (int i = 0; i < c->n; i++) out[i] = f(t, i);
    int sum = express_weighted_sum(t, out, c->dout, c->n);
    free(out);
    return sum;
}
static int leaky_node(struct tape *t, int x) {
    return express_leaky_relu(t, x, (double)check_alpha);
}
static int elu_node(struct tape *t, int x) {
    return express_elu(t, x, (double)check_alpha);
}
static int check_sigmoid(struct tape *t, const struct check *c) {
    return express_each(t, c, express_sigmoid);
}
static int check_tanh(struct tape *t, const struct check *c) {
    return express_each(t, c, tape_tanh);
}
static int check_relu(struct tape *t, const struct check *c) {
    return express_each(t, c, tape_relu);
}
static int check_leaky(struct tape *t, const struct check *c) {
    return express_each(t, c, leaky_node);
}
static int check_elu(struct tape *t, const struct check *c) {
    return express_each(t, c, elu_node);
}
static int check_silu(struct tape *t, const struct check *c) {
    return express_each(t, c, express_silu);
}
static int check_gelu(struct tape *t, const struct check *c) {
    return express_each(t, c, express_gelu);
}
static void hand_sigmoid(float *dx, const float *x, const struct check *c) {
    sigmoid_backward(dx, c->dout, x, c->n);
}
static void hand_tanh(float *dx, const float *x, const struct check *c) {
    tanh_backward(dx, c->dout, x, c->n);
}
static void hand_relu(float *dx, const float *x, const struct check *c) {
    relu_backward(dx, c->dout, x, c->n);
}
static void hand_silu(float *dx, const float *x, const struct check *c) {
    silu_backward(dx, c->dout, x, c->n);
}
static void hand_gelu(float *dx, const float *x, const struct check *c) {
    gelu_backward(dx, c->dout, x, c->n);
}
static void hand_leaky(float *dx, const float *x, const struct check *c) {
    leaky_relu_backward(dx, c->dout, x, check_alpha, c->n);
}
static void hand_elu(float *dx, const float *x, const struct check *c) {
    elu_backward(dx, c->dout, x, check_alpha, c->n);
}

// ---- softmax and the losses, on x (ROWS, CLASSES)
static int check_softmax(struct tape *t, const struct check *c) {
    int x[ROWS * CLASSES], out[ROWS * CLASSES];
    for (int i = 0; i < c->n; i++) x[i] = i;
    for (int b = 0; b < ROWS; b++) express_softmax(t, out + b * CLASSES, x + b * CLASSES, CLASSES);
    return express_weighted_sum(t, out, c->dout, c->n);
}
static void hand_softmax(float *dx, const float *x, const struct check *c) {
    float out[ROWS * CLASSES];
    softmax_forward(out, x, ROWS, CLASSES);
    softmax_backward(dx, c->dout, out, ROWS, CLASSES);
}
static int check_cross_entropy(struct tape *t, const struct check *c) {
    int x[ROWS * CLASSES], sum = tape_leaf(t, 0.0);
    for (int i = 0; i < c->n; i++) x[i] = i;
    for (int b = 0; b < ROWS; b++) {
        sum = tape_add(t, sum, express_cross_entropy(t, x + b * CLASSES, check_targets[b], CLASSES));
    }
    return tape_scale(t, sum, 1.0 / ROWS);
}
static void hand_cross_entropy(float *dx, const float *x, const struct check *c) {
    (void)c;
    float probs[ROWS * CLASSES];
    cross_entropy_forward(probs, x, check_targets, ROWS, CLASSES);
    cross_entropy_backward(dx, 1.0f, probs, check_targets, ROWS, CLASSES);
}
// dout serves as the targets
static int check_mse(struct tape *t, const struct check *c) {
    int sum = tape_leaf(t, 0.0);
    for (int i = 0; i < c->n; i++) {
        int error = tape_add(t, i, tape_leaf(t, -(double)c->dout[i]));
        sum = tape_add(t, sum, tape_mul(t, error, error));
    }
    return tape_scale(t, sum, 1.0 / c->n);
}
static void hand_mse(float *dx, const float *x, const struct check *c) {
    mse_backward(dx, 1.0f, x, c->dout, c->n);
}

// ---- linear layer: the inputs are x (ROWS, INPUTS), weight (CLASSES, INPUTS) and bias (CLASSES), one after another
static int check_linear(struct tape *t, const struct check *c) {
    int x[ROWS * INPUTS], out[ROWS * CLASSES], weight = ROWS * INPUTS, bias = weight + CLASSES * INPUTS;
    for (int i = 0; i < ROWS * INPUTS; i++) x[i] = i;
    for (int b = 0; b < ROWS; b++) express_linear(t, out + b * CLASSES, x + b * INPUTS, weight, bias, INPUTS, CLASSES);
    return express_weighted_sum(t, out, c->dout, ROWS * CLASSES);
}
static void hand_linear(float *dx, const float *x, const struct check *c) {
    int weight = ROWS * INPUTS, bias = weight + CLASSES * INPUTS;
    linear_backward(dx, dx + weight, dx + bias, c->dout, x, x + weight, ROWS, INPUTS, CLASSES);
}

// ---- the MLP of show_moons on a few of its points; the inputs are its parameters
static struct moons moons_make(void) {
    struct moons m;
    struct rng r;
    rng_seed(&r, 1, STREAM_MOONS);
    make_moons(m.xy, m.labels, MOONS_POINTS, 0.1f, &r);
    return m;
}
static int check_mlp(struct tape *t, const struct check *c) {
    (void)c;
    struct moons m = moons_make();
    return express_mlp_loss(t, moons_sizes, MOONS_LAYERS, m.xy, m.labels, MOONS_POINTS);
}
// The loss in float at parameters x; adds its gradient to dx, unless that is NULL.
static float mlp_loss(float *dx, const float *x, int n) {
    struct moons moons = moons_make();
    struct mlp m;
    struct rng unused;
    rng_seed(&unused, 0, 0);
    mlp_init(&m, moons_sizes, MOONS_LAYERS, "tanh", 0.0f, MOONS_POINTS, &unused);
    memcpy(m.params, x, (size_t)n * sizeof(float));
    float probs[2 * MOONS_POINTS], dlogits[2 * MOONS_POINTS] = {0};
    float loss = cross_entropy_forward(probs, mlp_forward(&m, moons.xy, MOONS_POINTS), moons.labels, MOONS_POINTS, 2);
    cross_entropy_backward(dlogits, 1.0f, probs, moons.labels, MOONS_POINTS, 2);
    if (dx) {
        mlp_backward(&m, dlogits, moons.xy, MOONS_POINTS);
        for (int i = 0; i < n; i++) dx[i] += m.grads[i];
    }
    mlp_free(&m);
    return loss;
}
static void hand_mlp(float *dx, const float *x, const struct check *c) {
    mlp_loss(dx, x, c->n);
}

// ---- the report -----------------------------------------------------------------------------------------------------

// Evaluates the expression at x; if grad is not NULL, fills it from the tape's backward walk.
static double evaluate_expression(double *grad, const double *x, const struct check *c) {
    struct tape t;
    tape_init(&t);
    for (int i = 0; i < c->n; i++) tape_leaf(&t, x[i]);
    int output = c->express(&t, c);
    double value = tape_value(&t, output);
    if (grad) {
        tape_backward(&t, output);
        for (int i = 0; i < c->n; i++) grad[i] = tape_grad(&t, i);
    }
    tape_free(&t);
    return value;
}
static double value_of(const double *x, void *context) {
    return evaluate_expression(NULL, x, context);
}

// n random inputs, off the kinks at 0, that are floats and doubles at once.
static void random_inputs(float *x, double *x_double, int n, struct rng *r) {
    for (int i = 0; i < n; i++) {
        x[i] = rng_normal(r);
        x[i] += x[i] > 0 ? 0.05f : -0.05f;
        x_double[i] = (double)x[i];
    }
}

static void report(const struct check *c, struct rng *r) {
    float x[MOST_INPUTS], by_hand[MOST_INPUTS] = {0};
    double x_double[MOST_INPUTS], hand[MOST_INPUTS], tape[MOST_INPUTS], difference = 0.0;
    random_inputs(x, x_double, c->n, r);
    c->hand(by_hand, x, c);
    evaluate_expression(tape, x_double, c);
    for (int i = 0; i < c->n; i++) {
        hand[i] = (double)by_hand[i];
        difference = fmax(difference, fabs(hand[i] - tape[i]));
    }
    struct gradcheck h = gradcheck(hand, value_of, (void *)c, x_double, c->n, 1e-5);
    struct gradcheck t = gradcheck(tape, value_of, (void *)c, x_double, c->n, 1e-5);
    printf("  %-14s %6d  %13.1e  %13.1e  %10.1e   %s\n", c->name, c->n, h.error, t.error, difference,
           h.error < 1e-5 && t.error < 1e-7 ? "ok" : "WRONG");
    if (h.error >= 1e-5) printf("    worst at %d: by hand %g, measured %g\n", h.worst, h.analytic, h.numeric);
}

static double float_loss(const double *x, void *context) {
    const struct check *c = context;
    float params[MOST_INPUTS];
    for (int i = 0; i < c->n; i++) params[i] = (float)x[i];
    return (double)mlp_loss(NULL, params, c->n);
}

// The error of the numeric gradient of the MLP's loss by step, the loss computed in double and in float.
static void show_step_sizes(const char *out, const struct check *mlp, struct rng *r) {
    float x[MOST_INPUTS];
    double x_double[MOST_INPUTS], exact[MOST_INPUTS], best_step[2] = {0}, best[2] = {INFINITY, INFINITY};
    random_inputs(x, x_double, mlp->n, r);
    evaluate_expression(exact, x_double, mlp);
    struct csv_log log;
    csv_open(&log, out, "step_size.csv", "step,double,float");
    for (int k = 0; k <= 24; k++) {
        double step = pow(10.0, -0.5 * k);
        double error[2] = {gradcheck(exact, value_of, (void *)mlp, x_double, mlp->n, step).error,
                           gradcheck(exact, float_loss, (void *)mlp, x_double, mlp->n, step).error};
        csv_row(&log, "%.6g,%.6g,%.6g", step, error[0], error[1]);
        for (int p = 0; p < 2; p++) {
            if (error[p] < best[p]) best[p] = error[p], best_step[p] = step;
        }
    }
    csv_close(&log);
    printf("  best step in double %.0e (error %.1e), in float %.0e (error %.1e)\n", best_step[0], best[0], best_step[1],
           best[1]);
}

void show_gradients(const struct options *o) {
    float dout[MOST_INPUTS];
    struct rng r;
    rng_seed(&r, (uint64_t)o->seed, STREAM_CHECK);
    for (int i = 0; i < MOST_INPUTS; i++) dout[i] = rng_normal(&r);
    int scores = ROWS * CLASSES, affine = ROWS * INPUTS + CLASSES * INPUTS + CLASSES;
    const struct check checks[] = {
        {"sigmoid", 20, check_sigmoid, hand_sigmoid, dout},
        {"tanh", 20, check_tanh, hand_tanh, dout},
        {"relu", 20, check_relu, hand_relu, dout},
        {"leaky_relu", 20, check_leaky, hand_leaky, dout},
        {"elu", 20, check_elu, hand_elu, dout},
        {"silu", 20, check_silu, hand_silu, dout},
        {"gelu", 20, check_gelu, hand_gelu, dout},
        {"softmax", scores, check_softmax, hand_softmax, dout},
        {"cross_entropy", scores, check_cross_entropy, hand_cross_entropy, dout},
        {"mse", scores, check_mse, hand_mse, dout},
        {"linear", affine, check_linear, hand_linear, dout},
        {"mlp 2-16-2", 82, check_mlp, hand_mlp, dout},
    };
    printf("\nGradient check: relative error against central differences (double, step 1e-5)\n");
    printf("  %-14s inputs  by hand, float  tape, double  hand-tape\n", "");
    for (int k = 0; k < COUNT(checks); k++) report(&checks[k], &r);
    show_step_sizes(o->out, &checks[COUNT(checks) - 1], &r);
}
