// Only some lanes have work: a ballot taken by all says who, and the shuffles name just those.
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

__global__ void sum(int *out, const int *in, int n) {
    int t = threadIdx.x;
    unsigned mask = __ballot_sync(0xffffffff, t < n);
    if (t < n) {
        int value = in[t];
        for (int offset = 1; offset < n; offset *= 2) {
            int other = __shfl_sync(mask, value, min(t + offset, n - 1));
            if (t + offset < n) value += other;
        }
        if (t == 0) out[0] = value;
    } else if (__any_sync(~mask, t == 31)) {
        unsigned rest = ~mask;
        int last = __shfl_sync(rest, t * t, 31);
        if (t == 31) out[1] = last;
    }
    __syncwarp();
    if (t == 1) out[2] = out[0] + out[1];
}

int main() {
    const int n = 21;
    std::vector<int> in(n), out(3);
    for (int i = 0; i < n; i++) in[i] = i + 1;
    int *din = upload(in), *dout = upload(out);
    sum<<<1, 32>>>(dout, din, n);
    check(cudaGetLastError());
    check(cudaMemcpy(out.data(), dout, 3 * sizeof(int), cudaMemcpyDeviceToHost));
    check(cudaFree(din));
    check(cudaFree(dout));
    return out[0] != 231 || out[1] != 961 || out[2] != 1192;
}
