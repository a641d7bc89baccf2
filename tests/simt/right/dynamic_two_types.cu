// Dynamic shared memory carved into doubles, then ints, then bytes; more than 48 KB of it, with the attribute set.
// CLANG global load: it reads in[i] again only after the store of a byte
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

extern __shared__ double room[];

__global__ void use(double *out, const int *in, int n) {
    double *reals = room;
    int *ints = (int *)&reals[n];
    unsigned char *bytes = (unsigned char *)&ints[n];
    for (int i = threadIdx.x; i < n; i += blockDim.x) {
        reals[i] = in[i] * 0.5;
        ints[i] = in[i] * 2;
        bytes[i] = in[i] % 256;
    }
    __syncthreads();
    for (int i = threadIdx.x; i < n; i += blockDim.x) {
        int j = n - 1 - i;
        out[i] = reals[j] + ints[j] + bytes[j];
    }
}

int main() {
    const int n = 4000;
    std::vector<int> in(n);
    std::vector<double> out(n);
    for (int i = 0; i < n; i++) in[i] = i;
    int *din = upload(in);
    double *dout = upload(out);
    size_t bytes = n * (sizeof(double) + sizeof(int) + 1);
    check(cudaFuncSetAttribute(use, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes));
    use<<<1, 128, bytes>>>(dout, din, n);
    check(cudaGetLastError());
    check(cudaMemcpy(out.data(), dout, n * sizeof(double), cudaMemcpyDeviceToHost));
    check(cudaFree(din));
    check(cudaFree(dout));
    for (int i = 0; i < n; i++) {
        int v = n - 1 - i;
        if (out[i] != 2.5 * v + v % 256) return 1;
    }
    return 0;
}
