// EXPECT warp-mask
// A shuffle of all 32 lanes in a branch that 20 of them take.
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

__global__ void sum(int *out, const int *in, int n) {
    int t = threadIdx.x;
    if (t < n) {
        int value = in[t];
        for (int offset = 16; offset > 0; offset /= 2) value += __shfl_down_sync(0xffffffff, value, offset);  // BUG
        if (t == 0) *out = value;
    }
}

int main() {
    int *in = upload(std::vector<int>(20, 1)), *out = upload(std::vector<int>(1));
    sum<<<1, 32>>>(out, in, 20);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(in));
    check(cudaFree(out));
    return 0;
}
