// Graded tests of chapter 03. Expected values come from the chapter's examples, from definitions in double written here,
// and from central differences of those definitions.
#include "03-backprop/backprop.h"

#include <stdlib.h>

#include "grade/grade.h"

// ---- the threshold unit ---------------------------------------------------------------------------------------------

static int fires(const float *x, const float *weight, float bias, int n) {
    double sum = (double)bias;
    for (int i = 0; i < n; i++) sum += (double)weight[i] * x[i];
    return sum >= 0;
}

EXERCISE(threshold_unit, .number = "03.1", .points = 3) {
    // the chapter's first example: "and" with weights 1, 1 and bias -1.5
    const float weight[2] = {1, 1};
    static const float corner[4][2] = {{0, 0}, {0, 1}, {1, 0}, {1, 1}};
    for (int k = 0; k < 4; k++) {
        int got = threshold_unit(corner[k], weight, -1.5f, 2);
        if (k < 3) suspect_scalar("the bias is not added to the sum", 1);
        char what[64];
        snprintf(what, sizeof what, "weights 1, 1, bias -1.5, inputs %g, %g", (double)corner[k][0],
                 (double)corner[k][1]);
        grade_equal(what, got, k == 3);
    }
    suspect_scalar("the unit fires above 0 only; at exactly 0 it fires too (>=)", 0);
    grade_equal("weight 1, bias -1, input 1: the sum is exactly 0", threshold_unit(weight, weight, -1, 1), 1);
    for (int trial = 0; trial < 40; trial++) {
        int n = grade_int(0, 9);
        float x[9], w[9], bias = (float)grade_int(-3, 3);
        for (int i = 0; i < n; i++) x[i] = (float)grade_int(-2, 2), w[i] = (float)grade_int(-3, 3);
        char what[64];
        snprintf(what, sizeof what, "a unit with %d inputs, trial %d", n, trial);
        grade_equal(what, threshold_unit(x, w, bias, n), fires(x, w, bias, n));
    }
}

static void check_gate(const char *name, struct gate gate, const int want[4]) {
    for (int k = 0; k < 4; k++) {
        const float in[2] = {(float)(k / 2), (float)(k % 2)};
        int got = fires(in, gate.weight, gate.bias, 2);
        grade_true(got == want[k], "%s: weights %g, %g and bias %g %s for inputs %d, %d, and should %s", name,
                   (double)gate.weight[0], (double)gate.weight[1], (double)gate.bias, got ? "fire" : "do not fire",
                   k / 2, k % 2, want[k] ? "fire" : "not");
    }
}

EXERCISE(gate_xor, .number = "03.1", .points = 3, .needs = "threshold_unit") {
    check_gate("gate_and", gate_and(), (const int[]){0, 0, 0, 1});
    check_gate("gate_or", gate_or(), (const int[]){0, 1, 1, 1});
    check_gate("gate_not", gate_not(), (const int[]){1, 1, 0, 0});
    for (int k = 0; k < 4; k++) {
        char what[32];
        snprintf(what, sizeof what, "gate_xor(%d, %d)", k / 2, k % 2);
        if (k == 3) suspect_scalar("this is OR: the case that both are 1 is not taken out", 1);
        if (k == 0) suspect_scalar("this is NAND: the case that neither is 1 is not taken out", 1);
        grade_equal(what, gate_xor(k / 2, k % 2), (k / 2) != (k % 2));
    }
}

// ---- activations ----------------------------------------------------------------------------------------------------
// An activation as a function of one number and of alpha, which most do not have.
typedef double (*scalar_function)(double x, double alpha);

struct weighted {
    scalar_function f;
    const float *dout;
    int n;
    double alpha;
};
// sum_i dout[i] f(x[i]): its slope in x[i] is what a backward pass must add to dx[i]
static double weighted_sum(const double *x, void *context) {
    const struct weighted *w = context;
    double sum = 0;
    for (int i = 0; i < w->n; i++) sum += (double)w->dout[i] * w->f(x[i], w->alpha);
    return sum;
}

static double *apply(scalar_function f, const float *dout, const float *x, int n, double alpha) {
    double *values = grade_doubles(n);
    for (int i = 0; i < n; i++) values[i] = (dout ? (double)dout[i] : 1.0) * f((double)x[i], alpha);
    return values;
}

// n inputs, both signs, none nearer to the kink at 0 than 0.05
static float *inputs_off_kinks(int n) {
    float *x = grade_floats(n);
    for (int i = 0; i < n; i++) x[i] = 1.5f * x[i] + (x[i] > 0 ? 0.05f : -0.05f);
    return grade_copy(x, n);
}

struct activation_case {
    int n;
    float *x, *dout, *out, *dx;
    double alpha;
};
static struct activation_case new_case(double alpha) {
    int n = grade_int(7, 40);
    return (struct activation_case){n, inputs_off_kinks(n), grade_floats(n), grade_output(n), grade_grad(n), alpha};
}
static void suspect_slope(const char *mistake, scalar_function slope, const struct activation_case *c) {
    suspect(mistake, apply(slope, c->dout, c->x, c->n, c->alpha));
}
static void check_out(const struct activation_case *c, scalar_function f) {
    grade_array("out", c->out, apply(f, NULL, c->x, c->n, c->alpha), AXES("i", c->n), 1e-5);
    grade_unchanged("x", c->x);
}
// slope is only used to name a mistake; what is right comes from central differences of f
static void check_dx(const struct activation_case *c, scalar_function f, scalar_function slope) {
    suspect("dout is left out: the slope has to be multiplied by it", apply(slope, NULL, c->x, c->n, c->alpha));
    struct weighted w = {f, c->dout, c->n, c->alpha};
    grade_gradient_check("dx", c->dx, c->x, AXES("i", c->n), weighted_sum, &w, 2e-5);
    grade_unchanged("x", c->x);
    grade_unchanged("dout", c->dout);
}

static double sigmoid(double x, double alpha) {
    (void)alpha;
    return 1 / (1 + exp(-x));
}
static double sigmoid_slope(double x, double alpha) {
    return sigmoid(x, alpha) * (1 - sigmoid(x, alpha));
}
static double sigmoid_slope_of_x(double x, double alpha) {
    (void)alpha;
    return x * (1 - x);
}
static double sigmoid_of_minus(double x, double alpha) {
    return sigmoid(-x, alpha);
}

static double one_minus_square(double x, double alpha) {
    return 1 - sigmoid(x, alpha) * sigmoid(x, alpha);
}

