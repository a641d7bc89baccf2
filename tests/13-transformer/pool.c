// Tests of pool.c.
#include "13-transformer/definitions.h"

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
