// EXPECT race
// The maximum is read from the tree while faster threads already put their sums there.
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

__global__ void normalise(float *row) {
    __shared__ float tree[64];
    int t = threadIdx.x;
    tree[t] = row[t];
    for (int half = 32; half > 0; half /= 2) {
        __syncthreads();
        if (t < half) tree[t] = fmaxf(tree[t], tree[t + half]);
    }
    __syncthreads();
    float top = tree[0];  // BUG-OTHER
    tree[t] = row[t] - top;  // BUG
    __syncthreads();
    row[t] = tree[63 - t];
}

int main() {
    float *row = upload(std::vector<float>(64));
    normalise<<<1, 64>>>(row);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(row));
    return 0;
}