EXERCISE(sigmoid_forward, .number = "03.2", .points = 2) {
    const float few[3] = {0, 1, -2};
    float *out = grade_output(3);
    sigmoid_forward(out, few, 3);
    grade_array("sigmoid of 0, 1, -2", out, (const double[]){0.5, 0.7310586, 0.1192029}, AXES("i", 3), 1e-6);
    struct activation_case c = new_case(0);
    sigmoid_forward(c.out, c.x, c.n);
    suspect("the sign in the exponent: e^-x, not e^x", apply(sigmoid_of_minus, NULL, c.x, c.n, 0));
    check_out(&c, sigmoid);
    const float extreme[2] = {-1000, 1000};
    out = grade_output(2);
    sigmoid_forward(out, extreme, 2);
    grade_array("sigmoid of -1000, 1000", out, (const double[]){0, 1}, AXES("i", 2), 1e-6);
}

EXERCISE(sigmoid_backward, .number = "03.2", .points = 4) {
    struct activation_case c = new_case(0);
    sigmoid_backward(c.dx, c.dout, c.x, c.n);
    suspect_slope("x (1 - x): the slope is s (1 - s) with s = sigmoid(x)", sigmoid_slope_of_x, &c);
    suspect_slope("sigmoid(x) itself, not its slope", sigmoid, &c);
    suspect_slope("1 - s: the factor s is missing", sigmoid_of_minus, &c);
    suspect_slope("1 - s^2: that is the slope of tanh, with t for s", one_minus_square, &c);
    check_dx(&c, sigmoid, sigmoid_slope);
}

static double tanh_of(double x, double alpha) {
    (void)alpha;
    return tanh(x);
}
static double tanh_slope(double x, double alpha) {
    return 1 - tanh_of(x, alpha) * tanh_of(x, alpha);
}
static double tanh_slope_of_x(double x, double alpha) {
    (void)alpha;
    return 1 - x * x;
}
static double tanh_slope_unsquared(double x, double alpha) {
    return 1 - tanh_of(x, alpha);
}

EXERCISE(tanh_backward, .number = "03.2", .points = 3) {
    struct activation_case c = new_case(0);
    tanh_forward(c.out, c.x, c.n);
    check_out(&c, tanh_of);
    tanh_backward(c.dx, c.dout, c.x, c.n);
    suspect_slope("1 - x^2: the slope is 1 - tanh(x)^2", tanh_slope_of_x, &c);
    suspect_slope("1 - tanh(x): the square is missing", tanh_slope_unsquared, &c);
    check_dx(&c, tanh_of, tanh_slope);
}

static double leaky(double x, double alpha) {
    return x > 0 ? x : alpha * x;
}
static double leaky_slope(double x, double alpha) {
    return x > 0 ? 1 : alpha;
}
static double leaky_value_as_slope(double x, double alpha) {
    return x > 0 ? 1 : alpha * x;
}
static double leaky_swapped(double x, double alpha) {
    return x > 0 ? alpha : 1;
}
static double positive(double x, double alpha) {
    (void)alpha;
    return x > 0;
}
static double not_negative(double x, double alpha) {
    (void)alpha;
    return x >= 0;
}
static double magnitude(double x, double alpha) {
    (void)alpha;
    return fabs(x);
}

EXERCISE(relu_backward, .number = "03.3", .points = 4) {
    struct activation_case c = new_case(0);
    relu_forward(c.out, c.x, c.n);
    suspect("|x|: a negative input gives 0", apply(magnitude, NULL, c.x, c.n, 0));
    check_out(&c, leaky);
    for (int i = 0; i < c.n; i += 3) c.x[i] = 0;  // here no central difference: the slope at 0 is a convention
    float *x = grade_copy(c.x, c.n);
    relu_backward(c.dx, c.dout, x, c.n);
    double *by_dout = grade_doubles(c.n);
    for (int i = 0; i < c.n; i++) by_dout[i] = c.dout[i] > 0 ? (double)c.dout[i] : 0;
    suspect("the slope at exactly 0 is taken as 1: x > 0, not x >= 0", apply(not_negative, c.dout, x, c.n, 0));
    suspect("it asks for the sign of dout; the sign of x decides", by_dout);
    suspect("it passes relu(x) back, not dout", apply(leaky, NULL, x, c.n, 0));
    suspect("dout is left out: the slope has to be multiplied by it", apply(positive, NULL, x, c.n, 0));
    grade_gradient("dx", c.dx, apply(positive, c.dout, x, c.n, 0), AXES("i", c.n), 1e-5);
}

EXERCISE(leaky_relu_backward, .number = "03.3", .points = 3) {
    struct activation_case c = new_case(0.01 * grade_int(1, 30));
    leaky_relu_forward(c.out, c.x, (float)c.alpha, c.n);
    suspect("a plain ReLU: alpha is not used", apply(leaky, NULL, c.x, c.n, 0));
    check_out(&c, leaky);
    leaky_relu_backward(c.dx, c.dout, c.x, (float)c.alpha, c.n);
    suspect_slope("a plain ReLU: the slope where x is negative is alpha, not 0", positive, &c);
    suspect_slope("alpha and 1 are swapped", leaky_swapped, &c);
    suspect_slope("alpha x where x is negative: that is the value, the slope is alpha", leaky_value_as_slope, &c);
    check_dx(&c, leaky, leaky_slope);
}

static double elu(double x, double alpha) {
    return x > 0 ? x : alpha * expm1(x);
}
static double elu_slope(double x, double alpha) {
    return x > 0 ? 1 : alpha * exp(x);
}
static double elu_slope_without_alpha(double x, double alpha) {
    (void)alpha;
    return elu_slope(x, 1);
}
static double elu_value_as_slope(double x, double alpha) {
    return x > 0 ? 1 : alpha * expm1(x);
}
static double elu_slope_of_minus(double x, double alpha) {
    return x > 0 ? 1 : alpha * exp(-x);
}
static double elu_parenthesis(double x, double alpha) {
    return x > 0 ? x : alpha * exp(x) - 1;
}
static double elu_without_alpha(double x, double alpha) {
    (void)alpha;
    return elu(x, 1);
}

