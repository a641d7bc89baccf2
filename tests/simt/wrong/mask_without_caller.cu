// EXPECT warp-mask
// Lanes 16 to 31 call with a mask that names only lanes 0 to 15.
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
    int t = threadIdx.x;
    unsigned votes = __ballot_sync(0x0000ffff, in[t] > 0);  // BUG
    out[t] = votes;
}

int main() {
    int *in = upload(std::vector<int>(32, 1));
    unsigned *out = upload(std::vector<unsigned>(32));
    vote<<<1, 32>>>(out, in);
    check(cudaGetLastError());
    check(cudaDeviceSynchronize());
    check(cudaFree(in));
    check(cudaFree(out));
    return 0;
}
