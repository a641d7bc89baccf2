// Tests of ptuning.c.
#include "17-lora/thin.h"

// The network, and all that it learns in a row: seeds, in_w, in_b, out_w, out_b.
struct ptuning_case {
    struct ptuning t;
    int n;
    float *dprompt;
    double *p;
    int mistake;
    double *held_before, *held_slope;  // of the tanh, where a wrong backward pass is defined
};

enum mistake {
    RIGHT,
    NO_TANH,
    NO_IN_BIAS,
    NO_OUT_BIAS,
    NO_HIDDEN,   // the seeds go out
    IN_TURNED,   // in_w is read as if its columns were its rows
    HELD_SLOPE,  // the tanh is a straight line through held_before with held_slope
};

// prompt (P,C), before and hidden (P,M) from p.
static void define_ptuning(double *prompt, double *before, double *hidden, const double *p,
                           const struct ptuning_case *k) {
    const int P = k->t.P, C = k->t.C, M = k->t.M;
    const double *seeds = p, *in_w = seeds + P * M, *in_b = in_w + M * M, *out_w = in_b + M, *out_b = out_w + C * M;
    for (int i = 0; i < P * M; i++) {
        before[i] = k->mistake == NO_IN_BIAS ? 0 : in_b[i % M];
        for (int j = 0; j < M; j++)
            before[i] += seeds[i / M * M + j] * in_w[k->mistake == IN_TURNED ? j * M + i % M : i % M * M + j];
        hidden[i] = k->mistake == NO_TANH ? before[i] : tanh(before[i]);
        if (k->mistake == HELD_SLOPE)
            hidden[i] = tanh(k->held_before[i]) + k->held_slope[i] * (before[i] - k->held_before[i]);
    }
    define_linear(prompt, k->mistake == NO_HIDDEN ? seeds : hidden, out_w, k->mistake == NO_OUT_BIAS ? NULL : out_b, P,
                  M, C);
}

static double ptuning_loss(const double *p, void *context) {
    const struct ptuning_case *k = context;
    const int P = k->t.P, C = k->t.C, M = k->t.M;
    double *room = alloc_doubles((size_t)(P * (C + 2 * M))), sum = 0;
    define_ptuning(room, room + P * C, room + P * (C + M), p, k);
    for (int i = 0; i < P * C; i++) sum += room[i] * k->dprompt[i];
    free(room);
    return sum;
}

static struct ptuning_case make_case(int P, int C, int M, const float *seeds, const float *in_w, const float *in_b,
                                     const float *out_w, const float *out_b) {
    struct ptuning_case k = {.t = {.P = P, .C = C, .M = M}, .n = P * M + M * M + M + C * M + C};
    k.t.seeds = grade_copy(seeds, P * M), k.t.in_w = grade_copy(in_w, M * M), k.t.in_b = grade_copy(in_b, M);
    k.t.out_w = grade_copy(out_w, C * M), k.t.out_b = grade_copy(out_b, C);
    k.t.dseeds = grade_grad(P * M), k.t.din_w = grade_grad(M * M), k.t.din_b = grade_grad(M);
    k.t.dout_w = grade_grad(C * M), k.t.dout_b = grade_grad(C);
    k.dprompt = grade_floats(P * C);
    k.p = grade_doubles(k.n);
    int at = 0;
    append(k.p, &at, k.t.seeds, P * M);
    append(k.p, &at, k.t.in_w, M * M);
    append(k.p, &at, k.t.in_b, M);
    append(k.p, &at, k.t.out_w, C * M);
    append(k.p, &at, k.t.out_b, C);
    return k;
}

static float *smaller(int n) {
    float *x = grade_floats(n);
    for (int i = 0; i < n; i++) x[i] *= 0.4f;
    return x;
}

static struct ptuning_case random_case(void) {
    const int P = grade_int(3, 8), C = grade_int(17, 29), M = grade_int(9, 14);
    return make_case(P, C, M, grade_floats(P * M), smaller(M * M), smaller(M), grade_floats(C * M), grade_floats(C));
}