EXERCISE(elu_backward, .number = "03.3", .points = 4) {
    struct activation_case c = new_case(0.1 * grade_int(3, 8));
    elu_forward(c.out, c.x, (float)c.alpha, c.n);
    suspect("alpha is not used", apply(elu_without_alpha, NULL, c.x, c.n, c.alpha));
    suspect("alpha e^x - 1: alpha multiplies the whole of e^x - 1", apply(elu_parenthesis, NULL, c.x, c.n, c.alpha));
    check_out(&c, elu);
    elu_backward(c.dx, c.dout, c.x, (float)c.alpha, c.n);
    suspect_slope("alpha is missing in the slope", elu_slope_without_alpha, &c);
    suspect_slope("the sign in the exponent: e^x, not e^-x", elu_slope_of_minus, &c);
    suspect_slope("alpha (e^x - 1) where x is negative: that is the value, the slope is alpha e^x", elu_value_as_slope,
                  &c);
    check_dx(&c, elu, elu_slope);
}

static double silu(double x, double alpha) {
    return x * sigmoid(x, alpha);
}
static double silu_slope(double x, double alpha) {
    return sigmoid(x, alpha) + x * sigmoid_slope(x, alpha);
}
static double silu_second_term(double x, double alpha) {
    return x * sigmoid_slope(x, alpha);
}
static double silu_without_x(double x, double alpha) {
    return sigmoid(x, alpha) + sigmoid_slope(x, alpha);
}

EXERCISE(silu_backward, .number = "03.4", .points = 4) {
    struct activation_case c = new_case(0);
    silu_forward(c.out, c.x, c.n);
    suspect("sigmoid(x): the factor x is missing", apply(sigmoid, NULL, c.x, c.n, 0));
    check_out(&c, silu);
    silu_backward(c.dx, c.dout, c.x, c.n);
    suspect_slope("only sigmoid(x): the product rule has a second term, x s (1 - s)", sigmoid, &c);
    suspect_slope("only x s (1 - s): the product rule has another term, s", silu_second_term, &c);
    suspect_slope("s + s (1 - s): the second term lacks its factor x", silu_without_x, &c);
    check_dx(&c, silu, silu_slope);
}

static const double root_2_over_pi = 0.79788456080286535588;
static double gelu_inner(double x, double cubic) {
    return root_2_over_pi * (x + cubic * x * x * x);
}
static double gelu_with(double x, double cubic) {
    return 0.5 * x * (1 + tanh(gelu_inner(x, cubic)));
}
static double gelu(double x, double alpha) {
    (void)alpha;
    return gelu_with(x, 0.044715);
}
static double gelu_without_cubic(double x, double alpha) {
    (void)alpha;
    return gelu_with(x, 0);
}
static double gelu_exact(double x, double alpha) {
    (void)alpha;
    return 0.5 * x * (1 + erf(x * sqrt(0.5)));
}
static double gelu_exact_slope(double x, double alpha) {
    (void)alpha;
    return 0.5 * (1 + erf(x * sqrt(0.5))) + x * exp(-0.5 * x * x) * 0.5 * root_2_over_pi;
}
static double gelu_first_term(double x, double alpha) {
    (void)alpha;
    return 0.5 * (1 + tanh(gelu_inner(x, 0.044715)));
}
static double gelu_second_term(double x, double du) {
    double t = tanh(gelu_inner(x, 0.044715));
    return 0.5 * x * (1 - t * t) * du;
}
static double gelu_slope(double x, double alpha) {
    return gelu_first_term(x, alpha) + gelu_second_term(x, root_2_over_pi * (1 + 3 * 0.044715 * x * x));
}
static double gelu_without_inner_slope(double x, double alpha) {
    return gelu_first_term(x, alpha) + gelu_second_term(x, 1);
}
static double gelu_second_doubled(double x, double alpha) {
    return 2 * gelu_slope(x, alpha) - gelu_first_term(x, alpha);
}
static double gelu_without_3(double x, double alpha) {
    return gelu_first_term(x, alpha) + gelu_second_term(x, root_2_over_pi * (1 + 0.044715 * x * x));
}

EXERCISE(gelu_backward, .number = "03.4", .points = 4) {
    struct activation_case c = new_case(0);
    gelu_forward(c.out, c.x, c.n);
    suspect("the exact form with erf; asked for is the tanh form of GPT-2", apply(gelu_exact, NULL, c.x, c.n, 0));
    suspect("the cubic term 0.044715 x^3 is missing", apply(gelu_without_cubic, NULL, c.x, c.n, 0));
    check_out(&c, gelu);
    gelu_backward(c.dx, c.dout, c.x, c.n);
    suspect_slope("only 0.5 (1 + tanh u): the product rule has a second term", gelu_first_term, &c);
    suspect_slope("the inner slope du/dx is missing (chain rule)", gelu_without_inner_slope, &c);
    suspect_slope("the second term lacks its factor 0.5", gelu_second_doubled, &c);
    suspect_slope("the slope of x^3 is 3 x^2: the 3 is missing", gelu_without_3, &c);
    suspect_slope("the slope of the exact form with erf; asked for is the tanh form", gelu_exact_slope, &c);
    check_dx(&c, gelu, gelu_slope);
}

// ---- softmax and cross-entropy --------------------------------------------------------------------------------------

static void softmax(double *out, const double *x, int B, int C) {
    for (int b = 0; b < B; b++) {
        double max = x[b * C], sum = 0;
        for (int c = 0; c < C; c++) max = fmax(max, x[b * C + c]);
        for (int c = 0; c < C; c++) sum += exp(x[b * C + c] - max);
        for (int c = 0; c < C; c++) out[b * C + c] = exp(x[b * C + c] - max) / sum;
    }
}
static double *doubles_of(const float *values, int n) {
    double *copy = grade_doubles(n);
    for (int i = 0; i < n; i++) copy[i] = (double)values[i];
    return copy;
}
static double *softmax_of(const float *x, int B, int C) {
    double *out = grade_doubles(B * C);
    softmax(out, doubles_of(x, B * C), B, C);
    return out;
}
// Scores of thousands, and in every row the first at least 5 above the rest. It is 1000 in the rows 0, 2, ..., where e^x
// overflows, and -1000 in the others, where it underflows.
static float *large_scores(int B, int C) {
    float *x = grade_floats(B * C);
    for (int i = 0; i < B * C; i++) {
        x[i] = i % C ? (float)grade_int(-1000, 995) : 1000.0f;
        if (i / C % 2) x[i] -= 2000;
    }
    return x;
}
static void require_finite(const char *what, const float *values, int B, int C) {
    for (int i = 0; i < B * C; i++) {
        grade_true(isfinite(values[i]), "%s: row %d has a %g\nlooks like: %s", what, i / C, (double)values[i],
                   i / C % 2 ? "what is subtracted is not this row's maximum (all of its scores are below -999): 0, or "
                               "another row's?"
                             : "the row's maximum is not subtracted before e^x, which overflows");
    }
}

