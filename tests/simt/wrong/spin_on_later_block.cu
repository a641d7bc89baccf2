// EXPECT deadlock timeout
// ENV SIMT_TIMEOUT=2
// Block 0 waits for a flag that block 1 sets. No one promises that both run at the same time.
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

__global__ void hand_over(int *out, volatile int *flag) {
    if (blockIdx.x == 0) {
        while (*flag == 0) {}  // BUG
        *out = 1;
    } else {
        __threadfence();
        *flag = 1;
    }
}

int main() {
    int *out = upload(std::vector<int>(1)), *flag = upload(std::vector<int>(1));
    hand_over<<<2, 1>>>(out, flag);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(out));
    check(cudaFree(flag));
    return 0;
}
