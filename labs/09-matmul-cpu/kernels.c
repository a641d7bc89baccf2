// Which micro-kernels this processor can run. Asked at run time: one binary serves all.
#include "09-matmul-cpu/matmul.h"

const struct matmul_kernel matmul_kernels[] = {
    {"scalar 4x8", 4, 8, kernel_scalar},
    {"vector 6x16", 6, 16, kernel_6x16},
    {"vector 14x32", 14, 32, kernel_14x32},
};

int matmul_kernel_count(void) {
#if defined(__x86_64__)
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return 1;
    return __builtin_cpu_supports("avx512f") ? 3 : 2;
#else
    return 2;  // 16 lanes would need more registers than others have
#endif
}

const struct matmul_kernel *matmul_kernel_best(void) {
    return &matmul_kernels[matmul_kernel_count() - 1];
}