EXERCISE(softmax_forward, .number = "03.5", .points = 5) {
    const float three[3] = {1, 2, 3};
    float *out = grade_output(3);
    softmax_forward(out, three, 1, 3);
    suspect("the division by the row's sum is missing", (const double[]){0.1353353, 0.3678794, 1});
    grade_array("softmax of 1, 2, 3", out, (const double[]){0.0900306, 0.2447285, 0.6652410}, AXES("c", 3), 1e-6);

    int B = grade_int(3, 8), C = grade_int(9, 14);
    float *x = grade_floats(B * C);
    double *want = softmax_of(x, B, C), *raw = grade_doubles(B * C), *shifted = grade_doubles(B * C);
    double *over_all = grade_doubles(B * C), *over_columns = grade_doubles(B * C), total = 0;
    for (int b = 0; b < B; b++) {
        double max = -INFINITY;
        for (int c = 0; c < C; c++) max = fmax(max, (double)x[b * C + c]);
        for (int c = 0; c < C; c++) {
            raw[b * C + c] = exp((double)x[b * C + c]);
            shifted[b * C + c] = exp((double)x[b * C + c] - max);
            total += raw[b * C + c];
        }
    }
    for (int i = 0; i < B * C; i++) {
        double column = 0;
        for (int b = 0; b < B; b++) column += raw[b * C + i % C];
        over_all[i] = raw[i] / total;
        over_columns[i] = raw[i] / column;
    }
    out = grade_output(B * C);
    softmax_forward(out, x, B, C);
    suspect("the division by the row's sum is missing", shifted);
    suspect("the division by the row's sum is missing", raw);
    suspect("divided by the sum over the whole batch, not over the row", over_all);
    suspect("divided by the sum over a column, not over the row", over_columns);
    grade_array("out", out, want, AXES("bc", B, C), 1e-5);
    grade_unchanged("x", x);

    x = large_scores(B, C);
    softmax_forward(out, x, B, C);
    require_finite("scores of thousands", out, B, C);
    want = softmax_of(x, B, C);
    grade_array("scores of thousands", out, want, AXES("bc", B, C), 1e-5);
    softmax_forward(x, x, B, C);
    grade_array("out, where it is x itself", x, want, AXES("bc", B, C), 1e-5);
}

struct batch {
    int B, C;
    const float *dout;
    const int *targets;
    double dloss;
};
static double softmax_loss(const double *x, void *context) {
    const struct batch *k = context;
    double *out = alloc_doubles((size_t)k->B * k->C), sum = 0;
    softmax(out, x, k->B, k->C);
    for (int i = 0; i < k->B * k->C; i++) sum += (double)k->dout[i] * out[i];
    free(out);
    return sum;
}

EXERCISE(softmax_backward, .number = "03.5", .points = 5) {
    int B = grade_int(3, 6), C = grade_int(7, 11), n = B * C;
    float *x = grade_floats(n), *dout = grade_floats(n), *dx = grade_grad(n);
    double *p = softmax_of(x, B, C);
    float *out = grade_copy_doubles(p, n);
    softmax_backward(dx, dout, out, B, C);
    double *no_sum = grade_doubles(n), *diagonal = grade_doubles(n), *flat_sum = grade_doubles(n);
    double *running = grade_doubles(n), so_far = 0;
    for (int b = 0; b < B; b++) {
        double plain = 0;
        for (int c = 0; c < C; c++) plain += (double)dout[b * C + c], so_far += (double)dout[b * C + c] * p[b * C + c];
        for (int i = b * C; i < (b + 1) * C; i++) {
            no_sum[i] = p[i] * (double)dout[i];
            diagonal[i] = p[i] * (1 - p[i]) * (double)dout[i];
            flat_sum[i] = p[i] * ((double)dout[i] - plain);
            running[i] = p[i] * ((double)dout[i] - so_far);
        }
    }
    suspect("the sum term is missing: raising one score lowers all the other probabilities", no_sum);
    suspect("only the diagonal out (1 - out): every output of a row depends on every score of it", diagonal);
    suspect("the sum over the row takes dout alone, not dout times out", flat_sum);
    suspect("the sum goes on from row to row: it starts at 0 in each", running);
    struct batch k = {.B = B, .C = C, .dout = dout};
    grade_gradient_check("dx", dx, x, AXES("bc", B, C), softmax_loss, &k, 2e-5);
    grade_unchanged("dout", dout);
    grade_unchanged("out", out);
}

static double cross_entropy(const double *x, void *context) {
    const struct batch *k = context;
    double total = 0;
    for (int b = 0; b < k->B; b++) {
        double max = x[b * k->C], sum = 0;
        for (int c = 0; c < k->C; c++) max = fmax(max, x[b * k->C + c]);
        for (int c = 0; c < k->C; c++) sum += exp(x[b * k->C + c] - max);
        total += max + log(sum) - x[b * k->C + k->targets[b]];
    }
    return k->dloss * total / k->B;
}

