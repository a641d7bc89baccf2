// Tests of prefix.c.
#include "17-lora/lora.h"
#include "grade/grade.h"

struct prefix_case {
    int B, P, T, H, G, D;
};

// A prefix that is shorter or longer than the texts.
static struct prefix_case random_case(bool longer) {
    struct prefix_case c = {.B = grade_int(2, 4), .P = grade_int(2, 4), .T = grade_int(5, 7), .G = grade_int(2, 3)};
    if (longer) c.P = grade_int(5, 7), c.T = grade_int(2, 4);
    c.H = c.G * grade_int(2, 3);
    c.D = grade_int(3, 5);
    return c;
}

// A mistake in where the numbers lie.
enum habit { RIGHT, QUERIES, SWAPPED, BEHIND, FULL_HEADS, FIRST_TEXT, HABITS };
static const char *const habit_name[HABITS] = {
    [QUERIES] = "the keys are taken from where the row's queries are: they come behind H*D of those",
    [SWAPPED] = "keys and values have changed places: in a row of qkv the keys come first",
    [BEHIND] = "the prefix stands behind each text's own, not in front of them",
    [FULL_HEADS] = "the values are taken from behind H*D numbers of keys: there are G*D",
    [FIRST_TEXT] = "every text is the first one",
};

// Where number i of k (value = 0) or v (value = 1), (B,P+T,G,D), comes from: an index into qkv, or -1 - an index into
// the prefix.
static int source(const struct prefix_case *c, int i, int value, enum habit habit) {
    const int GD = c->G * c->D, at = i % GD, p = i / GD % (c->P + c->T), b = i / GD / (c->P + c->T);
    const int t = habit == BEHIND ? p : p - c->P, row = (c->H + 2 * c->G) * c->D;
    if (t < 0 || t >= c->T) return -1 - ((t < 0 ? p : p - c->T) * GD + at);
    int column = c->H * c->D + value * GD;
    if (habit == QUERIES) column = value * GD;
    if (habit == SWAPPED) column = c->H * c->D + (1 - value) * GD;
    if (habit == FULL_HEADS) column = c->H * c->D + value * c->H * c->D;
    return ((habit == FIRST_TEXT ? 0 : b) * c->T + t) * row + column + at;
}

static double *defined(const struct prefix_case *c, const float *prefix, const float *qkv, int value,
                       enum habit habit) {
    const int n = c->B * (c->P + c->T) * c->G * c->D;
    double *out = grade_doubles(n);
    for (int i = 0; i < n; i++) {
        const int from = source(c, i, value, habit);
        out[i] = from < 0 ? prefix[-1 - from] : qkv[from];
    }
    return out;
}

static void check_forward(bool longer) {
    const struct prefix_case c = random_case(longer);
    const int n = c.B * (c.P + c.T) * c.G * c.D, prefix = c.P * c.G * c.D, row = (c.H + 2 * c.G) * c.D;
    float *prefix_k = grade_floats(prefix), *prefix_v = grade_floats(prefix);
    float *qkv = grade_floats((c.B * c.T + 1) * row), *k = grade_output(n), *v = grade_output(n);
    prefix_forward(k, v, prefix_k, prefix_v, qkv, c.B, c.P, c.T, c.H, c.G, c.D);
    for (int value = 0; value < 2; value++) {
        const float *given = value ? prefix_v : prefix_k;
        for (int habit = QUERIES; habit < HABITS; habit++)
            suspect(habit_name[habit], defined(&c, given, qkv, value, (enum habit)habit));
        suspect(value ? "the prefix of the values is that of the keys" : "the prefix of the keys is that of the values",
                defined(&c, value ? prefix_k : prefix_v, qkv, value, RIGHT));
        char what[64];
        snprintf(what, sizeof what, "%s, positions the prefix's %d and then the text's", value ? "values" : "keys",
                 c.P);
        grade_array(what, value ? v : k, defined(&c, given, qkv, value, RIGHT), AXES("btgd", c.B, c.P + c.T, c.G, c.D),
                    0);
    }
    grade_unchanged("qkv", qkv);
    grade_unchanged("prefix_k", prefix_k);
    grade_unchanged("prefix_v", prefix_v);
}

