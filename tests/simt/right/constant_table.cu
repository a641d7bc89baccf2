// Tables in constant memory: one with an initialiser, one filled in two parts at an offset.
#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

static void check(cudaError_t error) {
    if (error == cudaSuccess) return;
    fprintf(stderr, "CUDA error: %s\n", cudaGetErrorString(error));
    exit(1);
}

__constant__ int squares[8] = {0, 1, 4, 9, 16, 25, 36, 49};
__constant__ float table[100];

__global__ void look_up(float *out) {
    int t = threadIdx.x;
    out[t] = table[t % 100] + squares[t % 8];
}

int main() {
    float host[100];
    for (int i = 0; i < 100; i++) host[i] = 1000 * i;
    check(cudaMemcpyToSymbol(table, host, 40 * sizeof(float)));
    check(cudaMemcpyToSymbol(table, host + 40, 60 * sizeof(float), 40 * sizeof(float), cudaMemcpyHostToDevice));
    std::vector<float> out(130);
    float *dout;
    check(cudaMalloc(&dout, 130 * sizeof(float)));
    look_up<<<1, 130>>>(dout);
    check(cudaGetLastError());
    check(cudaMemcpy(out.data(), dout, 130 * sizeof(float), cudaMemcpyDeviceToHost));
    check(cudaFree(dout));
    for (int t = 0; t < 130; t++)
        if (out[t] != host[t % 100] + (t % 8) * (t % 8)) return 1;
    return 0;
}