EXERCISE(cross_entropy_forward, .number = "03.6", .points = 5) {
    const float three[3] = {1, 2, 3};
    const int last = 2, first = 0;
    float *probs = grade_output(3);
    const char *lost = "the maximum is subtracted in the exponents, but not added to the logarithm again";
    suspect_scalar(lost, 0.4076060 - 3);
    grade_scalar("logits 1, 2, 3, target 2", cross_entropy_forward(probs, three, &last, 1, 3), 0.4076060, 1e-6);
    suspect_scalar(lost, 2.4076060 - 3);
    grade_scalar("logits 1, 2, 3, target 0", cross_entropy_forward(probs, three, &first, 1, 3), 2.4076060, 1e-6);

    int B = grade_int(3, 8), C = grade_int(9, 14);
    float *x = grade_floats(B * C);
    int *targets = grade_ints(B, 0, C - 1);
    probs = grade_output(B * C);
    struct batch k = {.B = B, .C = C, .targets = targets, .dloss = 1};
    double want = cross_entropy(doubles_of(x, B * C), &k);
    double in_row_0 = want;
    for (int b = 0; b < B; b++) in_row_0 += ((double)x[b * C + targets[b]] - (double)x[targets[b]]) / B;
    float got = cross_entropy_forward(probs, x, targets, B, C);
    suspect_scalar("the target's score is read in row 0 every time: it lies at b * C + targets[b]", in_row_0);
    suspect_scalar("the sum over the batch: the 1/B is missing", want * B);
    suspect_scalar("the minus is missing: the loss is -log p", -want);
    suspect_scalar("divided by B C: the mean is over the B rows", want / C);
    grade_scalar("loss", (double)got, want, 1e-5);
    grade_array("probs", probs, softmax_of(x, B, C), AXES("bc", B, C), 1e-5);
    grade_unchanged("logits", x);

    x = large_scores(B, C);
    for (int b = 0; b < B; b++) targets[b] = b % 2 ? 0 : grade_int(1, C - 1);
    got = cross_entropy_forward(probs, x, targets, B, C);
    require_finite("probs of logits of thousands", probs, B, C);
    grade_true(isfinite(got), "the loss of logits of thousands is %g\nlooks like: %s", (double)got,
               "log of a probability that is 0: take the loss from the logits");
    grade_scalar("loss of logits of thousands", (double)got, cross_entropy(doubles_of(x, B * C), &k), 1e-5);
}

EXERCISE(cross_entropy_backward, .number = "03.6", .points = 5) {
    // the chapter's example: p = (0.0900, 0.2447, 0.6652), target 0
    const float p3[3] = {0.0900306f, 0.2447285f, 0.6652410f};
    const int first = 0;
    float *dx = grade_grad(3);
    cross_entropy_backward(dx, 1, p3, &first, 1, 3);
    suspect("the target's 1 is never subtracted", doubles_of(p3, 3));
    suspect("only the target's logit gets a gradient; the others get their probabilities",
            (const double[]){-0.9099694, 0, 0});
    grade_gradient("dlogits of logits 1, 2, 3, target 0", dx, (const double[]){-0.9099694, 0.2447285, 0.6652410},
                   AXES("c", 3), 1e-5);

    int B = grade_int(3, 7), C = grade_int(8, 12), n = B * C;
    float *x = grade_floats(n), dloss = 0.01f * (float)grade_int(31, 47);
    int *targets = grade_ints(B, 0, C - 1);
    double *p = softmax_of(x, B, C), *no_target = grade_doubles(n);
    double *in_row_0 = grade_doubles(n);
    float *probs = grade_copy_doubles(p, n);
    for (int i = 0; i < n; i++) in_row_0[i] = no_target[i] = (double)dloss * p[i] / B;
    for (int b = 0; b < B; b++) in_row_0[targets[b]] -= (double)dloss / B;
    dx = grade_grad(n);
    cross_entropy_backward(dx, dloss, probs, targets, B, C);
    suspect_factor("the 1/B is missing: the loss is a mean over the batch", B);
    suspect_factor("dloss is left out", 1 / (double)dloss);
    suspect_factor("divided by B C: the mean is over the B rows", 1.0 / C);
    suspect_factor("divided by C, not by B", (double)B / C);
    suspect("the target's 1 is never subtracted", no_target);
    suspect("the 1 is subtracted in row 0 every time: the target lies at b * C + targets[b]", in_row_0);
    struct batch k = {.B = B, .C = C, .targets = targets, .dloss = (double)dloss};
    grade_gradient_check("dlogits", dx, x, AXES("bc", B, C), cross_entropy, &k, 2e-5);
    grade_unchanged("probs", probs);
}

// ---- the linear layer -----------------------------------------------------------------------------------------------

// One affine map in double, for any strides of weight; bias may be NULL.
static double *affine(const float *x, const float *weight, const float *bias, int B, int I, int O, int w_o, int w_i) {
    double *out = grade_doubles(B * O);
    for (int b = 0; b < B; b++)
        for (int o = 0; o < O; o++) {
            double sum = bias ? (double)bias[o] : 0;
            for (int i = 0; i < I; i++) sum += (double)x[b * I + i] * (double)weight[o * w_o + i * w_i];
            out[b * O + o] = sum;
        }
    return out;
}

EXERCISE(linear_forward, .number = "03.7", .points = 6) {
    // the chapter's example
    const float x2[2] = {1, 2}, w22[4] = {0.5f, 0.25f, -1, 0.5f}, b2[2] = {0.5f, -0.5f};
    float *out = grade_output(2);
    linear_forward(out, x2, w22, b2, 1, 2, 2);
    suspect("the bias is not added", (const double[]){1, 0});
    suspect("the bias is added once per input; it is added once per output", (const double[]){2, -1});
    suspect("weight is read as (I,O): its rows belong to the outputs, weight[o * I + i]", (const double[]){-1, 0.75});
    grade_array("the example x = (1, 2)", out, (const double[]){1.5, -0.5}, AXES("o", 2), 1e-6);

    for (int trial = 0; trial < 4; trial++) {
        bool large = trial == 3;
        int B = large ? 101 : grade_int(2, 7), I = large ? 103 : grade_int(8, 13), O = large ? 97 : grade_int(3, 7);
        float *x = grade_floats(B * I), *weight = grade_floats(O * I), *bias = trial == 1 ? NULL : grade_floats(O);
        out = grade_output(B * O);
        linear_forward(out, x, weight, bias, B, I, O);
        suspect("weight is read as (I,O): its rows belong to the outputs, weight[o * I + i]",
                affine(x, weight, bias, B, I, O, 1, O));
        suspect("the bias is not added", affine(x, weight, NULL, B, I, O, I, 1));
        char what[64];
        snprintf(what, sizeof what, "out for B=%d, I=%d, O=%d%s", B, I, O, bias ? "" : ", no bias");
        grade_array(what, out, affine(x, weight, bias, B, I, O, I, 1), AXES("bo", B, O), 2e-5);
        grade_unchanged("x", x);
        grade_unchanged("weight", weight);
    }
}

// c[m,n] = sum_k a[m,k] b[k,n], with the strides of a and b
static double *product(const float *a, int a_m, int a_k, const float *b, int b_k, int b_n, int M, int K, int N) {
    double *c = grade_doubles(M * N);
    for (int m = 0; m < M; m++)
        for (int n = 0; n < N; n++)
            for (int k = 0; k < K; k++) c[m * N + n] += (double)a[m * a_m + k * a_k] * (double)b[k * b_k + n * b_n];
    return c;
}

