// Tests of bradley_terry.c.
#include "18-reward/definitions.h"

EXERCISE(win_probability, .number = "18.3", .points = 4) {
    // The text's example: e / (e + 1) = 0.731.
    suspect_scalar("the probability that the rejected one wins: chosen - rejected", 1 / (1 + exp(1)));
    suspect_scalar("chosen / (chosen + rejected): scores may be negative, so first e^score of each", 2.0 / 3);
    grade_scalar("probability of 2 against 1", win_probability(2, 1), 0.7310585786300049, 1e-6);
    for (int i = 0; i < 20; i++) {
        const float a = 3 * rng_normal(grade_rng()), b = 3 * rng_normal(grade_rng());
        const double p = exp((double)a) / (exp((double)a) + exp((double)b)), got = win_probability(a, b);
        suspect_scalar("the probability that the rejected one wins: chosen - rejected", 1 - p);
        grade_scalar("probability", got, p, 1e-6);
        grade_true(fabs(got - p) < 1e-13,
                   "probability of %g against %g: got %.12f, expected %.12f\nlooks like: the "
                   "difference or e^x is taken in float: its last digits are gone",
                   (double)a, (double)b, got, p);
    }
    const double small = win_probability(0, 40), tiny = exp(-40.0);
    grade_true(
        fabs(small - tiny) < 1e-9 * tiny,
        "probability of 0 against 40: got %g, expected %g\nlooks like: 1 less a probability that is nearly 1: of "
        "what is left no digit is right",
        small, tiny);
    const struct {
        float chosen, rejected;
        double p;
    } far[] = {{1000, 0, 1},      {0, 1000, 0},       {-2000, -1000, 0},
               {-1000, -2000, 1}, {3e38f, -3e38f, 1}, {-3e38f, 3e38f, 0}};
    for (int i = 0; i < COUNT(far); i++) {
        const double got = win_probability(far[i].chosen, far[i].rejected);
        grade_true(got == far[i].p, "probability of %g against %g: got %g, expected %g%s", (double)far[i].chosen,
                   (double)far[i].rejected, got, far[i].p,
                   isnan(got) ? "\nlooks like: infinity divided by infinity: e to a large power" : "");
    }
}

struct game {
    float *chosen, *rejected;
    double margin, center, dloss;
    int n;
};

// The part of the definition that a mistake changes.
enum rule { RIGHT, TURNED, NO_MARGIN, MARGIN_ADDED, CENTER_DIFFERENCE, CENTER_EACH, HALVES, LINEAR, HINGE, BELOW_0 };

static double surprise(double x) {
    return x > 0 ? log1p(exp(-x)) : -x + log1p(exp(x));
}

static double pair_loss(double c, double r, const struct game *g, enum rule rule) {
    const double margin = rule == NO_MARGIN ? 0 : rule == MARGIN_ADDED ? -g->margin : g->margin;
    const double x = (rule == TURNED ? r - c : c - r) - margin;
    const double pull = rule == CENTER_DIFFERENCE ? (c - r) * (c - r)
                        : rule == CENTER_EACH     ? c * c + r * r
                        : rule == HALVES          ? (c + r) * (c + r) / 4
                        : rule == LINEAR          ? c + r
                                                  : (c + r) * (c + r);
    const double miss = rule == HINGE ? fmax(0, -x) : rule == BELOW_0 && x < 0 ? -x : surprise(x);
    return miss + g->center * pull;
}

static double loss_of(const struct game *g, enum rule rule) {
    double loss = 0;
    for (int i = 0; i < g->n; i++) loss += pair_loss(g->chosen[i], g->rejected[i], g, rule) / g->n;
    return loss;
}

static struct game random_game(bool margin, bool center) {
    struct game g = {.n = grade_int(4, 12), .dloss = 1};
    g.chosen = grade_floats(g.n), g.rejected = grade_floats(g.n);
    for (int i = 0; i < g.n; i++) g.chosen[i] += 0.5f;
    g.chosen = grade_copy(g.chosen, g.n);
    if (margin) g.margin = 0.25f * (float)grade_int(1, 5);
    if (center) g.center = 0.125f * (float)grade_int(1, 5);
    return g;
}

