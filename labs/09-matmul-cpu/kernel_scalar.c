// The micro-kernel in plain C: a tile of 4 x 8 results in local variables, which the compiler may keep in registers.
#include "09-matmul-cpu/matmul.h"

enum { MR = 4, NR = 8 };

void kernel_scalar(float *c, int ldc, int kc, const float *a, const float *b, float alpha, float beta) {
    float sum[MR][NR] = {{0}};
    // TODO 09.9 kernel_scalar: for each k add the product of MR floats of a and NR floats of b to sum
    todo("09.9 kernel_scalar");
    for (int i = 0; i < MR; i++) {
        float *c_i = c + (size_t)i * ldc;
        for (int j = 0; j < NR; j++) c_i[j] = alpha * sum[i][j] + (beta == 0 ? 0 : beta * c_i[j]);
    }
}
