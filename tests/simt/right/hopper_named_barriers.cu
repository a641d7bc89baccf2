// Two warps make numbers, two use them: a buffer is handed over by one numbered barrier and comes back by another. (sm_80)
#include <cuda_runtime.h>
#include "ptx.h"

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

template <class T>
static std::vector<T> download(T *device, size_t n) {
    std::vector<T> host(n);
    check(cudaMemcpy(host.data(), device, n * sizeof(T), cudaMemcpyDeviceToHost));
    check(cudaFree(device));
    return host;
}

__global__ void handed_over(int *out, int rounds) {
    __shared__ int buffer[64];
    const int t = threadIdx.x % 64;
    const bool makes = threadIdx.x < 64;
    int sum = 0;
    for (int i = 0; i < rounds; i++) {
        if (makes) {
            if (i > 0) bar_sync(2, 128);  // it is empty again
            buffer[t] = i * t;
            bar_arrive(1, 128);  // it is full
        } else {
            bar_sync(1, 128);
            sum += buffer[63 - t];
            if (i + 1 < rounds) bar_arrive(2, 128);
        }
    }
    if (!makes) out[64 * blockIdx.x + t] = sum;
}

// A part of the block meets, the others are elsewhere, or have ended.
__global__ void in_part(int *out) {
    __shared__ int turned[96];
    const int t = threadIdx.x;
    if (t >= 96) return;
    turned[95 - t] = t;
    bar_sync(15, 96);
    out[t] = turned[t];
}

int main() {
    const int rounds = 5;
    int *out = upload(std::vector<int>(3 * 64)), *part = upload(std::vector<int>(96)), wrong = 0;
    handed_over<<<3, 128>>>(out, rounds);
    check(cudaGetLastError());
    in_part<<<1, 160>>>(part);
    check(cudaGetLastError());
    std::vector<int> got = download(out, 3 * 64), got_part = download(part, 96);
    for (int i = 0; i < 3 * 64; i++) wrong += got[i] != (63 - i % 64) * rounds * (rounds - 1) / 2;
    for (int i = 0; i < 96; i++) wrong += got_part[i] != 95 - i;
    return wrong != 0;
}
