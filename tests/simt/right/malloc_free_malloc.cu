// Memory of the same size, given back and taken again, many times; old pointers are not used.
#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

static void check(cudaError_t error) {
    if (error == cudaSuccess) return;
    fprintf(stderr, "CUDA error: %s\n", cudaGetErrorString(error));
    exit(1);
}

__global__ void fill(int *data, int value) { data[threadIdx.x] = value; }

__global__ void add(int *out, const int *in) { out[threadIdx.x] += in[threadIdx.x]; }

int main() {
    int *sum, host[64];
    check(cudaMalloc(&sum, sizeof host));
    fill<<<1, 64>>>(sum, 0);
    for (int round = 1; round <= 20; round++) {
        int *term;
        check(cudaMalloc(&term, sizeof host));
        fill<<<1, 64>>>(term, round);
        add<<<1, 64>>>(sum, term);
        check(cudaGetLastError());
        check(cudaFree(term));
    }
    check(cudaFree(nullptr));
    check(cudaMemcpy(host, sum, sizeof host, cudaMemcpyDeviceToHost));
    check(cudaFree(sum));
    for (int value : host)
        if (value != 210) return 1;
    return 0;
}
