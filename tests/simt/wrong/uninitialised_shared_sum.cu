// EXPECT uninitialised
// A block's counter in shared memory that nobody sets to zero.
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

__global__ void count(int *out, const int *in) {
    __shared__ int sum;
    if (in[threadIdx.x] > 3) atomicAdd(&sum, 1);  // BUG
    __syncthreads();
    if (threadIdx.x == 0) *out = sum;
}

int main() {
    int *in = upload(std::vector<int>(64, 5)), *out = upload(std::vector<int>(1));
    count<<<1, 64>>>(out, in);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(in));
    check(cudaFree(out));
    return 0;
}
