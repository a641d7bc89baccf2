// A dot product of half arrays by half2, accumulated in float.
#include <cuda_fp16.h>
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

__global__ void dot(float *out, const half2 *a, const half2 *b, int pairs) {
    float sum = 0;
    for (int i = threadIdx.x; i < pairs; i += blockDim.x) {
        float2 x = __half22float2(a[i]), y = __half22float2(b[i]);
        sum += x.x * y.x + x.y * y.y;
    }
    for (int mask = 16; mask > 0; mask /= 2) sum += __shfl_xor_sync(0xffffffff, sum, mask);
    half2 products = __hmul2(a[threadIdx.x], b[threadIdx.x]);
    half both = __hadd(__low2half(products), __high2half(products));
    if (threadIdx.x == 0) out[0] = sum;
    if (threadIdx.x == 1) out[1] = __half2float(both);
}

int main() {
    const int n = 500;
    std::vector<half> a(n), b(n);
    std::vector<float> out(2);
    float want = 0;
    for (int i = 0; i < n; i++) {
        a[i] = __float2half(i % 8 * 0.5f), b[i] = __float2half(i % 3);
        want += i % 8 * 0.5f * (i % 3);
    }
    half *da = upload(a), *db = upload(b);
    float *dout = upload(out);
    dot<<<1, 32>>>(dout, (const half2 *)da, (const half2 *)db, n / 2);
    check(cudaGetLastError());
    check(cudaMemcpy(out.data(), dout, 2 * sizeof(float), cudaMemcpyDeviceToHost));
    check(cudaFree(da));
    check(cudaFree(db));
    check(cudaFree(dout));
    return out[0] != want || out[1] != 2;
}
