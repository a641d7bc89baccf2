// EXPECT stack
// A recursion that has no end for odd numbers.
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

__device__ int steps(int n, const int *costs) {
    int room[16];
    for (int i = 0; i < 16; i++) room[i] = n + costs[i];
    return n == 0 ? room[0] : steps(n - 2, costs) + room[n & 15];  // BUG
}

__global__ void count(int *out, const int *costs) { out[threadIdx.x] = steps(threadIdx.x, costs); }

int main() {
    int *costs = upload(std::vector<int>(16, 1)), *out = upload(std::vector<int>(32));
    count<<<1, 32>>>(out, costs);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(costs));
    check(cudaFree(out));
    return 0;
}
