// Barriers in branches and loops whose conditions are the same for the whole block, though not for all blocks.
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

__global__ void rotate(int *data, const int *times, int backwards) {
    __shared__ int tile[128];
    int t = threadIdx.x, base = blockIdx.x * 128;
    tile[t] = data[base + t];
    __syncthreads();
    for (int k = 0; k < times[blockIdx.x]; k++) {
        int next;
        if (backwards) {
            next = tile[(t + 1) % 128];
            __syncthreads();
        } else {
            next = tile[(t + 127) % 128];
            __syncthreads();
        }
        tile[t] = next;
        __syncthreads();
    }
    if (blockIdx.x == 1) {
        int other = tile[127 - t];
        __syncthreads();
        tile[t] = other;
    }
    data[base + t] = tile[t];
}

int main() {
    std::vector<int> data(384), times = {3, 5, 0};
    for (int i = 0; i < 384; i++) data[i] = i;
    int *device = upload(data), *dtimes = upload(times);
    rotate<<<3, 128>>>(device, dtimes, 0);
    check(cudaGetLastError());
    check(cudaMemcpy(data.data(), device, 384 * sizeof(int), cudaMemcpyDeviceToHost));
    for (int *p : {device, dtimes}) check(cudaFree(p));
    for (int i = 0; i < 128; i++) {
        if (data[i] != (i + 125) % 128 || data[256 + i] != 256 + i) return 1;
        if (data[128 + i] != 128 + (127 - i + 123) % 128) return 1;
    }
    return 0;
}
