// Warps without work return as a whole; the rest go on to their barriers.
#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>

static void check(cudaError_t error) {
    if (error == cudaSuccess) return;
    fprintf(stderr, "%s\n", cudaGetErrorString(error));
    exit(1);
}

__global__ void reverse(int *x, int n) {  // n a multiple of 32
    __shared__ int s[256];
    int t = threadIdx.x;
    if (t >= n) return;
    s[t] = x[t];
    __syncthreads();
    x[t] = s[n - 1 - t];
}

int main() {
    const int n = 96;
    int host[n], *x;
    for (int i = 0; i < n; i++) host[i] = i * i;
    check(cudaMalloc(&x, sizeof host));
    check(cudaMemcpy(x, host, sizeof host, cudaMemcpyHostToDevice));
    reverse<<<1, 256>>>(x, n);
    check(cudaGetLastError());
    check(cudaMemcpy(host, x, sizeof host, cudaMemcpyDeviceToHost));
    check(cudaFree(x));
    for (int i = 0; i < n; i++)
        if (host[i] != (n - 1 - i) * (n - 1 - i)) return 1;
    return 0;
}
