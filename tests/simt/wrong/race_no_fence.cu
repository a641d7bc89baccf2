// EXPECT race
// The last block adds up the others' sums, but nothing makes these arrive before the counter does: no __threadfence().
#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

static void check(cudaError_t error) {
    if (error == cudaSuccess) return;
    fprintf(stderr, "CUDA error: %s\n", cudaGetErrorString(error));
    exit(1);
}

template <class T>
static T *upload(const std::vector<T> &host) {
    T *device;
    check(cudaMalloc(&device, host.size() * sizeof(T)));
    check(cudaMemcpy(device, host.data(), host.size() * sizeof(T), cudaMemcpyHostToDevice));
    return device;
}

__device__ unsigned finished;

__global__ void sum(int *out, int *partial, const int *in) {
    __shared__ bool last;
    if (threadIdx.x == 0) {
        partial[blockIdx.x] = in[blockIdx.x];  // BUG
        last = atomicAdd(&finished, 1) == gridDim.x - 1;
    }
    __syncthreads();
    if (!last || threadIdx.x > 0) return;
    int total = 0;
    for (int b = 0; b < gridDim.x; b++) total += partial[b];  // BUG-OTHER
    *out = total;
}

int main() {
    int *in = upload(std::vector<int>(8)), *partial = upload(std::vector<int>(8)), *out = upload(std::vector<int>(1));
    sum<<<8, 32>>>(out, partial, in);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    for (int *p : {in, partial, out}) check(cudaFree(p));
    return 0;
}
