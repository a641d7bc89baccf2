// Tests of adapter.c.
#include "17-lora/thin.h"

// One adapter with its rows. All that it learns from, in a row: x, down, down_bias, up, up_bias.
struct adapter_case {
    struct adapter a;
    int N, n;  // n: numbers in p
    float *x, *dout;
    double *p;
    int mistake;
    double *held_before, *held_slope;  // of the gelu, where a wrong backward pass is defined
};

enum mistake {
    RIGHT,
    NO_STRAIGHT,      // the bottleneck's answer alone
    NO_BEND,          // no gelu
    STRAIGHT_BEFORE,  // before in place of after goes up
    NO_DOWN_BIAS,
    NO_UP_BIAS,
    LOST_STRAIGHT,  // right forward, but the straight road's gradient is lost
    HELD_SLOPE,     // the gelu is a straight line through held_before with held_slope
};

static double gelu(double x) {
    return 0.5 * x * (1 + tanh(sqrt(2 / acos(-1.0)) * (x + 0.044715 * x * x * x)));
}

static double gelu_slope(double x) {
    return (gelu(x + 1e-5) - gelu(x - 1e-5)) / 2e-5;
}

// y (N,C) from p; before and after (N,M).
static void define_adapter(double *y, double *before, double *after, const double *p, const struct adapter_case *k) {
    const int N = k->N, C = k->a.C, M = k->a.M;
    const double *x = p, *down = x + N * C, *down_bias = down + M * C, *up = down_bias + M, *up_bias = up + C * M;
    define_linear(before, x, down, k->mistake == NO_DOWN_BIAS ? NULL : down_bias, N, C, M);
    for (int i = 0; i < N * M; i++) {
        after[i] = k->mistake == NO_BEND || k->mistake == STRAIGHT_BEFORE ? before[i] : gelu(before[i]);
        if (k->mistake == HELD_SLOPE)
            after[i] = gelu(k->held_before[i]) + k->held_slope[i] * (before[i] - k->held_before[i]);
    }
    define_linear(y, after, up, k->mistake == NO_UP_BIAS ? NULL : up_bias, N, M, C);
    for (int i = 0; i < N * C && k->mistake != NO_STRAIGHT; i++) y[i] += k->mistake == LOST_STRAIGHT ? k->p[i] : x[i];
}

static double adapter_loss(const double *p, void *context) {
    const struct adapter_case *k = context;
    const int N = k->N, C = k->a.C, M = k->a.M;
    double *room = alloc_doubles((size_t)(N * (C + 2 * M))), sum = 0;
    define_adapter(room, room + N * C, room + N * (C + M), p, k);
    for (int i = 0; i < N * C; i++) sum += room[i] * k->dout[i];
    free(room);
    return sum;
}

static struct adapter_case make_case(int N, int C, int M, const float *x, const float *down, const float *down_bias,
                                     const float *up, const float *up_bias) {
    struct adapter_case k = {.a = {.C = C, .M = M}, .N = N, .n = N * C + 2 * M * C + M + C};
    k.x = grade_copy(x, N * C);
    k.a.down = grade_copy(down, M * C), k.a.down_bias = grade_copy(down_bias, M);
    k.a.up = grade_copy(up, C * M), k.a.up_bias = grade_copy(up_bias, C);
    k.a.ddown = grade_grad(M * C), k.a.ddown_bias = grade_grad(M);
    k.a.dup = grade_grad(C * M), k.a.dup_bias = grade_grad(C);
    k.dout = grade_floats(N * C);
    k.p = grade_doubles(k.n);
    int at = 0;
    append(k.p, &at, k.x, N * C);
    append(k.p, &at, k.a.down, M * C);
    append(k.p, &at, k.a.down_bias, M);
    append(k.p, &at, k.a.up, C * M);
    append(k.p, &at, k.a.up_bias, C);
    return k;
}