static void check_linear_backward(int B, int I, int O) {
    float *x = grade_floats(B * I), *weight = grade_floats(O * I), *dout = grade_floats(B * O), one[128];
    float *dx = grade_grad(B * I), *dweight = grade_grad(O * I), *dbias = grade_grad(O);
    for (int b = 0; b < B; b++) one[b] = 1;
    linear_backward(dx, dweight, dbias, dout, x, weight, B, I, O);
    char size[64];
    snprintf(size, sizeof size, "for B=%d, I=%d, O=%d", B, I, O);
    char what[80];

    snprintf(what, sizeof what, "dx %s", size);
    suspect("weight is read as (I,O) where it is (O,I)", product(dout, O, 1, weight, 1, O, B, O, I));
    grade_gradient(what, dx, product(dout, O, 1, weight, I, 1, B, O, I), AXES("bi", B, I), 2e-5);

    snprintf(what, sizeof what, "dweight %s", size);
    double *last = product(dout + (B - 1) * O, 1, O, x + (B - 1) * I, I, 1, O, 1, I);
    suspect("only the last row of the batch counts: = where += is needed", last);
    suspect_factor("divided by B: the loss has done that already", 1.0 / B);
    suspect("dweight is stored as (I,O) where it is (O,I)", product(x, 1, I, dout, O, 1, I, B, O));
    grade_gradient(what, dweight, product(dout, 1, O, x, I, 1, O, B, I), AXES("oi", O, I), 2e-5);

    snprintf(what, sizeof what, "dbias %s", size);
    suspect_factor("divided by B: the loss has done that already", 1.0 / B);
    suspect("only one row of dout counts: dbias sums over the batch", doubles_of(dout, O));
    suspect("only one row of dout counts: dbias sums over the batch", doubles_of(dout + (B - 1) * O, O));
    grade_gradient(what, dbias, product(one, 0, 1, dout, O, 1, 1, B, O), AXES("o", O), 2e-5);
    grade_unchanged("x", x);
    grade_unchanged("weight", weight);
    grade_unchanged("dout", dout);
}

EXERCISE(linear_backward, .number = "03.8", .points = 8) {
    // the chapter's example: the first layer of the 2-2-1 network
    const float x2[2] = {1, 2}, w22[4] = {0.5f, 0.25f, -1, 0.5f}, dz[2] = {-2, 0};
    float *dx = grade_grad(2), *dweight = grade_grad(4), *dbias = grade_grad(2);
    linear_backward(dx, dweight, dbias, dz, x2, w22, 1, 2, 2);
    grade_gradient("dweight of the example", dweight, (const double[]){-2, -4, 0, 0}, AXES("oi", 2, 2), 1e-5);
    grade_gradient("dbias of the example", dbias, (const double[]){-2, 0}, AXES("o", 2), 1e-5);
    suspect("weight is read as (I,O) where it is (O,I)", (const double[]){-1, 2});
    grade_gradient("dx of the example", dx, (const double[]){-1, -0.5}, AXES("i", 2), 1e-5);

    check_linear_backward(grade_int(2, 4), grade_int(8, 13), grade_int(5, 7));
    check_linear_backward(101, 103, 97);

    const float x3[3] = {1, 2, 3}, w3[3] = {4, 5, 6}, d1 = 2;  // each gradient alone; the others are not wanted
    float *alone = grade_grad(3);
    linear_backward(alone, NULL, NULL, &d1, x3, w3, 1, 3, 1);
    grade_gradient("dx alone", alone, (const double[]){8, 10, 12}, AXES("i", 3), 1e-5);
    alone = grade_grad(3);
    linear_backward(NULL, alone, NULL, &d1, x3, w3, 1, 3, 1);
    grade_gradient("dweight alone", alone, (const double[]){2, 4, 6}, AXES("i", 3), 1e-5);
    alone = grade_grad(1);
    linear_backward(NULL, NULL, alone, &d1, x3, w3, 1, 3, 1);
    grade_gradient("dbias alone", alone, (const double[]){2}, AXES("o", 1), 1e-5);
}

// ---- the MLP --------------------------------------------------------------------------------------------------------

enum { HIDDEN_SIZES = 2, NET_LAYERS = HIDDEN_SIZES + 1, WIDEST = 8, MOST_ROWS = 6 };
enum mistake { NONE, NO_ACTIVATION, ACTIVATION_AT_END, ONE_ROW, SLOPE_LEFT_OUT, SLOPE_AT_A, INPUT_Z };

// A network with tanh between its layers, in double: what mlp_forward and mlp_backward are compared with.
struct net {
    int sizes[NET_LAYERS + 1], B;
    const float *x, *dlogits;
    double z[NET_LAYERS][MOST_ROWS * WIDEST], a[NET_LAYERS + 1][MOST_ROWS * WIDEST];
};
static void net_forward(struct net *net, const double *params, enum mistake mistake) {
    for (int i = 0; i < net->B * net->sizes[0]; i++) net->a[0][i] = (double)net->x[i];
    for (int l = 0; l < NET_LAYERS; l++) {
        int I = net->sizes[l], O = net->sizes[l + 1];
        bool active = (l + 1 < NET_LAYERS || mistake == ACTIVATION_AT_END) && mistake != NO_ACTIVATION;
        for (int b = 0; b < net->B; b++)
            for (int o = 0; o < O; o++) {
                double sum = params[I * O + o];
                for (int i = 0; i < I; i++) sum += params[o * I + i] * net->a[l][b * I + i];
                net->z[l][b * O + o] = sum;
                net->a[l + 1][b * O + o] = active ? tanh(sum) : sum;
                if (active && mistake == ONE_ROW && b > 0) net->a[l + 1][b * O + o] = 0;  // as it was made
            }
        params += (I + 1) * O;
    }
}
// The loss whose slope at the logits is dlogits.
static double net_loss(const double *params, void *context) {
    struct net *net = context;
    net_forward(net, params, NONE);
    double sum = 0;
    for (int i = 0; i < net->B * net->sizes[NET_LAYERS]; i++) sum += (double)net->dlogits[i] * net->a[NET_LAYERS][i];
    return sum;
}
// The gradient that a backward pass with the given mistake would find, after net_forward.
static double *net_backward(const struct net *net, const double *params, int num_params, enum mistake mistake) {
    double *grads = grade_doubles(num_params), dz[MOST_ROWS * WIDEST], da[MOST_ROWS * WIDEST];
    int at = num_params, widest = net->B * net->sizes[NET_LAYERS];
    for (int i = 0; i < widest; i++) dz[i] = (double)net->dlogits[i];
    for (int l = NET_LAYERS - 1; l >= 0; l--) {
        int I = net->sizes[l], O = net->sizes[l + 1];
        at -= (I + 1) * O;
        memset(da, 0, sizeof da);
        for (int b = 0; b < net->B; b++)
            for (int o = 0; o < O; o++) {
                grads[at + I * O + o] += dz[b * O + o];
                const double *got = l > 0 && mistake == INPUT_Z ? net->z[l - 1] : net->a[l];
                for (int i = 0; i < I; i++) {
                    grads[at + o * I + i] += dz[b * O + o] * got[b * I + i];
                    da[b * I + i] += dz[b * O + o] * params[at + o * I + i];
                }
            }
        for (int i = 0; l > 0 && i < net->B * I; i++) {
            double t = tanh(mistake == SLOPE_AT_A ? net->a[l][i] : net->z[l - 1][i]);
            dz[i] = da[i] * (mistake == SLOPE_LEFT_OUT ? 1 : 1 - t * t);
        }
    }
    return grads;
}

