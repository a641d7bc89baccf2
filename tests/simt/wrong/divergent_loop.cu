// EXPECT divergent-barrier
// A barrier in a loop that some threads leave earlier than others.
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

__global__ void sums(int *out, const int *in, int n) {
    __shared__ int tile[64];
    int t = threadIdx.x, sum = 0;
    for (int i = t; i < n; i += 64) {
        tile[t] = in[i];
        __syncthreads();  // BUG
        sum += tile[0];
        __syncthreads();  // BUG
    }
    out[t] = sum;
}

int main() {
    const int n = 100;
    int *in = upload(std::vector<int>(n)), *out = upload(std::vector<int>(64));
    sums<<<1, 64>>>(out, in, n);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(in));
    check(cudaFree(out));
    return 0;
}
