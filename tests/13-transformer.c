// Chapter 13's tests. Expected values come from the text's worked example, from definitions in double written here,
// from central differences of those definitions, and from published models whose sizes are known.
#include "13-transformer/models.h"

#include <omp.h>
#include <stdlib.h>

#include "grade/grade.h"

// ==== The definitions, in double =====================================================================================

// out (N,O) = x (N,I) weight^T + bias, weight (O,I); bias may be NULL.
static void define_linear(double *out, const double *x, const double *weight, const double *bias, int N, int I, int O) {
    for (int n = 0; n < N; n++) {
        for (int o = 0; o < O; o++) {
            double sum = bias ? bias[o] : 0;
            for (int i = 0; i < I; i++) sum += x[n * I + i] * weight[o * I + i];
            out[n * O + o] = sum;
        }
    }
}

// Layer norm, or RMS norm where there is no bias.
static void define_norm(double *out, const double *x, const double *weight, const double *bias, double eps, int N,
                        int C) {
    for (int n = 0; n < N; n++) {
        double mean = 0, square = 0;
        for (int c = 0; bias && c < C; c++) mean += x[n * C + c] / C;
        for (int c = 0; c < C; c++) square += (x[n * C + c] - mean) * (x[n * C + c] - mean) / C;
        for (int c = 0; c < C; c++)
            out[n * C + c] = (x[n * C + c] - mean) / sqrt(square + eps) * weight[c] + (bias ? bias[c] : 0);
    }
}

static double gelu(double x) {
    return 0.5 * x * (1 + tanh(sqrt(2 / acos(-1.0)) * (x + 0.044715 * x * x * x)));
}
static double silu(double x) {
    return x / (1 + exp(-x));
}

// out (B,T,H,D), dense; operands and masks as struct attention says.
static void define_attention(double *out, const double *q, const double *k, const double *v,
                             const struct attention *a) {
    for (int i = 0; i < a->B * a->T * a->H; i++) {
        int h = i % a->H, t = i / a->H % a->T, b = i / a->H / a->T, g = h / (a->H / a->G);
        int seen = a->length ? a->length[b] : a->S;
        if (a->causal && t + 1 + a->S - a->T < seen) seen = t + 1 + a->S - a->T;
        const double *q_i = q + ((size_t)b * a->T + t) * a->q_row + h * a->D;
        double sum = 0, *out_i = out + (size_t)i * a->D;
        for (int d = 0; d < a->D; d++) out_i[d] = 0;
        for (int s = 0; s < seen; s++) {
            size_t at = b * a->kv_seq + s * a->kv_row + (size_t)g * a->D;
            double score = 0;
            for (int d = 0; d < a->D; d++) score += q_i[d] * k[at + d] / sqrt(a->D);
            sum += exp(score);
            for (int d = 0; d < a->D; d++) out_i[d] += exp(score) * v[at + d];
        }
        for (int d = 0; d < a->D && seen > 0; d++) out_i[d] /= sum;
    }
}

// Mean of -log softmax(logits)[target] over the targets that are not -1.
static double define_loss(const double *logits, const int *targets, int N, int V) {
    double loss = 0;
    int count = 0;
    for (int n = 0; n < N; n++) {
        if (targets[n] < 0) continue;
        double sum = 0;
        for (int v = 0; v < V; v++) sum += exp(logits[n * V + v] - logits[n * V + targets[n]]);
        loss += log(sum);
        count++;
    }
    return count ? loss / count : 0;
}

// ---- numbers in and out of the definitions -------------------------------------------------------------------------
static double *in_double(const float *x, int n) {
    double *values = grade_doubles(n);
    for (int i = 0; i < n; i++) values[i] = x[i];
    return values;
}
static float *as_floats(const int *x, int n) {
    double *values = grade_doubles(n);
    for (int i = 0; i < n; i++) values[i] = x[i];
    return grade_copy_doubles(values, n);
}
static double dot(const double *x, const float *y, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) sum += x[i] * y[i];
    return sum;
}
// The slopes of loss at x (n), for suspicions about gradients.
static double *slopes(grade_loss loss, const float *x, void *context, int n) {
    double *at = in_double(x, n), *slope = grade_doubles(n);
    for (int i = 0; i < n; i++) {
        double kept = at[i];
        at[i] = kept + 1e-5;
        slope[i] = loss(at, context) / 2e-5;
        at[i] = kept - 1e-5;
        slope[i] -= loss(at, context) / 2e-5;
        at[i] = kept;
    }
    return slope;
}
// Scratch that another layer has used.
static float *ones(int n) {
    float *x = grade_output(n);
    for (int i = 0; i < n; i++) x[i] = 1;
    return x;
}
// Parameters of a model: small, and around 1 where a norm multiplies, so that nothing is left out unnoticed.
static float *random_weights(int n, double deviation) {
    float *x = grade_floats(n);
    for (int i = 0; i < n; i++) x[i] = (float)(deviation * x[i]);
    return x;
}

// ==== The parts ======================================================================================================
struct projection_case {
    int N, I, O;
    float *x, *weight, *bias, *dout;
};
static struct projection_case random_projection(void) {
    struct projection_case k = {.N = grade_int(3, 9), .I = grade_int(66, 75), .O = grade_int(77, 90)};
    k.x = grade_floats(k.N * k.I), k.weight = random_weights(k.O * k.I, 0.2);
    k.bias = grade_floats(k.O), k.dout = grade_floats(k.N * k.O);
    return k;
}
static double *define_projection(const struct projection_case *k, bool biased) {
    double *out = grade_doubles(k->N * k->O), *x = in_double(k->x, k->N * k->I);
    define_linear(out, x, in_double(k->weight, k->O * k->I), biased ? in_double(k->bias, k->O) : NULL, k->N, k->I,
                  k->O);
    return out;
}
// What comes out if the weight's memory is read as (I,O).
static double *misread_weight(const struct projection_case *k, bool biased) {
    double *out = grade_doubles(k->N * k->O);
    for (int i = 0; i < k->N * k->O; i++) {
        int n = i / k->O, o = i % k->O;
        out[i] = biased ? k->bias[o] : 0;
        for (int j = 0; j < k->I; j++) out[i] += (double)k->x[n * k->I + j] * k->weight[j * k->O + o];
    }
    return out;
}

// The example of the text's second section: two rows of three numbers, two outputs.
EXERCISE(projection_forward, .number = "13.1", .points = 2) {
    float *x = grade_copy((float[]){1, 0, 2, -1, 3, 1}, 6), *weight = grade_copy((float[]){1, 2, 0, -1, 1, 3}, 6);
    float *bias = grade_copy((float[]){0.5f, -1}, 2), *out = grade_output(4);
    suspect("the bias is missing", (double[]){1, 5, 5, 7});
    suspect("the weight is not transposed: a row of it belongs to one output", (double[]){3.5, 7, 0.5, -3});
    projection_forward(out, x, weight, bias, 2, 3, 2);
    grade_array("out of two rows", out, (double[]){1.5, 4, 5.5, 6}, AXES("no", 2, 2), 1e-6);

    struct projection_case k = random_projection();
    for (int biased = 1; biased >= 0; biased--) {
        float *y = grade_output(k.N * k.O);
        projection_forward(y, k.x, k.weight, biased ? k.bias : NULL, k.N, k.I, k.O);
        if (biased) suspect("the bias is missing", define_projection(&k, false));
        suspect("the weight is not transposed: a row of it belongs to one output", misread_weight(&k, biased));
        grade_array(biased ? "out" : "out without a bias", y, define_projection(&k, biased), AXES("no", k.N, k.O),
                    1e-4);
    }
    grade_unchanged("x", k.x);
}

EXERCISE(projection_add, .number = "13.1", .points = 2, .needs = "projection_forward") {
    struct projection_case k = random_projection();
    for (int biased = 1; biased >= 0; biased--) {
        float *out = grade_floats(k.N * k.O);
        double *before = in_double(out, k.N * k.O), *want = define_projection(&k, biased);
        suspect("what stood in out is gone: it is to be added to", define_projection(&k, biased));
        double *no_bias = define_projection(&k, false);
        for (int i = 0; i < k.N * k.O; i++) want[i] += before[i], no_bias[i] += before[i];
        projection_add(out, k.x, k.weight, biased ? k.bias : NULL, k.N, k.I, k.O);
        if (biased) suspect("the bias is missing", no_bias);
        grade_array(biased ? "out" : "out without a bias", out, want, AXES("no", k.N, k.O), 1e-4);
    }
}

EXERCISE(projection_backward, .number = "13.2", .points = 3) {
    struct projection_case k = random_projection();
    const int N = k.N, I = k.I, O = k.O;
    double *dx = grade_doubles(N * I), *dweight = grade_doubles(O * I), *dbias = grade_doubles(O);
    double *misread = grade_doubles(N * I), *first = in_double(k.dout, O);
    for (int n = 0; n < N; n++) {
        for (int o = 0; o < O; o++) {
            const double d = k.dout[n * O + o];
            dbias[o] += d;
            for (int i = 0; i < I; i++) {
                dx[n * I + i] += d * k.weight[o * I + i];
                misread[n * I + i] += d * k.weight[i * O + o];
                dweight[o * I + i] += d * k.x[n * I + i];
            }
        }
    }
    float *got_dx = grade_output(N * I), *got_dweight = grade_grad(O * I), *got_dbias = grade_grad(O);
    projection_backward(got_dx, got_dweight, got_dbias, k.dout, k.x, k.weight, N, I, O);
    suspect("the weight is transposed: here it is not", misread);
    grade_array("dx", got_dx, dx, AXES("ni", N, I), 1e-4);
    grade_gradient("dweight", got_dweight, dweight, AXES("oi", O, I), 1e-4);
    suspect_factor("the mean over the rows; the bias hears their sum", 1.0 / N);
    suspect("only the first row is heard", first);
    grade_gradient("dbias", got_dbias, dbias, AXES("o", O), 1e-4);

    float *again = grade_grad(O * I);
    projection_backward(NULL, again, NULL, k.dout, k.x, k.weight, N, I, O);
    grade_gradient("dweight, where dx and dbias are not wanted", again, dweight, AXES("oi", O, I), 1e-4);
}

// Few tokens in a small vocabulary: some come twice. More than 64 channels, in a number that nothing divides.
struct embedding_case {
    int V, B, T, C, *tokens;
    float *token_table, *position_table, *dout;
};
static struct embedding_case random_embedding(void) {
    struct embedding_case k = {.V = grade_int(3, 5), .B = 3, .T = grade_int(4, 6), .C = 2 * grade_int(33, 38) + 1};
    k.tokens = grade_ints(k.B * k.T, 0, k.V - 1);
    k.tokens[1] = k.tokens[k.B * k.T - 1] = k.tokens[0];
    k.token_table = grade_floats(k.V * k.C), k.position_table = grade_floats(k.B * k.T * k.C);
    k.dout = grade_floats(k.B * k.T * k.C);
    return k;
}
// Tokens and positions, each times its factor; position of n: n % period.
static double *define_embedding(const struct embedding_case *k, double token, double position, int period) {
    double *out = grade_doubles(k->B * k->T * k->C);
    for (int i = 0; i < k->B * k->T * k->C; i++) {
        int n = i / k->C, c = i % k->C;
        out[i] = token * k->token_table[k->tokens[n] * k->C + c] + position * k->position_table[n % period * k->C + c];
    }
    return out;
}

EXERCISE(embedding_forward, .number = "13.3", .points = 2) {
    struct embedding_case k = random_embedding();
    float *out = grade_output(k.B * k.T * k.C);
    embedding_forward(out, k.tokens, k.token_table, k.position_table, k.B, k.T, k.C);
    suspect("the position is missing", define_embedding(&k, 1, 0, k.T));
    suspect("the token is missing", define_embedding(&k, 0, 1, k.T));
    suspect("positions go on counting from text to text: each begins at 0", define_embedding(&k, 1, 1, k.B * k.T));
    grade_array("out", out, define_embedding(&k, 1, 1, k.T), AXES("btc", k.B, k.T, k.C), 1e-6);
    float *bare = grade_output(k.B * k.T * k.C);
    embedding_forward(bare, k.tokens, k.token_table, NULL, k.B, k.T, k.C);
    grade_array("out without a table of positions", bare, define_embedding(&k, 1, 0, k.T), AXES("btc", k.B, k.T, k.C),
                1e-6);
}

// d (rows,C): each row of a table hears the rows of dout for which it was looked up; with `last`, only the last of them
// stays, in place of what was there.
static double *define_scatter(const struct embedding_case *k, bool token, int rows, const float *before, bool last) {
    double *d = grade_doubles(rows * k->C);
    for (int n = 0; n < k->B * k->T; n++) {
        for (int c = 0; c < k->C; c++) {
            const int at = (token ? k->tokens[n] : n % k->T) * k->C + c;
            const double heard = k->dout[n * k->C + c];
            d[at] = last ? heard - before[at] : d[at] + heard;
        }
    }
    return d;
}

EXERCISE(embedding_backward, .number = "13.3", .points = 3) {
    struct embedding_case k = random_embedding();
    float *dtoken = grade_grad(k.V * k.C), *dposition = grade_grad(k.T * k.C);
    float *token_before = grade_copy(dtoken, k.V * k.C), *position_before = grade_copy(dposition, k.T * k.C);
    embedding_backward(dtoken, dposition, k.dout, k.tokens, k.B, k.T, k.C);
    const char *const stored = "= where += is needed: of a row that is used twice, only the last use is heard";
    suspect(stored, define_scatter(&k, true, k.V, token_before, true));
    grade_gradient("dtoken_table", dtoken, define_scatter(&k, true, k.V, NULL, false), AXES("vc", k.V, k.C), 1e-5);
    suspect(stored, define_scatter(&k, false, k.T, position_before, true));
    grade_gradient("dposition_table", dposition, define_scatter(&k, false, k.T, NULL, false), AXES("tc", k.T, k.C),
                   1e-5);
    float *alone = grade_grad(k.V * k.C);
    embedding_backward(alone, NULL, k.dout, k.tokens, k.B, k.T, k.C);
    grade_gradient("dtoken_table without a table of positions", alone, define_scatter(&k, true, k.V, NULL, false),
                   AXES("vc", k.V, k.C), 1e-5);
}

// ---- the bend ------------------------------------------------------------------------------------------------------
// Numbers of all sizes, ends and zero among them.
static float *bend_inputs(int n) {
    float *x = grade_floats(n);
    for (int i = 0; i < n; i++) x[i] *= 2;
    x[0] = 0, x[1] = 30, x[2] = -30, x[3] = 9, x[4] = -9;
    return x;
}
static double *each(double (*f)(double), const float *x, int n) {
    double *out = grade_doubles(n);
    for (int i = 0; i < n; i++) out[i] = f(x[i]);
    return out;
}
static double gelu_exact(double x) {
    return 0.5 * x * (1 + erf(x / sqrt(2)));
}
static double gelu_no_cube(double x) {
    return 0.5 * x * (1 + tanh(sqrt(2 / acos(-1.0)) * x));
}
static double gelu_half_u(double x) {
    double u = sqrt(2 / acos(-1.0)) * (x + 0.044715 * x * x * x);
    return x / (1 + exp(-u));
}
static double gelu_share(double x) {
    return x == 0 ? 0.5 : gelu(x) / x;
}
static double slope_of(double (*f)(double), double x) {
    return (f(x + 1e-5) - f(x - 1e-5)) / 2e-5;
}

EXERCISE(gelu_rows_forward, .number = "13.4", .points = 2) {
    const int n = grade_int(37, 90);
    float *x = bend_inputs(n), *out = grade_output(n);
    gelu_rows_forward(out, x, (size_t)n);
    suspect("the exact form, with erf: GPT-2 uses the tanh form", each(gelu_exact, x, n));
    suspect("the cubic term is missing", each(gelu_no_cube, x, n));
    suspect("SiLU, not GELU", each(silu, x, n));
    suspect("u where 2u is needed: (1 + tanh u)/2 = 1/(1 + e^-2u)", each(gelu_half_u, x, n));
    suspect("the share alone: it multiplies x", each(gelu_share, x, n));
    grade_array("out", out, each(gelu, x, n), AXES("i", n), 2e-6);
}

