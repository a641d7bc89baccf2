// Keeps the positive elements: a ballot gives each lane its place, the first lane reserves room for all.
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

__global__ void keep_positive(int *out, int *count, const int *in, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x, lane = threadIdx.x % 32;
    int value = i < n ? in[i] : 0;
    unsigned keepers = __ballot_sync(0xffffffff, value > 0);
    int base = 0;
    if (lane == 0 && keepers) base = atomicAdd(count, __popc(keepers));
    base = __shfl_sync(0xffffffff, base, 0);
    if (value > 0) out[base + __popc(keepers & ((1u << lane) - 1))] = value;
}

int main() {
    const int n = 700;
    std::vector<int> in(n), want, out(n), count(1);
    for (int i = 0; i < n; i++) {
        in[i] = i * 31 % 101 - 60;
        if (in[i] > 0) want.push_back(in[i]);
    }
    int *din = upload(in), *dcount = upload(count), *dout;
    check(cudaMalloc(&dout, n * sizeof(int)));
    keep_positive<<<(n + 127) / 128, 128>>>(dout, dcount, din, n);
    check(cudaGetLastError());
    check(cudaMemcpy(&count[0], dcount, sizeof(int), cudaMemcpyDeviceToHost));
    check(cudaMemcpy(out.data(), dout, count[0] * sizeof(int), cudaMemcpyDeviceToHost));
    for (int *p : {din, dcount, dout}) check(cudaFree(p));
    out.resize(count[0]);
    std::sort(out.begin(), out.end());
    std::sort(want.begin(), want.end());
    return out != want;
}
