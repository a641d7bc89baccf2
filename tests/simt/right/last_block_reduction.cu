// The block that finishes last, by an atomic counter behind a fence, adds up what the others left.
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

__device__ unsigned finished;

__global__ void sum(int *out, int *partial, const int *in, int n) {
    __shared__ int tree[64];
    __shared__ bool last;
    int t = threadIdx.x, value = 0;
    for (int i = blockIdx.x * 64 + t; i < n; i += gridDim.x * 64) value += in[i];
    for (int round = 0; round < 2; round++) {
        tree[t] = value;
        __syncthreads();
        for (int half = 32; half > 0; half /= 2) {
            if (t < half) tree[t] += tree[t + half];
            __syncthreads();
        }
        if (round == 1) break;
        if (t == 0) {
            partial[blockIdx.x] = tree[0];
            __threadfence();
            last = atomicInc(&finished, gridDim.x - 1) == gridDim.x - 1;
        }
        __syncthreads();
        if (!last) return;
        value = t < gridDim.x ? partial[t] : 0;
    }
    if (t == 0) *out = tree[0];
}

int main() {
    const int n = 3001, blocks = 9;
    std::vector<int> in(n, 3), out(1), partial(blocks);
    int *din = upload(in), *dout = upload(out), *dpartial = upload(partial);
    for (int i = 0; i < 2; i++) sum<<<blocks, 64>>>(dout, dpartial, din, n);
    check(cudaGetLastError());
    check(cudaMemcpy(out.data(), dout, sizeof(int), cudaMemcpyDeviceToHost));
    for (int *p : {din, dout, dpartial}) check(cudaFree(p));
    return out[0] != 3 * n;
}