// What the slope of x s(x) becomes if parts of it are left out.
static double *gelu_slopes(const float *x, const float *dout, int n, bool s, bool x_ds, bool du) {
    double *d = grade_doubles(n);
    for (int i = 0; i < n; i++) {
        double slope = sqrt(2 / acos(-1.0)) * (1 + 3 * 0.044715 * (double)x[i] * x[i]);  // of u
        double second = x[i] * slope_of(gelu_share, x[i]) / (du ? 1 : slope);
        d[i] = (dout ? dout[i] : 1) * ((s ? gelu_share(x[i]) : 0) + (x_ds ? second : 0));
    }
    return d;
}

EXERCISE(gelu_rows_backward, .number = "13.4", .points = 2, .needs = "gelu_rows_forward") {
    const int n = grade_int(37, 90);
    float *x = bend_inputs(n), *dout = grade_floats(n), *dx = grade_output(n);
    double *want = gelu_slopes(x, dout, n, true, true, true);
    gelu_rows_backward(dx, dout, x, (size_t)n);
    suspect("only s(x): x also moves s", gelu_slopes(x, dout, n, true, false, true));
    suspect("only x s'(x): x is a factor, too", gelu_slopes(x, dout, n, false, true, true));
    suspect("the slope of u is missing: s' = 2 s (1 - s) u'", gelu_slopes(x, dout, n, true, true, false));
    suspect("dout is missing", gelu_slopes(x, NULL, n, true, true, true));
    grade_array("dx", dx, want, AXES("i", n), 1e-5);
    float *in_place = grade_copy(dout, n);
    gelu_rows_backward(in_place, in_place, x, (size_t)n);
    grade_array("dx, which may be dout", in_place, want, AXES("i", n), 1e-5);
}

static double *define_swiglu(const float *x, int N, int F, double (*bend)(double), int gates) {
    double *out = grade_doubles(N * F);
    for (int i = 0; i < N * F; i++) {
        const float *row = x + i / F * 2 * F;
        out[i] = bend(row[i % F + gates * F]) * row[i % F + (1 - gates) * F];
    }
    return out;
}
static double sigmoid(double x) {
    return 1 / (1 + exp(-x));
}
static double itself(double x) {
    return x;
}

EXERCISE(swiglu_forward, .number = "13.5", .points = 2) {
    const int N = grade_int(3, 6), F = grade_int(9, 21);
    float *x = bend_inputs(N * 2 * F), *out = grade_output(N * F);
    swiglu_forward(out, x, N, F);
    suspect("the halves are swapped: the gates come first", define_swiglu(x, N, F, silu, 1));
    suspect("the gate is not multiplied in: silu(gate) = gate * sigmoid(gate)", define_swiglu(x, N, F, sigmoid, 0));
    suspect("the gate has no bend", define_swiglu(x, N, F, itself, 0));
    suspect("the bend is GELU", define_swiglu(x, N, F, gelu, 0));
    grade_array("out", out, define_swiglu(x, N, F, silu, 0), AXES("nf", N, F), 1e-5);
}

enum swiglu_mistake { SWIGLU_RIGHT, SWIGLU_SWAPPED, SWIGLU_NO_VALUE, SWIGLU_SIGMOID_ONLY, SWIGLU_NO_GATE };
static double *define_swiglu_backward(const float *x, const float *dout, int N, int F, enum swiglu_mistake mistake) {
    double *dx = grade_doubles(N * 2 * F);
    for (int i = 0; i < N * F; i++) {
        const int at = i / F * 2 * F + i % F, to_gate = mistake == SWIGLU_SWAPPED ? F : 0;
        const double gate = x[at], value = x[at + F], s = sigmoid(gate);
        const double slope = mistake == SWIGLU_SIGMOID_ONLY ? s : s + gate * s * (1 - s);
        dx[at + to_gate] = dout[i] * slope * (mistake == SWIGLU_NO_VALUE ? 1 : value);
        dx[at + F - to_gate] = dout[i] * (mistake == SWIGLU_NO_GATE ? s : silu(gate));
    }
    return dx;
}

EXERCISE(swiglu_backward, .number = "13.5", .points = 2, .needs = "swiglu_forward") {
    const int N = grade_int(3, 6), F = grade_int(9, 21);
    float *x = bend_inputs(N * 2 * F), *dout = grade_floats(N * F), *dx = grade_output(N * 2 * F);
    swiglu_backward(dx, dout, x, N, F);
    suspect("the halves are swapped: the gates come first", define_swiglu_backward(x, dout, N, F, SWIGLU_SWAPPED));
    suspect("the gate's gradient does not see the value", define_swiglu_backward(x, dout, N, F, SWIGLU_NO_VALUE));
    suspect("the gate's slope lacks gate * s * (1 - s): the gate also moves the sigmoid",
            define_swiglu_backward(x, dout, N, F, SWIGLU_SIGMOID_ONLY));
    suspect("the value's gradient is silu(gate), not sigmoid(gate)",
            define_swiglu_backward(x, dout, N, F, SWIGLU_NO_GATE));
    grade_array("dx", dx, define_swiglu_backward(x, dout, N, F, SWIGLU_RIGHT), AXES("nf", N, 2 * F), 1e-5);
}

// ---- the loss ------------------------------------------------------------------------------------------------------
struct loss_case {
    int N, V, counted, *targets;
    float *logits;
};
static struct loss_case random_loss(void) {
    omp_set_num_threads(1);  // so that the one that meets a gap is the one that reports it
    struct loss_case k = {.N = grade_int(7, 12), .V = grade_int(17, 40)};
    k.logits = grade_floats(k.N * k.V), k.targets = grade_ints(k.N, -1, k.V - 1);
    k.targets[0] = k.targets[k.N - 1] = -1, k.targets[1] = 0, k.targets[2] = k.V - 1;
    for (int n = 0; n < k.N; n++) k.counted += k.targets[n] >= 0;
    return k;
}
static double loss_of_row(const struct loss_case *k, int n) {
    return define_loss(in_double(k->logits + n * k->V, k->V), k->targets + n, 1, k->V);
}

EXERCISE(masked_loss_forward, .number = "13.6", .points = 2) {
    struct loss_case k = random_loss();
    float *losses = grade_output(k.N);
    double *want = grade_doubles(k.N), *only_log = grade_doubles(k.N), sum = 0;
    for (int n = 0; n < k.N; n++) {
        want[n] = loss_of_row(&k, n);
        only_log[n] = k.targets[n] < 0 ? 0 : want[n] + k.logits[n * k.V + k.targets[n]];
        sum += want[n];
    }
    float got = masked_loss_forward(losses, k.logits, k.targets, k.N, k.V);
    suspect("the target's logit is not taken away", only_log);
    suspect_factor("the sign is the wrong way round: a probability below 1 has a negative logarithm", -1);
    grade_array("losses", losses, want, AXES("n", k.N), 1e-5);
    suspect_scalar("the positions that do not count are counted in the mean", sum / k.N);
    suspect_scalar("the sum: it is not divided by how many count", sum);
    grade_scalar("loss", got, sum / k.counted, 1e-5);
    grade_scalar("loss, where each position's own is not wanted",
                 masked_loss_forward(NULL, k.logits, k.targets, k.N, k.V), sum / k.counted, 1e-5);
    for (int i = 0; i < k.N * k.V; i++) k.logits[i] = k.logits[i] * 100 + 5000;
    got = masked_loss_forward(NULL, k.logits, k.targets, k.N, k.V);
    grade_true(isfinite(got),
               "logits around 5000 give a loss of %g\nlooks like: the largest logit is not subtracted first",
               (double)got);
    for (int n = 0; n < k.N; n++) k.targets[n] = -1;
    grade_scalar("loss where no position counts", masked_loss_forward(NULL, k.logits, k.targets, k.N, k.V), 0, 0);
}

EXERCISE(masked_loss_backward, .number = "13.6", .points = 3, .needs = "masked_loss_forward") {
    struct loss_case k = random_loss();
    const float dloss = 1.7f;
    double *want = grade_doubles(k.N * k.V), *probs = grade_doubles(k.N * k.V), *minus_one = grade_doubles(k.N * k.V);
    double sum = 0, late = 0;
    for (int n = 0; n < k.N; n++) {
        if (k.targets[n] < 0) continue;
        double total = 0;
        for (int v = 0; v < k.V; v++) total += exp((double)k.logits[n * k.V + v]);
        for (int v = 0; v < k.V; v++) {
            probs[n * k.V + v] = dloss / k.counted * exp((double)k.logits[n * k.V + v]) / total;
            want[n * k.V + v] = probs[n * k.V + v] - (v == k.targets[n] ? dloss / k.counted : 0);
            minus_one[n * k.V + v] = probs[n * k.V + v] - (v == k.targets[n]);
        }
        sum += loss_of_row(&k, n);
        late += define_loss(want + n * k.V, k.targets + n, 1, k.V);
    }
    float *logits = grade_copy(k.logits, k.N * k.V);
    float loss = masked_loss_backward(logits, dloss, k.targets, k.N, k.V);
    suspect("the 1 of the target is not taken away from its probability", probs);
    suspect("the target loses 1, but the probabilities are scaled: it loses `scale`", minus_one);
    suspect_factor("the gradient is not divided by how many count", k.counted);
    suspect_factor("dloss is ignored", 1 / dloss);
    suspect_factor("divided by all N positions: only those with a target count", (double)k.counted / k.N);
    grade_array("the gradient", logits, want, AXES("nv", k.N, k.V), 1e-5);
    suspect_scalar("dloss is in it: the loss itself is to be returned", dloss * sum / k.counted);
    suspect_scalar("the loss of what the row has become: compute it before the row is overwritten", late / k.counted);
    grade_scalar("the loss returned", loss, sum / k.counted, 1e-5);
    for (int i = 0; i < k.N * k.V; i++) logits[i] = k.logits[i] * 100 + 5000;
    masked_loss_backward(logits, dloss, k.targets, k.N, k.V);
    bool finite = true;
    for (int i = 0; i < k.N * k.V; i++) finite = finite && isfinite(logits[i]);
    grade_true(finite,
               "logits around 5000 give a gradient that is not a number\nlooks like: the largest logit is not "
               "subtracted first");
}

// ==== The block ======================================================================================================
// Wrong blocks, for suspicions. The LOST_ ones are right forward, but something is held at what it was when the slopes
// are measured, as if the backward pass forgot it.
enum mistake {
    RIGHT,
    NO_STRAIGHT_1,
    NO_STRAIGHT_2,
    STRAIGHT_FROM_X,
    NORM_AFTER,
    NO_NORM_1,
    NO_NORM_2,
    WRONG_NORM,  // each road takes the other's
    MLP_READS_X,
    NO_PROJ_BIAS,
    NO_DOWN_BIAS,
    NO_BEND,
    NOT_CAUSAL,
    ALWAYS_CAUSAL,
    NO_LENGTH,
    NO_TURN,
    TURNED_VALUES,
    LOST_STRAIGHT_1,
    LOST_STRAIGHT_2,
    LOST_SIDE_1,
    LOST_SIDE_2,
    LOST_TURN,
    TURNED_AGAIN,  // on, where the gradient is to be turned back
    LOST_BEND,
    DQKV_NOT_ZEROED  // dqkv begins with ones
};

// A model's definition: parameters in double lie as the floats do that w points into.
struct definition {
    const struct gpt_config *g;
    const struct gpt_weights *w;
    const float *params;
    struct block_context c;
    enum mistake mistake;
};
// The part of p (double) that lies where x does among the floats params.
static const double *twin(const double *p, const float *params, const float *x) {
    return x ? p + (x - params) : NULL;
}

static void define_turn(double *x, const struct definition *k, int heads, int row, int sense) {
    const int D = k->g->C / k->g->H;
    for (int n = 0; n < k->c.B * k->c.T; n++) {
        for (int i = 0; i < heads * D / 2; i++) {
            const int pair = i % (D / 2);
            double angle = sense * (n % k->c.T) * pow(k->g->rope_base, -2.0 * pair / D);
            double *a = x + n * row + i / (D / 2) * D + pair, *b = a + D / 2, old = *a;
            *a = old * cos(angle) - *b * sin(angle);
            *b = old * sin(angle) + *b * cos(angle);
        }
    }
}

// What is held for the LOST_ mistakes: values at the unmoved x.
struct held {
    double *straight1, *straight2, *side1, *side2, *unturned, *turned, *gate, *up, qkv_sum;
};

// mid (N,C) from x (N,C) and the parameters p. held: NULL, or, while `hold`, filled; else used.
static void define_attend(double *mid, const double *x, const double *p, int layer, const struct definition *k,
                          struct held *held, bool hold) {
    const struct gpt_config *g = k->g;
    const struct block_weights *w = &k->w->block[layer];
    const int B = k->c.B, T = k->c.T, N = B * T, C = g->C, D = C / g->H, QKV = C + 2 * g->G * D;
    const enum mistake m = k->mistake;
    const double *weight = twin(p, k->params, m == WRONG_NORM ? w->norm2 : w->norm1);
    const double *bias = twin(p, k->params, m == WRONG_NORM ? w->norm2_bias : w->norm1_bias);
    double norm[N * C], qkv[N * QKV], att[N * C], side[N * C], unturned[N * QKV];
    if (m == NORM_AFTER || m == NO_NORM_1) memcpy(norm, x, sizeof norm);
    else define_norm(norm, x, weight, bias, g->eps, N, C);
    define_linear(qkv, norm, twin(p, k->params, w->qkv), twin(p, k->params, w->qkv_bias), N, C, QKV);
    memcpy(unturned, qkv, sizeof qkv);
    if (g->shape == LLAMA && m != NO_TURN) define_turn(qkv, k, g->H + (m == TURNED_VALUES ? 2 : 1) * g->G, QKV, 1);
    if (hold) memcpy(held->unturned, unturned, sizeof qkv), memcpy(held->turned, qkv, sizeof qkv);
    if (m == LOST_TURN || m == TURNED_AGAIN) {
        for (int i = 0; i < N * QKV; i++) qkv[i] = unturned[i] - held->unturned[i];
        if (m == TURNED_AGAIN) define_turn(qkv, k, g->H + g->G, QKV, -1);
        for (int i = 0; i < N * QKV; i++) qkv[i] += held->turned[i];
    }
    if (held) held->qkv_sum = 0;
    for (int i = 0; held && i < N * QKV; i++) held->qkv_sum += qkv[i];
    struct attention a = {.B = B, .T = T, .S = T, .H = g->H, .G = g->G, .D = D};
    a.q_row = a.kv_row = (size_t)QKV, a.kv_seq = (size_t)(T * QKV);
    a.causal = m == ALWAYS_CAUSAL || (k->c.causal && m != NOT_CAUSAL);
    a.length = m == NO_LENGTH ? NULL : k->c.length;
    define_attention(att, qkv, qkv + C, qkv + C + g->G * D, &a);
    bias = m == NO_PROJ_BIAS ? NULL : twin(p, k->params, w->proj_bias);
    define_linear(side, att, twin(p, k->params, w->proj), bias, N, C, C);
    for (int i = 0; i < N * C; i++) {
        if (hold) held->straight1[i] = x[i], held->side1[i] = side[i];
        const double straight = m == NO_STRAIGHT_1 ? 0 : m == LOST_STRAIGHT_1 ? held->straight1[i] : x[i];
        mid[i] = straight + (m == LOST_SIDE_1 ? held->side1[i] : side[i]);
    }
    if (m != NORM_AFTER) return;
    memcpy(side, mid, sizeof side);
    define_norm(mid, side, weight, twin(p, k->params, w->norm1_bias), g->eps, N, C);
}

