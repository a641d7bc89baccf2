// Tests of tuner.c.
#include "16-sft/small.h"

enum { PIECES = 3, LONGEST = 24 };
// A learner's list and its plain twin: weights, moments and gradients of each piece in double.
struct twin {
    double w[LONGEST], m[LONGEST], v[LONGEST], g[LONGEST];
};

enum mistake {
    AS_DEFINED,
    NO_CLIP,
    ALWAYS_CLIP,
    PIECE_BY_PIECE,
    LR_NEXT,
    STEP_BEFORE,
    NO_LR_SCALE,
    SCALED_TWICE,
    DECAYS_ALL,
    DECAYS_NONE,
    DECAY_OUTSIDE_LR,
    DECAY_TWICE,
    CLIP_OF_0,
    REST_AT_0,
    MISTAKES
};
static const char *const mistake_name[] = {
    "",
    "the gradient is not clipped",
    "the gradient is always brought to the limit, even if it is shorter",
    "every piece is clipped by its own length; all are one gradient",
    "the learning rate of the next step: the schedule counts from 0",
    "the bias correction counts from 0; the first step is number 1",
    "lr_scale is not used",
    "the lr_scale of one piece is still there in the next",
    "everything decays; only matrices should",
    "nothing decays; matrices should",
    "lr_scale is not in the decay: the piece's learning rate is the one that adamw_update gets",
    "lr_scale is in the decay twice: adamw_update multiplies the decay by the learning rate it gets",
    "clip = 0 means no limit, and here it makes every gradient 0",
    "nothing is done where the gradient is 0: the moments fade and the weights decay all the same"};

static double plain_lr(const struct tuner *t, int step) {
    if (step < t->warmup) return (double)t->lr_max * (step + 1) / t->warmup;
    if (step >= t->total) return t->lr_min;
    const double part = (double)(step - t->warmup) / (t->total - t->warmup);
    return (double)t->lr_min + ((double)t->lr_max - (double)t->lr_min) * (1 + cos(acos(-1) * part)) / 2;
}

static double length_of(const double *g, size_t n) {
    double squares = 0;
    for (size_t i = 0; i < n; i++) squares += g[i] * g[i];
    return sqrt(squares);
}

static double whole_length(const struct tuner *t, const struct twin *twin) {
    double squares = 0;
    for (int k = 0; k < t->pieces; k++) {
        const double length = length_of(twin[k].g, t->piece[k].n);
        squares += length * length;
    }
    return sqrt(squares);
}

// Step number `step` (from 0) of the definition; t is read only for what does not change. What the weights of all
// pieces are after it: out (PIECES*LONGEST, 0 where a piece has no number). keep: the twin moves on.
static void plain_step(double *out, struct twin *twin, const struct tuner *t, int step, enum mistake mistake,
                       bool keep) {
    const double limit = (double)t->clip, whole = whole_length(t, twin);
    double carried = 1;
    for (int k = 0; k < t->pieces; k++) {
        const struct tuned *p = &t->piece[k];
        const double length = mistake == PIECE_BY_PIECE ? length_of(twin[k].g, p->n) : whole;
        double scale = limit > 0 && length > limit && mistake != NO_CLIP ? limit / (length + 1e-6) : 1;
        if (mistake == ALWAYS_CLIP && limit > 0) scale = limit / (length + 1e-6);
        if (mistake == CLIP_OF_0 && limit <= 0) scale = 0;
        carried = mistake == SCALED_TWICE ? carried * (double)p->lr_scale : (double)p->lr_scale;
        const double base = plain_lr(t, mistake == LR_NEXT ? step + 1 : step);
        const double lr = mistake == NO_LR_SCALE ? base : base * carried;
        const bool decays = mistake == DECAYS_ALL || (mistake != DECAYS_NONE && p->decays);
        double decay = decays ? (mistake == DECAY_OUTSIDE_LR ? base : lr) * (double)t->weight_decay : 0;
        if (mistake == DECAY_TWICE) decay *= (double)p->lr_scale;
        const int number = mistake == STEP_BEFORE ? step : step + 1;
        const double beta1 = (double)t->beta1, beta2 = (double)t->beta2;
        for (size_t i = 0; i < p->n; i++) {
            const double g = twin[k].g[i] * scale;
            const double m = beta1 * twin[k].m[i] + (1 - beta1) * g, v = beta2 * twin[k].v[i] + (1 - beta2) * g * g;
            const double toward = m / (1 - pow(beta1, number)) / (sqrt(v / (1 - pow(beta2, number))) + (double)t->eps);
            double w = twin[k].w[i] * (1 - decay) - lr * toward;
            if (mistake == REST_AT_0 && whole <= 0) w = twin[k].w[i];
            out[k * LONGEST + (int)i] = w;
            if (!keep) continue;
            twin[k].w[i] = w, twin[k].m[i] = m, twin[k].v[i] = v;
        }
    }
}

