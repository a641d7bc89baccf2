// Blocks of 1 thread, of 1024, of 45 and of 100, each with a barrier and a tile as large as the block.
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

__global__ void reverse_blocks(int *data, int n) {
    extern __shared__ int tile[];
    int base = blockIdx.x * blockDim.x, count = min((int)blockDim.x, n - base), t = threadIdx.x;
    if (t < count) tile[t] = data[base + t];
    __syncthreads();
    if (t < count) data[base + t] = tile[count - 1 - t];
}

int main() {
    const int n = 1500;
    for (int size : {1, 1024, 45, 100, 32, 33}) {
        std::vector<int> data(n);
        for (int i = 0; i < n; i++) data[i] = i;
        int *device = upload(data);
        reverse_blocks<<<(n + size - 1) / size, size, size * sizeof(int)>>>(device, n);
        check(cudaGetLastError());
        check(cudaMemcpy(data.data(), device, n * sizeof(int), cudaMemcpyDeviceToHost));
        check(cudaFree(device));
        for (int i = 0; i < n; i++) {
            int base = i / size * size, count = std::min(size, n - base);
            if (data[i] != base + count - 1 - (i - base)) return 1;
        }
    }
    return 0;
}
