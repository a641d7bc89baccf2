// Lambdas inside a kernel, capturing by value and by reference.
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

__global__ void apply(int *out, const int *in, int n, int factor) {
    int sum = 0;
    auto scaled = [=](int i) { return in[i] * factor; };
    auto add = [&](int value) { sum += value; };
    for (int i = threadIdx.x; i < n; i += blockDim.x) add(scaled(i));
    auto clip = [](int value, int top) { return value > top ? top : value; };
    out[threadIdx.x] = clip(sum, 1000);
}

int main() {
    const int n = 500, threads = 48;
    std::vector<int> in(n), out(threads);
    for (int i = 0; i < n; i++) in[i] = i;
    int *din = upload(in), *dout = upload(out);
    apply<<<1, threads>>>(dout, din, n, 2);
    check(cudaGetLastError());
    check(cudaMemcpy(out.data(), dout, threads * sizeof(int), cudaMemcpyDeviceToHost));
    check(cudaFree(din));
    check(cudaFree(dout));
    for (int t = 0; t < threads; t++) {
        int sum = 0;
        for (int i = t; i < n; i += threads) sum += 2 * i;
        if (out[t] != std::min(sum, 1000)) return 1;
    }
    return 0;
}
