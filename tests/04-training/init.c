// Tests of init.c.
#include "04-training/definitions.h"

struct spread {
    double mean, std, largest;
};

static struct spread measure(const float *weight, int n) {
    struct spread s = {0};
    for (int i = 0; i < n; i++) s.mean += weight[i] / (double)n;
    for (int i = 0; i < n; i++) s.std += (weight[i] - s.mean) * (weight[i] - s.mean) / n;
    s.std = sqrt(s.std);
    for (int i = 0; i < n; i++) s.largest = fmax(s.largest, fabs(weight[i]));
    return s;
}

// Sizes so large that 1% is six standard errors or more.
EXERCISE(xavier_init, .number = "04.6", .points = 2) {
    const int O = grade_int(101, 150), I = grade_int(401, 500);
    float *weight = grade_output(O * I);
    xavier_init(weight, O, I, grade_rng());
    const struct spread s = measure(weight, O * I);
    const double want = sqrt(2.0 / (I + O)), bound = sqrt(6.0 / (I + O));
    suspect_scalar("numbers in [0, a): they must lie on both sides of 0", 0.5);
    suspect_scalar("the bound is sqrt(2 / (I + O)); that is the standard deviation, the bound is sqrt(3) times more",
                   sqrt(1.0 / 3));
    suspect_scalar("only the inputs count: I in place of (I + O) / 2", sqrt((I + O) / 2.0 / I));
    suspect_scalar("only the outputs count: O in place of (I + O) / 2", sqrt((I + O) / 2.0 / O));
    grade_scalar("standard deviation of the weights, over sqrt(2 / (I + O))", s.std / want, 1, 0.01);
    grade_true(fabs(s.mean) < 0.03 * bound, "the weights' mean is %.4g; expected 0", s.mean);
    grade_true(s.largest <= 1.0001 * bound, "the largest weight is %.4g; expected none over sqrt(6 / (I + O)) = %.4g%s",
               s.largest, bound, "\nlooks like: normal numbers where uniform ones are asked for");
}

EXERCISE(kaiming_init, .number = "04.6", .points = 3) {
    const int O = grade_int(101, 150), I = grade_int(401, 500);
    float *weight = grade_output(O * I);
    kaiming_init(weight, O, I, grade_rng());
    const struct spread s = measure(weight, O * I);
    suspect_scalar("fan_out: divided by O, the outputs; the sum that feeds a unit has I terms", sqrt((double)I / O));
    suspect_scalar("1 / I: the 2 that makes up for ReLU is missing", sqrt(0.5));
    suspect_scalar("Xavier's variance", sqrt((double)I / (I + O)));
    suspect_scalar("the root is missing: 2 / I is the variance, not the standard deviation", sqrt(2.0 / I));
    suspect_scalar("uniform in [-s, s] with s the standard deviation", sqrt(1.0 / 3));
    grade_scalar("standard deviation of the weights, over sqrt(2 / I)", s.std / sqrt(2.0 / I), 1, 0.01);
    grade_true(fabs(s.mean) < 0.03 * s.std, "the weights' mean is %.4g; expected 0", s.mean);
    grade_true(s.largest > 3 * s.std, "the largest weight is only %.3g standard deviations; normal numbers reach 4",
               s.largest / s.std);
}

// The inner products of the rows of a (R,N), or of the columns where by_columns: (K,K) with K rows or columns.
static float *gram(const float *a, int R, int N, bool by_columns) {
    const int K = by_columns ? N : R, length = by_columns ? R : N;
    float *products = grade_output(K * K);
    for (int p = 0; p < K; p++) {
        for (int q = 0; q < K; q++) {
            double sum = 0;
            for (int i = 0; i < length; i++) {
                sum += by_columns ? (double)a[i * N + p] * a[i * N + q] : (double)a[p * N + i] * a[q * N + i];
            }
            products[p * K + q] = (float)sum;
        }
    }
    return products;
}

static void check_orthogonal(int O, int I, const char *what) {
    const float gain = 0.5f + rng_uniform(grade_rng()) * 0.4f;
    float *weight = grade_output(O * I);
    struct rng r, same;
    rng_seed(&r, rng_u32(grade_rng()), 1);
    same = r;
    orthogonal_init(weight, O, I, gain, &r);
    const int K = O > I ? I : O;
    double *want = grade_doubles(K * K);
    for (int k = 0; k < K; k++) want[k * K + k] = (double)gain * gain;
    suspect_factor("gain is left out", 1 / ((double)gain * gain));
    suspect_factor("the root of gain, or gain applied to the products", 1 / (double)gain);
    const float *products = gram(weight, O, I, O > I);
    bool lengths = true;
    for (int k = 0; k < K; k++) lengths = lengths && fabs(products[k * K + k] - want[k * K + k]) < 1e-4;
    double *found = grade_doubles(K * K);
    for (int k = 0; lengths && k < K * K; k++) found[k] = products[k];
    if (lengths)
        suspect("all lengths are right, the angles are not: each must lose its part along ALL earlier ones", found);
    grade_array(what, products, want, AXES("pq", K, K), 1e-4);

    float *again = grade_output(O * I), *other = grade_output(O * I);
    double *first = grade_doubles(O * I);
    for (int i = 0; i < O * I; i++) first[i] = weight[i];
    orthogonal_init(again, O, I, gain, &same);
    grade_array("the weights from the same seed", again, first, AXES("oi", O, I), 1e-6);
    orthogonal_init(other, O, I, gain, &r);
    grade_true(memcmp(other, weight, O * I * sizeof(float)) != 0, "two calls gave the same matrix: r is not used");
}

EXERCISE(orthogonal_init, .number = "04.6", .points = 6) {
    check_orthogonal(grade_int(5, 17), grade_int(19, 31), "products of the rows (O < I)");
    check_orthogonal(grade_int(19, 31), grade_int(5, 17), "products of the columns (O > I)");
    const int n = grade_int(8, 16);
    check_orthogonal(n, n, "products of the rows (O = I)");
}
