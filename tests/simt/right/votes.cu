// Votes of whole warps, and of the lanes that a first vote picks.
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

__global__ void vote(unsigned *out, const int *in) {
    int t = threadIdx.x, warp = t / 32, lane = t % 32;
    unsigned even = __ballot_sync(0xffffffff, in[t] % 2 == 0);
    int any = __any_sync(0xffffffff, in[t] > 90), all = __all_sync(0xffffffff, in[t] >= 0);
    unsigned chosen = 0;
    if (in[t] % 2 == 0) chosen = __ballot_sync(even, in[t] % 4 == 0);
    __syncwarp();
    if (even >> lane & 1 && lane == __ffs(even) - 1) {
        out[4 * warp] = even;
        out[4 * warp + 1] = any;
        out[4 * warp + 2] = all;
        out[4 * warp + 3] = __popc(chosen);
    }
}

int main() {
    std::vector<int> in(96);
    std::vector<unsigned> out(12);
    for (int i = 0; i < 96; i++) in[i] = i * i % 97;
    int *din = upload(in);
    unsigned *dout = upload(out);
    vote<<<1, 96>>>(dout, din);
    check(cudaGetLastError());
    check(cudaMemcpy(out.data(), dout, 12 * sizeof(unsigned), cudaMemcpyDeviceToHost));
    check(cudaFree(din));
    check(cudaFree(dout));
    for (int w = 0; w < 3; w++) {
        unsigned even = 0, any = 0, fours = 0;
        for (int l = 0; l < 32; l++) {
            int v = in[32 * w + l];
            even |= (unsigned)(v % 2 == 0) << l, any |= v > 90, fours += v % 4 == 0;
        }
        if (out[4 * w] != even || out[4 * w + 1] != any || out[4 * w + 2] != 1 || out[4 * w + 3] != fours) return 1;
    }
    return 0;
}