// out (N,C) from mid; x, which came into the block, is for the mistakes.
static void define_mlp(double *out, const double *x, const double *mid, const double *p, int layer,
                       const struct definition *k, struct held *held, bool hold) {
    const struct gpt_config *g = k->g;
    const struct block_weights *w = &k->w->block[layer];
    const int N = k->c.B * k->c.T, C = g->C, F = g->F, U = g->shape == GPT2 ? F : 2 * F;
    const enum mistake m = k->mistake;
    const double *weight = twin(p, k->params, m == WRONG_NORM ? w->norm1 : w->norm2);
    const double *bias = twin(p, k->params, m == WRONG_NORM ? w->norm1_bias : w->norm2_bias);
    double norm[N * C], up[N * U], act[N * F], side[N * C];
    if (m == NO_NORM_2 || m == NORM_AFTER) memcpy(norm, mid, sizeof norm);
    else define_norm(norm, m == MLP_READS_X ? x : mid, weight, bias, g->eps, N, C);
    define_linear(up, norm, twin(p, k->params, w->up), twin(p, k->params, w->up_bias), N, C, U);
    for (int i = 0; i < N * F; i++) {
        const double *row = up + i / F * U + i % F;
        const double gate = m == NO_BEND ? row[0] : g->shape == GPT2 ? gelu(row[0]) : silu(row[0]);
        if (hold) held->gate[i] = gate, held->up[i] = row[0];
        const double bent = m == LOST_BEND ? held->gate[i] + row[0] - held->up[i] : gate;
        act[i] = g->shape == GPT2 ? bent : bent * row[F];
    }
    bias = m == NO_DOWN_BIAS ? NULL : twin(p, k->params, w->down_bias);
    define_linear(side, act, twin(p, k->params, w->down), bias, N, F, C);
    for (int i = 0; i < N * C; i++) {
        if (hold) held->straight2[i] = mid[i], held->side2[i] = side[i];
        const double straight = m == NO_STRAIGHT_2     ? 0
                                : m == STRAIGHT_FROM_X ? x[i]
                                : m == LOST_STRAIGHT_2 ? held->straight2[i]
                                                       : mid[i];
        out[i] = straight + (m == LOST_SIDE_2 ? held->side2[i] : side[i]);
    }
    if (m != NORM_AFTER) return;
    memcpy(side, out, sizeof side);
    define_norm(out, side, weight, twin(p, k->params, w->norm2_bias), g->eps, N, C);
}

// One block with its memory, x and mid random, for the learner's functions and for the definition.
struct block_case {
    struct gpt_config g;
    struct gpt_weights w, dw;
    struct definition k;
    struct block_state s;
    struct block_scratch scratch;
    int parameters, *length;
    float *params, *grads, *out, *dout;
    double *x, *mid, *p;  // in double
    bool attends;         // the road whose slopes are measured
    struct held held;
};

static struct block_state poisoned_state(const struct gpt_config *g, int B, int T) {
    const int N = B * T, C = g->C, QKV = C + 2 * g->G * (C / g->H), U = g->shape == GPT2 ? g->F : 2 * g->F;
    return (struct block_state){.x = grade_floats(N * C),
                                .norm1 = grade_output(N * C),
                                .mean1 = grade_output(N),
                                .rstd1 = grade_output(N),
                                .qkv = grade_output(N * QKV),
                                .att = grade_output(N * C),
                                .lse = grade_output(N * g->H),
                                .mid = grade_floats(N * C),
                                .norm2 = grade_output(N * C),
                                .mean2 = grade_output(N),
                                .rstd2 = grade_output(N),
                                .up = grade_output(N * U),
                                .act = grade_output(N * g->F)};
}
static struct block_scratch poisoned_scratch(const struct gpt_config *g, int N) {
    const int C = g->C, U = g->shape == GPT2 ? g->F : 2 * g->F;
    return (struct block_scratch){.dnorm = grade_output(N * C),
                                  .datt = grade_output(N * C),
                                  .dqkv = ones(N * (C + 2 * g->G * (C / g->H))),
                                  .dact = grade_output(N * g->F),
                                  .dup = grade_output(N * U)};
}

// Sizes of which none is a multiple of another where that can be had; an eps that leaves a mark.
static struct gpt_config random_config(enum gpt_shape shape, int V, int T, int L) {
    struct gpt_config g =
        shape == GPT2 ? gpt2_config(V, T, 3 * grade_int(2, 3), L, 3) : llama_config(V, T, 16, L, 4, 2);
    g.F = grade_int(7, 11), g.eps = 0.03f;
    if (shape == LLAMA) g.rope_base = 50;
    return g;
}
// Norms multiply by about 1, matrices and biases are of a size at which every part matters.
static float *model_weights(const struct gpt_config *g, int n) {
    float *params = random_weights(n, 0.4);
    struct gpt_weights w;
    gpt_point(&w, g, params);
    for (int l = 0; l < g->L; l++)
        for (int c = 0; c < g->C; c++) w.block[l].norm1[c] += 1, w.block[l].norm2[c] += 1;
    for (int c = 0; c < g->C; c++) w.norm[c] += 1;
    return params;
}
// The number of floats up to the end of the last piece.
static int count_parameters(const struct gpt_config *g) {
    int count;
    struct gpt_tensor *t = gpt_tensors(g, &count);
    int n = (int)(t[count - 1].at + t[count - 1].size);
    free(t);
    return n;
}

static void random_block(struct block_case *k, enum gpt_shape shape, bool causal, bool padded) {
    const int B = 2, T = grade_int(4, 6);
    *k = (struct block_case){.g = random_config(shape, 1, T, 1)};
    k->parameters = count_parameters(&k->g);
    k->params = model_weights(&k->g, k->parameters);
    gpt_point(&k->w, &k->g, k->params);
    k->length = grade_ints(B, 1, T - 1);
    k->length[0] = T - 1;  // one key alone would need no attention
    const int D = k->g.C / k->g.H, N = B * T, C = k->g.C;
    float *cosine = grade_output(T * D), *sine = grade_output(T * D);
    for (int i = 0; shape == LLAMA && i < T * (D / 2); i++) {
        double angle = i / (D / 2) * pow(k->g.rope_base, -2.0 * (i % (D / 2)) / D);
        cosine[i] = (float)cos(angle), sine[i] = (float)sin(angle);
    }
    k->k = (struct definition){.g = &k->g, .w = &k->w, .params = k->params};
    k->k.c = (struct block_context){.config = &k->g,
                                    .B = B,
                                    .T = T,
                                    .causal = causal,
                                    .length = padded ? k->length : NULL,
                                    .cos = cosine,
                                    .sin = sine};
    k->s = poisoned_state(&k->g, B, T), k->scratch = poisoned_scratch(&k->g, N);
    k->grads = grade_grad(k->parameters);
    gpt_point(&k->dw, &k->g, k->grads);
    k->out = grade_output(N * C), k->dout = grade_floats(N * C);
    k->x = in_double(k->s.x, N * C), k->mid = in_double(k->s.mid, N * C);
    k->p = in_double(k->params, k->parameters);
    const int QKV = C + 2 * k->g.G * D;
    k->held = (struct held){grade_doubles(N * C),      grade_doubles(N * C),      grade_doubles(N * C),
                            grade_doubles(N * C),      grade_doubles(N * QKV),    grade_doubles(N * QKV),
                            grade_doubles(N * k->g.F), grade_doubles(N * k->g.F), 0};
}

// What the roads give with this mistake: attention's mid from x, the small network's out from mid.
static double *attend_gives(struct block_case *k, enum mistake mistake) {
    double *mid = grade_doubles(k->k.c.B * k->k.c.T * k->g.C);
    k->k.mistake = mistake;
    define_attend(mid, k->x, k->p, 0, &k->k, NULL, false);
    return mid;
}
static double *mlp_gives(struct block_case *k, enum mistake mistake) {
    double *out = grade_doubles(k->k.c.B * k->k.c.T * k->g.C);
    k->k.mistake = mistake;
    define_mlp(out, k->x, k->mid, k->p, 0, &k->k, NULL, false);
    return out;
}

static void check_attend(enum gpt_shape shape, bool causal, bool padded, const char *what) {
    struct block_case k;
    random_block(&k, shape, causal, padded);
    k.s.mid = grade_output(k.k.c.B * k.k.c.T * k.g.C);
    block_attend(&k.s, &k.w.block[0], &k.k.c);
    suspect("the straight road is missing: mid = x + what attention gives", attend_gives(&k, NO_STRAIGHT_1));
    suspect("norm1 stands after the road, not before attention", attend_gives(&k, NORM_AFTER));
    suspect("norm1 is missing", attend_gives(&k, NO_NORM_1));
    suspect("norm2 where norm1 is needed", attend_gives(&k, WRONG_NORM));
    if (shape == GPT2) suspect("proj's bias is missing", attend_gives(&k, NO_PROJ_BIAS));
    if (causal) suspect("the causal mask is missing", attend_gives(&k, NOT_CAUSAL));
    else suspect("causal, where the context says that it is not", attend_gives(&k, ALWAYS_CAUSAL));
    if (padded) suspect("the padding is looked at: the context's length is not used", attend_gives(&k, NO_LENGTH));
    if (shape == LLAMA) {
        suspect("queries and keys are not turned by their positions", attend_gives(&k, NO_TURN));
        suspect("the values are turned, too", attend_gives(&k, TURNED_VALUES));
    }
    grade_array(what, k.s.mid, attend_gives(&k, RIGHT), AXES("btc", k.k.c.B, k.k.c.T, k.g.C), 1e-4);
    grade_unchanged("x", k.s.x);
}

// The text's worked example: two tokens (3, 1) and (2, 4), one head. Their norms, up to eps, are (1, -1) and (-1, 1);
// the second token gives a quarter of its attention to the first and three quarters to itself.
struct worked_block {
    struct gpt_config g;
    struct gpt_weights w;
    struct block_state s;
    struct block_context c;
};
static void work_block(struct worked_block *k) {
    *k = (struct worked_block){.g = gpt2_config(2, 2, 2, 1, 1)};
    k->g.F = 2;
    const int n = count_parameters(&k->g);
    float *params = grade_copy_doubles(grade_doubles(n), n);
    gpt_point(&k->w, &k->g, params);
    struct block_weights *w = &k->w.block[0];
    w->norm1[0] = w->norm1[1] = w->norm2[0] = w->norm2[1] = 1;
    memcpy(w->qkv, (float[]){1, 0, 0, 0, 0.776836f, 0, 0, 0, 1, 0, 0, 1}, sizeof(float[12]));  // ln 3 / sqrt 2
    memcpy(w->proj, (float[]){0, 3, 3, 0}, sizeof(float[4]));
    memcpy(w->up, (float[]){1, 0, 1, 1}, sizeof(float[4]));
    memcpy(w->up_bias, (float[]){0, 1}, sizeof(float[2]));
    memcpy(w->down, (float[]){2, 0, 0, 1}, sizeof(float[4]));
    k->s = poisoned_state(&k->g, 1, 2);
    memcpy(k->s.x, (float[]){3, 1, 2, 4}, sizeof(float[4]));
    k->c = (struct block_context){.config = &k->g, .B = 1, .T = 2, .causal = true};
}

EXERCISE(block_attend, .number = "13.7", .points = 4, .seconds = 10, .needs = "projection_forward projection_add") {
    struct worked_block k;
    work_block(&k);
    block_attend(&k.s, &k.w.block[0], &k.c);
    suspect("the straight road is missing: mid = x + what attention gives", (double[]){-3, 3, 1.5, -1.5});
    suspect("the causal mask is missing", (double[]){1.5, 2.5, 3.5, 2.5});
    suspect("norm1 is missing", (double[]){6, 10, 7.25, 12.25});
    grade_array("mid of the text's example", k.s.mid, (double[]){0, 4, 3.5, 2.5}, AXES("tc", 2, 2), 1e-4);
    check_attend(GPT2, true, false, "GPT-2: mid");
    check_attend(LLAMA, true, false, "Llama: mid");
    check_attend(GPT2, false, true, "not causal, with padding: mid");
    check_attend(LLAMA, true, true, "Llama with padding: mid");
}

static void check_mlp(enum gpt_shape shape, const char *what) {
    struct block_case k;
    random_block(&k, shape, true, false);
    block_mlp(k.out, &k.s, &k.w.block[0], &k.k.c);
    suspect("the straight road is missing: out = mid + what the small network gives", mlp_gives(&k, NO_STRAIGHT_2));
    suspect("the straight road starts at x, not at mid: attention's part is lost", mlp_gives(&k, STRAIGHT_FROM_X));
    suspect("the small network reads x, not mid", mlp_gives(&k, MLP_READS_X));
    suspect("norm2 stands after the road, not before the small network", mlp_gives(&k, NORM_AFTER));
    suspect("norm2 is missing", mlp_gives(&k, NO_NORM_2));
    suspect("norm1 where norm2 is needed", mlp_gives(&k, WRONG_NORM));
    suspect("the bend between up and down is missing", mlp_gives(&k, NO_BEND));
    if (shape == GPT2) suspect("down's bias is missing", mlp_gives(&k, NO_DOWN_BIAS));
    grade_array(what, k.out, mlp_gives(&k, RIGHT), AXES("btc", k.k.c.B, k.k.c.T, k.g.C), 1e-4);
    grade_unchanged("mid", k.s.mid);
}

EXERCISE(block_mlp, .number = "13.7", .points = 4, .seconds = 10,
         .needs = "projection_forward projection_add gelu_rows_forward swiglu_forward") {
    struct worked_block k;
    work_block(&k);
    memcpy(k.s.mid, (float[]){0, 4, 3.5f, 2.5f}, sizeof(float[4]));
    float *out = grade_output(4);
    block_mlp(out, &k.s, &k.w.block[0], &k.c);
    suspect("the straight road is missing: out = mid + what the small network gives",
            (double[]){-0.317616, 0.841192, 1.682384, 0.841192});
    suspect("the bend between up and down is missing", (double[]){-2, 5, 5.5, 3.5});
    suspect("norm2 is missing", (double[]){0, 4 + gelu(5), 3.5 + 2 * gelu(3.5), 2.5 + gelu(7)});
    suspect("the straight road starts at x, not at mid: attention's part is lost",
            (double[]){2.682384, 1.841192, 3.682384, 4.841192});
    grade_array("out of the text's example", out, (double[]){-0.317616, 4.841192, 5.182384, 3.341192}, AXES("tc", 2, 2),
                1e-4);
    check_mlp(GPT2, "GPT-2: out");
    check_mlp(LLAMA, "Llama: out");
}

// ---- backwards -----------------------------------------------------------------------------------------------------
// The sum of dout times what a road gives, as a function of what came in, or of the parameters.
static double block_loss(struct block_case *k, const double *in, const double *p) {
    const int n = k->k.c.B * k->k.c.T * k->g.C;
    double out[n];
    if (k->attends) define_attend(out, in, p, 0, &k->k, &k->held, false);
    else define_mlp(out, k->x, in, p, 0, &k->k, &k->held, false);
    return dot(out, k->dout, n) + (k->k.mistake == DQKV_NOT_ZEROED ? k->held.qkv_sum : 0);
}
static double block_loss_of_input(const double *in, void *context) {
    struct block_case *k = context;
    return block_loss(k, in, k->p);
}
static double block_loss_of_params(const double *p, void *context) {
    struct block_case *k = context;
    return block_loss(k, k->attends ? k->x : k->mid, p);
}
// The slopes that a backward pass with this mistake finds.
static double *block_slopes(struct block_case *k, enum mistake mistake) {
    const int n = k->k.c.B * k->k.c.T * k->g.C;
    double out[n];
    k->k.mistake = RIGHT;
    if (k->attends) define_attend(out, k->x, k->p, 0, &k->k, &k->held, true);
    else define_mlp(out, k->x, k->mid, k->p, 0, &k->k, &k->held, true);
    k->k.mistake = mistake;
    double *slope = slopes(block_loss_of_input, k->attends ? k->s.x : k->s.mid, k, n);
    k->k.mistake = RIGHT;
    return slope;
}

static void check_attend_backward(enum gpt_shape shape, bool causal, bool padded, const char *what_dx,
                                  const char *what_grads) {
    struct block_case k;
    random_block(&k, shape, causal, padded);
    k.attends = true;
    block_attend(&k.s, &k.w.block[0], &k.k.c);
    float *dx = grade_copy(k.dout, k.k.c.B * k.k.c.T * k.g.C);
    block_attend_backward(dx, &k.dw.block[0], &k.scratch, &k.s, &k.w.block[0], &k.k.c);
    suspect("the gradient of the straight road is lost: norm_backward adds to dx", block_slopes(&k, LOST_STRAIGHT_1));
    suspect("attention's gradient does not reach x", block_slopes(&k, LOST_SIDE_1));
    suspect("dqkv is not zeroed: flash_backward adds to it", block_slopes(&k, DQKV_NOT_ZEROED));
    if (shape == LLAMA) {
        suspect("the gradient of queries and keys is not turned back", block_slopes(&k, LOST_TURN));
        suspect("the gradient is turned on, not back", block_slopes(&k, TURNED_AGAIN));
    }
    grade_array(what_dx, dx, block_slopes(&k, RIGHT), AXES("btc", k.k.c.B, k.k.c.T, k.g.C), 2e-4);
    grade_gradient_check(what_grads, k.grads, k.params, AXES("p", k.parameters), block_loss_of_params, &k, 2e-4);
}

