// Many threads store the same value in the same place, a flag: which of them comes last does not matter.
// CLANG shared load: it reads `here` once, for both of its uses
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

__global__ void any_negative(int *flags, int *found, const int *in) {
    __shared__ bool here;
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (threadIdx.x == 0) here = false;
    __syncthreads();
    if (in[i] < 0) here = true;
    __syncthreads();
    flags[i] = here;
    if (here) *found = 1;
}

int main() {
    std::vector<int> in(256, 1), flags(256), found(1);
    for (int i = 70; i < 90; i++) in[i] = in[i + 128] = -1;
    int *din = upload(in), *dflags = upload(flags), *dfound = upload(found);
    any_negative<<<4, 64>>>(dflags, dfound, din);
    check(cudaGetLastError());
    check(cudaMemcpy(flags.data(), dflags, 256 * sizeof(int), cudaMemcpyDeviceToHost));
    check(cudaMemcpy(&found[0], dfound, sizeof(int), cudaMemcpyDeviceToHost));
    for (int *p : {din, dflags, dfound}) check(cudaFree(p));
    for (int i = 0; i < 256; i++)
        if (flags[i] != (i / 64 % 2 == 1)) return 1;
    return found[0] != 1;
}
