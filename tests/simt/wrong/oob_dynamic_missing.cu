// EXPECT out-of-bounds
// The third launch argument is missing: there is no dynamic shared memory.
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

__global__ void reverse(int *data, int n) {
    extern __shared__ int tile[];
    int t = threadIdx.x;
    tile[t] = data[t];  // BUG
    __syncthreads();
    data[t] = tile[n - 1 - t];  // BUG
}

int main() {
    const int n = 64;
    int *data = upload(std::vector<int>(n));
    reverse<<<1, n>>>(data, n);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(data));
    return 0;
}