// New random gradients, `size` long or so; then a step of both, compared.
static void check_step(struct tuner *t, struct twin *twin, float *gradient[PIECES], double size, const char *what) {
    const int step = t->step;
    double *want[MISTAKES];
    for (int k = 0; k < PIECES; k++)
        for (size_t i = 0; i < t->piece[k].n; i++)
            twin[k].g[i] = (double)(gradient[k][i] = (float)size * rng_normal(grade_rng()));
    const double length = (double)tuner_step(t);
    grade_true(
        isfinite(length),
        "%s: the length that is returned is %g, expected %g\nlooks like: its squares are added in float, which has "
        "no room for them: take double",
        what, length, whole_length(t, twin));
    double added = 0;
    for (int k = 0; k < PIECES; k++) added += length_of(twin[k].g, t->piece[k].n);
    suspect_scalar("lengths are added; their squares are what adds up", added);
    suspect_scalar("lengths are added; their squares are what adds up", sqrt(added));
    suspect_scalar("the length after clipping; the one before is asked for", (double)t->clip);
    suspect_scalar("the squared length", pow(whole_length(t, twin), 2));
    suspect_scalar("the length of the last piece alone", length_of(twin[PIECES - 1].g, t->piece[PIECES - 1].n));
    grade_scalar("the length that is returned", length, whole_length(t, twin), 1e-5);
    float *got = grade_output(PIECES * LONGEST);
    for (int i = 0; i < PIECES * LONGEST; i++) got[i] = 0;
    for (int k = 0; k < PIECES; k++) memcpy(got + k * LONGEST, t->piece[k].w, t->piece[k].n * sizeof *got);
    for (int j = MISTAKES - 1; j >= 0; j--) {
        want[j] = grade_doubles(PIECES * LONGEST);
        plain_step(want[j], twin, t, step, (enum mistake)j, j == 0);
    }
    for (int j = 1; j < MISTAKES; j++)
        if (memcmp(want[j], want[0], PIECES * LONGEST * sizeof(double)) != 0) suspect(mistake_name[j], want[j]);
    grade_array(what, got, want[0], AXES("ki", PIECES, LONGEST), 2e-5);
    suspect_scalar("the step is not counted: t->step", step);
    grade_equal("t->step after the step", t->step, step + 1);
}

// The text's example: gradients 3 and 4 make 5 together, and a third weight, whose gradient is 12, is not in the list.
// The first step of Adam moves each by its learning rate: 0.1, and ten times that for the second.
static void check_example(void) {
    float w[3] = {1, 2, 3}, g[3] = {3, -4, 12}, m[2] = {0}, v[2] = {0};
    struct tuned piece[2] = {{&w[0], &g[0], 1, &m[0], &v[0], false, 1}, {&w[1], &g[1], 1, &m[1], &v[1], false, 10}};
    struct tuner t = {piece,
                      2,
                      2,
                      .lr_max = 0.1f,
                      .lr_min = 0.1f,
                      .total = 10,
                      .beta1 = 0.9f,
                      .beta2 = 0.95f,
                      .eps = 1e-8f,
                      .weight_decay = 0.1f,
                      .clip = 1};
    const double length = (double)tuner_step(&t);
    suspect_scalar("lengths are added; their squares are what adds up", 7);
    suspect_scalar("lengths are added; their squares are what adds up", sqrt(7));
    suspect_scalar("the length after clipping; the one before is asked for", 1);
    suspect_scalar("the squared length", 25);
    grade_scalar("the length of the text's example, 3 and 4", length, 5, 1e-6);
    grade_true(!isnan(w[0]),
               "the weight is NaN after the first step: the bias correction of step 0 divides by zero; "
               "the first step is number 1");
    suspect("lr_scale is not used", (double[]){0.9, 2.1, 3});
    suspect("everything decays; only matrices should", (double[]){1 * 0.99 - 0.1, 2 * 0.9 + 1, 3});
    grade_array("weights of the text's example after a step", grade_copy(w, 3), (double[]){0.9, 3, 3}, AXES("i", 3),
                1e-5);
    // What 0.9 and 0.95 leave of the clipped gradients 0.6 and -0.8.
    suspect("the gradient is not clipped", (double[]){0.3, -0.4, 0.45, 0.8});
    suspect("every piece is clipped by its own length; all are one gradient", (double[]){0.1, -0.1, 0.05, 0.05});
    grade_array("the moments m, m, v, v of the text's example", grade_copy((float[]){m[0], m[1], v[0], v[1]}, 4),
                (double[]){0.06, -0.08, 0.018, 0.032}, AXES("i", 4), 1e-5);
}

