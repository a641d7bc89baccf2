// Tests of gptq.c.
#include "15-inference/smaller.h"

// Solves A (m,m) y = b (m) for `count` rows of b, in place, by Gauss's elimination; A symmetric and positive, used up.
static void solve(double *A, double *b, int m, int count) {
    for (int j = 0; j < m; j++)
        for (int i = j + 1; i < m; i++) {
            const double f = A[i * m + j] / A[j * m + j];
            for (int k = j; k < m; k++) A[i * m + k] -= f * A[j * m + k];
            for (int r = 0; r < count; r++) b[r * m + i] -= f * b[r * m + j];
        }
    for (int r = 0; r < count; r++)
        for (int i = m - 1; i >= 0; i--) {
            for (int k = i + 1; k < m; k++) b[r * m + i] -= A[i * m + k] * b[r * m + k];
            b[r * m + i] /= A[i * m + i];
        }
}

// What the columns from `first` on should be, now that those before it are q: the numbers that make d^T H d, with d
// what each row is off, the smallest. d_rest = -H_rest,rest^-1 H_rest,done d_done.
static void best_rest(double *now, const double *q, const float *w, const float *H, int first, int O, int I) {
    const int m = I - first;
    double *A = alloc_doubles((size_t)m * m + 1), *b = alloc_doubles((size_t)O * m + 1);
    for (int i = 0; i < m; i++)
        for (int k = 0; k < m; k++) A[i * m + k] = H[(first + i) * I + first + k];
    for (int o = 0; o < O; o++)
        for (int i = 0; i < m; i++)
            for (int k = 0; k < first; k++)
                b[o * m + i] += (double)H[(first + i) * I + k] * (w[o * I + k] - q[o * I + k]);
    solve(A, b, m, O);
    for (int o = 0; o < O; o++)
        for (int i = 0; i < m; i++) now[o * I + first + i] = w[o * I + first + i] + b[o * m + i];
    free(A);
    free(b);
}

// q (O,I) by definition. false: it hangs by a thread somewhere.
static bool gptq_definition(double *q, const float *w, const float *H, int O, int I) {
    double *now = alloc_doubles((size_t)O * I), *scale = alloc_doubles((size_t)O);
    bool clear = true;
    for (int i = 0; i < O * I; i++) now[i] = w[i];
    for (int j = 0; j < I; j++) {
        for (int o = 0; o < O; o++) {
            if (j % QUANT_BLOCK == 0) clear = clear_scale(&scale[o], now + o * I + j) && clear;
            clear = clear_nearest(&q[o * I + j], now[o * I + j], scale[o], scale[o]) && clear;
        }
        best_rest(now, q, w, H, j + 1, O, I);
    }
    free(now);
    free(scale);
    return clear;
}

// What mistakes give, with U as the learner has it.
enum slip {
    NOTHING_MOVES,
    NOT_DIVIDED,
    ADDED,
    OLD_SCALES,
    ONE_SCALE,
    WITHIN_BLOCK,
    OWN_DIAGONAL,
    DIVIDED_TWICE,
    SCALE_EACH,
    ROWS_START,
    NEXT_ONLY,
    SLIPS
};

static double *gptq_with(enum slip slip, const float *w, const float *U, int O, int I) {
    double *q = grade_doubles(O * I), *now = grade_doubles(I), *old = grade_doubles(I), scale = 0;
    for (int o = 0; o < O; o++) {
        for (int i = 0; i < I; i++) now[i] = old[i] = w[o * I + i];
        for (int j = 0; j < I; j++) {
            const int block_end = j - j % QUANT_BLOCK + QUANT_BLOCK;
            if (j == 0 || slip == SCALE_EACH || (j % QUANT_BLOCK == 0 && slip != ONE_SCALE))
                clear_scale(&scale,
                            (slip == OLD_SCALES ? old : now) + (slip == ROWS_START ? 0 : block_end - QUANT_BLOCK));
            clear_nearest(&q[o * I + j], now[j], scale, scale);
            // in floats, so that what hangs by a thread falls to the learner's side
            float e = (float)(now[j] - q[o * I + j]);
            if (slip != NOT_DIVIDED) e = e / U[j * I + j];
            if (slip == DIVIDED_TWICE) e = e / U[j * I + j];
            const float sign = slip == ADDED ? -1 : slip == NOTHING_MOVES ? 0 : 1;
            const int end = slip == WITHIN_BLOCK ? block_end : slip == NEXT_ONLY && j + 2 < I ? j + 2 : I;
            for (int k = j + 1; k < end; k++)
                now[k] = (float)now[k] - sign * (e * (slip == OWN_DIAGONAL ? U[k * I + k] : U[j * I + k]));
        }
    }
    return q;
}

