// A kernel over types, sizes and operators; launched through a function template.
#include <cuda_runtime.h>

#include <algorithm>
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

struct Add {
    __host__ __device__ int operator()(int a, int b) const { return a + b; }
    static __host__ __device__ int neutral() { return 0; }
};
struct Max {
    __host__ __device__ int operator()(int a, int b) const { return a > b ? a : b; }
    static __host__ __device__ int neutral() { return -2147483647; }
};

template <int BLOCK, class T, class Op>
__global__ void reduce(T *out, const T *in, int n, Op op) {
    __shared__ T tree[BLOCK];
    T value = Op::neutral();
    for (int i = threadIdx.x; i < n; i += BLOCK) value = op(value, in[i]);
    tree[threadIdx.x] = value;
    __syncthreads();
    for (int half = BLOCK / 2; half > 0; half >>= 1) {
        if (threadIdx.x < half) tree[threadIdx.x] = op(tree[threadIdx.x], tree[threadIdx.x + half]);
        __syncthreads();
    }
    if (threadIdx.x == 0) *out = tree[0];
}

template <int BLOCK, class Op>
static int run(const std::vector<int> &in) {
    int out = 0, *din = upload(in), *dout = upload(std::vector<int>(1));
    reduce<BLOCK, int, Op><<<1, BLOCK>>>(dout, din, (int)in.size(), Op());
    check(cudaGetLastError());
    check(cudaMemcpy(&out, dout, sizeof out, cudaMemcpyDeviceToHost));
    for (int *p : {din, dout}) check(cudaFree(p));
    return out;
}

int main() {
    std::vector<int> in(999);
    for (int i = 0; i < 999; i++) in[i] = i * 7 % 1000 - 500;
    return run<64, Add>(in) != run<256, Add>(in) || run<32, Max>(in) != *std::max_element(in.begin(), in.end());
}