static void check_loss(const char *what, const struct game *g, double tolerance) {
    const double right = loss_of(g, RIGHT);
    suspect_scalar("rejected - chosen: the difference is turned round", loss_of(g, TURNED));
    if (g->margin != 0) {
        suspect_scalar("the margin is left out", loss_of(g, NO_MARGIN));
        suspect_scalar("the margin is added to the difference: it makes winning easier, not harder",
                       loss_of(g, MARGIN_ADDED));
    }
    if (g->center != 0) {
        struct game none = *g;
        none.center = 0;
        suspect_scalar("the second part, center * (chosen + rejected)^2, is left out", loss_of(&none, RIGHT));
        suspect_scalar("the square of the difference: center holds the sum near 0", loss_of(g, CENTER_DIFFERENCE));
        suspect_scalar("chosen^2 + rejected^2: the square of the sum is asked for", loss_of(g, CENTER_EACH));
        suspect_scalar("the square of the pair's mean: the square of the sum is asked for", loss_of(g, HALVES));
        suspect_scalar("chosen + rejected is not squared", loss_of(g, LINEAR));
    }
    if (g->n > 1) suspect_scalar("the sum over the pairs, not their mean", right * g->n);
    suspect_scalar("divided by the 2n answers, not by the n pairs", right / 2);
    suspect_scalar("max(0, -x), not log(1 + e^-x): nothing is learned from pairs in the right order",
                   loss_of(g, HINGE));
    suspect_scalar("-x for every x below 0: log(1 + e^-x) is near that only far below", loss_of(g, BELOW_0));
    const float got = bradley_terry_forward(g->chosen, g->rejected, (float)g->margin, (float)g->center, g->n);
    grade_true(isfinite(got),
               "%s: got %g, expected %g\nlooks like: an e^x is infinite, or a probability became 0 and "
               "its logarithm infinite: for x far below 0, log(1 + e^-x) is -x",
               what, (double)got, right);
    grade_true(
        right < 100 || got <= 0 || (double)got > 0.4 * right,
        "%s: got %g, expected %g\nlooks like: the power or the probability is held at a limit, and beyond it the "
        "loss does not grow any more: for x far below 0, log(1 + e^-x) is -x",
        what, (double)got, right);
    grade_scalar(what, got, right, tolerance);
    grade_unchanged("chosen", g->chosen);
    grade_unchanged("rejected", g->rejected);
}

EXERCISE(bradley_terry_forward, .number = "18.3", .points = 10) {
    // The text's example: 2 against 1 and 1 against 3: (0.3133 + 2.1269) / 2; with center 0.01: 0.09 and 0.16 more.
    struct game g = {grade_copy((float[]){2, 1}, 2), grade_copy((float[]){1, 3}, 2), 0, 0, 1, 2};
    check_loss("loss of 2 against 1 and 1 against 3", &g, 1e-6);
    g.center = 0.01f;
    check_loss("the same with center 0.01", &g, 1e-6);
    for (int k = 0; k < 4; k++) {
        g = random_game(k & 1, k & 2);
        check_loss(k == 0   ? "loss of random scores"
                   : k == 1 ? "loss with a margin"
                   : k == 2 ? "loss with center"
                            : "loss with a margin and center",
                   &g, 1e-5);
    }
    g = (struct game){grade_copy((float[]){-120}, 1), grade_copy((float[]){0}, 1), 0, 0, 1, 1};
    check_loss("loss of -120 against 0", &g, 1e-5);
    g = (struct game){grade_copy((float[]){-500, 1000}, 2), grade_copy((float[]){500, -1000}, 2), 0, 0, 1, 2};
    check_loss("loss of -500 against 500 and 1000 against -1000", &g, 1e-5);
    g = (struct game){grade_copy((float[]){-1e6f, 30}, 2), grade_copy((float[]){1e6f, -10}, 2), 1, 0, 1, 2};
    check_loss("loss of -10^6 against 10^6 and 30 against -10", &g, 1e-5);
}

// The slope of pair_loss with respect to chosen (side 0) or rejected (side 1).
enum slope {
    SLOPE,
    UPHILL,
    SAME_SIGN,
    RIGHT_ORDER,
    WITHOUT_CENTER,
    CENTER_ONCE,
    CENTER_LIKE_SIGMOID,
    MARGIN_OUT,
    OF_A_SUM,
    OF_ANSWERS,
    NO_DLOSS,
    MARGIN_TURNED,
    PULL_OF_A_SUM,
    PULL_NO_DLOSS,
    SLOPES
};

static double *slopes(const struct game *g, int side, enum slope slope) {
    double *d = grade_doubles(g->n);
    for (int i = 0; i < g->n; i++) {
        const double c = g->chosen[i], r = g->rejected[i],
                     x = c - r -
                         g->margin * (slope == MARGIN_OUT      ? 0
                                      : slope == MARGIN_TURNED ? -1
                                                               : 1);
        double wrong = x > 0 ? exp(-x) / (1 + exp(-x)) : 1 / (1 + exp(x)), sign = side ? 1 : -1;
        double pull = 2 * g->center * (c + r);
        if (slope == RIGHT_ORDER) wrong = 1 - wrong;
        if (slope == UPHILL) sign = -sign;
        if (slope == SAME_SIGN) sign = -1;
        if (slope == WITHOUT_CENTER) pull = 0;
        if (slope == CENTER_ONCE) pull /= 2;
        if (slope == PULL_OF_A_SUM) pull *= g->n;
        if (slope == PULL_NO_DLOSS) pull /= g->dloss;
        if (slope == CENTER_LIKE_SIGMOID && side == 0) pull = -pull;
        d[i] = (sign * wrong + pull) * (slope == NO_DLOSS ? 1 : g->dloss) /
               (slope == OF_A_SUM     ? 1
                : slope == OF_ANSWERS ? 2.0 * g->n
                                      : g->n);
    }
    return d;
}