EXERCISE(block_attend_backward, .number = "13.8", .points = 4, .seconds = 15,
         .needs = "projection_backward block_attend") {
    check_attend_backward(GPT2, true, false, "GPT-2: dx", "GPT-2: the gradients");
    check_attend_backward(LLAMA, true, false, "Llama: dx", "Llama: the gradients");
    check_attend_backward(GPT2, false, true, "not causal, with padding: dx", "not causal, with padding: the gradients");
}

static void check_mlp_backward(enum gpt_shape shape, const char *what_dx, const char *what_grads) {
    struct block_case k;
    random_block(&k, shape, true, false);
    block_mlp(k.out, &k.s, &k.w.block[0], &k.k.c);
    float *dx = grade_copy(k.dout, k.k.c.B * k.k.c.T * k.g.C);
    block_mlp_backward(dx, &k.dw.block[0], &k.scratch, &k.s, &k.w.block[0], &k.k.c);
    suspect("the gradient of the straight road is lost: norm_backward adds to dx", block_slopes(&k, LOST_STRAIGHT_2));
    suspect("the small network's gradient does not reach mid", block_slopes(&k, LOST_SIDE_2));
    suspect("the slope of the bend is missing", block_slopes(&k, LOST_BEND));
    grade_array(what_dx, dx, block_slopes(&k, RIGHT), AXES("btc", k.k.c.B, k.k.c.T, k.g.C), 2e-4);
    grade_gradient_check(what_grads, k.grads, k.params, AXES("p", k.parameters), block_loss_of_params, &k, 2e-4);
}

EXERCISE(block_mlp_backward, .number = "13.8", .points = 4, .seconds = 15,
         .needs = "projection_backward gelu_rows_backward swiglu_backward block_mlp") {
    check_mlp_backward(GPT2, "GPT-2: dx", "GPT-2: the gradients");
    check_mlp_backward(LLAMA, "Llama: dx", "Llama: the gradients");
}

// ==== The model ======================================================================================================
// What a wrong model leaves out, or a wrong backward pass forgets: then those parameters are held at what they are.
enum model_mistake {
    MODEL_RIGHT,
    NO_FINAL_NORM,
    FIRST_BLOCK_ONLY,
    LAST_BLOCK_ONLY,
    EMBEDDING_HELD,
    HEAD_HELD,
    DX_NOT_ZEROED  // m->dx begins with ones
};

// The final rows (N,C) of tokens (B,T). embedding: the parameters from which the tables are taken.
// Adds to *top the sum of what the last block gives.
static void define_rows(double *rows, const int *tokens, const double *p, const double *embedding,
                        const struct definition *k, enum model_mistake mistake, double *top) {
    const struct gpt_config *g = k->g;
    const int N = k->c.B * k->c.T, C = g->C;
    const double *table = twin(embedding, k->params, k->w->token_table),
                 *positions = twin(embedding, k->params, k->w->position_table);
    double x[N * C], out[N * C], mid[N * C];
    for (int i = 0; i < N * C; i++)
        x[i] = table[tokens[i / C] * C + i % C] + (positions ? positions[i / C % k->c.T * C + i % C] : 0);
    for (int l = 0; l < g->L; l++) {
        if ((mistake == FIRST_BLOCK_ONLY && l > 0) || (mistake == LAST_BLOCK_ONLY && l + 1 < g->L)) continue;
        define_attend(mid, x, p, l, k, NULL, false);
        define_mlp(out, x, mid, p, l, k, NULL, false);
        memcpy(x, out, sizeof x);
    }
    for (int i = 0; top && i < N * C; i++) *top += x[i];
    if (mistake == NO_FINAL_NORM) memcpy(rows, x, sizeof x);
    else define_norm(rows, x, twin(p, k->params, k->w->norm), twin(p, k->params, k->w->norm_bias), g->eps, N, C);
}

struct model_case {
    struct gpt m;
    struct definition k;
    int B, T, N, n, *tokens, *targets, *length;
    float *dlogits;  // (N,V), or drows (N,C): room for both
    double *p;
    enum model_mistake mistake;
    bool of_rows;
};
// After gpt_init and gpt_reserve, which are given: other weights, and gradients that remember what they held.
static float *take_over(struct gpt *m) {
    const int n = (int)m->parameters;
    float *params = model_weights(&m->config, n), *grads = grade_grad(n);
    memcpy(m->params, params, sizeof(float) * (size_t)n);
    free(m->grads);
    m->grads = grads;
    gpt_point(&m->dweights, &m->config, m->grads);
    for (int i = 0; i < m->B * m->T * m->config.C; i++) m->dx[i] = 1;
    return grads;
}
static struct definition define_model(const struct gpt *m, int B, int T, const int *length) {
    struct definition k = {.g = &m->config, .w = &m->weights, .params = m->params};
    k.c = (struct block_context){.config = &m->config, .B = B, .T = T, .causal = m->causal, .length = length};
    return k;
}
static void random_model(struct model_case *k, enum gpt_shape shape, bool tied, bool causal) {
    k->B = 2, k->T = grade_int(3, 5), k->N = k->B * k->T;
    struct gpt_config g = random_config(shape, 7, k->T + 1, 2);
    g.tied = tied;
    gpt_init(&k->m, &g, 0.02f, grade_rng());
    gpt_reserve(&k->m, k->B, k->T, true);
    k->m.causal = causal;
    take_over(&k->m);
    k->n = (int)k->m.parameters, k->p = in_double(k->m.params, k->n);
    k->tokens = grade_ints(k->N, 0, g.V - 1), k->targets = grade_ints(k->N, -1, g.V - 1);
    k->tokens[1] = k->tokens[0], k->targets[0] = 2;
    k->length = grade_ints(k->B, 1, k->T - 1);
    k->length[0] = k->T - 1;
    k->k = define_model(&k->m, k->B, k->T, causal ? NULL : k->length);
    k->dlogits = grade_floats(k->N * (g.V + g.C));
    k->mistake = MODEL_RIGHT, k->of_rows = false;
}
static void free_model(struct gpt *m) {
    m->grads = NULL;  // the grader's
    gpt_free(m);
}

static double *rows_give(const struct model_case *k, enum model_mistake mistake) {
    double *rows = grade_doubles(k->N * k->m.config.C);
    define_rows(rows, k->tokens, k->p, k->p, &k->k, mistake, NULL);
    return rows;
}

static void check_rows(enum gpt_shape shape, bool causal, const char *what) {
    struct model_case k;
    random_model(&k, shape, true, causal);
    const float *rows = gpt_rows(&k.m, k.tokens, k.k.c.length, k.B, k.T);
    grade_true(rows == k.m.norm, "gpt_rows returns m->norm");
    suspect("the last norm is missing", rows_give(&k, NO_FINAL_NORM));
    suspect("only the first block reads and is read", rows_give(&k, FIRST_BLOCK_ONLY));
    suspect("only the last block counts: each block's out is the next one's x", rows_give(&k, LAST_BLOCK_ONLY));
    grade_array(what, rows, rows_give(&k, MODEL_RIGHT), AXES("btc", k.B, k.T, k.m.config.C), 2e-4);
    free_model(&k.m);
}

EXERCISE(gpt_rows, .number = "13.9", .points = 3, .seconds = 10, .needs = "embedding_forward block_attend block_mlp") {
    check_rows(GPT2, true, "GPT-2: rows");
    check_rows(LLAMA, true, "Llama: rows");
    check_rows(GPT2, false, "an encoder, not causal, with padding: rows");
}

EXERCISE(gpt_forward, .number = "13.9", .points = 1, .seconds = 10, .needs = "gpt_rows projection_forward") {
    for (int tied = 0; tied < 2; tied++) {
        struct model_case k;
        random_model(&k, GPT2, tied, true);
        const struct gpt_config *g = &k.m.config;
        const double *rows = rows_give(&k, MODEL_RIGHT), *head = twin(k.p, k.k.params, k.m.weights.head);
        double *want = grade_doubles(k.N * g->V), *table = grade_doubles(k.N * g->V);
        define_linear(want, rows, head, NULL, k.N, g->C, g->V);
        define_linear(table, rows, twin(k.p, k.k.params, k.m.weights.token_table), NULL, k.N, g->C, g->V);
        const float *logits = gpt_forward(&k.m, k.tokens, NULL, k.B, k.T);
        grade_true(logits == k.m.logits, "gpt_forward returns m->logits");
        if (!tied) suspect("the token table makes the logits, although this model has a head of its own", table);
        grade_array(tied ? "tied: logits" : "with a head of its own: logits", logits, want, AXES("btv", k.B, k.T, g->V),
                    2e-4);
        grade_scalar("gpt_loss", gpt_loss(&k.m, k.tokens, k.targets, NULL, k.B, k.T),
                     define_loss(want, k.targets, k.N, g->V), 1e-4);
        free_model(&k.m);
    }
}

// The sum of logits times dlogits, or of rows times them, as a function of all parameters.
static double model_loss(const double *p, void *context) {
    const struct model_case *k = context;
    const struct gpt_config *g = &k->m.config;
    double rows[k->N * g->C], logits[k->N * g->V], top = 0;
    define_rows(rows, k->tokens, p, k->mistake == EMBEDDING_HELD ? k->p : p, &k->k, MODEL_RIGHT, &top);
    if (k->mistake != DX_NOT_ZEROED) top = 0;
    if (k->of_rows) return dot(rows, k->dlogits, k->N * g->C) + top;
    const double *head = twin(k->mistake == HEAD_HELD ? k->p : p, k->k.params, k->m.weights.head);
    define_linear(logits, rows, head, NULL, k->N, g->C, g->V);
    return dot(logits, k->dlogits, k->N * g->V) + top;
}
static double *model_slopes(struct model_case *k, enum model_mistake mistake) {
    k->mistake = mistake;
    double *slope = slopes(model_loss, k->m.params, k, k->n);
    k->mistake = MODEL_RIGHT;
    return slope;
}

static void check_backward_rows(enum gpt_shape shape, bool causal, bool name, const char *what) {
    struct model_case k;
    random_model(&k, shape, true, causal);
    k.of_rows = true;
    gpt_rows(&k.m, k.tokens, k.k.c.length, k.B, k.T);
    memcpy(k.m.scratch.dnorm, k.dlogits, sizeof(float) * (size_t)(k.N * k.m.config.C));
    gpt_backward_rows(&k.m, k.m.scratch.dnorm, k.tokens, k.k.c.length, k.B, k.T);
    if (name) {
        suspect("m->dx is not zeroed before the last norm adds to it", model_slopes(&k, DX_NOT_ZEROED));
        suspect("the tables learn nothing: what arrives at the bottom goes to the rows that were looked up",
                model_slopes(&k, EMBEDDING_HELD));
    }
    grade_gradient_check(what, k.m.grads, k.m.params, AXES("p", k.n), model_loss, &k, 5e-4);
    free_model(&k.m);
}

EXERCISE(gpt_backward_rows, .number = "13.10", .points = 5, .seconds = 15,
         .needs = "gpt_rows block_attend_backward block_mlp_backward embedding_backward") {
    check_backward_rows(GPT2, true, true, "GPT-2: all gradients");
    check_backward_rows(LLAMA, true, false, "Llama: all gradients");
    check_backward_rows(GPT2, false, false, "an encoder, not causal, with padding: all gradients");
}

EXERCISE(gpt_backward_logits, .number = "13.10", .points = 2, .seconds = 15,
         .needs = "gpt_forward gpt_backward_rows projection_backward") {
    for (int tied = 1; tied >= 0; tied--) {
        struct model_case k;
        random_model(&k, GPT2, tied, true);
        gpt_forward(&k.m, k.tokens, NULL, k.B, k.T);
        memcpy(k.m.logits, k.dlogits, sizeof(float) * (size_t)(k.N * k.m.config.V));
        gpt_backward_logits(&k.m, k.tokens, NULL, k.B, k.T);
        if (tied)
            suspect("the embedding's gradient is lost: a tied table is used at the bottom and at the top",
                    model_slopes(&k, EMBEDDING_HELD));
        suspect("the head learns nothing", model_slopes(&k, HEAD_HELD));
        grade_gradient_check(tied ? "tied: all gradients" : "with a head of its own: all gradients", k.m.grads,
                             k.m.params, AXES("p", k.n), model_loss, &k, 5e-4);
        free_model(&k.m);
    }
}

// ---- what models cost ----------------------------------------------------------------------------------------------
// Published models and the number of their parameters.
struct known_model {
    const char *name;
    struct gpt_config config;
    size_t parameters;
};
static struct gpt_config published_llama(int V, int C, int L, int H, int G, int F) {
    struct gpt_config c = llama_config(V, 2048, C, L, H, G);
    c.F = F, c.tied = false;
    return c;
}

EXERCISE(gpt_parameters, .number = "13.11", .points = 3) {
    const struct known_model known[] = {
        {"GPT-2", gpt2_config(50257, 1024, 768, 12, 12), 124439808},
        {"GPT-2 XL", gpt2_config(50257, 1024, 1600, 48, 25), 1557611200},
        {"Llama 2 7B", published_llama(32000, 4096, 32, 32, 32, 11008), 6738415616},
        {"TinyLlama 1.1B", published_llama(32000, 2048, 22, 32, 4, 5632), 1100048384},
        {"Llama 3 8B", published_llama(128256, 4096, 32, 32, 8, 14336), 8030261248},
    };
    for (int i = 0; i < COUNT(known); i++) {
        const struct gpt_config *c = &known[i].config;
        const double want = (double)known[i].parameters, L = c->L, C = c->C, F = c->F;
        const double KV = c->G * C / c->H, table = (double)c->V * C;
        suspect_scalar("the head is counted, although it is the token table", want + table);
        suspect_scalar("the head is not counted: this model's is not its token table", want - table);
        suspect_scalar("queries, keys and values are counted as 3 C C: with fewer key and value heads they are fewer",
                       want + L * 2 * (C - KV) * C);
        if (c->shape == GPT2) {
            suspect_scalar("the biases are missing", want - L * (2 * C + 3 * C + C + F + C) - C);
            suspect_scalar("the biases of the norms are missing", want - L * 2 * C - C);
            suspect_scalar("the biases of the norms are missing", want - L * 2 * C);
            suspect_scalar("the positions are missing", want - (double)c->T * C);
        } else {
            suspect_scalar("SwiGLU has three matrices: gates, values, down", want - L * F * C);
            suspect_scalar("a Llama has no learned positions", want + (double)c->T * C);
        }
        suspect_scalar("the last norm is missing", want - (c->shape == GPT2 ? 2 : 1) * C);
        grade_scalar(known[i].name, (double)gpt_parameters(c), want, 0);
    }
    struct gpt_config c = random_config(LLAMA, 33, 9, 3);
    grade_equal("a small Llama", (long)gpt_parameters(&c), count_parameters(&c));
}

EXERCISE(gpt_flops_per_token, .number = "13.11", .points = 2, .needs = "gpt_parameters") {
    for (int untied = 0; untied < 2; untied++) {
        struct gpt_config c = gpt2_config(50257, 1024, 768, 12, 12);
        if (untied) c = published_llama(32000, 2048, 22, 32, 4, 5632);
        const double positions = untied ? 0 : 1024 * 768, table = untied ? 32000.0 * 2048 : 50257.0 * 768;
        const double all = untied ? 1100048384 : 124439808, multiplied = all - positions - (untied ? table : 0);
        const int T = untied ? 2048 : grade_int(60, 1024);
        const double attention = 12.0 * c.L * c.C * T, want = 6 * multiplied + attention;
        suspect_scalar("2 per parameter is the forward pass; the backward pass needs 4 more",
                       2 * multiplied + attention);
        suspect_scalar("attention is missing: 12 L C T", 6 * multiplied);
        suspect_scalar("all parameters are counted; a row of a table is looked up, not multiplied by",
                       6 * all + attention);
        if (untied)
            suspect_scalar("the token table counts only where it makes the logits, too",
                           6 * (multiplied + table) + attention);
        else suspect_scalar("a tied token table makes the logits: it counts", 6 * (multiplied - table) + attention);
        suspect_scalar("attention over all positions of the model: T is the text's",
                       6 * multiplied + 12.0 * c.L * c.C * c.T);
        grade_scalar(untied ? "TinyLlama 1.1B" : "GPT-2", gpt_flops_per_token(&c, T), want, 1e-9);
    }
}

