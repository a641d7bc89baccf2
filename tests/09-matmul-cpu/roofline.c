#define _DEFAULT_SOURCE  // for MAP_ANONYMOUS
// Tests of roofline.c.
#include "09-matmul-cpu/definitions.h"

EXERCISE(roofline, .number = "09.4", .points = 6) {
    suspect_scalar("a multiplication and an addition are two operations", 1073741824);
    suspect_scalar("the product of ints overflows: multiply in double", -2147483648.0);
    suspect_scalar("the product of ints overflows: multiply in double", 0);
    grade_scalar("operations of 1024 x 1024 x 1024", matmul_flops(1024, 1024, 1024), 2147483648, 1e-12);
    int M = grade_int(2000, 3000), N = grade_int(3001, 4000), K = grade_int(4001, 5000);
    double m = M, n = N, k = K;
    suspect_scalar("the product of ints overflows: multiply in double",
                   (double)(int32_t)(2u * (unsigned)M * (unsigned)N * (unsigned)K));
    suspect_scalar("the product of ints overflows: multiply in double",
                   2 * (double)(int32_t)((unsigned)M * (unsigned)N * (unsigned)K));
    grade_scalar("operations of a large product", matmul_flops(M, N, K), 2 * m * n * k, 1e-12);
    suspect_scalar("these are floats; a float has 4 bytes", 3 * 1024 * 1024);
    suspect_scalar("with beta = 0 C is written and not read", 16 * 1024 * 1024);
    grade_scalar("bytes of 1024 x 1024 x 1024, beta 0", matmul_bytes(1024, 1024, 1024, 0), 12 * 1024 * 1024, 1e-12);
    suspect_scalar("with beta != 0 C is read and written: 2 M N", 4 * (m * k + k * n + m * n));
    grade_scalar("bytes with beta 1", matmul_bytes(M, N, K, 1), 4 * (m * k + k * n + 2 * m * n), 1e-12);
    suspect_scalar("this is the peak, but memory cannot feed it", 100);
    grade_scalar("attainable: peak 100 GFLOP/s, 20 GB/s, 0.5 operations per byte", roofline_attainable(100, 20, 0.5),
                 10, 1e-12);
    suspect_scalar("no machine is faster than its peak", 3400);
    grade_scalar("attainable: peak 100 GFLOP/s, 20 GB/s, 170 operations per byte", roofline_attainable(100, 20, 170),
                 100, 1e-12);
    suspect_scalar("a multiplication and an addition are two operations", 96.0 / 22);
    grade_scalar("operations per float loaded, tile 6 x 16", tile_intensity(6, 16), 192.0 / 22, 1e-9);
    grade_scalar("operations per float loaded, tile 1 x 8", tile_intensity(1, 8), 16.0 / 9, 1e-9);
}
