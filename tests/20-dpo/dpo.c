// Tests of dpo.c.
#include "20-dpo/pairs.h"

// -log sigmoid(x).
static double bits(double x) {
    return x < 0 ? log1p(exp(x)) - x : log1p(exp(-x));
}

enum habit {
    RIGHT,
    NO_REFERENCE,
    ADDED,
    TURNED,
    NO_BETA,
    BETA_OUTSIDE,
    BETA_DIVIDES,
    SUM,
    NO_SMOOTH,
    FIRST_PART,
    SMOOTH_SAME,
    PROBABILITY,
    HINGE,
    HABITS
};
static const char *const mistake[HABITS] = {
    [NO_REFERENCE] = "the reference is left out: what counts is how far the policy moved away from it",
    [ADDED] = "the reference's difference is added: it is what was there before, so it is subtracted",
    [TURNED] =
        "the sign of h, or smooth and 1 - smooth swapped: the loss must fall when the chosen answer becomes likelier",
    [NO_BETA] = "beta is not used",
    [BETA_OUTSIDE] = "beta is outside of the logarithm: it is inside of the sigmoid",
    [BETA_DIVIDES] = "h is divided by beta",
    [SUM] = "the sum over the pairs: their mean is asked for",
    [NO_SMOOTH] = "smooth is not used",
    [FIRST_PART] = "the second part, for the labels that are wrong, is missing",
    [SMOOTH_SAME] = "both parts have the same sign inside: where a label is wrong, it is sigmoid(-beta * h)",
    [PROBABILITY] = "the probability of the right order: the loss is minus its logarithm",
    [HINGE] = "a hinge: max(0, 1 - beta * h)",
};

static double pair_loss(double h, double beta, double smooth, int habit) {
    double x = beta * h;
    if (habit == NO_BETA || habit == BETA_OUTSIDE) x = h;
    if (habit == BETA_DIVIDES) x = h / beta;
    if (habit == NO_SMOOTH) smooth = 0;
    if (habit == PROBABILITY) return exp(-bits(x));
    if (habit == HINGE) return fmax(0, 1 - x);
    const double wrong_label = habit == FIRST_PART ? 0 : bits(habit == SMOOTH_SAME ? x : -x);
    return ((1 - smooth) * bits(x) + smooth * wrong_label) * (habit == BETA_OUTSIDE ? beta : 1);
}

static double loss_of(const void *pairs, int habit) {
    const struct preferences *x = pairs;
    const enum seen seen = habit == NO_REFERENCE ? WITHOUT_REFERENCE
                           : habit == ADDED      ? REFERENCE_ADDED
                           : habit == TURNED     ? REJECTED_FIRST
                                                 : FROM_REFERENCE;
    double loss = 0;
    for (int i = 0; i < x->n; i++) loss += pair_loss(shift_of(x, i, seen), x->beta, x->smooth, habit);
    return habit == SUM ? loss : loss / x->n;
}

static void check(const char *what, const struct preferences *x, double right) {
    const double got = dpo_forward(x->chosen, x->rejected, x->ref_chosen, x->ref_rejected, x->beta, x->smooth, x->n);
    grade_true(isfinite(got),
               "%s: got %g\nlooks like: e^x of a large x, or the logarithm of a sigmoid that is 0: log sigmoid(x) is x "
               "- log(1 + e^x) for x < 0",
               what, got);
    suspect_scalar_habits(mistake, HABITS, loss_of, x);
    grade_scalar(what, got, right, 1e-5);
    pairs_unchanged(x);
}

// beta * h is -1000 and 1000.
static struct preferences far_apart(void) {
    return (struct preferences){.chosen = grade_copy((float[]){-4000, -1000}, 2),
                                .rejected = grade_copy((float[]){-1000, -4000}, 2),
                                .ref_chosen = grade_copy((float[]){-3000, -2500}, 2),
                                .ref_rejected = grade_copy((float[]){-2000, -3500}, 2),
                                .beta = 0.5f,
                                .dloss = 1,
                                .n = 2};
}

EXERCISE(dpo_forward, .number = "20.2", .points = 10) {
    // h is 4 and -8, beta * h is 1 and -2: (0.3133 + 2.1269) / 2, chapter 18's scores 2 against 1 and 1 against 3.
    struct preferences x = example_pairs();
    check("loss of the text's example", &x, 1.220095);
    x.smooth = 0.1f;
    // 0.9 * 0.3133 + 0.1 * 1.3133 and 0.9 * 2.1269 + 0.1 * 0.1269
    check("loss of the text's example with smooth 0.1", &x, 1.170095);
    x = random_pairs(0);
    check("loss of random pairs", &x, loss_of(&x, RIGHT));
    x = random_pairs(0.2f);
    check("loss of random pairs with smooth 0.2", &x, loss_of(&x, RIGHT));
    x.chosen = grade_copy(x.ref_chosen, x.n), x.rejected = grade_copy(x.ref_rejected, x.n);
    check("loss where policy and reference are the same: ln 2", &x, log(2));
    x = far_apart();
    check("loss of pairs that are 1000 apart", &x, 500);
}

