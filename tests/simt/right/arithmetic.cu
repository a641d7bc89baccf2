// Functions of mathematics and bits that kernels use, against the host's.
#include <cuda_runtime.h>

#include <cmath>
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

__global__ void compute(float *reals, int *bits, const float *in) {
    int t = threadIdx.x;
    float x = in[t], sine, cosine;
    sincosf(x, &sine, &cosine);
    reals[4 * t] = sine * sine + cosine * cosine;
    reals[4 * t + 1] = rsqrtf(x) * sqrtf(x);
    reals[4 * t + 2] = fmaf(x, 2.0f, 1.0f) - __fdividef(x, 0.5f);
    reals[4 * t + 3] = __logf(__expf(x)) / x * tanhf(20 * x) * powf(x, 0);
    bits[4 * t] = __popc(t) + __clz(t + 1) + __ffs(t);
    bits[4 * t + 1] = __brev(1u << t % 32);
    bits[4 * t + 2] = min(max(t, 5), 20) + abs(-t) + __mul24(t, t);
    bits[4 * t + 3] = __float2int_rn(x * 10) + (int)ceilf(x) + __umulhi(0x80000000u, 2 * t);
}

int main() {
    const int n = 32;
    std::vector<float> in(n), reals(4 * n);
    std::vector<int> bits(4 * n);
    for (int i = 0; i < n; i++) in[i] = 0.5f + 0.3f * i;
    float *din = upload(in), *dreals = upload(reals);
    int *dbits = upload(bits);
    compute<<<1, n>>>(dreals, dbits, din);
    check(cudaGetLastError());
    check(cudaMemcpy(reals.data(), dreals, 4 * n * sizeof(float), cudaMemcpyDeviceToHost));
    check(cudaMemcpy(bits.data(), dbits, 4 * n * sizeof(int), cudaMemcpyDeviceToHost));
    for (void *p : {(void *)din, (void *)dreals, (void *)dbits}) check(cudaFree(p));
    for (float value : reals)
        if (!(fabsf(value - 1) < 1e-4f)) return 1;
    for (int t = 0; t < n; t++) {
        const int *b = &bits[4 * t];
        if (b[0] != __builtin_popcount(t) + __builtin_clz(t + 1) + __builtin_ffs(t)) return 1;
        if ((unsigned)b[1] != 0x80000000u >> t || b[2] != std::min(std::max(t, 5), 20) + t + t * t) return 1;
        if (b[3] != (int)nearbyintf(in[t] * 10) + (int)ceilf(in[t]) + t) return 1;
    }
    return 0;
}