EXERCISE(prefix_forward, .number = "17.7", .points = 5) {
    // The text's example: rows of two queries, a key and a value, (1 2 3 4) and (5 6 7 8); a prefix of key 9, value 10.
    float *keys = grade_output(3), *values = grade_output(3);
    float *rows = grade_copy((float[]){1, 2, 3, 4, 5, 6, 7, 8, 0, 0}, 10);  // two more than there are
    float *nine = grade_copy((float[]){9}, 1), *ten = grade_copy((float[]){10}, 1);
    prefix_forward(keys, values, nine, ten, rows, 1, 1, 2, 2, 1, 1);
    suspect(habit_name[QUERIES], (double[]){9, 1, 5});
    suspect(habit_name[SWAPPED], (double[]){9, 4, 8});
    suspect(habit_name[BEHIND], (double[]){3, 7, 9});
    suspect("a row of qkv is (H + 2*G)*D numbers long, not 3*H*D", (double[]){9, 3, 0});
    grade_array("keys", keys, (double[]){9, 3, 7}, AXES("t", 3), 0);
    suspect(habit_name[SWAPPED], (double[]){10, 3, 7});
    suspect(habit_name[FULL_HEADS], (double[]){10, 5, 0});
    suspect("the prefix of the values is that of the keys", (double[]){9, 4, 8});
    grade_array("values", values, (double[]){10, 4, 8}, AXES("t", 3), 0);

    check_forward(false);
    check_forward(true);
}

// The gradient of prefix number i is the sum over the texts; of one text only, or their mean, after a habit.
enum sum { ALL, FIRST, LAST, MEAN };
static double *prefix_gradient(const struct prefix_case *c, const float *dk, enum sum sum) {
    const int GD = c->G * c->D;
    double *d = grade_doubles(c->P * GD);
    for (int b = 0; b < c->B; b++)
        for (int i = 0; i < c->P * GD; i++) {
            const double here = dk[b * (c->P + c->T) * GD + i];
            if (sum == ALL || sum == MEAN || (sum == FIRST ? b == 0 : b == c->B - 1))
                d[i] += here / (sum == MEAN ? c->B : 1);
        }
    return d;
}

// dqkv after the call, where it was `before`.
enum dqkv { D_RIGHT, D_ADDED, D_QUERIES_ZEROED, D_SWAPPED, D_EARLY, D_FIRST_TEXT };
static double *qkv_gradient(const struct prefix_case *c, const float *dk, const float *dv, const float *before,
                            enum dqkv habit) {
    const int row = (c->H + 2 * c->G) * c->D, n = c->B * c->T * row, GD = c->G * c->D;
    double *d = grade_doubles(n);
    for (int i = 0; i < n; i++) {
        const int b = i / row / c->T, t = i / row % c->T, at = i % row - c->H * c->D;
        d[i] = before[i];
        if (at < 0 && habit == D_QUERIES_ZEROED) d[i] = 0;
        if (at < 0) continue;
        const bool value = (at >= GD) != (habit == D_SWAPPED);
        if (habit == D_FIRST_TEXT && b > 0) continue;
        const int text = habit == D_FIRST_TEXT ? c->B - 1 : b;
        const int from = (text * (c->P + c->T) + (habit == D_EARLY ? 0 : c->P) + t) * GD + at % GD;
        d[i] = (value ? dv : dk)[from] + (habit == D_ADDED ? (double)before[i] : 0);
    }
    return d;
}

static void suspect_sums(const struct prefix_case *c, const float *dk) {
    suspect("the last text's gradient only: all texts look at the same prefix", prefix_gradient(c, dk, LAST));
    suspect("the first text's gradient only: all texts look at the same prefix", prefix_gradient(c, dk, FIRST));
    suspect("divided by the number of texts: a sum is asked for", prefix_gradient(c, dk, MEAN));
}

