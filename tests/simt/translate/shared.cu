// Shared memory as people declare it; every kernel reverses 32 numbers through it.
#include <cstdio>
#include "parts/tile.cuh"

#define DECLARE(type, name, n) __shared__ type name[n]

extern __shared__ float everyone[];
namespace outer {
__shared__ int total[2][16];
__global__ void global_array(int *out) {
    int t = threadIdx.x;
    total[t / 16][t % 16] = out[t];
    __syncthreads();
    out[t] = total[(31 - t) / 16][(31 - t) % 16];
}
}  // namespace outer
__global__ void dynamic_outside(int *out) {
    everyone[threadIdx.x] = out[threadIdx.x];
    __syncthreads();
    out[threadIdx.x] = everyone[31 - threadIdx.x];
}
__global__ void hides_it(int *everyone) {
    int keep = everyone[31 - threadIdx.x];
    __syncthreads();
    everyone[threadIdx.x] = keep;
}
template <class T>
__global__ void dynamic_bytes(T *out) {
    extern __shared__ __align__(16) unsigned char bytes[];
    T *numbers = reinterpret_cast<T *>(bytes);
    numbers[threadIdx.x] = out[threadIdx.x];
    __syncthreads();
    out[threadIdx.x] = numbers[31 - threadIdx.x];
}
template <class T, int N>
struct box {
    T value[N];
    typedef T element;
};
template <class T>
__global__ void all_kinds(T *out) {
    __shared__ box<T, (4 > 2)> boxes[32];
    static __shared__ typename box<T, 2>::element a[4][8], b;
    __shared__ union {
        float f[32];
        int i[32];
    } either;
    volatile __shared__ int *__shared__ unused;
    __shared__ __align__(32) struct pair {
        int x, y;
    } pairs[2] __attribute__((aligned(16)));
    (void)unused;
    DECLARE(short, small, 32);
    int t = threadIdx.x;
    boxes[t].value[0] = out[t];
    a[t / 8][t % 8] = out[t];
    either.i[t] = (int)out[t];
    small[t] = (short)out[t];
    if (t == 0) b = 1, pairs[1].y = 0;
    __syncthreads();
    int r = 31 - t;
    bool aligned = reinterpret_cast<unsigned long long>(pairs) % 32 == 0;
    bool same = boxes[r].value[0] == a[r / 8][r % 8] && either.i[r] == small[r] && either.i[r] == (int)a[r / 8][r % 8];
    out[t] = same && aligned && sizeof a == 32 * sizeof(T) && b == 1 ? a[r / 8][r % 8] : T(-1 - pairs[1].y);
}
struct functor {
    __device__ int operator()(int x) const {
        __shared__ int one;
        if (threadIdx.x == 0) one = 1;
        __syncthreads();
        return x * one;
    }
};
__global__ void by_functor(int *out) {
    int keep = functor()(out[31 - threadIdx.x]);
    __syncthreads();
    out[threadIdx.x] = keep;
}

int main() {
    int *out, host[32];
    cudaMalloc(&out, sizeof host);
    void (*kernels[])(int *) = {outer::global_array, dynamic_outside, hides_it, dynamic_bytes<int>, all_kinds<int>, by_functor, tile::reverse};
    for (auto kernel : kernels) {
        for (int i = 0; i < 32; i++) host[i] = i * 3;
        cudaMemcpy(out, host, sizeof host, cudaMemcpyHostToDevice);
        kernel<<<1, 32, 32 * sizeof(float)>>>(out);
        cudaMemcpy(host, out, sizeof host, cudaMemcpyDeviceToHost);
        int wrong = 0;
        for (int i = 0; i < 32; i++) wrong += host[i] != (31 - i) * 3;
        printf("%d wrong\n", wrong);
    }
    cudaFree(out);
    return 0;
}
