// __device__ variables: a counter, a table that a kernel writes and the next one reads, a pointer, and their address.
#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

static void check(cudaError_t error) {
    if (error == cudaSuccess) return;
    fprintf(stderr, "CUDA error: %s\n", cudaGetErrorString(error));
    exit(1);
}

__device__ int counter;
__device__ int table[64];
__device__ float *target;
__device__ const float start = 0.5f;

__global__ void fill() {
    table[threadIdx.x] = threadIdx.x * 3;
    if (threadIdx.x % 2) atomicAdd(&counter, 1);
}

__global__ void use() {
    target[threadIdx.x] = start + table[63 - threadIdx.x] + counter;
}

int main() {
    int zero = 0, count, first[2];
    float *array, out[64];
    check(cudaMalloc(&array, sizeof out));
    check(cudaMemcpyToSymbol(counter, &zero, sizeof zero));
    check(cudaMemcpyToSymbol(target, &array, sizeof array));
    fill<<<1, 64>>>();
    use<<<1, 64>>>();
    check(cudaGetLastError());
    check(cudaMemcpyFromSymbol(&count, counter, sizeof count));
    check(cudaMemcpyFromSymbol(first, table, sizeof first, 4 * sizeof(int)));
    check(cudaMemcpy(out, array, sizeof out, cudaMemcpyDeviceToHost));
    void *address;
    check(cudaGetSymbolAddress(&address, table));
    check(cudaMemset(address, 0, 64 * sizeof(int)));
    int after;
    check(cudaMemcpyFromSymbol(&after, table, sizeof after, sizeof(int)));
    check(cudaFree(array));
    for (int t = 0; t < 64; t++)
        if (out[t] != 0.5f + 3 * (63 - t) + 32) return 1;
    return count != 32 || first[0] != 12 || first[1] != 15 || after != 0;
}
