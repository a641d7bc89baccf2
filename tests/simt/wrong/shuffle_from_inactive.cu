// EXPECT warp-mask
// Eight lanes shuffle among themselves, but ask lane 20, which is not one of them.
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

__global__ void fetch(int *out, const int *in) {
    int t = threadIdx.x;
    if (t < 8) out[t] = __shfl_sync(0x000000ff, in[t], 20);  // BUG
}

int main() {
    int *in = upload(std::vector<int>(32, 1)), *out = upload(std::vector<int>(32));
    fetch<<<1, 32>>>(out, in);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(in));
    check(cudaFree(out));
    return 0;
}
