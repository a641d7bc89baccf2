// EXPECT async
// An asynchronous copy that nobody waits for before its data are used. (sm_80)
#include <cuda_pipeline.h>
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

__global__ void reverse(int *out, const int *in) {
    __shared__ int tile[64];
    int t = threadIdx.x;
    __pipeline_memcpy_async(&tile[t], &in[t], sizeof(int));  // BUG
    __pipeline_commit();
    __syncthreads();
    out[t] = tile[63 - t];  // BUG BUG-OTHER
}

int main() {
    int *in = upload(std::vector<int>(64)), *out = upload(std::vector<int>(64));
    reverse<<<1, 64>>>(out, in);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(in));
    check(cudaFree(out));
    return 0;
}
