// EXPECT divergent-barrier
// Two barriers in the two branches are two barriers, not one.
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

__global__ void shift(int *data) {
    __shared__ int tile[64];
    int t = threadIdx.x;
    if (t < 32) {
        tile[t] = data[t];
        __syncthreads();  // BUG
    } else {
        tile[t] = -data[t];
        __syncthreads();  // BUG
    }
    data[t] = tile[63 - t];
}

int main() {
    int *data = upload(std::vector<int>(64));
    shift<<<1, 64>>>(data);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(data));
    return 0;
}
