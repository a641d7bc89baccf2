// EXPECT race
// The barrier stands outside the loop of the tree.
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

__global__ void sum(int *out, const int *in) {
    __shared__ int tree[256];
    int t = threadIdx.x;
    tree[t] = in[t];
    __syncthreads();
    for (int half = 128; half > 0; half /= 2)
        if (t < half) tree[t] += tree[t + half];  // BUG BUG-OTHER
    __syncthreads();
    if (t == 0) *out = tree[0];
}

int main() {
    int *in = upload(std::vector<int>(256, 1)), *out = upload(std::vector<int>(1));
    sum<<<1, 256>>>(out, in);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(in));
    check(cudaFree(out));
    return 0;
}
