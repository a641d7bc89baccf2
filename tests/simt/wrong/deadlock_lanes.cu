// EXPECT warp-mask deadlock
// Half of a warp waits in a vote, the other half in a shuffle, each for all.
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

__global__ void meet(int *out) {
    int t = threadIdx.x;
    if (t < 16) out[t] = __any_sync(0xffffffff, t == 3);  // BUG
    else out[t] = __shfl_sync(0xffffffff, t, 16);  // BUG
}

int main() {
    int *out = upload(std::vector<int>(32));
    meet<<<1, 32>>>(out);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(out));
    return 0;
}