// The text's example: e = (1,2), in gives (h,-h) with h = (log 3)/2, whose tanh is 1/2: (1/2,-1/2); out makes (2,-2,3).
static struct ptuning_case text_case(void) {
    const float h = 0.5493061f;
    return make_case(1, 3, 2, (float[]){1, 2}, (float[]){2, -1, 1, -1}, (float[]){h, 1 - h},
                     (float[]){2, 0, 0, 4, 1, 1}, (float[]){1, 0, 3});
}

// What comes out with this mistake: prompt, before or hidden (0, 1, 2).
static double *gives(struct ptuning_case *k, enum mistake mistake, int which) {
    const int P = k->t.P, C = k->t.C, M = k->t.M;
    double *out[3] = {grade_doubles(P * C), grade_doubles(P * M), grade_doubles(P * M)};
    k->mistake = mistake;
    define_ptuning(out[0], out[1], out[2], k->p, k);
    k->mistake = RIGHT;
    return out[which];
}

static double *sigmoids(const double *x, int n) {
    double *out = grade_doubles(n);
    for (int i = 0; i < n; i++) out[i] = 1 / (1 + exp(-x[i]));
    return out;
}

static void check_forward(const char *what, struct ptuning_case *k) {
    const int P = k->t.P, C = k->t.C, M = k->t.M;
    float *prompt = grade_output(P * C), *hidden = grade_output(P * M);
    ptuning_forward(prompt, hidden, &k->t);
    char name[100];
    snprintf(name, sizeof name, "hidden of %s", what);
    suspect("the tanh is missing", gives(k, RIGHT, 1));
    suspect("a sigmoid, where a tanh is asked for", sigmoids(gives(k, RIGHT, 1), P * M));
    suspect("in's bias is missing", gives(k, NO_IN_BIAS, 2));
    suspect("in_w is not transposed: a row of it belongs to one hidden number", gives(k, IN_TURNED, 2));
    grade_array(name, hidden, gives(k, RIGHT, 2), AXES("pm", P, M), 1e-4);
    snprintf(name, sizeof name, "prompt of %s", what);
    suspect("out's bias is missing", gives(k, NO_OUT_BIAS, 0));
    suspect("what goes out is what is before the tanh", gives(k, NO_TANH, 0));
    suspect("the seeds go out, where hidden should", gives(k, NO_HIDDEN, 0));
    grade_array(name, prompt, gives(k, RIGHT, 0), AXES("pc", P, C), 1e-4);
    grade_unchanged("seeds", k->t.seeds);
    grade_unchanged("in_w", k->t.in_w);
}

EXERCISE(ptuning_forward, .number = "17.8", .points = 3) {
    struct ptuning_case text = text_case(), k = random_case();
    float *prompt = grade_output(3), *hidden = grade_output(2);
    check_forward("the text's example", &text);
    ptuning_forward(prompt, hidden, &text.t);
    grade_array("the text's prompt", prompt, (double[]){2, -2, 3}, AXES("pc", 1, 3), 1e-6);
    check_forward("random rows", &k);
}

// The slopes where the tanh's slope is taken to be slope (P,M).
static double *slopes_with(struct ptuning_case *k, double *slope) {
    k->held_before = gives(k, RIGHT, 1);
    k->held_slope = slope;
    k->mistake = HELD_SLOPE;
    double *found = slopes(ptuning_loss, k->p, k, k->n);
    k->mistake = RIGHT;
    return found;
}

// The tanh's slope from hidden h, by wrong formulas.
enum formula { ONE, TANH_AGAIN, NO_SQUARE, SIGMOID };

static double *wrong_slopes(struct ptuning_case *k, enum formula formula) {
    const double *h = gives(k, RIGHT, 2);
    double *slope = grade_doubles(k->t.P * k->t.M);
    for (int i = 0; i < k->t.P * k->t.M; i++)
        slope[i] = formula == ONE          ? 1
                   : formula == TANH_AGAIN ? 1 - tanh(h[i]) * tanh(h[i])
                   : formula == NO_SQUARE  ? 1 - h[i]
                                           : h[i] * (1 - h[i]);
    return slopes_with(k, slope);
}

