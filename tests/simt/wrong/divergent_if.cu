// EXPECT divergent-barrier
// The barrier stands inside the condition that loads the tile.
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

__global__ void copy(int *out, const int *in, int n) {
    __shared__ int tile[64];
    int t = threadIdx.x;
    if (t < n) {
        tile[t] = in[t];
        __syncthreads();  // BUG
        out[t] = tile[n - 1 - t];
    }
}

int main() {
    int *in = upload(std::vector<int>(50)), *out = upload(std::vector<int>(50));
    copy<<<1, 64>>>(out, in, 50);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(in));
    check(cudaFree(out));
    return 0;
}
