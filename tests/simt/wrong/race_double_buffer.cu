// EXPECT race
// Two tiles take turns, but the index never changes: the one that is read is overwritten.
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

__global__ void sums(float *out, const float *in, int chunks) {
    __shared__ float tile[2][64];
    int t = threadIdx.x, now = 0;
    float sum = 0;
    tile[now][t] = in[t];
    __syncthreads();
    for (int k = 1; k <= chunks; k++) {
        sum += tile[now][63 - t];                  // BUG-OTHER
        if (k < chunks) tile[now][t] = in[k * 64 + t];  // BUG
        __syncthreads();
    }
    out[t] = sum;
}

int main() {
    const int chunks = 4;
    float *in = upload(std::vector<float>(64 * chunks)), *out = upload(std::vector<float>(64));
    sums<<<1, 64>>>(out, in, chunks);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(in));
    check(cudaFree(out));
    return 0;
}
