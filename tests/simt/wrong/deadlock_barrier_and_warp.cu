// EXPECT warp-mask deadlock divergent-barrier
// Lane 0 waits at the block's barrier, the other lanes of its warp at the warp's.
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

__global__ void meet(int *out) {
    __shared__ int value;
    int t = threadIdx.x;
    if (t == 0) {
        value = 7;
        __syncthreads();  // BUG
    } else {
        __syncwarp();  // BUG
        __syncthreads();  // BUG
    }
    out[t] = value;
}

int main() {
    int *out = upload(std::vector<int>(32));
    meet<<<1, 32>>>(out);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(out));
    return 0;
}
