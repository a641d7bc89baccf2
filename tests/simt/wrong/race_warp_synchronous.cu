// EXPECT race
// MOST 20
// The last steps of a tree as in 2008: nothing keeps the lanes of a warp together today.
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
    __shared__ float tree[64];
    int t = threadIdx.x;
    tree[t] = in[t];
    __syncthreads();
    if (t < 32) {
        volatile float *v = tree;
        v[t] += v[t + 32];  // BUG BUG-OTHER
        v[t] += v[t + 16];  // BUG BUG-OTHER
        v[t] += v[t + 8];   // BUG BUG-OTHER
        v[t] += v[t + 4];   // BUG BUG-OTHER
        v[t] += v[t + 2];   // BUG BUG-OTHER
        v[t] += v[t + 1];   // BUG BUG-OTHER
    }
    if (t == 0) *out = tree[0];
}

int main() {
    float *in = upload(std::vector<float>(64)), *out = upload(std::vector<float>(1));
    sum<<<1, 64>>>(out, in);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(in));
    check(cudaFree(out));
    return 0;
}