// A gradient that is no number: nothing may change.
static void check_not_finite(struct tuner *t, float *gradient[PIECES], float bad) {
    const int last = PIECES - 1, step = t->step;
    float before[PIECES][3][LONGEST];
    gradient[last][1] = bad;
    for (int k = 0; k < PIECES; k++) {
        memcpy(before[k][0], t->piece[k].w, t->piece[k].n * sizeof(float));
        memcpy(before[k][1], t->piece[k].m, t->piece[k].n * sizeof(float));
        memcpy(before[k][2], t->piece[k].v, t->piece[k].n * sizeof(float));
    }
    const float length = tuner_step(t);
    grade_true(!isfinite(length), "a gradient is %g, and the length that is returned is %g", (double)bad,
               (double)length);
    for (int k = 0; k < PIECES; k++)
        grade_true(memcmp(before[k][0], t->piece[k].w, t->piece[k].n * sizeof(float)) == 0 &&
                       memcmp(before[k][1], t->piece[k].m, t->piece[k].n * sizeof(float)) == 0 &&
                       memcmp(before[k][2], t->piece[k].v, t->piece[k].n * sizeof(float)) == 0,
                   "a step whose gradient is %g changed weights or moments of piece %d", (double)bad, k);
    grade_true(t->step == step, "a step whose gradient is %g is counted: t->step is %d, and was %d", (double)bad,
               t->step, step);
}

EXERCISE(tuner_step, .number = "16.6", .points = 14) {
    check_example();
    struct tuned piece[PIECES] = {0};
    struct twin twin[PIECES] = {0};
    float *gradient[PIECES];
    const float scales[PIECES] = {1, 3, 0.5f};
    struct tuner t = {piece,      PIECES,        PIECES,        .lr_max = 0.05f, .lr_min = 0.01f,   .warmup = 3,
                      .total = 9, .beta1 = 0.8f, .beta2 = 0.9f, .eps = 0.01f,    .weight_decay = 2, .clip = 0.7f,
                      .step = 1};
    for (int k = 0; k < PIECES; k++) {
        const int n = grade_int(5, LONGEST);
        piece[k] =
            (struct tuned){grade_floats(n), NULL, (size_t)n, grade_floats(n), grade_floats(n), k != 1, scales[k]};
        piece[k].g = gradient[k] = grade_floats(n);
        for (int i = 0; i < n; i++) {
            piece[k].m[i] *= 0.1f;
            piece[k].v[i] = 0.01f + 0.1f * fabsf(piece[k].v[i]);
            twin[k].w[i] = (double)piece[k].w[i];
            twin[k].m[i] = (double)piece[k].m[i];
            twin[k].v[i] = (double)piece[k].v[i];
        }
    }
    check_step(&t, twin, gradient, 1, "weights after a step in warm-up");
    check_step(&t, twin, gradient, 0.02, "weights after a step whose gradient is shorter than the limit");
    for (int i = 0; i < 3; i++) check_step(&t, twin, gradient, 1, "weights after a step");
    check_step(&t, twin, gradient, 0, "weights after a step whose gradient is 0");
    check_step(&t, twin, gradient, 1e25, "weights after a step with gradients of 10^25");
    t.clip = 0;
    check_step(&t, twin, gradient, 1, "weights after a step with clip = 0, no limit");
    check_not_finite(&t, gradient, NAN);
    check_not_finite(&t, gradient, -INFINITY);
}
