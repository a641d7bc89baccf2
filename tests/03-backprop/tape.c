// Tests of tape.c.
#include "03-backprop/definitions.h"

static const char *op_name(enum tape_op op) {
    static const char *const names[] = {"TAPE_LEAF", "TAPE_ADD", "TAPE_MUL",  "TAPE_POW",
                                        "TAPE_EXP",  "TAPE_LOG", "TAPE_TANH", "TAPE_RELU"};
    return (int)op >= 0 && (int)op < COUNT(names) ? names[op] : "an unknown operation";
}

static void check_node(const struct tape *t, const char *what, int node, double value, enum tape_op op, int a, int b) {
    grade_scalar(what, tape_value(t, node), value, 1e-12);
    const struct tape_node *it = &t->nodes[node];
    grade_true(it->op == op && it->a == a && it->b == b,
               "%s: the node remembers %s of nodes %d and %d; expected %s of %d and %d (-1: no parent)", what,
               op_name(it->op), it->a, it->b, op_name(op), a, b);
}

EXERCISE(tape_mul, .number = "03.12", .points = 4) {
    struct tape t;
    tape_init(&t);
    int two = tape_leaf(&t, 2), minus_three = tape_leaf(&t, -3);
    check_node(&t, "2 + (-3)", tape_add(&t, two, minus_three), -1, TAPE_ADD, two, minus_three);
    check_node(&t, "2 * (-3)", tape_mul(&t, two, minus_three), -6, TAPE_MUL, two, minus_three);
    check_node(&t, "relu(2)", tape_relu(&t, two), 2, TAPE_RELU, two, -1);
    check_node(&t, "relu(-3)", tape_relu(&t, minus_three), 0, TAPE_RELU, minus_three, -1);
    for (int i = 0; i < 1000; i++) {  // the list grows, and moves, on the way
        int a = grade_int(0, t.count - 1), b = grade_int(0, t.count - 1);
        double x = 0.5 * tape_value(&t, a), y = 0.5 * tape_value(&t, b);
        a = tape_leaf(&t, x), b = tape_leaf(&t, y);
        check_node(&t, "a sum", tape_add(&t, a, b), x + y, TAPE_ADD, a, b);
        check_node(&t, "a product", tape_mul(&t, a, b), x * y, TAPE_MUL, a, b);
        check_node(&t, "a ReLU", tape_relu(&t, a), fmax(0, x), TAPE_RELU, a, -1);
    }
    tape_free(&t);
}

EXERCISE(tape_backward, .number = "03.13", .points = 5, .needs = "tape_mul") {
    // the chapter's example: f = (a b + a) a at a = 3, b = 4; df/da = 2 a (b + 1) = 30, df/db = a^2 = 9
    struct tape t;
    tape_init(&t);
    int a = tape_leaf(&t, 3), b = tape_leaf(&t, 4);
    int f = tape_mul(&t, tape_add(&t, tape_mul(&t, a, b), a), a);
    grade_scalar("f = (a b + a) a at a = 3, b = 4", tape_value(&t, f), 45, 1e-12);
    int later = tape_exp(&t, tape_leaf(&t, 1));  // not part of f
    tape_backward(&t, f);
    suspect_scalar("nothing sets the output's own gradient to 1", 0);
    grade_scalar("df/df", tape_grad(&t, f), 1, 1e-12);
    suspect_scalar("the walk starts at the wrong end: from the output down to node 0", 0);
    suspect_scalar("a product pays each parent that parent's own value; it is the other's", 60);
    grade_scalar("df/db", tape_grad(&t, b), 9, 1e-12);
    const char *overwritten = "a is used three times, and each use pays: = where += is needed";
    suspect_scalar(overwritten, 12);
    suspect_scalar(overwritten, 15);
    grade_scalar("df/da", tape_grad(&t, a), 30, 1e-12);
    grade_scalar("the gradient of a node that f does not depend on", tape_grad(&t, later), 0, 1e-12);
    tape_backward(&t, f);
    grade_scalar("df/da, asked for twice", tape_grad(&t, a), 30, 1e-12);
    tape_free(&t);
}

enum { EXPRESSION = 5 };

