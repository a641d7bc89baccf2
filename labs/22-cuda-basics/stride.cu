// What a stride costs: in global memory, sectors of 32 bytes of which a part is used; in shared memory, banks in which
// several lanes meet.
#include "22-cuda-basics/basics.h"
#include "common/cuda_check.cuh"

__global__ void strided_read_kernel(float *out, const float *in, int n, int stride) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) out[i] = in[i * stride];
}

void strided_read(float *out, const float *in, int n, int stride) {
    strided_read_kernel<<<(n + THREADS - 1) / THREADS, THREADS>>>(out, in, n, stride);
    CUDA_CHECK(cudaGetLastError());
}

__global__ void strided_banks_kernel(float *out, int stride) {
    __shared__ float s[64 * LANES];
    int lane = threadIdx.x;
    s[lane * stride] = lane;
    __syncwarp();
    out[lane] = s[lane * stride];
}

void strided_banks(float *out, int stride) {
    strided_banks_kernel<<<1, LANES>>>(out, stride);
    CUDA_CHECK(cudaGetLastError());
}
