// Two ways to the same convolution, and the identity that ties the transposed one to it.
#include <math.h>
#include <omp.h>
#include <stdlib.h>

#include "02-convolution/demo.h"
#include "common/common.h"

static float *random_floats(size_t n, struct rng *r) {
    float *values = alloc_floats(n);
    for (size_t k = 0; k < n; k++) values[k] = rng_normal(r);
    return values;
}

static size_t x_count(struct conv_shape s) {
    return (size_t)s.B * s.C * s.H * s.W;
}
static size_t out_count(struct conv_shape s) {
    return (size_t)s.B * s.O * conv_out_height(s) * conv_out_width(s);
}
static size_t taps(struct conv_shape s) {
    return (size_t)s.C * s.KH * s.KW;
}

static void print_shape(struct conv_shape s) {
    printf("  %3d -> %-3d %2dx%-2d %dx%d /%d", s.C, s.O, s.H, s.W, s.KH, s.KW, s.stride);
}

// The fastest run within a tenth of a second (five runs at least) of the way that cols chooses: im2col, or direct if it is
// NULL. The fastest, because whatever else the machine does can only slow a run down.
static double seconds_of(float *out, float *cols, const float *x, const float *weight, struct conv_shape s) {
    double best = INFINITY, begin = clock_seconds();
    for (int run = 0; run < 5 || clock_seconds() - begin < 0.1; run++) {
        double start = clock_seconds();
        if (cols) conv2d_im2col(out, cols, x, weight, NULL, s);
        else conv2d_forward(out, x, weight, NULL, s);
        best = fmin(best, clock_seconds() - start);
    }
    return best;
}

static void compare(struct csv_log *log, struct conv_shape s, struct rng *r) {
    int pixels = conv_out_height(s) * conv_out_width(s);
    float *x = random_floats(x_count(s), r), *weight = random_floats(s.O * taps(s), r);
    float *direct = alloc_floats(out_count(s)), *product = alloc_floats(out_count(s));
    float *cols = alloc_floats(taps(s) * pixels);
    double direct_seconds = seconds_of(direct, NULL, x, weight, s);
    double product_seconds = seconds_of(product, cols, x, weight, s);
    double apart = 0, largest = 0;
    for (size_t k = 0; k < out_count(s); k++) {
        apart = fmax(apart, fabs((double)direct[k] - (double)product[k]));
        largest = fmax(largest, fabs((double)direct[k]));
    }
    double macs = (double)out_count(s) * (double)taps(s);
    print_shape(s);
    printf(" %9.2f M %11.1e %9.2f ms %9.2f ms %7.1fx %9.1fx\n", macs / 1e6, apart / largest, 1e3 * direct_seconds,
           1e3 * product_seconds, direct_seconds / product_seconds,
           (double)(taps(s) * pixels) / ((double)x_count(s) / s.B));
    csv_row(log, "%d->%d %dx%d /%d,%g,%g", s.C, s.O, s.KH, s.KW, s.stride, macs / direct_seconds / 1e9,
            macs / product_seconds / 1e9);
    free(x);
    free(weight);
    free(direct);
    free(product);
    free(cols);
}

void demo_agreement(const char *out, int seed) {
    static const struct conv_shape shapes[] = {
        {1, 1, 28, 28, 16, 3, 3, 1, 1, 1},  {1, 16, 28, 28, 32, 3, 3, 1, 1, 1},   {1, 64, 14, 14, 64, 3, 3, 1, 1, 1},
        {1, 32, 28, 28, 64, 5, 5, 2, 2, 1}, {1, 128, 14, 14, 128, 1, 1, 1, 0, 1},
    };
    struct rng r;
    rng_seed(&r, (uint64_t)seed, 1);
    struct csv_log log;
    csv_open(&log, out, "agreement_times.csv", "layer,direct,im2col");
    printf("\nthe same convolution direct and by im2col, on one core\n");
    printf("  %-22s %10s %12s %12s %12s %8s %10s\n", "channels, size, kernel", "MACs", "difference", "direct", "im2col",
           "faster", "cols / x");
    int threads = omp_get_max_threads();
    omp_set_num_threads(1);  // a comparison of two loops, not of how busy the machine's other cores are
    for (int k = 0; k < COUNT(shapes); k++) compare(&log, shapes[k], &r);
    omp_set_num_threads(threads);
    csv_close(&log);
}

static double dot(const float *a, const float *b, size_t n) {
    double sum = 0;
    for (size_t k = 0; k < n; k++) sum += (double)a[k] * (double)b[k];
    return sum;
}

void demo_adjoint(int seed) {
    static const struct conv_shape shapes[] = {
        {2, 3, 9, 11, 4, 3, 3, 1, 1, 1},
        {2, 3, 9, 11, 4, 3, 3, 2, 1, 1},
        {2, 3, 9, 11, 4, 3, 2, 2, 0, 2},
        {1, 5, 28, 28, 7, 5, 5, 3, 2, 1},
    };
    struct rng r;
    rng_seed(&r, (uint64_t)seed, 2);
    printf("\nthe transposed convolution is the adjoint: <conv(x), y> = <x, conv_transpose(y)>\n");
    printf("  %-22s %14s %21s %12s\n", "layer", "<conv(x), y>", "<x, transpose(y)>", "difference");
    for (int k = 0; k < COUNT(shapes); k++) {
        struct conv_shape s = shapes[k];
        float *x = random_floats(x_count(s), &r), *y = random_floats(out_count(s), &r);
        float *weight = random_floats(s.O * taps(s), &r), *ax = alloc_floats(out_count(s)),
              *aty = alloc_floats(x_count(s));
        conv2d_forward(ax, x, weight, NULL, s);
        conv_transpose2d_forward(aty, y, weight, NULL, s);
        double left = dot(ax, y, out_count(s)), right = dot(x, aty, x_count(s));
        print_shape(s);
        printf(" %14.6f %21.6f %12.0e\n", left, right, fabs(left - right));
        free(x);
        free(y);
        free(weight);
        free(ax);
        free(aty);
    }
}
