// What the hardware has no atomic for, built from atomicCAS: a float maximum, and a product.
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

__device__ void atomic_max(float *address, float value) {
    int *bits = (int *)address, old = *bits;
    while (__int_as_float(old) < value) {
        int seen = atomicCAS(bits, old, __float_as_int(value));
        if (seen == old) break;
        old = seen;
    }
}

__device__ double atomic_multiply(double *address, double value) {
    unsigned long long *bits = (unsigned long long *)address, old = *bits, assumed;
    do {
        assumed = old;
        old = atomicCAS(bits, assumed, __double_as_longlong(value * __longlong_as_double(assumed)));
    } while (assumed != old);
    return __longlong_as_double(old);
}

__global__ void use(float *top, double *product, const float *in, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= n) return;
    atomic_max(top, in[i]);
    if (i % 100 == 0) atomic_multiply(product, 2);
}

int main() {
    const int n = 600;
    std::vector<float> in(n), top(1, -1e30f);
    std::vector<double> product(1, 1);
    for (int i = 0; i < n; i++) in[i] = i * 77 % 601;
    float *din = upload(in), *dtop = upload(top);
    double *dproduct = upload(product);
    use<<<5, 128>>>(dtop, dproduct, din, n);
    check(cudaMemcpy(&top[0], dtop, sizeof(float), cudaMemcpyDeviceToHost));
    check(cudaMemcpy(&product[0], dproduct, sizeof(double), cudaMemcpyDeviceToHost));
    for (void *p : {(void *)din, (void *)dtop, (void *)dproduct}) check(cudaFree(p));
    return top[0] != *std::max_element(in.begin(), in.end()) || product[0] != 64;
}
