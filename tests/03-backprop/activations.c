// Tests of activations.c.
#include "03-backprop/definitions.h"

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
