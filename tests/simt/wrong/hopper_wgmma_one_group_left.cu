// EXPECT wgmma
// ALSO race
// CLANG misses it: clang 14 puts no hooks at arrays on the stack, which the accumulators are here
// wait<1> leaves the last group under way, and its accumulators are used. (sm_90a)
#include <cuda_bf16.h>

#include <cuda_runtime.h>
#include "ptx.h"

#include <cstdio>
#include <cstdlib>

static void check(cudaError_t error) {
    if (error == cudaSuccess) return;
    fprintf(stderr, "CUDA error: %s\n", cudaGetErrorString(error));
    exit(1);
}

// Tiles of 64 x 64, a row of 128 bytes after the other, swizzled: 16 bytes stay together.
__device__ void fill(unsigned char *tile, const __nv_bfloat16 *from) {
    for (int i = threadIdx.x; i < 64 * 64; i += blockDim.x)
        *(__nv_bfloat16 *)(tile + ((2 * i) ^ (2 * i >> 7 & 7) << 4)) = from[i];
}

__device__ uint64_t describe(const void *tile) {  // 8 rows are 1024 bytes; a swizzle of 128 bytes
    return (ptx_shared(tile) & 0x3ffff) >> 4 | 1 << 16 | (uint64_t)(1024 >> 4) << 32 | 1ull << 62;
}

__device__ void store(float *c, const float (&d)[32]) {
    int t = threadIdx.x;
    for (int i = 0; i < 32; i++)
        c[(t / 32 * 16 + t % 32 / 4 + i / 2 % 2 * 8) * 64 + i / 4 * 8 + t % 4 * 2 + i % 2] = d[i];  // BUG
}

__global__ void product(float *c, const __nv_bfloat16 *a, const __nv_bfloat16 *b) {
    __shared__ __align__(1024) unsigned char as[64 * 128], bs[64 * 128];
    fill(as, a);
    fill(bs, b);
    fence_proxy_async();
    __syncthreads();
    float d[32];
    wgmma_fence();
    for (int k = 0; k < 4; k++) wgmma_bf16<64>(d, describe(as) + 2 * k, describe(bs) + 2 * k, k > 0);  // BUG BUG-OTHER
    wgmma_commit();
    wgmma_wait<1>();
    store(c, d);
}

int main() {
    __nv_bfloat16 *a, *b;
    float *c;
    check(cudaMalloc(&a, 64 * 64 * 2));
    check(cudaMalloc(&b, 64 * 64 * 2));
    check(cudaMalloc(&c, 64 * 64 * 4));
    check(cudaMemset(a, 0, 64 * 64 * 2));
    check(cudaMemset(b, 0, 64 * 64 * 2));
    product<<<1, 128>>>(c, a, b);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(a));
    check(cudaFree(b));
    check(cudaFree(c));
    return 0;
}
