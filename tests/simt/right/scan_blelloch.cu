// An exclusive scan in place: up the tree, then down. Most threads idle between the barriers.
// CLANG shared load: g++ knows that tree[right] is the same after the store to tree[left], were they one place
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

template <int N>
__global__ void scan(int *data) {
    __shared__ int tree[N];
    int t = threadIdx.x, offset = 1;
    tree[2 * t] = data[2 * t];
    tree[2 * t + 1] = data[2 * t + 1];
    for (int d = N / 2; d > 0; d /= 2) {
        __syncthreads();
        if (t < d) tree[offset * (2 * t + 2) - 1] += tree[offset * (2 * t + 1) - 1];
        offset *= 2;
    }
    if (t == 0) tree[N - 1] = 0;
    for (int d = 1; d < N; d *= 2) {
        offset /= 2;
        __syncthreads();
        if (t < d) {
            int left = offset * (2 * t + 1) - 1, right = left + offset, keep = tree[left];
            tree[left] = tree[right];
            tree[right] += keep;
        }
    }
    __syncthreads();
    data[2 * t] = tree[2 * t];
    data[2 * t + 1] = tree[2 * t + 1];
}

int main() {
    const int n = 512;
    std::vector<int> data(n);
    for (int i = 0; i < n; i++) data[i] = i;
    int *device = upload(data);
    scan<n><<<1, n / 2>>>(device);
    check(cudaGetLastError());
    check(cudaMemcpy(data.data(), device, n * sizeof(int), cudaMemcpyDeviceToHost));
    check(cudaFree(device));
    for (int i = 0; i < n; i++)
        if (data[i] != i * (i - 1) / 2) return 1;
    return 0;
}