static void suspect_slopes(const struct game *g, int side) {
    static const char *const mistake[SLOPES] = {
        [UPHILL] = "the signs are turned: the loss falls when the chosen score grows and the rejected one falls",
        [SAME_SIGN] = "both scores get the same sign: what lifts the chosen one must push the rejected one down",
        [RIGHT_ORDER] = "the probability of the right order: the slope is that of the wrong one, 1 - sigmoid(x)",
        [WITHOUT_CENTER] = "the second part of the loss has no slope here",
        [CENTER_ONCE] = "the slope of a square: the factor 2 of center * sum is missing",
        [CENTER_LIKE_SIGMOID] = "the pull to 0 has different signs: both scores are pulled the same way",
        [MARGIN_OUT] = "the margin is left out",
        [OF_A_SUM] = "the slope of the sum over the pairs: the 1/n is missing",
        [OF_ANSWERS] = "divided by the 2n answers, not by the n pairs",
        [NO_DLOSS] = "dloss is not used",
        [MARGIN_TURNED] = "the margin is added to the difference: it makes winning easier, not harder",
        [PULL_OF_A_SUM] = "the pull to 0 is not divided by n: it is in the mean over the pairs too",
        [PULL_NO_DLOSS] = "the pull to 0 is not multiplied by dloss: it is a part of the loss too",
    };
    for (int s = SLOPE + 1; s < SLOPES; s++) {
        if (s == (side ? UPHILL : SAME_SIGN)) continue;
        if ((s == WITHOUT_CENTER || s == CENTER_ONCE) && g->center == 0) continue;
        if ((s == PULL_OF_A_SUM || s == PULL_NO_DLOSS) && g->center == 0) continue;
        if ((s == MARGIN_OUT || s == MARGIN_TURNED) && g->margin == 0) continue;
        if ((s == OF_A_SUM || s == PULL_OF_A_SUM) && g->n == 1) continue;
        if ((s == NO_DLOSS || s == PULL_NO_DLOSS) && g->dloss == 1) continue;
        suspect(mistake[s], slopes(g, side, (enum slope)s));
    }
}

// The loss as a function of all 2n scores, chosen ones first.
static double definition(const double *scores, void *context) {
    const struct game *g = context;
    double loss = 0;
    for (int i = 0; i < g->n; i++) loss += pair_loss(scores[i], scores[g->n + i], g, RIGHT);
    return g->dloss * loss / g->n;
}

static void check_slope(const char *what, struct game *g) {
    float *dchosen = grade_grad(g->n), *drejected = grade_grad(g->n);
    char name[90];
    bradley_terry_backward(dchosen, drejected, (float)g->dloss, g->chosen, g->rejected, (float)g->margin,
                           (float)g->center, g->n);
    snprintf(name, sizeof name, "dchosen %s", what);
    for (int i = 0; i < g->n; i++)
        grade_true(isfinite(dchosen[i]) && isfinite(drejected[i]),
                   "%s: got %g and %g for pair %d\nlooks like: infinity divided by infinity: take the sigmoid as "
                   "1 / (1 + e^x), which is right at any x",
                   what, (double)dchosen[i], (double)drejected[i], i);
    suspect_slopes(g, 0);
    grade_gradient(name, dchosen, slopes(g, 0, SLOPE), AXES("i", g->n), 1e-5);
    snprintf(name, sizeof name, "drejected %s", what);
    suspect_slopes(g, 1);
    grade_gradient(name, drejected, slopes(g, 1, SLOPE), AXES("i", g->n), 1e-5);
    grade_unchanged("chosen", g->chosen);
    grade_unchanged("rejected", g->rejected);
}

EXERCISE(bradley_terry_backward, .number = "18.3", .points = 10, .needs = "bradley_terry_forward") {
    // The text's example: the wrong order has probability 0.2689 and 0.8808; half of it each, for there are two pairs.
    struct game g = {grade_copy((float[]){2, 1}, 2), grade_copy((float[]){1, 3}, 2), 0, 0, 1, 2};
    check_slope("of 2 against 1 and 1 against 3", &g);
    g.center = 0.01f;
    check_slope("of the same with center 0.01", &g);
    g = random_game(true, true);
    g.dloss = 3;
    check_slope("with a margin, center and dloss 3", &g);
    float *both = grade_output(2 * g.n), *slope = grade_grad(2 * g.n);
    memcpy(both, g.chosen, (size_t)g.n * sizeof *both);
    memcpy(both + g.n, g.rejected, (size_t)g.n * sizeof *both);
    bradley_terry_backward(slope, slope + g.n, 3, g.chosen, g.rejected, (float)g.margin, (float)g.center, g.n);
    grade_gradient_check("slope of all scores", slope, both, AXES("i", 2 * g.n), definition, &g, 1e-5);
    g = (struct game){grade_copy((float[]){-500, 1000}, 2), grade_copy((float[]){500, -1000}, 2), 0, 0, 1, 2};
    check_slope("of -500 against 500 and 1000 against -1000", &g);
}