static struct mlp random_mlp(struct net *net) {
    int sizes[NET_LAYERS + 1] = {grade_int(6, 8), grade_int(3, 5), grade_int(6, 8), grade_int(2, 4)};
    memcpy(net->sizes, sizes, sizeof sizes);
    net->B = grade_int(2, MOST_ROWS);
    net->x = grade_floats(net->B * sizes[0]);
    net->dlogits = grade_floats(net->B * sizes[NET_LAYERS]);
    struct mlp m;
    mlp_init(&m, sizes, NET_LAYERS, "tanh", 1.0f, MOST_ROWS, grade_rng());
    for (size_t i = 0; i < m.num_params; i++) m.params[i] += 0.3f * rng_normal(grade_rng());  // biases too
    return m;
}
// The chapter's 2-2-1 network: x = (1, 2), ReLU.
static struct mlp example_mlp(void) {
    static const float params[9] = {0.5f, 0.25f, -1, 0.5f, 0.5f, -0.5f, 1, -2, 0.5f};
    struct mlp m;
    mlp_init(&m, (const int[]){2, 2, 1}, 2, "relu", 0.0f, 1, grade_rng());
    memcpy(m.params, params, sizeof params);
    return m;
}
static const float example_x[2] = {1, 2};

EXERCISE(mlp_forward, .number = "03.9", .points = 5, .needs = "linear_forward relu_backward tanh_backward") {
    struct mlp m = example_mlp();
    const float *logits = mlp_forward(&m, example_x, 1);
    grade_true(logits != NULL, "mlp_forward returned NULL; it returns the last layer's z");
    suspect_scalar("no activation between the layers", 3);
    grade_scalar("the chapter's 2-2-1 network", (double)logits[0], 2, 1e-6);
    mlp_free(&m);

    struct net net;
    m = random_mlp(&net);
    double *params = doubles_of(m.params, (int)m.num_params);
    int O = net.sizes[NET_LAYERS], count = net.B * O;
    double *wrong[ONE_ROW + 1];
    for (enum mistake k = NO_ACTIVATION; k <= ONE_ROW; k++) {
        net_forward(&net, params, k);
        wrong[k] = grade_doubles(count);
        memcpy(wrong[k], net.a[NET_LAYERS], sizeof(double) * (size_t)count);
    }
    net_forward(&net, params, NONE);
    suspect("no activation between the layers", wrong[NO_ACTIVATION]);
    suspect("an activation after the last layer too: the logits come out as they are", wrong[ACTIVATION_AT_END]);
    suspect("only the first row goes through the activation: it has B * sizes[l] numbers to do", wrong[ONE_ROW]);
    grade_array("logits", mlp_forward(&m, net.x, net.B), net.a[NET_LAYERS], AXES("bo", net.B, O), 1e-5);
    for (int l = 1; l < NET_LAYERS; l++)
        grade_array("a[l], the input of layer l, which backward needs", m.a[l], net.a[l],
                    AXES("bi", net.B, net.sizes[l]), 1e-5);
    mlp_free(&m);
}

// Lets the gradients of m lie in an array that remembers what it held; returns m's own, for give_back.
static float *lend_grads(struct mlp *m) {
    float *own = m->grads;
    m->grads = grade_grad((int)m->num_params);
    for (int l = 0; l < m->layers; l++) {
        m->dweight[l] = m->grads + (m->dweight[l] - own);
        m->dbias[l] = m->grads + (m->dbias[l] - own);
    }
    return own;
}

EXERCISE(mlp_backward, .number = "03.10", .points = 6,
         .needs = "mlp_forward linear_backward relu_backward tanh_backward") {
    struct mlp m = example_mlp();
    float *own = lend_grads(&m);
    const float down = -2;
    mlp_forward(&m, example_x, 1);
    mlp_backward(&m, &down, example_x, 1);
    suspect("the activation's slope is left out between the layers", (const double[]){-2, -4, 4, 8, -2, 4, -3, 0, -2});
    const char *input_z = "a later layer's dweight is made with z[l-1]; what the layer got is a[l]";
    suspect(input_z, (const double[]){-2, -4, 0, 0, -2, 0, -3, 1, -2});
    grade_gradient("grads of the chapter's 2-2-1 network", m.grads, (const double[]){-2, -4, 0, 0, -2, 0, -3, 0, -2},
                   AXES("p", 9), 1e-5);
    m.grads = own;
    mlp_free(&m);

    struct net net;
    m = random_mlp(&net);
    own = lend_grads(&m);
    int n = (int)m.num_params;
    double *params = doubles_of(m.params, n);
    mlp_forward(&m, net.x, net.B);
    mlp_backward(&m, net.dlogits, net.x, net.B);
    net_forward(&net, params, NONE);
    suspect("the activation's slope is left out between the layers", net_backward(&net, params, n, SLOPE_LEFT_OUT));
    suspect("the activation's slope is taken at its output a[l]; it is wanted at its input z[l-1]",
            net_backward(&net, params, n, SLOPE_AT_A));
    suspect(input_z, net_backward(&net, params, n, INPUT_Z));
    grade_gradient_check("grads", m.grads, m.params, AXES("p", n), net_loss, &net, 2e-5);
    m.grads = own;
    mlp_free(&m);
}

// ---- the gradient check ---------------------------------------------------------------------------------------------