EXERCISE(gpt_training_bytes, .number = "13.12", .points = 2, .seconds = 10, .needs = "gpt_parameters") {
    for (int shape = GPT2; shape <= LLAMA; shape++) {
        struct gpt_config c = random_config((enum gpt_shape)shape, 211, 64, grade_int(2, 4));
        const int B = 3, T = grade_int(30, 64);
        const struct gpt_bytes got = gpt_training_bytes(&c, B, T);
        const double n = count_parameters(&c), N = B * T, C = c.C, F = c.F, U = shape == GPT2 ? F : 2 * F;
        const double QKV = C + 2 * c.G * C / c.H, block = N * (5 * C + QKV + U + F + 4 + c.H), end = N * (2 * C + 2);
        grade_scalar("bytes of the parameters", got.params, 4 * n, 1e-9);
        grade_scalar("bytes of the gradients", got.grads, 4 * n, 1e-9);
        suspect_scalar("one moment only: AdamW keeps two", 4 * n);
        grade_scalar("bytes of the moments", got.moments, 8 * n, 1e-9);
        suspect_scalar("numbers, not bytes: a float has 4", N * c.V);
        grade_scalar("bytes of the logits", got.logits, 4 * N * c.V, 1e-9);
        suspect_scalar("one block only: in training every layer keeps its state", 4 * (block + end));
        suspect_scalar("x, norm, mean and rstd after the last block are missing", 4 * c.L * block);
        suspect_scalar("lse is missing", 4 * (c.L * (block - N * c.H) + end));
        suspect_scalar("the means and rstds of the norms are missing", 4 * (c.L * (block - 4 * N) + end));
        grade_scalar("bytes of the activations", got.activations, 4 * (c.L * block + end), 1e-9);
        suspect_scalar("the scratch of every layer: they share one", 4 * N * c.L * (3 * C + QKV + F + U));
        suspect_scalar("dx is missing", 4 * N * (2 * C + QKV + F + U));
        grade_scalar("bytes of the scratch", got.scratch, 4 * N * (3 * C + QKV + F + U), 1e-9);
        struct gpt m;
        gpt_init(&m, &c, 0.02f, grade_rng());
        gpt_reserve(&m, B, T, true);
        grade_scalar("against what gpt_reserve takes, angles and gaps between the pieces aside",
                     (got.activations + got.logits + got.scratch) / (4 * (double)m.memory_floats), 1, 0.02);
        gpt_free(&m);
    }
}

// ==== Encoder only ===================================================================================================
enum { MLM_SPECIAL = 4, MLM_MASK = 2 };
struct mlm_case {
    int n, V, *tokens, *input, *targets, returned;
};
static struct mlm_case random_mlm(int n, int V, float share, struct rng *r) {
    struct mlm_case k = {.n = n, .V = V, .tokens = grade_ints(n, 0, V - 1), .input = grade_ints(n, V, V)};
    k.targets = grade_ints(n, V, V);
    k.returned = mlm_corrupt(k.input, k.targets, k.tokens, n, V, MLM_SPECIAL, MLM_MASK, share, r);
    return k;
}

// What must be so whatever was drawn, of position i.
static void check_mlm_position(const struct mlm_case *k, int i) {
    const int token = k->tokens[i], input = k->input[i], target = k->targets[i];
    grade_true(
        target == -1 || token >= MLM_SPECIAL,
        "token %d, at position %d, was chosen, and is no word\nlooks like: tokens below `special` are hidden, too",
        token, i);
    grade_true(target == -1 || target == token, "position %d: the target is %d, the token was %d%s", i, target, token,
               target == input ? "\nlooks like: the target is what is shown, not what was hidden" : "");
    grade_true(target != -1 || input == token, "position %d was not chosen, but %d is shown in place of %d", i, input,
               token);
    grade_true(input == MLM_MASK || input >= MLM_SPECIAL || input == token,
               "position %d shows %d, which is no word\nlooks like: a random word below `special`", i, input);
}
static void check_mlm_rules(const struct mlm_case *k) {
    int chosen = 0, masked = 0;
    for (int i = 0; i < k->n; i++) {
        const int token = k->tokens[i], input = k->input[i], target = k->targets[i];
        const bool shown = input == MLM_MASK || (input >= MLM_SPECIAL && input < k->V) || input == token;
        if (target == -1 ? input != token : target != token || token < MLM_SPECIAL || !shown) check_mlm_position(k, i);
        chosen += target != -1, masked += input != token;
    }
    suspect_scalar("how many are shown something else: the chosen ones that are shown as they are count, too", masked);
    grade_equal("how many were chosen, as returned", k->returned, chosen);
}

static void check_mlm_shares(const struct mlm_case *k, double share) {
    double words = 0, chosen = 0, masked = 0, kept = 0;
    for (int i = 0; i < k->n; i++) {
        words += k->tokens[i] >= MLM_SPECIAL;
        if (k->targets[i] < 0) continue;
        chosen++;
        masked += k->input[i] == MLM_MASK;
        kept += k->input[i] == k->tokens[i];
    }
    suspect_scalar("80% of `share`: the ones that are not masked are no targets", 0.8 * share);
    suspect_scalar("90% of `share`: the ones that are shown as they are must be targets, too", 0.9 * share);
    suspect_scalar("every word is a target", 1);
    suspect_scalar("the others are chosen", 1 - share);
    grade_scalar("the share of words that are chosen", chosen / words, share, 0.006);
    suspect_scalar("every chosen word is masked: one in ten is to be a random word, one in ten itself", 1);
    suspect_scalar("the mask is shown nine times in ten", 0.9);
    suspect_scalar("mask and random word are swapped", 0.1);
    grade_scalar("the share of the chosen that show the mask", masked / chosen, 0.8, 0.02);
    const double by_chance = 1.0 / (k->V - MLM_SPECIAL);
    suspect_scalar("none is shown as it is", 0.2 * by_chance);
    suspect_scalar("no random words: one chosen word in ten is to be one", 0.2);
    grade_scalar("the share of the chosen that show themselves", kept / chosen, 0.1 + 0.1 * by_chance, 0.02);
}

EXERCISE(mlm_corrupt, .number = "13.13", .points = 3, .seconds = 10) {
    const float share = 0.15f;
    struct mlm_case k = random_mlm(100000, grade_int(60, 90), share, grade_rng());
    check_mlm_rules(&k);
    check_mlm_shares(&k, share);

    struct rng r = *grade_rng(), mine;
    k.tokens = grade_ints(300, 0, k.V - 1), k.n = 300, mine = r = *grade_rng();
    k.returned = mlm_corrupt(k.input, k.targets, k.tokens, k.n, k.V, MLM_SPECIAL, MLM_MASK, 0.5f, &r);
    double *input = grade_doubles(k.n), *targets = grade_doubles(k.n);
    for (int i = 0; i < k.n; i++) {
        input[i] = k.tokens[i], targets[i] = -1;
        if (k.tokens[i] < MLM_SPECIAL || rng_uniform(&mine) >= 0.5f) continue;
        targets[i] = k.tokens[i];
        const float u = rng_uniform(&mine);
        if (u < 0.8f) input[i] = MLM_MASK;
        else if (u < 0.9f) input[i] = MLM_SPECIAL + rng_below(&mine, k.V - MLM_SPECIAL);
    }
    grade_array("targets, with the draws that the header names", as_floats(k.targets, k.n), targets, AXES("i", k.n), 0);
    grade_array("input, with the draws that the header names", as_floats(k.input, k.n), input, AXES("i", k.n), 0);
}

// ---- one row for a text --------------------------------------------------------------------------------------------
struct pool_case {
    int B, T, C, *length;
    float *x, *dout;
};
static struct pool_case random_pool(void) {
    struct pool_case k = {.B = 3, .T = grade_int(4, 7), .C = grade_int(3, 9)};
    k.x = grade_floats(k.B * k.T * k.C), k.dout = grade_floats(k.B * k.C);
    k.length = grade_ints(k.B, 2, k.T - 1);
    k.length[1] = 1;
    return k;
}
// The mean of the first rows[b] rows; the sum of them over `over[b]`.
static double *define_pool(const struct pool_case *k, const int *rows, const int *over) {
    double *out = grade_doubles(k->B * k->C);
    for (int i = 0; i < k->B * k->C; i++) {
        const int b = i / k->C, n = rows ? rows[b] : k->T;
        for (int t = 0; t < n; t++) out[i] += (double)k->x[(b * k->T + t) * k->C + i % k->C] / (over ? over[b] : k->T);
    }
    return out;
}
static double *define_pool_backward(const struct pool_case *k, const int *rows, const int *over) {
    double *dx = grade_doubles(k->B * k->T * k->C);
    for (int i = 0; i < k->B * k->T * k->C; i++) {
        const int b = i / k->C / k->T, t = i / k->C % k->T;
        if (t < (rows ? rows[b] : k->T)) dx[i] = (double)k->dout[b * k->C + i % k->C] / (over ? over[b] : k->T);
    }
    return dx;
}
static const int one_row[] = {1, 1, 1};

EXERCISE(pool_forward, .number = "13.14", .points = 1) {
    struct pool_case k = random_pool();
    float *first = grade_output(k.B * k.C), *mean = grade_output(k.B * k.C), *all = grade_output(k.B * k.C);
    const struct axes axes = AXES("bc", k.B, k.C);
    pool_forward(first, k.x, POOL_FIRST, k.length, k.B, k.T, k.C);
    suspect("the mean, where the first row is asked for", define_pool(&k, k.length, k.length));
    grade_array("POOL_FIRST", first, define_pool(&k, one_row, one_row), axes, 1e-5);
    pool_forward(mean, k.x, POOL_MEAN, k.length, k.B, k.T, k.C);
    suspect("the padding is in the mean", define_pool(&k, NULL, NULL));
    suspect("divided by T: only length[b] rows are real", define_pool(&k, k.length, NULL));
    suspect("the sum, not the mean", define_pool(&k, k.length, one_row));
    grade_array("POOL_MEAN", mean, define_pool(&k, k.length, k.length), axes, 1e-5);
    pool_forward(all, k.x, POOL_MEAN, NULL, k.B, k.T, k.C);
    grade_array("POOL_MEAN without lengths", all, define_pool(&k, NULL, NULL), axes, 1e-5);
}

EXERCISE(pool_backward, .number = "13.14", .points = 2, .needs = "pool_forward") {
    struct pool_case k = random_pool();
    const int n = k.B * k.T * k.C;
    float *first = grade_output(n), *mean = grade_output(n), *all = grade_output(n);
    const struct axes axes = AXES("btc", k.B, k.T, k.C);
    pool_backward(first, k.dout, POOL_FIRST, k.length, k.B, k.T, k.C);
    suspect("every row hears; only the first was looked at", define_pool_backward(&k, NULL, one_row));
    grade_array("POOL_FIRST", first, define_pool_backward(&k, one_row, one_row), axes, 1e-5);
    pool_backward(mean, k.dout, POOL_MEAN, k.length, k.B, k.T, k.C);
    suspect("not divided: each row has a share of 1 / length[b]", define_pool_backward(&k, k.length, one_row));
    suspect("the padding hears, too", define_pool_backward(&k, NULL, NULL));
    suspect("the padding hears, too", define_pool_backward(&k, NULL, k.length));
    suspect("divided by T: only length[b] rows are real", define_pool_backward(&k, k.length, NULL));
    grade_array("POOL_MEAN", mean, define_pool_backward(&k, k.length, k.length), axes, 1e-5);
    pool_backward(all, k.dout, POOL_MEAN, NULL, k.B, k.T, k.C);
    grade_array("POOL_MEAN without lengths", all, define_pool_backward(&k, NULL, NULL), axes, 1e-5);
}

// ---- a verdict about a text ----------------------------------------------------------------------------------------
struct classifier_case {
    struct classifier m;
    struct definition k;
    int B, T, n, heads, *tokens, *length, *labels;
    double *p, *head;
};
static void random_classifier(struct classifier_case *k, enum pooling pooling) {
    k->B = 3, k->T = grade_int(4, 5);
    struct gpt_config g = random_config(GPT2, 7, k->T, 1);
    classifier_init(&k->m, &g, grade_int(3, 5), pooling, 0.02f, grade_rng());
    classifier_reserve(&k->m, k->B, k->T, true);
    take_over(&k->m.encoder);
    k->n = (int)k->m.encoder.parameters, k->heads = (int)k->m.parameters;
    for (int i = 0; i < k->heads; i++) k->m.params[i] = rng_normal(grade_rng());
    free(k->m.grads);
    k->m.grads = k->m.dweight = grade_grad(k->heads), k->m.dbias = k->m.grads + k->m.K * g.C;
    k->tokens = grade_ints(k->B * k->T, 0, g.V - 1), k->length = grade_ints(k->B, 2, k->T - 1);
    k->labels = grade_ints(k->B, 0, k->m.K - 1);
    k->labels[1] = -1;
    k->k = define_model(&k->m.encoder, k->B, k->T, k->length);
    k->p = in_double(k->m.encoder.params, k->n), k->head = in_double(k->m.params, k->heads);
}
static void free_classifier(struct classifier *m) {
    m->grads = m->encoder.grads = NULL;
    classifier_free(m);
}
static void define_verdict(double *logits, const struct classifier_case *k, const double *p, const double *head,
                           enum pooling pooling) {
    const int C = k->m.encoder.config.C;
    double rows[k->B * k->T * C], pooled[k->B * C];
    define_rows(rows, k->tokens, p, p, &k->k, MODEL_RIGHT, NULL);
    for (int i = 0; i < k->B * C; i++) {
        const int b = i / C, n = pooling == POOL_FIRST ? 1 : k->length[b];
        pooled[i] = 0;
        for (int t = 0; t < n; t++) pooled[i] += rows[(b * k->T + t) * C + i % C] / n;
    }
    define_linear(logits, pooled, head, head + k->m.K * C, k->B, C, k->m.K);
}
static double *verdict(const struct classifier_case *k, enum pooling pooling) {
    double *logits = grade_doubles(k->B * k->m.K);
    define_verdict(logits, k, k->p, k->head, pooling);
    return logits;
}

EXERCISE(classifier_forward, .number = "13.14", .points = 1, .seconds = 10,
         .needs = "gpt_rows pool_forward projection_forward") {
    for (int pooling = POOL_FIRST; pooling <= POOL_MEAN; pooling++) {
        struct classifier_case k;
        random_classifier(&k, (enum pooling)pooling);
        const float *logits = classifier_forward(&k.m, k.tokens, k.length, k.B, k.T);
        suspect("the other pooling: m->pooling says which",
                verdict(&k, pooling == POOL_FIRST ? POOL_MEAN : POOL_FIRST));
        k.k.c.causal = true;
        suspect("the encoder is causal", verdict(&k, (enum pooling)pooling));
        k.k.c.causal = false, k.k.c.length = NULL;
        suspect("the encoder looks at the padding", verdict(&k, (enum pooling)pooling));
        k.k.c.length = k.length;
        grade_array(pooling == POOL_FIRST ? "logits, first row" : "logits, mean row", logits,
                    verdict(&k, (enum pooling)pooling), AXES("bk", k.B, k.m.K), 2e-4);
        free_classifier(&k.m);
    }
}

static const double classifier_dloss = 1.5;
static double classifier_loss_at(const struct classifier_case *k, const double *p, const double *head) {
    double logits[k->B * k->m.K];
    define_verdict(logits, k, p, head, k->m.pooling);
    return classifier_dloss * define_loss(logits, k->labels, k->B, k->m.K);
}
static double classifier_loss_of_encoder(const double *p, void *context) {
    struct classifier_case *k = context;
    return classifier_loss_at(k, p, k->head);
}
static double classifier_loss_of_head(const double *head, void *context) {
    struct classifier_case *k = context;
    return classifier_loss_at(k, k->p, head);
}

EXERCISE(classifier_backward, .number = "13.14", .points = 2, .seconds = 15,
         .needs = "classifier_forward pool_backward gpt_backward_rows masked_loss_backward") {
    for (int pooling = POOL_FIRST; pooling <= POOL_MEAN; pooling++) {
        struct classifier_case k;
        random_classifier(&k, (enum pooling)pooling);
        classifier_forward(&k.m, k.tokens, k.length, k.B, k.T);
        float loss = classifier_backward(&k.m, (float)classifier_dloss, k.tokens, k.length, k.labels, k.B, k.T);
        grade_scalar("the loss returned", loss, classifier_loss_at(&k, k.p, k.head) / classifier_dloss, 1e-4);
        grade_gradient_check("the head's gradients", k.m.grads, k.m.params, AXES("p", k.heads), classifier_loss_of_head,
                             &k, 5e-4);
        grade_gradient_check("the encoder's gradients", k.m.encoder.grads, k.m.encoder.params, AXES("p", k.n),
                             classifier_loss_of_encoder, &k, 5e-4);
        free_classifier(&k.m);
    }
}

