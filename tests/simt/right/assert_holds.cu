// Asserts that hold, in a kernel and in a __device__ function.
#include <cassert>
#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

static void check(cudaError_t error) {
    if (error == cudaSuccess) return;
    fprintf(stderr, "CUDA error: %s\n", cudaGetErrorString(error));
    exit(1);
}

__device__ int checked(const int *data, int i, int n) {
    assert(i >= 0 && i < n);
    return data[i];
}

__global__ void copy(int *out, const int *in, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    assert(blockDim.x == 64);
    if (i < n) out[i] = checked(in, n - 1 - i, n);
}

int main() {
    const int n = 150;
    std::vector<int> in(n), out(n);
    for (int i = 0; i < n; i++) in[i] = i;
    int *din, *dout;
    check(cudaMalloc(&din, n * sizeof(int)));
    check(cudaMalloc(&dout, n * sizeof(int)));
    check(cudaMemcpy(din, in.data(), n * sizeof(int), cudaMemcpyHostToDevice));
    copy<<<3, 64>>>(dout, din, n);
    check(cudaGetLastError());
    check(cudaMemcpy(out.data(), dout, n * sizeof(int), cudaMemcpyDeviceToHost));
    check(cudaFree(din));
    check(cudaFree(dout));
    for (int i = 0; i < n; i++)
        if (out[i] != n - 1 - i) return 1;
    return 0;
}
