// EXPECT out-of-bounds
// A loop runs past the end of the first array, on a GPU straight into the second.
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

__global__ void sum(float *out, const float *in) {
    __shared__ float first[32], second[32];
    int t = threadIdx.x;
    first[t] = in[t];
    second[t] = 0;
    __syncthreads();
    float total = second[t];
    for (int i = 0; i < 33; i++) total += first[i];  // BUG
    out[t] = total;
}

int main() {
    float *in = upload(std::vector<float>(32)), *out = upload(std::vector<float>(32));
    sum<<<1, 32>>>(out, in);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(in));
    check(cudaFree(out));
    return 0;
}
