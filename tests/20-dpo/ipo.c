// Tests of ipo.c.
#include "20-dpo/pairs.h"

enum habit {
    RIGHT,
    NO_REFERENCE,
    ADDED,
    TURNED,
    NO_MARGIN,
    MARGIN_1_OVER_BETA,
    MARGIN_BETA,
    MARGIN_HALF_BETA,
    MARGIN_ADDED,
    SCALED,
    SUM,
    DISTANCE,
    HALF,
    HINGE,
    HABITS
};
static const char *const mistake[HABITS] = {
    [NO_REFERENCE] = "the reference is left out: what counts is how far the policy moved away from it",
    [ADDED] = "the reference's difference is added: it is what was there before, so it is subtracted",
    [TURNED] = "the sign of h, or of the margin: h grows when the chosen answer becomes likelier, up to the margin",
    [NO_MARGIN] =
        "without the margin (1 / 2 of whole numbers is 0): that pulls h to 0, so policy and reference together",
    [MARGIN_1_OVER_BETA] = "the margin is 1 / beta: it is 1 / (2 beta)",
    [MARGIN_BETA] = "the margin is beta: it is 1 / (2 beta)",
    [MARGIN_HALF_BETA] = "the margin is beta / 2: it is 1 / (2 beta), and 0.5 * beta is not 0.5 / beta",
    [MARGIN_ADDED] =
        "the sign of h, or of the margin: h grows when the chosen answer becomes likelier, up to the margin",
    [SCALED] = "beta * h: in IPO beta is in the margin alone",
    [SUM] = "the sum over the pairs: their mean is asked for",
    [DISTANCE] = "the distance: its square is asked for",
    [HALF] = "half of the square",
    [HINGE] = "pairs beyond the margin count 0: they are pulled back to it",
};

static double off_of(double h, double beta, int habit) {
    double margin = 1 / (2 * beta);
    if (habit == NO_MARGIN) margin = 0;
    if (habit == MARGIN_1_OVER_BETA) margin = 1 / beta;
    if (habit == MARGIN_BETA) margin = beta;
    if (habit == MARGIN_HALF_BETA) margin = beta / 2;
    if (habit == MARGIN_ADDED) margin = -margin;
    return (habit == SCALED ? beta * h : h) - margin;
}

static enum seen seen_by(int habit) {
    return habit == NO_REFERENCE ? WITHOUT_REFERENCE
           : habit == ADDED      ? REFERENCE_ADDED
           : habit == TURNED     ? REJECTED_FIRST
                                 : FROM_REFERENCE;
}

static double loss_of(const void *pairs, int habit) {
    const struct preferences *x = pairs;
    double loss = 0;
    for (int i = 0; i < x->n; i++) {
        const double off = off_of(shift_of(x, i, seen_by(habit)), x->beta, habit);
        loss += habit == DISTANCE ? fabs(off) : habit == HINGE && off > 0 ? 0 : off * off;
    }
    return habit == SUM ? loss : habit == HALF ? loss / 2 / x->n : loss / x->n;
}

static void check(const char *what, const struct preferences *x, double right) {
    const double got = ipo_forward(x->chosen, x->rejected, x->ref_chosen, x->ref_rejected, x->beta, x->n);
    suspect_scalar_habits(mistake, HABITS, loss_of, x);
    grade_scalar(what, got, right, 1e-5);
    pairs_unchanged(x);
}

EXERCISE(ipo_forward, .number = "20.3", .points = 5) {
    // h is 4 and -8, the margin is 1 / (2 * 0.25) = 2: one pair is 2 beyond it, the other is 10 below.
    struct preferences x = example_pairs();
    check("loss of the text's example", &x, 52);
    for (int i = 0; i < 3; i++) {
        x = random_pairs(0);
        check("loss of random pairs", &x, loss_of(&x, RIGHT));
    }
    x.beta = 2;
    check("loss of random pairs, many of them beyond the margin", &x, loss_of(&x, RIGHT));
    x.chosen = grade_copy(x.ref_chosen, x.n), x.rejected = grade_copy(x.ref_rejected, x.n), x.beta = 0.25f;
    check("loss where policy and reference are the same: the margin's square", &x, 4);
}

enum slope { SLOPE, NO_2, OF_A_SUM, NO_DLOSS, BEYOND, SIGN_ALONE, TIMES_BETA, FIRST_HABIT };
enum { SLOPES = FIRST_HABIT + MARGIN_ADDED - NO_REFERENCE + 1 };
static const char *slope_mistake[SLOPES] = {
    [NO_2] = "the slope of a square: the factor 2 is missing",
    [OF_A_SUM] = "the slope of the sum over the pairs: the 1/n is missing",
    [NO_DLOSS] = "dloss is not used",
    [BEYOND] = "pairs beyond the margin have no slope: they are pulled back to it",
    [SIGN_ALONE] = "the slope of a distance: that of a square grows with the distance",
    [TIMES_BETA] = "a factor beta too many: in IPO beta is in the margin alone",
};

static double *slopes_of(const void *pairs, int habit) {
    const struct preferences *x = pairs;
    const int of_loss = habit >= FIRST_HABIT ? habit - FIRST_HABIT + NO_REFERENCE : RIGHT;
    double *d = grade_doubles(x->n);
    for (int i = 0; i < x->n; i++) {
        const double off = off_of(shift_of(x, i, seen_by(of_loss)), x->beta, of_loss);
        d[i] = habit == NO_2 ? off : 2 * off;
        if (habit == BEYOND && off > 0) d[i] = 0;
        if (habit == SIGN_ALONE) d[i] = off > 0 ? 1 : off < 0 ? -1 : 0;
        if (habit == TIMES_BETA) d[i] *= x->beta;
        d[i] *= (habit == NO_DLOSS ? 1 : x->dloss) / (habit == OF_A_SUM ? 1.0 : x->n);
    }
    return d;
}

static double definition_of(const double *both, void *context) {
    const struct preferences *x = context;
    double loss = 0;
    for (int i = 0; i < x->n; i++) loss += pow(off_of(shift_at(both, x, i), x->beta, RIGHT), 2);
    return x->dloss * loss / x->n;
}

static void check_slope(const char *what, const struct preferences *x, const double *right) {
    float *dchosen = grade_grad(x->n), *drejected = grade_grad(x->n);
    ipo_backward(dchosen, drejected, x->dloss, x->chosen, x->rejected, x->ref_chosen, x->ref_rejected, x->beta, x->n);
    check_pair_slopes(what, x, dchosen, drejected, slope_mistake, SLOPES, slopes_of, right);
}

EXERCISE(ipo_backward, .number = "20.3", .points = 5, .needs = "ipo_forward") {
    for (int h = FIRST_HABIT; h < SLOPES; h++) slope_mistake[h] = mistake[h - FIRST_HABIT + NO_REFERENCE];
    // 2 * 2 / 2 and 2 * -10 / 2
    struct preferences x = example_pairs();
    check_slope("of the text's example", &x, (double[]){2, -10});
    x = random_pairs(0);
    check_slope("of random pairs", &x, slopes_of(&x, SLOPE));
    x.beta = 2, x.dloss = 3;
    check_slope("of pairs beyond the margin, with dloss 3", &x, slopes_of(&x, SLOPE));
    float *both = both_sides(&x), *slope = grade_grad(2 * x.n);
    ipo_backward(slope, slope + x.n, x.dloss, x.chosen, x.rejected, x.ref_chosen, x.ref_rejected, x.beta, x.n);
    grade_gradient_check("slope of all logs", slope, both, AXES("i", 2 * x.n), definition_of, &x, 1e-5);
}
