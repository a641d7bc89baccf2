// EXPECT race
// Hillis and Steele's scan in one buffer, without the barrier between reading and writing.
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

__global__ void scan(int *data) {
    __shared__ int tile[128];
    int t = threadIdx.x;
    tile[t] = data[t];
    for (int step = 1; step < 128; step *= 2) {
        __syncthreads();
        if (t >= step) tile[t] += tile[t - step];  // BUG BUG-OTHER
    }
    data[t] = tile[t];
}

int main() {
    int *data = upload(std::vector<int>(128, 1));
    scan<<<1, 128>>>(data);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(data));
    return 0;
}