enum { CUBIC = 7 };
struct cubic {
    double weight[CUBIC];
    double scale;
};
// sum_i w_i x_i^3 + x_0 x_1: every slope depends on its own coordinate, the first two on each other's
static double cubic(const double *x, void *context) {
    const struct cubic *k = context;
    double sum = x[0] * x[1];
    for (int i = 0; i < CUBIC; i++) sum += k->weight[i] * x[i] * x[i] * x[i];
    return k->scale * sum;
}
static double cubic_slope(const struct cubic *k, const double *x, int i) {
    double other = i == 0 ? x[1] : i == 1 ? x[0] : 0;
    return k->scale * (3 * k->weight[i] * x[i] * x[i] + other);
}
static void random_cubic(struct cubic *k, double *x, double scale) {
    k->scale = scale;
    for (int i = 0; i < CUBIC; i++) {
        k->weight[i] = 1 + (double)rng_uniform(grade_rng());
        x[i] = 0.5 + (double)rng_uniform(grade_rng());
    }
}

EXERCISE(numeric_gradient, .number = "03.11", .points = 3) {
    struct cubic k;
    double x[CUBIC], grad[CUBIC], want[CUBIC], one_sided[CUBIC], half[CUBIC], kept[CUBIC];
    double not_back[CUBIC], left[CUBIC];  // left: x as it is when nothing is put back
    random_cubic(&k, x, 1);
    memcpy(kept, x, sizeof x);
    memcpy(left, x, sizeof x);
    const double step = 0.125;  // coarse on purpose: it tells the formulas apart
    for (int i = 0; i < CUBIC; i++) {
        double at = x[i], here = cubic(x, &k);
        x[i] = at + step;
        double up = cubic(x, &k);
        x[i] = at - step;
        want[i] = (up - cubic(x, &k)) / (2 * step);
        one_sided[i] = (up - here) / step;
        x[i] = at + step / 2;
        up = cubic(x, &k);
        x[i] = at - step / 2;
        half[i] = (up - cubic(x, &k)) / step;
        x[i] = at;
        left[i] = at + step;
        up = cubic(left, &k);
        left[i] = at - step;
        not_back[i] = (up - cubic(left, &k)) / (2 * step);
    }
    for (int i = 0; i < CUBIC; i++) grad[i] = NAN;
    numeric_gradient(grad, cubic, &k, x, CUBIC, step);
    suspect("a one-sided difference: nudge up and down, and divide by 2 step", one_sided);
    suspect("half a step up and half a step down: it is a whole step each way", half);
    suspect("a nudged number is not put back: later slopes are taken somewhere else", not_back);
    suspect_factor("divided by step, not by 2 step", 2);
    suspect_factor("x / 2 * step multiplies by step: write x / (2 * step)", step * step);
    grade_array("grad with step 1/8", grade_copy_doubles(grad, CUBIC), want, AXES("i", CUBIC), 1e-6);
    grade_true(memcmp(kept, x, sizeof x) == 0, "x is an input, and was changed: nudge the copy");

    numeric_gradient(grad, cubic, &k, x, CUBIC, 1e-5);
    for (int i = 0; i < CUBIC; i++) {
        double error = fabs(grad[i] - cubic_slope(&k, x, i));
        const char *float_somewhere = error > 1e-4 ? "\nlooks like: a float somewhere; all of this is in double" : "";
        bool close = error < 1e-7;
        grade_true(close, "with step 1e-5, grad[%d] is off by %.1e, and should be by less than 1e-7%s", i, error,
                   float_somewhere);
    }
}

EXERCISE(gradcheck, .number = "03.11", .points = 4, .needs = "numeric_gradient") {
    struct cubic k;
    double x[CUBIC], analytic[CUBIC];
    for (int trial = 0; trial < 3; trial++) {
        double scale = trial == 2 ? 0.01 : 3;  // slopes well above 1, and well below: there the error is absolute
        random_cubic(&k, x, scale);
        for (int i = 0; i < CUBIC; i++) analytic[i] = cubic_slope(&k, x, i);
        struct gradcheck right = gradcheck(analytic, cubic, &k, x, CUBIC, 1e-5);
        grade_true(right.error < 1e-7, "a right gradient gets the error %g; less than 1e-7 is expected", right.error);
        grade_true(right.error >= 0, "an error of %g\nlooks like: the size (fabs) of the difference is not taken",
                   right.error);
        int bad = grade_int(0, CUBIC - 1);
        double slope = analytic[bad];
        analytic[bad] = trial == 0 ? 1.5 * slope : 0.25 * slope;
        struct gradcheck wrong = gradcheck(analytic, cubic, &k, x, CUBIC, 1e-5);
        grade_equal("the worst coordinate", wrong.worst, bad);
        double distance = fabs(slope - analytic[bad]), larger = fmax(fabs(slope), fabs(analytic[bad]));
        suspect_scalar("the distance alone: divide it by the larger of the two, if that is above 1", distance);
        suspect_scalar("divided by the sum of the two sizes, not by the larger",
                       distance / (fabs(slope) + fabs(analytic[bad])));
        suspect_scalar("slopes below 1 are compared absolutely: divide by max(1, ...)", distance / larger);
        suspect_scalar("divided by 1 plus the larger slope; it is the larger of 1 and the slopes",
                       distance / (1 + larger));
        suspect_scalar("only the numeric slope's size counts; the larger of the two does",
                       distance / fmax(1, fabs(slope)));
        suspect_scalar("only the analytic slope's size counts; the larger of the two does",
                       distance / fmax(1, fabs(analytic[bad])));
        suspect_scalar("the sign got lost: the size is taken of each slope, not of their difference",
                       (fabs(slope) + fabs(analytic[bad])) / fmax(1, larger));
        grade_scalar(scale < 1 ? "the error where slopes are small" : "the error where slopes are large", wrong.error,
                     distance / fmax(1, larger), 1e-6);
    }
    random_cubic(&k, x, 3);
    for (int i = 0; i < CUBIC; i++) analytic[i] = -cubic_slope(&k, x, i);
    struct gradcheck flipped = gradcheck(analytic, cubic, &k, x, CUBIC, 1e-5);
    suspect_scalar("sizes are compared, signs are lost: take the difference first, then its size", 0);
    grade_scalar("the error of a gradient with the wrong sign", flipped.error, 2, 1e-6);
}

// ---- the tape -------------------------------------------------------------------------------------------------------

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
