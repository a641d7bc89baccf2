// EXPECT uninitialised
// Shared memory does not outlive a block: what block 0 stored, block 1 does not find.
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

__global__ void use(int *out, const int *in) {
    __shared__ int factor;
    if (blockIdx.x == 0 && threadIdx.x == 0) factor = in[0];
    __syncthreads();
    out[blockIdx.x * 32 + threadIdx.x] = factor;  // BUG
}

int main() {
    int *in = upload(std::vector<int>(1, 7)), *out = upload(std::vector<int>(96));
    use<<<3, 32>>>(out, in);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(in));
    check(cudaFree(out));
    return 0;
}
