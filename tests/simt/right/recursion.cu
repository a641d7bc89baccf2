// A __device__ function that calls itself, to different depths in different threads.
#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

static void check(cudaError_t error) {
    if (error == cudaSuccess) return;
    fprintf(stderr, "CUDA error: %s\n", cudaGetErrorString(error));
    exit(1);
}

__device__ int fibonacci(int n) { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); }

__device__ int ackermann(int m, int n) {
    if (m == 0) return n + 1;
    return n == 0 ? ackermann(m - 1, 1) : ackermann(m - 1, ackermann(m, n - 1));
}

__global__ void compute(int *out, int n) {
    int i = threadIdx.x;
    if (i < n) out[i] = fibonacci(i) + ackermann(2, i);
}

int main() {
    const int n = 12;
    int out[n], *device, a = 0, b = 1;
    check(cudaMalloc(&device, sizeof out));
    compute<<<1, 32>>>(device, n);
    check(cudaGetLastError());
    check(cudaMemcpy(out, device, sizeof out, cudaMemcpyDeviceToHost));
    check(cudaFree(device));
    for (int i = 0; i < n; i++) {
        if (out[i] != a + 2 * i + 3) return 1;
        b += a, a = b - a;
    }
    return 0;
}
