// A ring that threads fill with ordinary stores: every reader arrives, or one lane for its warp; readers that wait, or ask again
// and again; and the same memory once more, as other barriers. (sm_90a)
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

constexpr int STAGES = 3, STEPS = 14, READERS = 96;  // 3 warps read what a fourth writes

__device__ static void wait(uint64_t *barrier, int parity, bool asks) {
    if (!asks) mbarrier_wait(barrier, parity);
    else
        while (!mbarrier_test(barrier, parity)) {
        }
}

// Adds to out[lane] what all readers find at their places, and at their neighbours'.
__device__ static void ring(int *out, int (*stage)[READERS], uint64_t *full, uint64_t *empty, bool for_all, bool asks) {
    const int t = threadIdx.x;
    for (int step = 0; step < STEPS; step++) {
        const int s = step % STAGES, round = step / STAGES;
        if (t >= READERS) {
            wait(&empty[s], (round & 1) ^ 1, asks);
            for (int i = t - READERS; i < READERS; i += 32) stage[s][i] = step * i;
            mbarrier_arrive(&full[s]);
        } else {
            wait(&full[s], round & 1, asks);
            atomicAdd(&out[t], stage[s][t] + stage[s][(t + 40) % READERS]);
            if (for_all) __syncwarp();
            if (!for_all || t % 32 == 0) mbarrier_arrive(&empty[s]);
        }
    }
}

__global__ void rings(int *out, bool for_all, bool asks) {
    __shared__ int stage[STAGES][READERS];
    __shared__ uint64_t full[STAGES], empty[STAGES];
    for (int again = 0; again < 2; again++) {
        if (threadIdx.x == 0)
            for (int s = 0; s < STAGES; s++) {
                mbarrier_init(&full[s], 32);
                mbarrier_init(&empty[s], for_all ? READERS / 32 : READERS);
            }
        __syncthreads();
        ring(out, stage, full, empty, for_all, asks);
        __syncthreads();
        if (threadIdx.x < STAGES) {
            mbarrier_invalidate(&full[threadIdx.x]);
            mbarrier_invalidate(&empty[threadIdx.x]);
        }
        __syncthreads();
    }
}

int main() {
    int wrong = 0;
    for (int form = 0; form < 4; form++) {
        std::vector<int> out(READERS);
        int *dout = upload(out);
        rings<<<2, READERS + 32>>>(dout, form % 2, form / 2);
        check(cudaGetLastError());
        check(cudaMemcpy(out.data(), dout, out.size() * sizeof(int), cudaMemcpyDeviceToHost));
        check(cudaFree(dout));
        for (int i = 0; i < READERS; i++) wrong += out[i] != 4 * (i + (i + 40) % READERS) * STEPS * (STEPS - 1) / 2;
    }
    return wrong != 0;
}
