// What becomes of the old C.
#include "09-matmul-cpu/matmul.h"

void matmul_scale(int M, int N, float beta, float *C, int ldc) {
    // BEGIN SOLUTION 09.2 matmul_scale: three cases: beta 1 (nothing to do), 0 (zeros, C not read), any other
    if (beta == 1) return;
    for (int i = 0; i < M; i++) {
        float *C_i = C + (size_t)i * ldc;
        for (int j = 0; j < N; j++) C_i[j] = beta == 0 ? 0 : beta * C_i[j];
    }
    // END SOLUTION
}