// ==== Encoder and decoder ============================================================================================
enum cross_mistake {
    CROSS_RIGHT,
    CROSS_SKIPPED,
    CROSS_NO_STRAIGHT,
    CROSS_NO_NORM,
    CROSS_NORMED_MEMORY,
    CROSS_KEYS_FROM_X,  // where S = T
    CROSS_SWAPPED,      // values as keys
    CROSS_CAUSAL,
    CROSS_NO_LENGTH,
    CROSS_LOST_STRAIGHT,
    CROSS_LOST_SIDE,
    CROSS_KEYS_ONLY,  // of the memory's gradient
    CROSS_VALUES_ONLY,
    CROSS_DQ_NOT_ZEROED,  // dq and dkv begin with ones
    CROSS_DKV_NOT_ZEROED,
    CROSS_READS_X  // in the decoder's block: what came into the block, in place of mid
};
struct cross_held {
    double *x, *side, *kv, q_sum, kv_sum;
};

// out (N,C) from x (N,C) and memory (M,C); the weights w lie in params as in p.
static void define_cross(double *out, const double *x, const double *memory, const double *p, const float *params,
                         const struct cross_weights *w, const struct cross_context *c, enum cross_mistake m,
                         struct cross_held *held, bool hold) {
    const int N = c->B * c->T, M = c->B * c->S, C = c->config->C, H = c->config->H;
    const double *weight = twin(p, params, w->norm), *bias = twin(p, params, w->norm_bias);
    double norm[N * C], normed[M * C], q[N * C], kv[M * 2 * C], att[N * C], side[N * C];
    if (m == CROSS_NO_NORM) memcpy(norm, x, sizeof norm);
    else define_norm(norm, x, weight, bias, c->config->eps, N, C);
    define_linear(q, norm, twin(p, params, w->q), twin(p, params, w->q_bias), N, C, C);
    if (m == CROSS_NORMED_MEMORY) define_norm(normed, memory, weight, bias, c->config->eps, M, C);
    const double *from = m == CROSS_NORMED_MEMORY ? normed : m == CROSS_KEYS_FROM_X ? norm : memory;
    define_linear(kv, from, twin(p, params, w->kv), twin(p, params, w->kv_bias), M, C, 2 * C);
    if (hold) memcpy(held->kv, kv, sizeof kv), memcpy(held->x, x, sizeof norm);
    if (held) held->q_sum = held->kv_sum = 0;
    for (int i = 0; held && i < N * C; i++) held->q_sum += q[i];
    for (int i = 0; i < M * 2 * C; i++) {
        if (held) held->kv_sum += kv[i];
        const bool key = i % (2 * C) < C;
        if ((m == CROSS_KEYS_ONLY && !key) || (m == CROSS_VALUES_ONLY && key)) kv[i] = held->kv[i];
    }
    struct attention a = {.B = c->B, .T = c->T, .S = c->S, .H = H, .G = H, .D = C / H, .q_row = (size_t)C};
    a.kv_row = (size_t)(2 * C), a.kv_seq = (size_t)(c->S * 2 * C);
    a.causal = m == CROSS_CAUSAL, a.length = m == CROSS_NO_LENGTH ? NULL : c->length;
    define_attention(att, q, kv + (m == CROSS_SWAPPED ? C : 0), kv + (m == CROSS_SWAPPED ? 0 : C), &a);
    define_linear(side, att, twin(p, params, w->proj), twin(p, params, w->proj_bias), N, C, C);
    if (hold) memcpy(held->side, side, sizeof side);
    for (int i = 0; i < N * C; i++) {
        const double straight = m == CROSS_NO_STRAIGHT ? 0 : m == CROSS_LOST_STRAIGHT ? held->x[i] : x[i];
        out[i] = straight + (m == CROSS_SKIPPED ? 0 : m == CROSS_LOST_SIDE ? held->side[i] : side[i]);
    }
}

// An encoder-decoder, and one layer of it by itself: its x, its memory and dout are random.
struct pair_case {
    struct seq2seq m;
    int B, S, T, N, M, layer, *source, *length, *input, *targets;
    struct definition encoder, decoder;
    struct cross_context cross;
    float *x, *memory, *dout, *grads[3];  // encoder, decoder, cross-attentions
    double *dx, *dmemory, *p[3];          // x and memory in double
    enum cross_mistake mistake;
    struct cross_held held;
    bool last_layer_only;  // the memory of the other layers is held
    double *held_memory;
};

static void random_pair(struct pair_case *k, bool same_length) {
    *k = (struct pair_case){.B = 2, .S = grade_int(3, 4), .layer = 1};
    k->T = same_length ? k->S : k->S + grade_int(1, 2);
    k->N = k->B * k->T, k->M = k->B * k->S;
    struct gpt_config encoder = random_config(GPT2, 5, k->S, 1), decoder = encoder;
    decoder.V = 6, decoder.T = k->T, decoder.L = 2, decoder.F = 8;
    struct seq2seq *m = &k->m;
    seq2seq_init(m, &encoder, &decoder, 0.3f, grade_rng());
    seq2seq_reserve(m, k->B, k->S, k->T, true);
    k->grads[0] = take_over(&m->encoder), k->grads[1] = take_over(&m->decoder);
    free(m->grads);
    float *old = m->params, *fresh = random_weights((int)m->parameters, 0.4);
    memcpy(old, fresh, sizeof(float) * m->parameters);
    m->grads = k->grads[2] = grade_grad((int)m->parameters);
    for (int l = 0; l < decoder.L; l++) {
        // dweights lie in grads as weights do in params
        float **from = &m->weights[l].norm, **to = &m->dweights[l].norm;
        for (size_t i = 0; i < sizeof(struct cross_weights) / sizeof *to; i++) to[i] = m->grads + (from[i] - m->params);
    }
    k->length = grade_ints(k->B, 1, k->S - 1), k->length[0] = k->S - 1;  // one key alone would need no attention
    k->source = grade_ints(k->M, 0, encoder.V - 1);
    k->input = grade_ints(k->N, 0, decoder.V - 1), k->targets = grade_ints(k->N, -1, decoder.V - 1);
    k->targets[0] = 1;
    k->encoder = define_model(&m->encoder, k->B, k->S, k->length);
    k->decoder = define_model(&m->decoder, k->B, k->T, NULL);
    k->cross =
        (struct cross_context){.config = &m->decoder.config, .B = k->B, .T = k->T, .S = k->S, .length = k->length};
    const int C = decoder.C;
    k->x = grade_floats(k->N * C), k->memory = grade_floats(k->M * C), k->dout = grade_floats(k->N * C);
    k->dx = in_double(k->x, k->N * C), k->dmemory = in_double(k->memory, k->M * C);
    k->p[0] = in_double(m->encoder.params, (int)m->encoder.parameters);
    k->p[1] = in_double(m->decoder.params, (int)m->decoder.parameters);
    k->p[2] = in_double(m->params, (int)m->parameters);
    k->held = (struct cross_held){grade_doubles(k->N * C), grade_doubles(k->N * C), grade_doubles(k->M * 2 * C), 0, 0};
}
static void free_pair(struct pair_case *k) {
    k->m.grads = k->m.encoder.grads = k->m.decoder.grads = NULL;
    seq2seq_free(&k->m);
}

// ---- cross-attention by itself -------------------------------------------------------------------------------------
static double *cross_gives(struct pair_case *k, enum cross_mistake mistake) {
    double *out = grade_doubles(k->N * k->m.decoder.config.C);
    define_cross(out, k->dx, k->dmemory, k->p[2], k->m.params, &k->m.weights[1], &k->cross, mistake, NULL, false);
    return out;
}
static void check_cross(bool same_length) {
    struct pair_case k;
    random_pair(&k, same_length);
    struct cross_state *s = &k.m.cross[1];
    s->x = k.x, s->memory = k.memory, s->out = grade_output(k.N * k.m.decoder.config.C);
    cross_forward(s, &k.m.weights[1], &k.cross);
    if (same_length)
        suspect("keys and values come from the decoder's own rows, not from the memory",
                cross_gives(&k, CROSS_KEYS_FROM_X));
    suspect("the straight road is missing: out = x + the answer", cross_gives(&k, CROSS_NO_STRAIGHT));
    suspect("the queries are made of x itself, not of its norm", cross_gives(&k, CROSS_NO_NORM));
    suspect("the memory is normed again: its encoder has done that", cross_gives(&k, CROSS_NORMED_MEMORY));
    suspect("keys and values are swapped: the keys come first in a row of kv", cross_gives(&k, CROSS_SWAPPED));
    suspect("causal: the source is known to its end", cross_gives(&k, CROSS_CAUSAL));
    suspect("the source's padding is looked at", cross_gives(&k, CROSS_NO_LENGTH));
    grade_array(same_length ? "out, S = T" : "out", s->out, cross_gives(&k, CROSS_RIGHT),
                AXES("btc", k.B, k.T, k.m.decoder.config.C), 1e-4);
    grade_unchanged("x", k.x);
    grade_unchanged("memory", k.memory);
    free_pair(&k);
}

EXERCISE(cross_forward, .number = "13.15", .points = 3, .seconds = 10, .needs = "projection_forward projection_add") {
    check_cross(true);
    check_cross(false);
}

static double cross_loss(struct pair_case *k, const double *x, const double *memory, const double *p) {
    double out[k->N * k->m.decoder.config.C];
    define_cross(out, x, memory, p, k->m.params, &k->m.weights[1], &k->cross, k->mistake, &k->held, false);
    const double ones = k->mistake == CROSS_DQ_NOT_ZEROED    ? k->held.q_sum
                        : k->mistake == CROSS_DKV_NOT_ZEROED ? k->held.kv_sum
                                                             : 0;
    return dot(out, k->dout, k->N * k->m.decoder.config.C) + ones;
}
static double cross_loss_of_x(const double *x, void *context) {
    struct pair_case *k = context;
    return cross_loss(k, x, k->dmemory, k->p[2]);
}
static double cross_loss_of_memory(const double *memory, void *context) {
    struct pair_case *k = context;
    return cross_loss(k, k->dx, memory, k->p[2]);
}
static double cross_loss_of_params(const double *p, void *context) {
    struct pair_case *k = context;
    return cross_loss(k, k->dx, k->dmemory, p);
}
static double *cross_slopes(struct pair_case *k, enum cross_mistake mistake, bool of_memory) {
    const int C = k->m.decoder.config.C;
    double out[k->N * C];
    define_cross(out, k->dx, k->dmemory, k->p[2], k->m.params, &k->m.weights[1], &k->cross, CROSS_RIGHT, &k->held,
                 true);
    k->mistake = mistake;
    double *slope =
        of_memory ? slopes(cross_loss_of_memory, k->memory, k, k->M * C) : slopes(cross_loss_of_x, k->x, k, k->N * C);
    k->mistake = CROSS_RIGHT;
    return slope;
}
// The backward pass shares its scratch with other layers: it may hold anything.
static void poison_cross_scratch(struct pair_case *k) {
    const int C = k->m.decoder.config.C;
    k->m.scratch = (struct cross_scratch){.dnorm = grade_output(k->N * C),
                                          .dq = ones(k->N * C),
                                          .datt = grade_output(k->N * C),
                                          .dkv = ones(k->M * 2 * C),
                                          .dmemory = grade_output(k->M * C)};
}

EXERCISE(cross_backward, .number = "13.15", .points = 4, .seconds = 10, .needs = "cross_forward projection_backward") {
    struct pair_case k;
    random_pair(&k, false);
    const int C = k.m.decoder.config.C;
    struct cross_state *s = &k.m.cross[1];
    s->x = k.x, s->memory = k.memory;
    poison_cross_scratch(&k);
    cross_forward(s, &k.m.weights[1], &k.cross);
    float *dx = grade_copy(k.dout, k.N * C), *dmemory = grade_grad(k.M * C);
    cross_backward(dx, dmemory, &k.m.dweights[1], &k.m.scratch, s, &k.m.weights[1], &k.cross);
    suspect("the gradient of the straight road is lost", cross_slopes(&k, CROSS_LOST_STRAIGHT, false));
    suspect("dq is not zeroed: flash_backward adds to it", cross_slopes(&k, CROSS_DQ_NOT_ZEROED, false));
    suspect("the queries' gradient does not reach x", cross_slopes(&k, CROSS_LOST_SIDE, false));
    grade_array("dx", dx, cross_slopes(&k, CROSS_RIGHT, false), AXES("btc", k.B, k.T, C), 2e-4);
    suspect("only the keys' gradient reaches the memory", cross_slopes(&k, CROSS_KEYS_ONLY, true));
    suspect("dkv is not zeroed: flash_backward adds to it", cross_slopes(&k, CROSS_DKV_NOT_ZEROED, true));
    suspect("only the values' gradient reaches the memory", cross_slopes(&k, CROSS_VALUES_ONLY, true));
    grade_gradient_check("dmemory", dmemory, k.memory, AXES("bsc", k.B, k.S, C), cross_loss_of_memory, &k, 2e-4);
    grade_gradient_check("the weights' gradients", k.grads[2], k.m.params, AXES("p", (int)k.m.parameters),
                         cross_loss_of_params, &k, 2e-4);
    free_pair(&k);
}

// ---- the decoder's block -------------------------------------------------------------------------------------------
static void define_decoder_block(double *out, const double *x, const double *memory, const double *decoder,
                                 const double *cross, int l, struct pair_case *k, bool hold) {
    const int n = k->N * k->m.decoder.config.C;
    double mid[n], asked[n];
    define_attend(mid, x, decoder, l, &k->decoder, NULL, false);
    define_cross(asked, k->mistake == CROSS_READS_X ? x : mid, memory, cross, k->m.params, &k->m.weights[l], &k->cross,
                 k->mistake, &k->held, hold);
    define_mlp(out, x, asked, decoder, l, &k->decoder, NULL, false);
}
static double *decoder_block_gives(struct pair_case *k, enum cross_mistake mistake) {
    double *out = grade_doubles(k->N * k->m.decoder.config.C);
    k->mistake = mistake;
    define_decoder_block(out, k->dx, k->dmemory, k->p[1], k->p[2], k->layer, k, false);
    k->mistake = CROSS_RIGHT;
    return out;
}
static void run_decoder_block(struct pair_case *k, float *out) {
    memcpy(k->m.decoder.block[k->layer].x, k->x, sizeof(float) * (size_t)(k->N * k->m.decoder.config.C));
    k->m.cross[k->layer].memory = k->memory;
    decoder_block_forward(out, &k->m, k->layer, &k->decoder.c, &k->cross);
}

EXERCISE(decoder_block_forward, .number = "13.16", .points = 2, .seconds = 10,
         .needs = "block_attend block_mlp cross_forward") {
    struct pair_case k;
    random_pair(&k, false);
    float *out = grade_output(k.N * k.m.decoder.config.C);
    run_decoder_block(&k, out);
    suspect("the memory is not asked, or the small network reads mid, where it is to read what the memory answered",
            decoder_block_gives(&k, CROSS_SKIPPED));
    suspect("the cross-attention reads the block's x; it is to read mid", decoder_block_gives(&k, CROSS_READS_X));
    grade_array("out", out, decoder_block_gives(&k, CROSS_RIGHT), AXES("btc", k.B, k.T, k.m.decoder.config.C), 2e-4);
    free_pair(&k);
}

