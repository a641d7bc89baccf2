// EXPECT race
// Flags packed 32 to a word, and each thread rewrites the whole word.
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

__global__ void mark(unsigned *flags, const int *in) {
    int t = threadIdx.x;
    if (in[t] > 0) flags[t / 32] |= 1u << t % 32;  // BUG BUG-OTHER
}

int main() {
    int *in = upload(std::vector<int>(128, 1));
    unsigned *flags = upload(std::vector<unsigned>(4));
    mark<<<1, 128>>>(flags, in);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(in));
    check(cudaFree(flags));
    return 0;
}
