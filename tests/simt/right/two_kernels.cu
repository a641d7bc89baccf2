// Two buffers change roles from launch to launch: what one launch wrote another may read without more ado.
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

__global__ void relax(float *out, const float *in, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) out[i] = i == 0 || i == n - 1 ? in[i] : (in[i - 1] + in[i + 1]) / 2;
}

int main() {
    const int n = 200, steps = 50;
    std::vector<float> now(n), next(n);
    now[0] = 64, now[n - 1] = -32;
    float *a = upload(now), *b;
    check(cudaMalloc(&b, n * sizeof(float)));
    for (int step = 0; step < steps; step++) {
        relax<<<(n + 63) / 64, 64>>>(b, a, n);
        check(cudaGetLastError());
        std::swap(a, b);
    }
    std::vector<float> out(n);
    check(cudaMemcpy(out.data(), a, n * sizeof(float), cudaMemcpyDeviceToHost));
    check(cudaFree(a));
    check(cudaFree(b));
    for (int step = 0; step < steps; step++) {
        next = now;
        for (int i = 1; i < n - 1; i++) next[i] = (now[i - 1] + now[i + 1]) / 2;
        now = next;
    }
    return out != now;
}