static float *smaller(int n) {
    float *x = grade_floats(n);
    for (int i = 0; i < n; i++) x[i] *= 0.4f;
    return x;
}

static struct adapter_case random_case(void) {
    const int N = grade_int(4, 8), C = grade_int(17, 29), M = grade_int(5, 11);
    return make_case(N, C, M, grade_floats(N * C), smaller(M * C), grade_floats(M), smaller(C * M), grade_floats(C));
}

// The text's example: x = (1,2); down gives 1 - 1 + 1 = 1, gelu(1) = 0.8412; up adds 2 * 0.8412 + 0.5 and -0.8412.
static struct adapter_case text_case(void) {
    return make_case(1, 2, 1, (float[]){1, 2}, (float[]){1, -0.5f}, (float[]){1}, (float[]){2, -1}, (float[]){0.5f, 0});
}

// What comes out with this mistake: y, before or after (0, 1, 2).
static double *gives(struct adapter_case *k, enum mistake mistake, int which) {
    const int N = k->N, C = k->a.C, M = k->a.M;
    double *out[3] = {grade_doubles(N * C), grade_doubles(N * M), grade_doubles(N * M)};
    k->mistake = mistake;
    define_adapter(out[0], out[1], out[2], k->p, k);
    k->mistake = RIGHT;
    return out[which];
}

static void check_forward(const char *what, struct adapter_case *k) {
    const int N = k->N, C = k->a.C, M = k->a.M;
    float *y = grade_copy(k->x, N * C), *in = grade_output(N * C), *before = grade_output(N * M),
          *after = grade_output(N * M);
    adapter_forward(y, in, before, after, &k->a, N);
    char name[100];
    snprintf(name, sizeof name, "in of %s", what);
    suspect("x as it became, not as it came: keep it first", gives(k, RIGHT, 0));
    grade_array(name, in, in_double(k->x, N * C), AXES("nc", N, C), 1e-6);
    snprintf(name, sizeof name, "before of %s", what);
    suspect("down's bias is missing", gives(k, NO_DOWN_BIAS, 1));
    suspect("before and after are swapped, or gelu works in place: the backward pass needs what is before it",
            gives(k, RIGHT, 2));
    grade_array(name, before, gives(k, RIGHT, 1), AXES("nm", N, M), 1e-4);
    snprintf(name, sizeof name, "after of %s", what);
    suspect("the gelu is missing", gives(k, RIGHT, 1));
    grade_array(name, after, gives(k, RIGHT, 2), AXES("nm", N, M), 1e-4);
    snprintf(name, sizeof name, "y of %s", what);
    suspect("the straight road is missing: y = x + ...", gives(k, NO_STRAIGHT, 0));
    suspect("what goes up is what is before the gelu", gives(k, STRAIGHT_BEFORE, 0));
    suspect("up's bias is missing", gives(k, NO_UP_BIAS, 0));
    grade_array(name, y, gives(k, RIGHT, 0), AXES("nc", N, C), 1e-4);
    grade_unchanged("down", k->a.down);
    grade_unchanged("up", k->a.up);
}

EXERCISE(adapter_forward, .number = "17.5", .points = 5) {
    struct adapter_case text = text_case(), k = random_case();
    check_forward("the text's example", &text);
    grade_scalar("the text's first number, 3.1824, as the test defines it", gives(&text, RIGHT, 0)[0], 3.1824, 1e-4);
    check_forward("random rows", &k);
    memset(k.a.up, 0, (size_t)k.a.C * k.a.M * sizeof(float));
    memset(k.a.up_bias, 0, (size_t)k.a.C * sizeof(float));
    float *y = grade_copy(k.x, k.N * k.a.C), *in = grade_output(k.N * k.a.C), *before = grade_output(k.N * k.a.M),
          *after = grade_output(k.N * k.a.M);
    adapter_forward(y, in, before, after, &k.a, k.N);
    grade_array("y of an adapter that has just begun, up = 0: x", y, in_double(k.x, k.N * k.a.C),
                AXES("nc", k.N, k.a.C), 0);
}

