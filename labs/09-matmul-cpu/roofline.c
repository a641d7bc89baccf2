// What the machine could do at best: counts of operations and bytes, before a line is optimised.
#include "09-matmul-cpu/matmul.h"

double matmul_flops(int M, int N, int K) {
    // TODO 09.4 matmul_flops: a multiplication and an addition for each (i,j,k); in double: ints overflow
    todo("09.4 matmul_flops");
}

double matmul_bytes(int M, int N, int K, float beta) {
    // TODO 09.4 matmul_bytes: 4 bytes for each float of A, of B, and of C: written, and read unless beta = 0
    todo("09.4 matmul_bytes");
}

double roofline_attainable(double peak, double bandwidth, double intensity) {
    // TODO 09.4 roofline_attainable: whichever runs out first, bytes or operations
    todo("09.4 roofline_attainable");
}

double tile_intensity(int MR, int NR) {
    // TODO 09.4 tile_intensity: operations in one step of k, by floats loaded for it
    todo("09.4 tile_intensity");
}
