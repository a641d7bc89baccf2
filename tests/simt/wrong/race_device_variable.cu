// EXPECT race
// All blocks keep their intermediate result in the same __device__ variable.
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

__device__ int scratch;

__global__ void use(int *out, const int *in) {
    if (threadIdx.x == 0) scratch = in[blockIdx.x];  // BUG
    __syncthreads();
    out[blockIdx.x * blockDim.x + threadIdx.x] = scratch;  // BUG-OTHER BUG
}

int main() {
    int *in = upload(std::vector<int>(4)), *out = upload(std::vector<int>(256));
    use<<<4, 64>>>(out, in);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(in));
    check(cudaFree(out));
    return 0;
}