// The slopes with this mistake; HELD_SLOPE with the slope of the gelu taken at `at`, or 1.
static double *slopes_with(struct adapter_case *k, enum mistake mistake, const double *at) {
    if (mistake == HELD_SLOPE) {
        k->held_before = gives(k, RIGHT, 1);
        k->held_slope = grade_doubles(k->N * k->a.M);
        for (int i = 0; i < k->N * k->a.M; i++) k->held_slope[i] = at ? gelu_slope(at[i]) : 1;
    }
    k->mistake = mistake;
    double *slope = slopes(adapter_loss, k->p, k, k->n);
    k->mistake = RIGHT;
    return slope;
}

static void check_backward(const char *what, struct adapter_case *k) {
    const int N = k->N, C = k->a.C, M = k->a.M;
    float *dx = grade_copy(k->dout, N * C), *scratch = grade_output(N * (2 * M + C)), *in = grade_copy(k->x, N * C);
    float *before = grade_copy_doubles(gives(k, RIGHT, 1), N * M),
          *after = grade_copy_doubles(gives(k, RIGHT, 2), N * M);
    double *want = slopes_with(k, RIGHT, NULL), *no_slope = slopes_with(k, HELD_SLOPE, NULL),
           *slope_after = slopes_with(k, HELD_SLOPE, gives(k, RIGHT, 2));
    // dup where before stands for after
    double *before_up = grade_doubles(C * M), *held = gives(k, RIGHT, 1);
    for (int i = 0; i < N * C * M; i++)
        before_up[i % (C * M)] += (double)k->dout[i / (C * M) * C + i / M % C] * held[i / (C * M) * M + i % M];
    double *twice = grade_doubles(N * C), *side = slopes_with(k, LOST_STRAIGHT, NULL);
    for (int i = 0; i < N * C; i++) twice[i] = 2 * (double)k->dout[i] + side[i];
    adapter_backward(dx, &k->a, scratch, in, before, after, N);
    char name[100];
    const int down = N * C, down_bias = down + M * C, up = down_bias + M, up_bias = up + C * M;
    const struct {
        const char *name;
        const float *got;
        int at, rows, cols;
    } part[] = {{"dup", k->a.dup, up, C, M},
                {"dup_bias", k->a.dup_bias, up_bias, C, 1},
                {"ddown", k->a.ddown, down, M, C},
                {"ddown_bias", k->a.ddown_bias, down_bias, M, 1}};
    // First where y's gradient came from, then what reads it.
    snprintf(name, sizeof name, "dx of %s", what);
    suspect("the straight road's gradient is lost: dx is added to, not written", side);
    suspect("the straight road's gradient is there twice", twice);
    suspect("the bottleneck's gradient does not reach x", in_double(k->dout, N * C));
    suspect("the slope of the gelu is missing", no_slope);
    suspect("the slope of the gelu is taken at after: it belongs to before", slope_after);
    grade_array(name, dx, want, AXES("nc", N, C), 2e-4);
    for (int i = 0; i < COUNT(part); i++) {
        snprintf(name, sizeof name, "%s of %s", part[i].name, what);
        if (part[i].at == up) suspect("dup meets before: what goes up is after", before_up);
        suspect("the slope of the gelu is missing", no_slope + part[i].at);
        suspect("the slope of the gelu is taken at after: it belongs to before", slope_after + part[i].at);
        grade_gradient(name, part[i].got, want + part[i].at, AXES("ij", part[i].rows, part[i].cols), 2e-4);
    }
    grade_unchanged("in", in);
    grade_unchanged("before", before);
    grade_unchanged("after", after);
}

EXERCISE(adapter_backward, .number = "17.5", .points = 7) {
    struct adapter_case text = text_case(), k = random_case();
    check_backward("the text's example", &text);
    check_backward("random rows", &k);
}
