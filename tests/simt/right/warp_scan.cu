// Inclusive scans by __shfl_up_sync in each warp, whole and in segments of 8; warps pass their sums through memory.
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

__global__ void scan(int *out, int *segments, const int *in) {
    __shared__ int sums[4];
    int t = threadIdx.x, lane = t & 31, warp = t >> 5, value = in[t], part = in[t];
    for (int step = 1; step < 32; step <<= 1) {
        int before = __shfl_up_sync(~0u, value, step);
        if (lane >= step) value += before;
    }
    for (int step = 1; step < 8; step <<= 1) {
        int before = __shfl_up_sync(~0u, part, step, 8);
        if (lane % 8 >= step) part += before;
    }
    if (lane == 31) sums[warp] = value;
    __syncthreads();
    for (int w = 0; w < warp; w++) value += sums[w];
    out[t] = value;
    segments[t] = part;
}

int main() {
    std::vector<int> in(128), out(128), segments(128);
    for (int i = 0; i < 128; i++) in[i] = i % 9 + 1;
    int *din = upload(in), *dout = upload(out), *dsegments = upload(segments);
    scan<<<1, 128>>>(dout, dsegments, din);
    check(cudaGetLastError());
    check(cudaMemcpy(out.data(), dout, 128 * sizeof(int), cudaMemcpyDeviceToHost));
    check(cudaMemcpy(segments.data(), dsegments, 128 * sizeof(int), cudaMemcpyDeviceToHost));
    for (int *p : {din, dout, dsegments}) check(cudaFree(p));
    for (int i = 0, sum = 0, part = 0; i < 128; i++) {
        sum += in[i];
        part = i % 8 ? part + in[i] : in[i];
        if (out[i] != sum || segments[i] != part) return 1;
    }
    return 0;
}