// dseeds where in_w is read the wrong way round: the gradient before the tanh is that of in_b, seed by seed.
static double *seeds_turned(struct ptuning_case *k) {
    const int P = k->t.P, C = k->t.C, M = k->t.M;
    const double *h = gives(k, RIGHT, 2);
    double *turned = grade_doubles(P * M), *dbefore = grade_doubles(P * M);
    for (int i = 0; i < P * M; i++) {
        for (int c = 0; c < C; c++) dbefore[i] += (double)k->dprompt[i / M * C + c] * k->t.out_w[c * M + i % M];
        dbefore[i] *= 1 - h[i] * h[i];
    }
    define_linear(turned, dbefore, k->p + P * M, NULL, P, M, M);
    return turned;
}

// The gradient of a weight (rows,M), where x (P,M) is what it meets: din_b's or dprompt's rows times x.
static double *meets(struct ptuning_case *k, const double *x, bool out) {
    const int P = k->t.P, C = k->t.C, M = k->t.M, rows = out ? C : M;
    const double *h = gives(k, RIGHT, 2);
    double *d = grade_doubles(rows * M);
    for (int p = 0; p < P; p++)
        for (int i = 0; i < rows; i++) {
            double above = out ? k->dprompt[p * C + i] : 0;
            for (int c = 0; c < C && !out; c++) above += (double)k->dprompt[p * C + c] * k->t.out_w[c * M + i];
            if (!out) above *= 1 - h[p * M + i] * h[p * M + i];
            for (int j = 0; j < M; j++) d[i * M + j] += above * x[p * M + j];
        }
    return d;
}

static void check_backward(const char *what, struct ptuning_case *k) {
    const int P = k->t.P, C = k->t.C, M = k->t.M;
    float *scratch = grade_output(P * M), *hidden = grade_copy_doubles(gives(k, RIGHT, 2), P * M);
    double *want = slopes(ptuning_loss, k->p, k, k->n), *wrong[SIGMOID + 1];
    for (int f = ONE; f <= SIGMOID; f++) wrong[f] = wrong_slopes(k, (enum formula)f);
    ptuning_backward(&k->t, scratch, k->dprompt, hidden);
    char name[100];
    const int in_w = P * M, in_b = in_w + M * M, out_w = in_b + M, out_b = out_w + C * M;
    const struct {
        const char *name;
        const float *got;
        int at, rows, cols;
    } part[] = {{"dout_w", k->t.dout_w, out_w, C, M},
                {"dout_b", k->t.dout_b, out_b, C, 1},
                {"din_b", k->t.din_b, in_b, M, 1},
                {"din_w", k->t.din_w, in_w, M, M},
                {"dseeds", k->t.dseeds, 0, P, M}};
    static const char *const formulas[] = {
        "the slope of the tanh is missing", "tanh of hidden: hidden is the tanh's result already",
        "1 - tanh: the slope is 1 - tanh^2", "the slope of a sigmoid: that of a tanh is 1 - tanh^2"};
    for (int i = 0; i < COUNT(part); i++) {
        snprintf(name, sizeof name, "%s of %s", part[i].name, what);
        for (int f = ONE; f <= SIGMOID; f++) suspect(formulas[f], wrong[f] + part[i].at);
        if (part[i].at == 0) suspect("in_w is transposed: here it is not", seeds_turned(k));
        if (part[i].at == in_w)
            suspect("in meets hidden: what goes in is the seeds", meets(k, gives(k, RIGHT, 2), false));
        if (part[i].at == out_w) suspect("out meets the seeds: what goes out is hidden", meets(k, k->p, true));
        grade_gradient(name, part[i].got, want + part[i].at, AXES("ij", part[i].rows, part[i].cols), 2e-4);
    }
    grade_unchanged("hidden", hidden);
    grade_unchanged("dprompt", k->dprompt);
}

EXERCISE(ptuning_backward, .number = "17.8", .points = 5) {
    struct ptuning_case text = text_case(), k = random_case();
    check_backward("the text's example", &text);
    check_backward("random rows", &k);
}