enum slope {
    SLOPE,
    RIGHT_ORDER,
    OF_THE_POLICY,
    WITHOUT_BETA,
    BETA_TWICE,
    OF_A_SUM,
    WITHOUT_SMOOTH,
    SMOOTH_ADDED,
    SMOOTH_SCALES,
    PRODUCT,
    NO_DLOSS,
    SLOPES
};
static const char *const slope_mistake[SLOPES] = {
    [RIGHT_ORDER] = "the probability of the right order: the slope is that of the wrong one, 1 - sigmoid(beta * h)",
    [OF_THE_POLICY] = "the reference is left out of h",
    [WITHOUT_BETA] = "the factor beta is missing: beta * h grows by beta when h grows by 1",
    [BETA_TWICE] = "beta is a factor twice",
    [OF_A_SUM] = "the slope of the sum over the pairs: the 1/n is missing",
    [WITHOUT_SMOOTH] = "smooth is not used",
    [SMOOTH_ADDED] = "the sign of smooth: sigmoid(beta * h) - (1 - smooth)",
    [SMOOTH_SCALES] = "smooth is a factor alone: the labels that are wrong pull the other way",
    [PRODUCT] = "sigmoid * (1 - sigmoid), the slope of the sigmoid: that of its logarithm is 1 - sigmoid",
    [NO_DLOSS] = "dloss is not used",
};

static double *slopes_of(const void *pairs, int habit) {
    const struct preferences *x = pairs;
    double *d = grade_doubles(x->n);
    for (int i = 0; i < x->n; i++) {
        const double h = shift_of(x, i, habit == OF_THE_POLICY ? WITHOUT_REFERENCE : FROM_REFERENCE);
        const double smooth = habit == WITHOUT_SMOOTH ? 0 : habit == SMOOTH_ADDED ? -x->smooth : x->smooth;
        const double p = exp(-bits(x->beta * h));
        d[i] = p - (1 - smooth);
        if (habit == RIGHT_ORDER) d[i] = -p;
        if (habit == SMOOTH_SCALES) d[i] = (1 - smooth) * (p - 1);
        if (habit == PRODUCT) d[i] = p * (p - 1);
        d[i] *= habit == WITHOUT_BETA ? 1 : habit == BETA_TWICE ? (double)x->beta * x->beta : (double)x->beta;
        d[i] *= (habit == NO_DLOSS ? 1 : x->dloss) / (habit == OF_A_SUM ? 1.0 : x->n);
    }
    return d;
}

static double definition_of(const double *both, void *context) {
    const struct preferences *x = context;
    double loss = 0;
    for (int i = 0; i < x->n; i++) loss += pair_loss(shift_at(both, x, i), x->beta, x->smooth, RIGHT);
    return x->dloss * loss / x->n;
}

static void check_slope(const char *what, const struct preferences *x, const double *right) {
    float *dchosen = grade_grad(x->n), *drejected = grade_grad(x->n);
    dpo_backward(dchosen, drejected, x->dloss, x->chosen, x->rejected, x->ref_chosen, x->ref_rejected, x->beta,
                 x->smooth, x->n);
    check_pair_slopes(what, x, dchosen, drejected, slope_mistake, SLOPES, slopes_of, right);
}

EXERCISE(dpo_backward, .number = "20.2", .points = 12, .needs = "dpo_forward") {
    // The wrong order has probability 0.2689 and 0.8808; times beta 0.25, over 2 pairs.
    struct preferences x = example_pairs();
    check_slope("of the text's example", &x, (double[]){-0.0336177, -0.1100996});
    x = random_pairs(0);
    check_slope("of random pairs", &x, slopes_of(&x, SLOPE));
    x = random_pairs(0.2f);
    x.dloss = 3;
    check_slope("with smooth 0.2 and dloss 3", &x, slopes_of(&x, SLOPE));
    float *both = both_sides(&x), *slope = grade_grad(2 * x.n);
    dpo_backward(slope, slope + x.n, x.dloss, x.chosen, x.rejected, x.ref_chosen, x.ref_rejected, x.beta, x.smooth,
                 x.n);
    grade_gradient_check("slope of all logs", slope, both, AXES("i", 2 * x.n), definition_of, &x, 1e-5);
    x = far_apart();
    check_slope("of pairs that are 1000 apart", &x, (double[]){-0.25, 0});
}

EXERCISE(implicit_reward, .number = "20.2", .points = 4) {
    // The text's first pair: 0.25 * (-10 + 12) and 0.25 * (-13 + 11).
    float log_prob = -10, log_ref = -12, beta = 0.25f;
    for (int i = 0; i < 4; i++) {
        if (i == 1) log_prob = -13, log_ref = -11;
        if (i > 1) {
            log_prob = grade_floats(1)[0] - 9, log_ref = grade_floats(1)[0] - 9;
            beta = 0.05f + 0.4f * rng_uniform(grade_rng());
        }
        const double moved = (double)log_prob - log_ref;
        suspect_scalar("the reference first: likelier than for the reference is better", -beta * moved);
        suspect_scalar("beta is not used", moved);
        suspect_scalar("divided by beta", moved / beta);
        suspect_scalar("the reference is left out", (double)beta * log_prob);
        suspect_scalar("the ratio of the probabilities: the logarithm of it is asked for", beta * exp(moved));
        suspect_scalar("the ratio of the logs: logs are subtracted", (double)beta * log_prob / log_ref);
        suspect_scalar("a sigmoid too many: a reward is any number", 1 / (1 + exp(-beta * moved)));
        suspect_scalar("beta belongs to the difference, not to one of the two", (double)beta * log_prob - log_ref);
        grade_scalar(i == 0   ? "reward of the text's chosen answer"
                     : i == 1 ? "reward of the text's rejected answer"
                              : "reward of a random answer",
                     implicit_reward(log_prob, log_ref, beta),
                     i == 0   ? 0.5
                     : i == 1 ? -0.5
                              : beta * moved,
                     1e-5);
    }
}
