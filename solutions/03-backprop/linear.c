// The linear layer: every output is a weighted sum of all inputs plus a bias. Three loops get it right. This is also where
// a network spends its time; section 3.9 of the text says what can be done about that.
#include "03-backprop/backprop.h"

// BEGIN SOLUTION 03.7 -
// The products below are cut into panels that stay in the cache and small blocks that stay in registers: a number that has
// been fetched is used several times before the next one is. Threads share out panels of the result, and every sum has one
// fixed order, so that one thread and many give the same bits. (Chapter 09 finds what is left.)
enum { PANEL = 32, BLOCK_ROWS = 2, BLOCK_OUTS = 4 };

static int smaller(int a, int b) {
    return a < b ? a : b;
}

// Products with fewer multiply-adds than this are not worth waking a second thread for.
static bool worth_threads(int B, int I, int O) {
    return (double)B * I * O > 1e6;
}

static float dot(const float *x, const float *w, int n) {
    float sum = 0.0f;
#pragma omp simd reduction(+ : sum)
    for (int i = 0; i < n; i++) sum += x[i] * w[i];
    return sum;
}

// Two rows of x (2,I) with four rows of weight (4,I) give eight dot products: six loads for eight multiply-adds, and
// the eight sums do not wait for each other. out points at the first of them, in rows of length O.
static void dot_block(float *out, const float *x, const float *weight, int I, int O) {
    const float *x0 = x, *x1 = x + I;
    const float *w0 = weight, *w1 = w0 + I, *w2 = w1 + I, *w3 = w2 + I;
    float s00 = 0.0f, s01 = 0.0f, s02 = 0.0f, s03 = 0.0f;
    float s10 = 0.0f, s11 = 0.0f, s12 = 0.0f, s13 = 0.0f;
#pragma omp simd reduction(+ : s00, s01, s02, s03, s10, s11, s12, s13)
    for (int i = 0; i < I; i++) {
        s00 += x0[i] * w0[i];
        s01 += x0[i] * w1[i];
        s02 += x0[i] * w2[i];
        s03 += x0[i] * w3[i];
        s10 += x1[i] * w0[i];
        s11 += x1[i] * w1[i];
        s12 += x1[i] * w2[i];
        s13 += x1[i] * w3[i];
    }
    out[0] = s00, out[1] = s01, out[2] = s02, out[3] = s03;
    out[O] = s10, out[O + 1] = s11, out[O + 2] = s12, out[O + 3] = s13;
}

// A tile of out: rows rows of x with outs rows of weight. What does not fill a block is done one by one.
static void forward_tile(float *out, const float *x, const float *weight, int rows, int outs, int I, int O) {
    int full = outs == BLOCK_OUTS ? rows - rows % BLOCK_ROWS : 0;
    for (int b = 0; b < full; b += BLOCK_ROWS) dot_block(out + (size_t)b * O, x + (size_t)b * I, weight, I, O);
    for (int b = full; b < rows; b++) {
        for (int o = 0; o < outs; o++) out[(size_t)b * O + o] = dot(x + (size_t)b * I, weight + (size_t)o * I, I);
    }
}
// END SOLUTION
void linear_forward(float *out, const float *x, const float *weight, const float *bias, int B, int I, int O) {
    // BEGIN SOLUTION 03.7 linear_forward: out[b,o] = sum_i x[b,i] weight[o,i] + bias[o]
#pragma omp parallel for collapse(2) schedule(static) if (worth_threads(B, I, O))
    for (int b = 0; b < B; b += PANEL) {
        for (int o = 0; o < O; o += BLOCK_OUTS) {
            forward_tile(out + (size_t)b * O + o, x + (size_t)b * I, weight + (size_t)o * I, smaller(PANEL, B - b),
                         smaller(BLOCK_OUTS, O - o), I, O);
        }
    }
    for (int b = 0; bias && b < B; b++) {
        for (int o = 0; o < O; o++) out[(size_t)b * O + o] += bias[o];
    }
    // END SOLUTION
}

// BEGIN SOLUTION 03.8 -
enum { DEPTH = 8 };

// sum (n) += sum_k a[k * stride] * rows[k,:]     rows (K,n)
static void add_rows(float *restrict sum, const float *a, int stride, const float *restrict rows, int K, int n) {
    int k = 0;
    for (; k + 4 <= K; k += 4, a += 4 * (size_t)stride) {
        const float *r0 = rows + (size_t)k * n, *r1 = r0 + n, *r2 = r1 + n, *r3 = r2 + n;
        float a0 = a[0], a1 = a[stride], a2 = a[2 * (size_t)stride], a3 = a[3 * (size_t)stride];
#pragma omp simd
        for (int i = 0; i < n; i++) sum[i] += a0 * r0[i] + a1 * r1[i] + a2 * r2[i] + a3 * r3[i];
    }
    for (; k < K; k++, a += stride) {
        const float *row = rows + (size_t)k * n;
#pragma omp simd
        for (int i = 0; i < n; i++) sum[i] += *a * row[i];
    }
}

// Both gradients are sums of rows: a row of dx is a sum of the rows of weight, each times one number of dout; a row of
// dweight is a sum of the rows of x. So one function serves both:
//     c (M,n) += a (M,K) rows (K,n)
// where a[m,k] lies at a[m * a_row + k * a_col]: dout is read along its rows for dx, down its columns for dweight.
static void add_product(float *c, const float *a, int a_row, int a_col, const float *rows, int M, int K, int n) {
#pragma omp parallel for schedule(static) if (worth_threads(M, K, n))
    for (int m0 = 0; m0 < M; m0 += PANEL) {
        for (int k = 0; k < K; k += DEPTH) {
            for (int m = m0; m < smaller(M, m0 + PANEL); m++) {
                add_rows(c + (size_t)m * n, a + (size_t)m * a_row + (size_t)k * a_col, a_col, rows + (size_t)k * n,
                         smaller(DEPTH, K - k), n);
            }
        }
    }
}
// END SOLUTION
void linear_backward(float *dx, float *dweight, float *dbias, const float *dout, const float *x, const float *weight,
                     int B, int I, int O) {
    // BEGIN SOLUTION 03.8 linear_backward: dx += dout weight, dweight += dout^T x, dbias += dout summed over the rows
    if (dx) add_product(dx, dout, O, 1, weight, B, O, I);
    if (dweight) add_product(dweight, dout, 1, O, x, O, B, I);
    for (int b = 0; dbias && b < B; b++) {
        for (int o = 0; o < O; o++) dbias[o] += dout[(size_t)b * O + o];
    }
    // END SOLUTION
}
