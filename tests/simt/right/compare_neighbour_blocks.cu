// Blocks read what their neighbours also read, and write only their own part of another array.
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

__global__ void peaks(char *out, const int *in, int n) {
    for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x) {
        bool left = i == 0 || in[i] > in[i - 1], right = i == n - 1 || in[i] > in[i + 1];
        out[i] = left && right;
    }
}

int main() {
    const int n = 1025;
    std::vector<int> in(n);
    std::vector<char> out(n);
    for (int i = 0; i < n; i++) in[i] = i * 89 % 113;
    int *din = upload(in);
    char *dout;
    check(cudaMalloc(&dout, n));
    peaks<<<6, 50>>>(dout, din, n);
    check(cudaGetLastError());
    check(cudaMemcpy(out.data(), dout, n, cudaMemcpyDeviceToHost));
    check(cudaFree(din));
    check(cudaFree(dout));
    for (int i = 0; i < n; i++)
        if (out[i] != ((i == 0 || in[i] > in[i - 1]) && (i == n - 1 || in[i] > in[i + 1]))) return 1;
    return 0;
}
