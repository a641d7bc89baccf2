// 1000 elements in blocks of 256: the last block is partly idle.
#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

static void check(cudaError_t error) {
    if (error == cudaSuccess) return;
    fprintf(stderr, "CUDA error: %s\n", cudaGetErrorString(error));
    exit(1);
}

__global__ void add(float *out, const float *a, const float *b, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) out[i] = a[i] + b[i];
}

int main() {
    const int n = 1000;
    std::vector<float> a(n), b(n), out(n);
    for (int i = 0; i < n; i++) a[i] = i, b[i] = 2 * i;
    float *da, *db, *dout;
    check(cudaMalloc(&da, n * sizeof(float)));
    check(cudaMalloc(&db, n * sizeof(float)));
    check(cudaMalloc(&dout, n * sizeof(float)));
    check(cudaMemcpy(da, a.data(), n * sizeof(float), cudaMemcpyHostToDevice));
    check(cudaMemcpy(db, b.data(), n * sizeof(float), cudaMemcpyHostToDevice));
    add<<<(n + 255) / 256, 256>>>(dout, da, db, n);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaMemcpy(out.data(), dout, n * sizeof(float), cudaMemcpyDeviceToHost));
    check(cudaFree(da));
    check(cudaFree(db));
    check(cudaFree(dout));
    for (int i = 0; i < n; i++)
        if (out[i] != 3 * i) return 1;
    return 0;
}
