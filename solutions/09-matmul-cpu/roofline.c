// What the machine could do at best: counts of operations and bytes, before a line is optimised.
#include "09-matmul-cpu/matmul.h"

double matmul_flops(int M, int N, int K) {
    // BEGIN SOLUTION 09.4 matmul_flops: a multiplication and an addition for each (i,j,k); in double: ints overflow
    return 2.0 * M * N * K;
    // END SOLUTION
}

double matmul_bytes(int M, int N, int K, float beta) {
    // BEGIN SOLUTION 09.4 matmul_bytes: 4 bytes for each float of A, of B, and of C: written, and read unless beta = 0
    double a = (double)M * K, b = (double)K * N, c = (double)M * N;
    return 4 * (a + b + (beta == 0 ? 1 : 2) * c);
    // END SOLUTION
}

double roofline_attainable(double peak, double bandwidth, double intensity) {
    // BEGIN SOLUTION 09.4 roofline_attainable: whichever runs out first, bytes or operations
    double fed = bandwidth * intensity;
    return fed < peak ? fed : peak;
    // END SOLUTION
}

double tile_intensity(int MR, int NR) {
    // BEGIN SOLUTION 09.4 tile_intensity: operations in one step of k, by floats loaded for it
    return 2.0 * MR * NR / (MR + NR);
    // END SOLUTION
}
