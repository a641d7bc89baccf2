// EXPECT race
// ALSO deadlock
// The writers say that a stage is full, and fill it afterwards. (sm_90a)
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

constexpr int STAGES = 2, STEPS = 8, READERS = 64;  // 2 warps read what a third writes

__global__ void ring(int *out) {
    __shared__ int stage[STAGES][READERS];
    __shared__ uint64_t full[STAGES], empty[STAGES];
    const int t = threadIdx.x;
    if (t == 0)
        for (int s = 0; s < STAGES; s++) {
            mbarrier_init(&full[s], 32);
            mbarrier_init(&empty[s], READERS);
        }
    __syncthreads();
    int sum = 0;
    for (int step = 0; step < STEPS; step++) {
        const int s = step % STAGES, round = step / STAGES;
        if (t >= READERS) {
            mbarrier_wait(&empty[s], (round & 1) ^ 1);
            mbarrier_arrive(&full[s]);
            for (int i = t - READERS; i < READERS; i += 32) stage[s][i] = step * i;  // BUG-OTHER
        } else {
            mbarrier_wait(&full[s], round & 1);
            sum += stage[s][READERS - 1 - t];  // BUG
            mbarrier_arrive(&empty[s]);
        }
    }
    if (t < READERS) out[t] = sum;
}

int main() {
    std::vector<int> out(READERS);
    int *dout = upload(out);
    ring<<<1, READERS + 32>>>(dout);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(dout));
    return 0;
}