static double decoder_block_loss(struct pair_case *k, const double *x, const double *memory, const double *decoder,
                                 const double *cross) {
    double out[k->N * k->m.decoder.config.C];
    define_decoder_block(out, x, memory, decoder, cross, k->layer, k, false);
    return dot(out, k->dout, k->N * k->m.decoder.config.C);
}
static double decoder_block_loss_of_x(const double *x, void *context) {
    struct pair_case *k = context;
    return decoder_block_loss(k, x, k->dmemory, k->p[1], k->p[2]);
}
static double decoder_block_loss_of_memory(const double *memory, void *context) {
    struct pair_case *k = context;
    return decoder_block_loss(k, k->dx, memory, k->p[1], k->p[2]);
}
static double decoder_block_loss_of_decoder(const double *p, void *context) {
    struct pair_case *k = context;
    return decoder_block_loss(k, k->dx, k->dmemory, p, k->p[2]);
}
static double decoder_block_loss_of_cross(const double *p, void *context) {
    struct pair_case *k = context;
    return decoder_block_loss(k, k->dx, k->dmemory, k->p[1], p);
}
static double *decoder_block_slopes(struct pair_case *k, enum cross_mistake mistake) {
    const int n = k->N * k->m.decoder.config.C;
    double out[n];
    define_decoder_block(out, k->dx, k->dmemory, k->p[1], k->p[2], k->layer, k, true);
    k->mistake = mistake;
    double *slope = slopes(decoder_block_loss_of_x, k->x, k, n);
    k->mistake = CROSS_RIGHT;
    return slope;
}

EXERCISE(decoder_block_backward, .number = "13.16", .points = 2, .seconds = 15,
         .needs = "decoder_block_forward block_attend_backward block_mlp_backward cross_backward") {
    struct pair_case k;
    random_pair(&k, false);
    const int C = k.m.decoder.config.C;
    run_decoder_block(&k, grade_output(k.N * C));
    poison_cross_scratch(&k);
    float *dx = grade_copy(k.dout, k.N * C);
    k.m.dmemory = grade_grad(k.M * C);
    decoder_block_backward(dx, &k.m, k.layer, &k.decoder.c, &k.cross);
    suspect("the cross-attention's backward pass is missing", decoder_block_slopes(&k, CROSS_LOST_SIDE));
    grade_array("dx", dx, decoder_block_slopes(&k, CROSS_RIGHT), AXES("btc", k.B, k.T, C), 5e-4);
    grade_gradient_check("dmemory", k.m.dmemory, k.memory, AXES("bsc", k.B, k.S, C), decoder_block_loss_of_memory, &k,
                         5e-4);
    grade_gradient_check("the cross-attention's gradients", k.grads[2], k.m.params, AXES("p", (int)k.m.parameters),
                         decoder_block_loss_of_cross, &k, 5e-4);
    grade_gradient_check("the decoder's gradients", k.grads[1], k.m.decoder.params,
                         AXES("p", (int)k.m.decoder.parameters), decoder_block_loss_of_decoder, &k, 5e-4);
    free_pair(&k);
}

// ---- the whole -----------------------------------------------------------------------------------------------------
EXERCISE(teacher_forcing, .number = "13.16", .points = 1) {
    const int B = 3, T = grade_int(4, 7), start = 9;
    int *targets = grade_ints(B * T, 0, 8), *input = grade_ints(B * T, -5, -5);
    for (int b = 1; b < B; b++) targets[b * T + T - 1] = targets[b * T + T - 2] = -1;
    double *want = grade_doubles(B * T), *flat = grade_doubles(B * T), *early = grade_doubles(B * T);
    for (int i = 0; i < B * T; i++) {
        const int before = i ? targets[i - 1] : -1;
        early[i] = targets[i] < 0 ? start : targets[i];
        flat[i] = before < 0 ? start : before;
        want[i] = i % T ? flat[i] : start;
    }
    teacher_forcing(input, targets, start, B, T);
    suspect("each word is shown where it is to be predicted: one place later", early);
    suspect("a text begins with the last word of the one before: each begins with `start`", flat);
    grade_array("input", as_floats(input, B * T), want, AXES("bt", B, T), 0);
}

static void define_pair(double *logits, const double *const p[3], struct pair_case *k, bool hold) {
    const struct gpt *d = &k->m.decoder;
    const int C = d->config.C, n = k->N * C;
    double memory[k->M * C], x[n], out[n], rows[n];
    define_rows(memory, k->source, p[0], p[0], &k->encoder, MODEL_RIGHT, NULL);
    if (hold) k->held_memory = grade_doubles(k->M * C), memcpy(k->held_memory, memory, sizeof memory);
    const double *table = twin(p[1], d->params, d->weights.token_table);
    const double *positions = twin(p[1], d->params, d->weights.position_table);
    for (int i = 0; i < n; i++) x[i] = table[k->input[i / C] * C + i % C] + positions[i / C % k->T * C + i % C];
    for (int l = 0; l < d->config.L; l++) {
        const bool held = k->last_layer_only && l > 0;  // backwards, layer 0 comes last
        define_decoder_block(out, x, held ? k->held_memory : memory, p[1], p[2], l, k, false);
        memcpy(x, out, sizeof x);
    }
    define_norm(rows, x, twin(p[1], d->params, d->weights.norm), twin(p[1], d->params, d->weights.norm_bias),
                d->config.eps, k->N, C);
    define_linear(logits, rows, twin(p[1], d->params, d->weights.head), NULL, k->N, C, d->config.V);
}
static double *pair_gives(struct pair_case *k, enum cross_mistake mistake) {
    double *logits = grade_doubles(k->N * k->m.decoder.config.V);
    k->mistake = mistake;
    define_pair(logits, (const double *const *)k->p, k, false);
    k->mistake = CROSS_RIGHT;
    return logits;
}

EXERCISE(seq2seq_forward, .number = "13.16", .points = 1, .seconds = 10,
         .needs = "decoder_block_forward gpt_rows embedding_forward") {
    struct pair_case k;
    random_pair(&k, false);
    const float *logits = seq2seq_forward(&k.m, k.source, k.length, k.input, k.B, k.S, k.T);
    suspect("the memory is not asked", pair_gives(&k, CROSS_SKIPPED));
    suspect("the decoder looks at the source's padding", pair_gives(&k, CROSS_NO_LENGTH));
    k.encoder.c.causal = true;
    suspect("the encoder is causal", pair_gives(&k, CROSS_RIGHT));
    k.encoder.c.causal = false, k.encoder.c.length = NULL;
    suspect("the encoder looks at its padding", pair_gives(&k, CROSS_RIGHT));
    k.encoder.c.length = k.length, k.decoder.c.causal = false;
    suspect("the decoder sees the words that it is to write", pair_gives(&k, CROSS_RIGHT));
    k.decoder.c.causal = true;
    grade_array("logits", logits, pair_gives(&k, CROSS_RIGHT), AXES("btv", k.B, k.T, k.m.decoder.config.V), 5e-4);
    free_pair(&k);
}

static const double pair_dloss = 1.5;
static double pair_loss(const double *p, struct pair_case *k, int which) {
    const int V = k->m.decoder.config.V;
    const double *all[3] = {k->p[0], k->p[1], k->p[2]};
    double logits[k->N * V];
    all[which] = p;
    define_pair(logits, all, k, false);
    return pair_dloss * define_loss(logits, k->targets, k->N, V);
}
static double pair_loss_of_encoder(const double *p, void *context) {
    return pair_loss(p, context, 0);
}
static double pair_loss_of_decoder(const double *p, void *context) {
    return pair_loss(p, context, 1);
}
static double pair_loss_of_cross(const double *p, void *context) {
    return pair_loss(p, context, 2);
}

EXERCISE(seq2seq_backward, .number = "13.16", .points = 2, .seconds = 20,
         .needs = "seq2seq_forward decoder_block_backward gpt_backward_rows masked_loss_backward") {
    struct pair_case k;
    random_pair(&k, false);
    const int n = (int)k.m.encoder.parameters;
    for (int i = 0; i < k.M * k.m.decoder.config.C; i++) k.m.dmemory[i] = 1;
    seq2seq_forward(&k.m, k.source, k.length, k.input, k.B, k.S, k.T);
    float loss = seq2seq_backward(&k.m, (float)pair_dloss, k.source, k.length, k.input, k.targets, k.B, k.S, k.T);
    grade_scalar("the loss returned", loss, pair_loss(k.p[1], &k, 1) / pair_dloss, 1e-4);
    grade_gradient_check("the decoder's gradients", k.grads[1], k.m.decoder.params,
                         AXES("p", (int)k.m.decoder.parameters), pair_loss_of_decoder, &k, 1e-3);
    grade_gradient_check("the cross-attentions' gradients", k.grads[2], k.m.params, AXES("p", (int)k.m.parameters),
                         pair_loss_of_cross, &k, 1e-3);
    double logits[k.N * k.m.decoder.config.V];
    define_pair(logits, (const double *const *)k.p, &k, true);
    k.last_layer_only = true;
    suspect("only one layer's gradient reaches the encoder: the memory hears the sum over all of them",
            slopes(pair_loss_of_encoder, k.m.encoder.params, &k, n));
    k.last_layer_only = false;
    grade_gradient_check("the encoder's gradients", k.grads[0], k.m.encoder.params, AXES("p", n), pair_loss_of_encoder,
                         &k, 1e-3);
    free_pair(&k);
}

// ==== Mixture of experts =============================================================================================
struct route_case {
    int N, E, K, *chosen;
    float *logits, *weight, *dweight;
    double *best, *softmax;  // the right choice (N,K); the probabilities of all E (N,E)
    bool over_all;           // a mistake: the probabilities are not divided by their sum over the chosen
};

// Scores in steps of a half, of which some are equal.
static void random_route(struct route_case *k) {
    *k = (struct route_case){.N = grade_int(6, 9), .E = grade_int(5, 7), .K = grade_int(2, 3)};
    k->logits = grade_floats(k->N * k->E);
    for (int i = 0; i < k->N * k->E; i++) k->logits[i] = (float)(round(2 * k->logits[i]) / 2);
    for (int e = 0; e < k->E; e++) k->logits[e] = e == 1 ? 0.5f : 1.5f;  // one row with many equal ones
    k->best = grade_doubles(k->N * k->K), k->softmax = grade_doubles(k->N * k->E);
    for (int n = 0; n < k->N; n++) {
        double sum = 0;
        for (int e = 0; e < k->E; e++) sum += exp((double)k->logits[n * k->E + e]);
        for (int e = 0; e < k->E; e++) {
            const float *row = k->logits + n * k->E;
            k->softmax[n * k->E + e] = exp((double)row[e]) / sum;
            int rank = 0;
            for (int f = 0; f < k->E; f++) rank += row[f] > row[e] || (row[f] == row[e] && f < e);
            if (rank < k->K) k->best[n * k->K + rank] = e;
        }
    }
    k->dweight = grade_floats(k->N * k->K);
}

// The weights of the right choice from logits (N,E).
static void define_weights(double *weight, const double *logits, const struct route_case *k) {
    for (int n = 0; n < k->N; n++) {
        double sum = 0;
        for (int e = 0; k->over_all && e < k->E; e++) sum += exp(logits[n * k->E + e]);
        for (int i = 0; i < k->K; i++) {
            weight[n * k->K + i] = exp(logits[n * k->E + (int)k->best[n * k->K + i]]);
            if (!k->over_all) sum += weight[n * k->K + i];
        }
        for (int i = 0; i < k->K; i++) weight[n * k->K + i] /= sum;
    }
}
static double *weights_of(struct route_case *k, bool over_all) {
    double *weight = grade_doubles(k->N * k->K);
    k->over_all = over_all;
    define_weights(weight, in_double(k->logits, k->N * k->E), k);
    k->over_all = false;
    return weight;
}
// The right experts, in the order of their numbers; and, of equal ones, the higher number first.
static double *in_order(const struct route_case *k) {
    double *chosen = grade_doubles(k->N * k->K);
    for (int n = 0; n < k->N; n++) {
        int count = 0;
        for (int e = 0; e < k->E; e++)
            for (int i = 0; i < k->K; i++)
                if (k->best[n * k->K + i] == e) chosen[n * k->K + count++] = e;
    }
    return chosen;
}
static double *ranked(const struct route_case *k, double sign, bool high_first) {
    double *chosen = grade_doubles(k->N * k->K);
    for (int i = 0; i < k->N * k->E; i++) {
        const float *row = k->logits + i / k->E * k->E;
        const int e = i % k->E;
        int rank = 0;
        for (int f = 0; f < k->E; f++)
            rank += sign * row[f] > sign * row[e] || (row[f] == row[e] && (high_first ? f > e : f < e));
        if (rank < k->K) chosen[i / k->E * k->K + rank] = e;
    }
    return chosen;
}

EXERCISE(moe_route_forward, .number = "13.17", .points = 2) {
    int *two = grade_ints(2, -1, -1);
    float *scores = grade_copy((float[]){0, 2, -1, 1}, 4), *shares = grade_output(2);
    moe_route_forward(two, shares, scores, 1, 4, 2);
    grade_array("the experts asked for scores 0, 2, -1, 1", as_floats(two, 2), (double[]){1, 3}, AXES("k", 2), 0);
    suspect("the probabilities among all four; the two are to share the whole", (double[]){0.643914, 0.236883});
    grade_array("their weights", shares, (double[]){0.731059, 0.268941}, AXES("k", 2), 1e-5);

    struct route_case k;
    random_route(&k);
    int *chosen = grade_ints(k.N * k.K, -1, -1);
    float *weight = grade_output(k.N * k.K);
    const struct axes axes = AXES("nk", k.N, k.K);
    moe_route_forward(chosen, weight, k.logits, k.N, k.E, k.K);
    suspect("the right experts, but in the order of their numbers: highest score first", in_order(&k));
    suspect("of equal scores the later expert: the lower number is to win", ranked(&k, 1, true));
    suspect("the lowest scores", ranked(&k, -1, false));
    grade_array("chosen", as_floats(chosen, k.N * k.K), k.best, axes, 0);
    double *even = grade_doubles(k.N * k.K);
    for (int i = 0; i < k.N * k.K; i++) even[i] = 1.0 / k.K;
    suspect("the probabilities among all experts: those of the chosen are to sum to 1", weights_of(&k, true));
    suspect("all weigh the same", even);
    grade_array("weight", weight, weights_of(&k, false), axes, 1e-5);
    for (int i = 0; i < k.N * k.E; i++) k.logits[i] += 500;
    moe_route_forward(chosen, weight, k.logits, k.N, k.E, k.K);
    grade_true(isfinite(weight[0]),
               "scores around 500 give a weight of %g\nlooks like: the highest score is not subtracted first",
               (double)weight[0]);
    grade_array("weight, with 500 added to all scores", weight, weights_of(&k, false), axes, 1e-4);
}

static double route_loss(const double *logits, void *context) {
    struct route_case *k = context;
    double weight[k->N * k->K];
    define_weights(weight, logits, k);
    return dot(weight, k->dweight, k->N * k->K);
}

EXERCISE(moe_route_backward, .number = "13.17", .points = 2) {
    struct route_case k;
    random_route(&k);
    double *weight = weights_of(&k, false), *alone = grade_doubles(k.N * k.E), *linear = grade_doubles(k.N * k.E);
    int *chosen = grade_ints(k.N * k.K, 0, 0);
    for (int i = 0; i < k.N * k.K; i++) {
        chosen[i] = (int)k.best[i];
        alone[i / k.K * k.E + chosen[i]] = k.dweight[i] * weight[i] * (1 - weight[i]);
        linear[i / k.K * k.E + chosen[i]] = k.dweight[i];
    }
    float *dlogits = grade_grad(k.N * k.E);
    moe_route_backward(dlogits, k.dweight, grade_copy_doubles(weight, k.N * k.K), chosen, k.N, k.E, k.K);
    k.over_all = true;
    suspect("without renormalisation: the slope of the softmax over all experts",
            slopes(route_loss, k.logits, &k, k.N * k.E));
    k.over_all = false;
    suspect("each weight is moved by its own score only: a score moves the weights of the others, too", alone);
    suspect("dweight is handed on as it is: the softmax has a slope", linear);
    grade_gradient_check("dlogits", dlogits, k.logits, AXES("ne", k.N, k.E), route_loss, &k, 2e-5);
}

// The right order and starts.
struct dispatch {
    int *chosen, *start;
    double *order, *starts;
};
static struct dispatch random_dispatch(int N, int E, int K) {
    struct dispatch d = {grade_ints(N * K, 0, E - 2), grade_ints(E + 1, 0, 0), grade_doubles(N * K),
                         grade_doubles(E + 1)};
    for (int n = 0; n < N; n++)
        for (int i = 1; i < K; i++) d.chosen[n * K + i] = (d.chosen[n * K] + i) % (E - 1);
    int at = 0;
    for (int e = 0; e < E; e++) {
        d.start[e] = at, d.starts[e] = at;
        for (int i = 0; i < N * K; i++)
            if (d.chosen[i] == e) d.order[at++] = i;
    }
    d.start[E] = at, d.starts[E] = at;
    return d;
}

