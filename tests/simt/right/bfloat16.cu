// Sums of bfloat16 in float, written back as bfloat16 and as pairs.
#include <cuda_bf16.h>
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

__global__ void add(__nv_bfloat16 *out, __nv_bfloat162 *pairs, const float *a, const float *b) {
    __shared__ __nv_bfloat16 tile[48];
    int t = threadIdx.x;
    __nv_bfloat16 x = __float2bfloat16(a[t]), y = __float2bfloat16(b[t]);
    tile[t] = __float2bfloat16(__bfloat162float(x) + __bfloat162float(y));
    __syncthreads();
    out[t] = tile[47 - t];
    if (t % 2 == 0) pairs[t / 2] = __floats2bfloat162_rn(a[t], b[t]);
}

int main() {
    std::vector<float> a(48), b(48);
    for (int i = 0; i < 48; i++) a[i] = i, b[i] = 2 * i;
    std::vector<__nv_bfloat16> out(48);
    std::vector<__nv_bfloat162> pairs(24);
    float *da = upload(a), *db = upload(b);
    __nv_bfloat16 *dout = upload(out);
    __nv_bfloat162 *dpairs = upload(pairs);
    add<<<1, 48>>>(dout, dpairs, da, db);
    check(cudaGetLastError());
    check(cudaMemcpy(out.data(), dout, 48 * sizeof(__nv_bfloat16), cudaMemcpyDeviceToHost));
    check(cudaMemcpy(pairs.data(), dpairs, 24 * sizeof(__nv_bfloat162), cudaMemcpyDeviceToHost));
    for (void *p : {(void *)da, (void *)db, (void *)dout, (void *)dpairs}) check(cudaFree(p));
    for (int i = 0; i < 48; i++)
        if (__bfloat162float(out[i]) != 3 * (47 - i)) return 1;
    for (int i = 0; i < 24; i++)
        if (__low2float(pairs[i]) != 2 * i || __high2float(pairs[i]) != 4 * i) return 1;
    return 0;
}