static void check_backward(bool longer) {
    const struct prefix_case c = random_case(longer);
    const int GD = c.G * c.D, n = c.B * (c.P + c.T) * GD, row = (c.H + 2 * c.G) * c.D;
    float *dk = grade_floats(n), *dv = grade_floats(n), *before = grade_floats(c.B * c.T * row);
    float *dqkv = grade_copy(before, c.B * c.T * row);
    float *dprefix_k = grade_grad(c.P * GD), *dprefix_v = grade_grad(c.P * GD);
    prefix_backward(dprefix_k, dprefix_v, dqkv, dk, dv, c.B, c.P, c.T, c.H, c.G, c.D);
    suspect_sums(&c, dk);
    grade_gradient("dprefix_k", dprefix_k, prefix_gradient(&c, dk, ALL), AXES("pgd", c.P, c.G, c.D), 1e-5);
    suspect_sums(&c, dv);
    suspect("the gradient of the prefix's values is that of its keys", prefix_gradient(&c, dk, ALL));
    grade_gradient("dprefix_v", dprefix_v, prefix_gradient(&c, dv, ALL), AXES("pgd", c.P, c.G, c.D), 1e-5);
    suspect("added to what stood in dqkv: the keys' and values' places are written",
            qkv_gradient(&c, dk, dv, before, D_ADDED));
    suspect("the queries' gradient is gone: it is to be left alone",
            qkv_gradient(&c, dk, dv, before, D_QUERIES_ZEROED));
    suspect("the keys' and values' gradients have changed places", qkv_gradient(&c, dk, dv, before, D_SWAPPED));
    suspect("position t of a text is number P + t: before it stands the prefix",
            qkv_gradient(&c, dk, dv, before, D_EARLY));
    suspect("all texts' gradients go to the first one's rows, where the last one's stay",
            qkv_gradient(&c, dk, dv, before, D_FIRST_TEXT));
    grade_array("dqkv", dqkv, qkv_gradient(&c, dk, dv, before, D_RIGHT), AXES("bti", c.B, c.T, row), 1e-6);
    grade_unchanged("dk", dk);
    grade_unchanged("dv", dv);
}

EXERCISE(prefix_backward, .number = "17.7", .points = 5) {
    // The same example: gradients 1 2 3 of the keys and 4 5 6 of the values; the queries' stay 0.5.
    float *dnine = grade_grad(1), *dten = grade_grad(1);
    float *drows = grade_copy((float[]){0.5f, 0.5f, 20, 20, 0.5f, 0.5f, 20, 20}, 8);
    float *dkeys = grade_copy((float[]){1, 2, 3}, 3), *dvalues = grade_copy((float[]){4, 5, 6}, 3);
    prefix_backward(dnine, dten, drows, dkeys, dvalues, 1, 1, 2, 2, 1, 1);
    grade_gradient("dprefix_k", dnine, (double[]){1}, AXES("p", 1), 1e-6);
    suspect("the gradient of the prefix's values is that of its keys", (double[]){1});
    grade_gradient("dprefix_v", dten, (double[]){4}, AXES("p", 1), 1e-6);
    suspect("the queries' gradient is gone: it is to be left alone", (double[]){0, 0, 2, 5, 0, 0, 3, 6});
    suspect("position t of a text is number P + t: before it stands the prefix",
            (double[]){0.5, 0.5, 1, 4, 0.5, 0.5, 2, 5});
    suspect("added to what stood in dqkv: the keys' and values' places are written",
            (double[]){0.5, 0.5, 22, 25, 0.5, 0.5, 23, 26});
    suspect("the keys' and values' gradients have changed places", (double[]){0.5, 0.5, 5, 2, 0.5, 0.5, 6, 3});
    grade_array("dqkv", drows, (double[]){0.5, 0.5, 2, 5, 0.5, 0.5, 3, 6}, AXES("ti", 2, 4), 0);

    check_backward(false);
    check_backward(true);
}