EXERCISE(moe_dispatch, .number = "13.17", .points = 2) {
    const int N = grade_int(9, 14), E = grade_int(5, 7), K = grade_int(2, 3);
    struct dispatch d = random_dispatch(N, E, K);  // nobody asks the last expert
    int *order = grade_ints(N * K, -1, -1), *start = grade_ints(E + 1, -1, -1);
    moe_dispatch(order, start, d.chosen, N, E, K);
    double *counts = grade_doubles(E + 1), *ends = grade_doubles(E + 1), *rows = grade_doubles(N * K);
    double *backward = grade_doubles(N * K);
    for (int e = 0; e < E; e++) counts[e] = d.starts[e + 1] - d.starts[e], ends[e] = d.starts[e + 1];
    ends[E] = d.starts[E];
    suspect("how often each expert is asked, not where its pairs begin", counts);
    suspect("each start has moved to its end while the places were filled", ends);
    grade_array("start", as_floats(start, E + 1), d.starts, AXES("e", E + 1), 0);
    for (int i = 0; i < N * K; i++) {
        rows[i] = floor(d.order[i] / K);
        int e = d.chosen[(int)d.order[i]];
        backward[i] = d.order[(int)(d.starts[e] + d.starts[e + 1] - 1 - i)];
    }
    suspect("numbers of rows: order holds numbers of pairs, n*K + k", rows);
    suspect("each expert's pairs are in falling order", backward);
    grade_array("order", as_floats(order, N * K), d.order, AXES("i", N * K), 0);
}

// ---- the balance ---------------------------------------------------------------------------------------------------
struct balance_case {
    int N, E, K;
    struct dispatch d;
    float *logits;
    double dloss;
};
static struct balance_case random_balance(void) {
    struct balance_case k = {.N = grade_int(7, 12), .E = grade_int(5, 7), .K = 2, .dloss = 1.3};
    k.d = random_dispatch(k.N, k.E, k.K);
    k.logits = grade_floats(k.N * k.E);
    return k;
}
static void define_probs(double *probs, const double *logits, int N, int E) {
    for (int n = 0; n < N; n++) {
        double sum = 0;
        for (int e = 0; e < E; e++) sum += exp(logits[n * E + e]);
        for (int e = 0; e < E; e++) probs[n * E + e] = exp(logits[n * E + e]) / sum;
    }
}
static double balance_loss(const double *logits, void *context) {
    struct balance_case *k = context;
    double probs[k->N * k->E], balance = 0;
    define_probs(probs, logits, k->N, k->E);
    for (int i = 0; i < k->N * k->E; i++) {
        const int e = i % k->E;
        balance += k->E * (k->d.starts[e + 1] - k->d.starts[e]) / (k->N * k->K) * probs[i] / k->N;
    }
    return k->dloss * balance;
}

EXERCISE(moe_balance_forward, .number = "13.18", .points = 2) {
    struct balance_case k = random_balance();
    float *probs = grade_output(k.N * k.E);
    double *want = grade_doubles(k.N * k.E), squares = 0;
    define_probs(want, in_double(k.logits, k.N * k.E), k.N, k.E);
    for (int e = 0; e < k.E; e++) {
        double mean = 0;
        for (int n = 0; n < k.N; n++) mean += want[n * k.E + e] / k.N;
        squares += k.E * mean * mean;
    }
    float got = moe_balance_forward(probs, k.logits, k.d.start, k.N, k.E, k.K);
    suspect("the logits themselves: probs is their softmax", in_double(k.logits, k.N * k.E));
    grade_array("probs", probs, want, AXES("ne", k.N, k.E), 1e-5);
    const double balance = balance_loss(in_double(k.logits, k.N * k.E), &k) / k.dloss;
    suspect_scalar("the factor E is missing: a perfect balance is to give 1", balance / k.E);
    suspect_scalar("the sum of the probabilities, not their mean", balance * k.N);
    suspect_scalar("the shares are counts: they are to be divided by N*K", balance * k.N * k.K);
    suspect_scalar("the shares are divided by N: there are N*K pairs", balance * k.K);
    suspect_scalar("the mean probability in place of the share that was really asked", squares);
    grade_scalar("the balance", got, balance, 1e-5);
    int *start = grade_ints(k.E + 1, 0, 0);
    for (int e = 0; e <= k.E; e++) start[e] = 2 * e;
    got = moe_balance_forward(probs, k.logits, start, k.E, k.E, 2);  // E rows, two choices each
    grade_scalar("the balance where all are asked alike", got, 1, 1e-5);
}

EXERCISE(moe_balance_backward, .number = "13.18", .points = 2) {
    struct balance_case k = random_balance();
    double *probs = grade_doubles(k.N * k.E), *straight = grade_doubles(k.N * k.E), *own = grade_doubles(k.N * k.E);
    define_probs(probs, in_double(k.logits, k.N * k.E), k.N, k.E);
    for (int i = 0; i < k.N * k.E; i++) {
        const int e = i % k.E;
        straight[i] = k.dloss * k.E * (k.d.starts[e + 1] - k.d.starts[e]) / (k.N * k.K) / k.N;
        own[i] = straight[i] * probs[i] * (1 - probs[i]);
    }
    float *dlogits = grade_grad(k.N * k.E);
    moe_balance_backward(dlogits, (float)k.dloss, grade_copy_doubles(probs, k.N * k.E), k.d.start, k.N, k.E, k.K);
    suspect_factor("the factor E is missing", 1.0 / k.E);
    suspect_factor("dloss is ignored", 1 / k.dloss);
    suspect_factor("not divided by N: P is a mean over the rows", k.N);
    suspect_factor("the shares are counts: they are to be divided by N*K", k.N * k.K);
    suspect_factor("the shares are divided by N: there are N*K pairs", k.K);
    suspect("the probabilities' gradient: it must still go through the softmax", straight);
    suspect("each probability is moved by its own score only: a score moves all of them", own);
    grade_gradient_check("dlogits", dlogits, k.logits, AXES("ne", k.N, k.E), balance_loss, &k, 1e-5);
}

// ---- the layer -----------------------------------------------------------------------------------------------------
enum moe_mistake {
    MOE_RIGHT,
    MOE_UNWEIGHTED,
    MOE_FIRST_ONLY,
    MOE_WRONG_WEIGHT,  // of pair j, where that of pair order[j] is meant
    MOE_FIRST_EXPERT,  // all answer with expert 0's matrices
    MOE_GATE_HELD,     // backwards: the weights are held
    MOE_EXPERTS_HELD,  // backwards: the answers are held
    MOE_GATE_SILENT,   // backwards: the weights are held, and the balance is left out
    MOE_FULL_ANSWERS,  // backwards: the answers' gradient is not weighted
    MOE_NO_BALANCE
};
struct moe_case {
    struct moe_config c;
    struct moe_weights w, dw;
    struct moe_state s;
    int N, n;
    float *params, *grads, *x, *dout;
    double *p, *dx, dbalance, *weight, *answer;  // p and x in double; (N,E), (N,E,C) what is held
    struct balance_case balance;
    enum moe_mistake mistake;
};

static void random_moe(struct moe_case *k) {
    *k = (struct moe_case){.c = {grade_int(5, 7), grade_int(3, 5), 4, 2}, .N = grade_int(6, 8), .dbalance = 0.7};
    k->n = (int)moe_parameters(&k->c);
    k->params = random_weights(k->n, 0.5), k->grads = grade_grad(k->n);
    moe_point(&k->w, &k->c, k->params), moe_point(&k->dw, &k->c, k->grads);
    // Every row's first number is 2, for which all experts but the last get a high score: nobody asks that one.
    float *x = grade_floats(k->N * k->c.C);
    for (int n = 0; n < k->N; n++) x[n * k->c.C] = 2;
    for (int e = 0; e < k->c.E; e++) k->w.gate[e * k->c.C] = e + 1 < k->c.E ? 3 : 0;
    for (int i = 1; i < k->c.C; i++) k->w.gate[(k->c.E - 1) * k->c.C + i] = 0;
    k->x = grade_copy(x, k->N * k->c.C), k->dout = grade_floats(k->N * k->c.C);
    k->p = in_double(k->params, k->n), k->dx = in_double(k->x, k->N * k->c.C);
    moe_reserve(&k->s, &k->c, k->N);
    k->s.x = k->x;
    k->weight = grade_doubles(k->N * k->c.E), k->answer = grade_doubles(k->N * k->c.E * k->c.C);
}

// The K experts with the highest scores get their weight, the others 0.
static void define_gate(double *weight, double *probs, const double *x, const double *p, const struct moe_case *k) {
    const int E = k->c.E, C = k->c.C;
    double logits[k->N * E];
    define_linear(logits, x, p, NULL, k->N, C, E);
    define_probs(probs, logits, k->N, E);
    for (int n = 0; n < k->N; n++) {
        double sum = 0;
        for (int e = 0; e < E; e++) {
            int rank = 0;
            for (int f = 0; f < E; f++) rank += logits[n * E + f] > logits[n * E + e];
            weight[n * E + e] = rank < (k->mistake == MOE_FIRST_ONLY ? 1 : k->c.K) ? probs[n * E + e] : 0;
            sum += rank < k->c.K ? probs[n * E + e] : 0;
        }
        for (int e = 0; e < E; e++)
            weight[n * E + e] /= k->mistake == MOE_UNWEIGHTED ? weight[n * E + e] + 1e-300 : sum;
    }
}
static void define_expert(double *answer, const double *x, int e, const double *p, const struct moe_case *k) {
    const int C = k->c.C, F = k->c.F, N = k->N;
    if (k->mistake == MOE_FIRST_EXPERT) e = 0;
    double up[N * 2 * F], act[N * F];
    define_linear(up, x, p + k->c.E * C + e * 2 * F * C, NULL, N, C, 2 * F);
    for (int i = 0; i < N * F; i++) act[i] = silu(up[i / F * 2 * F + i % F]) * up[i / F * 2 * F + F + i % F];
    define_linear(answer, act, p + k->c.E * C + k->c.E * 2 * F * C + e * C * F, NULL, N, F, C);
}
// out (N,C); returns the balance. hold: keeps weights and answers.
static double define_moe(double *out, const double *x, const double *p, struct moe_case *k, bool hold) {
    const int E = k->c.E, C = k->c.C, N = k->N;
    double weight[N * E], probs[N * E], answer[N * C], balance = 0;
    define_gate(weight, probs, x, p, k);
    if (hold) memcpy(k->weight, weight, sizeof weight);
    memset(out, 0, sizeof answer);
    for (int e = 0; e < E; e++) {
        define_expert(answer, x, e, p, k);
        double *held = k->answer + e * N * C, asked = 0, mean = 0;
        if (hold) memcpy(held, answer, sizeof answer);
        for (int n = 0; n < N; n++) asked += weight[n * E + e] > 0, mean += probs[n * E + e] / N;
        balance += E * asked / (N * k->c.K) * mean;
        for (int i = 0; i < N * C; i++) {
            const bool gate_held = k->mistake == MOE_GATE_HELD || k->mistake == MOE_GATE_SILENT;
            const bool expert_held = k->mistake == MOE_EXPERTS_HELD || k->mistake == MOE_FULL_ANSWERS;
            const double share = (gate_held ? k->weight : weight)[i / C * E + e];
            out[i] += share * (expert_held ? held[i] : answer[i]);
            if (k->mistake == MOE_FULL_ANSWERS && share > 0) out[i] += answer[i];
        }
    }
    return balance;
}
static double *moe_gives(struct moe_case *k, enum moe_mistake mistake) {
    double *out = grade_doubles(k->N * k->c.C);
    k->mistake = mistake;
    define_moe(out, k->dx, k->p, k, false);
    k->mistake = MOE_RIGHT;
    return out;
}
// Weights in the order of the pairs, answers in that of the experts.
static double *moe_mismatched(struct moe_case *k) {
    double *out = moe_gives(k, MOE_RIGHT);
    define_moe(out, k->dx, k->p, k, true);
    memset(out, 0, sizeof *out * (size_t)(k->N * k->c.C));
    for (int e = 0, j = 0; e < k->c.E; e++) {
        for (int n = 0; n < k->N; n++) {
            if (k->weight[n * k->c.E + e] == 0) continue;
            for (int i = 0; i < k->c.C; i++)
                out[n * k->c.C + i] += k->s.weight[j] * k->answer[(e * k->N + n) * k->c.C + i];
            j++;
        }
    }
    return out;
}

EXERCISE(moe_forward, .number = "13.19", .points = 3, .seconds = 10,
         .needs = "moe_route_forward moe_dispatch moe_balance_forward swiglu_forward") {
    struct moe_case k;
    random_moe(&k);
    float *out = grade_output(k.N * k.c.C);
    float balance = moe_forward(out, &k.s, &k.w, &k.c, k.N);
    double *want = moe_gives(&k, MOE_RIGHT);
    suspect("the answers are not weighted", moe_gives(&k, MOE_UNWEIGHTED));
    suspect("only the first choice's answer counts", moe_gives(&k, MOE_FIRST_ONLY));
    suspect("all experts answer with the first one's matrices", moe_gives(&k, MOE_FIRST_EXPERT));
    suspect("the weight of pair j, where row j of the sorted answers is for pair order[j]", moe_mismatched(&k));
    grade_array("out", out, want, AXES("nc", k.N, k.c.C), 1e-4);
    grade_scalar("the balance returned", balance, define_moe(want, k.dx, k.p, &k, false), 1e-4);
    grade_unchanged("x", k.x);
    moe_free(&k.s);
}

static double moe_loss(struct moe_case *k, const double *x, const double *p) {
    const bool no_balance = k->mistake == MOE_NO_BALANCE || k->mistake == MOE_GATE_SILENT;
    double out[k->N * k->c.C], balance = define_moe(out, x, p, k, false);
    return dot(out, k->dout, k->N * k->c.C) + (no_balance ? 0 : k->dbalance * balance);
}
static double moe_loss_of_x(const double *x, void *context) {
    struct moe_case *k = context;
    return moe_loss(k, x, k->p);
}
static double moe_loss_of_params(const double *p, void *context) {
    struct moe_case *k = context;
    return moe_loss(k, k->dx, p);
}
static double *moe_slopes(struct moe_case *k, enum moe_mistake mistake, bool of_x) {
    double out[k->N * k->c.C];
    define_moe(out, k->dx, k->p, k, true);
    k->mistake = mistake;
    double *slope =
        of_x ? slopes(moe_loss_of_x, k->x, k, k->N * k->c.C) : slopes(moe_loss_of_params, k->params, k, k->n);
    k->mistake = MOE_RIGHT;
    return slope;
}

EXERCISE(moe_backward, .number = "13.19", .points = 4, .seconds = 15,
         .needs = "moe_forward moe_route_backward moe_balance_backward swiglu_backward projection_backward") {
    struct moe_case k;
    random_moe(&k);
    moe_forward(grade_output(k.N * k.c.C), &k.s, &k.w, &k.c, k.N);
    float *dx = grade_grad(k.N * k.c.C);
    for (int i = 0; i < k.N * k.c.E; i++) k.s.dlogits[i] = 1;  // scratch may hold anything
    moe_backward(dx, &k.dw, (float)k.dbalance, k.dout, &k.s, &k.w, &k.c, k.N);
    suspect("the gate learns nothing from the answers: dweight is the answer times dout",
            moe_slopes(&k, MOE_GATE_HELD, false));
    suspect("the experts learn nothing", moe_slopes(&k, MOE_EXPERTS_HELD, false));
    suspect("the balance is left out", moe_slopes(&k, MOE_NO_BALANCE, false));
    suspect("an answer's gradient is dout times the weight: the weight is missing",
            moe_slopes(&k, MOE_FULL_ANSWERS, false));
    grade_gradient_check("the weights' gradients", k.grads, k.params, AXES("p", k.n), moe_loss_of_params, &k, 2e-4);
    suspect("the gate's part of dx is missing", moe_slopes(&k, MOE_GATE_SILENT, true));
    suspect("the experts' part of dx is missing", moe_slopes(&k, MOE_EXPERTS_HELD, true));
    grade_gradient_check("dx", dx, k.x, AXES("nc", k.N, k.c.C), moe_loss_of_x, &k, 2e-4);
    moe_free(&k.s);
}