// An expression with every operation, each value used more than once. Returns the output; x are the first nodes.
static int expression(struct tape *t, const double *x) {
    for (int i = 0; i < EXPRESSION; i++) tape_leaf(t, x[i]);
    int sum = tape_add(t, tape_mul(t, 0, 1), tape_pow(t, 2, 3));
    int squashed = tape_tanh(t, tape_scale(t, sum, 0.3));
    int positive_part = tape_relu(t, tape_sub(t, squashed, tape_tanh(t, 3)));
    int ratio = tape_div(t, tape_exp(t, squashed), tape_add(t, tape_exp(t, 4), tape_exp(t, 3)));
    int logarithm = tape_log(t, tape_add(t, ratio, tape_pow(t, 2, 2)));
    return tape_add(t, tape_mul(t, logarithm, sum), tape_mul(t, positive_part, positive_part));
}

static double expression_value(const double *x, void *context) {
    (void)context;
    double sum = x[0] * x[1] + x[2] * x[2] * x[2], squashed = tanh(0.3 * sum);
    double part = fmax(0, squashed - tanh(x[3])), ratio = exp(squashed) / (exp(x[4]) + exp(x[3]));
    return log(ratio + x[2] * x[2]) * sum + part * part;
}

// One operation at x, its slope by formula and by tape.
static void check_slope(const char *what, int (*op)(struct tape *, int), double x, double slope, const char *mistake,
                        double wrong) {
    struct tape t;
    tape_init(&t);
    int a = tape_leaf(&t, x), out = tape_mul(&t, op(&t, a), tape_leaf(&t, 3));
    tape_backward(&t, out);
    suspect_scalar("the node's own gradient is left out: the slope has to be multiplied by it", slope);
    suspect_scalar(mistake, 3 * wrong);
    grade_scalar(what, tape_grad(&t, a), 3 * slope, 1e-12);
    tape_free(&t);
}

static int cube(struct tape *t, int a) {
    return tape_pow(t, a, 3);
}

static int twice(struct tape *t, int a) {
    return tape_add(t, a, a);
}

EXERCISE(node_backward, .number = "03.13", .points = 5, .needs = "tape_backward") {
    double x = 0.3 + (double)rng_uniform(grade_rng());
    check_slope("slope of 3 (x + x)", twice, x, 2, "x is both parents, and both pay: = where += is needed", 1);
    check_slope("slope of 3 x^3", cube, x, 3 * x * x, "k a^k: the exponent goes down by one", 3 * x * x * x);
    suspect_scalar("divided by the node's value, which is log x already, not by x", 3 / log(x));
    check_slope("slope of 3 log x", tape_log, x, 1 / x, "the value log x was used, not its slope 1/x", log(x));
    suspect_scalar("1 - x^2 with what tanh was made from; it is 1 - tanh(x)^2", 3 * (1 - x * x));
    check_slope("slope of 3 tanh x", tape_tanh, x, 1 - tanh(x) * tanh(x),
                "tanh is taken of the node's value, which is the tanh already", 1 - tanh(tanh(x)) * tanh(tanh(x)));
    check_slope("slope of 3 relu(x), x > 0", tape_relu, x, 1, "the value was used, not the slope 1", x);
    check_slope("slope of 3 relu(x), x < 0", tape_relu, -x, 0, "the slope of a negative input is 0", 1);

    double at[EXPRESSION];
    for (int i = 0; i < EXPRESSION; i++) at[i] = 0.4 + (double)rng_uniform(grade_rng());
    at[3] = -at[3];  // keeps the ReLU away from its kink
    struct tape t;
    tape_init(&t);
    int output = expression(&t, at);
    grade_scalar("an expression of all operations", tape_value(&t, output), expression_value(at, NULL), 1e-12);
    tape_backward(&t, output);
    for (int i = 0; i < EXPRESSION; i++) {
        double kept = at[i], step = 1e-5;
        at[i] = kept + step;
        double up = expression_value(at, NULL);
        at[i] = kept - step;
        double down = expression_value(at, NULL);
        at[i] = kept;
        char what[80];
        snprintf(what, sizeof what, "the slope of an expression of all operations in x[%d]", i);
        grade_scalar(what, tape_grad(&t, i), (up - down) / (2 * step), 1e-7);
    }
    tape_free(&t);
}
