// EXPECT race
// ALSO uninitialised
// __syncwarp orders the lanes of one warp; these threads read what another warp wrote.
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

__global__ void reverse(int *data) {
    __shared__ int tile[128];
    int t = threadIdx.x;
    tile[t] = data[t];  // BUG
    __syncwarp();
    data[t] = tile[127 - t];  // BUG-OTHER
}

int main() {
    int *data = upload(std::vector<int>(128));
    reverse<<<1, 128>>>(data);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(data));
    return 0;
}
