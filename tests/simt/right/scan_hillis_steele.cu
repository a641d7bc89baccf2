// An inclusive scan of one block in log n steps, between two buffers.
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

__global__ void scan(int *data, int n) {
    extern __shared__ int buffer[];  // 2 x n
    int t = threadIdx.x, from = 0;
    buffer[t] = data[t];
    __syncthreads();
    for (int step = 1; step < n; step *= 2) {
        int to = n - from;
        buffer[to + t] = t >= step ? buffer[from + t] + buffer[from + t - step] : buffer[from + t];
        from = to;
        __syncthreads();
    }
    data[t] = buffer[from + t];
}

int main() {
    const int n = 200;
    std::vector<int> data(n);
    for (int i = 0; i < n; i++) data[i] = i;
    int *device = upload(data);
    scan<<<1, n, 2 * n * sizeof(int)>>>(device, n);
    check(cudaGetLastError());
    check(cudaMemcpy(data.data(), device, n * sizeof(int), cudaMemcpyDeviceToHost));
    check(cudaFree(device));
    for (int i = 0; i < n; i++)
        if (data[i] != i * (i + 1) / 2) return 1;
    return 0;
}
