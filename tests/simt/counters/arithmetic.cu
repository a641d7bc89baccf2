// For tests/simt-counters.sh: kernels whose arithmetic is counted by hand, and one that forgets the last, short block.
//   arithmetic [wrong] [STATUS]     the exit status
#include <cmath>
#include <cstdlib>
#include <cstring>

constexpr int N = 1000;

// 2 for each element
__global__ void saxpy(int n, float a, const float *x, float *y) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) y[i] = a * x[i] + y[i];
}

// 2 for each element
__global__ void saxpy_fused(int n, float a, const float *x, float *y) {
    for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x) y[i] = fmaf(a, x[i], y[i]);
}

// 20 for each element
template <int TERMS>
__global__ void horner(int n, const float *x, float *y) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= n) return;
    float sum = 0;
    for (int term = 0; term < TERMS; term++) sum = sum * x[(i + term) % n] + 1;
    y[i] = sum;
}

// 7 for each element, and a call of exp
__global__ void mixed(int n, const float *x, float *y) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= n) return;
    float v = x[i] + 1;                  // 1
    v = sqrtf(v) / 3;                    // 2
    v = v > 0.5f ? v * 2 : v - 1;        // 1
    v = fmaxf(v, 0) + expf(v);           // 1
    double d = v;                        // a conversion is no arithmetic, nor is a comparison
    d = d * d + 1;                       // 2
    y[i] = static_cast<float>(d);
}

__global__ void wrong(int n, float *y) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    y[i + n - n] = 1;  // the line that the test looks for
}

int main(int argc, char **argv) {
    float *x, *y;
    cudaMalloc(&x, N * sizeof *x);
    cudaMalloc(&y, N * sizeof *y);
    cudaMemset(x, 0, N * sizeof *x);
    cudaMemset(y, 0, N * sizeof *y);
    if (argc > 1 && strcmp(argv[1], "wrong") == 0) {
        for (int i = 0; i < 2; i++) wrong<<<8, 128>>>(N, y);
    } else {
        saxpy<<<8, 128>>>(N, 2, x, y);
        saxpy_fused<<<2, 128>>>(N, 2, x, y);
        horner<10><<<8, 128>>>(N, x, y);
        mixed<<<8, 128>>>(N, x, y);
    }
    if (cudaGetLastError() != cudaSuccess || cudaDeviceSynchronize() != cudaSuccess) return 1;
    cudaFree(x);
    cudaFree(y);
    return argc > 2 ? atoi(argv[2]) : 0;
}
