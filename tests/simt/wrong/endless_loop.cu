// EXPECT timeout
// ENV SIMT_TIMEOUT=1
// A loop whose step is 0 for one thread.
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

__global__ void sums(int *out, int n) {
    int sum = 0;
    for (int i = 0; i < n; i += threadIdx.x) sum += i;  // BUG
    out[threadIdx.x] = sum;
}

int main() {
    int *out = upload(std::vector<int>(32));
    sums<<<1, 32>>>(out, 100);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(out));
    return 0;
}