static void check_gptq(const char *what, const float *values, const double *want, const float *U, int O, int I) {
    static const char *const name[SLIPS] = {
        [NOTHING_MOVES] =
            "rounded to the nearest, nothing more: the columns after j do not move (below its diagonal U is 0: it is "
            "U[j,k])",
        [NOT_DIVIDED] = "the error is not divided by U[j,j]",
        [ADDED] = "the sign is the wrong way round: w[k] -= e * U[j,k]",
        [OLD_SCALES] =
            "the scales are those of the weights as they were at the start: a block's scale is computed when its first "
            "column is reached",
        [ONE_SCALE] = "the first block's scale is used for the whole row: each 32 columns have their own",
        [WITHIN_BLOCK] = "only columns of the same block of 32 make up for the error: all columns after j should",
        [OWN_DIAGONAL] = "U[k,k] where U[j,k] is needed",
        [DIVIDED_TWICE] = "divided by U[j,j] twice",
        [SCALE_EACH] =
            "the scale is computed anew for every column: once for a block, when its first column is reached",
        [ROWS_START] = "every scale is that of the row's first 32 numbers: a block's are w + j, for its first column j",
        [NEXT_ONLY] = "only the next column makes up for the error: all columns after j should",
    };
    float *q = grade_output(O * I), *w = grade_copy(values, O * I);
    gptq_quantize(q, w, U, O, I);
    for (int s = 0; s < SLIPS; s++)
        if (I > QUANT_BLOCK || (s != OLD_SCALES && s != ONE_SCALE && s != WITHIN_BLOCK && s != ROWS_START))
            suspect(name[s], gptq_with(s, values, U, O, I));
    grade_array(what, q, want, AXES("oi", O, I), 1e-5);
    grade_unchanged("U", U);
}

EXERCISE(gptq_quantize, .number = "15.15", .points = 5, .needs = "q4_0_quantize") {
    // The text's example: inputs 0 and 1 go half together, and so do 2 and 3. The last weight, -8, makes the scale 1.
    // 0.4 becomes 0; half of what is missing goes to its neighbour: 0.4 + 0.2 = 0.6 becomes 1, and so does 0.6 + 0.2 =
    // 0.8.
    enum { N = QUANT_BLOCK };
    float *H = alloc_floats(N * N), *U = grade_floats(N * N), w[N] = {0.4f, 0.4f, 0.4f, 0.6f};
    double *want = grade_doubles(N);
    for (int i = 0; i < N; i++) H[i * N + i] = 1;
    H[1] = H[N] = H[2 * N + 3] = H[3 * N + 2] = 0.5f;
    w[N - 1] = -8;
    hessian_factor(U, H, N);
    want[1] = want[3] = 1, want[N - 1] = -8;
    check_gptq("0.4 0.4 0.4 0.6 0 ... 0 -8, where inputs 0 and 1 go half together, and 2 and 3", w, want,
               grade_copy(U, N * N), 1, N);
    free(H);

    for (int blocks = 1; blocks <= 3; blocks++) {
        const int I = blocks * QUANT_BLOCK, O = grade_int(2, 5), n = grade_int(I / 2, 2 * I);
        float *x = mixed_inputs(n, I), *weights = grade_floats(O * I);
        H = grade_floats(I * I), U = grade_floats(I * I), want = grade_doubles(O * I);
        layer_hessian(H, x, 0.1f, n, I);
        hessian_factor(U, H, I);
        for (int o = 0; o < O; o++)  // row by row, for rows have nothing to do with each other
            while (!gptq_definition(want + o * I, weights + o * I, H, 1, I))
                for (int i = 0; i < I; i++) weights[o * I + i] = rng_normal(grade_rng());
        check_gptq(blocks == 1   ? "one block"
                   : blocks == 2 ? "two blocks"
                                 : "three blocks",
                   weights, want, grade_copy(U, I * I), O, I);
    }
    float *identity = alloc_floats(N * N);
    for (int i = 0; i < N; i++) identity[i * N + i] = 1, w[i] = 0;
    check_gptq("a row of zeros", w, grade_doubles(N), grade_copy(identity, N * N), 1, N);
    free(identity);
}
