// A tree in shared memory: barriers while several warps take part, __syncwarp within the last one.
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

__global__ void sum(int *out, const int *in) {
    extern __shared__ int tree[];
    int t = threadIdx.x;
    tree[t] = in[blockIdx.x * blockDim.x + t];
    __syncthreads();
    for (int half = blockDim.x / 2; half >= 32; half /= 2) {
        if (t < half) tree[t] += tree[t + half];
        __syncthreads();
    }
    if (t < 32) {
        int value = tree[t];
        for (int half = 16; half > 0; half /= 2) {
            value += tree[(t + half) % 32];
            __syncwarp();
            tree[t] = value;
            __syncwarp();
        }
    }
    if (t == 0) out[blockIdx.x] = tree[0];
}

int main() {
    const int blocks = 4, size = 256, n = blocks * size;
    std::vector<int> in(n), out(blocks);
    for (int i = 0; i < n; i++) in[i] = i;
    int *din = upload(in), *dout = upload(out);
    sum<<<blocks, size, size * sizeof(int)>>>(dout, din);
    check(cudaGetLastError());
    check(cudaMemcpy(out.data(), dout, blocks * sizeof(int), cudaMemcpyDeviceToHost));
    check(cudaFree(din));
    check(cudaFree(dout));
    for (int b = 0; b < blocks; b++)
        if (out[b] != size * (2 * b * size + size - 1) / 2) return 1;
    return 0;
}
