// Radius 3: the first threads of a block also fetch the halo on both sides.
#include <cuda_runtime.h>

#include <algorithm>
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

const int RADIUS = 3, SIZE = 64;

__global__ void blur(int *out, const int *in, int n) {
    __shared__ int tile[SIZE + 2 * RADIUS];
    int i = blockIdx.x * SIZE + threadIdx.x, t = threadIdx.x + RADIUS;
    tile[t] = i < n ? in[i] : 0;
    if (threadIdx.x < RADIUS) {
        tile[t - RADIUS] = i >= RADIUS ? in[i - RADIUS] : 0;
        tile[t + SIZE] = i + SIZE < n ? in[i + SIZE] : 0;
    }
    __syncthreads();
    int sum = 0;
#pragma unroll
    for (int k = -RADIUS; k <= RADIUS; k++) sum += tile[t + k];
    if (i < n) out[i] = sum;
}

int main() {
    const int n = 1001;
    std::vector<int> in(n), out(n);
    for (int i = 0; i < n; i++) in[i] = i * i % 17;
    int *din = upload(in), *dout = upload(out);
    blur<<<(n + SIZE - 1) / SIZE, SIZE>>>(dout, din, n);
    check(cudaGetLastError());
    check(cudaMemcpy(out.data(), dout, n * sizeof(int), cudaMemcpyDeviceToHost));
    check(cudaFree(din));
    check(cudaFree(dout));
    for (int i = 0; i < n; i++) {
        int sum = 0;
        for (int k = std::max(0, i - RADIUS); k <= std::min(n - 1, i + RADIUS); k++) sum += in[k];
        if (out[i] != sum) return 1;
    }
    return 0;
}
